//! Inventories and surveys.

use super::super::{Checked, Item, Oddity, OperationContract, Place, Remark, Survey};
use super::*;

/// A contract whose `op` has this schema as its body, and the deprecated parameter `old`.
fn with_schema(schema: &Value) -> Contract {
    let mut document = document(schema);
    let old = json!({ "in": "query", "name": "old", "deprecated": true, "schema": { "type": "string", "enum": ["x"] } });
    let parameters = document["paths"]["/pay/{business_id}/"]["post"]["parameters"].as_array_mut();
    parameters.expect("a list").push(old);
    Contract::new(&document).expect("the document is sound")
}

fn op(contract: &Contract) -> &OperationContract {
    contract.operation("op").expect("it is in the document")
}

/// An item in short: `201`, `query page`, `body a[].b`, `body a=x`.
fn short(item: &Item) -> String {
    let place = |place: &Place| format!("{place:?}").to_lowercase();
    match item {
        Item::Status(status) => status.to_string(),
        Item::Parameter { place: at, name } => format!("{} {name}", place(at)),
        Item::Field(path) => format!("body {path}"),
        Item::Choice { place: at, of, value } => format!("{} {of}={value}", place(at)),
    }
}

fn items(contract: &Contract) -> Vec<String> {
    op(contract).inventory().items().iter().map(short).collect()
}

fn read(contract: &Contract, query: &str, body: Body) -> (Checked, Survey) {
    let path = [("business_id".to_owned(), CUSTOMER.to_owned())];
    let headers = |_: &str| None;
    let incoming = Incoming { path: &path, query, headers: &headers, body };
    let checked = op(contract).read(incoming);
    let survey = op(contract).survey(query, &checked.input);
    (checked, survey)
}

fn surveyed(contract: &Contract, query: &str, body: Body) -> Survey {
    read(contract, query, body).1
}

fn seen(contract: &Contract, survey: &Survey) -> Vec<String> {
    let items = op(contract).inventory().items();
    survey.seen.iter().map(|index| short(&items[index as usize])).collect()
}

fn remarks(survey: &Survey) -> Vec<(Place, String, Oddity)> {
    let told = |it: &Remark| (it.place, dotted(&it.path), it.oddity);
    survey.remarks.iter().map(told).collect()
}

#[test]
fn the_inventory_is_taken_in_the_order_of_the_document() {
    let schema = json!({ "type": "object", "properties": {
        "lines": { "type": "array", "items": { "type": "object", "properties": {
            "kind": { "type": "string", "enum": ["a", "b"] },
        } } },
        "currency": { "allOf": [{ "type": "string", "enum": ["GBP"] }] },
        "flag": { "type": "boolean" },
        "metadata": { "type": "object", "additionalProperties": {} },
    } });
    let expected = [
        "201",
        "204",
        "path business_id",
        "query page",
        "query open",
        "query from",
        "query search",
        "query ids",
        "query old",
        "query old=\"x\"",
        "header Idempotency-Key",
        "body lines",
        "body lines[].kind",
        "body lines[].kind=\"a\"",
        "body lines[].kind=\"b\"",
        "body currency",
        "body currency=\"GBP\"",
        "body flag",
        "body metadata",
    ];
    let contract = with_schema(&schema);
    assert_eq!(items(&contract), expected);
    let inventory = op(&contract).inventory();
    assert_eq!((inventory.status(204), inventory.status(418)), (Some(1), None));
}

#[test]
fn a_schema_that_contains_itself_is_taken_once() {
    let items = items(&contract());
    assert!(items.contains(&"body inner".to_owned()), "{items:?}");
    assert!(!items.iter().any(|item| item.starts_with("body inner.")), "{items:?}");
    let mut once = items.clone();
    once.sort();
    once.dedup();
    assert_eq!(once.len(), items.len());
}

#[test]
fn what_json_and_forms_name_is_one_inventory() {
    let mut document = document(&json!({ "type": "object", "properties": { "a": {} } }));
    let other = json!({ "schema": { "type": "object", "properties": { "a": {}, "b": {} } } });
    let content = &mut document["paths"]["/pay/{business_id}/"]["post"]["requestBody"]["content"];
    content["application/x-www-form-urlencoded"] = other.clone();
    content["multipart/form-data"] = other;
    let contract = Contract::new(&document).expect("the document is sound");
    let body: Vec<_> = items(&contract).into_iter().filter(|it| it.starts_with("body")).collect();
    assert_eq!(body, ["body a", "body b"]);
}

#[test]
fn a_survey_sees_each_item_once_and_nothing_else() {
    let contract = contract();
    let line = |cents| json!({ "invoice_id": CUSTOMER, "amount_cents": cents });
    let body = with("allocations", json!([line(1), line(2)]));
    let survey = surveyed(&contract, "page=2&search=&open=", body);
    let expected = [
        "path business_id",
        "query page",
        "query search",
        "body customer_id",
        "body amount_cents",
        "body allocations",
        "body allocations[].invoice_id",
        "body allocations[].amount_cents",
    ];
    assert_eq!(seen(&contract, &survey), expected);
    assert_eq!(survey.remarks, []);
    assert!(survey.seen.iter().all(|index| survey.seen.contains(index)));
}

