//! Makes a document plain: every parameter, body and reply in place, one JSON schema for each body,
//! and a name of its own for every inline object. The meaning stays; what progenitor cannot take
//! goes later, in `narrow`.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{
    Fault, names,
    names::{below, type_name},
    schemas::{METHODS, each_operation, members},
};

/// The media type that all bodies of the settled document have.
pub(super) const JSON: &str = "application/json";

/// The settled copy of `document`.
///
/// # Errors
/// An operation without operationId, a body or reply without a JSON schema, an inline shape whose
/// name is taken.
pub(super) fn settle(document: &Value) -> Result<Value, Fault> {
    let mut settled = document.clone();
    share_parameters(&mut settled)?;
    let mut shapes = Shapes::default();
    each_operation(&mut settled, &mut |at, operation| {
        let Some(id) = operation.get("operationId").and_then(Value::as_str) else {
            return Err(Fault::new(&at.pointer, "the operation has no operationId"));
        };
        let name = type_name(&names::operation(id, at.path, at.method));
        let parameters = operation.get_mut("parameters").and_then(Value::as_array_mut);
        for (index, parameter) in parameters.into_iter().flatten().enumerate() {
            in_place(document, parameter, &format!("{}/parameters/{index}", at.pointer))?;
        }
        if let Some(body) = operation.get_mut("requestBody") {
            let pointer = format!("{}/requestBody", at.pointer);
            in_place(document, body, &pointer)?;
            settle_request(body, &pointer)?;
            shapes.name_body(&format!("{name}Body"), body, &pointer)?;
        }
        for (status, reply) in members(operation.get_mut("responses")) {
            let pointer = format!("{}/responses/{status}", at.pointer);
            in_place(document, reply, &pointer)?;
            settle_reply(reply, &pointer)?;
            let reason =
                status.parse().ok().and_then(|status| names::reason(status, &pointer).ok());
            shapes.name_body(&format!("{name}{}", reason.unwrap_or(status)), reply, &pointer)?;
        }
        Ok(())
    })?;
    for (name, schema) in members(settled.pointer_mut("/components/schemas")) {
        shapes.name_parts(name, schema, &below("/components/schemas", name))?;
    }
    shapes.join(&mut settled)?;
    Ok(settled)
}

/// Gives the parameters of a path to each of its operations that has no parameter of that name and
/// place.
fn share_parameters(document: &mut Value) -> Result<(), Fault> {
    let key = |parameter: &Value| {
        let text = |key| parameter.get(key).and_then(Value::as_str).map(str::to_owned);
        (text("name"), text("in"), text("$ref"))
    };
    for (path, item) in members(document.get_mut("paths")) {
        let Value::Object(item) = item else { continue };
        if item.contains_key("$ref") {
            return Err(Fault::new(
                below("/paths", path),
                "a path given by reference is not supported",
            ));
        }
        let Some(Value::Array(shared)) = item.shift_remove("parameters") else { continue };
        for (_, operation) in
            item.iter_mut().filter(|(method, _)| METHODS.contains(&method.as_str()))
        {
            let Value::Object(operation) = operation else { continue };
            let Value::Array(own) = operation.entry("parameters").or_insert_with(|| json!([]))
            else {
                continue;
            };
            let taken: Vec<_> = own.iter().map(key).collect();
            own.splice(
                0..0,
                shared.iter().filter(|parameter| !taken.contains(&key(parameter))).cloned(),
            );
        }
    }
    Ok(())
}

/// Replaces a reference to a parameter, body or reply by what it refers to.
fn in_place(document: &Value, value: &mut Value, pointer: &str) -> Result<(), Fault> {
    for _ in 0..16 {
        let Some(reference) = value.get("$ref").and_then(Value::as_str) else { return Ok(()) };
        let target = reference.strip_prefix('#').and_then(|local| document.pointer(local));
        let Some(target) = target else {
            return Err(Fault::new(pointer, format!("the reference {reference} leads nowhere")));
        };
        *value = target.clone();
    }
    Err(Fault::new(pointer, "the reference leads back to itself"))
}

/// Form and multipart bodies have the same schema as the JSON one, so one of them can stand in for
/// it.
fn settle_request(body: &mut Value, pointer: &str) -> Result<(), Fault> {
    let Some(content) = body.get_mut("content").and_then(Value::as_object_mut) else {
        return Err(Fault::new(pointer, "the body has no content"));
    };
    let media =
        content.keys().find(|media| is_json(media)).or_else(|| content.keys().next()).cloned();
    let Some(media) = media else { return Err(Fault::new(pointer, "the body has no media type")) };
    keep_one(content, &media, pointer)
}

fn settle_reply(reply: &mut Value, pointer: &str) -> Result<(), Fault> {
    let Some(content) = reply.get_mut("content").and_then(Value::as_object_mut) else {
        return Ok(());
    };
    if content.is_empty() {
        return Ok(());
    }
    if let Some(media) = content.keys().find(|media| is_json(media)).cloned() {
        return keep_one(content, &media, pointer);
    }
    let mut texts = content.values().map(|entry| &entry["schema"]["type"]);
    if content.len() == 1 && texts.all(|kind| kind == "string") {
        return Ok(());
    }
    let offered: Vec<&str> = content.keys().map(String::as_str).collect();
    let problem =
        format!("a reply is JSON, one kind of text or empty, this one is {}", offered.join(", "));
    Err(Fault::new(format!("{pointer}/content"), problem))
}

