//! Thredfi's words for every failure: status, code, message and detail (BEHAVIOUR 2 to 4). Here
//! and nowhere else, in one match without a catch-all.

use serde_json::{Map, Value, json};

use super::refusals::refused;
use super::wording::{field_errors, not_found_by_path};
use super::{api, types};
use crate::contract::Violation;
use crate::operations::{
    BodyLoss, Failure, Forbidden, Refuses, Reply, Resource, Says, Unauthenticated, same,
};
use crate::state::{BadToken, journal};

/// A failure in Thredfi's words.
struct Refusal {
    status: u16,
    code: &'static str,
    message: String,
    detail: Map<String, Value>,
    request_id: String,
    headers: Vec<(&'static str, String)>,
}

/// A failure that belongs to no operation.
pub(super) fn reply(failure: Failure, request_id: &str) -> Reply {
    let mut refusal = word(failure, request_id);
    let (status, headers) = (refusal.status, std::mem::take(&mut refusal.headers));
    Reply { headers, ..Reply::json(status, &types::ErrorResponse::from(refusal)) }
}

fn word(failure: Failure, request_id: &str) -> Refusal {
    let retry_after = failure.retry_after();
    let (status, code, message, detail) = match failure {
        Failure::Unauthenticated(reason) => unauthenticated(reason),
        Failure::Forbidden(Forbidden::OtherBusiness) => {
            let message = "This token is scoped to another business.";
            (403, "permission_denied", message.to_owned(), none())
        }
        Failure::Forbidden(Forbidden::ScopedTokenMints) => {
            let message = "A business token cannot mint tokens; use a partner token.";
            (403, "permission_denied", message.to_owned(), none())
        }
        Failure::Forbidden(Forbidden::PartnerOnly) => {
            let message = "A business token is no good here; use a partner token.";
            (403, "permission_denied", message.to_owned(), none())
        }
        Failure::Forbidden(Forbidden::BusinessOnly) => {
            let message = "A partner token is no good here; use a token for this business.";
            (403, "permission_denied", message.to_owned(), none())
        }
        Failure::BusinessNotNamed => not_found(Resource::Business),
        Failure::NotFound(resource) => not_found(resource),
        Failure::Invalid(violations) => match not_found_by_path(&violations) {
            Some(resource) => not_found(resource),
            None => invalid(field_errors(&violations)),
        },
        Failure::Fields(fields) => {
            invalid(fields.into_iter().map(|(field, text)| (field, json!([text]))).collect())
        }
        Failure::UnsupportedMediaType { sent, allowed } => (
            415,
            "unsupported_media_type",
            format!("Unsupported media type {sent:?} in request."),
            object(json!({ "media_type": sent, "supported": allowed })),
        ),
        Failure::BodyTooLarge { limit } => (
            413,
            "payload_too_large",
            format!("The request body is larger than {limit} bytes."),
            object(json!({ "limit_bytes": limit })),
        ),
        Failure::BodyLost(loss) => invalid(one_error(
            "non_field_errors",
            match loss {
                BodyLoss::TimedOut => "The body did not arrive in time.",
                BodyLoss::Broken => "The body could not be read to its end.",
            },
        )),
        Failure::KeyReused => (
            409,
            "idempotency_conflict",
            "This Idempotency-Key was used with a different request body.".to_owned(),
            object(json!({ "header": "Idempotency-Key" })),
        ),
        Failure::Refused(error) => refused(error),
        Failure::TooManyRequests { retry_after } => (
            429,
            "rate_limited",
            format!(
                "Request was throttled. Expected available in {retry_after} second{}.",
                if retry_after == 1 { "" } else { "s" }
            ),
            object(json!({ "retry_after_seconds": retry_after })),
        ),
        Failure::Forced { status, by } => forced(status, by),
        Failure::UnknownPath { asked, nearest } => (
            404,
            "not_found",
            format!("No operation has the path {asked}."),
            object(json!({ "path": asked, "nearest": nearest })),
        ),
        Failure::MethodNotAllowed { ref allowed } => (
            405,
            "method_not_allowed",
            "Method not allowed on this path.".to_owned(),
            object(json!({ "allowed": allowed })),
        ),
        Failure::Breach { status, found } => {
            let message = "The sandbox's own answer breaks its document.";
            (500, "contract_breach", message.to_owned(), breaches(status, &found))
        }
        Failure::NotSimulated => (
            501,
            "not_simulated",
            "The sandbox does not simulate this operation yet.".to_owned(),
            none(),
        ),
        Failure::Defect(ref text) => {
            tracing::error!(request_id, defect = %text, "a defect of the sandbox");
            (500, "internal_error", "An unexpected error occurred.".to_owned(), none())
        }
    };
    let mut headers = Vec::new();
    if status == 401 {
        headers.push(("www-authenticate", r#"Bearer realm="api""#.to_owned()));
    }
    if let Some(seconds) = retry_after {
        headers.push(("retry-after", seconds.to_string()));
    }
    Refusal { status, code, message, detail, request_id: request_id.to_owned(), headers }
}

/// The code and message of a thing that is not there.
fn not_found(resource: Resource) -> Words {
    let (code, message) = match resource {
        Resource::Business => ("business_not_found", "Business not found."),
        Resource::Customer => ("customer_not_found", "Customer not found."),
        Resource::Vendor => ("vendor_not_found", "Vendor not found."),
        Resource::Invoice => ("invoice_not_found", "Invoice not found."),
        Resource::Bill => ("bill_not_found", "Bill not found."),
        Resource::Payment => ("payment_not_found", "Payment not found."),
        Resource::Transaction => ("bank_transaction_not_found", "Bank transaction not found."),
        Resource::Refund => ("refund_not_found", "Refund not found."),
        Resource::RefundPayment => ("refund_payment_not_found", "Refund payment not found."),
        Resource::Payout => ("payout_not_found", "Payout not found."),
        Resource::Product => ("product_not_found", "Product not found."),
        Resource::Page => ("not_found", "Invalid page."),
    };
    (404, code, message.to_owned(), none())
}

/// Status, code, message, detail.
pub(super) type Words = (u16, &'static str, String, Map<String, Value>);

fn breaches(answered: u16, found: &[Violation]) -> Map<String, Value> {
    let at = |it: &Violation| (it.at(), json!(journal::words(&it.problem).1));
    let breaches: Map<String, Value> = found.iter().map(at).collect();
    object(json!({ "answered": answered, "breaches": breaches }))
}

fn unauthenticated(reason: Unauthenticated) -> Words {
    let (code, message) = match reason {
        Unauthenticated::Missing => {
            ("authentication_required", "Authentication credentials were not provided.")
        }
        Unauthenticated::BadCredentials => {
            ("invalid_credentials", "The partner UUID or the API key is wrong.")
        }
        Unauthenticated::BadToken(BadToken::Malformed) => {
            ("invalid_token", "The token is malformed.")
        }
        Unauthenticated::BadToken(BadToken::Forged) => {
            ("invalid_token", "The token's signature does not hold.")
        }
        Unauthenticated::BadToken(BadToken::Expired) => ("invalid_token", "The token has expired."),
    };
    (401, code, message.to_owned(), none())
}

/// A refusal that somebody asked for: what a client reads by code is that of a true one.
fn forced(status: u16, by: &str) -> Words {
    let message = format!("The sandbox was told to answer {status} ({by}).");
    let (code, detail) = match status {
        400 => ("validation_error", field_detail(one_error("non_field_errors", &message))),
        401 => ("invalid_token", none()),
        403 => ("permission_denied", none()),
        404 => ("not_found", none()),
        409 => ("conflict", none()),
        413 => ("payload_too_large", none()),
        415 => ("unsupported_media_type", none()),
        422 => ("unprocessable", none()),
        429 => ("rate_limited", object(json!({ "retry_after_seconds": 1 }))),
        // 500, and whatever a document may come to name besides.
        _ => ("internal_error", none()),
    };
    (status, code, message, detail)
}

pub(super) fn invalid(fields: Map<String, Value>) -> Words {
    (400, "validation_error", "Request validation failed.".to_owned(), field_detail(fields))
}

/// The detail that names wrong fields.
fn field_detail(fields: Map<String, Value>) -> Map<String, Value> {
    Map::from_iter([("field_errors".to_owned(), Value::Object(fields))])
}

fn one_error(field: &str, text: &str) -> Map<String, Value> {
    object(json!({ field: [text] }))
}

pub(super) fn none() -> Map<String, Value> {
    Map::new()
}

pub(super) fn object(value: Value) -> Map<String, Value> {
    if let Value::Object(map) = value { map } else { Map::new() }
}

impl From<Refusal> for types::ErrorResponse {
    fn from(refusal: Refusal) -> Self {
        Self {
            error_code: refusal.code.to_owned(),
            message: Some(refusal.message),
            detail: Some(refusal.detail),
            request_id: Some(refusal.request_id),
        }
    }
}

impl From<Refusal> for types::ValidationErrorResponse {
    fn from(refusal: Refusal) -> Self {
        Self {
            error_code: refusal.code.to_owned(),
            message: Some(refusal.message),
            detail: refusal.detail,
            request_id: Some(refusal.request_id),
        }
    }
}

/// Which operation refuses with which statuses. A status that is taken out of the document, or one
/// that is added to it and not here, does not compile.
macro_rules! refuses {
    ($($reply:ident: $($status:literal)*;)*) => {$(
        impl Refuses for api::$reply {
            fn refuse(failure: Failure, request_id: &str) -> Reply {
                let mut refusal = word(failure, request_id);
                let headers = std::mem::take(&mut refusal.headers);
                let reply = match refusal.status {
                    $($status => <Self as Says<$status>>::say(refusal.into()).into_reply(),)*
                    other => {
                        tracing::error!(request_id, status = other, "an undocumented refusal");
                        Reply::json(other, &types::ErrorResponse::from(refusal))
                    }
                };
                Reply { headers, ..reply }
            }
        }
        const _: () = assert!(same(&[$($status),*], api::$reply::REFUSALS));
    )*};
}

refuses! {
    GetPartnerTokenReply: 400 401 413 415 429;
    GetBusinessTokenReply: 400 401 403 404 429;
    CreateInvoicePaymentReply: 400 401 403 404 409 413 415 422 429 500;
    ListInvoicePaymentsReply: 400 401 403 404 429;
    GetInvoicePaymentReply: 400 401 403 404 409 422 429 500;
    CreateBillPaymentAllocationReply: 400 401 403 404 409 413 415 422 429 500;
    ListVendorsReply: 400 401 403 404 429;
    CreateVendorReply: 400 401 403 404 409 413 415 429 500;
    GetVendorReply: 400 401 403 404 429;
    ListBillsReply: 400 401 403 404 429;
    CreateBillReply: 400 401 403 404 409 413 415 422 429 500;
    GetBillReply: 400 401 403 404 429;
    ListBillPaymentsReply: 400 401 403 404 429;
    GetBillPaymentReply: 400 401 403 404 429;
    UpdateBillPaymentReply: 400 401 403 404 409 413 415 422 429 500;
    DeleteBillPaymentReply: 400 401 403 404 409 429 500;
    ListBankTransactionsReply: 400 401 403 404 429;
    MatchBankTransactionPaymentReply: 400 401 403 404 409 413 415 422 429 500;
    UnmatchBankTransactionPaymentReply: 400 401 403 404 409 413 415 429 500;
    MatchBankTransactionBillPaymentReply: 400 401 403 404 409 413 415 422 429 500;
    UnmatchBankTransactionBillPaymentReply: 400 401 403 404 409 413 415 429 500;
    CreatePayoutReply: 400 401 403 404 409 413 415 422 429 500;
    GetPayoutReply: 400 401 403 404 429;
    GetArStatsReply: 400 401 403 404 429;
    GetApStatsReply: 400 401 403 404 429;
    GetMenuConfigReply: 400 401 403 404 429;
    ListTransactionCategoriesReply: 400 401 403 404 429;
    GetFinancialSummaryReply: 400 401 403 404 429;
    GetExpenseBreakdownReply: 400 401 403 404 429;
    GetArAgingReply: 400 401 403 404 429;
    GetApAgingReply: 400 401 403 404 429;
    ListBusinessesReply: 400 401 403 404 429;
    CreateBusinessReply: 400 401 403 409 413 415 429 500;
    GetBusinessReply: 400 401 403 404 429;
    ListCustomersReply: 400 401 403 404 429;
    CreateCustomerReply: 400 401 403 404 409 413 415 429 500;
    GetCustomerReply: 400 401 403 404 429;
    ArchiveCustomerReply: 400 401 403 404 409 429 500;
    ListInvoicesReply: 400 401 403 404 429;
    CreateInvoiceReply: 400 401 403 404 409 413 415 422 429 500;
    FetchInvoiceReply: 400 401 403 404 429;
    UpdateInvoiceReply: 400 401 403 404 409 413 415 422 429 500;
    VoidInvoiceReply: 400 401 403 404 409 429 500;
    PartialUpdateInvoicePaymentReply: 400 401 403 404 409 413 415 422 429 500;
    DeleteInvoicePaymentReply: 400 401 403 404 409 429 500;
    ListRefundsReply: 400 401 403 404 429;
    CreateRefundReply: 400 401 403 404 409 413 415 422 429 500;
    GetRefundReply: 400 401 403 404 429;
    ListRefundPaymentsReply: 400 401 403 404 429;
    CreateRefundPaymentReply: 400 401 403 404 409 413 415 422 429 500;
    FetchRefundPaymentReply: 400 401 403 404 429;
}
