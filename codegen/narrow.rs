//! The copy of the settled document that progenitor and typify can take. Only the client and the
//! wire types are made from it; the served document, the table and the checker keep everything.
//! What goes here goes for a reason: progenitor panics on it, or the type would refuse to carry a
//! wrong value that a client must be able to send.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{
    Fault,
    model::{Operation, Spec},
    prose, reader,
    schemas::{At, Level, each_operation, each_schema, members},
    settle::{JSON, reference_to},
};

/// Keywords that bound values. The checker holds them; the types stay plain `String`, `i64` and
/// `Vec`.
const BOUNDS: [&str; 13] = [
    "minLength",
    "maxLength",
    "pattern",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minItems",
    "maxItems",
    "uniqueItems",
    "minProperties",
    "maxProperties",
];

/// Keywords that say nothing about the Rust type, but would end up in its documentation or its
/// name.
const REMARKS: [&str; 8] = [
    "example",
    "examples",
    "externalDocs",
    "xml",
    "deprecated",
    "readOnly",
    "writeOnly",
    "discriminator",
];

/// The string formats that have a Rust type of their own which the checker agrees with.
const TYPED_FORMATS: [&str; 3] = ["uuid", "date", "date-time"];

/// Narrows the settled document.
///
/// # Errors
/// A union whose name a component has, and a schema that openapiv3 would quietly take for any
/// value.
pub(super) fn narrow(mut settled: Value, spec: &Spec) -> Result<Value, Fault> {
    let operations: BTreeMap<&str, &Operation> =
        spec.operations.iter().map(|operation| (operation.pointer.as_str(), operation)).collect();
    let mut unions = Unions::default();
    each_operation(&mut settled, &mut |at, operation| {
        if let Some(known) = operations.get(at.pointer.as_str()) {
            narrow_operation(at, operation, known, &mut unions);
        }
        Ok(())
    })?;
    each_schema(&mut settled, &mut narrow_schema)?;
    unions.join(&mut settled)?;
    keep_members(&mut settled, &["openapi", "info", "paths", "components"]);
    if let Some(components) = settled.get_mut("components") {
        keep_members(components, &["schemas"]);
    }
    if let Some(info) = settled.get_mut("info") {
        keep_members(info, &["title", "version", "description"]);
        describe(info);
    }
    Ok(settled)
}

fn narrow_operation(
    at: &At<'_>,
    operation: &mut Map<String, Value>,
    known: &Operation,
    unions: &mut Unions,
) {
    const KEPT: [&str; 6] =
        ["operationId", "summary", "description", "parameters", "requestBody", "responses"];
    operation.retain(|key, _| KEPT.contains(&key.as_str()));
    operation.insert("operationId".to_owned(), json!(known.name));
    for key in ["summary", "description"] {
        if let Some(Value::String(text)) = operation.get_mut(key) {
            *text = prose::plain(text);
        }
    }
    if let Some(Value::Array(parameters)) = operation.get_mut("parameters") {
        parameters.retain(|parameter| {
            let name = parameter["name"].as_str().unwrap_or_default().to_ascii_lowercase();
            parameter["in"] != "header" || !reader::NOT_PARAMETERS.contains(&name.as_str())
        });
        for parameter in parameters {
            keep_members(parameter, &["name", "in", "required", "description", "schema"]);
            describe(parameter);
        }
    }
    if let Some(body) = operation.get_mut("requestBody") {
        keep_members(body, &["description", "content"]);
        describe(body);
        body["required"] = json!(true);
    }
    if let Some(Value::Object(replies)) = operation.get_mut("responses") {
        for (_, reply) in replies.iter_mut() {
            keep_members(reply, &["description", "content"]);
            describe(reply);
        }
        let pointer = format!("{}/responses", at.pointer);
        unions.one_type(replies, 200..300, &format!("{}Success", known.stem), &pointer);
        unions.one_type(replies, 400..600, &format!("{}Error", known.stem), &pointer);
        replies.retain(|status, _| !status.starts_with(['1', '3']));
    }
}

fn narrow_schema(
    pointer: &str,
    level: Level,
    schema: &mut Map<String, Value>,
) -> Result<(), Fault> {
    let default_holds = schema.get("default").is_some_and(|default| conforms(default, schema));
    if !default_holds || level == Level::Parameter {
        schema.shift_remove("default");
    }
    if level == Level::Parameter {
        // progenitor would ask for an Option of an Option.
        schema.shift_remove("nullable");
    }
    if level != Level::Component {
        // typify would name the type by it.
        schema.shift_remove("title");
    }
    schema.retain(|key, _| {
        !BOUNDS.contains(&key.as_str())
            && !REMARKS.contains(&key.as_str())
            && !key.starts_with("x-")
    });
    let format = schema.get("format").and_then(Value::as_str);
    if schema.get("type") != Some(&json!("string"))
        || format.is_none_or(|format| !TYPED_FORMATS.contains(&format))
    {
        schema.shift_remove("format");
    }
    if let Some(Value::String(text)) = schema.get_mut("description") {
        *text = prose::plain(text);
        if text.is_empty() {
            schema.shift_remove("description");
        }
    }
    if reader::is_lost(schema) {
        return Err(Fault::new(
            pointer,
            "the keywords beside `type` do not go with it, so it would mean any value",
        ));
    }
    Ok(())
}

