//! One operation of openapiv3's to one of the model's. The only file that knows openapiv3's shapes;
//! what has no place in a typed table is refused here, with its JSON pointer.

use openapiv3::{
    Content, OpenAPI, Operation as OpenOperation, Parameter as OpenParameter, ParameterData,
    ParameterSchemaOrContent, PathItem, ReferenceOr, Response, Schema, SchemaKind, StatusCode,
    StringFormat, StringType, Type, VariantOrUnknownOrEmpty,
};
use serde_json::{Map, Value};

use super::{
    Fault,
    model::{Body, Operation, Parameter, Place, Reply, ReplyBody},
    names::{self, below, identifier, reason, type_name},
    settle::JSON,
};

/// Headers that `OpenAPI` says are never parameters: the server reads them before an operation does.
pub(super) const NOT_PARAMETERS: [&str; 3] = ["authorization", "accept", "content-type"];

/// Reads the settled document through openapiv3.
///
/// # Errors
/// What is not `OpenAPI` 3.0. openapiv3 does not say where it failed, so the parts are tried alone
/// until one fails.
pub(super) fn parse(settled: &Value) -> Result<OpenAPI, Fault> {
    let problem = match serde_json::from_value::<OpenAPI>(settled.clone()) {
        Ok(document) => return Ok(document),
        Err(problem) => problem,
    };
    let parts = |pointer| settled.pointer(pointer).and_then(Value::as_object).into_iter().flatten();
    for (path, item) in parts("/paths") {
        if let Err(problem) = serde_json::from_value::<ReferenceOr<PathItem>>(item.clone()) {
            return Err(Fault::new(below("/paths", path), problem.to_string()));
        }
    }
    for (name, schema) in parts("/components/schemas") {
        if let Err(problem) = serde_json::from_value::<ReferenceOr<Schema>>(schema.clone()) {
            return Err(Fault::new(below("/components/schemas", name), problem.to_string()));
        }
    }
    Err(Fault::new("", problem.to_string()))
}

/// Reads one operation.
///
/// # Errors
/// No operationId or tag, a status that is no number, and what its parameters and bodies are
/// refused for.
pub(super) fn operation(
    document: &OpenAPI,
    path: &str,
    method: &str,
    operation: &OpenOperation,
) -> Result<Operation, Fault> {
    let pointer = below(&below("/paths", path), method);
    let Some(id) = &operation.operation_id else {
        return Err(Fault::new(pointer, "the operation has no operationId"));
    };
    let Some(tag) = operation.tags.first() else {
        return Err(Fault::new(pointer, format!("the operation {id} has no tag, and so no trait")));
    };
    let name = names::operation(id, path, method);
    let body = match &operation.request_body {
        Some(ReferenceOr::Item(body)) => Some(Body {
            type_name: body_type(&body.content, &format!("{pointer}/requestBody"))?,
            required: body.required,
        }),
        Some(ReferenceOr::Reference { .. }) | None => None,
    };
    let source = operation.extensions.get("x-sandbook-source").and_then(Value::as_str);
    Ok(Operation {
        stem: type_name(&name),
        id: id.clone(),
        name,
        tag: tag.clone(),
        method: method.to_ascii_uppercase(),
        path: path.to_owned(),
        source: source.unwrap_or_default().to_owned(),
        security: security(document, operation),
        summary: operation.summary.clone().unwrap_or_default(),
        simulated: true,
        parameters: parameters(document, operation, &pointer)?,
        body,
        replies: replies(operation, &pointer)?,
        pointer,
    })
}

fn security(document: &OpenAPI, operation: &OpenOperation) -> Vec<String> {
    let required = operation.security.as_ref().or(document.security.as_ref());
    required.into_iter().flatten().flat_map(|schemes| schemes.keys().cloned()).collect()
}

fn parameters(
    document: &OpenAPI,
    operation: &OpenOperation,
    pointer: &str,
) -> Result<Vec<Parameter>, Fault> {
    let mut parameters: Vec<Parameter> = Vec::new();
    for (index, parameter) in operation.parameters.iter().enumerate() {
        let pointer = format!("{pointer}/parameters/{index}");
        let ReferenceOr::Item(parameter) = parameter else { continue };
        let (place, data) = match parameter {
            OpenParameter::Path { parameter_data, .. } => (Place::Path, parameter_data),
            OpenParameter::Query { parameter_data, .. } => (Place::Query, parameter_data),
            OpenParameter::Header { parameter_data, .. } => (Place::Header, parameter_data),
            OpenParameter::Cookie { .. } => {
                return Err(Fault::new(pointer, "cookie parameters are not supported"));
            }
        };
        if place == Place::Header
            && NOT_PARAMETERS.contains(&data.name.to_ascii_lowercase().as_str())
        {
            continue;
        }
        let parameter = self::parameter(document, place, data, &pointer)?;
        if parameter.field == "body" {
            return Err(Fault::new(
                pointer,
                "a parameter cannot be called `body`: that is the request's body",
            ));
        }
        if let Some(other) = parameters.iter().find(|other| other.field == parameter.field) {
            let problem =
                format!("`{}` and `{}` are one field of the request", parameter.name, other.name);
            return Err(Fault::new(pointer, problem));
        }
        parameters.push(parameter);
    }
    Ok(parameters)
}

