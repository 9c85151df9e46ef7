//! The tag `Business Management`: list, create, get.

use std::sync::Arc;

use super::query::{self, Paging};
use super::{Thredfi, api, types, wire};
use crate::domain::{Business, Page};
use crate::operations::{Cx, Failure};

impl api::BusinessManagementApi for Thredfi {
    fn list_businesses(
        cx: &mut Cx<'_>,
        request: api::ListBusinessesRequest,
    ) -> Result<api::ListBusinessesReply, Failure> {
        let owner = cx.caller.owner.clone();
        let paging = Paging::new(request.page, request.page_size);
        let filter = Filter::new(request);
        let all = cx.register()?.of(&owner);
        let wanted = all.filter(|business: &Arc<Business>| filter.wants(business));
        let page = Page::counted(wanted, paging.skip(), paging.take());
        Ok(api::ListBusinessesReply::Ok(wire::parties::business_page(&page, paging)?))
    }

    fn create_business(
        cx: &mut Cx<'_>,
        request: api::CreateBusinessRequest,
    ) -> Result<api::CreateBusinessReply, Failure> {
        let (owner, seed, now) = (cx.caller.owner.clone(), cx.seed, cx.now());
        let register = cx.register()?;
        if request.idempotency_key.is_none()
            && let Some(existing) = register.by_external_id(&owner, &request.body.external_id)
        {
            let existing = wire::parties::business_made(existing, false)?;
            return Ok(api::CreateBusinessReply::Ok(existing));
        }
        known_form(&request.body)?;
        let mut ids = register.ids(seed, &owner);
        let business = wire::parties::new_business(request.body, &owner, &mut ids, now)?;
        register.enter(business.clone());
        Ok(api::CreateBusinessReply::Created(wire::parties::business_made(&business, true)?))
    }

    fn get_business(
        cx: &mut Cx<'_>,
        _: api::GetBusinessRequest,
    ) -> Result<api::GetBusinessReply, Failure> {
        let business = cx.ledger()?.business();
        Ok(api::GetBusinessReply::Ok(wire::parties::business(business)?))
    }
}

/// The legal forms of a British business. The provider has lists for six more countries, which
/// nobody outside has seen; there any form will do.
const BRITISH_FORMS: &[&str] = &["limited", "sole_trader", "llp", "partnership", "plc"];

/// That the country of a new business knows its legal form.
fn known_form(body: &types::CreateBusinessRequest) -> Result<(), Failure> {
    let form = body.entity_type.to_lowercase();
    let country = body.country.to_string();
    if country != "GB" || BRITISH_FORMS.contains(&form.as_str()) {
        return Ok(());
    }
    let sent = &body.entity_type;
    let valid = BRITISH_FORMS.join(", ");
    let text = format!("Invalid entity_type '{sent}' for country {country}. Valid: {valid}.");
    Err(Failure::Fields(vec![("entity_type".to_owned(), text)]))
}

/// Which businesses a list shows.
struct Filter {
    country: Option<String>,
    entity_type: Option<String>,
    external_id: Option<String>,
    archived: bool,
    search: Option<String>,
}

impl Filter {
    fn new(query: api::ListBusinessesRequest) -> Self {
        let lower = |text| query::text(text).map(|text| text.to_lowercase());
        Self {
            country: lower(query.country),
            entity_type: lower(query.entity_type),
            external_id: query::text(query.external_id),
            archived: query.is_archived.unwrap_or(false),
            search: lower(query.search),
        }
    }

    /// No business was ever archived: there is no way to do it.
    fn wants(&self, business: &Business) -> bool {
        let profile = &business.profile;
        let is = |wanted: &Option<String>, text: &str| {
            wanted.as_ref().is_none_or(|wanted| text.to_lowercase() == *wanted)
        };
        let searched = |part: &String| {
            let legal_name = &profile.legal_name;
            let texts = [&business.name, legal_name, &business.external_id, &profile.email];
            texts.into_iter().any(|text| text.to_lowercase().contains(part))
        };
        !self.archived
            && is(&self.country, &profile.country)
            && is(&self.entity_type, &profile.entity_type)
            && self.external_id.as_ref().is_none_or(|id| business.external_id == *id)
            && self.search.as_ref().is_none_or(searched)
    }
}
