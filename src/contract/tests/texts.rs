//! Parameters.

use super::super::{Kind, Place};
use super::*;

fn query(query: &str) -> Result<Map<String, Value>, Vec<Violation>> {
    send(&contract(), query, with("note", json!("")))
}

#[test]
fn parameters_come_out_under_their_documented_names() {
    let values = query(
        "page=1&page=2&open=1&from=2024-03-20T00%3A00%3A00%2B01%3A00&search=a+b&ids=[1,2]&x=%FF",
    );
    let mut values = values.expect("it passes");
    values.remove("body");
    let expected = json!({
        "business_id": CUSTOMER, "page": 2, "open": true, "from": "2024-03-20T00:00:00+01:00",
        "search": "a b", "ids": [1, 2],
    });
    assert_eq!(Value::Object(values), expected);
}

#[test]
fn an_empty_filter_is_none_where_the_document_allows_it() {
    let values = query("page=&open=&from=&search=").expect("it passes");
    assert_eq!(values.keys().collect::<Vec<_>>(), ["business_id", "search", "body"]);
    let found = query("ids=").expect_err("nothing says that ids may be empty");
    assert!(matches!(
        found.as_slice(),
        [Violation { problem: Problem::Unparsable(Kind::Array), .. }]
    ));
}

#[test]
fn every_wrong_parameter_is_named_before_the_body() {
    let contract = contract();
    let operation = contract.operation("op").expect("it is in the document");
    let headers = |name: &str| {
        assert_eq!(name, "Idempotency-Key");
        Some(Ok("four".to_owned()))
    };
    let path = [("business_id".to_owned(), "x".to_owned())];
    let found = operation
        .check(Incoming {
            path: &path,
            query: "page=0&open=perhaps&search=%FF&ids=1&from=%00",
            headers: &headers,
            body: Body::Absent,
        })
        .expect_err("nothing is right");
    let found: Vec<_> =
        found.iter().map(|it| (it.place, dotted(&it.path), it.problem.clone())).collect();
    let expected = [
        (Place::Path, "business_id", Problem::BadUuid),
        (Place::Query, "page", Problem::Below { min: 1, exclusive: false }),
        (Place::Query, "open", Problem::Unparsable(Kind::Boolean)),
        (Place::Query, "from", Problem::NulCharacter),
        (Place::Query, "search", Problem::NotUtf8),
        (Place::Query, "ids", Problem::Unparsable(Kind::Array)),
        (Place::Header, "Idempotency-Key", Problem::TooLong { max: 3 }),
        (Place::Body, "", Problem::Missing),
    ];
    assert_eq!(found, expected.map(|(place, path, problem)| (place, path.to_owned(), problem)));
}

#[test]
fn a_header_that_is_no_text_and_a_missing_path_value_are_violations() {
    let contract = contract();
    let operation = contract.operation("bare").expect("it is in the document");
    let incoming = Incoming { path: &[], query: "", headers: &|_| None, body: Body::Absent };
    let found = operation.check(incoming).expect_err("business_id is required");
    assert_eq!(found[0].problem, Problem::Missing);

    let operation = contract.operation("op").expect("it is in the document");
    let path = [("business_id".to_owned(), CUSTOMER.to_owned())];
    let incoming = Incoming {
        path: &path,
        query: "",
        headers: &|_| Some(Err(())),
        body: with("note", json!("")),
    };
    let found = operation.check(incoming).expect_err("the header is no text");
    assert_eq!(found[0].problem, Problem::NotUtf8);
}

#[test]
fn an_operation_without_a_body_looks_at_none() {
    let contract = contract();
    let operation = contract.operation("bare").expect("it is in the document");
    assert!(operation.body().is_none());
    let path = [("business_id".to_owned(), CUSTOMER.to_owned())];
    let body = Body::Json(Bytes::from_static(b"{"));
    let incoming = Incoming { path: &path, query: "", headers: &|_| None, body };
    assert_eq!(operation.check(incoming).expect("it passes").len(), 1);
}
