//! Change and cancel invoice payments.

use serde_json::{Value, json};

use crate::support::*;

/// 5000, with nothing allocated.
const PENDING: &str = "7a80c3cc-4a88-4f94-8ccc-000000000030";
/// 12500 of the second customer's.
const PROCESSING: &str = "7a80c3cc-4a88-4f94-8ccc-000000000031";
const FAILED: &str = "7a80c3cc-4a88-4f94-8ccc-000000000032";
const CANCELLED: &str = "7a80c3cc-4a88-4f94-8ccc-000000000033";

async fn patch(caller: &Caller<'_>, id: &str, body: Value) -> Answer {
    caller.call("PATCH", &format!("{PAYMENTS}{id}/")).json(&body).send().await
}

async fn cancel(caller: &Caller<'_>, id: &str) -> Answer {
    caller.call("POST", &format!("{PAYMENTS}{id}/delete/")).send().await
}

fn to(invoice: &str, cents: i64) -> Value {
    json!({ "allocations": [{ "invoice_id": invoice, "amount_cents": cents }] })
}

#[tokio::test]
async fn what_is_left_out_stays_and_the_rest_changes() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    let before = caller.payment(PENDING).await;
    let body = json!({ "payment_date": "2024-03-09", "payment_method": "cash",
        "payment_reference": "P", "payment_processor": "Stripe", "processor_reference": "ch",
        "processing_fee_cents": 7, "bank_reference": "B", "notes": "old", "note": "new",
        "metadata": { "a": 1 }, "transaction_tags": ["t"], "external_id": "mine",
        "customer_id": SECOND_CUSTOMER, "total_amount_cents": 1, "currency": "EUR" });
    let changed = patch(&caller, PENDING, body).await.expect(200).body;
    assert_eq!(changed["payment"]["status"], "pending");
    assert_eq!(changed["payment"]["note"], "new");
    let after = caller.payment(PENDING).await;
    for (field, value) in [
        ("payment_date", json!("2024-03-09T00:00:00Z")),
        ("payment_method", json!("cash")),
        ("payment_reference", json!("P")),
        ("payment_processor", json!("Stripe")),
        ("processor_reference", json!("ch")),
        ("processing_fee", json!(7)),
        ("bank_reference", json!("B")),
        ("metadata", json!({ "a": 1 })),
        ("transaction_tags", json!(["t"])),
        ("external_id", json!("mine")),
    ] {
        assert_eq!(after[field], value, "{field}");
    }
    for field in ["customer", "total_amount", "currency", "created_at"] {
        assert_eq!(after[field], before[field], "{field}");
    }
    assert_eq!(patch(&caller, PENDING, json!({})).await.expect(200).body["payment"]["note"], "new");
}

#[tokio::test]
async fn a_payment_moves_along_its_life_and_no_other_way() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    let to = |status: &str| json!({ "status": status });
    patch(&caller, PROCESSING, to("cancelled")).await.refused(409, "invalid_state_transition");
    patch(&caller, PROCESSING, to("pending")).await.refused(409, "invalid_state_transition");
    let refused = patch(&caller, PENDING, to("failed")).await.refused(400, "validation_error");
    assert_eq!(refused.fields(), ["failure_reason"]);
    let refused = patch(&caller, PENDING, to("refunded")).await.refused(400, "validation_error");
    assert_eq!(refused.fields(), ["status"]);
    assert_eq!(patch(&caller, PENDING, to("processing")).await.expect(200).status, 200);
    let done = patch(&caller, PENDING, to("completed")).await.expect(200).body;
    assert_eq!(done["payment"]["status"], "completed");
    let payment = caller.payment(PENDING).await;
    assert_eq!(payment["processed_at"], payment["updated_at"]);
    let refused = patch(&caller, PENDING, to("failed")).await;
    let refused = refused.refused(409, "invalid_state_transition");
    assert_eq!(refused.body["detail"]["allowed"], json!([]));
}

