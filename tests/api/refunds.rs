//! Refunds and what is sent of them.

use serde_json::{Value, json};

use crate::support::*;

/// 20000 of INV-0003; nothing was sent.
const PENDING: &str = "dd90c3cc-af66-4a77-8bbb-000000000001";
/// 5000 of INV-0005, of which 3000 was sent.
const PROCESSING: &str = "dd90c3cc-af66-4a77-8bbb-000000000002";
const SENT: &str = "ed90c3cc-bf77-4b88-8ccc-000000000001";

/// Pays INV-0042 in full; the payment's id.
async fn paid(caller: &Caller<'_>) -> String {
    let body = json!({ "customer_id": CUSTOMER, "total_amount_cents": 450_000,
        "allocations": [{ "invoice_id": INV_0042, "amount_cents": 450_000 }] });
    let answer = caller.pay(body).await.expect(201);
    answer.body["payment"]["id"].as_str().unwrap().to_owned()
}

fn refund(more: Value) -> Value {
    let mut body = json!({ "invoice_id": INV_0042, "method": "BANK_TRANSFER" });
    let Value::Object(more) = more else { panic!("{more} is no object") };
    for (field, value) in more {
        body[field] = value;
    }
    body
}

#[tokio::test]
async fn the_seeded_refunds_answer_as_their_examples_say() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    let list = caller.get(REFUNDS).await.expect(200).body;
    let ids: Vec<_> = list["results"].as_array().unwrap().iter().map(|it| &it["id"]).collect();
    assert_eq!(ids, [PROCESSING, PENDING]);
    let one = caller.get(&format!("{REFUNDS}{PROCESSING}/")).await.expect(200).body;
    assert_eq!(one, list["results"][0]);
    for (field, value) in [
        ("external_id", json!("rf-2024-002")),
        ("status", json!("processing")),
        ("refunded_amount", json!(5000)),
        ("customer_name", json!("Market Day Pop-up")),
        ("method", json!("BANK_TRANSFER")),
        ("updated_at", json!("2024-03-19T11:00:00Z")),
    ] {
        assert_eq!(one[field], value, "{field}");
    }
    assert_eq!(one["allocations"][0]["target_description"], "Invoice INV-0005");
    assert_eq!(one["refund_payments"][0]["refunded_amount"], 3000);
    for (query, expected) in [
        ("status=pending", vec![PENDING]),
        ("status=processing", vec![PROCESSING]),
        ("status=paid", vec![]),
        ("external_id=rf-2024-001", vec![PENDING]),
        ("invoice_id=5e90c3cc-2f66-6d72-aaaa-000000000005", vec![PROCESSING]),
        ("customer_id=4d90c3cc-1e55-5c61-9999-000000000004", vec![PENDING]),
    ] {
        let found = caller.get(&format!("{REFUNDS}?{query}")).await.expect(200).body;
        let found: Vec<_> =
            found["results"].as_array().unwrap().iter().map(|it| &it["id"]).collect();
        assert_eq!(found, expected, "{query}");
    }
    let bad = caller.get(&format!("{REFUNDS}?status=sent")).await.refused(400, "validation_error");
    assert_eq!(bad.fields(), ["status"]);
}

#[tokio::test]
async fn a_full_refund_gives_the_whole_invoice_back() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    let payment = paid(&caller).await;
    let made = caller
        .post(
            REFUNDS,
            refund(json!({ "external_id": "rf-1", "reference_number": "RMA-1",
            "memo": "Returned", "processor": "Stripe", "refund_processing_fee_cents": 20,
            "completed_at": "2024-03-20T09:00:00Z" })),
        )
        .await
        .expect(201)
        .body;
    assert_eq!((&made["status"], &made["refunded_amount"]), (&json!("pending"), &json!(450_000)));
    assert_eq!(
        (&made["refund_processing_fee"], &made["processor"]),
        (&json!(20), &json!("Stripe"))
    );
    assert_eq!(made["completed_at"], "2024-03-20T09:00:00Z");
    assert_eq!(made["refund_payments"], json!([]));
    let invoice = caller.get(&format!("{INVOICES}{INV_0042}/")).await.body;
    assert_eq!(
        (&invoice["status"], &invoice["outstanding_balance"]),
        (&json!("REFUNDED"), &json!(0))
    );
    assert_eq!(invoice["refund_allocations"][0]["refund_id"], made["id"]);
    let payment = caller.payment(&payment).await;
    assert_eq!(payment["status"], "refunded");
    assert_eq!(payment["refund_allocations"][0]["amount_cents"], 450_000);
    let known = caller.post(REFUNDS, refund(json!({ "external_id": "rf-1" }))).await.expect(200);
    assert_eq!(known.body, made);
}

