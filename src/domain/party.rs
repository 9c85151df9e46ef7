//! Who keeps books and whom they deal with: the business, its customers, its vendors.

use serde::{Deserialize, Serialize};

use super::{BusinessId, Currency, CustomerId, VendorId};

/// A business whose books the sandbox keeps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Business {
    /// Its id, in Thredfi's paths and in Day Zero's `x-business-id`.
    pub id: BusinessId,
    /// Its name.
    pub name: String,
    /// Who may act for it: a Thredfi partner's UUID or a Day Zero token; nobody where `None`.
    pub owner: Option<String>,
    /// The currency of its books. A Thredfi payment must be in it.
    pub base_currency: Currency,
}

/// Somebody who owes the business money. Text that is not known is empty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Customer {
    /// Its id.
    pub id: CustomerId,
    /// The name to display.
    pub name: String,
    /// Its e-mail address.
    pub email: String,
    /// The company's name.
    pub company_name: String,
}

/// Somebody whom the business owes money.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vendor {
    /// Its id.
    pub id: VendorId,
    /// The name to display.
    pub name: String,
}
