//! The clock of a world: everything in it goes by it, and nothing outside.

use serde_json::{Value, json};

use super::pay_all;
use crate::support::*;

async fn clock(sandbox: &Sandbox, method: &str, path: &str, body: Value) -> Value {
    sandbox.control(method, path, GUEST, body).await.expect(200).body
}

#[tokio::test]
async fn a_frozen_clock_dates_what_is_made_until_it_is_moved() {
    let sandbox = Sandbox::start();
    let noon = json!({ "now": "2031-05-01T12:00:00Z", "frozen": true });
    let set = clock(&sandbox, "PUT", "clock", noon).await;
    assert_eq!((&set["now"], &set["frozen"]), (&json!("2031-05-01T12:00:00Z"), &json!(true)));
    let guest = sandbox.partner_as(GUEST).await;
    let made = guest.pay(pay_all()).await.expect(201).body;
    let id = made["payment"]["id"].as_str().unwrap();
    assert_eq!(guest.payment(id).await["created_at"], "2031-05-01T12:00:00Z");
    assert_eq!(guest.payment(id).await["payment_date"], "2031-05-01T00:00:00Z");
    let moved = clock(&sandbox, "POST", "clock/advance", json!({ "days": 1, "hours": 2 })).await;
    assert_eq!(moved["now"], "2031-05-02T14:00:00Z");
    let home = clock(&sandbox, "GET", "clock", Value::Null).await;
    assert_eq!(home["now"], "2031-05-02T14:00:00Z");
    let other = sandbox.control("GET", "clock", "default", Value::Null).await.expect(200).body;
    assert_eq!((&other["frozen"], &other["offset_seconds"]), (&json!(false), &json!(0)));
}

#[tokio::test]
async fn a_token_expires_and_a_new_one_is_good_in_the_worlds_own_time() {
    let sandbox = Sandbox::start();
    let (home, guest) = (sandbox.partner().await, sandbox.partner_as(GUEST).await);
    clock(&sandbox, "POST", "clock/advance", json!({ "minutes": 59 })).await;
    guest.get(PAYMENTS).await.expect(200);
    clock(&sandbox, "POST", "clock/advance", json!({ "minutes": 1, "seconds": 1 })).await;
    guest.get(PAYMENTS).await.refused(401, "invalid_token");
    home.get(PAYMENTS).await.expect(200);
    sandbox.partner_as(GUEST).await.get(PAYMENTS).await.expect(200);
}

#[tokio::test]
async fn an_invoice_falls_overdue() {
    let sandbox = Sandbox::start();
    let before = json!({ "now": "2020-01-01T00:00:00Z", "frozen": true });
    clock(&sandbox, "PUT", "clock", before).await;
    let overdue = async || {
        let guest = sandbox.partner_as(GUEST).await;
        guest.get(&format!("{INVOICES}{INV_0042}/")).await.expect(200).body["is_overdue"].clone()
    };
    assert_eq!(overdue().await, false);
    clock(&sandbox, "PUT", "clock", json!({ "now": "2090-01-01T00:00:00Z" })).await;
    assert_eq!(overdue().await, true);
}

#[tokio::test]
async fn an_idempotency_key_lapses_after_a_day() {
    let sandbox = Sandbox::start();
    let start = json!({ "now": "2031-05-01T12:00:00Z", "frozen": true });
    clock(&sandbox, "PUT", "clock", start).await;
    let pay = async || {
        let guest = sandbox.partner_as(GUEST).await;
        let body = json!({ "customer_id": CUSTOMER, "total_amount_cents": 5 });
        let call = guest.call("POST", PAYMENTS).header("idempotency-key", "k").json(&body);
        call.send().await.status
    };
    assert_eq!(pay().await, 201);
    clock(&sandbox, "POST", "clock/advance", json!({ "hours": 23, "minutes": 59 })).await;
    assert_eq!(pay().await, 200);
    clock(&sandbox, "POST", "clock/advance", json!({ "minutes": 1 })).await;
    assert_eq!(pay().await, 201);
}

#[tokio::test]
async fn a_reset_gives_the_real_time_back_and_so_does_real() {
    let sandbox = Sandbox::start();
    let far = json!({ "now": "2090-01-01T00:00:00Z" });
    for back in ["reset", "real"] {
        clock(&sandbox, "PUT", "clock", far.clone()).await;
        let away = clock(&sandbox, "GET", "clock", Value::Null).await;
        assert!(away["offset_seconds"].as_i64().unwrap() > 0);
        if back == "reset" {
            sandbox.control("POST", "reset", GUEST, Value::Null).await.expect(204);
        } else {
            clock(&sandbox, "PUT", "clock", json!({ "real": true })).await;
        }
        let real = clock(&sandbox, "GET", "clock", Value::Null).await;
        assert_eq!(
            (&real["frozen"], &real["offset_seconds"]),
            (&json!(false), &json!(0)),
            "{back}"
        );
    }
}

#[tokio::test]
async fn a_setting_that_says_nothing_or_leaves_the_calendar_is_refused() {
    let sandbox = Sandbox::start();
    for (method, path, body, at) in [
        ("PUT", "clock", json!({}), "#"),
        ("PUT", "clock", json!({ "real": true, "frozen": true }), "#"),
        ("PUT", "clock", json!({ "real": false }), "#"),
        ("PUT", "clock", json!({ "now": "1969-12-31T23:59:59Z" }), "#/now"),
        ("PUT", "clock", json!({ "now": "tomorrow" }), "#/now"),
        ("POST", "clock/advance", json!({}), "#"),
        ("POST", "clock/advance", json!({ "days": -1 }), "#/days"),
        ("POST", "clock/advance", json!({ "days": i64::MAX }), "#"),
        ("POST", "clock/advance", json!({ "weeks": 1 }), "#/weeks"),
    ] {
        let refused = sandbox.control(method, path, GUEST, body.clone()).await.expect(400);
        assert_eq!(refused.body["errors"][0]["at"], at, "{body}");
    }
}
