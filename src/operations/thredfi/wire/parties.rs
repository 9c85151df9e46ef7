//! Businesses and customers.

use super::super::query::Paging;
use super::super::types;
use super::{domain_word, loose_text, loose_value, metadata_text, metadata_value, wire_word};
use crate::domain::{Cents, Contact, Customer, Ledger, NewCustomer, Page};
use crate::operations::Failure;

/// A request to enter a customer. `display_name` wins over the guides' `name`.
pub(in crate::operations::thredfi) fn new_customer(
    body: types::CustomerCreateRequest,
) -> Result<NewCustomer, Failure> {
    Ok(NewCustomer {
        external_id: body.external_id.unwrap_or_default(),
        name: body.display_name.filter(|name| !name.is_empty()).or(body.name).unwrap_or_default(),
        individual_name: body.individual_name.unwrap_or_default(),
        company_name: body.company_name.unwrap_or_default(),
        reference_number: body.reference_number.unwrap_or_default(),
        contact: Contact {
            email: body.email.unwrap_or_default(),
            mobile_phone: body.mobile_phone.unwrap_or_default(),
            office_phone: body.office_phone.unwrap_or_default(),
            address_line1: body.address_line1.unwrap_or_default(),
            address_line2: body.address_line2.unwrap_or_default(),
            city: body.city.unwrap_or_default(),
            state_county: body.state_county.unwrap_or_default(),
            postal_code: body.postal_code.unwrap_or_default(),
            country: body.country.unwrap_or_default(),
        },
        vat_number: body.vat_number.unwrap_or_default(),
        tax_exempt: body.tax_exempt,
        notes: body.notes.unwrap_or_default(),
        tags: body.transaction_tags.unwrap_or_default().iter().map(loose_text).collect(),
        metadata: metadata_text(&body.metadata.unwrap_or_default()),
        payment_terms_days: body.payment_terms_days,
        credit_limit: body.credit_limit_cents.map(Cents::new),
        status: domain_word(&body.status.to_string())?,
    })
}

/// A customer, alone or in an invoice.
pub(in crate::operations::thredfi) fn customer(
    ledger: &Ledger,
    customer: &Customer,
) -> Result<types::Customer, Failure> {
    let archived = customer.archived_at.is_some();
    let status = if archived { "archived" } else { customer.status.word() };
    let (contact, limit) = (&customer.contact, customer.credit_limit.map(Cents::get));
    Ok(types::Customer {
        type_: types::CustomerType::CustomerData,
        id: customer.id.0,
        external_id: customer.external_id.clone(),
        reference_number: customer.reference_number.clone(),
        individual_name: customer.individual_name.clone(),
        company_name: customer.company_name.clone(),
        display_name: customer.name.clone(),
        email: contact.email.clone(),
        mobile_phone: contact.mobile_phone.clone(),
        office_phone: contact.office_phone.clone(),
        address_line1: contact.address_line1.clone(),
        address_line2: contact.address_line2.clone(),
        city: contact.city.clone(),
        state_county: contact.state_county.clone(),
        postal_code: contact.postal_code.clone(),
        country: contact.country.clone(),
        full_address: contact.address(),
        address_string: contact.address(),
        vat_number: customer.vat_number.clone(),
        tax_exempt: customer.tax_exempt,
        status: wire_word(status)?,
        is_active: status == "active",
        is_archived: archived,
        transaction_tags: customer.tags.iter().map(|tag| loose_value(tag)).collect(),
        notes: customer.notes.clone(),
        metadata: metadata_value(&customer.metadata)?,
        payment_terms_days: customer.payment_terms_days,
        credit_limit: limit,
        credit_limit_cents: limit,
        outstanding_balance: ledger.owed_by(customer.id).get(),
        documents: Vec::new(),
        created_at: customer.created_at,
        updated_at: customer.updated_at,
        archived_at: customer.archived_at,
    })
}

/// A page of customers.
pub(in crate::operations::thredfi) fn customer_page(
    ledger: &Ledger,
    page: &Page<Customer>,
    paging: Paging,
) -> Result<types::PaginatedCustomerList, Failure> {
    let page_info = paging.info(page.total)?;
    let results = page.items.iter().map(|it| customer(ledger, it)).collect::<Result<_, _>>()?;
    Ok(types::PaginatedCustomerList { count: page_info.total_count, page_info, results })
}
