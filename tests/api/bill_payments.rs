//! Create bill payment (BEHAVIOUR 4, seed 001).

use serde_json::{Value, json};

use crate::support::*;

fn body(amount: i64, lines: &[(&str, i64)]) -> Value {
    let lines: Vec<_> = lines
        .iter()
        .map(|(bill, amount)| json!({ "bill_id": bill, "amount_cents": amount }))
        .collect();
    json!({ "vendor_id": VENDOR, "amount_cents": amount, "allocations": lines })
}

#[tokio::test]
async fn one_payment_over_two_bills_answers_flat_with_every_field() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    // The request that the document's own prose shows, with ids that exist.
    let answer = caller
        .post(
            BILL_PAYMENTS,
            json!({
                "vendor_id": VENDOR, "amount_cents": 100_000, "payment_method": "bank_transfer",
                "payment_date": "2025-01-15", "processing_fee_cents": 30,
                "allocations": [
                    { "bill_id": BILL_1, "amount_cents": 60_000, "description": "Full payment" },
                    { "bill_id": BILL_2, "amount_cents": 40_000 },
                ],
            }),
        )
        .await
        .expect(201);
    for (field, value) in [
        ("vendor_name", json!("East Kent Hop Growers")),
        ("amount_cents", json!(100_000)),
        ("net_amount_cents", json!(99_970)),
        ("allocated_amount_cents", json!(100_000)),
        ("unallocated_amount_cents", json!(0)),
        ("is_fully_allocated", json!(true)),
        ("currency", json!("GBP")),
        ("status", json!("completed")),
        ("payment_date", json!("2025-01-15")),
        ("value_date", json!("2025-01-15")),
        ("failed_at", Value::Null),
        ("failure_reason", json!("")),
        ("check_number", json!("")),
        ("memo", json!("")),
        ("external_id", json!("")),
        ("processor_payment_id", json!("")),
        ("metadata", json!({})),
        ("vendor_refund_allocations", json!([])),
        ("reconciled_bank_transactions", json!([])),
    ] {
        assert_eq!(answer.body[field], value, "{field}");
    }
    assert_eq!(answer.body["submitted_at"], answer.body["created_at"]);
    assert_eq!(answer.body["completed_at"], answer.body["created_at"]);
    let lines = &answer.body["allocations"];
    assert_eq!(
        (&lines[0]["bill_status"], &lines[1]["bill_status"]),
        (&json!("paid"), &json!("partially_paid"))
    );
    assert_eq!(
        (&lines[0]["description"], &lines[0]["vendor_bill_number"]),
        (&json!("Full payment"), &json!("EKH-7781"))
    );
}

#[tokio::test]
async fn the_defaults_are_the_documents() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    let answer = caller
        .post(BILL_PAYMENTS, json!({ "vendor_id": VENDOR, "amount_cents": 7 }))
        .await
        .expect(201);
    assert_eq!(answer.body["payment_method"], "bank_transfer");
    assert_eq!(answer.body["currency"], "GBP");
    assert_eq!(answer.body["unallocated_amount_cents"], 7);
    // GBP is the default there, too: a business in euros must say so.
    let path = BILL_PAYMENTS.replace(BUSINESS, EUR_BUSINESS);
    let euros = json!({ "vendor_id": "8a90c3cc-5a11-4b22-8ccc-0000000000e1", "amount_cents": 7 });
    let refused = caller.post(&path, euros.clone()).await.refused(422, "currency_mismatch");
    assert_eq!(refused.body["detail"]["base_currency"], "EUR");
    let mut said = euros;
    said["currency"] = json!("EUR");
    caller.post(&path, said).await.expect(201);
}

#[tokio::test]
async fn a_check_has_a_number() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    let mut check = body(7, &[(NOTHING, 1)]);
    check["payment_method"] = json!("check");
    let refused = caller.post(BILL_PAYMENTS, check.clone()).await.refused(400, "validation_error");
    assert_eq!(refused.fields(), ["check_number", "allocations[0].bill_id"]);
    check["check_number"] = json!("000118");
    check["allocations"] = json!([]);
    let paid = caller.post(BILL_PAYMENTS, check).await.expect(201);
    assert_eq!(paid.body["check_number"], "000118");
}

#[tokio::test]
async fn each_rule_refuses_with_its_code() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    let others = "9b90c3cc-6b22-4c33-8ddd-d22222222225";
    let (draft, void) =
        ("9b90c3cc-6b22-4c33-8ddd-d22222222226", "9b90c3cc-6b22-4c33-8ddd-d22222222227");
    for (body, code) in [
        (body(5, &[(BILL_1, 6)]), "allocation_exceeds_payment"),
        (body(99_999, &[(BILL_1, 60_001)]), "allocation_exceeds_outstanding"),
        (body(5, &[(others, 1)]), "vendor_mismatch"),
        (body(5, &[(draft, 1)]), "bill_not_payable"),
        (body(5, &[(void, 1)]), "bill_not_payable"),
        (body(i64::MAX, &[(BILL_1, i64::MAX), (BILL_2, 1)]), "amount_overflow"),
    ] {
        caller.post(BILL_PAYMENTS, body).await.refused(422, code);
    }
    let mut unknown = body(5, &[(BILL_1, 1), (BILL_1, 1)]);
    unknown["vendor_id"] = json!(NOTHING);
    let refused = caller.post(BILL_PAYMENTS, unknown).await.refused(400, "validation_error");
    assert_eq!(refused.fields(), ["vendor_id", "allocations[1].bill_id"]);
}

#[tokio::test]
async fn a_pending_payment_already_counts_towards_its_bill() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    let refused = caller.post(BILL_PAYMENTS, body(30_000, &[(BILL_3, 30_000)])).await;
    let refused = refused.refused(422, "allocation_exceeds_outstanding");
    assert_eq!(refused.body["detail"]["outstanding_amount_cents"], 25_000);
    caller.post(BILL_PAYMENTS, body(25_000, &[(BILL_3, 25_000)])).await.expect(201);
}

#[tokio::test]
async fn a_server_may_start_them_pending() {
    let config = sandbook::Config {
        bill_payment_status: sandbook::StartingStatus::Pending,
        ..sandbook::Config::default()
    };
    let sandbox = Sandbox::with(config);
    let caller = sandbox.partner().await;
    let paid = caller.post(BILL_PAYMENTS, body(60_000, &[(BILL_1, 60_000)])).await.expect(201);
    assert_eq!(paid.body["status"], "pending");
    assert_eq!(paid.body["completed_at"], Value::Null);
    assert_eq!(paid.body["allocations"][0]["bill_status"], "paid");
}

#[tokio::test]
async fn metadata_may_be_anything() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    for metadata in [json!([1, 2]), json!("text"), json!(7), json!({ "a": null }), json!(false)] {
        let mut request = body(1, &[]);
        request["metadata"] = metadata.clone();
        let paid = caller.post(BILL_PAYMENTS, request).await.expect(201);
        assert_eq!(paid.body["metadata"], metadata);
    }
}
