//! Numeric keywords of one schema: 3.1 gives an exclusive bound its own number, 3.0 a flag beside the bound; and what
//! bounds an integer is written as an integer.

use std::cmp::Ordering;

use serde_json::{Map, Number, Value};

use super::super::{error::Fault, pointer::join};

/// Brings the numeric keywords of `schema` down to 3.0.
pub(super) fn bring_down(schema: &mut Map<String, Value>, at: &str) -> Result<(), Fault> {
    exclusive(schema, "minimum", "exclusiveMinimum", Ordering::Greater);
    exclusive(schema, "maximum", "exclusiveMaximum", Ordering::Less);
    if schema.get("type").is_some_and(|kind| kind == "integer") {
        for key in ["minimum", "maximum", "multipleOf"] {
            if let Some(Value::Number(number)) = schema.get_mut(key) {
                *number = integral(number).ok_or_else(|| {
                    Fault::new(
                        join(at, key),
                        format!("{number} is no integer, and the schema is one"),
                    )
                })?;
            }
        }
    }
    Ok(())
}

/// Where both bounds are given, the tighter one holds the other.
fn exclusive(schema: &mut Map<String, Value>, bound: &str, flag: &str, tighter: Ordering) {
    let Some(Value::Number(exclusive)) = schema.get(flag).cloned() else { return };
    schema.shift_remove(flag);
    let inclusive = schema.get(bound).and_then(Value::as_number);
    if inclusive.is_none_or(|inclusive| order(inclusive, &exclusive) != Some(tighter)) {
        schema.insert(bound.to_owned(), exclusive.into());
        schema.insert(flag.to_owned(), true.into());
    }
}

fn order(a: &Number, b: &Number) -> Option<Ordering> {
    match (a.as_i64(), b.as_i64()) {
        (Some(a), Some(b)) => Some(a.cmp(&b)),
        _ => a.as_f64()?.partial_cmp(&b.as_f64()?),
    }
}

/// The same number without a point, if there is one that an i64 holds.
fn integral(number: &Number) -> Option<Number> {
    if number.is_i64() {
        return Some(number.clone());
    }
    let float = number.as_f64().filter(|float| float.fract() == 0.0)?;
    format!("{float:.0}").parse::<i64>().ok().map(Number::from)
}
