//! Idempotency by key and by external id (BEHAVIOUR 5).

use serde_json::{Value, json};

use crate::support::*;

fn payment(total: i64) -> Value {
    json!({ "customer_id": CUSTOMER, "total_amount_cents": total })
}

async fn keyed(caller: &Caller<'_>, path: &str, key: &str, body: &Value) -> Answer {
    caller.call("POST", path).header("idempotency-key", key).json(body).send().await
}

async fn count(caller: &Caller<'_>) -> i64 {
    caller.get(PAYMENTS).await.body["count"].as_i64().unwrap()
}

#[tokio::test]
async fn the_same_key_and_body_answer_the_stored_body_byte_for_byte_with_200() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    let before = count(&caller).await;
    let first = keyed(&caller, PAYMENTS, "k", &payment(5)).await.expect(201);
    assert_eq!(first.header("idempotent-replayed"), "");
    assert_eq!(first.body["payment"]["idempotency_key"], "k");
    let second = keyed(&caller, PAYMENTS, "k", &payment(5)).await.expect(200);
    assert_eq!(second.header("idempotent-replayed"), "true");
    assert_eq!(first.bytes, second.bytes);
    assert_eq!(count(&caller).await, before + 1);
    let bill = json!({ "vendor_id": VENDOR, "amount_cents": 5 });
    let first = keyed(&caller, BILL_PAYMENTS, "k", &bill).await.expect(201);
    let second = keyed(&caller, BILL_PAYMENTS, "k", &bill).await.expect(200);
    assert_eq!(first.bytes, second.bytes);
}

#[tokio::test]
async fn the_same_body_in_another_order_or_media_type_is_the_same() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    keyed(&caller, PAYMENTS, "k", &payment(5)).await.expect(201);
    let text = format!(r#"{{ "total_amount_cents": 5.0, "customer_id": "{CUSTOMER}" }}"#);
    let again = caller.call("POST", PAYMENTS).header("idempotency-key", "k");
    again.body("application/json", text).send().await.expect(200);
    let again = caller.call("POST", PAYMENTS.trim_end_matches('/')).header("idempotency-key", "k");
    let form = format!("customer_id={CUSTOMER}&total_amount_cents=5");
    again.body("application/x-www-form-urlencoded", form).send().await.expect(200);
}

#[tokio::test]
async fn a_number_is_the_same_however_it_is_written_where_no_schema_reads_it() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    let send = async |metadata: &str| {
        let text = format!(
            r#"{{"total_amount_cents":5,"customer_id":"{CUSTOMER}","metadata":{metadata}}}"#
        );
        let call = caller.call("POST", PAYMENTS).header("idempotency-key", "k");
        call.body("application/json", text).send().await.status
    };
    assert_eq!(send(r#"{"a":1,"b":0}"#).await, 201);
    assert_eq!(send(r#"{"b":-0.0,"a":1.0}"#).await, 200);
    assert_eq!(send(r#"{"a":1.5,"b":0}"#).await, 409);
    assert_eq!(send(r#"{"a":"1","b":0}"#).await, 409);
}

#[tokio::test]
async fn the_same_key_with_another_body_is_a_conflict_and_changes_nothing() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    keyed(&caller, PAYMENTS, "k", &payment(5)).await.expect(201);
    let before = count(&caller).await;
    keyed(&caller, PAYMENTS, "k", &payment(6)).await.refused(409, "idempotency_conflict");
    assert_eq!(count(&caller).await, before);
    keyed(&caller, PAYMENTS, "k", &payment(5)).await.expect(200);
}

#[tokio::test]
async fn only_success_is_stored() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    let mut body = payment(5);
    body["allocations"] = json!([{ "invoice_id": INV_0042, "amount_cents": 6 }]);
    keyed(&caller, PAYMENTS, "k", &body).await.refused(422, "allocation_exceeds_payment");
    keyed(&caller, PAYMENTS, "k", &json!({})).await.refused(400, "validation_error");
    keyed(&caller, PAYMENTS, "k", &payment(5)).await.expect(201);
}

#[tokio::test]
async fn a_key_counts_for_one_business_and_one_operation() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    keyed(&caller, PAYMENTS, "k", &payment(5)).await.expect(201);
    let bill = json!({ "vendor_id": VENDOR, "amount_cents": 5 });
    keyed(&caller, BILL_PAYMENTS, "k", &bill).await.expect(201);
    let euros =
        json!({ "customer_id": "4d90c3cc-1e55-5c61-9999-0000000000e1", "total_amount_cents": 5 });
    keyed(&caller, &PAYMENTS.replace(BUSINESS, EUR_BUSINESS), "k", &euros).await.expect(201);
}

#[tokio::test]
async fn a_key_has_1_to_255_characters() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    keyed(&caller, PAYMENTS, &"k".repeat(255), &payment(5)).await.expect(201);
    let bill_payment = json!({ "vendor_id": VENDOR, "amount_cents": 5 });
    for key in ["", &"k".repeat(256)] {
        for (path, body) in [(PAYMENTS, &payment(5)), (BILL_PAYMENTS, &bill_payment)] {
            let refused = keyed(&caller, path, key, body).await.refused(400, "validation_error");
            assert_eq!(refused.fields(), ["Idempotency-Key"]);
        }
    }
}

#[tokio::test]
async fn an_external_id_that_was_used_answers_the_existing_payment() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    let mut body = payment(5);
    body["external_id"] = json!("ext-1");
    let first = caller.pay(body.clone()).await.expect(201);
    let before = count(&caller).await;
    body["total_amount_cents"] = json!(6);
    let second = caller.pay(body.clone()).await.expect(200);
    assert_eq!(first.body, second.body);
    assert_eq!(count(&caller).await, before);
    let bill = json!({ "vendor_id": VENDOR, "amount_cents": 5, "external_id": "ext-1" });
    let first = caller.post(BILL_PAYMENTS, bill.clone()).await.expect(201);
    let second = caller.post(BILL_PAYMENTS, bill).await.expect(200);
    assert_eq!(first.body, second.body);
}

#[tokio::test]
async fn with_both_the_header_decides() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    let mut body = payment(5);
    body["external_id"] = json!("ext-1");
    let first = keyed(&caller, PAYMENTS, "one", &body).await.expect(201);
    let second = keyed(&caller, PAYMENTS, "two", &body).await.expect(201);
    assert_ne!(first.body["payment"]["id"], second.body["payment"]["id"]);
    let third = caller.pay(body).await.expect(200);
    assert_eq!(third.body["payment"]["id"], first.body["payment"]["id"]);
}

#[tokio::test]
async fn an_external_id_shows_the_payment_as_it_is_now() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    let mut body = payment(100);
    body["external_id"] = json!("ext-1");
    body["allocations"] = json!([{ "invoice_id": INV_0042, "amount_cents": 100 }]);
    let first = caller.pay(body.clone()).await.expect(201);
    assert_eq!(first.body["payment"]["applied_invoices"][0]["outstanding_amount_cents"], 449_900);
    let mut rest = payment(449_900);
    rest["allocations"] = json!([{ "invoice_id": INV_0042, "amount_cents": 449_900 }]);
    caller.pay(rest).await.expect(201);
    let again = caller.pay(body).await.expect(200);
    assert_eq!(again.body["payment"]["applied_invoices"][0]["status"], "paid");
}
