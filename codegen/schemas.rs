//! Where schemas stand in a document, and the way to every one of them. No opinion about what is in
//! them.

use serde_json::{Map, Value};

use super::{Fault, names::below};

/// The methods that a path can have, in the document's spelling.
pub(super) const METHODS: [&str; 8] =
    ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/// What a schema is the schema of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Level {
    /// A named schema under `/components/schemas`.
    Component,
    /// A parameter's.
    Parameter,
    /// A body's: of a request or of a reply.
    Body,
    /// A part of another schema.
    Part,
}

/// An operation of the document: its path, its method as the document spells it, its JSON pointer.
pub(super) struct At<'a> {
    pub(super) path: &'a str,
    pub(super) method: &'a str,
    pub(super) pointer: String,
}

/// What [`each_operation`] calls: where the operation stands, and the operation.
pub(super) type VisitOperation<'a> =
    dyn FnMut(&At<'_>, &mut Map<String, Value>) -> Result<(), Fault> + 'a;

/// Calls `visit` for every operation, in the document's order.
///
/// # Errors
/// The first that `visit` answers.
pub(super) fn each_operation(
    document: &mut Value,
    visit: &mut VisitOperation<'_>,
) -> Result<(), Fault> {
    for (path, item) in members(document.get_mut("paths")) {
        for (method, operation) in members(Some(item)) {
            if !METHODS.contains(&method.as_str()) {
                continue;
            }
            let pointer = below(&below("/paths", path), method);
            let Value::Object(operation) = operation else {
                return Err(Fault::new(pointer, "an operation is an object"));
            };
            visit(&At { path, method, pointer }, operation)?;
        }
    }
    Ok(())
}

/// What [`each_schema`] calls: the schema's JSON pointer, what it is the schema of, and the schema.
pub(super) type Visit<'a> =
    dyn FnMut(&str, Level, &mut Map<String, Value>) -> Result<(), Fault> + 'a;

/// Calls `visit` for every schema of operations and components, a schema before its parts. It
/// expects parameters, bodies and replies in place, not by reference.
///
/// # Errors
/// The first that `visit` answers.
pub(super) fn each_schema(document: &mut Value, visit: &mut Visit<'_>) -> Result<(), Fault> {
    each_operation(document, &mut |at, operation| {
        let parameters = operation.get_mut("parameters").and_then(Value::as_array_mut);
        for (index, parameter) in parameters.into_iter().flatten().enumerate() {
            let pointer = format!("{}/parameters/{index}/schema", at.pointer);
            walk(&pointer, Level::Parameter, parameter.get_mut("schema"), visit)?;
        }
        let pointer = format!("{}/requestBody", at.pointer);
        bodies(&pointer, operation.get_mut("requestBody"), visit)?;
        for (status, reply) in members(operation.get_mut("responses")) {
            bodies(&format!("{}/responses/{status}", at.pointer), Some(reply), visit)?;
        }
        Ok(())
    })?;
    for (name, schema) in members(document.pointer_mut("/components/schemas")) {
        walk(&below("/components/schemas", name), Level::Component, Some(schema), visit)?;
    }
    Ok(())
}

/// The members of `value`, in order; none where it is no object.
pub(super) fn members(value: Option<&mut Value>) -> impl Iterator<Item = (&String, &mut Value)> {
    value.and_then(Value::as_object_mut).into_iter().flatten()
}

fn bodies(pointer: &str, holder: Option<&mut Value>, visit: &mut Visit<'_>) -> Result<(), Fault> {
    for (media, entry) in members(holder.and_then(|holder| holder.get_mut("content"))) {
        let pointer = format!("{}/schema", below(&format!("{pointer}/content"), media));
        walk(&pointer, Level::Body, entry.get_mut("schema"), visit)?;
    }
    Ok(())
}

fn walk(
    pointer: &str,
    level: Level,
    schema: Option<&mut Value>,
    visit: &mut Visit<'_>,
) -> Result<(), Fault> {
    let Some(schema) = schema.and_then(Value::as_object_mut) else { return Ok(()) };
    visit(pointer, level, schema)?;
    for (name, part) in members(schema.get_mut("properties")) {
        walk(&below(&format!("{pointer}/properties"), name), Level::Part, Some(part), visit)?;
    }
    for keyword in ["items", "additionalProperties", "not"] {
        walk(&format!("{pointer}/{keyword}"), Level::Part, schema.get_mut(keyword), visit)?;
    }
    for keyword in ["allOf", "anyOf", "oneOf"] {
        let parts = schema.get_mut(keyword).and_then(Value::as_array_mut);
        for (index, part) in parts.into_iter().flatten().enumerate() {
            walk(&format!("{pointer}/{keyword}/{index}"), Level::Part, Some(part), visit)?;
        }
    }
    Ok(())
}
