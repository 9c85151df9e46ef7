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
use crate::contract::Contract;

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

/// The same, operation by operation.
pub(super) const EXCERPTS: &[(&str, &str)] =
    include!(concat!(env!("OUT_DIR"), "/thredfi_excerpts.rs"));

/// The way back from it to the files without the overlay.
const UNDO: &str = include_str!(concat!(env!("OUT_DIR"), "/thredfi_undo.json"));

/// Thredfi, as it behaves. The traits of the document are implemented for it, one file a tag.
enum Thredfi {}

/// The provider.
pub(super) fn provider() -> Provider {
    Provider {
        name: "thredfi",
        document: DOCUMENT,
        undo: UNDO,
        contract: Contract::of_excerpts(EXCERPTS),
        operations: api::operations::<Thredfi>(),
        scheme: Scheme::Thredfi,
        prefix: "/v1/platform/",
        empty_body: EmptyBody::IsEmptyObject,
        word: errors::reply,
        unanswerable: proof::unanswerable,
    }
}
