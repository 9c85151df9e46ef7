//! Bill payments: list, get, change, cancel (BEHAVIOUR 4).

use serde_json::{Value, json};

use crate::support::*;

const PENDING: &str = "ac90c3cc-7c33-4d44-8eee-e33333333331";
const FAILED: &str = "ac90c3cc-7c33-4d44-8eee-e33333333332";
const RECONCILED: &str = "ac90c3cc-7c33-4d44-8eee-e33333333333";

fn path(id: &str) -> String {
    format!("{BILL_PAYMENTS}{id}/")
}

async fn patch(caller: &Caller<'_>, id: &str, body: Value) -> Answer {
    caller.call("PATCH", &path(id)).json(&body).send().await
}

async fn cancel(caller: &Caller<'_>, id: &str) -> Answer {
    caller.call("POST", &format!("{}delete/", path(id))).send().await
}

async fn bill(caller: &Caller<'_>, id: &str) -> (String, i64) {
    let path = BILL_PAYMENTS.replace("payments/", &format!("{id}/"));
    let bill = caller.get(&path).await.expect(200).body;
    let status = bill["status"].as_str().unwrap().to_owned();
    (status, bill["outstanding_balance"].as_i64().unwrap())
}

#[tokio::test]
async fn the_last_payment_leads_and_the_filters_narrow() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    for (query, expected) in [
        (String::new(), &[RECONCILED, FAILED, PENDING][..]),
        ("page_size=1&page=2".to_owned(), &[FAILED]),
        (format!("bill_id={BILL_3}"), &[PENDING]),
        (format!("vendor_id={VENDOR}"), &[FAILED, PENDING]),
        ("payment_date_start=2024-03-12&payment_date_end=2024-03-12".to_owned(), &[FAILED]),
        ("payment_method=check".to_owned(), &[RECONCILED]),
        ("status=pending".to_owned(), &[PENDING]),
        ("status=returned".to_owned(), &[]),
        ("search=bp-2024".to_owned(), &[RECONCILED, FAILED, PENDING]),
        ("search=000117".to_owned(), &[RECONCILED]),
    ] {
        let list = caller.get(&format!("{BILL_PAYMENTS}?{query}")).await.expect(200).body;
        let ids: Vec<_> = list["results"].as_array().unwrap().iter().map(|it| &it["id"]).collect();
        assert_eq!(ids, expected, "{query}");
    }
    for query in ["status=open", "payment_method=stripe", "payment_date_start=today"] {
        let list = caller.get(&format!("{BILL_PAYMENTS}?{query}")).await;
        list.refused(400, "validation_error");
    }
}

#[tokio::test]
async fn one_payment_is_answered_with_its_reconciliation() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    let payment = caller.get(&path(RECONCILED)).await.expect(200).body;
    let link = &payment["reconciled_bank_transactions"][0];
    for (field, value) in [
        ("bank_transaction_id", json!("bd90c3cc-8d44-4e55-8fff-000000000004")),
        ("bank_transaction_direction", json!("debit")),
        ("reconciled_amount_cents", json!(65_000)),
        ("reconciliation_link_id", json!("ca90c3cc-9e55-4f66-8aaa-000000000004")),
        ("bank_account_name", json!("Current account")),
    ] {
        assert_eq!(link[field], value, "{field}");
    }
    caller.get(&path(NOTHING)).await.refused(404, "payment_not_found");
    patch(&caller, NOTHING, json!({})).await.refused(404, "payment_not_found");
    cancel(&caller, NOTHING).await.refused(404, "payment_not_found");
}

#[tokio::test]
async fn a_pending_payment_may_be_processed_and_completed_and_then_stands() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    patch(&caller, PENDING, json!({ "status": "processing" })).await.expect(200);
    let done = patch(&caller, PENDING, json!({ "status": "completed" })).await.expect(200).body;
    assert!(done["completed_at"].is_string());
    assert_eq!(bill(&caller, BILL_3).await, ("PARTIALLY_PAID".to_owned(), 25_000));
    for status in ["pending", "processing", "failed", "cancelled"] {
        let sent = json!({ "status": status, "failure_reason": "late" });
        let refused = patch(&caller, PENDING, sent).await;
        let refused = refused.refused(409, "invalid_state_transition");
        assert_eq!(refused.body["detail"]["allowed"], json!([]));
    }
    cancel(&caller, PENDING).await.refused(409, "invalid_state_transition");
    // The status that it has is none to go to.
    patch(&caller, PENDING, json!({ "status": "completed", "memo": "m" })).await.expect(200);
}

