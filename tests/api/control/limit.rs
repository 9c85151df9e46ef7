//! How many calls a caller may make: on the world's clock, so that a test waits for nothing.

use serde_json::{Value, json};

use crate::support::*;

fn limited(limit: &str) -> Sandbox {
    let rate_limit = Some(sandbook::state::RateLimit::parse(limit).unwrap());
    Sandbox::with(sandbook::Config { rate_limit, ..sandbook::Config::default() })
}

async fn freeze(sandbox: &Sandbox, world: &str) {
    let noon = json!({ "now": "2031-05-01T12:00:00Z", "frozen": true });
    sandbox.control("PUT", "clock", world, noon).await.expect(200);
}

async fn advance(sandbox: &Sandbox, seconds: u64) {
    let by = json!({ "seconds": seconds });
    sandbox.control("POST", "clock/advance", GUEST, by).await.expect(200);
}

#[tokio::test]
async fn whoever_waits_as_long_as_told_gets_in_again_and_not_before() {
    let sandbox = limited("3/m");
    freeze(&sandbox, GUEST).await;
    // The call for the token is the first.
    let guest = sandbox.partner_as(GUEST).await;
    for _ in 0..2 {
        guest.get(PAYMENTS).await.expect(200);
    }
    let refused = guest.get(PAYMENTS).await.refused(429, "rate_limited");
    assert_eq!(refused.body["detail"]["retry_after_seconds"], 20);
    let wait: u64 = refused.header("retry-after").parse().unwrap();
    assert_eq!(wait, 20);
    advance(&sandbox, wait - 1).await;
    assert_eq!(guest.get(PAYMENTS).await.expect(429).header("retry-after"), "1");
    advance(&sandbox, 1).await;
    guest.get(PAYMENTS).await.expect(200);
    guest.get(PAYMENTS).await.expect(429);
    advance(&sandbox, 60).await;
    for _ in 0..3 {
        guest.get(PAYMENTS).await.expect(200);
    }
    guest.get(PAYMENTS).await.expect(429);
}

#[tokio::test]
async fn a_call_over_the_limit_changes_nothing_and_stands_in_the_journal() {
    let sandbox = limited("1/h");
    freeze(&sandbox, GUEST).await;
    let guest = sandbox.partner_as(GUEST).await;
    guest.pay(super::pay_all()).await.expect(429);
    let list =
        sandbox.control("GET", "requests?status=429", GUEST, Value::Null).await.expect(200).body;
    assert_eq!(
        (&list["matched"], &list["entries"][0]["operation"]),
        (&json!(1), &json!("create_invoice_payment"))
    );
    let world = sandbox.call("GET", &format!("/_sandbox/worlds/{GUEST}")).send().await.expect(200);
    assert_eq!(world.body["changes"], 0);
}

#[tokio::test]
async fn callers_and_worlds_do_not_take_from_each_other() {
    let sandbox = limited("2/h");
    for world in ["default", GUEST, "t5"] {
        freeze(&sandbox, world).await;
    }
    let (home, guest) = (sandbox.partner().await, sandbox.partner_as(GUEST).await);
    let other = sandbox.partner_as(OTHER_PARTNER).await;
    for caller in [&home, &guest] {
        caller.get(PAYMENTS).await.expect(200);
        caller.get(PAYMENTS).await.expect(429);
    }
    // In the same world, and somebody else.
    other.get("/v1/platform/businesses/").await.expect(200);
    let (dayzero, t5) = (sandbox.dayzero(), sandbox.dayzero_as("dz_sandbox_t5"));
    for caller in [&dayzero, &t5] {
        for _ in 0..2 {
            caller.get("/api/v1/invoices").await.expect(200);
        }
        let refused = caller.get("/api/v1/invoices").await.expect(429);
        assert_eq!(refused.header("retry-after"), "1800");
    }
}

#[tokio::test]
async fn a_reset_gives_everybody_everything_back_and_the_control_room_has_no_limit() {
    let sandbox = limited("1/h");
    sandbox.token(GUEST, API_KEY).await.expect(200);
    sandbox.token(GUEST, API_KEY).await.expect(429);
    for _ in 0..5 {
        sandbox.control("GET", "clock", GUEST, Value::Null).await.expect(200);
    }
    sandbox.control("POST", "reset", GUEST, Value::Null).await.expect(204);
    sandbox.token(GUEST, API_KEY).await.expect(200);
}

#[tokio::test]
async fn who_is_not_let_in_takes_nothing_and_without_the_option_nobody_counts() {
    let sandbox = limited("1/h");
    for _ in 0..5 {
        sandbox.token(PARTNER, "wrong").await.refused(401, "invalid_credentials");
    }
    sandbox.token(PARTNER, API_KEY).await.expect(200);
    let open = Sandbox::start();
    let partner = open.partner().await;
    for _ in 0..50 {
        partner.get(PAYMENTS).await.expect(200);
    }
}
