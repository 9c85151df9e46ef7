//! What breaks the contract, in the words of Django REST Framework, followed where it helps by
//! what would be valid (BEHAVIOUR 3).

use serde_json::{Map, Value, json};

use crate::contract::{Kind, Place, Problem, Step, Violation};
use crate::operations::Resource;

/// Every violation under its field, in the order of the request.
pub(super) fn field_errors(violations: &[Violation]) -> Map<String, Value> {
    let mut fields = Map::new();
    for violation in violations {
        let texts = fields.entry(field(violation)).or_insert_with(|| json!([]));
        if let Value::Array(texts) = texts {
            texts.push(Value::String(text(violation)));
        }
    }
    fields
}

/// An id in the path that is no id names nothing: what it should have named is not found.
pub(super) fn not_found_by_path(violations: &[Violation]) -> Option<Resource> {
    let violation = violations.iter().find(|violation| violation.place == Place::Path)?;
    Some(match field(violation).as_str() {
        "customer_id" => Resource::Customer,
        "vendor_id" => Resource::Vendor,
        "invoice_id" => Resource::Invoice,
        "bill_id" => Resource::Bill,
        "payment_id" | "bill_payment_id" => Resource::Payment,
        "transaction_id" => Resource::Transaction,
        "refund_id" => Resource::Refund,
        "payout_id" => Resource::Payout,
        _ => Resource::Business,
    })
}

/// `allocations[1].amount_cents`; the whole body is `non_field_errors`, as in Django.
fn field(violation: &Violation) -> String {
    let mut name = String::new();
    for step in &violation.path {
        match step {
            Step::Field(field) => {
                if !name.is_empty() {
                    name.push('.');
                }
                name.push_str(field);
            }
            Step::Index(index) => name.extend(["[", &index.to_string(), "]"]),
        }
    }
    if name.is_empty() { "non_field_errors".to_owned() } else { name }
}

fn text(violation: &Violation) -> String {
    let input = &violation.input;
    match &violation.problem {
        Problem::Missing => "This field is required.".to_owned(),
        Problem::Null(_) => "This field may not be null.".to_owned(),
        Problem::NotBoolean | Problem::Unparsable(Kind::Boolean) => {
            "Must be a valid boolean. Valid values are: true, false.".to_owned()
        }
        Problem::NotInteger | Problem::Fraction | Problem::Unparsable(Kind::Integer) => {
            "A valid integer is required.".to_owned()
        }
        Problem::BeyondI64 => format!(
            "A valid integer is required. Ensure this value is between {} and {}.",
            i64::MIN,
            i64::MAX
        ),
        Problem::NotNumber | Problem::Unparsable(Kind::Number) => {
            "A valid number is required.".to_owned()
        }
        Problem::NotString | Problem::Unparsable(Kind::Text) => "Not a valid string.".to_owned(),
        Problem::NotArray => {
            format!("Expected a list of items but got type \"{}\".", python_type(input))
        }
        Problem::Unparsable(Kind::Array) => {
            "Expected a list of items: numbered fields, or JSON text.".to_owned()
        }
        Problem::NotObject => {
            format!("Invalid data. Expected a dictionary, but got {}.", python_type(input))
        }
        Problem::Unparsable(Kind::Object) => {
            "Invalid data. Expected a dictionary: named fields, or JSON text.".to_owned()
        }
        Problem::Unparsable(Kind::Name) => {
            "This field's name cannot be read; write it as allocations[0][amount_cents].".to_owned()
        }
        Problem::NotInEnum(allowed) => {
            let valid: Vec<_> = allowed.iter().map(plain).collect();
            format!(
                "\"{}\" is not a valid choice. Valid choices are: {}.",
                plain(input),
                valid.join(", ")
            )
        }
        Problem::TooShort { min: 1 } => "This field may not be blank.".to_owned(),
        Problem::TooShort { min } => {
            format!("Ensure this field has at least {min} characters.")
        }
        Problem::TooLong { max } => {
            format!("Ensure this field has no more than {max} characters.")
        }
        Problem::Below { min, exclusive: false } => {
            format!("Ensure this value is greater than or equal to {min}.")
        }
        Problem::Below { min, exclusive: true } => {
            format!("Ensure this value is greater than {min}.")
        }
        Problem::Above { max, exclusive: false } => {
            format!("Ensure this value is less than or equal to {max}.")
        }
        Problem::Above { max, exclusive: true } => {
            format!("Ensure this value is less than {max}.")
        }
        Problem::TooFewItems { min } => {
            format!("Ensure this field has at least {min} elements.")
        }
        Problem::TooManyItems { max } => {
            format!("Ensure this field has no more than {max} elements.")
        }
        Problem::BadUuid => "Must be a valid UUID.".to_owned(),
        Problem::BadDate => {
            "Date has wrong format. Use one of these formats instead: YYYY-MM-DD.".to_owned()
        }
        Problem::BadDateTime => "Datetime has wrong format. Use one of these formats instead: \
             YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z]. For example: 2024-03-20T00:00:00Z."
            .to_owned(),
        Problem::BadEmail => "Enter a valid email address.".to_owned(),
        Problem::NulCharacter => "Null characters are not allowed.".to_owned(),
        Problem::Malformed { message, line, column, position } => {
            format!("JSON parse error - {message}: line {line} column {column} (char {position})")
        }
        Problem::NotUtf8 => "Not a valid string. Use UTF-8.".to_owned(),
        Problem::NoAlternative => "This value fits none of the allowed forms.".to_owned(),
        Problem::Undeclared => "This field is not allowed here.".to_owned(),
        Problem::Unknown { kind } => unknown(&plain(input), kind),
        Problem::More(more) => format!("There are {more} more errors."),
    }
}

/// That the business has no such thing.
pub(super) fn unknown(id: &str, what: &str) -> String {
    format!("Invalid pk \"{id}\" - object does not exist: this business has no such {what}.")
}

/// A value as a person would write it in a sentence.
fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// What Python, and so the platform's messages, call the type of a JSON value.
fn python_type(value: &Value) -> &'static str {
    match value {
        Value::Null => "NoneType",
        Value::Bool(_) => "bool",
        Value::Number(number) if number.is_f64() => "float",
        Value::Number(_) => "int",
        Value::String(_) => "str",
        Value::Array(_) => "list",
        Value::Object(_) => "dict",
    }
}
