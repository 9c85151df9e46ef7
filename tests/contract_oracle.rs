//! The checker against an independent judge: the `jsonschema` crate on mutated
//! bodies of the real schemas.
//!
//! Deliberate differences, none of which is generated here: UUIDs without
//! hyphens (taken, as by Python), numbers beyond i64 and NUL characters
//! (refused, though JSON Schema knows neither), and instants that chrono reads
//! and RFC 3339 writes otherwise, such as with a space for the `T`.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use jsonschema::Validator;
use jsonschema::error::ValidationErrorKind;
use proptest::prelude::*;
use sandbook::contract::{Body, Contract, Incoming, OperationContract, Problem, Step, Violation};
use serde_json::{Map, Value, json};

const DOCUMENT: &str = include_str!(concat!(env!("OUT_DIR"), "/thredfi.json"));

/// Texts for any string: some are right for some format or enum of the document.
const TEXTS: &[&str] = &[
    "",
    "GBP",
    "Pound",
    "££££",
    "card",
    "bank_transfer",
    "completed",
    "5",
    "true",
    "4d90c3cc-1e55-5c61-9999-9ee36847163b",
    "7a80c3cc-4g88-8f94-cccc-cgg69180496e",
    "2024-03-20",
    "2024-02-30",
    "2024-3-2",
    "2024-03-20T09:30:00Z",
    "2024-03-20T09:30:00.123+01:00",
    "2024-03-20T09:30:00",
    "2024-03-20T25:30:00Z",
    "accounts@crownpub.example",
    "no address",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_request_is_refused_exactly_where_jsonschema_refuses_it(choices in choices()) {
        HARNESS.with(|harness| {
            for judged in &harness.requests {
                let body = judged.body(harness, &choices);
                let ours = paths(&judged.check(harness, &body).err().unwrap_or_default());
                prop_assert_eq!(ours, judged.errors(&body), "{}: {}", judged.id, body);
            }
            Ok(())
        })?;
    }

    #[test]
    fn a_reply_is_refused_exactly_where_jsonschema_refuses_it(choices in choices()) {
        HARNESS.with(|harness| {
            for judged in &harness.replies {
                let body = judged.body(harness, &choices);
                let ours = paths(&judged.contract(harness).check_reply(judged.status, &body));
                prop_assert_eq!(ours, judged.errors(&body), "{} {}: {}", judged.id, judged.status, body);
            }
            Ok(())
        })?;
    }

    #[test]
    fn a_passed_request_passes_again_and_stays_the_same(choices in choices()) {
        HARNESS.with(|harness| {
            for judged in &harness.requests {
                let body = judged.body(harness, &choices);
                if let Ok(values) = judged.check(harness, &body) {
                    let again = judged.check(harness, &values["body"]);
                    prop_assert_eq!(again, Ok(values), "{}: {}", judged.id, body);
                }
            }
            Ok(())
        })?;
    }
}

/// The decisions of the generator; fewer or smaller ones make a plainer body.
fn choices() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(any::<u8>(), 0..240)
}

thread_local! {
    static HARNESS: Harness = Harness::new();
}

struct Harness {
    document: Value,
    contract: Contract,
    requests: Vec<Judged>,
    replies: Vec<Judged>,
}

/// One schema of the document, under both judges.
struct Judged {
    id: String,
    /// The parameters of its path, which are right.
    path: Vec<(String, String)>,
    status: u16,
    schema: Value,
    validator: Validator,
}