/// Whether a default is one of the values that its own schema allows. Only what is easily told is
/// told: any other default goes, and the field becomes optional.
fn conforms(default: &Value, schema: &Map<String, Value>) -> bool {
    if schema
        .get("enum")
        .and_then(Value::as_array)
        .is_some_and(|allowed| !allowed.contains(default))
    {
        return false;
    }
    let limit = |key: &str| schema.get(key).and_then(Value::as_f64);
    let exclusive = |key: &str| schema.get(key) == Some(&json!(true));
    let within = |number: f64| {
        limit("minimum")
            .is_none_or(|min| number > min || (!exclusive("exclusiveMinimum") && number >= min))
            && limit("maximum")
                .is_none_or(|max| number < max || (!exclusive("exclusiveMaximum") && number <= max))
    };
    match (schema.get("type").and_then(Value::as_str), default) {
        (Some("string"), Value::String(text)) => {
            let length = u32::try_from(text.chars().count()).map_or(f64::INFINITY, f64::from);
            let typed = schema
                .get("format")
                .and_then(Value::as_str)
                .is_some_and(|f| TYPED_FORMATS.contains(&f));
            !typed
                && !schema.contains_key("pattern")
                && limit("minLength").is_none_or(|min| length >= min)
                && limit("maxLength").is_none_or(|max| length <= max)
        }
        (Some("integer"), Value::Number(number)) => {
            number.is_i64() && number.as_f64().is_some_and(within)
        }
        (Some("number"), Value::Number(number)) => number.as_f64().is_some_and(within),
        (Some("array"), Value::Array(items)) => {
            items.is_empty() && limit("minItems").is_none_or(|min| min <= 0.0)
        }
        (kind, default) => kind == Some("boolean") && default.is_boolean(),
    }
}

/// One type for all successes of an operation, and one for all its errors, as progenitor wants it:
/// the component that a union of several bodies becomes, by its name, with the pointer of the
/// replies.
#[derive(Default)]
struct Unions(BTreeMap<String, (String, Vec<Value>)>);

impl Unions {
    /// Makes all `replies` with a status in `statuses` have one body. One without a body goes where
    /// another has one: the client then reports it as unexpected, which it is to a caller who wants
    /// the body.
    fn one_type(
        &mut self,
        replies: &mut Map<String, Value>,
        statuses: std::ops::Range<u16>,
        name: &str,
        pointer: &str,
    ) {
        let meant = |status: &str| status.parse().is_ok_and(|status| statuses.contains(&status));
        let schema = |reply: &Value| reply.pointer("/content/application~1json/schema").cloned();
        let mut bodies: BTreeMap<&str, Value> = BTreeMap::new();
        for (status, reply) in replies.iter().filter(|(status, _)| meant(status)) {
            bodies.extend(schema(reply).map(|schema| (status.as_str(), schema)));
        }
        // By status, so that the union is the same whatever the order in the document.
        let mut distinct: Vec<Value> = Vec::new();
        for body in bodies.into_values() {
            if !distinct.contains(&body) {
                distinct.push(body);
            }
        }
        if distinct.is_empty() {
            return;
        }
        replies.retain(|status, reply| !meant(status) || schema(reply).is_some());
        if distinct.len() == 1 {
            return;
        }
        for (_, reply) in replies.iter_mut().filter(|(status, _)| meant(status)) {
            reply["content"] = json!({ JSON: { "schema": reference_to(name) } });
        }
        self.0.insert(name.to_owned(), (pointer.to_owned(), distinct));
    }

    fn join(self, document: &mut Value) -> Result<(), Fault> {
        let Some(schemas) =
            document.pointer_mut("/components/schemas").and_then(Value::as_object_mut)
        else {
            return Ok(());
        };
        for (name, (pointer, bodies)) in self.0 {
            if schemas.keys().any(|taken| super::names::type_name(taken) == name) {
                let problem =
                    format!("the union of the bodies needs the name {name}, which a component has");
                return Err(Fault::new(pointer, problem));
            }
            schemas.insert(name, json!({ "oneOf": bodies }));
        }
        Ok(())
    }
}

fn keep_members(value: &mut Value, kept: &[&str]) {
    if let Value::Object(value) = value {
        value.retain(|key, _| kept.contains(&key.as_str()));
    }
}

fn describe(value: &mut Value) {
    for (_, text) in
        members(Some(value)).filter(|(key, _)| *key == "description" || *key == "title")
    {
        if let Value::String(text) = text {
            *text = prose::plain(text);
        }
    }
}
