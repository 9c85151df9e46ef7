//! Coverage of a universe of two operations.

use bytes::Bytes;
use serde_json::{Map, json};

use super::*;
use crate::contract::{Body, Contract, Incoming};

fn contract() -> Contract {
    let schema = json!({ "type": "object", "properties": {
        "amount": { "type": "integer" },
        "method": { "type": "string", "enum": ["cash", "check"] },
    } });
    let id =
        json!({ "in": "path", "name": "id", "required": true, "schema": { "type": "string" } });
    let key = json!({ "in": "header", "name": "Idempotency-Key", "schema": { "type": "string" } });
    let status = json!({ "in": "query", "name": "status", "schema": { "type": "string", "enum": ["open"] } });
    let document = json!({ "openapi": "3.0.3", "paths": { "/p/{id}": {
        "parameters": [id],
        "post": {
            "operationId": "pay",
            "parameters": [key],
            "requestBody": { "content": { "application/json": { "schema": schema } } },
            "responses": { "201": {}, "400": {} },
        },
        "get": { "operationId": "list", "parameters": [status], "responses": { "200": {} } },
    } } });
    Contract::new(&document).expect("the document is sound")
}

fn universe(contract: &Contract) -> Universe {
    let row = |operation: &'static str, method| Row {
        provider: "thredfi",
        operation,
        method,
        path: "/p/{id}",
        source: "",
        clause: Arc::clone(contract.clause(operation).expect("it is there")),
    };
    Universe::new([row("pay", "POST"), row("list", "GET")])
}

fn survey(contract: &Contract, operation: &str, query: &str, body: &str) -> Survey {
    let operation = contract.operation(operation).expect("it is there");
    let path = [("id".to_owned(), "1".to_owned())];
    let body = Body::Json(Bytes::copy_from_slice(body.as_bytes()));
    let checked = operation.read(Incoming { path: &path, query, headers: &|_| None, body });
    operation.survey(query, &checked.input)
}

fn names(report: &OperationReport) -> (Vec<(&str, u64)>, Vec<&str>) {
    let covered = report.covered.iter().map(|it| (it.name.as_str(), it.calls)).collect();
    (covered, report.never.iter().map(|it| it.name.as_str()).collect())
}

#[test]
fn before_any_call_nothing_is_covered_and_everything_is_named() {
    let contract = contract();
    let universe = universe(&contract);
    let report = Coverage::default().report(&universe);
    assert_eq!(report.total, Share { covered: 0, total: 12, percent: 0.0 });
    let (covered, never) = names(&report.operations[0]);
    let all =
        ["pay", "201", "400", "Idempotency-Key", "amount", "method", "method=cash", "method=check"];
    assert_eq!((covered, never), (vec![], all.to_vec()));
    assert_eq!(names(&report.operations[1]).1, ["list", "200", "status", "?status=open"]);
    assert_eq!(report.operations[1].calls, 0);
}

#[test]
fn a_call_counts_for_its_status_and_for_what_it_sent() {
    let contract = contract();
    let universe = universe(&contract);
    let (one, all) = (Coverage::default(), OverallCoverage::new(&universe));
    let pay = universe.number("thredfi", "pay").expect("it is there");
    let calls = [(201, r#"{"amount":1,"method":"cash"}"#), (400, r#"{"amount":"x"}"#)];
    for (status, body) in calls {
        let survey = survey(&contract, "pay", "", body);
        one.record(&universe, pay, status, &survey);
        all.record(&universe, pay, status, &survey);
    }
    let report = one.report(&universe);
    assert_eq!(report, all.report(&universe));
    let (covered, never) = names(&report.operations[0]);
    let expected =
        [("pay", 2), ("201", 1), ("400", 1), ("amount", 2), ("method", 1), ("method=cash", 1)];
    assert_eq!((covered, never), (expected.to_vec(), vec!["Idempotency-Key", "method=check"]));
    assert_eq!(report.operations[0].calls, 2);
    assert_eq!(report.operations[0].share, Share { covered: 6, total: 8, percent: 75.0 });
    assert_eq!(report.total, Share { covered: 6, total: 12, percent: 50.0 });
    let shares: Map<_, _> = report
        .kinds
        .each()
        .map(|(name, it)| (name.to_owned(), json!([it.covered, it.total])))
        .into_iter()
        .collect();
    let expected = json!({
        "operations": [1, 2], "statuses": [2, 3], "fields": [2, 2], "enum values": [1, 3],
        "query parameters": [0, 1], "headers": [0, 1],
    });
    assert_eq!(json!(shares), expected);
    one.clear();
    all.clear();
    assert_eq!(one.report(&universe), Coverage::default().report(&universe));
    assert_eq!(one.report(&universe), all.report(&universe));
}

#[test]
fn operations_do_not_cover_for_each_other() {
    let contract = contract();
    let universe = universe(&contract);
    let coverage = Coverage::default();
    let list = universe.number("thredfi", "list").expect("it is there");
    coverage.record(&universe, list, 200, &survey(&contract, "list", "status=open", ""));
    let report = coverage.report(&universe);
    assert_eq!(names(&report.operations[0]).0, []);
    assert!(report.operations[1].share.reaches(100.0));
    assert!(universe.number("dayzero", "list").is_none());
}

#[test]
fn a_status_that_is_not_documented_and_an_unknown_operation_cover_nothing() {
    let contract = contract();
    let universe = universe(&contract);
    let coverage = OverallCoverage::new(&universe);
    coverage.record(&universe, 1, 501, &Survey::default());
    coverage.record(&universe, 2, 200, &Survey::default());
    assert_eq!(coverage.report(&universe).total.covered, 1);
}

#[test]
fn all_but_one_is_less_than_a_hundred_percent() {
    let mut share = Share::default();
    assert!(share.reaches(100.0), "there is nothing to exercise");
    for at in 0..10_000 {
        share.add(at > 0);
    }
    assert!(share.reaches(99.9) && !share.reaches(100.0));
}

#[test]
fn a_report_survives_json() {
    let contract = contract();
    let report = Coverage::default().report(&universe(&contract));
    let text = serde_json::to_string(&report).expect("plain data");
    assert_eq!(serde_json::from_str::<Report>(&text).expect("its own"), report);
    assert!(text.contains(r#"{"kind":"enum_value","name":"?status=open"}"#), "{text}");
}
