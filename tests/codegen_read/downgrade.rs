//! `OpenAPI` 3.1 to 3.0.3, one schema at a time.

use serde_json::{Value, json};

use crate::Specs;

fn document(schema: &Value) -> Value {
    json!({
        "openapi": "3.1.0",
        "info": {"title": "T", "version": "1", "summary": "S", "license": {"name": "L", "identifier": "MIT"}},
        "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
        "webhooks": {"w": {}},
        "paths": {},
        "components": {"schemas": {"S": schema, "Other": {"type": "object"}}},
    })
}

fn down(test: &str, schema: &Value) -> Value {
    let specs = Specs::new(test).with("p/a.json", &document(schema).to_string());
    specs.root()["components"]["schemas"]["S"].clone()
}

fn all(test: &str, cases: &[(Value, Value)]) {
    for (schema, expected) in cases {
        assert_eq!(down(test, schema), *expected, "of {schema}");
    }
}

#[test]
fn null_among_the_alternatives_becomes_nullable() {
    let other = "#/components/schemas/Other";
    all(
        "null",
        &[
            (
                json!({"anyOf": [{"type": "string", "format": "date", "title": "inner"}, {"type": "null"}], "title": "T"}),
                json!({"title": "T", "type": "string", "format": "date", "nullable": true}),
            ),
            (
                json!({"oneOf": [{"$ref": other}, {"type": "null"}]}),
                json!({"allOf": [{"$ref": other}], "nullable": true}),
            ),
            (
                json!({"anyOf": [{"type": "string"}, {"type": "integer"}, {"type": "null"}]}),
                json!({"anyOf": [{"type": "string"}, {"type": "integer"}], "nullable": true}),
            ),
            (
                json!({"anyOf": [{"type": "string"}, {"type": "integer"}]}),
                json!({"anyOf": [{"type": "string"}, {"type": "integer"}]}),
            ),
            // What stands beside the alternatives goes on holding.
            (
                json!({"type": ["object", "null"], "required": ["a"],
                       "anyOf": [{"type": "object", "required": ["b"]}, {"const": null}]}),
                json!({"type": "object", "required": ["a"], "nullable": true,
                       "allOf": [{"type": "object", "required": ["b"]}]}),
            ),
            (
                json!({"type": "string", "anyOf": [{"minLength": 1}, {"type": "null"}]}),
                json!({"type": "string", "allOf": [{"minLength": 1}]}),
            ),
            (json!({"type": "null"}), json!({"enum": [null], "nullable": true})),
            (json!({"anyOf": [{"type": "null"}]}), json!({"enum": [null], "nullable": true})),
        ],
    );
}

#[test]
fn a_list_of_types_becomes_one_type_or_alternatives() {
    all(
        "types",
        &[
            (
                json!({"type": ["string"], "minLength": 1}),
                json!({"type": "string", "minLength": 1}),
            ),
            (json!({"type": ["null", "integer"]}), json!({"type": "integer", "nullable": true})),
            (
                json!({"type": ["string", "integer", "array"], "maxLength": 3, "minimum": 0.0, "format": "uuid"}),
                json!({"anyOf": [
                    {"type": "string", "format": "uuid", "maxLength": 3},
                    {"type": "integer", "minimum": 0},
                    {"type": "array", "items": {}},
                ]}),
            ),
        ],
    );
}

#[test]
fn a_constant_is_an_enum_of_one_and_null_in_an_enum_needs_the_type_to_agree() {
    all(
        "enum",
        &[
            (json!({"const": "a"}), json!({"enum": ["a"], "type": "string"})),
            (json!({"type": "string", "const": "a"}), json!({"type": "string", "enum": ["a"]})),
            (json!({"const": null}), json!({"enum": [null], "nullable": true})),
            (
                json!({"enum": ["a", null]}),
                json!({"enum": ["a", null], "type": "string", "nullable": true}),
            ),
            (
                json!({"type": ["string", "null"], "enum": ["a", null]}),
                json!({"type": "string", "enum": ["a", null], "nullable": true}),
            ),
            (
                json!({"type": ["string", "null"], "enum": ["a"]}),
                json!({"type": "string", "enum": ["a"]}),
            ),
            (
                json!({"type": "string", "enum": ["a", null]}),
                json!({"type": "string", "enum": ["a"]}),
            ),
            (json!({"enum": ["a", 1]}), json!({"enum": ["a", 1]})),
        ],
    );
}

#[test]
fn exclusive_bounds_become_flags_and_bounds_of_integers_integers() {
    all(
        "bounds",
        &[
            (
                json!({"type": "integer", "exclusiveMinimum": 0.0, "maximum": 9.0}),
                json!({"type": "integer", "maximum": 9, "minimum": 0, "exclusiveMinimum": true}),
            ),
            (
                json!({"type": "number", "exclusiveMaximum": 1.5}),
                json!({"type": "number", "maximum": 1.5, "exclusiveMaximum": true}),
            ),
            (
                json!({"type": "number", "minimum": 5, "exclusiveMinimum": 4}),
                json!({"type": "number", "minimum": 5}),
            ),
            (
                json!({"type": "number", "minimum": 4, "exclusiveMinimum": 4}),
                json!({"type": "number", "minimum": 4, "exclusiveMinimum": true}),
            ),
        ],
    );
}

