//! Businesses and customers.

use chrono::{DateTime, Utc};

use super::super::query::Paging;
use super::super::types;
use super::{
    currency, domain_word, loose_text, loose_value, metadata_text, metadata_value, wire_word,
};
use crate::domain::{
    Business, BusinessId, Cents, Contact, Customer, Ids, Ledger, NewCustomer, Page, Profile,
};
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

/// A request to create a business. `base_currency` wins over the older guides' `currency`: that
/// one counts where the other is the document's default.
pub(in crate::operations::thredfi) fn new_business(
    body: types::CreateBusinessRequest,
    owner: &str,
    ids: &mut Ids,
    now: DateTime<Utc>,
) -> Result<Business, Failure> {
    let base = body.base_currency;
    let older = body.currency.filter(|_| base == types::CreateBusinessRequestBaseCurrency::Gbp);
    let base = older.map_or_else(|| base.to_string(), |older| older.to_string());
    Ok(Business {
        id: BusinessId(ids.v4()),
        external_id: body.external_id,
        name: body.legal_name.clone(),
        owner: Some(owner.to_owned()),
        base_currency: domain_word(&base)?,
        profile: Profile {
            legal_name: body.legal_name,
            entity_type: body.entity_type.to_lowercase(),
            phone_number: body.phone_number.unwrap_or_default(),
            email: body.email,
            tin: body.tin.unwrap_or_default(),
            vat_number: body.vat_number.unwrap_or_default(),
            company_number: body.company_number.unwrap_or_default(),
            country: body.country.to_string(),
            province: body.province.unwrap_or_default(),
            eu_nace_industry_code: body.eu_nace_industry_code.unwrap_or_default(),
            accounting_method: body.accounting_method.to_string(),
            fiscal_year_end: body.fiscal_year_end,
            activation_at: Some(now),
            metadata: metadata_text(&body.metadata.unwrap_or_default()),
        },
        created_at: now,
        updated_at: now,
    })
}

/// The registered name; the name where no other is known.
fn legal_name(business: &Business) -> String {
    let known = Some(&business.profile.legal_name).filter(|name| !name.is_empty());
    known.unwrap_or(&business.name).clone()
}

/// What a business does by default where nothing is said of it.
fn accounting_method(business: &Business) -> &str {
    let method = business.profile.accounting_method.as_str();
    if method.is_empty() { "accrual" } else { method }
}

/// A business under the name of a type of the document; they differ in what is beside its fields.
macro_rules! business {
    ($shape:ident, $business:expr $(, $more:ident: $value:expr)*) => {
        types::$shape {
            id: $business.id.0,
            external_id: $business.external_id.clone(),
            legal_name: legal_name($business),
            name: $business.name.clone(),
            entity_type: $business.profile.entity_type.clone(),
            phone_number: $business.profile.phone_number.clone(),
            tin: $business.profile.tin.clone(),
            vat_number: $business.profile.vat_number.clone(),
            company_number: $business.profile.company_number.clone(),
            country: $business.profile.country.clone(),
            province: $business.profile.province.clone(),
            eu_nace_industry_code: $business.profile.eu_nace_industry_code.clone(),
            email: $business.profile.email.clone(),
            base_currency: currency($business.base_currency)?,
            accounting_method: wire_word(accounting_method($business))?,
            fiscal_year_end: $business.profile.fiscal_year_end,
            activation_at: $business.profile.activation_at,
            is_active: true,
            created_at: $business.created_at,
            updated_at: $business.updated_at,
            metadata: metadata_value(&$business.profile.metadata)?,
            $($more: $value,)*
        }
    };
}

/// A business.
pub(in crate::operations::thredfi) fn business(
    business: &Business,
) -> Result<types::Business, Failure> {
    Ok(business!(Business, business))
}

/// The answer to a create: the business, and whether it is new.
pub(in crate::operations::thredfi) fn business_made(
    business: &Business,
    created: bool,
) -> Result<types::BusinessCreateResponse, Failure> {
    let message = if created {
        "Business created."
    } else {
        "A business with this external_id exists; it is returned unchanged."
    };
    let meta = types::BusinessCreateMeta { created, message: message.to_owned() };
    Ok(business!(BusinessCreateResponse, business, meta: meta))
}

/// A page of businesses.
pub(in crate::operations::thredfi) fn business_page(
    page: &Page<Business>,
    paging: Paging,
) -> Result<types::PaginatedBusinessList, Failure> {
    let page_info = paging.info(page.total)?;
    let results = page.items.iter().map(|it| listed_business(it)).collect::<Result<_, _>>()?;
    Ok(types::PaginatedBusinessList { count: page_info.total_count, page_info, results })
}

fn listed_business(business: &Business) -> Result<types::BusinessListItem, Failure> {
    let profile = &business.profile;
    Ok(types::BusinessListItem {
        id: business.id.0,
        external_id: business.external_id.clone(),
        name: business.name.clone(),
        legal_name: legal_name(business),
        entity_type: profile.entity_type.clone(),
        country: profile.country.clone(),
        province: profile.province.clone(),
        eu_nace_industry_code: profile.eu_nace_industry_code.clone(),
        is_active: true,
        activation_at: profile.activation_at,
        created_at: business.created_at,
        updated_at: business.updated_at,
        vat_number: profile.vat_number.clone(),
        company_number: profile.company_number.clone(),
        tax_id: profile.tin.clone(),
        base_currency: currency(business.base_currency)?,
    })
}