impl Harness {
    fn new() -> Self {
        let document: Value = serde_json::from_str(DOCUMENT).expect("the build writes JSON");
        let contract = Contract::new(&document).expect("the document is sound");
        // By schema: most replies are errors in the same few, and each is judged once.
        let (mut requests, mut replies) = (BTreeMap::new(), BTreeMap::new());
        for (path, item) in document["paths"].as_object().expect("it has paths") {
            for operation in item.as_object().expect("an object").values() {
                let Some(id) = operation["operationId"].as_str() else { continue };
                let add = |all: &mut BTreeMap<String, Judged>, status, media: &Value| {
                    let Some(schema) = media["content"]["application/json"].get("schema") else {
                        return;
                    };
                    all.entry(schema.to_string()).or_insert_with(|| Judged {
                        id: id.to_owned(),
                        path: parameters(path),
                        status,
                        schema: schema.clone(),
                        validator: judge(&document, schema),
                    });
                };
                add(&mut requests, 0, &operation["requestBody"]);
                for (status, reply) in operation["responses"].as_object().expect("it has some") {
                    add(&mut replies, status.parse().expect("a status"), reply);
                }
            }
        }
        assert!(!requests.is_empty() && !replies.is_empty());
        let (requests, replies) =
            (requests.into_values().collect(), replies.into_values().collect());
        Self { document, contract, requests, replies }
    }
}

impl Judged {
    fn contract<'h>(&self, harness: &'h Harness) -> &'h OperationContract {
        harness.contract.operation(&self.id).expect("it is in the document")
    }

    /// What the checker passes on of a body.
    fn check(&self, harness: &Harness, body: &Value) -> Result<Map<String, Value>, Vec<Violation>> {
        let body = Body::Json(Bytes::from(body.to_string()));
        let path = &self.path;
        self.contract(harness).check(Incoming { path, query: "", headers: &|_| None, body })
    }

    fn body(&self, harness: &Harness, choices: &[u8]) -> Value {
        let mut generator = Generator { document: &harness.document, choices: choices.iter() };
        generator.value(&self.schema)
    }

    /// Where `jsonschema` finds something wrong.
    fn errors(&self, body: &Value) -> BTreeSet<String> {
        let errors = self.validator.iter_errors(body).map(|error| {
            let at = error.instance_path().to_string();
            if let ValidationErrorKind::Required { property } = error.kind() {
                return format!("{at}/{}", property.as_str().unwrap_or_default());
            }
            at
        });
        errors.map(|at| if at.is_empty() { "/".to_owned() } else { at }).collect()
    }
}

/// Every parameter in a path, with a UUID: all ids of this provider are UUIDs.
fn parameters(path: &str) -> Vec<(String, String)> {
    let id = "3c90c3cc-0d44-4b50-8888-8dd25736052a";
    let names = path.split('{').skip(1).filter_map(|rest| rest.split_once('}'));
    names.map(|(name, _)| (name.to_owned(), id.to_owned())).collect()
}

/// Where something is wrong. That an id may name nothing is for the books to say.
fn paths(violations: &[Violation]) -> BTreeSet<String> {
    let wrong = violations.iter().filter(|it| !matches!(it.problem, Problem::Unknown { .. }));
    let paths = wrong.map(|violation| {
        violation.path.iter().fold(String::new(), |so_far, step| match step {
            Step::Field(name) => format!("{so_far}/{name}"),
            Step::Index(at) => format!("{so_far}/{at}"),
        })
    });
    paths.map(|at| if at.is_empty() { "/".to_owned() } else { at }).collect()
}

/// The schema as today's JSON Schema, which has neither `nullable` nor boolean
/// exclusive bounds.
fn judge(document: &Value, schema: &Value) -> Validator {
    let mut root = modern(schema);
    root["components"] = json!({ "schemas": modern(&document["components"]["schemas"]) });
    jsonschema::draft202012::options()
        .should_validate_formats(true)
        .build(&root)
        .expect("the converted schema is sound")
}

