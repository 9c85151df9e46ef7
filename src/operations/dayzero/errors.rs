//! Day Zero's words for every failure: FastAPI's `{"detail": …}` (BEHAVIOUR 6). Here and nowhere
//! else, in one match without a catch-all.

use serde_json::json;

use super::wording::{error_detail, located};
use super::{api, types};
use crate::domain::{Error, Linked};
use crate::operations::{
    BodyLoss, Failure, Forbidden, Refuses, Reply, Resource, Says, Unauthenticated, same,
};
use crate::state::journal;

/// A failure in Day Zero's words.
enum Refusal {
    /// A status with a sentence.
    Text(u16, String),
    /// 422: what is wrong, place by place.
    Located(types::HttpValidationError),
}

/// A failure that belongs to no operation.
pub(super) fn reply(failure: Failure, request_id: &str) -> Reply {
    let retry_after = failure.retry_after();
    let reply = match word(failure, request_id) {
        Refusal::Text(status, detail) => Reply::json(status, &json!({ "detail": detail })),
        Refusal::Located(body) => Reply::json(422, &body),
    };
    retriable(reply, retry_after)
}

/// The reply with the header that says when to try again, where there is something to say.
fn retriable(reply: Reply, retry_after: Option<u64>) -> Reply {
    match retry_after {
        Some(seconds) => reply.with_header("retry-after", seconds.to_string()),
        None => reply,
    }
}

fn word(failure: Failure, request_id: &str) -> Refusal {
    let (status, text) = match failure {
        Failure::Unauthenticated(
            Unauthenticated::Missing
            | Unauthenticated::BadCredentials
            | Unauthenticated::BadToken(_),
        ) => (401, "Not authenticated".to_owned()),
        Failure::Forbidden(
            Forbidden::OtherBusiness
            | Forbidden::ScopedTokenMints
            | Forbidden::PartnerOnly
            | Forbidden::BusinessOnly,
        ) => (403, "Not enough permissions".to_owned()),
        Failure::BusinessNotNamed => {
            (400, "Missing x-business-id header: it names the business to act for".to_owned())
        }
        Failure::NotFound(resource) => (404, not_found(resource).to_owned()),
        Failure::Invalid(violations) => return Refusal::Located(located(&violations)),
        Failure::UnsupportedMediaType { sent, allowed } => {
            (415, format!("Unsupported media type {sent:?}; send one of: {}", allowed.join(", ")))
        }
        Failure::BodyTooLarge { limit } => {
            (413, format!("Request body is larger than {limit} bytes"))
        }
        Failure::BodyLost(BodyLoss::TimedOut) => {
            (400, "The request body did not arrive in time".to_owned())
        }
        Failure::BodyLost(BodyLoss::Broken) => {
            (400, "There was an error parsing the body".to_owned())
        }
        Failure::KeyReused => (409, "This idempotency key was used with another body".to_owned()),
        Failure::Fields(fields) => {
            // The sentence names the field where that is not plain.
            let all = fields.into_iter().map(|(_, text)| text);
            (400, all.collect::<Vec<_>>().join("; "))
        }
        Failure::Refused(error) => refused(error),
        Failure::TooManyRequests { retry_after } => {
            (429, format!("Rate limit exceeded; retry after {retry_after} seconds"))
        }
        Failure::Forced { status, by } => {
            (status, format!("The sandbox was told to answer {status} ({by})"))
        }
        Failure::UnknownPath { nearest, .. } => (404, format!("Not Found; nearest: {nearest}")),
        Failure::MethodNotAllowed { .. } => (405, "Method Not Allowed".to_owned()),
        Failure::Breach { status, found } => {
            let all =
                found.iter().map(|it| format!("{}: {}", it.at(), journal::words(&it.problem).1));
            let all = all.collect::<Vec<_>>().join(" ");
            (500, format!("The sandbox's own {status} breaks its document: {all}"))
        }
        Failure::NotSimulated => {
            (501, "The sandbox does not simulate this operation yet".to_owned())
        }
        Failure::Defect(ref text) => {
            tracing::error!(request_id, defect = %text, "a defect of the sandbox");
            (500, "Internal Server Error".to_owned())
        }
    };
    Refusal::Text(status, text)
}

/// What is not there: the provider has one sentence for all, and another for what a body names.
fn not_found(resource: Resource) -> &'static str {
    match resource {
        Resource::Customer => "Customer not found",
        Resource::Vendor => "Vendor not found",
        Resource::Transaction => "Transaction not found",
        Resource::Product => "Product variant not found",
        Resource::Business
        | Resource::Invoice
        | Resource::Bill
        | Resource::Payment
        | Resource::Refund
        | Resource::RefundPayment
        | Resource::Payout
        | Resource::Page => "Resource not found",
    }
}

