//! What must hold of the finished document, whoever wrote which part of it: every `$ref` resolves inside it, and no
//! operationId names two operations.

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