fn parameter(
    document: &OpenAPI,
    place: Place,
    data: &ParameterData,
    pointer: &str,
) -> Result<Parameter, Fault> {
    let ParameterSchemaOrContent::Schema(schema) = &data.format else {
        return Err(Fault::new(pointer, format!("the parameter `{}` has no schema", data.name)));
    };
    let Some((kind, nullable)) = scalar(document, schema, 0) else {
        let problem =
            format!("the parameter `{}` is no string, integer, number or boolean", data.name);
        return Err(Fault::new(format!("{pointer}/schema"), problem));
    };
    Ok(Parameter {
        field: identifier(&data.name),
        name: data.name.clone(),
        place,
        kind,
        required: data.required && !nullable,
        description: data.description.clone().unwrap_or_default(),
    })
}

/// The Rust type of a scalar and whether it may be null; `None` where the schema is something else,
/// which includes whatever openapiv3 could not make sense of and quietly took for anything.
fn scalar(
    document: &OpenAPI,
    schema: &ReferenceOr<Schema>,
    depth: usize,
) -> Option<(&'static str, bool)> {
    let schema = match schema {
        ReferenceOr::Item(schema) => schema,
        ReferenceOr::Reference { reference } => {
            let name = reference.strip_prefix("#/components/schemas/")?;
            let target = document.components.as_ref()?.schemas.get(name).filter(|_| depth < 16)?;
            return scalar(document, target, depth + 1);
        }
    };
    let nullable = schema.schema_data.nullable;
    if let SchemaKind::AllOf { all_of } = &schema.schema_kind {
        let [one] = all_of.as_slice() else { return None };
        return scalar(document, one, depth + 1).map(|(kind, inner)| (kind, nullable || inner));
    }
    let SchemaKind::Type(kind) = &schema.schema_kind else { return None };
    let kind = match kind {
        Type::String(text) => text_type(text),
        Type::Integer(_) => "i64",
        Type::Number(_) => "f64",
        Type::Boolean(_) => "bool",
        Type::Object(_) | Type::Array(_) => return None,
    };
    Some((kind, nullable))
}

fn text_type(text: &StringType) -> &'static str {
    match &text.format {
        VariantOrUnknownOrEmpty::Item(StringFormat::Date) => "::chrono::NaiveDate",
        VariantOrUnknownOrEmpty::Item(StringFormat::DateTime) => {
            "::chrono::DateTime<::chrono::Utc>"
        }
        VariantOrUnknownOrEmpty::Unknown(format) if format == "uuid" => "::uuid::Uuid",
        VariantOrUnknownOrEmpty::Item(
            StringFormat::Password | StringFormat::Byte | StringFormat::Binary,
        )
        | VariantOrUnknownOrEmpty::Unknown(_)
        | VariantOrUnknownOrEmpty::Empty => "String",
    }
}

fn replies(operation: &OpenOperation, pointer: &str) -> Result<Vec<Reply>, Fault> {
    let pointer = format!("{pointer}/responses");
    if operation.responses.default.is_some() {
        let problem = "a reply has one variant per status, so `default` has no place in it";
        return Err(Fault::new(format!("{pointer}/default"), problem));
    }
    let mut replies = Vec::new();
    for (status, response) in &operation.responses.responses {
        let pointer = format!("{pointer}/{status}");
        let StatusCode::Code(status) = status else {
            let problem = "a reply has one variant per status, so a range has no place in it";
            return Err(Fault::new(pointer, problem));
        };
        if let ReferenceOr::Item(response) = response {
            replies.push(reply(*status, response, &pointer)?);
        }
    }
    if replies.is_empty() {
        return Err(Fault::new(pointer, "the operation documents no reply"));
    }
    replies.sort_by_key(|reply| reply.status);
    Ok(replies)
}

fn reply(status: u16, response: &Response, pointer: &str) -> Result<Reply, Fault> {
    let body = match response.content.keys().next() {
        None => ReplyBody::None,
        Some(media) if media != JSON => ReplyBody::Text(media.clone()),
        Some(_) => ReplyBody::Json(body_type(&response.content, pointer)?),
    };
    Ok(Reply {
        status,
        variant: reason(status, pointer)?,
        description: response.description.clone(),
        body,
    })
}

/// The wire type of a settled body, which is one JSON schema by reference.
fn body_type(content: &Content, pointer: &str) -> Result<String, Fault> {
    let pointer = || below(&format!("{pointer}/content"), JSON);
    match content.get(JSON).and_then(|entry| entry.schema.as_ref()) {
        Some(ReferenceOr::Reference { reference }) => reference
            .strip_prefix("#/components/schemas/")
            .map(type_name)
            .ok_or_else(|| Fault::new(pointer(), format!("{reference} is no component schema"))),
        Some(ReferenceOr::Item(_)) | None => {
            Err(Fault::new(pointer(), "the media type has no schema"))
        }
    }
}

/// Whether openapiv3 takes a schema with a `type` for any value, as it does where the keywords do
/// not go together.
pub(super) fn is_lost(schema: &Map<String, Value>) -> bool {
    let Some(kind) = schema.get("type").and_then(Value::as_str) else { return false };
    if kind == "object" || kind == "array" {
        return false;
    }
    let parsed = serde_json::from_value::<Schema>(Value::Object(schema.clone()));
    !parsed.is_ok_and(|schema| matches!(schema.schema_kind, SchemaKind::Type(_)))
}