#[test]
fn the_smaller_differences_are_bridged() {
    let other = "#/components/schemas/Other";
    all(
        "smaller",
        &[
            (
                json!({"$ref": other, "description": "d"}),
                json!({"description": "d", "allOf": [{"$ref": other}]}),
            ),
            (json!({"$ref": other}), json!({"$ref": other})),
            (
                json!({"type": "string", "examples": ["a", "b"]}),
                json!({"type": "string", "example": "a"}),
            ),
            (
                json!({"type": "string", "contentEncoding": "base64"}),
                json!({"type": "string", "format": "byte"}),
            ),
            (
                json!({"type": "string", "contentMediaType": "application/octet-stream"}),
                json!({"type": "string", "format": "binary"}),
            ),
            (json!(true), json!({})),
            (
                json!({"type": "object", "properties": {"a": true, "type": {"type": ["string", "null"]}},
                       "additionalProperties": false}),
                json!({"type": "object", "properties": {"a": {}, "type": {"type": "string", "nullable": true}},
                       "additionalProperties": false}),
            ),
            (json!({"type": "array"}), json!({"type": "array", "items": {}})),
            (
                json!({"type": "object", "x-any": {"const": 1}, "example": {"const": 1}}),
                json!({"type": "object", "x-any": {"const": 1}, "example": {"const": 1}}),
            ),
        ],
    );
}

#[test]
fn what_has_no_form_is_refused_with_its_pointer() {
    for (schema, pointer) in [
        (json!({"prefixItems": []}), "/prefixItems"),
        (
            json!({"properties": {"a/b": {"patternProperties": {}}}}),
            "/properties/a~1b/patternProperties",
        ),
        (json!({"items": {"if": {}}}), "/items/if"),
        (
            json!({"anyOf": [{}, {"unevaluatedProperties": false}]}),
            "/anyOf/1/unevaluatedProperties",
        ),
        (json!({"$defs": {}}), "/$defs"),
        (json!({"$dynamicRef": "#a"}), "/$dynamicRef"),
        (json!({"dependentRequired": {}}), "/dependentRequired"),
        (json!({"additionalProperties": {"contains": {}}}), "/additionalProperties/contains"),
        (json!({"type": "string", "contentEncoding": "base16"}), "/contentEncoding"),
        (json!({"type": "integer", "minimum": 0.5}), "/minimum"),
        (json!({"type": "text"}), "/type"),
        (json!({"type": []}), "/type"),
        (json!({"properties": 1}), "/properties"),
    ] {
        let specs = Specs::new("no_form").with("p/a.json", &document(&schema).to_string());
        let (refusal, expected) =
            (specs.refusal(), format!("p/a.json#/components/schemas/S{pointer}: "));
        assert!(refusal.starts_with(&expected), "{refusal} of {schema}");
    }
}

#[test]
fn schemas_are_found_wherever_a_document_may_hold_them() {
    let media = json!({"a/b": {"schema": {"const": 1}, "example": {"const": 1},
                               "encoding": {"x": {"headers": {"H": {"schema": {"const": 1}}}}}}});
    let response =
        json!({"description": "", "content": media, "headers": {"H": {"schema": {"const": 1}}}});
    let operation = json!({
        "operationId": "o",
        "parameters": [{"name": "q", "in": "query", "schema": {"const": 1}, "examples": {"e": {"value": 1}}}],
        "requestBody": {"content": media},
        "responses": {"default": response, "x-y": 1},
    });
    let mut with_callback = operation.clone();
    with_callback["callbacks"] = json!({"done": {"{$request.body#/url}": {"post": operation}}});
    let mut document = document(&json!({}));
    document["paths"] =
        json!({"/a": {"parameters": operation["parameters"], "get": with_callback}});
    document["components"]["responses"] = json!({"R": response});
    document["components"]["parameters"] = json!({"P": operation["parameters"][0]});
    document["components"]["requestBodies"] = json!({"B": operation["requestBody"]});

    let root = Specs::new("everywhere").with("p/a.json", &document.to_string()).root();
    let text = root.to_string();
    assert_eq!(text.matches(r#""schema":{"enum":[1],"type":"integer"}"#).count(), 19, "{text}");
    assert_eq!(text.matches(r#""schema":{"const":1}"#).count(), 0, "{text}");
    assert!(text.contains(r#""example":{"const":1}"#), "an example is data: {text}");
    assert_eq!(root["info"], json!({"title": "T", "version": "1", "license": {"name": "L"}}));
    assert_eq!(root.get("webhooks").or(root.get("jsonSchemaDialect")), None);
}
