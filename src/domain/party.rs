//! Who keeps books and whom they deal with: the business, its customers, its vendors.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::{BusinessId, Cents, Currency, CustomerId, VendorId};

/// A business whose books the sandbox keeps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Business {
    /// Its id, in Thredfi's paths and in Day Zero's `x-business-id`.
    pub id: BusinessId,
    /// The integrator's own id of it, by which a repeated call is recognised.
    pub external_id: String,
    /// Its name.
    pub name: String,
    /// Who may act for it: a Thredfi partner's UUID or a Day Zero token; nobody where `None`.
    pub owner: Option<String>,
    /// The currency of its books. A Thredfi payment must be in it.
    pub base_currency: Currency,
    /// What else is known of it.
    pub profile: Profile,
    /// When it was recorded, UTC.
    pub created_at: DateTime<Utc>,
    /// When it last changed, UTC.
    pub updated_at: DateTime<Utc>,
}

/// What no rule reads, and a business is asked for all the same. Text that is not known is empty.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Profile {
    /// The name in the register of companies; its name where it is empty.
    pub legal_name: String,
    /// What kind of company it is.
    pub entity_type: String,
    /// Its telephone number.
    pub phone_number: String,
    /// Its e-mail address.
    pub email: String,
    /// Its tax number.
    pub tin: String,
    /// Its VAT number.
    pub vat_number: String,
    /// Its number in the register of companies.
    pub company_number: String,
    /// Its country, two letters.
    pub country: String,
    /// Its province.
    pub province: String,
    /// Its industry.
    pub eu_nace_industry_code: String,
    /// `cash` or `accrual`.
    pub accounting_method: String,
    /// The last day of its fiscal year.
    pub fiscal_year_end: Option<NaiveDate>,
    /// When its books begin, UTC.
    pub activation_at: Option<DateTime<Utc>>,
    /// The integrator's own key-value pairs: a JSON object as text, or empty.
    pub metadata: String,
}

/// How somebody is reached. Text that is not known is empty.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[expect(missing_docs, reason = "the fields are what they are called")]
pub struct Contact {
    pub email: String,
    pub mobile_phone: String,
    pub office_phone: String,
    pub address_line1: String,
    pub address_line2: String,
    pub city: String,
    pub state_county: String,
    pub postal_code: String,
    pub country: String,
}

impl Contact {
    /// The address on one line, without the parts that are not known.
    pub fn address(&self) -> String {
        let parts = [
            &self.address_line1,
            &self.address_line2,
            &self.city,
            &self.state_county,
            &self.postal_code,
            &self.country,
        ];
        let known: Vec<_> = parts.into_iter().filter(|part| !part.is_empty()).cloned().collect();
        known.join(", ")
    }
}

/// Somebody who owes the business money. Text that is not known is empty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Customer {
    /// Its id.
    pub id: CustomerId,
    /// The integrator's own id of it.
    pub external_id: String,
    /// The name to display.
    pub name: String,
    /// A person's name.
    pub individual_name: String,
    /// The company's name.
    pub company_name: String,
    /// The integrator's reference.
    pub reference_number: String,
    /// How it is reached.
    pub contact: Contact,
    /// Its VAT number.
    pub vat_number: String,
    /// Whether it pays no tax.
    pub tax_exempt: bool,
    /// Notes.
    pub notes: String,
    /// Tags.
    pub tags: Vec<String>,
    /// The integrator's own key-value pairs: a JSON object as text, or empty.
    pub metadata: String,
    /// How many days it has to pay.
    pub payment_terms_days: Option<i64>,
    /// What it may owe at most, in cents.
    pub credit_limit: Option<Cents>,
    /// Whether business is done with it, unless it was archived.
    pub status: CustomerStatus,
    /// When it was archived, UTC.
    pub archived_at: Option<DateTime<Utc>>,
    /// When it was recorded, UTC.
    pub created_at: DateTime<Utc>,
    /// When it last changed, UTC.
    pub updated_at: DateTime<Utc>,
}

/// A customer that somebody asks to have entered. Fields mean what they mean in [`Customer`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are those of Customer")]
pub struct NewCustomer {
    pub external_id: String,
    /// The company's name, or else the person's, where it is empty.
    pub name: String,
    pub individual_name: String,
    pub company_name: String,
    pub reference_number: String,
    pub contact: Contact,
    pub vat_number: String,
    pub tax_exempt: bool,
    pub notes: String,
    pub tags: Vec<String>,
    pub metadata: String,
    pub payment_terms_days: Option<i64>,
    pub credit_limit: Option<Cents>,
    pub status: CustomerStatus,
}

/// Somebody whom the business owes money. Text that is not known is empty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Vendor {
    /// Its id.
    pub id: VendorId,
    /// The integrator's own id of it.
    pub external_id: String,
    /// The name to display.
    pub name: String,
    /// A person's name.
    pub individual_name: String,
    /// The company's name.
    pub company_name: String,
    /// How it is reached.
    pub contact: Contact,
    /// A memo.
    pub memo: String,
    /// Tags.
    pub tags: Vec<String>,
    /// Whether business is done with it.
    pub status: VendorStatus,
    /// When it was recorded, UTC.
    pub created_at: DateTime<Utc>,
    /// When it last changed, UTC.
    pub updated_at: DateTime<Utc>,
}

super::payment::words! {
    /// Whether business is done with a customer.
    CustomerStatus {
        /// It is.
        Active = "active",
        /// Not at present.
        Inactive = "inactive",
        /// It must not be.
        Blocked = "blocked",
    }
}

super::payment::words! {
    /// Whether business is done with a vendor.
    VendorStatus {
        /// It is.
        Active = "ACTIVE",
        /// Not at present.
        Inactive = "INACTIVE",
        /// Not any more.
        Archived = "ARCHIVED",
        /// It must not be.
        Blocked = "BLOCKED",
    }
}

super::shelf::records! {
    Business: BusinessId, external_id;
    Customer: CustomerId, external_id;
    Vendor: VendorId, external_id;
}
