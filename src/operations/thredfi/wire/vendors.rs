//! Vendors.

use super::super::query::Paging;
use super::super::types;
use super::{tag_text, tag_value, wire_word};
use crate::domain::{Contact, NewVendor, Page, Vendor};
use crate::operations::Failure;

/// A request to write a vendor down. Its country, VAT number and document are in no answer.
pub(in crate::operations::thredfi) fn new_vendor(body: types::VendorCreateRequest) -> NewVendor {
    NewVendor {
        external_id: body.external_id.unwrap_or_default(),
        individual_name: body.individual_name.unwrap_or_default(),
        company_name: body.company_name.unwrap_or_default(),
        contact: Contact {
            email: body.email.unwrap_or_default(),
            mobile_phone: body.mobile_phone.unwrap_or_default(),
            office_phone: body.office_phone.unwrap_or_default(),
            address_line1: body.address_string.unwrap_or_default(),
            ..Contact::default()
        },
        memo: body.memo.unwrap_or_default(),
        tags: body.transaction_tags.iter().flatten().map(tag_text).collect(),
    }
}

/// A vendor.
pub(in crate::operations::thredfi) fn vendor(vendor: &Vendor) -> Result<types::Vendor, Failure> {
    Ok(types::Vendor {
        type_: types::VendorType::VendorData,
        id: vendor.id.0,
        external_id: vendor.external_id.clone(),
        individual_name: vendor.individual_name.clone(),
        company_name: vendor.company_name.clone(),
        email: vendor.contact.email.clone(),
        mobile_phone: vendor.contact.mobile_phone.clone(),
        office_phone: vendor.contact.office_phone.clone(),
        address_string: vendor.contact.address(),
        memo: vendor.memo.clone(),
        status: wire_word(vendor.status.word())?,
        transaction_tags: vendor.tags.iter().map(|tag| tag_value(tag)).collect(),
        documents: Vec::new(),
    })
}

/// A page of vendors.
pub(in crate::operations::thredfi) fn page(
    page: &Page<Vendor>,
    paging: Paging,
) -> Result<types::PaginatedVendorList, Failure> {
    let page_info = paging.info(page.total)?;
    let results = page.items.iter().map(|it| vendor(it)).collect::<Result<_, _>>()?;
    Ok(types::PaginatedVendorList { count: page_info.total_count, page_info, results })
}