#[tokio::test]
async fn not_more_is_refunded_than_was_paid() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    let unpaid = caller.post(REFUNDS, refund(json!({}))).await.refused(422, "refund_exceeds_paid");
    assert_eq!(unpaid.body["detail"]["remaining_amount_cents"], 0);
    let payment = paid(&caller).await;
    caller.post(REFUNDS, refund(json!({ "amount_cents": 400_000 }))).await.expect(201);
    let more = caller.post(REFUNDS, refund(json!({ "partial_amount": 50_001 }))).await;
    let more = more.refused(422, "refund_exceeds_paid");
    assert_eq!(more.body["detail"]["remaining_amount_cents"], 50_000);
    assert_eq!(more.fields(), ["amount_cents"]);
    assert_eq!(caller.payment(&payment).await["status"], "completed");
    let rest = refund(json!({ "amount_cents": 1, "partial_amount": 9 }));
    assert_eq!(caller.post(REFUNDS, rest).await.expect(201).body["refunded_amount"], 1);
    let rest = caller.post(REFUNDS, refund(json!({}))).await.expect(201).body;
    assert_eq!(rest["refunded_amount"], 49_999);
    assert_eq!(caller.payment(&payment).await["status"], "refunded");
}

#[tokio::test]
async fn what_is_wrong_in_a_refund_is_named() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    let bad = json!({ "method": "bank_transfer", "amount_cents": 0 });
    let refused = caller.post(REFUNDS, bad).await.refused(400, "validation_error");
    let mut fields = refused.fields();
    fields.sort_unstable();
    assert_eq!(fields, ["amount_cents", "invoice_id", "method"]);
    let unknown = refund(json!({ "invoice_id": NOTHING }));
    let refused = caller.post(REFUNDS, unknown).await.refused(400, "validation_error");
    assert_eq!(refused.fields(), ["invoice_id"]);
    for id in [NOTHING, "x"] {
        caller.get(&format!("{REFUNDS}{id}/")).await.refused(404, "refund_not_found");
        let payments = format!("{REFUNDS}{id}/payments/");
        caller.get(&payments).await.refused(404, "refund_not_found");
    }
}

#[tokio::test]
async fn a_refund_is_paid_by_its_payments_and_not_beyond() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    let path = format!("{REFUNDS}{PENDING}/payments/");
    let pay = |cents: i64, id: &str| {
        json!({ "amount_cents": cents, "method": "BANK_TRANSFER", "external_id": id,
            "transaction_tags": ["returns"], "memo": "Part", "refund_processing_fee_cents": 3 })
    };
    let status = async || {
        let refund = caller.get(&format!("{REFUNDS}{PENDING}/")).await.expect(200).body;
        refund["status"].as_str().unwrap().to_owned()
    };
    let first = caller.post(&path, pay(15_000, "a")).await.expect(201).body;
    assert_eq!((&first["refund_id"], &first["refunded_amount"]), (&json!(PENDING), &json!(15_000)));
    assert_eq!(
        (&first["transaction_tags"], &first["refund_processing_fee"]),
        (&json!(["returns"]), &json!(3))
    );
    assert_eq!(first["completed_at"], first["created_at"]);
    assert_eq!(status().await, "processing");
    assert_eq!(caller.post(&path, pay(1, "a")).await.expect(200).body, first);
    let more = caller.post(&path, pay(5001, "b")).await.refused(422, "payment_exceeds_refund");
    assert_eq!(more.body["detail"]["remaining_amount_cents"], 5000);
    let second = caller.post(&path, pay(5000, "b")).await.expect(201).body;
    assert_eq!(status().await, "paid");
    caller.post(&path, pay(1, "c")).await.refused(409, "invalid_state_transition");
    let list = caller.get(&path).await.expect(200).body;
    assert_eq!((&list["count"], &list["results"]), (&json!(2), &json!([second, first])));
    let one = format!("{path}{}/", first["id"].as_str().unwrap());
    assert_eq!(caller.get(&one).await.expect(200).body, first);
}

