//! What the overlay did to a document, backwards: a few kilobytes from which, with the served document, the vendor's
//! text can be had again. Reads two documents and changes neither.

use serde_json::{Map, Value, json};

use super::pointer::join;

/// The way back from `after` to `before`, step by step. `[pointer]` takes away what stands there; `[pointer, n, value]`
/// makes `value` the n-th of its parent, be it new there or in place of another.
///
/// What both have, both have in the same order: an overlay never moves a key.
pub(super) fn undo(before: &Value, after: &Value) -> Value {
    let mut steps = Vec::new();
    collect(before, after, "", 0, &mut steps);
    Value::Array(steps)
}

fn collect(before: &Value, after: &Value, at: &str, place: usize, steps: &mut Vec<Value>) {
    match (before, after) {
        _ if before == after => {
            // Equal maps may still differ in their order, which `undo` excludes.
        }
        (Value::Object(before), Value::Object(after)) => fields(before, after, at, steps),
        (Value::Array(before), Value::Array(after)) if before.len() == after.len() => {
            for (n, (before, after)) in before.iter().zip(after).enumerate() {
                collect(before, after, &join(at, n), n, steps);
            }
        }
        _ => steps.push(json!([at, place, before])),
    }
}

fn fields(
    before: &Map<String, Value>,
    after: &Map<String, Value>,
    at: &str,
    steps: &mut Vec<Value>,
) {
    // What is new goes first: then the places of the rest count.
    for key in after.keys().filter(|key| !before.contains_key(*key)) {
        steps.push(json!([join(at, key)]));
    }
    for (n, (key, value)) in before.iter().enumerate() {
        let at = join(at, key);
        match after.get(key) {
            Some(after) => collect(value, after, &at, n, steps),
            None => steps.push(json!([at, n, value])),
        }
    }
}
