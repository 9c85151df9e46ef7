//! `type`, `const` and `enum` of one schema: 3.1 lists types, null among them; 3.0 has one type, and `nullable`.

use serde_json::{Map, Value, json};

use super::{
    super::{error::Fault, pointer::join},
    schema::{all_of, completed},
};

/// A constant is an enum of one. An enum whose values are all of one type has that type, which 3.0 wants said.
pub(super) fn constant(schema: &mut Map<String, Value>) {
    if let Some(value) = schema.shift_remove("const") {
        match schema.get("enum").and_then(Value::as_array) {
            Some(values) if !values.contains(&value) => {
                all_of(schema, json!({"enum": [value]}));
            }
            _ => drop(schema.insert("enum".into(), json!([value]))),
        }
    }
    let Some(Value::Array(values)) = schema.get("enum") else { return };
    let mut kinds: Vec<&str> = values.iter().map(kind).collect();
    kinds.sort_unstable();
    kinds.dedup();
    if !schema.contains_key("type") && kinds.iter().filter(|kind| **kind != "null").count() <= 1 {
        let kinds = json!(kinds);
        schema.insert("type".into(), kinds);
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

/// A list of types to one type, `nullable`, or `anyOf` with one type each.
pub(super) fn one(schema: &mut Map<String, Value>, at: &str) -> Result<(), Fault> {
    let wrong = || Fault::new(join(at, "type"), "must be a type of JSON Schema, or a list of them");
    let mut types = match schema.get("type") {
        None => return Ok(()),
        Some(Value::String(name)) => vec![name.clone()],
        Some(Value::Array(names)) => names
            .iter()
            .map(|name| name.as_str().map(str::to_owned))
            .collect::<Option<_>>()
            .ok_or_else(wrong)?,
        Some(_) => return Err(wrong()),
    };
    let null = types.iter().any(|name| name == "null");
    types.retain(|name| name != "null");
    if types.iter().any(|name| keywords(name).is_none()) || (types.is_empty() && !null) {
        return Err(wrong());
    }
    match schema.get_mut("enum").and_then(Value::as_array_mut) {
        None if types.is_empty() => only_null(schema),
        None if null => allow_null(schema),
        // The type excludes null, whatever the enum holds.
        Some(values) if !null => values.retain(|value| !value.is_null()),
        Some(values) if values.contains(&Value::Null) => {
            if types.is_empty() {
                only_null(schema);
            } else {
                allow_null(schema);
            }
        }
        // The enum excludes null, whatever the type says.
        Some(_) if types.is_empty() => return Err(Fault::new(at, "allows no value at all")),
        None | Some(_) => {}
    }
    match types.as_slice() {
        [] => drop(schema.shift_remove("type")),
        [name] => drop(schema.insert("type".into(), json!(name))),
        several => split(schema, several, at)?,
    }
    Ok(())
}

/// One alternative for each type, with the keywords that speak about it.
fn split(schema: &mut Map<String, Value>, types: &[String], at: &str) -> Result<(), Fault> {
    let mut alternatives = Vec::new();
    for name in types {
        let mut alternative = Map::from_iter([("type".to_owned(), json!(name))]);
        for key in keywords(name).unwrap_or_default() {
            if let Some(value) =
                schema.get(*key).filter(|value| *key != "format" || formats(name, value))
            {
                alternative.insert((*key).to_owned(), value.clone());
            }
        }
        completed(&mut alternative, at)?;
        alternatives.push(Value::Object(alternative));
    }
    for key in types.iter().filter_map(|name| keywords(name)).flatten() {
        schema.shift_remove(*key);
    }
    schema.shift_remove("type");
    if schema.contains_key("anyOf") {
        all_of(schema, json!({"anyOf": alternatives}));
    } else {
        schema.insert("anyOf".into(), alternatives.into());
    }
    Ok(())
}

/// The keywords that constrain values of this type only; `None` if it is no type.
fn keywords(name: &str) -> Option<&'static [&'static str]> {
    match name {
        "string" => Some(&["format", "maxLength", "minLength", "pattern"]),
        "integer" | "number" => Some(&[
            "exclusiveMaximum",
            "exclusiveMinimum",
            "format",
            "maximum",
            "minimum",
            "multipleOf",
        ]),
        "boolean" => Some(&[]),
        "array" => Some(&["items", "maxItems", "minItems", "uniqueItems"]),
        "object" => Some(&[
            "additionalProperties",
            "maxProperties",
            "minProperties",
            "properties",
            "required",
        ]),
        _ => None,
    }
}

/// Whether a format speaks about values of this type.
fn formats(name: &str, format: &Value) -> bool {
    let numeric = matches!(format.as_str(), Some("int32" | "int64" | "float" | "double"));
    numeric != (name == "string")
}

/// Null is a value too.
pub(super) fn allow_null(schema: &mut Map<String, Value>) {
    schema.insert("nullable".into(), true.into());
}

/// Null is the only value.
pub(super) fn only_null(schema: &mut Map<String, Value>) {
    schema.insert("enum".into(), json!([null]));
    allow_null(schema);
}
