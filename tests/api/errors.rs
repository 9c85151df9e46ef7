//! Thredfi's errors: the envelope, the words, and every wrong field at once (BEHAVIOUR 3).

use serde_json::{Value, json};

use crate::support::*;

/// A payment with two lines, all of it right.
fn payment() -> Value {
    json!({
        "customer_id": CUSTOMER, "total_amount_cents": 3,
        "allocations": [
            { "invoice_id": INV_0042, "amount_cents": 1 },
            { "invoice_id": INV_0043, "amount_cents": 2 },
        ],
        "references": {},
    })
}

fn bill_payment() -> Value {
    let line = json!({ "bill_id": BILL_1, "amount_cents": 1 });
    json!({ "vendor_id": VENDOR, "amount_cents": 1, "allocations": [line] })
}

/// The body with another value at the pointer.
fn changed(mut body: Value, pointer: &str, value: Value) -> Value {
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    let parent = body.pointer_mut(parent).unwrap();
    match name.parse::<usize>() {
        Ok(index) => parent[index] = value,
        Err(_) => parent[name] = value,
    }
    body
}

fn without(mut body: Value, pointer: &str) -> Value {
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    body.pointer_mut(parent).and_then(Value::as_object_mut).unwrap().remove(name).unwrap();
    body
}

/// Thredfi's name of what a JSON pointer points at.
fn name(pointer: &str) -> String {
    let steps = pointer.trim_start_matches('/').split('/');
    steps.fold(String::new(), |name, step| match step.parse::<usize>() {
        Ok(index) => format!("{name}[{index}]"),
        Err(_) if name.is_empty() => step.to_owned(),
        Err(_) => format!("{name}.{step}"),
    })
}

const REQUIRED: &str = "This field is required.";
const NULL: &str = "This field may not be null.";
const UUID: &str = "Must be a valid UUID.";
const INTEGER: &str = "A valid integer is required.";
const TEXT: &str = "Not a valid string.";
const DATE: &str = "Date has wrong format. Use one of these formats instead: YYYY-MM-DD.";
const LIST: &str = "Expected a list of items but got type";
const FROM_1: &str = "Ensure this value is greater than or equal to 1.";
const FROM_0: &str = "Ensure this value is greater than or equal to 0.";

#[tokio::test]
async fn an_error_is_an_envelope_of_four() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    let missing = format!("{PAYMENTS}{NOTHING}");
    let answers = [
        (sandbox.call("GET", PAYMENTS).send().await, 401),
        (caller.get(&missing).await, 404),
        (caller.get("/v1/platform/nowhere").await, 404),
        (caller.call("DELETE", PAYMENTS).send().await, 405),
        (caller.pay(json!({})).await, 400),
        (caller.call("POST", PAYMENTS).body("text/plain", "x").send().await, 415),
        (caller.pay(changed(payment(), "/total_amount_cents", json!(1))).await, 422),
    ];
    for (answer, status) in answers {
        let answer = answer.expect(status);
        let names: Vec<_> = answer.body.as_object().unwrap().keys().collect();
        assert_eq!(names, ["error_code", "message", "detail", "request_id"]);
        assert!(!answer.code().is_empty() && answer.body["message"] != "");
        assert_eq!(answer.header("content-type"), "application/json");
    }
}

#[tokio::test]
async fn a_request_id_is_kept_or_made() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    for path in [PAYMENTS, "/v1/platform/nowhere", "/_sandbox/health", "/nowhere"] {
        let answer = caller.call("GET", path).header("x-request-id", "ticket 7").send().await;
        assert_eq!(answer.header("x-request-id"), "ticket 7", "{path}");
        let (first, second) = (caller.get(path).await, caller.get(path).await);
        assert_ne!(first.header("x-request-id"), second.header("x-request-id"), "{path}");
    }
    for unusable in ["", "   ", &"x".repeat(256)] {
        let call = caller.call("GET", "/v1/platform/nowhere").header("x-request-id", unusable);
        let id = call.send().await.body["request_id"].as_str().unwrap().to_owned();
        assert!(uuid::Uuid::parse_str(&id).is_ok(), "{id}");
    }
}

