//! The control room as far as it stands: health and reset.

use serde_json::{Value, json};

use crate::support::*;

fn pay_all() -> Value {
    json!({ "customer_id": CUSTOMER, "total_amount_cents": 450_000,
        "allocations": [{ "invoice_id": INV_0042, "amount_cents": 450_000 }] })
}

#[tokio::test]
async fn health_says_that_it_is_well() {
    let sandbox = Sandbox::start();
    let health = sandbox.call("GET", "/_sandbox/health").send().await.expect(200);
    assert_eq!(health.body["status"], "ok");
    assert_eq!(health.body["version"], env!("CARGO_PKG_VERSION"));
}

#[tokio::test]
async fn a_reset_gives_one_world_its_starting_books_back_keys_and_ids_too() {
    let sandbox = Sandbox::start();
    let (home, guest) = (sandbox.partner().await, sandbox.partner_as(GUEST).await);
    let pay = |caller: &Caller<'_>| {
        caller.call("POST", PAYMENTS).header("idempotency-key", "k").json(&pay_all())
    };
    let first = pay(&home).send().await.expect(201);
    pay(&guest).send().await.expect(201);
    sandbox.call("POST", "/_sandbox/reset").send().await.expect(204);
    let again = pay(&home).send().await.expect(201);
    assert_eq!(first.body["payment"]["id"], again.body["payment"]["id"]);
    pay(&guest).send().await.expect(200);
    sandbox.call("POST", &format!("/_sandbox/reset?world={GUEST}")).send().await.expect(204);
    pay(&guest).send().await.expect(201);
}

#[tokio::test]
async fn a_world_without_use_is_reset_already_and_a_name_that_is_none_is_refused() {
    let sandbox = Sandbox::start();
    sandbox.call("POST", "/_sandbox/reset?world=nobody").send().await.expect(204);
    let refused = sandbox.call("POST", "/_sandbox/reset?world=a%20b").send().await.expect(400);
    assert_eq!(refused.header("content-type"), "application/problem+json");
    assert!(refused.body["detail"].as_str().unwrap().contains("1 to 64"));
}

#[tokio::test]
async fn a_reset_takes_the_worlds_name_or_its_token_and_nothing_else() {
    let sandbox = Sandbox::start();
    let guest = sandbox.dayzero_as("dz_sandbox_t5");
    let body = json!({ "transaction_id": DEPOSIT.to_uppercase(), "amount": 20_000 });
    guest.post(&dz_payments(1), body.clone()).await.expect(201);
    for query in ["wrld=t5", "world=a&world=t5"] {
        sandbox.call("POST", &format!("/_sandbox/reset?{query}")).send().await.expect(400);
    }
    guest.post(&dz_payments(1), body.clone()).await.expect(400);
    sandbox.call("POST", "/_sandbox/reset?world=dz_sandbox_t5").send().await.expect(204);
    guest.post(&dz_payments(1), body).await.expect(201);
}
