//! A provider's document as it was before our overlay: the served one, with the build's `undo`
//! taken back step by step. So the program carries one document of each provider, and not two.

use serde_json::Value;

/// The document as it is without the overlay.
///
/// # Errors
/// A step that does not fit the document, which the build excludes.
pub fn as_published(served: &Value, undo: &Value) -> Result<Value, String> {
    let mut document = served.clone();
    for step in undo.as_array().into_iter().flatten() {
        take_back(&mut document, step)
            .ok_or_else(|| format!("a step that does not fit: {step}"))?;
    }
    Ok(document)
}

/// `[pointer]` takes away what stands there; `[pointer, n, value]` makes `value` the n-th of its
/// parent.
fn take_back(document: &mut Value, step: &Value) -> Option<()> {
    let (above, key) = step[0].as_str()?.rsplit_once('/')?;
    let key = key.replace("~1", "/").replace("~0", "~");
    match (document.pointer_mut(above)?, step.get(1).zip(step.get(2))) {
        (Value::Object(fields), None) => drop(fields.shift_remove(&key)?),
        (Value::Object(fields), Some((place, value))) => {
            let place = usize::try_from(place.as_u64()?).ok()?;
            // A key that is there keeps its place.
            if let Some(there) = fields.get_mut(&key) {
                there.clone_from(value);
            } else if place <= fields.len() {
                fields.shift_insert(place, key, value.clone());
            } else {
                return None;
            }
        }
        (Value::Array(items), Some((_, value))) => {
            items.get_mut(key.parse::<usize>().ok()?)?.clone_from(value);
        }
        _ => return None,
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_was_added_goes_and_what_went_comes_back_where_it_stood() {
        let served = json!({ "a": { "x": 1, "new": 2, "z~/": [1, { "b": 2 }] } });
        let undo = json!([["/a/new"], ["/a/y", 1, null], ["/a/z~0~1/1/b", 0, 3], ["/a/x", 0, {}]]);
        let published = as_published(&served, &undo).expect("it fits");
        assert_eq!(published.to_string(), r#"{"a":{"x":{},"y":null,"z~/":[1,{"b":3}]}}"#);
    }

    #[test]
    fn a_step_that_does_not_fit_is_refused() {
        let served = json!({ "a": [1] });
        for step in [
            json!(["/b"]),
            json!(["/a/0"]),
            json!(["/a/1", 1, 2]),
            json!(["/b/c", 0, 1]),
            json!(["/b", 9, 1]),
            json!(["", 0, 1]),
            json!("/a"),
        ] {
            let said = as_published(&served, &json!([step])).expect_err("it does not fit");
            assert!(said.contains(&step.to_string()), "{said}");
        }
    }
}
