//! What is expected against what is: the places where they differ.

use serde_json::{Map, Value};

use crate::contract::pointer::below;

/// One place where a call is not as expected.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    /// `provider`, `operation`, `method`, `path`, `status`, `query`, `header` or `body`.
    pub place: &'static str,
    /// The name in the query or the headers, the JSON pointer into the body; else empty.
    pub at: String,
    /// What was expected; `null` for a name in the query or the headers that should not be there.
    pub expected: Value,
    /// What is there instead; none where there is nothing. A long value is cut.
    pub actual: Option<Value>,
}

/// The longest value that is shown whole, in bytes of JSON.
const LONGEST: usize = 500;

impl Difference {
    pub(super) fn new(
        place: &'static str,
        at: impl Into<String>,
        expected: impl Into<Value>,
        actual: Option<Value>,
    ) -> Self {
        Self { place, at: at.into(), expected: expected.into(), actual: actual.map(shown) }
    }
}

/// Where `is` lacks what is `wanted` of it: of an object the fields that are named, of an array
/// every element. Numbers are compared by value.
pub(super) fn body(wanted: &Value, is: &Value, at: &str, found: &mut Vec<Difference>) {
    match (wanted, is) {
        (Value::Object(wanted), Value::Object(is)) => fields(wanted, is, at, found),
        (Value::Array(wanted), Value::Array(is)) => elements(wanted, is, at, found),
        (Value::Number(wanted), Value::Number(is)) if equal(wanted, is) => {}
        _ if wanted == is => {}
        _ => found.push(Difference::new("body", at, wanted.clone(), Some(is.clone()))),
    }
}

fn fields(
    wanted: &Map<String, Value>,
    is: &Map<String, Value>,
    at: &str,
    found: &mut Vec<Difference>,
) {
    for (name, wanted) in wanted {
        let at = below(at, name);
        match is.get(name) {
            Some(is) => body(wanted, is, &at, found),
            None => found.push(Difference::new("body", at, wanted.clone(), None)),
        }
    }
}

fn elements(wanted: &[Value], is: &[Value], at: &str, found: &mut Vec<Difference>) {
    for (index, element) in wanted.iter().enumerate() {
        let at = format!("{at}/{index}");
        match is.get(index) {
            Some(is) => body(element, is, &at, found),
            None => found.push(Difference::new("body", at, element.clone(), None)),
        }
    }
    for (index, element) in is.iter().enumerate().skip(wanted.len()) {
        let at = format!("{at}/{index}");
        found.push(Difference::new("body", at, Value::Null, Some(element.clone())));
    }
}

fn equal(one: &serde_json::Number, other: &serde_json::Number) -> bool {
    // Integers beyond 2^53 must not become equal by way of a float.
    one == other || ((one.is_f64() || other.is_f64()) && one.as_f64() == other.as_f64())
}

fn shown(value: Value) -> Value {
    let text = match &value {
        Value::Null | Value::Bool(_) | Value::Number(_) => return value,
        Value::String(text) => text.clone(),
        Value::Array(_) | Value::Object(_) => value.to_string(),
    };
    if text.len() <= LONGEST {
        return value;
    }
    Value::from(format!("{}…", &text[..text.floor_char_boundary(LONGEST)]))
}