#[tokio::test]
async fn a_wrong_field_of_a_payment_is_named_in_the_words_of_django() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    for (pointer, value, text) in [
        ("/customer_id", json!(null), NULL),
        ("/customer_id", json!("x"), UUID),
        ("/customer_id", json!(""), UUID),
        ("/customer_id", json!(7), TEXT),
        ("/total_amount_cents", json!(null), NULL),
        ("/total_amount_cents", json!("450000"), INTEGER),
        ("/total_amount_cents", json!(4.5), INTEGER),
        ("/total_amount_cents", json!([]), INTEGER),
        ("/total_amount_cents", json!(0), FROM_1),
        ("/total_amount_cents", json!(i64::MIN), FROM_1),
        ("/processing_fee_cents", json!(-1), FROM_0),
        ("/payment_method", json!("card"), r#""card" is not a valid choice."#),
        ("/payment_method", json!("wire"), r#""wire" is not a valid choice."#),
        ("/currency", json!("XXX"), r#""XXX" is not a valid choice."#),
        ("/currency", json!(""), r#""" is not a valid choice."#),
        ("/payment_date", json!("2024-02-30"), DATE),
        ("/payment_date", json!("20/03/2024"), DATE),
        ("/payment_date", json!("2024-03-20T00:00:00Z"), DATE),
        ("/payment_reference", json!(["x"]), TEXT),
        ("/payment_reference", json!("é".repeat(101)), "Ensure this field has no more than 100 "),
        ("/external_id", json!("é".repeat(256)), "Ensure this field has no more than 255 "),
        ("/payment_processor", json!("x".repeat(101)), "Ensure this field has no more than 100 "),
        ("/note", json!(false), TEXT),
        ("/metadata", json!([]), "Invalid data. Expected a dictionary, but got list."),
        ("/references", json!("x"), "Invalid data. Expected a dictionary, but got str."),
        ("/references/other", json!(7), TEXT),
        ("/references/bank_reference", json!("x".repeat(101)), "Ensure this field has no more "),
        ("/allocations", json!("x"), LIST),
        ("/allocations", json!({}), LIST),
        ("/allocations/1", json!(7), "Invalid data. Expected a dictionary, but got int."),
        ("/allocations/0/invoice_id", json!("x"), UUID),
        ("/allocations/1/amount_cents", json!(0), FROM_1),
        ("/allocations/1/amount_cents", json!(true), INTEGER),
    ] {
        let answer = caller.pay(changed(payment(), pointer, value.clone())).await;
        let answer = answer.refused(400, "validation_error");
        assert_eq!(answer.fields(), [name(pointer)], "{value}");
        let said = answer.field(&name(pointer));
        assert!(said.starts_with(text), "{pointer} {value}: {said}");
    }
    for pointer in ["/customer_id", "/total_amount_cents", "/allocations/1/invoice_id"] {
        let answer = caller.pay(without(payment(), pointer)).await;
        let answer = answer.refused(400, "validation_error");
        assert_eq!(answer.fields(), [name(pointer)]);
        assert_eq!(answer.field(&name(pointer)), REQUIRED);
    }
    let longest = changed(payment(), "/payment_reference", json!("é".repeat(100)));
    caller.pay(longest).await.expect(201);
}

#[tokio::test]
async fn a_wrong_field_of_a_bill_payment_is_named_in_the_words_of_django() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    for (pointer, value, text) in [
        ("/vendor_id", json!(null), NULL),
        ("/vendor_id", json!("x"), UUID),
        ("/amount_cents", json!(0), FROM_1),
        ("/currency", json!(""), "This field may not be blank."),
        ("/currency", json!("GBPX"), "Ensure this field has no more than 3 characters."),
        ("/payment_method", json!("paypal"), r#""paypal" is not a valid choice."#),
        ("/check_number", json!("x".repeat(51)), "Ensure this field has no more than 50 "),
        ("/payment_date", json!("yesterday"), DATE),
        ("/memo", json!(7), TEXT),
        ("/processing_fee_cents", json!(-1), FROM_0),
        ("/allocations", json!(7), LIST),
        ("/allocations/0/bill_id", json!("x"), UUID),
        ("/allocations/0/amount_cents", json!("1"), INTEGER),
        ("/allocations/0/description", json!([]), TEXT),
    ] {
        let answer = caller.post(BILL_PAYMENTS, changed(bill_payment(), pointer, value)).await;
        let answer = answer.refused(400, "validation_error");
        assert_eq!(answer.fields(), [name(pointer)]);
        let said = answer.field(&name(pointer));
        assert!(said.starts_with(text), "{pointer}: {said}");
    }
    let check = changed(bill_payment(), "/payment_method", json!("check"));
    let answer = caller.post(BILL_PAYMENTS, check).await.refused(400, "validation_error");
    assert_eq!(answer.fields(), ["check_number"]);
    assert!(answer.field("check_number").starts_with(REQUIRED));
    let answer = caller.post(BILL_PAYMENTS, without(bill_payment(), "/vendor_id")).await;
    assert_eq!(answer.refused(400, "validation_error").field("vendor_id"), REQUIRED);
}

#[tokio::test]
async fn a_choice_that_is_none_is_told_those_that_are() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    let answer = caller.pay(changed(payment(), "/payment_method", json!("card"))).await;
    let said = answer.refused(400, "validation_error").field("payment_method");
    let document = document("thredfi");
    let methods = &document["components"]["schemas"]["InvoiceRecordPaymentRequestRequest"]["properties"]
        ["payment_method"]["enum"];
    for method in methods.as_array().unwrap() {
        assert!(said.contains(method.as_str().unwrap()), "{method}: {said}");
    }
}

#[tokio::test]
async fn every_wrong_field_is_named_at_once_in_the_order_of_the_document() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    let body = json!({
        "processing_fee_cents": -1, "references": { "bank_reference": 1 }, "note": 1,
        "external_id": 1, "payment_method": "card", "currency": "XXX", "payment_date": "x",
        "allocations": [{}, { "amount_cents": 0, "invoice_id": "x" }], "total_amount_cents": 0,
    });
    let call = caller.call("POST", PAYMENTS).header("idempotency-key", &"k".repeat(256));
    let answer = call.json(&body).send().await.refused(400, "validation_error");
    assert_eq!(
        answer.fields(),
        [
            "Idempotency-Key",
            "customer_id",
            "total_amount_cents",
            "allocations[0].invoice_id",
            "allocations[0].amount_cents",
            "allocations[1].invoice_id",
            "allocations[1].amount_cents",
            "payment_date",
            "currency",
            "payment_method",
            "external_id",
            "note",
            "references.bank_reference",
            "processing_fee_cents",
        ]
    );
}

#[tokio::test]
async fn ids_in_the_body_that_name_nothing_are_errors_of_their_fields() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    let line = |invoice: &str| json!({ "invoice_id": invoice, "amount_cents": 1 });
    let body = json!({
        "customer_id": NOTHING, "total_amount_cents": 9,
        "allocations": [line(INV_0042), line(NOTHING)],
    });
    let answer = caller.pay(body).await.refused(400, "validation_error");
    assert_eq!(answer.fields(), ["customer_id", "allocations[1].invoice_id"]);
    assert!(answer.field("customer_id").contains(NOTHING));
    let body = changed(bill_payment(), "/allocations/0/bill_id", json!(INV_0042));
    let answer = caller.post(BILL_PAYMENTS, body).await.refused(400, "validation_error");
    assert_eq!(answer.fields(), ["allocations[0].bill_id"]);
}

