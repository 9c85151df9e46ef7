//! What becomes of bill payments that start pending: nothing, in time, or once they were read.

use serde_json::{Value, json};

use crate::support::*;

async fn set(sandbox: &Sandbox, body: Value) -> Value {
    sandbox.control("PUT", "transitions", GUEST, body).await.expect(200).body
}

async fn pay(caller: &Caller<'_>) -> String {
    let body = json!({ "vendor_id": VENDOR, "amount_cents": 1000, "payment_method": "ach",
        "payment_date": "2031-05-01", "allocations": [{ "bill_id": BILL_1, "amount_cents": 1000 }] });
    let made = caller.post(BILL_PAYMENTS, body).await.expect(201).body;
    assert_eq!(made["status"], "pending");
    made["id"].as_str().unwrap().to_owned()
}

async fn read(caller: &Caller<'_>, id: &str) -> Value {
    caller.get(&format!("{BILL_PAYMENTS}{id}/")).await.expect(200).body
}

#[tokio::test]
async fn a_pending_payment_completes_so_many_seconds_later_at_that_very_time() {
    let sandbox = Sandbox::start();
    let noon = json!({ "now": "2031-05-01T12:00:00Z", "frozen": true });
    sandbox.control("PUT", "clock", GUEST, noon).await.expect(200);
    let rule = json!({ "starts_as": "pending", "ends": "after_seconds", "after": 3600 });
    let shown = set(&sandbox, rule).await;
    assert_eq!(shown["outcome"], "completed");
    let guest = sandbox.partner_as(GUEST).await;
    let id = pay(&guest).await;
    let advance = async |body: Value| {
        sandbox.control("POST", "clock/advance", GUEST, body).await.expect(200).body["settled"]
            .clone()
    };
    assert_eq!(advance(json!({ "seconds": 3599 })).await, 0);
    assert_eq!(read(&guest, &id).await["status"], "pending");
    // The fixtures' pending payment is older than an hour, and ended at once.
    assert_eq!(advance(json!({ "days": 2 })).await, 1);
    let ended = read(&sandbox.partner_as(GUEST).await, &id).await;
    assert_eq!(
        (&ended["status"], &ended["completed_at"]),
        (&json!("completed"), &json!("2031-05-01T13:00:00Z"))
    );
    let home = sandbox.control("GET", "transitions", "default", Value::Null).await.expect(200).body;
    assert_eq!(home, json!({ "ends": "manual" }));
}

#[tokio::test]
async fn a_pending_payment_fails_once_it_was_read_twice_and_gives_its_bill_back() {
    let sandbox = Sandbox::start();
    set(
        &sandbox,
        json!({ "starts_as": "pending", "ends": "after_reads", "after": 2,
        "outcome": "failed", "failure_reason": "Account closed" }),
    )
    .await;
    let guest = sandbox.partner_as(GUEST).await;
    let id = pay(&guest).await;
    for _ in 0..2 {
        assert_eq!(read(&guest, &id).await["status"], "pending");
    }
    let failed = read(&guest, &id).await;
    assert_eq!(
        (&failed["status"], &failed["failure_reason"]),
        (&json!("failed"), &json!("Account closed"))
    );
    let bill = BILL_PAYMENTS.replace("payments/", &format!("{BILL_1}/"));
    assert_eq!(guest.get(&bill).await.expect(200).body["outstanding_balance"], 60_000);
}

#[tokio::test]
async fn by_hand_nothing_ends_by_itself() {
    let sandbox = Sandbox::start();
    set(&sandbox, json!({ "starts_as": "pending", "ends": "manual" })).await;
    let guest = sandbox.partner_as(GUEST).await;
    let id = pay(&guest).await;
    sandbox.control("POST", "clock/advance", GUEST, json!({ "days": 900 })).await.expect(200);
    let guest = sandbox.partner_as(GUEST).await;
    for _ in 0..5 {
        assert_eq!(read(&guest, &id).await["status"], "pending");
    }
    let done = json!({ "status": "completed" });
    let path = format!("{BILL_PAYMENTS}{id}/");
    guest.call("PATCH", &path).json(&done).send().await.expect(200);
}

#[tokio::test]
async fn a_rule_that_does_not_add_up_is_refused_and_a_reset_takes_the_rule_away() {
    let sandbox = Sandbox::start();
    for (body, at) in [
        (json!({ "ends": "after_reads" }), "#/after"),
        (json!({ "ends": "manual", "after": 2 }), "#/after"),
        (json!({ "ends": "after_seconds", "after": 1, "outcome": "failed" }), "#/failure_reason"),
        (json!({ "ends": "after_seconds", "after": 1, "failure_reason": "x" }), "#/failure_reason"),
        (json!({ "ends": "soon" }), "#/ends"),
    ] {
        let refused = sandbox.control("PUT", "transitions", GUEST, body.clone()).await.expect(400);
        assert_eq!(refused.body["errors"][0]["at"], at, "{body}");
    }
    set(&sandbox, json!({ "starts_as": "pending" })).await;
    sandbox.control("POST", "reset", GUEST, Value::Null).await.expect(204);
    let shown = sandbox.control("GET", "transitions", GUEST, Value::Null).await.expect(200).body;
    assert_eq!(shown, json!({ "ends": "manual" }));
}

#[tokio::test]
async fn what_is_due_has_happened_also_where_nobody_has_looked() {
    let sandbox = Sandbox::start();
    set(&sandbox, json!({ "ends": "after_seconds", "after": 600 })).await;
    let noon = json!({ "now": "2031-05-01T12:00:00Z", "frozen": true });
    // The pending payment of the fixtures.
    let moved = sandbox.control("PUT", "clock", GUEST, noon).await.expect(200).body;
    assert_eq!(moved["settled"], 1);
    let state = sandbox.control("GET", "state", GUEST, Value::Null).await.expect(200).body;
    let book = &state["files"][format!("books/{BUSINESS}.json")];
    let payments = book["records"]["bill_payments"].as_array().unwrap();
    assert!(!payments.is_empty());
    assert!(payments.iter().all(|payment| payment["status"] != "pending"), "{payments:?}");
}

#[tokio::test]
async fn a_payment_never_ends_before_it_was_last_changed_and_reads_count_for_one_rule() {
    let sandbox = Sandbox::start();
    let noon = json!({ "now": "2031-05-01T12:00:00Z", "frozen": true });
    sandbox.control("PUT", "clock", GUEST, noon).await.expect(200);
    set(&sandbox, json!({ "starts_as": "pending", "ends": "after_reads", "after": 3 })).await;
    let guest = sandbox.partner_as(GUEST).await;
    let id = pay(&guest).await;
    for _ in 0..2 {
        read(&guest, &id).await;
    }
    set(&sandbox, json!({ "starts_as": "pending", "ends": "after_reads", "after": 2 })).await;
    for _ in 0..2 {
        assert_eq!(read(&guest, &id).await["status"], "pending");
    }
    set(&sandbox, json!({ "starts_as": "pending" })).await;
    sandbox.control("POST", "clock/advance", GUEST, json!({ "minutes": 30 })).await.expect(200);
    let path = format!("{BILL_PAYMENTS}{id}/");
    guest.call("PATCH", &path).json(&json!({ "memo": "later" })).send().await.expect(200);
    set(&sandbox, json!({ "ends": "after_seconds", "after": 10 })).await;
    assert_eq!(read(&guest, &id).await["completed_at"], "2031-05-01T12:30:00Z");
}