fn modern(schema: &Value) -> Value {
    if let Value::Array(items) = schema {
        return items.iter().map(modern).collect();
    }
    let Value::Object(fields) = schema else { return schema.clone() };
    let mut fields: Map<String, Value> =
        fields.iter().map(|(key, value)| (key.clone(), modern(value))).collect();
    fields.shift_remove("example");
    for (bound, exclusive) in [("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")] {
        match fields.get(exclusive) {
            Some(Value::Bool(true)) => {
                let limit = fields.shift_remove(bound).expect("an exclusive bound has a limit");
                fields.insert(exclusive.to_owned(), limit);
            }
            Some(Value::Bool(false)) => {
                fields.shift_remove(exclusive);
            }
            _ => {}
        }
    }
    // Spread over `type`, so that the errors of the value itself keep their paths.
    if fields.shift_remove("nullable") == Some(Value::Bool(true)) {
        let composed = fields.contains_key("allOf");
        match (fields.get_mut("type"), composed) {
            (Some(kind), _) => *kind = json!([kind.take(), "null"]),
            (None, true) => {
                return json!({ "if": { "type": "null" }, "then": true, "else": fields });
            }
            (None, false) => {}
        }
        if let Some(Value::Array(choices)) = fields.get_mut("enum") {
            choices.push(Value::Null);
        }
    }
    Value::Object(fields)
}

/// Makes a value for a schema, mostly right, by a list of decisions.
struct Generator<'a> {
    document: &'a Value,
    choices: std::slice::Iter<'a, u8>,
}

impl Generator<'_> {
    /// A decision among `many`, 0 when there are no more.
    fn pick(&mut self, many: usize) -> usize {
        usize::from(self.choices.next().copied().unwrap_or(0)) % many
    }

    fn value(&mut self, schema: &Value) -> Value {
        if let Some(target) = schema["$ref"].as_str() {
            let target = self.document.pointer(&target[1..]).expect("references resolve").clone();
            return self.value(&target);
        }
        if let Some(part) = schema["allOf"].get(0) {
            return if self.pick(8) == 7 { self.junk() } else { self.value(&part.clone()) };
        }
        if self.pick(12) == 11 {
            return self.junk();
        }
        if let Value::Array(choices) = &schema["enum"] {
            return choices[self.pick(choices.len())].clone();
        }
        match (schema["type"].as_str(), schema["format"].as_str()) {
            (Some("integer"), _) => {
                [json!(5), json!(1), json!(0), json!(-1), json!(1e3), json!(4.5)]
                    [[0, 0, 0, 1, 1, 2, 3, 4, 5][self.pick(9)]]
                .clone()
            }
            (Some("number"), _) => json!(0.5),
            (Some("boolean"), _) => json!(self.pick(2) == 1),
            (Some("string"), Some("uuid")) => json!("4d90c3cc-1e55-5c61-9999-9ee36847163b"),
            (Some("string"), Some("date")) => json!("2024-03-20"),
            (Some("string"), Some("date-time")) => json!("2024-03-20T09:30:00Z"),
            (Some("string"), Some("email")) => json!("accounts@crownpub.example"),
            (Some("string"), _) => match self.pick(8) {
                0..5 => json!("GBP"),
                5 => json!("é".repeat(self.pick(256) + 1)),
                _ => self.text(),
            },
            (Some("array"), _) => (0..self.pick(3)).map(|_| self.value(&schema["items"])).collect(),
            (Some("object"), _) => self.object(schema),
            _ => self.junk(),
        }
    }

    fn object(&mut self, schema: &Value) -> Value {
        let mut fields = Map::new();
        let required = schema["required"].as_array().cloned().unwrap_or_default();
        for (name, property) in schema["properties"].as_object().into_iter().flatten() {
            let needed = required.iter().any(|it| it == name);
            if if needed { self.pick(16) < 15 } else { self.pick(3) == 1 } {
                let value = self.value(property);
                fields.insert(name.clone(), value);
            }
        }
        if self.pick(3) == 1 {
            let more = &schema["additionalProperties"];
            let value = if more.is_object() { self.value(more) } else { self.junk() };
            fields.insert("another".to_owned(), value);
        }
        Value::Object(fields)
    }

    fn junk(&mut self) -> Value {
        match self.pick(9) {
            0 => Value::Null,
            1 => json!(true),
            2 => json!(-7),
            3 => json!(2.5),
            4 => json!([]),
            5 => json!({}),
            6 => json!([{ "a": [null] }]),
            _ => self.text(),
        }
    }

    fn text(&mut self) -> Value {
        json!(TEXTS[self.pick(TEXTS.len())])
    }
}