#[tokio::test]
async fn a_failed_payment_has_a_reason_and_gives_its_allocations_back() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    let refused = patch(&caller, PENDING, json!({ "status": "failed" })).await;
    assert_eq!(refused.refused(400, "validation_error").fields(), ["failure_reason"]);
    assert_eq!(bill(&caller, BILL_3).await, ("PARTIALLY_PAID".to_owned(), 25_000));
    let sent = json!({ "status": "failed", "failure_reason": "Account closed" });
    let failed = patch(&caller, PENDING, sent).await.expect(200).body;
    assert_eq!(
        (&failed["allocations"], &failed["failure_reason"]),
        (&json!([]), &json!("Account closed"))
    );
    assert!(failed["failed_at"].is_string());
    assert_eq!(bill(&caller, BILL_3).await, ("RECEIVED".to_owned(), 30_000));
    let answer = cancel(&caller, PENDING).await.expect(200).body;
    assert_eq!((&answer["status"], &answer["payment_id"]), (&json!("cancelled"), &json!(PENDING)));
}

#[tokio::test]
async fn what_is_pending_or_failed_can_be_cancelled_once() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    for id in [PENDING, FAILED] {
        cancel(&caller, id).await.expect(200);
        assert_eq!(caller.get(&path(id)).await.body["status"], "cancelled");
        cancel(&caller, id).await.refused(409, "invalid_state_transition");
    }
    assert_eq!(bill(&caller, BILL_3).await, ("RECEIVED".to_owned(), 30_000));
    cancel(&caller, RECONCILED).await.refused(409, "invalid_state_transition");
}

#[tokio::test]
async fn allocations_that_are_sent_replace_those_that_were() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    let lines = json!({ "allocations": [
        { "bill_id": BILL_1, "amount_cents": 3_000, "description": "Part" },
        { "bill_id": BILL_2, "amount_cents": 2_000 },
    ], "payment_reference": "BP-X", "processing_fee_cents": 7, "metadata": { "a": 1 } });
    let after = patch(&caller, PENDING, lines).await.expect(200).body;
    assert_eq!(
        (&after["allocated_amount_cents"], &after["net_amount_cents"]),
        (&json!(5_000), &json!(4_993))
    );
    assert_eq!(
        (&after["payment_reference"], &after["metadata"]),
        (&json!("BP-X"), &json!({ "a": 1 }))
    );
    assert_eq!(bill(&caller, BILL_3).await.1, 30_000);
    assert_eq!(bill(&caller, BILL_1).await.1, 57_000);
    let line = |bill: &str, amount: i64| json!({ "allocations": [{ "bill_id": bill, "amount_cents": amount }] });
    let theirs = "9b90c3cc-6b22-4c33-8ddd-d22222222225";
    for (body, code) in [
        (line(BILL_1, 5_001), "allocation_exceeds_payment"),
        (line(theirs, 1), "vendor_mismatch"),
        (line("9b90c3cc-6b22-4c33-8ddd-d22222222226", 1), "bill_not_payable"),
    ] {
        patch(&caller, PENDING, body).await.refused(422, code);
    }
    let refused = patch(&caller, PENDING, line(NOTHING, 1)).await;
    assert_eq!(refused.refused(400, "validation_error").fields(), ["allocations[0].bill_id"]);
    let refused = patch(&caller, FAILED, line(BILL_1, 1)).await;
    refused.refused(409, "invalid_state_transition");
    let none = patch(&caller, PENDING, json!({ "allocations": [] })).await.expect(200).body;
    assert_eq!(none["unallocated_amount_cents"], 5_000);
    assert_eq!(bill(&caller, BILL_1).await.1, 60_000);
}