#[tokio::test]
async fn a_wrong_query_value_is_named_with_what_is_valid() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    let instant = "Datetime has wrong format.";
    let list = format!("{CUSTOMER},x,{SECOND_CUSTOMER}");
    for (name, value, text, valid) in [
        ("page", "0", FROM_1, ""),
        ("page", "x", INTEGER, ""),
        ("page", "1.5", INTEGER, ""),
        ("page", "99999999999999999999", INTEGER, ""),
        ("page_size", "-1", FROM_1, ""),
        ("page_size", "0", FROM_1, ""),
        ("sort", "name", r#""name" is not a valid choice."#, "payment_date, amount, created_at"),
        ("order", "up", r#""up" is not a valid choice."#, "asc, desc"),
        ("status", "paid", r#""paid" is not a valid choice."#, "completed"),
        ("method", "wire", r#""wire" is not a valid choice."#, "bank_transfer"),
        ("customer_id", &list, UUID, ""),
        ("invoice_id", "x", UUID, ""),
        ("date_from", "2024-03-20", instant, "2024-03-20T00:00:00Z"),
        ("date_to", "x", instant, ""),
        ("fully_allocated", "maybe", "Must be a valid boolean.", "true, false"),
        ("min_amount", "1p", INTEGER, ""),
        ("max_amount", "4.5", INTEGER, ""),
    ] {
        let answer = caller.get(&format!("{PAYMENTS}?{name}={value}")).await;
        let answer = answer.refused(400, "validation_error");
        assert_eq!(answer.fields(), [name], "{value}");
        let said = answer.field(name);
        assert!(said.starts_with(text) && said.contains(valid), "{name}={value}: {said}");
    }
}

#[tokio::test]
async fn every_wrong_query_value_is_named_at_once() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    let query = "page=0&page_size=x&sort=name&order=up&status=paid&date_from=x&customer_id=x";
    let answer = caller.get(&format!("{PAYMENTS}?{query}")).await.refused(400, "validation_error");
    let mut fields = answer.fields();
    fields.sort_unstable();
    let all = ["customer_id", "date_from", "order", "page", "page_size", "sort", "status"];
    assert_eq!(fields, all);
}

#[tokio::test]
async fn a_page_past_the_end_is_not_found_except_the_first_of_an_empty_list() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    let last = caller.get(PAYMENTS).await.body["page_info"]["total_pages"].as_i64().unwrap();
    caller.get(&format!("{PAYMENTS}?page={last}")).await.expect(200);
    for page in [last + 1, i64::MAX] {
        let answer = caller.get(&format!("{PAYMENTS}?page={page}&page_size=100")).await;
        let answer = answer.refused(404, "not_found");
        assert_eq!(answer.body["message"], "Invalid page.");
    }
    let none = format!("{PAYMENTS}?search=nobody-paid-for-this");
    let answer = caller.get(&none).await.expect(200);
    assert_eq!((&answer.body["count"], &answer.body["results"]), (&json!(0), &json!([])));
    assert_eq!(answer.body["page_info"]["total_pages"], 1);
    caller.get(&format!("{none}&page=2")).await.refused(404, "not_found");
}

#[tokio::test]
async fn any_origin_may_call_and_read_the_request_id() {
    let sandbox = Sandbox::start();
    let (origin, bare) = ("https://app.example", reqwest::Client::new());
    for path in [PAYMENTS, PARTNER_TOKEN, BILL_PAYMENTS, &dz_payments(1)] {
        let asked = "authorization,content-type,idempotency-key,x-business-id,x-request-id";
        let url = format!("{}{path}", sandbox.url());
        let preflight = bare.request(reqwest::Method::OPTIONS, url).header("origin", origin);
        let preflight = preflight.header("access-control-request-method", "POST");
        let preflight = preflight.header("access-control-request-headers", asked);
        let answer = preflight.send().await.unwrap();
        assert!(answer.status().is_success(), "{path}: {}", answer.status());
        let header = |name: &str| answer.headers()[name].to_str().unwrap().to_lowercase();
        assert_eq!(header("access-control-allow-origin"), "*");
        assert!(header("access-control-allow-methods").contains("post"));
        for name in asked.split(',') {
            assert!(header("access-control-allow-headers").contains(name), "{path}: {name}");
        }
        // The answer itself, an error too, shows its headers to the page.
        let answer = sandbox.call("POST", path).header("origin", origin).send().await.expect(401);
        assert_eq!(answer.header("access-control-allow-origin"), "*");
        let exposed = answer.header("access-control-expose-headers").to_lowercase();
        for name in ["x-request-id", "idempotent-replayed"] {
            assert!(exposed.contains(name), "{path}: {exposed}");
        }
    }
}
