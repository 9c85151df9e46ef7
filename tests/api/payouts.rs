//! Payouts: create or change, get.

use serde_json::{Value, json};

use crate::support::*;

const PAYOUTS: &str = "/v1/platform/businesses/3c90c3cc-0d44-4b50-8888-8dd25736052a/payouts/";
const FIRST: &str = "7a80c3cc-4a88-4f94-8ccc-000000000001";
const FOURTH: &str = "7a80c3cc-4a88-4f94-8ccc-000000000004";

fn body(payments: &[&str]) -> Value {
    json!({ "external_id": "po-1", "processor": "stripe", "paid_out_amount_cents": 100_000,
        "fee_cents": 1_580, "currency": "GBP", "status": "paid",
        "completed_at": "2023-09-25T14:30:45Z", "payment_ids": payments })
}

#[tokio::test]
async fn every_sum_follows_from_the_payments() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    let mut request = body(&[FIRST, FOURTH]);
    request["additional_refunds_amount_cents"] = json!(420);
    request["metadata"] = json!({ "batch_id": "w39" });
    let payout = caller.post(PAYOUTS, request).await.expect(201).body;
    for (field, value) in [
        ("payment_count", json!(2)),
        ("refund_payment_count", json!(0)),
        ("gross_payments_amount_cents", json!(110_000)),
        ("total_refunds_amount_cents", json!(420)),
        ("expected_net_amount_cents", json!(108_000)),
        ("amount_variance_cents", json!(-8_000)),
        ("net_amount_cents", json!(98_420)),
        ("reconciliation_status", json!("unreconciled")),
        ("settlement_file_id", Value::Null),
        ("metadata", json!({ "batch_id": "w39" })),
    ] {
        assert_eq!(payout[field], value, "{field}");
    }
    let payment = &payout["payments"][0];
    assert_eq!(
        (&payment["customer_name"], &payment["payment_reference"]),
        (&json!("The Railway Arms"), &json!("PAY-2023-0001"))
    );
    let path = format!("{PAYOUTS}{}/", payout["id"].as_str().unwrap());
    assert_eq!(caller.get(&path).await.expect(200).body, payout);
    caller.get(&format!("{PAYOUTS}{NOTHING}/")).await.refused(404, "payout_not_found");
}

#[tokio::test]
async fn a_known_external_id_changes_the_payout() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    let first = caller.post(PAYOUTS, body(&[FIRST, FOURTH])).await.expect(201).body;
    let changed = caller.post(PAYOUTS, body(&[FOURTH])).await.expect(200).body;
    assert_eq!((&changed["id"], &changed["created_at"]), (&first["id"], &first["created_at"]));
    assert_eq!(changed["gross_payments_amount_cents"], 50_000);
    // What it let go of, another may settle.
    let mut other = body(&[FIRST]);
    other["external_id"] = json!("po-2");
    caller.post(PAYOUTS, other).await.expect(201);
}

#[tokio::test]
async fn only_what_came_is_paid_out_and_only_once() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    let (settled, pending) =
        ("7a80c3cc-4a88-4f94-8ccc-000000000008", "7a80c3cc-4a88-4f94-8ccc-000000000030");
    let refused = caller.post(PAYOUTS, body(&[FIRST, pending, settled])).await;
    let refused = refused.refused(422, "payment_not_payable_out");
    assert_eq!(refused.fields(), ["payment_ids[1]", "payment_ids[2]"]);
    assert_eq!(refused.body["detail"]["status"], "pending");
    // A settlement that failed lets them go.
    let mut failed = body(&[FIRST]);
    failed["status"] = json!("failed");
    caller.post(PAYOUTS, failed).await.expect(201);
    let mut second = body(&[FIRST]);
    second["external_id"] = json!("po-2");
    caller.post(PAYOUTS, second).await.expect(201);
    caller.post(PAYOUTS, body(&[FIRST])).await.refused(422, "payment_not_payable_out");
}

#[tokio::test]
async fn what_a_payout_names_must_hold() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    let mut request = body(&[FIRST, NOTHING, FIRST]);
    request["refund_payment_ids"] = json!([NOTHING]);
    let refused = caller.post(PAYOUTS, request).await.refused(400, "validation_error");
    let mut fields = refused.fields();
    fields.sort_unstable();
    assert_eq!(fields, ["payment_ids[1]", "payment_ids[2]", "refund_payment_ids[0]"]);
    let mut euros = body(&[]);
    euros["currency"] = json!("EUR");
    caller.post(PAYOUTS, euros).await.refused(422, "currency_mismatch");
    let mut huge = body(&[]);
    huge["paid_out_amount_cents"] = json!(i64::MIN);
    caller.post(PAYOUTS, huge).await.refused(422, "amount_overflow");
}

#[tokio::test]
async fn the_seeded_payout_comes_out_even() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    let path = format!("{PAYOUTS}be90c3cc-7d18-4e2d-8e6e-9f5d7e4a5c3b/");
    let payout = caller.get(&path).await.expect(200).body;
    assert_eq!(
        (&payout["amount_variance_cents"], &payout["payment_count"]),
        (&json!(0), &json!(2))
    );
}

#[tokio::test]
async fn a_refund_payment_is_settled_once() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    let path = format!("/v1/platform/businesses/{BUSINESS}/payouts/");
    let body = |external_id: &str| {
        json!({ "external_id": external_id, "processor": "stripe", "paid_out_amount_cents": 0,
            "fee_cents": 0, "currency": "GBP", "status": "paid",
            "completed_at": "2026-11-01T00:00:00Z",
            "refund_payment_ids": ["ed90c3cc-bf77-4b88-8ccc-000000000001"] })
    };
    caller.post(&path, body("a")).await.expect(201);
    caller.post(&path, body("b")).await.refused(409, "payment_settled");
    caller.post(&path, body("a")).await.expect(200);
}