fn keep_one(content: &mut Map<String, Value>, media: &str, pointer: &str) -> Result<(), Fault> {
    let Some(schema) =
        content.get_mut(media).and_then(|entry| entry.get_mut("schema")).map(Value::take)
    else {
        return Err(Fault::new(
            below(&format!("{pointer}/content"), media),
            "the media type has no schema",
        ));
    };
    content.clear();
    content.insert(JSON.to_owned(), json!({ "schema": schema }));
    Ok(())
}

fn is_json(media: &str) -> bool {
    let essence = media.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case(JSON) || essence.ends_with("+json")
}

/// Shapes that stood inline, by the name they get, each with the pointer of where it stood.
#[derive(Default)]
struct Shapes(BTreeMap<String, (String, Value)>);

impl Shapes {
    /// Names the schema of a body, so that every body is a reference to a component.
    fn name_body(&mut self, name: &str, holder: &mut Value, pointer: &str) -> Result<(), Fault> {
        let Some(schema) = holder.pointer_mut("/content/application~1json/schema") else {
            return Ok(());
        };
        if schema.get("$ref").is_some() {
            return Ok(());
        }
        let pointer = format!("{pointer}/content/application~1json/schema");
        self.name_parts(name, schema, &pointer)?;
        let schema = std::mem::replace(schema, reference_to(name));
        self.add(name, schema, &pointer)
    }

    /// Names the objects within `schema`, which goes by `name` itself.
    fn name_parts(&mut self, name: &str, schema: &mut Value, pointer: &str) -> Result<(), Fault> {
        for (property, part) in members(schema.get_mut("properties")) {
            let pointer = below(&format!("{pointer}/properties"), property);
            self.name_part(&format!("{}{}", type_name(name), type_name(property)), part, &pointer)?;
        }
        for (keyword, suffix) in [("items", "Item"), ("additionalProperties", "Value")] {
            if let Some(part) = schema.get_mut(keyword) {
                self.name_part(
                    &format!("{}{suffix}", type_name(name)),
                    part,
                    &format!("{pointer}/{keyword}"),
                )?;
            }
        }
        for keyword in ["anyOf", "oneOf"] {
            let parts = schema.get_mut(keyword).and_then(Value::as_array_mut);
            for (index, part) in parts.into_iter().flatten().enumerate() {
                let pointer = format!("{pointer}/{keyword}/{index}");
                self.name_part(&format!("{}Variant{index}", type_name(name)), part, &pointer)?;
            }
        }
        // The parts of an allOf are one object together, so none of them gets a name alone.
        let parts = schema.get_mut("allOf").and_then(Value::as_array_mut);
        for (index, part) in parts.into_iter().flatten().enumerate() {
            self.name_parts(name, part, &format!("{pointer}/allOf/{index}"))?;
        }
        Ok(())
    }

    fn name_part(&mut self, name: &str, part: &mut Value, pointer: &str) -> Result<(), Fault> {
        self.name_parts(name, part, pointer)?;
        let properties = part.get("properties").and_then(Value::as_object);
        if properties.is_none_or(Map::is_empty) {
            return Ok(());
        }
        let nullable = part.get("nullable") == Some(&Value::Bool(true));
        let mut schema = part.take();
        *part = reference_to(name);
        if nullable {
            *part = json!({ "allOf": [reference_to(name)], "nullable": true });
            schema.as_object_mut().map(|schema| schema.shift_remove("nullable"));
        }
        self.add(name, schema, pointer)
    }

    fn add(&mut self, name: &str, schema: Value, pointer: &str) -> Result<(), Fault> {
        match self.0.insert(name.to_owned(), (pointer.to_owned(), schema)) {
            None => Ok(()),
            Some((other, _)) => {
                Err(Fault::new(pointer, format!("its name {name} is taken by {other}")))
            }
        }
    }

    /// Puts the shapes beside the components that were there.
    fn join(self, document: &mut Value) -> Result<(), Fault> {
        let Value::Object(document) = document else {
            return Err(Fault::new("", "a document is an object"));
        };
        let components = document.entry("components").or_insert_with(|| json!({}));
        if components.get("schemas").is_none() {
            components["schemas"] = json!({});
        }
        let Some(schemas) = components["schemas"].as_object_mut() else { return Ok(()) };
        let mut taken: BTreeMap<String, String> = BTreeMap::new();
        for name in schemas.keys() {
            if let Some(other) = taken.insert(type_name(name), name.clone()) {
                let pointer = below("/components/schemas", name);
                return Err(Fault::new(pointer, format!("its Rust name is also that of {other}")));
            }
        }
        for (name, (pointer, schema)) in self.0 {
            if let Some(other) = taken.get(&name) {
                return Err(Fault::new(
                    pointer,
                    format!("its name {name} is taken by the component {other}"),
                ));
            }
            schemas.insert(name, schema);
        }
        Ok(())
    }
}

/// A schema that refers to the component `name`.
pub(super) fn reference_to(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}
