//! What must hold of the finished document, whoever wrote which part of it: every `$ref` resolves inside it, no schema
//! says what nobody could hold a value to, and no operationId names two operations.

use std::{collections::BTreeMap, path::Path};

use serde_json::Value;

use super::{
    error::{Fault, SpecError},
    merge::METHODS,
    pointer::join,
    source::Source,
};

/// Keywords whose value is a map of free names, where a key is no keyword.
const NAMED: &[&str] = &[
    "callbacks",
    "content",
    "encoding",
    "examples",
    "headers",
    "links",
    "parameters",
    "paths",
    "properties",
    "requestBodies",
    "responses",
    "schemas",
    "securitySchemes",
];

/// The keywords of a schema besides those that hold other schemas: the checker of requests and
/// replies (`src/contract`) knows these, and a document that says more could not be kept.
const KEYWORDS: &[&str] = &[
    "$ref",
    "default",
    "deprecated",
    "description",
    "enum",
    "example",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "externalDocs",
    "format",
    "maxItems",
    "maxLength",
    "maximum",
    "minItems",
    "minLength",
    "minimum",
    "nullable",
    "readOnly",
    "required",
    "title",
    "type",
    "writeOnly",
    "xml",
];

/// Keywords whose value is data, where `$ref` means nothing.
const DATA: &[&str] = &["default", "enum", "example", "value"];

/// Checks `root`, made from `sources` and the overlay at `overlay`, and names the one of them that is to blame.
pub(super) fn check(root: &Value, sources: &[Source], overlay: &Path) -> Result<(), SpecError> {
    let blame = |pointer: &str, problem: String| {
        Fault::new(pointer, problem).within(origin(root, sources, overlay, pointer))
    };
    let mut references = Vec::new();
    collect(root, "", false, &mut references);
    for (pointer, target) in references {
        follow(root, target).map_err(|problem| blame(&pointer, problem))?;
    }
    if let Some((pointer, keyword)) = unknown_keyword(root, "", false) {
        let problem = format!("`{keyword}` is no keyword that the sandbox can hold a value to");
        return Err(blame(&pointer, problem));
    }
    let mut ids = BTreeMap::new();
    for (pointer, id) in operation_ids(root) {
        if let Some(other) = ids.insert(id, pointer.clone()) {
            let file = origin(root, sources, overlay, &other).display();
            return Err(blame(
                &pointer,
                format!("`{id}` is also the operationId at {file}#{other}"),
            ));
        }
    }
    Ok(())
}

/// The file whose text stands at `pointer` of the document: the first that says the same there; for a whole that
/// the overlay corrects in parts, the first that has it; else the overlay.
pub(super) fn origin<'a>(
    root: &Value,
    sources: &'a [Source],
    overlay: &'a Path,
    pointer: &str,
) -> &'a Path {
    let text = root.pointer(pointer);
    let is_whole = text.is_some_and(|text| text.is_object() || text.is_array());
    let has = |source: &&Source| source.root.pointer(pointer).is_some();
    let same = sources.iter().find(|source| source.root.pointer(pointer) == text);
    let whole = || sources.iter().find(has).filter(|_| is_whole);
    same.or_else(whole).map_or(overlay, |source| &source.file)
}

fn collect<'a>(value: &'a Value, at: &str, names: bool, found: &mut Vec<(String, &'a str)>) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                let at = join(at, key);
                if names {
                    collect(value, &at, false, found);
                } else if let Some(target) = value.as_str().filter(|_| key == "$ref") {
                    found.push((at, target));
                } else if !key.starts_with("x-") && !DATA.contains(&key.as_str()) {
                    collect(value, &at, NAMED.contains(&key.as_str()), found);
                }
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                collect(item, &join(at, index), false, found);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// The first keyword of a schema that is not among [`KEYWORDS`], and where it stands. Schemas are
/// what stands under `schema`, and the components of that kind.
fn unknown_keyword<'a>(value: &'a Value, at: &str, names: bool) -> Option<(String, &'a str)> {
    let mut parts: Box<dyn Iterator<Item = (String, &'a str, &'a Value)>> = match value {
        Value::Object(map) => {
            Box::new(map.iter().map(|(key, value)| (join(at, key), key.as_str(), value)))
        }
        Value::Array(items) => {
            Box::new(items.iter().enumerate().map(|(index, item)| (join(at, index), "", item)))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => return None,
    };
    parts.find_map(|(at, key, value)| match key {
        _ if names => unknown_keyword(value, &at, false),
        "schema" => unknown_in_schema(value, &at),
        "schemas" => value
            .as_object()
            .into_iter()
            .flatten()
            .find_map(|(name, schema)| unknown_in_schema(schema, &join(&at, name))),
        _ if key.starts_with("x-") || DATA.contains(&key) || key == "examples" => None,
        _ => unknown_keyword(value, &at, NAMED.contains(&key)),
    })
}

fn unknown_in_schema<'a>(schema: &'a Value, at: &str) -> Option<(String, &'a str)> {
    schema.as_object()?.iter().find_map(|(key, value)| {
        let at = join(at, key);
        match key.as_str() {
            "properties" => value
                .as_object()?
                .iter()
                .find_map(|(name, part)| unknown_in_schema(part, &join(&at, name))),
            "items" | "additionalProperties" => unknown_in_schema(value, &at),
            "allOf" | "anyOf" | "oneOf" => value
                .as_array()?
                .iter()
                .enumerate()
                .find_map(|(index, part)| unknown_in_schema(part, &join(&at, index))),
            known if KEYWORDS.contains(&known) || known.starts_with("x-") => None,
            unknown => Some((at, unknown)),
        }
    })
}

/// Follows a reference until it ends at something that is none.
fn follow(root: &Value, target: &str) -> Result<(), String> {
    let mut seen = vec![target];
    loop {
        let current = seen[seen.len() - 1];
        let Some(pointer) = current.strip_prefix('#').filter(|at| at.starts_with('/')) else {
            return Err(format!("`{current}` leads out of the document"));
        };
        let place =
            root.pointer(pointer).ok_or_else(|| format!("nothing stands at `{current}`"))?;
        let Some(next) = place.get("$ref").and_then(Value::as_str) else {
            return Ok(());
        };
        if seen.contains(&next) {
            return Err(format!("`{target}` refers to itself"));
        }
        seen.push(next);
    }
}

fn operation_ids(root: &Value) -> Vec<(String, &str)> {
    let mut ids = Vec::new();
    for (path, item) in root["paths"].as_object().into_iter().flatten() {
        for method in METHODS {
            if let Some(id) = item[method]["operationId"].as_str() {
                ids.push((join(&join(&join("/paths", path), method), "operationId"), id));
            }
        }
    }
    ids
}
