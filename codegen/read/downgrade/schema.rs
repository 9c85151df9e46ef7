//! One schema, and those inside it, from JSON Schema 2020-12 to the dialect of OpenAPI 3.0.3.
//!
//! `nullable: true` stands beside `anyOf`, `oneOf` and `allOf` as beside a `type`. The letter of 3.0.3 knows it only
//! beside a `type`; every tool, and the providers' own 3.0 documents, read it beside the others too.

use serde_json::{Map, Value, json};

use super::{
    super::{error::Fault, pointer::join},
    numbers,
};

/// Keywords that both versions have, or that are rewritten here. Any other is refused.
const KNOWN: &[&str] = &[
    "$comment",
    "$ref",
    "additionalProperties",
    "allOf",
    "anyOf",
    "const",
    "contentEncoding",
    "contentMediaType",
    "discriminator",
    "enum",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "format",
    "items",
    "maxItems",
    "maxLength",
    "maxProperties",
    "maximum",
    "minItems",
    "minLength",
    "minProperties",
    "minimum",
    "multipleOf",
    "not",
    "oneOf",
    "pattern",
    "properties",
    "required",
    "type",
    "uniqueItems",
];

/// Keywords that describe and do not constrain.
const ANNOTATIONS: &[&str] = &[
    "default",
    "deprecated",
    "description",
    "example",
    "examples",
    "externalDocs",
    "nullable",
    "readOnly",
    "title",
    "writeOnly",
    "xml",
];

/// Brings one schema down, the ones inside it first.
pub(super) fn bring_down(value: &mut Value, at: &str) -> Result<(), Fault> {
    if let Value::Bool(anything) = value {
        *value = if *anything { json!({}) } else { json!({"not": {}}) };
        return Ok(());
    }
    let schema = super::object(value, at)?;
    if let Some(key) = schema.keys().find(|key| !KNOWN.contains(&key.as_str()) && !annotates(key)) {
        return Err(Fault::new(join(at, key), format!("`{key}` has no form in OpenAPI 3.0.3")));
    }
    schema.shift_remove("$comment");
    inner(schema, at)?;
    examples(schema, at)?;
    reference(schema);
    encoded(schema, at)?;
    constant(schema);
    types(schema, at)?;
    alternatives(schema, "anyOf");
    alternatives(schema, "oneOf");
    completed(schema, at)
}

fn inner(schema: &mut Map<String, Value>, at: &str) -> Result<(), Fault> {
    for key in ["items", "not"] {
        super::one_schema(schema, key, at)?;
    }
    if schema.get("additionalProperties").is_some_and(Value::is_object) {
        super::one_schema(schema, "additionalProperties", at)?;
    }
    ["properties", "allOf", "anyOf", "oneOf"]
        .iter()
        .try_for_each(|key| super::schemas(schema, key, at))
}

/// 3.0 has room for one example.
fn examples(schema: &mut Map<String, Value>, at: &str) -> Result<(), Fault> {
    match schema.shift_remove("examples") {
        None => {}
        Some(Value::Array(examples)) => {
            if let Some(first) = examples.into_iter().next() {
                schema.entry("example").or_insert(first);
            }
        }
        Some(_) => return Err(Fault::new(join(at, "examples"), "must be a list")),
    }
    Ok(())
}

/// 3.0 ignores what stands beside a `$ref`.
fn reference(schema: &mut Map<String, Value>) {
    if schema.len() > 1
        && let Some(target) = schema.shift_remove("$ref")
    {
        all_of(schema, json!({"$ref": target}));
    }
}

