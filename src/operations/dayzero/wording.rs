//! What breaks the contract, in the words of pydantic v2 (BEHAVIOUR 6).

use serde_json::{Value, json};

use super::types;
use crate::contract::{Kind, Place, Problem, Step, Violation};
use crate::domain::{BillStatus, InvoiceStatus};

/// Every violation with its place, as `FastAPI` lists them.
pub(super) fn located(violations: &[Violation]) -> types::HttpValidationError {
    types::HttpValidationError { detail: Some(violations.iter().map(error).collect()) }
}

/// A sentence where the document wants located errors.
pub(super) fn error_detail(text: String) -> types::ValidationError {
    let (loc, type_) = (Vec::new(), "value_error".to_owned());
    types::ValidationError { loc, msg: text, type_, input: None, ctx: None }
}

/// An invoice's status in Day Zero's word.
pub(super) const fn invoice_status(status: InvoiceStatus) -> types::InvoiceStatus {
    match status {
        InvoiceStatus::Draft => types::InvoiceStatus::Draft,
        InvoiceStatus::Sent => types::InvoiceStatus::Open,
        InvoiceStatus::PartiallyPaid => types::InvoiceStatus::PartiallyPaid,
        InvoiceStatus::Paid | InvoiceStatus::Refunded => types::InvoiceStatus::ManualPaid,
        InvoiceStatus::Void => types::InvoiceStatus::Void,
        InvoiceStatus::WrittenOff => types::InvoiceStatus::Uncollectible,
    }
}

/// A bill's status in Day Zero's word.
pub(super) const fn bill_status(status: BillStatus) -> types::BillStatus {
    match status {
        BillStatus::Draft => types::BillStatus::Draft,
        BillStatus::Received => types::BillStatus::Received,
        BillStatus::PartiallyPaid => types::BillStatus::PartiallyPaid,
        BillStatus::Paid => types::BillStatus::Paid,
        BillStatus::Void => types::BillStatus::Canceled,
    }
}

/// That a document, which stands somewhere in the books' words, cannot go where it was to go.
pub(super) fn illegal(what: &str, from: &str, to: &str) -> String {
    let (is, only) = match (what, to) {
        ("invoice", "sent") => ("Invoice is", "only a draft can be finalized"),
        ("invoice", _) => ("Invoice is", "only an open invoice can be voided"),
        _ => ("Bill is", "only a draft or forecasted bill can be received"),
    };
    let from = match (what, from) {
        ("invoice", "sent") => "open",
        ("invoice", "paid" | "refunded") => "manual_paid",
        ("invoice", "written off") => "uncollectible",
        ("bill", "void") => "canceled",
        (_, "partially paid") => "partially_paid",
        (_, other) => other,
    };
    format!("{is} {from}: {only}")
}

fn error(violation: &Violation) -> types::ValidationError {
    let (kind, msg, ctx) = words(violation);
    let place = match violation.place {
        Place::Path => "path",
        Place::Query => "query",
        Place::Header => "header",
        Place::Body => "body",
    };
    let mut loc = vec![types::ValidationErrorLocItem::String(place.to_owned())];
    loc.extend(violation.path.iter().map(|step| match step {
        Step::Field(name) => types::ValidationErrorLocItem::String(name.clone()),
        Step::Index(index) => {
            types::ValidationErrorLocItem::Integer(i64::try_from(*index).unwrap_or(i64::MAX))
        }
    }));
    let mut input = violation.input.clone();
    if let Problem::Malformed { position, .. } = violation.problem {
        let position = i64::try_from(position).unwrap_or(i64::MAX);
        loc.push(types::ValidationErrorLocItem::Integer(position));
        input = json!({});
    }
    let ctx = if let Value::Object(ctx) = ctx { Some(ctx) } else { None };
    types::ValidationError { loc, msg, type_: kind.to_owned(), input: Some(input), ctx }
}