/// A refusal of the books, with the figures that explain it.
fn refused(error: Error) -> (u16, String) {
    match error {
        Error::UnknownDocument => (404, "Resource not found".to_owned()),
        Error::UnknownTransaction => (404, "Transaction not found".to_owned()),
        Error::Exceeds { amount, most, .. } => (
            400,
            format!(
                "Payment amount {amount} exceeds the transaction's remaining unallocated amount \
                 {most} (cents)"
            ),
        ),
        Error::Withdrawal { amount } => (
            400,
            format!("Transaction is a withdrawal of {amount} cents: it has nothing to allocate"),
        ),
        Error::TransactionCurrency { transaction, document, pays } => {
            let what = match pays {
                Linked::Invoice(_) => "invoice",
                Linked::Bill(_) => "bill",
            };
            let text = "Transaction currency";
            (400, format!("{text} {transaction} does not match {what} currency {document}"))
        }
        Error::DraftInvoice => {
            (400, "Invoice is a draft: finalize it before adding payments".to_owned())
        }
        Error::DraftBill => (400, "Bill is not received yet: it takes no payments".to_owned()),
        Error::ClosedInvoice { status } => (
            409,
            format!("Invoice is {}: it takes no payments", super::wording::invoice_status(status)),
        ),
        Error::VoidBill => (409, "Bill is canceled: it takes no payments".to_owned()),
        Error::State { what, from, to, .. } => (409, super::wording::illegal(what, from, to)),
        Error::HasPayments { allocated } => {
            (409, format!("Payments have brought {allocated} cents: unlink them first"))
        }
        // The last of these; the others only Thredfi's operations can meet.
        error @ (Error::Faults(_)
        | Error::CurrencyMismatch { .. }
        | Error::OtherCustomer(_)
        | Error::OtherVendor(_)
        | Error::InvoiceNotPayable(_)
        | Error::BillNotPayable(_)
        | Error::ExceedsPayment { .. }
        | Error::ExceedsOutstanding(_)
        | Error::BelowAllocated { .. }
        | Error::NegativeTotal { .. }
        | Error::Reconciled { .. }
        | Error::Settled { .. }
        | Error::DuplicateExternalId { .. }
        | Error::PartlyRefunded { .. }
        | Error::NotReconcilable { .. }
        | Error::NotReconciled
        | Error::AlreadyReconciled { .. }
        | Error::InMatch(_)
        | Error::NotPayableOut(_)
        | Error::Deposit { .. }
        | Error::InPayment { .. }
        | Error::Overflow) => (400, error.to_string()),
    }
}

/// What a status with a sentence puts in the body, whichever type the document gives it.
trait Sentence {
    fn sentence(text: String) -> Self;
}

impl Sentence for types::ErrorDetail {
    fn sentence(text: String) -> Self {
        Self { detail: text }
    }
}

impl Sentence for types::HttpValidationError {
    fn sentence(text: String) -> Self {
        Self { detail: Some(vec![error_detail(text)]) }
    }
}

/// Which operation refuses with which statuses. A status that is taken out of the document, or one
/// that is added to it and not here, does not compile.
macro_rules! refuses {
    ($($reply:ident: $($status:literal)*;)*) => {$(
        impl Refuses for api::$reply {
            fn refuse(failure: Failure, request_id: &str) -> Reply {
                let retry_after = failure.retry_after();
                let reply = match word(failure, request_id) {
                    Refusal::Located(body) => <Self as Says<422>>::say(body).into_reply(),
                    Refusal::Text(status, text) => match status {
                        $($status => {
                            <Self as Says<$status>>::say(Sentence::sentence(text)).into_reply()
                        })*
                        other => {
                            tracing::error!(request_id, status, "an undocumented refusal");
                            Reply::json(other, &json!({ "detail": text }))
                        }
                    },
                };
                retriable(reply, retry_after)
            }
        }
        const _: () = assert!(same(&[$($status),*], api::$reply::REFUSALS));
    )*};
}

refuses! {
    CreateInvoicePaymentReply: 400 401 403 404 409 413 415 422 429;
    GetInvoicesReply: 400 401 403 404 422 429;
    CreateInvoiceReply: 400 401 403 404 413 415 422 429;
    GetInvoiceReply: 400 401 403 404 422 429;
    FinalizeInvoiceReply: 400 401 403 404 409 422 429;
    VoidInvoiceReply: 400 401 403 404 409 422 429;
    ListInvoicePaymentsReply: 400 401 403 404 422 429;
    DeleteInvoicePaymentReply: 400 401 403 404 422 429;
    ListTransactionsReply: 400 401 403 404 422 429;
    CreateTransactionReply: 400 401 403 404 413 415 422 429;
    GetTransactionAllocationsReply: 400 401 403 404 422 429;
    ListBillsReply: 400 401 403 404 422 429;
    CreateBillReply: 400 401 403 404 413 415 422 429;
    GetBillReply: 400 401 403 404 422 429;
    ListBillPaymentsReply: 400 401 403 404 422 429;
    CreateBillPaymentReply: 400 401 403 404 409 413 415 422 429;
    DeleteBillPaymentReply: 400 401 403 404 422 429;
    CreateBillReceivedReply: 400 401 403 404 413 415 422 429;
    MarkBillReceivedReply: 400 401 403 404 409 413 415 422 429;
    FinalizeInvoiceByPutReply: 400 401 403 404 409 422 429;
    VoidInvoiceByPostReply: 400 401 403 404 409 422 429;
}
