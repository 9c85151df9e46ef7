//! Every example in the documents satisfies the schema that it stands beside.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::operations::{PROVIDERS, provided};

#[test]
fn every_example_satisfies_its_schema() {
    for provider in PROVIDERS {
        let root = &provided(provider).root;
        let components = newer(&root["components"]);
        let mut found = Vec::new();
        examples(root, "", &mut found);
        assert!(!found.is_empty(), "{provider} has examples");
        // One validator for all the examples of a schema: most replies share their errors.
        let mut by_schema: BTreeMap<String, (&Value, Vec<_>)> = BTreeMap::new();
        for (at, schema, example) in found {
            by_schema
                .entry(schema.to_string())
                .or_insert((schema, Vec::new()))
                .1
                .push((at, example));
        }
        for (schema, examples) in by_schema.into_values() {
            let validator = validator(&json!({"allOf": [newer(schema)], "components": components}));
            for (at, example) in examples {
                let errors: Vec<_> =
                    validator.iter_errors(example).map(|error| error.to_string()).collect();
                assert!(errors.is_empty(), "{provider}#{at}: {errors:?}");
            }
        }
    }
}

/// One in each place where an example may stand.
#[test]
fn an_example_is_found_wherever_it_stands() {
    let document = json!({
        "paths": {"/a": {"post": {
            "parameters": [{"name": "p", "schema": {"type": "string"}, "example": 1}],
            "requestBody": {"content": {"application/json": {
                "schema": {"type": "string"}, "example": 2, "examples": {"Third": {"value": 3}}
            }}}
        }}},
        "components": {"schemas": {"S": {"type": "object", "example": 4, "properties": {
            "named": {"type": "string", "example": 5}
        }}}}
    });
    let mut found = Vec::new();
    examples(&document, "", &mut found);
    let mut values: Vec<_> = found.iter().filter_map(|(_, _, it)| it.as_u64()).collect();
    values.sort_unstable();
    assert_eq!(values, [1, 2, 3, 4, 5]);
    assert!(found.iter().all(|(_, schema, _)| schema["type"].is_string()), "{found:?}");
}

#[test]
fn the_validator_that_judges_the_examples_knows_their_formats() {
    for (format, right, wrong) in [
        ("uuid", "7a80c3cc-4088-4f94-8ccc-c6669180496e", "7a80c3cc-4g88-8f94-cccc-cgg69180496e"),
        ("date", "2026-02-10", "2026-02-10T00:00:00Z"),
        ("date-time", "2026-02-10T00:00:00Z", "2026-02-10"),
    ] {
        let validator = validator(&json!({"type": "string", "format": format}));
        assert!(
            validator.is_valid(&right.into()) && !validator.is_valid(&wrong.into()),
            "{format}"
        );
    }
}

fn validator(schema: &Value) -> jsonschema::Validator {
    let options = jsonschema::options().should_validate_formats(true);
    options.build(schema).unwrap_or_else(|error| panic!("{error} in {schema}"))
}

/// Every example with the schema it belongs to: of media types, and of schemas themselves.
fn examples<'a>(value: &'a Value, at: &str, found: &mut Vec<(String, &'a Value, &'a Value)>) {
    if let Some(example) = value.get("example") {
        found.push((at.to_owned(), value.get("schema").unwrap_or(value), example));
    }
    for (name, example) in value.get("examples").and_then(Value::as_object).into_iter().flatten() {
        found.push((format!("{at}/examples/{name}"), &value["schema"], &example["value"]));
    }
    let children: Vec<(String, &Value)> = match value {
        Value::Object(map) => map.iter().map(|(key, value)| (key.clone(), value)).collect(),
        Value::Array(items) => {
            items.iter().enumerate().map(|(n, value)| (n.to_string(), value)).collect()
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Vec::new(),
    };
    for (key, child) in
        children.into_iter().filter(|(key, _)| key != "example" && key != "examples")
    {
        examples(child, &format!("{at}/{}", key.replace('/', "~1")), found);
    }
}

/// A schema of 3.0 as JSON Schema 2020-12, for the validator: `nullable`, and the flags beside bounds.
fn newer(value: &Value) -> Value {
    let mut value = value.clone();
    match &mut value {
        Value::Object(map) => {
            for (_, child) in map.iter_mut().filter(|(key, _)| *key != "example") {
                *child = newer(child);
            }
            if map.shift_remove("exclusiveMinimum") == Some(json!(true)) {
                let bound = map.shift_remove("minimum").unwrap_or_default();
                map.insert("exclusiveMinimum".to_owned(), bound);
            }
            if map.shift_remove("nullable") == Some(json!(true)) {
                return json!({"anyOf": [value, {"type": "null"}]});
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| *item = newer(item)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
    value
}
