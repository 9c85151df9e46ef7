//! What one call asks of the sandbox itself: by the `Prefer` header, or by a magic value for clients
//! that cannot add one.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::pay_all;
use crate::support::*;

async fn prefer(caller: &Caller<'_>, preference: &str) -> Answer {
    caller.call("POST", PAYMENTS).header("prefer", preference).json(&pay_all()).send().await
}

/// What the journal of the default world says stood in for an answer.
async fn forced(sandbox: &Sandbox, answer: &Answer) -> Value {
    let path = format!("requests/{}", answer.header("x-request-id"));
    sandbox.control("GET", &path, "default", Value::Null).await.expect(200).body["forced"].clone()
}

fn linked(magic: &str) -> Value {
    json!({ "transaction_id": magic, "amount": 1 })
}

#[tokio::test]
async fn a_preferred_status_is_answered_and_the_books_stay() {
    let sandbox = Sandbox::start();
    let partner = sandbox.partner().await;
    for (status, code) in [
        (400, "validation_error"),
        (401, "invalid_token"),
        (403, "permission_denied"),
        (404, "not_found"),
        (409, "conflict"),
        (422, "unprocessable"),
        (429, "rate_limited"),
        (500, "internal_error"),
    ] {
        let answer = prefer(&partner, &format!("code={status}")).await.refused(status, code);
        assert_eq!(forced(&sandbox, &answer).await, "Prefer");
    }
    let made = prefer(&partner, "code=201").await.expect(201).body;
    assert_eq!(prefer(&partner, "example=\"CreatePaymentResponse(UKPub)\"").await.body, made);
    assert_eq!(partner.outstanding(CUSTOMER, INV_0042).await, 450_000);
    partner.get(PAYMENTS).await.expect(200);
}

#[tokio::test]
async fn an_answer_that_was_preferred_is_not_kept_under_its_key() {
    let sandbox = Sandbox::start();
    let partner = sandbox.partner().await;
    let pay = || partner.call("POST", PAYMENTS).header("idempotency-key", "k").json(&pay_all());
    pay().header("prefer", "code=201").send().await.expect(201);
    pay().send().await.expect(201);
    pay().header("prefer", "code=409").send().await.refused(409, "conflict");
    pay().send().await.expect(200);
}

#[tokio::test]
async fn what_is_not_documented_is_a_400_that_lists_what_is() {
    let sandbox = Sandbox::start();
    let partner = sandbox.partner().await;
    for (preference, says) in [
        ("code=418", "these are: 200, 201, 400, 401, 403, 404, 409, 413, 415, 422, 429, 500"),
        ("code=soon", "code=422"),
        ("example=Nope", "CreatePaymentResponse(UKPub)"),
        ("code=409, example=Nope", "none"),
        ("delay=5", "250ms"),
        ("delay=61s", "60s"),
    ] {
        let refused = prefer(&partner, preference).await.refused(400, "validation_error");
        assert!(refused.field("Prefer").contains(says), "{preference}: {}", refused.body);
    }
    let call = sandbox.dayzero().call("GET", "/api/v1/invoices").header("prefer", "code=418");
    let refused = call.send().await.expect(400);
    assert!(refused.body["detail"].as_str().unwrap().contains("200, 400, 401"), "{}", refused.body);
    assert_eq!(partner.outstanding(CUSTOMER, INV_0042).await, 450_000);
}

#[tokio::test]
async fn other_servers_preferences_change_nothing_and_a_bad_call_stays_bad() {
    let sandbox = Sandbox::start();
    let partner = sandbox.partner().await;
    let bad = partner.call("POST", PAYMENTS).header("prefer", "code=201").json(&json!({}));
    bad.send().await.refused(400, "validation_error");
    let made = prefer(&partner, "respond-async, wait=10, return=minimal").await.expect(201);
    assert_eq!(forced(&sandbox, &made).await, Value::Null);
}