/// Type, message and context.
#[expect(clippy::too_many_lines, reason = "one arm for each problem, and nothing else")]
fn words(violation: &Violation) -> (&'static str, String, Value) {
    let plain = |kind: &'static str, msg: &str| (kind, msg.to_owned(), Value::Null);
    match &violation.problem {
        Problem::Missing => plain("missing", "Field required"),
        Problem::NotBoolean | Problem::Null(Some(Kind::Boolean)) => {
            plain("bool_type", "Input should be a valid boolean")
        }
        Problem::Unparsable(Kind::Boolean) => {
            plain("bool_parsing", "Input should be a valid boolean, unable to interpret input")
        }
        // pydantic tells a text that could have been an integer from any other type.
        Problem::NotInteger if is_no_integer(&violation.input) => int_parsing(),
        Problem::Unparsable(Kind::Integer) => int_parsing(),
        Problem::NotInteger | Problem::Null(Some(Kind::Integer)) => {
            plain("int_type", "Input should be a valid integer")
        }
        Problem::Null(None | Some(Kind::Name)) => {
            plain("none_not_allowed", "Input should not be null")
        }
        Problem::Fraction => plain(
            "int_from_float",
            "Input should be a valid integer, got a number with a fractional part",
        ),
        Problem::BeyondI64 => plain(
            "int_parsing_size",
            "Unable to parse input as an integer, exceeded maximum size: 64 bits",
        ),
        Problem::NotNumber | Problem::Null(Some(Kind::Number)) => {
            plain("float_type", "Input should be a valid number")
        }
        Problem::Unparsable(Kind::Number) => plain(
            "float_parsing",
            "Input should be a valid number, unable to parse string as a number",
        ),
        Problem::NotString | Problem::Unparsable(Kind::Text) | Problem::Null(Some(Kind::Text)) => {
            plain("string_type", "Input should be a valid string")
        }
        Problem::NotUtf8 => plain(
            "string_unicode",
            "Input should be a valid string, unable to parse raw data as a unicode string",
        ),
        Problem::NotArray | Problem::Unparsable(Kind::Array) | Problem::Null(Some(Kind::Array)) => {
            plain("list_type", "Input should be a valid list")
        }
        Problem::NotObject
        | Problem::Unparsable(Kind::Object | Kind::Name)
        | Problem::Null(Some(Kind::Object)) => plain(
            "model_attributes_type",
            "Input should be a valid dictionary or object to extract fields from",
        ),
        Problem::NotInEnum(allowed) => {
            let allowed: Vec<_> = allowed.iter().map(ToString::to_string).collect();
            let expected = allowed.join(", ").replace('"', "'");
            let msg = format!("Input should be {expected}");
            ("enum", msg, json!({ "expected": expected }))
        }
        Problem::TooShort { min } => (
            "string_too_short",
            format!("String should have at least {min} characters"),
            json!({ "min_length": min }),
        ),
        Problem::TooLong { max } => (
            "string_too_long",
            format!("String should have at most {max} characters"),
            json!({ "max_length": max }),
        ),
        Problem::Below { min, exclusive: true } => {
            ("greater_than", format!("Input should be greater than {min}"), json!({ "gt": min }))
        }
        Problem::Below { min, exclusive: false } => (
            "greater_than_equal",
            format!("Input should be greater than or equal to {min}"),
            json!({ "ge": min }),
        ),
        Problem::Above { max, exclusive: true } => {
            ("less_than", format!("Input should be less than {max}"), json!({ "lt": max }))
        }
        Problem::Above { max, exclusive: false } => (
            "less_than_equal",
            format!("Input should be less than or equal to {max}"),
            json!({ "le": max }),
        ),
        Problem::TooFewItems { min } => (
            "too_short",
            format!("List should have at least {min} items after validation"),
            json!({ "field_type": "List", "min_length": min }),
        ),
        Problem::TooManyItems { max } => (
            "too_long",
            format!("List should have at most {max} items after validation"),
            json!({ "field_type": "List", "max_length": max }),
        ),
        Problem::BadUuid => {
            let problem = uuid_problem(&violation.input);
            let msg = format!("Input should be a valid UUID, {problem}");
            ("uuid_parsing", msg, json!({ "error": problem }))
        }
        Problem::BadDate => plain(
            "date_from_datetime_parsing",
            "Input should be a valid date or datetime: YYYY-MM-DD",
        ),
        Problem::BadDateTime => plain(
            "datetime_from_date_parsing",
            "Input should be a valid datetime with a time zone, as in 2026-02-10T00:00:00Z",
        ),
        Problem::BadEmail => plain("value_error", "value is not a valid email address"),
        Problem::NulCharacter => {
            plain("value_error", "Value error, null characters are not allowed")
        }
        Problem::Malformed { message, line, column, .. } => (
            "json_invalid",
            "JSON decode error".to_owned(),
            json!({ "error": format!("{message} at line {line} column {column}") }),
        ),
        Problem::NoAlternative => plain("union_error", "Input fits none of the allowed forms"),
        Problem::Undeclared => plain("extra_forbidden", "Extra inputs are not permitted"),
        Problem::Unknown { kind } => {
            ("value_error", format!("Value error, no such {kind}"), Value::Null)
        }
        Problem::More(more) => {
            ("value_error", format!("Value error, there are {more} more errors"), Value::Null)
        }
    }
}

/// A text that no reading makes an integer of. The document wants a number and not its text, but of
/// `"5"` it would be untrue to say that it cannot be read.
fn is_no_integer(input: &Value) -> bool {
    let is_integer = |text: &str| {
        let digits = text.trim().trim_start_matches(['-', '+']);
        let digits = digits.split_once('.').map_or(digits, |(whole, zeros)| {
            if zeros.bytes().all(|byte| byte == b'0') { whole } else { "" }
        });
        !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
    };
    input.as_str().is_some_and(|text| !is_integer(text))
}

fn int_parsing() -> (&'static str, String, Value) {
    let msg = "Input should be a valid integer, unable to parse string as an integer";
    ("int_parsing", msg.to_owned(), Value::Null)
}

fn uuid_problem(input: &Value) -> String {
    let text = input.as_str().unwrap_or_default();
    uuid::Uuid::parse_str(text)
        .err()
        .map_or_else(|| "invalid UUID".to_owned(), |error| error.to_string())
}
