//! Whole replies: status, media type, headers, body.

use crate::contract::{Judge, Outgoing};

use super::*;

/// A document whose one operation answers in every way there is.
fn document() -> Value {
    json!({ "paths": { "/a": { "get": { "operationId": "op", "responses": {
        "200": {
            "headers": {
                "Retry-After": { "required": true, "schema": { "type": "integer", "minimum": 1 } },
                "X-Note": { "schema": { "type": "string", "maxLength": 3 } },
            },
            "content": {
                "application/json; charset=utf-8": { "schema": { "$ref": "#/components/schemas/A" } },
                "text/plain": { "schema": { "type": "string", "maxLength": 3 } },
            },
        },
        "204": {},
    } } } }, "components": { "schemas": { "A": {
        "type": "object", "required": ["a"], "properties": { "a": { "type": "integer" } },
    } } } })
}

/// What is wrong with a reply, each as its place and its problem.
fn judged(
    status: u16,
    media: &str,
    headers: &[(&str, &str)],
    body: Option<&str>,
) -> Vec<(String, Problem)> {
    let judge = Judge::new(&document()).expect("the document is sound");
    let header = |name: &str| headers.iter().find(|(known, _)| *known == name).map(|(_, it)| *it);
    let body = body.map(|body| Bytes::from(body.to_owned()));
    let reply = Outgoing { status, media, header: &header, body: body.as_ref() };
    let found = judge.check("op", &reply);
    found.into_iter().map(|it| (it.at(), it.problem)).collect()
}

const AFTER: [(&str, &str); 1] = [("retry-after", "1")];

#[test]
fn a_reply_that_keeps_its_document_passes() {
    assert_eq!(judged(200, "application/json", &AFTER, Some(r#"{"a":1}"#)), []);
    assert_eq!(judged(200, "text/plain; charset=utf-8", &AFTER, Some("abc")), []);
    assert_eq!(judged(204, "", &[], Some("")), []);
    // What is still to come is not judged.
    assert_eq!(judged(200, "text/plain", &AFTER, None), []);
}

#[test]
fn each_part_of_a_reply_can_break_its_document() {
    let list = |values: &[&str]| Problem::NotInEnum(values.iter().map(|it| json!(it)).collect());
    let media = list(&["application/json; charset=utf-8", "text/plain"]);
    let one = |at: &str, problem| vec![(at.to_owned(), problem)];
    let json = "application/json";
    for (found, expected) in [
        (
            judged(418, "", &[], Some("")),
            one(":status", Problem::NotInEnum(vec![json!(200), json!(204)])),
        ),
        (judged(200, "text/html", &AFTER, Some("")), one("content-type", media)),
        (judged(200, json, &[], Some(r#"{"a":1}"#)), one("Retry-After", Problem::Missing)),
        (
            judged(200, json, &[("retry-after", "0")], Some(r#"{"a":1}"#)),
            one("Retry-After", Problem::Below { min: 1, exclusive: false }),
        ),
        (
            judged(200, json, &[AFTER[0], ("x-note", "long")], Some(r#"{"a":1}"#)),
            one("X-Note", Problem::TooLong { max: 3 }),
        ),
        (judged(200, json, &AFTER, Some(r#"{"a":"1"}"#)), one("#/a", Problem::NotInteger)),
        (judged(200, json, &AFTER, Some("{}")), one("#/a", Problem::Missing)),
        (judged(200, "text/plain", &AFTER, Some("long")), one("#", Problem::TooLong { max: 3 })),
        (judged(200, "", &AFTER, Some("")), one("#", Problem::Missing)),
        (judged(204, json, &[], Some("{}")), one("#", Problem::Undeclared)),
    ] {
        assert_eq!(found, expected);
    }
    let found = judged(200, json, &AFTER, Some("{"));
    assert!(
        matches!(found.as_slice(), [(at, Problem::Malformed { .. })] if at == "#"),
        "{found:?}"
    );
}

#[test]
fn an_operation_that_the_document_does_not_have_is_not_judged() {
    let judge = Judge::new(&document()).expect("the document is sound");
    let reply = Outgoing { status: 418, media: "", header: &|_| None, body: None };
    assert_eq!(judge.check("another", &reply), []);
}
