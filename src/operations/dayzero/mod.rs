//! Day Zero: invoices and bills, and the bank transactions that pay them.

mod bills;
mod errors;
mod invoices;
mod links;
mod lists;
mod proof;
mod query;
mod transactions;
mod wire;
mod wording;

use super::{EmptyBody, Provider, Scheme};
use crate::contract::Contract;

generated! {
    /// The wire types, as the document shapes them.
    types, "dayzero_types.rs", {}
}

generated! {
    /// The requests, replies, traits and table of the operations.
    api, "dayzero_api.rs", {
        use super::types;
        use crate::operations::{Cx, Failure, Operation, Refuses, Reply, Says, decode};
    }
}

/// Day Zero's document: corrected, and brought down to OpenAPI 3.0.
const DOCUMENT: &str = include_str!(concat!(env!("OUT_DIR"), "/dayzero.json"));

/// The same, operation by operation.
pub(super) const EXCERPTS: &[(&str, &str)] =
    include!(concat!(env!("OUT_DIR"), "/dayzero_excerpts.rs"));

/// The way back from it to the files without the overlay.
const UNDO: &str = include_str!(concat!(env!("OUT_DIR"), "/dayzero_undo.json"));

/// Day Zero, as it behaves. The traits of the document are implemented for it, one file a tag.
enum DayZero {}

/// The provider.
pub(super) fn provider() -> Provider {
    Provider {
        name: "dayzero",
        document: DOCUMENT,
        undo: UNDO,
        contract: Contract::of_excerpts(EXCERPTS),
        operations: api::operations::<DayZero>(),
        scheme: Scheme::DayZero,
        prefix: "/api/v1/",
        empty_body: EmptyBody::IsNothing,
        word: errors::reply,
        unanswerable: proof::unanswerable,
    }
}
