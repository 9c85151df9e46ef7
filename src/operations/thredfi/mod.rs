//! Thredfi's accounting platform: its tokens, invoice payments and bill payments.

mod bank_transactions;
mod bill_payments;
mod bills;
mod businesses;
mod customers;
mod errors;
mod insights;
mod invoice_payments;
mod invoices;
mod payouts;
mod proof;
mod query;
mod refund_payments;
mod refunds;
mod refusals;
mod tokens;
mod vendors;
mod widget;
mod wire;
mod wording;

use super::{EmptyBody, Provider, Scheme};

generated! {
    /// The wire types, as the document shapes them.
    types, "thredfi_types.rs", {}
}

generated! {
    /// The requests, replies, traits and table of the operations.
    api, "thredfi_api.rs", {
        use super::types;
        use crate::operations::{Cx, Failure, Operation, Refuses, Reply, Says, decode};
    }
}

/// Thredfi's document: merged and corrected.
const DOCUMENT: &str = include_str!(concat!(env!("OUT_DIR"), "/thredfi.json"));

/// Thredfi, as it behaves. The traits of the document are implemented for it, one file a tag.
enum Thredfi {}

/// The provider.
///
/// # Errors
/// Where the document cannot be compiled, which the build excludes.
pub(super) fn provider() -> Result<Provider, String> {
    Ok(Provider {
        name: "thredfi",
        document: DOCUMENT,
        contract: super::contract(DOCUMENT)?,
        operations: api::operations::<Thredfi>(),
        scheme: Scheme::Thredfi,
        prefix: "/v1/platform/",
        empty_body: EmptyBody::IsEmptyObject,
        word: errors::reply,
        unanswerable: proof::unanswerable,
    })
}
