//! Thredfi's words for every failure: status, code, message and detail (BEHAVIOUR 2 to 4). Here
//! and nowhere else, in one match without a catch-all.

use serde_json::{Map, Value, json};

use super::wording::{field_errors, not_found_by_path, unknown};
use super::{api, types};
use crate::domain::{Error, Excess, Fault, FaultKind, FaultPlace, NotPayable};
use crate::operations::{
    BodyLoss, Failure, Forbidden, Refuses, Reply, Resource, Says, Unauthenticated, same,
};
use crate::state::BadToken;

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
        Failure::BusinessNotNamed | Failure::NotFound(Resource::Business) => {
            (404, "business_not_found", "Business not found.".to_owned(), none())
        }
        Failure::NotFound(Resource::Payment) => {
            (404, "payment_not_found", "Payment not found.".to_owned(), none())
        }
        Failure::NotFound(Resource::Invoice) => {
            (404, "invoice_not_found", "Invoice not found.".to_owned(), none())
        }
        Failure::NotFound(Resource::Page) => (404, "not_found", "Invalid page.".to_owned(), none()),
        Failure::Invalid(violations) => match not_found_by_path(&violations) {
            Some((code, message)) => (404, code, message, none()),
            None => invalid(field_errors(&violations)),
        },
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
    let headers = match status {
        401 => vec![("www-authenticate", r#"Bearer realm="api""#.to_owned())],
        _ => Vec::new(),
    };
    Refusal { status, code, message, detail, request_id: request_id.to_owned(), headers }
}

/// Status, code, message, detail.
type Words = (u16, &'static str, String, Map<String, Value>);

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

/// A refusal of the books, with the numbers that explain it.
fn refused(error: Error) -> Words {
    let message = error.to_string();
    let on = |field: &str, text: &str, facts: Value| {
        let mut detail = object(facts);
        detail.insert("field_errors".to_owned(), json!({ field: [text] }));
        detail
    };
    let line = |position: usize, field: &str| format!("allocations[{position}].{field}");
    match error {
        Error::Faults(faults) => invalid(faulty_fields(&faults)),
        Error::CurrencyMismatch { sent, base } => {
            let text = format!("This business keeps its books in {base}, not in {sent}.");
            let facts = json!({ "currency": sent, "base_currency": base.code() });
            (422, "currency_mismatch", text.clone(), on("currency", &text, facts))
        }
        Error::OtherCustomer(lines) => {
            let text = "This invoice belongs to another customer.";
            let facts =
                first(&lines, |it| json!({ "invoice_id": it.document, "customer_id": it.owner }));
            let fields = lines.iter().map(|it| (line(it.position, "invoice_id"), text.to_owned()));
            (422, "customer_mismatch", text.to_owned(), all_on(fields, facts))
        }
        Error::OtherVendor(lines) => {
            let text = "This bill belongs to another vendor.";
            let facts =
                first(&lines, |it| json!({ "bill_id": it.document, "vendor_id": it.owner }));
            let fields = lines.iter().map(|it| (line(it.position, "bill_id"), text.to_owned()));
            (422, "vendor_mismatch", text.to_owned(), all_on(fields, facts))
        }
        Error::InvoiceNotPayable(lines) => {
            let status = super::wire::invoice_status;
            let text = |it: &NotPayable<_>| {
                format!("A payment cannot be allocated to a {} invoice.", status(it.status))
            };
            let facts = first(
                &lines,
                |it| json!({ "invoice_id": it.document, "invoice_status": status(it.status) }),
            );
            let fields = lines.iter().map(|it| (line(it.position, "invoice_id"), text(it)));
            (422, "invoice_not_payable", first(&lines, text), all_on(fields, facts))
        }
        Error::BillNotPayable(lines) => {
            let status = super::wire::bill_status;
            let text = |it: &NotPayable<_>| {
                format!("A payment cannot be allocated to a {} bill.", status(it.status))
            };
            let facts = first(
                &lines,
                |it| json!({ "bill_id": it.document, "bill_status": status(it.status) }),
            );
            let fields = lines.iter().map(|it| (line(it.position, "bill_id"), text(it)));
            (422, "bill_not_payable", first(&lines, text), all_on(fields, facts))
        }
        Error::ExceedsPayment { allocated, total } => {
            let text = format!("The allocations come to {allocated}, the payment to {total}.");
            let facts = json!({ "allocated_amount_cents": allocated, "payment_amount_cents": total,
                "excess_cents": allocated.get().saturating_sub(total.get()) });
            (422, "allocation_exceeds_payment", text.clone(), on("allocations", &text, facts))
        }
        Error::ExceedsOutstanding(lines) => {
            let text = |it: &Excess| {
                format!("{} is more than the {} outstanding.", it.amount, it.outstanding)
            };
            let facts = first(&lines, |it| {
                json!({ "document_id": it.document, "amount_cents": it.amount,
                    "outstanding_amount_cents": it.outstanding })
            });
            let fields = lines.iter().map(|it| (line(it.position, "amount_cents"), text(it)));
            (422, "allocation_exceeds_outstanding", first(&lines, text), all_on(fields, facts))
        }
        Error::Overflow => {
            let text = "The amounts together do not fit in 64 bits of cents.";
            (422, "amount_overflow", text.to_owned(), on("allocations", text, json!({})))
        }
        // What only a bank transaction's link can meet, which Thredfi's operations do not plan.
        Error::UnknownInvoice => (404, "invoice_not_found", message, none()),
        Error::UnknownTransaction => (404, "bank_transaction_not_found", message, none()),
        Error::Withdrawal { amount } => {
            (422, "not_a_deposit", message, object(json!({ "amount_cents": amount })))
        }
        Error::TransactionCurrency { transaction, invoice } => {
            let facts = json!({ "transaction": transaction.code(), "invoice": invoice.code() });
            (422, "currency_mismatch", message, object(facts))
        }
        Error::ExceedsTransaction { amount, remaining } => {
            let facts = json!({ "amount_cents": amount, "remaining_amount_cents": remaining });
            (422, "allocation_exceeds_transaction", message, object(facts))
        }
        Error::DraftInvoice | Error::ClosedInvoice { .. } => {
            (422, "invoice_not_payable", message, none())
        }
    }
}

/// What is said of the first of the lines that break a rule; there is one, or there were no error.
fn first<T, U: Default>(lines: &[T], say: impl Fn(&T) -> U) -> U {
    lines.first().map(say).unwrap_or_default()
}

/// The facts of the first line, and what is wrong with each.
fn all_on(fields: impl Iterator<Item = (String, String)>, facts: Value) -> Map<String, Value> {
    let mut detail = object(facts);
    let fields: Map<_, _> = fields.map(|(field, text)| (field, json!([text]))).collect();
    detail.insert("field_errors".to_owned(), Value::Object(fields));
    detail
}

/// References in the body that do not hold are errors of their fields, all at once.
fn faulty_fields(faults: &[Fault]) -> Map<String, Value> {
    let mut fields = Map::new();
    for Fault { place, kind } in faults {
        let (field, what) = match place {
            FaultPlace::Customer => ("customer_id".to_owned(), "customer"),
            FaultPlace::Vendor => ("vendor_id".to_owned(), "vendor"),
            FaultPlace::CheckNumber => ("check_number".to_owned(), "check number"),
            FaultPlace::Invoice(position) => {
                (format!("allocations[{position}].invoice_id"), "invoice")
            }
            FaultPlace::Bill(position) => (format!("allocations[{position}].bill_id"), "bill"),
        };
        let text = match kind {
            FaultKind::Unknown(id) => unknown(&id.to_string(), what),
            FaultKind::Repeated { first } => {
                format!("This {what} is in allocations[{first}] already; name it once.")
            }
            FaultKind::Required => {
                "This field is required. A payment by check has a number.".to_owned()
            }
        };
        fields.insert(field, json!([text]));
    }
    fields
}

fn invalid(fields: Map<String, Value>) -> Words {
    let mut detail = Map::new();
    detail.insert("field_errors".to_owned(), Value::Object(fields));
    (400, "validation_error", "Request validation failed.".to_owned(), detail)
}

fn one_error(field: &str, text: &str) -> Map<String, Value> {
    object(json!({ field: [text] }))
}

fn none() -> Map<String, Value> {
    Map::new()
}

fn object(value: Value) -> Map<String, Value> {
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
    GetPartnerTokenReply: 400 401 413 415;
    GetBusinessTokenReply: 401 403 404;
    CreateInvoicePaymentReply: 400 401 403 404 409 413 415 422 500;
    ListInvoicePaymentsReply: 400 401 403 404;
    GetInvoicePaymentReply: 400 401 403 404 409 422 500;
    CreateBillPaymentAllocationReply: 400 401 403 404 409 413 415 422 500;
    ListVendorsReply: 400 401 403 404;
    CreateVendorReply: 400 401 403 404 409 413 415 500;
    GetVendorReply: 400 401 403 404;
    ListBillsReply: 400 401 403 404;
    CreateBillReply: 400 401 403 404 409 413 415 422 500;
    GetBillReply: 400 401 403 404;
    ListBillPaymentsReply: 400 401 403 404;
    GetBillPaymentReply: 400 401 403 404;
    UpdateBillPaymentReply: 400 401 403 404 409 413 415 422 500;
    DeleteBillPaymentReply: 400 401 403 404 409 500;
    ListBankTransactionsReply: 400 401 403 404;
    MatchBankTransactionPaymentReply: 400 401 403 404 409 413 415 422 500;
    UnmatchBankTransactionPaymentReply: 400 401 403 404 409 413 415 500;
    MatchBankTransactionBillPaymentReply: 400 401 403 404 409 413 415 422 500;
    UnmatchBankTransactionBillPaymentReply: 400 401 403 404 409 413 415 500;
    CreatePayoutReply: 400 401 403 404 409 413 415 422 500;
    GetPayoutReply: 400 401 403 404;
    GetArStatsReply: 400 401 403 404;
    GetApStatsReply: 400 401 403 404;
    GetMenuConfigReply: 400 401 403 404;
    ListTransactionCategoriesReply: 400 401 403 404;
    GetFinancialSummaryReply: 400 401 403 404;
    GetExpenseBreakdownReply: 400 401 403 404;
    GetArAgingReply: 400 401 403 404;
    GetApAgingReply: 400 401 403 404;
    ListBusinessesReply: 400 401 403 404;
    CreateBusinessReply: 400 401 403 409 413 415 500;
    GetBusinessReply: 400 401 403 404;
    ListCustomersReply: 400 401 403 404;
    CreateCustomerReply: 400 401 403 404 409 413 415 500;
    GetCustomerReply: 400 401 403 404;
    ArchiveCustomerReply: 400 401 403 404 409 500;
    ListInvoicesReply: 400 401 403 404;
    CreateInvoiceReply: 400 401 403 404 409 413 415 422 500;
    FetchInvoiceReply: 400 401 403 404;
    UpdateInvoiceReply: 400 401 403 404 409 413 415 422 500;
    VoidInvoiceReply: 400 401 403 404 409 500;
    PartialUpdateInvoicePaymentReply: 400 401 403 404 409 413 415 422 500;
    DeleteInvoicePaymentReply: 400 401 403 404 409 500;
    ListRefundsReply: 400 401 403 404;
    CreateRefundReply: 400 401 403 404 409 413 415 422 500;
    GetRefundReply: 400 401 403 404;
    ListRefundPaymentsReply: 400 401 403 404;
    CreateRefundPaymentReply: 400 401 403 404 409 413 415 422 500;
    FetchRefundPaymentReply: 400 401 403 404;
}
