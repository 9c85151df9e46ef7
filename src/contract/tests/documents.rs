//! Documents, and the schemas that only some of them have.

use super::*;

fn refusal(schema: &Value) -> String {
    Contract::new(&document(schema)).expect_err("it must be refused")
}

fn problems(schema: &Value, body: &Value) -> Vec<(String, Problem)> {
    let contract = Contract::new(&document(schema)).expect("the document is sound");
    let found = send(&contract, "", whole(body)).err().unwrap_or_default();
    found.into_iter().map(|violation| (dotted(&violation.path), violation.problem)).collect()
}

#[test]
fn what_is_not_supported_is_refused_with_its_pointer() {
    let at = "/paths/~1pay~1{business_id}~1/post/requestBody/content/application~1json/schema";
    let cases = [
        (json!({ "type": "string", "pattern": "^a" }), "/pattern"),
        (json!({ "type": "integer", "multipleOf": 2 }), "/multipleOf"),
        (json!({ "not": {} }), "/not"),
        (json!({ "oneOf": [{}], "discriminator": {} }), "/discriminator"),
        (json!({ "type": "array", "items": {}, "uniqueItems": true }), "/uniqueItems"),
        (
            json!({ "type": "object", "properties": { "a/b": { "type": "null" } } }),
            "/properties/a~1b/type",
        ),
        (json!({ "type": ["string", "null"] }), "/type"),
        (json!({ "type": "string", "format": "hostname" }), "/format"),
        (json!({ "type": "integer", "exclusiveMinimum": 0 }), "/exclusiveMinimum"),
        (json!({ "type": "number", "minimum": 0.5 }), "/minimum"),
        (json!({ "minimum": 5 }), "/minimum"),
        (json!({ "$ref": "#/components/schemas/Nobody" }), "/$ref"),
        (json!({ "$ref": "#/components/schemas/Payment", "maxLength": 2 }), "/maxLength"),
        (json!({ "enum": [] }), "/enum"),
        (json!({ "anyOf": [] }), "/anyOf"),
    ];
    for (schema, pointer) in cases {
        let said = refusal(&schema);
        assert!(said.starts_with(&format!("{at}{pointer}: ")), "{schema}: {said}");
    }
}

#[test]
fn a_schema_that_never_ends_is_refused() {
    let mut circle = document(&json!({ "$ref": "#/components/schemas/A" }));
    circle["components"]["schemas"]["A"] = json!({ "$ref": "#/components/schemas/B" });
    circle["components"]["schemas"]["B"] = json!({ "$ref": "#/components/schemas/A" });
    assert!(Contract::new(&circle).is_err());
    circle["components"]["schemas"]["B"] =
        json!({ "anyOf": [{}, { "$ref": "#/components/schemas/A" }] });
    let said = Contract::new(&circle).expect_err("it has no end");
    assert!(said.starts_with("/components/schemas/B: "), "{said}");
}

#[test]
fn parameters_that_would_hide_each_other_are_refused() {
    for name in ["business_id", "body", "page"] {
        let mut twice = document(&json!({}));
        twice["paths"]["/pay/{business_id}/"]["post"]["parameters"][0]["name"] = json!(name);
        assert!(Contract::new(&twice).is_err(), "{name}");
    }
    let mut cookie = document(&json!({}));
    cookie["paths"]["/pay/{business_id}/"]["post"]["parameters"][0]["in"] = json!("cookie");
    assert!(Contract::new(&cookie).is_err());
}

#[test]
fn an_empty_schema_takes_everything() {
    for body in [json!(null), json!(1.5), json!([{}]), json!("x")] {
        assert_eq!(problems(&json!({}), &body), []);
    }
}

#[test]
fn additional_properties_may_be_refused_or_have_a_schema() {
    let closed = json!({ "properties": { "a": {} }, "additionalProperties": false });
    assert_eq!(
        problems(&closed, &json!({ "b": 1, "a": 1 })),
        [("b".to_owned(), Problem::Undeclared)]
    );
    let counts = json!({ "type": "object", "additionalProperties": { "type": "integer" } });
    assert_eq!(problems(&counts, &json!({ "b": "1" })), [("b".to_owned(), Problem::NotInteger)]);
}

#[test]
fn the_parts_of_an_all_of_hold_together_and_a_wrong_type_is_said_once() {
    let both = json!({ "allOf": [
        { "type": "object", "required": ["a"], "properties": { "a": { "type": "integer" } } },
        { "type": "object", "required": ["b"] },
    ] });
    assert_eq!(problems(&both, &json!(1)), [(String::new(), Problem::NotObject)]);
    assert_eq!(problems(&both, &json!({ "a": "\0", "c": "\0" })).len(), 3);
    let found = problems(&both, &json!({}));
    assert_eq!(found, [("a".to_owned(), Problem::Missing), ("b".to_owned(), Problem::Missing)]);
}

#[test]
fn one_of_is_exactly_one() {
    let one =
        json!({ "oneOf": [{ "type": "integer" }, { "type": "number" }, { "type": "string" }] });
    assert_eq!(problems(&one, &json!(1.5)), []);
    assert_eq!(problems(&one, &json!("x")), []);
    assert_eq!(problems(&one, &json!(1)), [(String::new(), Problem::NoAlternative)]);
    assert_eq!(problems(&one, &json!("\0")), [(String::new(), Problem::NulCharacter)]);
}

#[test]
fn bounds_of_a_format_and_of_a_keyword_are_joined() {
    let small =
        json!({ "type": "integer", "format": "int32", "minimum": 5.0, "exclusiveMinimum": true });
    let below = Problem::Below { min: 5, exclusive: true };
    assert_eq!(problems(&small, &json!(5)), [(String::new(), below)]);
    assert_eq!(problems(&small, &json!(6)), []);
    assert_eq!(problems(&small, &json!(1_i64 << 40)).len(), 1);
}

#[test]
fn the_body_is_described() {
    let contract = contract();
    let body = contract.operation("op").and_then(|operation| operation.body()).expect("it has one");
    assert!(body.required());
    assert_eq!(body.media()[0], "application/json");
    assert_eq!(body.media().len(), 3);
    assert!(contract.operation("other").is_none());
}
