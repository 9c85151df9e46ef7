//! The tag `Vendors`: list, create, get.

use super::query::{Paging, text};
use super::{Thredfi, api, wire};
use crate::domain::{Order, Page, Vendor, VendorId, VendorStatus};
use crate::operations::{Cx, Failure, Resource};

impl api::VendorsApi for Thredfi {
    fn list_vendors(
        cx: &mut Cx<'_>,
        request: api::ListVendorsRequest,
    ) -> Result<api::ListVendorsReply, Failure> {
        let (ledger, paging) = (cx.ledger()?, Paging::new(request.page, request.page_size));
        let wanted = filter(request);
        let vendors = ledger.vendors().by_age(Order::Descending).filter(|it| wanted(it));
        let page = Page::counted(vendors, paging.skip(), paging.take());
        Ok(api::ListVendorsReply::Ok(wire::vendors::page(&page, paging)?))
    }

    fn create_vendor(
        cx: &mut Cx<'_>,
        request: api::CreateVendorRequest,
    ) -> Result<api::CreateVendorReply, Failure> {
        let (ledger, body) = (cx.ledger()?, request.body.unwrap_or_default());
        if request.idempotency_key.is_none()
            && let Some(external_id) = &body.external_id
            && let Some(existing) = ledger.vendors().by_external_id(external_id)
        {
            return Ok(api::CreateVendorReply::Ok(wire::vendors::vendor(existing)?));
        }
        let new = wire::vendors::new_vendor(body);
        let vendor = ledger.plan_vendor(new, &mut cx.ids()?, cx.now())?;
        let created = wire::vendors::vendor(&vendor)?;
        cx.apply(vendor)?;
        Ok(api::CreateVendorReply::Created(created))
    }

    fn get_vendor(
        cx: &mut Cx<'_>,
        request: api::GetVendorRequest,
    ) -> Result<api::GetVendorReply, Failure> {
        let vendor = cx.ledger()?.vendor(VendorId(request.vendor_id));
        let vendor = vendor.ok_or(Failure::NotFound(Resource::Vendor))?;
        Ok(api::GetVendorReply::Ok(wire::vendors::vendor(vendor)?))
    }
}

/// Whether a list shows a vendor.
fn filter(request: api::ListVendorsRequest) -> impl Fn(&Vendor) -> bool {
    let archived = request.include_archived.unwrap_or(false);
    let (external_id, name) = (text(request.external_id), text(request.name));
    let folded = |sent| text(sent).map(|text| text.to_lowercase());
    let part_of_id = folded(request.external_id_contains);
    let part_of_name = folded(request.name_contains);
    move |vendor| {
        let names = [&vendor.company_name, &vendor.individual_name];
        let any = |like: &dyn Fn(&str) -> bool| names.into_iter().any(|name| like(name));
        (archived || vendor.status != VendorStatus::Archived)
            && external_id.as_ref().is_none_or(|id| vendor.external_id == *id)
            && part_of_id
                .as_ref()
                .is_none_or(|part| vendor.external_id.to_lowercase().contains(part))
            && name.as_ref().is_none_or(|name| any(&|it| it == name))
            && part_of_name.as_ref().is_none_or(|part| any(&|it| it.to_lowercase().contains(part)))
    }
}
