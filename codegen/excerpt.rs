//! The document to `P_excerpts.rs`: each operation as a document of its own, with what it refers to
//! and without the prose. The server reads one when the operation is first called, so that it
//! starts without reading them all.

use std::collections::BTreeSet;

use quote::quote;
use serde_json::{Map, Value, json};

use super::Fault;

/// What only describes: nobody who checks a message reads it.
const PROSE: [&str; 5] = ["description", "externalDocs", "summary", "tags", "title"];

/// What holds a value of somebody's API, in which every name means what it likes.
const VALUES: [&str; 4] = ["default", "enum", "example", "value"];

/// What holds things by names that are not ours.
const NAMED: [&str; 6] =
    ["examples", "headers", "parameters", "properties", "responses", "schemas"];

const METHODS: [&str; 8] = ["delete", "get", "head", "options", "patch", "post", "put", "trace"];

/// The text of `P_excerpts.rs`: an array of pairs, `operationId` and document.
///
/// # Errors
/// A reference to what is not there.
pub(super) fn emit(document: &Value) -> Result<String, Fault> {
    let mut excerpts = Vec::new();
    let paths = document["paths"].as_object().into_iter().flatten();
    for (path, item) in paths {
        for method in METHODS {
            let Some(operation) = item.get(method) else { continue };
            let id = operation["operationId"].as_str().unwrap_or_default();
            let text = of(document, path, item, method)?.to_string();
            excerpts.push(quote! { (#id, #text) });
        }
    }
    Ok(quote! { &[#(#excerpts),*] }.to_string())
}

fn of(document: &Value, path: &str, item: &Value, method: &str) -> Result<Value, Fault> {
    let mut kept = Map::new();
    for name in ["parameters", method] {
        kept.extend(item.get(name).map(|part| (name.to_owned(), part.clone())));
    }
    let mut excerpt = json!({ "paths": { path: bare(&Value::Object(kept)) } });
    let mut missing: Vec<_> = references(&excerpt).into_iter().collect();
    let mut copied = BTreeSet::new();
    while let Some(pointer) = missing.pop() {
        // That a part of it is there already does not make it whole.
        if !copied.insert(pointer.clone()) {
            continue;
        }
        let part = document.pointer(&pointer);
        let part = part.ok_or_else(|| Fault::new(&pointer, "is referred to and not there"))?;
        let part = bare(part);
        missing.extend(references(&part));
        put(&mut excerpt, &pointer, part);
    }
    Ok(excerpt)
}

/// The pointers that the references in a part name.
fn references(part: &Value) -> BTreeSet<String> {
    match part {
        Value::Object(fields) => {
            let own = fields.get("$ref").and_then(Value::as_str);
            let own = own.and_then(|target| target.strip_prefix('#')).map(str::to_owned);
            own.into_iter().chain(fields.values().flat_map(references)).collect()
        }
        Value::Array(items) => items.iter().flat_map(references).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => BTreeSet::new(),
    }
}

fn put(excerpt: &mut Value, pointer: &str, part: Value) {
    let mut place = excerpt;
    for step in pointer.split('/').skip(1) {
        let name = step.replace("~1", "/").replace("~0", "~");
        if !place.is_object() {
            *place = json!({});
        }
        place = &mut place[name];
    }
    *place = part;
}

/// A part of the document without what only describes it.
fn bare(part: &Value) -> Value {
    match part {
        Value::Object(fields) => {
            let described = fields.iter().filter(|(name, _)| !PROSE.contains(&name.as_str()));
            described.map(|(name, value)| (name.clone(), below(name, value))).collect()
        }
        Value::Array(items) => items.iter().map(bare).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => part.clone(),
    }
}

fn below(name: &str, value: &Value) -> Value {
    if VALUES.contains(&name) {
        return value.clone();
    }
    let named = value.as_object().filter(|_| NAMED.contains(&name));
    named.map_or_else(
        || bare(value),
        |named| named.iter().map(|(name, part)| (name.clone(), bare(part))).collect(),
    )
}
