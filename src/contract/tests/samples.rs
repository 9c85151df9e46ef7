//! Bodies for replies that nobody made.

use super::*;
use crate::contract::NoSample;

const DOCUMENTS: [&str; 2] = [
    include_str!(concat!(env!("OUT_DIR"), "/thredfi.json")),
    include_str!(concat!(env!("OUT_DIR"), "/dayzero.json")),
];

/// A value under this schema, which passes.
fn made(schema: &Value) -> Value {
    let contract = Contract::new(&document(schema)).expect("the document is sound");
    let operation = contract.operation("op").expect("it is in the document");
    let made = operation.sample(201, None).expect("a value");
    assert_eq!(operation.check_reply(201, &made), [], "{made}");
    made
}

fn every_sample_holds(document: &Value) {
    let contract = Contract::new(document).expect("the document is sound");
    let mut judged = 0;
    for (id, clause) in &contract.clauses {
        let operation = clause.ready().expect("it is compiled");
        for status in operation.documented() {
            let sample = operation.sample(status, None);
            let sample = sample.unwrap_or_else(|why| panic!("{id} {status}: {why:?}"));
            assert_eq!(operation.check_reply(status, &sample), [], "{id} {status}: {sample}");
            assert_eq!(operation.sample(status, None), Ok(sample), "{id} {status}");
            judged += 1;
        }
    }
    assert!(judged > 100, "{judged}");
}

#[test]
fn every_documented_status_of_every_operation_has_a_sample() {
    for document in DOCUMENTS {
        every_sample_holds(&serde_json::from_str(document).expect("the build writes JSON"));
    }
}

#[test]
fn without_examples_every_sample_is_made_from_its_schema() {
    for document in DOCUMENTS {
        let mut document = serde_json::from_str(document).expect("the build writes JSON");
        forget_examples(&mut document);
        every_sample_holds(&document);
    }
}

/// Takes the examples out, wherever they stand. No property here has one of these names.
fn forget_examples(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for key in ["example", "examples", "default"] {
                fields.remove(key);
            }
            fields.values_mut().for_each(forget_examples);
        }
        Value::Array(items) => items.iter_mut().for_each(forget_examples),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[test]
fn every_example_of_the_documents_is_given_by_its_name() {
    let mut named = 0;
    for document in DOCUMENTS {
        let document: Value = serde_json::from_str(document).expect("the build writes JSON");
        let contract = Contract::new(&document).expect("the document is sound");
        for operation in document["paths"].as_object().expect("paths").values() {
            for operation in operation.as_object().expect("an object").values() {
                let Some(id) = operation["operationId"].as_str() else { continue };
                let asked = contract.operation(id).expect("it is in the document");
                for (status, reply) in operation["responses"].as_object().expect("replies") {
                    let examples = &reply["content"]["application/json"]["examples"];
                    for (name, example) in examples.as_object().into_iter().flatten() {
                        let status = status.parse().expect("a status");
                        assert_eq!(
                            asked.sample(status, Some(name)),
                            Ok(example["value"].clone()),
                            "{id} {status} {name}"
                        );
                        named += 1;
                    }
                }
            }
        }
    }
    assert!(named > 70, "{named}");
}

#[test]
fn all_declared_fields_are_filled_and_a_schema_within_itself_is_cut_off() {
    let made = made(&json!({ "$ref": "#/components/schemas/Payment" }));
    assert_eq!(made["method"], "cash");
    assert_eq!(made["currency"], "tex");
    assert_eq!(made["allocations"].as_array().map(Vec::len), Some(1));
    assert_eq!(made["inner"], Value::Null);
    assert_eq!(made["rate"], 0);
    assert_eq!(made.as_object().map(Map::len), Some(17));
}

#[test]
fn bounds_are_kept() {
    assert_eq!(made(&json!({ "type": "integer", "maximum": -7 })), -7);
    let positive = json!({ "type": "integer", "minimum": 5, "exclusiveMinimum": true });
    assert_eq!(made(&positive), 6);
    assert_eq!(made(&json!({ "type": "string", "minLength": 6 })), "textte");
    let three = json!({ "type": "array", "items": { "type": "boolean" }, "minItems": 3 });
    assert_eq!(made(&three), json!([true, true, true]));
}

#[test]
fn what_the_schema_says_of_its_values_goes_before_what_is_made_up() {
    let told = json!({ "type": "string", "default": "GBP", "maxLength": 3 });
    assert_eq!(made(&told), "GBP");
    let both = json!({ "type": "string", "default": "GBP", "example": "EUR" });
    assert_eq!(made(&both), "EUR");
    // An example that its own schema refuses is nothing to hold on to.
    assert_eq!(made(&json!({ "type": "string", "example": 5 })), "text");
    assert_eq!(made(&json!({ "enum": [null, "b"], "nullable": true })), "b");
}

#[test]
fn parts_are_joined_and_one_alternative_is_taken() {
    let part =
        |name: &str| json!({ "required": [name], "properties": { (name): { "type": "integer" } } });
    let all = json!({ "allOf": [part("a"), part("b")], "oneOf": [part("c"), part("d")] });
    assert_eq!(made(&all), json!({ "a": 1, "b": 1, "c": 1 }));
    let second = json!({ "anyOf": [{ "enum": ["x"], "type": "integer" }, { "type": "boolean" }] });
    assert_eq!(made(&second), true);
}

#[test]
fn what_cannot_be_made_is_not_given() {
    let circle = json!({ "$ref": "#/components/schemas/Circle" });
    let mut document = document(&circle);
    document["components"]["schemas"]["Circle"] =
        json!({ "required": ["again"], "properties": { "again": circle } });
    let contract = Contract::new(&document).expect("the document is sound");
    let operation = contract.operation("op").expect("it is in the document");
    assert_eq!(operation.sample(201, None), Err(NoSample::Unmade));
}

#[test]
fn an_example_is_given_by_name_unless_it_breaks_its_schema() {
    let mut document = document(&json!({ "type": "integer", "minimum": 3 }));
    let media = &mut document["paths"]["/pay/{business_id}/"]["post"]["responses"]["201"]["content"]
        ["application/json"];
    media["examples"] = json!({
        "Wrong": { "value": 1 }, "Five": { "value": 5 }, "Six": { "value": 6 },
        "Elsewhere": { "externalValue": "https://example.com/7" },
    });
    let contract = Contract::new(&document).expect("the document is sound");
    let operation = contract.operation("op").expect("it is in the document");
    assert_eq!(operation.sample(201, None), Ok(json!(5)));
    assert_eq!(operation.sample(201, Some("Six")), Ok(json!(6)));
    for missing in ["Wrong", "Elsewhere", "six"] {
        let named = vec!["Five".to_owned(), "Six".to_owned()];
        let refused = operation.sample(201, Some(missing));
        assert_eq!(refused, Err(NoSample::Example { named }), "{missing}");
    }
}

#[test]
fn a_status_is_documented_or_has_no_sample() {
    let contract = contract();
    let operation = contract.operation("op").expect("it is in the document");
    assert_eq!(operation.documented().collect::<Vec<_>>(), [201, 204]);
    assert_eq!(operation.sample(204, None), Ok(Value::Null));
    let documented = vec![201, 204];
    assert_eq!(operation.sample(418, None), Err(NoSample::Status { documented }));
}
