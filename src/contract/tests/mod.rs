//! The checker on a small document that has one of everything.

mod bodies;
mod documents;
mod forms;
mod judge;
mod replies;
mod samples;
mod survey;
mod texts;

use bytes::Bytes;
use serde_json::{Map, Value, json};

use super::{Body, Contract, Incoming, Problem, Step, Violation};

const CUSTOMER: &str = "4d90c3cc-1e55-5c61-9999-9ee36847163b";

/// A document with `schema` as the body of `op`, in all three media.
fn document(schema: &Value) -> Value {
    let media = json!({ "schema": schema });
    json!({
        "openapi": "3.0.3",
        "paths": { "/pay/{business_id}/": {
            "parameters": [
                { "in": "path", "name": "business_id", "required": true, "schema": { "type": "string", "format": "uuid" } },
            ],
            "post": {
                "operationId": "op",
                "parameters": [
                    { "in": "header", "name": "Idempotency-Key", "schema": { "type": "string", "maxLength": 3 } },
                    { "in": "query", "name": "page", "allowEmptyValue": true, "schema": { "type": "integer", "minimum": 1 } },
                    { "in": "query", "name": "open", "allowEmptyValue": true, "schema": { "type": "boolean" } },
                    { "in": "query", "name": "from", "allowEmptyValue": true, "schema": { "type": "string", "format": "date-time" } },
                    { "in": "query", "name": "search", "allowEmptyValue": true, "schema": { "type": "string" } },
                    { "in": "query", "name": "ids", "schema": { "type": "array", "items": { "type": "integer" } } },
                ],
                "requestBody": { "required": true, "content": {
                    "application/json": media,
                    "application/x-www-form-urlencoded": media,
                    "multipart/form-data": media,
                } },
                "responses": { "201": { "content": { "application/json": media } }, "204": {} },
            },
            "get": { "operationId": "bare", "responses": { "200": {} } },
        } },
        "components": { "schemas": {
            "Payment": {
                "type": "object",
                "required": ["customer_id", "amount_cents"],
                "properties": {
                    "customer_id": { "type": "string", "format": "uuid" },
                    "amount_cents": { "type": "integer", "minimum": 1 },
                    "allocations": { "type": "array", "maxItems": 3, "items": { "$ref": "#/components/schemas/Allocation" } },
                    "payment_date": { "type": "string", "format": "date" },
                    "currency": { "type": "string", "minLength": 1, "maxLength": 3 },
                    "method": { "type": "string", "enum": ["cash", "check"] },
                    "note": { "type": "string" },
                    "metadata": { "type": "object", "additionalProperties": {} },
                    "references": { "type": "object", "additionalProperties": { "type": "string" } },
                    "free": {},
                    "settled": { "type": "boolean" },
                    "rate": { "type": "number", "minimum": 0, "maximum": 1, "exclusiveMaximum": true },
                    "small": { "type": "integer", "format": "int32", "nullable": true },
                    "tags": { "type": "array", "items": { "type": "string" } },
                    "either": { "anyOf": [{ "type": "integer" }, { "type": "string", "format": "date" }] },
                    "email": { "type": "string", "format": "email" },
                    "inner": { "allOf": [{ "$ref": "#/components/schemas/Payment" }], "nullable": true },
                },
            },
            "Allocation": {
                "type": "object",
                "required": ["invoice_id", "amount_cents"],
                "properties": {
                    "invoice_id": { "type": "string", "format": "uuid" },
                    "amount_cents": { "type": "integer", "minimum": 1 },
                },
            },
        } },
    })
}

fn contract() -> Contract {
    Contract::new(&document(&json!({ "$ref": "#/components/schemas/Payment" })))
        .expect("the document is sound")
}

fn send(
    contract: &Contract,
    query: &str,
    body: Body,
) -> Result<Map<String, Value>, Vec<Violation>> {
    let path = [("business_id".to_owned(), CUSTOMER.to_owned())];
    let headers = |_: &str| None;
    let operation = contract.operation("op").expect("it is in the document");
    operation.check(Incoming { path: &path, query, headers: &headers, body })
}

/// The body that passes, as it comes out.
fn taken(body: Body) -> Value {
    let mut values = send(&contract(), "", body).expect("it passes");
    values.remove("body").expect("it has a body")
}

/// The violations, each as `a[0].b` and its problem.
fn refused(body: Body) -> Vec<(String, Problem)> {
    let found = send(&contract(), "", body).expect_err("it must not pass");
    found.into_iter().map(|violation| (dotted(&violation.path), violation.problem)).collect()
}

fn dotted(path: &[Step]) -> String {
    path.iter().fold(String::new(), |so_far, step| match step {
        Step::Field(name) if so_far.is_empty() => name.clone(),
        Step::Field(name) => format!("{so_far}.{name}"),
        Step::Index(at) => format!("{so_far}[{at}]"),
    })
}

/// A JSON body.
fn whole(value: &Value) -> Body {
    Body::Json(Bytes::from(value.to_string()))
}

/// A JSON body that is sound but for `name`, which is `value`.
fn with(name: &str, value: Value) -> Body {
    let mut body = json!({ "customer_id": CUSTOMER, "amount_cents": 1 });
    body[name] = value;
    whole(&body)
}

/// A form that is sound but for the further `pairs`.
fn form(pairs: &[(&str, &str)]) -> Body {
    let sound = [("customer_id", CUSTOMER), ("amount_cents", "1")];
    let pairs = sound.iter().chain(pairs);
    Body::Flat(pairs.map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect())
}
