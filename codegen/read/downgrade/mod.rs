//! `OpenAPI` 3.1 to 3.0.3. This module walks the document and finds the schemas; `schema` rewrites one.
//!
//! No constraint is dropped: what 3.0.3 has no form for is refused with its JSON pointer. Prose that 3.0.3 has no
//! place for (webhooks, `info.summary`, `jsonSchemaDialect`) goes.

mod numbers;
mod schema;
mod types;

use serde_json::{Map, Value};

use super::{error::Fault, merge::METHODS, pointer::join};

/// Brings `root` down to 3.0.3. A document of 3.0 keeps its text, except for its version.
pub(super) fn bring_down(root: &mut Value) -> Result<(), Fault> {
    let wrong = || Fault::new("/openapi", "must be a version of OpenAPI 3.0 or 3.1, as text");
    let version = root.get("openapi").and_then(Value::as_str).ok_or_else(wrong)?;
    if version.starts_with("3.1.") {
        document(root)?;
    } else if !version.starts_with("3.0.") {
        return Err(wrong());
    }
    root["openapi"] = "3.0.3".into();
    Ok(())
}

fn document(root: &mut Value) -> Result<(), Fault> {
    let root = object(root, "")?;
    root.shift_remove("webhooks");
    root.shift_remove("jsonSchemaDialect");
    one(root, "info", "", |info, _| {
        info.shift_remove("summary");
        if let Some(license) = info.get_mut("license").and_then(Value::as_object_mut) {
            license.shift_remove("identifier");
        }
        Ok(())
    })?;
    each(root, "paths", "", path_item)?;
    one(root, "components", "", components)
}

fn components(components: &mut Map<String, Value>, at: &str) -> Result<(), Fault> {
    if components.contains_key("pathItems") {
        return Err(Fault::new(join(at, "pathItems"), "has no form in OpenAPI 3.0.3"));
    }
    schemas(components, "schemas", at)?;
    each(components, "parameters", at, parameter)?;
    each(components, "headers", at, parameter)?;
    each(components, "requestBodies", at, body)?;
    each(components, "responses", at, body)?;
    each(components, "callbacks", at, callback)?;
    each(components, "securitySchemes", at, |scheme, at| match scheme.get("type") {
        Some(Value::String(kind)) if kind == "mutualTLS" => {
            Err(Fault::new(join(at, "type"), "mutualTLS has no form in OpenAPI 3.0.3"))
        }
        _ => Ok(()),
    })
}

fn callback(callback: &mut Map<String, Value>, at: &str) -> Result<(), Fault> {
    for (expression, item) in callback.iter_mut().filter(|(key, _)| !key.starts_with("x-")) {
        let at = join(at, expression);
        // A reference to a callback of components looks like one more expression.
        if item.is_object() {
            path_item(object(item, &at)?, &at)?;
        }
    }
    Ok(())
}

fn path_item(item: &mut Map<String, Value>, at: &str) -> Result<(), Fault> {
    each(item, "parameters", at, parameter)?;
    METHODS.iter().try_for_each(|method| one(item, method, at, operation))
}

fn operation(operation: &mut Map<String, Value>, at: &str) -> Result<(), Fault> {
    each(operation, "parameters", at, parameter)?;
    one(operation, "requestBody", at, body)?;
    each(operation, "responses", at, body)?;
    each(operation, "callbacks", at, callback)
}

/// A parameter, or a header, which is one without a name.
fn parameter(parameter: &mut Map<String, Value>, at: &str) -> Result<(), Fault> {
    one_schema(parameter, "schema", at)?;
    each(parameter, "content", at, media)
}

/// A request body, or a response, which is one with headers.
fn body(body: &mut Map<String, Value>, at: &str) -> Result<(), Fault> {
    each(body, "headers", at, parameter)?;
    each(body, "content", at, media)
}

fn media(media: &mut Map<String, Value>, at: &str) -> Result<(), Fault> {
    one_schema(media, "schema", at)?;
    each(media, "encoding", at, |encoding, at| each(encoding, "headers", at, parameter))
}

fn one_schema(parent: &mut Map<String, Value>, key: &str, at: &str) -> Result<(), Fault> {
    parent.get_mut(key).map_or(Ok(()), |value| schema::bring_down(value, &join(at, key)))
}

/// Every schema of the map or list under `key`.
fn schemas(parent: &mut Map<String, Value>, key: &str, at: &str) -> Result<(), Fault> {
    children(parent, key, at)?
        .into_iter()
        .try_for_each(|(at, value)| schema::bring_down(value, &at))
}

/// The object under `key`, if there is one.
fn one(
    parent: &mut Map<String, Value>,
    key: &str,
    at: &str,
    visit: impl FnOnce(&mut Map<String, Value>, &str) -> Result<(), Fault>,
) -> Result<(), Fault> {
    let at = join(at, key);
    parent.get_mut(key).map_or(Ok(()), |value| visit(object(value, &at)?, &at))
}

/// Every object of the map or list under `key`.
fn each(
    parent: &mut Map<String, Value>,
    key: &str,
    at: &str,
    mut visit: impl FnMut(&mut Map<String, Value>, &str) -> Result<(), Fault>,
) -> Result<(), Fault> {
    children(parent, key, at)?
        .into_iter()
        .try_for_each(|(at, value)| visit(object(value, &at)?, &at))
}

/// The values of the map or list under `key` with their pointers, extensions left out.
fn children<'a>(
    parent: &'a mut Map<String, Value>,
    key: &str,
    at: &str,
) -> Result<Vec<(String, &'a mut Value)>, Fault> {
    let at = join(at, key);
    match parent.get_mut(key) {
        None => Ok(Vec::new()),
        Some(Value::Array(items)) => {
            Ok(items.iter_mut().enumerate().map(|(index, item)| (join(&at, index), item)).collect())
        }
        Some(Value::Object(map)) => {
            // Only `paths`, `responses` and the like carry extensions; elsewhere every key is a name.
            let extensible = matches!(key, "paths" | "responses");
            let named = map.iter_mut().filter(|(name, _)| !extensible || !name.starts_with("x-"));
            Ok(named.map(|(name, value)| (join(&at, name), value)).collect())
        }
        Some(_) => Err(Fault::new(at, "must be an object or a list")),
    }
}

fn object<'a>(value: &'a mut Value, at: &str) -> Result<&'a mut Map<String, Value>, Fault> {
    value.as_object_mut().ok_or_else(|| Fault::new(at, "must be an object"))
}
