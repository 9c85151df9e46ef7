//! The tag `Customers`: list, create, get, archive.

use super::query::{self, Paging};
use super::{Thredfi, api, wire};
use crate::domain::{Customer, CustomerId, Ledger, Order, Page};
use crate::operations::{Cx, Failure, Resource};

impl api::CustomersApi for Thredfi {
    fn list_customers(
        cx: &mut Cx<'_>,
        request: api::ListCustomersRequest,
    ) -> Result<api::ListCustomersReply, Failure> {
        let ledger = cx.ledger()?;
        let paging = Paging::new(request.page, request.page_size);
        let (skip, take) = (paging.skip(), paging.take());
        let archived_too = request.include_archived.unwrap_or(false);
        let all = ledger.customers_by_name(Order::Ascending);
        let all = all.filter(|customer| archived_too || customer.archived_at.is_none());
        let page = match Filter::new(request) {
            None => {
                let hidden = if archived_too { 0 } else { ledger.archived_customers() };
                Page::cut(all, ledger.customers().len() - hidden, skip, take)
            }
            Some(filter) => {
                Page::counted(all.filter(|customer| filter.wants(customer)), skip, take)
            }
        };
        Ok(api::ListCustomersReply::Ok(wire::parties::customer_page(ledger, &page, paging)?))
    }

    fn create_customer(
        cx: &mut Cx<'_>,
        request: api::CreateCustomerRequest,
    ) -> Result<api::CreateCustomerReply, Failure> {
        let (ledger, body) = (cx.ledger()?, request.body.unwrap_or_default());
        if request.idempotency_key.is_none()
            && let Some(external_id) = &body.external_id
            && let Some(existing) = ledger.customers().by_external_id(external_id)
        {
            let existing = wire::parties::customer(ledger, existing)?;
            return Ok(api::CreateCustomerReply::Ok(existing));
        }
        let new = wire::parties::new_customer(body)?;
        let customer = ledger.plan_customer(new, &mut cx.ids()?, cx.now())?;
        let ledger = cx.apply(customer.clone())?;
        Ok(api::CreateCustomerReply::Created(wire::parties::customer(ledger, &customer)?))
    }

    fn get_customer(
        cx: &mut Cx<'_>,
        request: api::GetCustomerRequest,
    ) -> Result<api::GetCustomerReply, Failure> {
        let ledger = cx.ledger()?;
        let customer = found(ledger, request.customer_id)?;
        Ok(api::GetCustomerReply::Ok(wire::parties::customer(ledger, customer)?))
    }

    fn archive_customer(
        cx: &mut Cx<'_>,
        request: api::ArchiveCustomerRequest,
    ) -> Result<api::ArchiveCustomerReply, Failure> {
        let ledger = cx.ledger()?;
        let after = ledger.plan_archiving(found(ledger, request.customer_id)?, cx.now())?;
        let ledger = cx.apply(after.clone())?;
        Ok(api::ArchiveCustomerReply::Ok(wire::parties::customer(ledger, &after)?))
    }
}

fn found(ledger: &Ledger, id: uuid::Uuid) -> Result<&Customer, Failure> {
    ledger.customer(CustomerId(id)).ok_or(Failure::NotFound(Resource::Customer))
}

/// Which customers a list shows. What contains is in small letters.
#[derive(Default, PartialEq, Eq)]
struct Filter {
    external_id: Option<String>,
    external_id_contains: Option<String>,
    name: Option<String>,
    name_contains: Option<String>,
}

impl Filter {
    /// What the query asks for; `None` where it asks for all.
    fn new(query: api::ListCustomersRequest) -> Option<Self> {
        let lower = |text| query::text(text).map(|text| text.to_lowercase());
        let filter = Self {
            external_id: query::text(query.external_id),
            external_id_contains: lower(query.external_id_contains),
            name: query::text(query.name),
            name_contains: lower(query.name_contains),
        };
        Some(filter).filter(|filter| *filter != Self::default())
    }

    fn wants(&self, customer: &Customer) -> bool {
        let has = |text: &str, part: &str| text.to_lowercase().contains(part);
        let names = [&customer.name, &customer.company_name, &customer.individual_name];
        self.external_id.as_ref().is_none_or(|id| customer.external_id == *id)
            && self
                .external_id_contains
                .as_ref()
                .is_none_or(|part| has(&customer.external_id, part))
            && self.name.as_ref().is_none_or(|name| names.contains(&name))
            && self
                .name_contains
                .as_ref()
                .is_none_or(|part| names.into_iter().any(|name| has(name, part)))
    }
}