#[test]
fn a_form_is_surveyed_as_json_is() {
    let contract = contract();
    let json = surveyed(&contract, "", with("method", json!("cash")));
    let form = surveyed(&contract, "", form(&[("method", "cash")]));
    assert_eq!(form, json);
    assert!(seen(&contract, &form).contains(&"body method=\"cash\"".to_owned()));
}

#[test]
fn what_breaks_the_contract_counts_as_sent() {
    let contract = contract();
    let (checked, survey) = read(&contract, "page=x", with("method", json!("card")));
    assert_eq!(checked.found.len(), 2);
    assert_eq!(checked.input["body"]["method"], "card");
    let seen = seen(&contract, &survey);
    assert!(seen.contains(&"query page".to_owned()), "{seen:?}");
    assert!(seen.contains(&"body method".to_owned()), "{seen:?}");
    assert!(!seen.iter().any(|item| item.starts_with("body method=")), "{seen:?}");
    assert!(checked.verdict().is_err());
    let (unread, survey) = read(&contract, "", Body::Json(Bytes::from_static(b"{")));
    assert_eq!(unread.input.len(), 1);
    assert_eq!(survey.seen.iter().count(), 1);
}

#[test]
fn unknown_names_are_remarked_where_the_document_names_what_it_knows() {
    let contract = contract();
    let body = json!({
        "customer_id": CUSTOMER, "amount_cents": 1, "memo": 1,
        "allocations": [{ "invoice_id": CUSTOMER, "amount_cents": 1, "cents": 1 }],
        "metadata": { "anything": 1 }, "references": { "anything": "x" }, "free": { "x": 1 },
    });
    let survey = surveyed(&contract, "page=1&sise=3", whole(&body));
    let expected = [
        (Place::Query, "sise".to_owned(), Oddity::Unknown),
        (Place::Body, "memo".to_owned(), Oddity::Unknown),
        (Place::Body, "allocations[0].cents".to_owned(), Oddity::Unknown),
    ];
    assert_eq!(remarks(&survey), expected);
}

#[test]
fn a_field_that_is_refused_is_not_remarked_beside() {
    let contract =
        with_schema(&json!({ "properties": { "a": {} }, "additionalProperties": false }));
    let (checked, survey) = read(&contract, "", whole(&json!({ "b": 1 })));
    assert_eq!((checked.found.len(), survey.remarks.len()), (1, 0));
}

#[test]
fn deprecated_use_is_remarked() {
    let contract = with_schema(&json!({ "type": "object", "properties": {
        "note": { "type": "string" },
        "notes": { "type": "string", "deprecated": true },
        "either": { "anyOf": [{ "type": "integer" }, { "type": "string", "deprecated": true }] },
    } }));
    let survey =
        surveyed(&contract, "old=x", whole(&json!({ "note": "", "notes": "", "either": 1 })));
    let expected = [
        (Place::Query, "old".to_owned(), Oddity::Deprecated),
        (Place::Body, "notes".to_owned(), Oddity::Deprecated),
    ];
    assert_eq!(remarks(&survey), expected);
    assert_eq!(surveyed(&contract, "", whole(&json!({ "note": "" }))).remarks, []);
}

#[test]
fn remarks_are_bounded_and_say_how_many_there_were() {
    let contract = contract();
    let many: Map<_, _> = (0..1000).map(|at| (format!("field{at}"), json!(at))).collect();
    let survey = surveyed(&contract, "", whole(&Value::Object(many)));
    assert_eq!(survey.remarks.len(), 101);
    assert_eq!(survey.remarks[100].oddity, Oddity::More(900));
}

#[test]
fn in_the_documents_that_are_served_every_item_is_there_once() {
    for document in [
        include_str!(concat!(env!("OUT_DIR"), "/thredfi.json")),
        include_str!(concat!(env!("OUT_DIR"), "/dayzero.json")),
    ] {
        let document = serde_json::from_str(document).expect("the build wrote JSON");
        let contract = Contract::new(&document).expect("the document is sound");
        for (id, clause) in &contract.clauses {
            let operation = clause.ready().expect("it is compiled");
            let mut items: Vec<_> = operation.inventory().items().iter().map(short).collect();
            let all = items.len();
            items.sort();
            items.dedup();
            assert_eq!(items.len(), all, "{id}");
        }
    }
}

#[test]
fn the_legacy_notes_of_a_payment_are_remarked() {
    let document = include_str!(concat!(env!("OUT_DIR"), "/thredfi.json"));
    let document = serde_json::from_str(document).expect("the build wrote JSON");
    let contract = Contract::new(&document).expect("the document is sound");
    for id in ["create_invoice_payment", "partial_update_invoice_payment"] {
        let operation = contract.operation(id).expect("it is in the document");
        let body = json!({ "body": { "note": "new", "notes": "old", "metadata": { "a": 1 } } });
        let survey = operation.survey("", body.as_object().expect("an object"));
        let expected = [(Place::Body, "notes".to_owned(), Oddity::Deprecated)];
        assert_eq!(remarks(&survey), expected, "{id}");
    }
}
