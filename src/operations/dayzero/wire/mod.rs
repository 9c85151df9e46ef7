//! Records in the shapes of Day Zero's document. No rules here.

pub(super) mod bills;
pub(super) mod invoices;
pub(super) mod transactions;

use super::types;
use crate::domain::Currency;
use crate::operations::Failure;

/// A text of the books, in which nothing is empty, as the document has it: null.
pub(super) fn text(text: &str) -> Option<String> {
    Some(text).filter(|text| !text.is_empty()).map(str::to_owned)
}

/// A number of records on the wire.
pub(super) fn number(count: usize) -> Result<i64, Failure> {
    i64::try_from(count).map_err(|_| Failure::Defect(format!("{count} does not fit in 64 bits")))
}

/// The currency that was asked for, or else that of the books.
pub(super) fn currency(sent: Option<types::CurrencyCode>, base: Currency) -> Currency {
    match sent {
        None => base,
        Some(types::CurrencyCode::Usd) => Currency::USD,
        Some(types::CurrencyCode::Cad) => Currency::CAD,
        Some(types::CurrencyCode::Aud) => Currency::AUD,
        Some(types::CurrencyCode::Eur) => Currency::EUR,
        Some(types::CurrencyCode::Gbp) => Currency::GBP,
    }
}

/// A payment is gone.
pub(super) fn removed() -> types::SuccessResponse {
    types::SuccessResponse {
        success: true,
        message: "Payment removed".to_owned(),
        code: "PAYMENT_REMOVED".to_owned(),
        data: None,
    }
}

fn lost(what: &str, id: impl std::fmt::Display) -> Failure {
    Failure::Defect(format!("no {what} {id} in these books"))
}