fn encoded(schema: &mut Map<String, Value>, at: &str) -> Result<(), Fault> {
    let encoding = schema.shift_remove("contentEncoding");
    let media = schema.shift_remove("contentMediaType");
    let (key, format) =
        match (encoding.as_ref().map(Value::as_str), media.as_ref().map(Value::as_str)) {
            (None, None) => return Ok(()),
            (Some(Some("base64")), _) => ("contentEncoding", "byte"),
            (None, Some(Some("application/octet-stream"))) => ("contentMediaType", "binary"),
            (Some(_), _) => return Err(Fault::new(join(at, "contentEncoding"), NO_FORMAT)),
            (None, Some(_)) => return Err(Fault::new(join(at, "contentMediaType"), NO_FORMAT)),
        };
    let known = schema.entry("format").or_insert_with(|| format.into());
    if known == format { Ok(()) } else { Err(Fault::new(join(at, key), NO_FORMAT)) }
}

const NO_FORMAT: &str =
    "has no form in OpenAPI 3.0.3, which knows base64 (byte) and application/octet-stream (binary)";

/// A constant is an enum of one. An enum whose values are all of one type has that type, which 3.0 wants said.
fn constant(schema: &mut Map<String, Value>) {
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
fn types(schema: &mut Map<String, Value>, at: &str) -> Result<(), Fault> {
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
        None => {}
        // The type excludes null, whatever the enum holds.
        Some(values) if !null => values.retain(|value| !value.is_null()),
        Some(values) if values.contains(&Value::Null) => {
            if types.is_empty() {
                only_null(schema)
            } else {
                allow_null(schema)
            }
        }
        // The enum excludes null, whatever the type says.
        Some(_) if types.is_empty() => return Err(Fault::new(at, "allows no value at all")),
        Some(_) => {}
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

/// Null among the alternatives becomes `nullable`; an alternative that is left alone is no alternative.
fn alternatives(schema: &mut Map<String, Value>, key: &str) {
    let Some(Value::Array(members)) = schema.get_mut(key) else { return };
    let before = members.len();
    members.retain(|member| member.get("enum") != Some(&json!([null])));
    if members.len() == before {
        return;
    }
    let only = if members.len() == 1 { members.pop() } else { None };
    let excluded = |key: &str, null: bool| schema.contains_key(key) && !null;
    let nullable = schema.get("nullable") == Some(&Value::Bool(true));
    let listed =
        schema.get("enum").and_then(Value::as_array).is_some_and(|e| e.contains(&Value::Null));
    let null = !excluded("type", nullable) && !excluded("enum", listed);
    if let Some(only) = only {
        schema.shift_remove(key);
        unite(schema, only);
    } else if schema.get(key).and_then(Value::as_array).is_some_and(Vec::is_empty) {
        schema.shift_remove(key);
        if null { only_null(schema) } else { all_of(schema, json!({"not": {}})) }
    }
    if null {
        allow_null(schema);
    }
}

/// Puts the one alternative in place of the schema that held it, unless the two could get in each other's way.
fn unite(schema: &mut Map<String, Value>, only: Value) {
    match only {
        Value::Object(inner)
            if !inner.contains_key("$ref") && schema.keys().all(|key| annotates(key)) =>
        {
            for (key, value) in inner {
                schema.entry(key).or_insert(value);
            }
        }
        other => all_of(schema, other),
    }
}

/// What 3.0 wants said of a schema whose type is settled.
fn completed(schema: &mut Map<String, Value>, at: &str) -> Result<(), Fault> {
    if schema.get("type").is_some_and(|kind| kind == "array") {
        schema.entry("items").or_insert_with(|| json!({}));
    }
    numbers::bring_down(schema, at)
}

fn allow_null(schema: &mut Map<String, Value>) {
    schema.insert("nullable".into(), true.into());
}

fn only_null(schema: &mut Map<String, Value>) {
    schema.insert("enum".into(), json!([null]));
    allow_null(schema);
}

fn all_of(schema: &mut Map<String, Value>, member: Value) {
    let members = schema.entry("allOf").or_insert_with(|| json!([]));
    if let Value::Array(members) = members {
        members.push(member);
    }
}

fn annotates(key: &str) -> bool {
    ANNOTATIONS.contains(&key) || key.starts_with("x-")
}