#[tokio::test]
async fn a_magic_reference_forces_an_answer_in_json_and_in_a_form() {
    let sandbox = Sandbox::start();
    let partner = sandbox.partner().await;
    let mut top = pay_all();
    top["payment_reference"] = json!("sandbox:code=422");
    let mut nested = pay_all();
    nested["references"] = json!({ "payment_reference": "sandbox:code=409" });
    let answer = partner.pay(top).await.refused(422, "unprocessable");
    assert_eq!(forced(&sandbox, &answer).await, "magic value");
    partner.pay(nested).await.refused(409, "conflict");
    let form =
        format!("customer_id={CUSTOMER}&total_amount_cents=5&payment_reference=sandbox:code%3D403");
    let call = partner.call("POST", PAYMENTS);
    call.body("application/x-www-form-urlencoded", form).send().await.expect(403);
    let bill =
        json!({ "vendor_id": VENDOR, "amount_cents": 5, "payment_reference": "sandbox:code=429" });
    partner.post(BILL_PAYMENTS, bill).await.refused(429, "rate_limited");
    let mut unknown = pay_all();
    unknown["payment_reference"] = json!("sandbox:kode=422");
    let refused = partner.pay(unknown).await.refused(400, "validation_error");
    assert!(refused.field("payment_reference").contains("sandbox:code=422"), "{}", refused.body);
    // What the header asks counts for more.
    let mut both = pay_all();
    both["payment_reference"] = json!("sandbox:code=422");
    let call = partner.call("POST", PAYMENTS).header("prefer", "code=404").json(&both);
    call.send().await.expect(404);
    assert_eq!(partner.outstanding(CUSTOMER, INV_0042).await, 450_000);
}

#[tokio::test]
async fn a_magic_transaction_forces_an_answer_of_day_zero() {
    let sandbox = Sandbox::start();
    let dayzero = sandbox.dayzero();
    for status in [400, 401, 403, 404, 409] {
        let magic = format!("sandbox:code={status}");
        let refused = dayzero.post(&dz_payments(1), linked(&magic)).await.expect(status);
        assert!(
            refused.body["detail"].as_str().unwrap().contains("magic value"),
            "{}",
            refused.body
        );
    }
    dayzero.post(&dz_payments(1), linked("sandbox:code=201")).await.expect(201);
    let refused = dayzero.post(&dz_payments(1), linked("sandbox:code=418")).await.expect(400);
    assert!(refused.body["detail"].as_str().unwrap().contains("201, 400"), "{}", refused.body);
    let allocations = format!("/api/v1/transactions/{DEPOSIT}/allocations");
    let before = sandbox.dayzero_as("dz_sandbox_fresh").get(&allocations).await.expect(200).body;
    assert_eq!(dayzero.get(&allocations).await.expect(200).body, before);
}

#[tokio::test]
async fn a_call_may_ask_to_wait_first() {
    let sandbox = Sandbox::start();
    let (partner, dayzero) = (sandbox.partner().await, sandbox.dayzero());
    let long = Duration::from_millis(40);
    let begun = Instant::now();
    let made = prefer(&partner, "delay=40ms").await.expect(201);
    assert!(begun.elapsed() >= long, "{:?}", begun.elapsed());
    assert_eq!(forced(&sandbox, &made).await, "Prefer");
    let begun = Instant::now();
    let slow = json!({ "customer_id": CUSTOMER, "total_amount_cents": 5, "payment_reference": "sandbox:delay=40ms" });
    let made = partner.pay(slow).await.expect(201).body;
    assert!(begun.elapsed() >= long, "{:?}", begun.elapsed());
    assert_eq!(made["payment"]["payment_reference"], "sandbox:delay=40ms");
    let begun = Instant::now();
    dayzero.post(&dz_payments(1), linked("sandbox:delay=40ms,code=409")).await.expect(409);
    assert!(begun.elapsed() >= long, "{:?}", begun.elapsed());
}

#[tokio::test]
async fn every_word_of_the_list_works_where_the_list_says() {
    let sandbox = Sandbox::start();
    let list = sandbox.call("GET", "/_sandbox/magic").send().await.expect(200).body;
    let (partner, dayzero) = (sandbox.partner().await, sandbox.dayzero());
    for word in list["prefer"].as_array().unwrap() {
        let written = word["word"].as_str().unwrap().strip_prefix("Prefer: ").unwrap();
        let understood = prefer(&partner, written).await;
        assert_eq!(forced(&sandbox, &understood).await, "Prefer", "{word}");
    }
    let values = list["values"].as_array().unwrap();
    assert_eq!(values.len(), 9);
    for word in values {
        let (field, text) = (word["field"].as_str().unwrap(), &word["word"]);
        let answer = if word["provider"] == "dayzero" {
            assert_eq!(field, "transaction_id");
            dayzero.post(&dz_payments(1), linked(text.as_str().unwrap())).await
        } else {
            let mut body = json!({ "customer_id": CUSTOMER, "total_amount_cents": 5 });
            match field.split_once('.') {
                Some((outer, inner)) => body[outer] = json!({ inner: text }),
                None => body[field] = text.clone(),
            }
            partner.pay(body).await
        };
        assert_eq!(forced(&sandbox, &answer).await, "magic value", "{word}");
    }
}
