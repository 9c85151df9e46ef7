//! One schema, and those inside it, from JSON Schema 2020-12 to the dialect of `OpenAPI` 3.0.3.
//!
//! `nullable: true` stands beside `anyOf`, `oneOf` and `allOf` as beside a `type`. The letter of 3.0.3 knows it only
//! beside a `type`; every tool, and the providers' own 3.0 documents, read it beside the others too.

use serde_json::{Map, Value, json};

use super::{
    super::{error::Fault, pointer::join},
    numbers,
    types::{self, allow_null, only_null},
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
    types::constant(schema);
    types::one(schema, at)?;
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
    let fits = |inner: &Map<String, Value>| {
        !inner.contains_key("$ref") && schema.keys().all(|key| annotates(key))
    };
    if only.as_object().is_some_and(fits)
        && let Value::Object(inner) = only
    {
        for (key, value) in inner {
            schema.entry(key).or_insert(value);
        }
    } else {
        all_of(schema, only);
    }
}

/// What 3.0 wants said of a schema whose type is settled.
pub(super) fn completed(schema: &mut Map<String, Value>, at: &str) -> Result<(), Fault> {
    if schema.get("type").is_some_and(|kind| kind == "array") {
        schema.entry("items").or_insert_with(|| json!({}));
    }
    numbers::bring_down(schema, at)
}

/// Adds one more schema that must hold as well.
pub(super) fn all_of(schema: &mut Map<String, Value>, member: Value) {
    let members = schema.entry("allOf").or_insert_with(|| json!([]));
    if let Value::Array(members) = members {
        members.push(member);
    }
}

fn annotates(key: &str) -> bool {
    ANNOTATIONS.contains(&key) || key.starts_with("x-")
}