#[tokio::test]
async fn allocations_take_the_place_of_the_whole_set() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    let owed = async |id: &str| {
        let invoice = caller.get(&format!("{INVOICES}{id}/")).await.expect(200).body;
        invoice["outstanding_balance"].as_i64().unwrap()
    };
    patch(&caller, PENDING, to(INV_0042, 5000)).await.expect(200);
    assert_eq!(owed(INV_0042).await, 445_000);
    let moved = patch(&caller, PENDING, to(INV_0043, 2000)).await.expect(200).body;
    assert_eq!(moved["payment"]["unapplied_amount_cents"], 3000);
    assert_eq!((owed(INV_0042).await, owed(INV_0043).await), (450_000, 198_000));
    for (body, code) in [
        (to(INV_0043, 5001), "allocation_exceeds_payment"),
        (to(SECONDS_INVOICE, 1), "customer_mismatch"),
        (to(DRAFT_INVOICE, 1), "invoice_not_payable"),
    ] {
        patch(&caller, PENDING, body).await.refused(422, code);
    }
    let refused = patch(&caller, PENDING, to(NOTHING, 1)).await.refused(400, "validation_error");
    assert_eq!(refused.fields(), ["allocations[0].invoice_id"]);
    let failed = json!({ "status": "failed", "failure_reason": "No funds" });
    let failed = patch(&caller, PENDING, failed).await.expect(200).body;
    assert_eq!(failed["payment"]["applied_invoices"], json!([]));
    assert_eq!(owed(INV_0043).await, 200_000);
    let payment = caller.payment(PENDING).await;
    assert_eq!(payment["failure_reason"], "No funds");
    assert_eq!(payment["failed_at"], payment["updated_at"]);
}

#[tokio::test]
async fn a_payment_that_was_refunded_in_part_keeps_its_allocations() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    let body = json!({ "customer_id": CUSTOMER, "total_amount_cents": 100,
        "allocations": [{ "invoice_id": INV_0042, "amount_cents": 100 }] });
    let id = caller.pay(body).await.expect(201).body["payment"]["id"].clone();
    let refund = json!({ "invoice_id": INV_0042, "method": "CASH", "amount_cents": 40 });
    caller.post(REFUNDS, refund).await.expect(201);
    let refused = patch(&caller, id.as_str().unwrap(), to(INV_0042, 10)).await;
    refused.refused(409, "payment_refunded");
}

#[tokio::test]
async fn cancelling_gives_the_allocations_back() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    patch(&caller, PENDING, to(INV_0042, 5000)).await.expect(200);
    let answer = cancel(&caller, PENDING).await.expect(200).body;
    assert_eq!((&answer["payment_id"], &answer["status"]), (&json!(PENDING), &json!("cancelled")));
    let payment = caller.payment(PENDING).await;
    assert_eq!((&payment["status"], &payment["allocations"]), (&json!("cancelled"), &json!([])));
    assert_eq!(payment["updated_at"], answer["updated_at"]);
    assert_eq!(caller.outstanding(CUSTOMER, INV_0042).await, 450_000);
    let body = caller.post(&format!("{PAYMENTS}{FAILED}/delete/"), json!({ "x": 1 })).await;
    body.expect(200);
}

#[tokio::test]
async fn only_a_pending_or_failed_payment_is_cancelled() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    let done = caller.pay(json!({ "customer_id": CUSTOMER, "total_amount_cents": 1 })).await;
    let done = done.expect(201).body["payment"]["id"].clone();
    for id in [PROCESSING, CANCELLED, done.as_str().unwrap()] {
        cancel(&caller, id).await.refused(409, "invalid_state_transition");
    }
    for id in [NOTHING, "x"] {
        cancel(&caller, id).await.refused(404, "payment_not_found");
        patch(&caller, id, json!({})).await.refused(404, "payment_not_found");
    }
}