#[tokio::test]
async fn a_payment_is_found_under_its_own_refund_only() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    let at = |refund: &str, id: &str| format!("{REFUNDS}{refund}/payments/{id}/");
    let sent = caller.get(&at(PROCESSING, SENT)).await.expect(200).body;
    assert_eq!(sent["external_id"], "rp-2024-001");
    caller.get(&at(PENDING, SENT)).await.refused(404, "refund_payment_not_found");
    caller.get(&at(NOTHING, SENT)).await.refused(404, "refund_not_found");
    let page = caller.get(&format!("{REFUNDS}{PROCESSING}/payments/?page=2")).await;
    page.refused(404, "not_found");
    let bad = json!({ "amount_cents": 0, "method": "cash" });
    let refused = caller.post(&format!("{REFUNDS}{PENDING}/payments/"), bad).await;
    let refused = refused.refused(400, "validation_error");
    let mut fields = refused.fields();
    fields.sort_unstable();
    assert_eq!(fields, ["amount_cents", "method"]);
}

#[tokio::test]
async fn the_external_id_of_another_refunds_payment_is_refused() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    let refunds = format!("/v1/platform/businesses/{BUSINESS}/invoices/refunds/");
    let first = format!("{refunds}dd90c3cc-af66-4a77-8bbb-000000000001/payments/");
    let second = format!("{refunds}dd90c3cc-af66-4a77-8bbb-000000000002/payments/");
    let body = json!({ "amount_cents": 10, "method": "CASH", "external_id": "same" });
    caller.post(&first, body.clone()).await.expect(201);
    caller.post(&first, body.clone()).await.expect(200);
    caller.post(&second, body).await.refused(409, "duplicate_external_id");
}

#[tokio::test]
async fn an_invoice_that_was_given_back_whole_does_not_come_back() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    let invoices = format!("/v1/platform/businesses/{BUSINESS}/invoices/");
    let paid = json!({ "external_id": "whole", "sent_at": "2026-06-10", "customer_id": CUSTOMER,
        "line_items": [{ "quantity": 1, "unit_price": 10_000 }],
        "payments": [{ "total_amount_cents": 10_000, "external_id": "its-payment" }] });
    let invoice = caller.post(&invoices, paid).await.expect(201).body["id"].clone();
    let refund = json!({ "invoice_id": invoice, "method": "CASH" });
    caller.post(&format!("{invoices}refunds/"), refund).await.expect(201);
    let one = format!("{invoices}{}/", invoice.as_str().unwrap());
    let more = json!({ "line_items": [{ "quantity": 1, "unit_price": 20_000 }] });
    caller.call("PUT", &one).json(&more).send().await.refused(409, "invalid_state_transition");
    // Nor may a second payment take the first one's id, alone or with another invoice.
    let again = json!({ "external_id": "other", "sent_at": "2026-06-10", "customer_id": CUSTOMER,
        "line_items": [{ "quantity": 1, "unit_price": 1 }],
        "payments": [{ "total_amount_cents": 1, "external_id": "its-payment" }] });
    let answer = caller.post(&invoices, again).await.refused(409, "duplicate_external_id");
    assert_eq!(answer.fields(), ["payments[0].external_id"]);
}
