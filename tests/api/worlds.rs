//! Worlds by credentials (BEHAVIOUR 8): private, alike, bounded.

use serde_json::{Value, json};

use crate::support::*;

fn pay_all() -> Value {
    json!({ "customer_id": CUSTOMER, "total_amount_cents": 450_000, "external_id": "ext",
        "allocations": [{ "invoice_id": INV_0042, "amount_cents": 450_000 }] })
}

/// An answer without what the clock put into it.
fn timeless(mut body: Value) -> Value {
    match &mut body {
        Value::Object(fields) => {
            fields.retain(|name, _| !name.ends_with("_at"));
            for value in fields.values_mut() {
                *value = timeless(value.take());
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| *item = timeless(item.take())),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
    body
}

#[tokio::test]
async fn two_worlds_and_the_same_calls_give_the_same_ids_and_neither_sees_the_others_payments() {
    let sandbox = Sandbox::start();
    let (home, guest) = (sandbox.partner().await, sandbox.partner_as(GUEST).await);
    let before = guest.get(PAYMENTS).await.bytes;
    let first = home.pay(pay_all()).await.expect(201);
    assert_eq!(guest.get(PAYMENTS).await.bytes, before, "the guest sees nothing of it");
    let id = first.body["payment"]["id"].as_str().unwrap();
    guest.get(&format!("{PAYMENTS}{id}/")).await.refused(404, "payment_not_found");
    let second = guest.pay(pay_all()).await.expect(201);
    assert_eq!(timeless(first.body.clone()), timeless(second.body));
    for (caller, name) in [(&home, "home"), (&guest, "guest")] {
        let listed = caller.get(&format!("{PAYMENTS}?invoice_id={INV_0042}")).await;
        assert_eq!(listed.body["count"], 1, "{name}");
    }
}

#[tokio::test]
async fn idempotency_keys_and_external_ids_belong_to_one_world() {
    let sandbox = Sandbox::start();
    let (home, guest) = (sandbox.partner().await, sandbox.partner_as(GUEST).await);
    for caller in [&home, &guest] {
        let call = caller.call("POST", PAYMENTS).header("idempotency-key", "k");
        call.json(&pay_all()).send().await.expect(201);
    }
}

#[tokio::test]
async fn any_partner_with_the_key_is_the_first_partner_in_a_world_of_its_own() {
    let sandbox = Sandbox::start();
    let guest = sandbox.partner_as(GUEST).await;
    guest.get(PAYMENTS).await.expect(200);
    guest.get(&PAYMENTS.replace(BUSINESS, EUR_BUSINESS)).await.expect(200);
    guest
        .get(&PAYMENTS.replace(BUSINESS, OTHERS_BUSINESS))
        .await
        .refused(404, "business_not_found");
    // Every spelling of the UUID is the same partner.
    let shouting = sandbox.partner_as(&GUEST.to_uppercase()).await;
    guest.pay(pay_all()).await.expect(201);
    shouting.pay(pay_all()).await.expect(200);
}

#[tokio::test]
async fn the_fixture_partners_share_the_default_world() {
    let sandbox = Sandbox::start();
    let (first, other) = (sandbox.partner().await, sandbox.partner_as(OTHER_PARTNER).await);
    other.get(&PAYMENTS.replace(BUSINESS, OTHERS_BUSINESS)).await.expect(200);
    other.get(PAYMENTS).await.refused(404, "business_not_found");
    first
        .get(&PAYMENTS.replace(BUSINESS, OTHERS_BUSINESS))
        .await
        .refused(404, "business_not_found");
}

#[tokio::test]
async fn a_day_zero_token_names_its_world() {
    let sandbox = Sandbox::start();
    let body = || json!({ "transaction_id": DEPOSIT, "amount": 20_000 });
    let mut ids = Vec::new();
    for token in ["dz_sandbox_default", "dz_sandbox_ci-1", "dz_sandbox_ci-2"] {
        let caller = sandbox.dayzero_as(token);
        let answer = caller.post(&dz_payments(1), body()).await.expect(201);
        ids.push(answer.body["id"].clone());
        caller.post(&dz_payments(1), body()).await.expect(400);
    }
    assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
    for token in ["dz_live_x", "dz_sandbox_", "dz_sandbox_a/b", "Xdz_sandbox_a"] {
        let answer = sandbox.dayzero_as(token).post(&dz_payments(1), body()).await.expect(401);
        assert_eq!(answer.body, json!({ "detail": "Not authenticated" }), "{token}");
    }
}

#[tokio::test]
async fn a_day_zero_token_with_a_uuid_shares_that_partners_world() {
    let config = sandbook::Config { max_worlds: 10, ..sandbook::Config::default() };
    let sandbox = Sandbox::with(config);
    sandbox.partner_as(GUEST).await.pay(pay_all()).await.expect(201);
    let token = format!("dz_sandbox_{GUEST}");
    let body = json!({ "transaction_id": DEPOSIT, "amount": 1 });
    sandbox.dayzero_as(&token).post(&dz_payments(1), body).await.expect(201);
    let health = sandbox.call("GET", "/_sandbox/health").send().await.expect(200);
    assert_eq!(health.body["worlds"], 1, "one world for both");
}

#[tokio::test]
async fn a_server_may_refuse_credentials_that_it_does_not_know() {
    let config = sandbook::Config { no_auto_worlds: true, ..sandbook::Config::default() };
    let sandbox = Sandbox::with(config);
    sandbox.token(GUEST, API_KEY).await.refused(401, "invalid_credentials");
    sandbox.token(PARTNER, API_KEY).await.expect(200);
    let body = json!({ "transaction_id": DEPOSIT, "amount": 1 });
    sandbox.dayzero_as("dz_sandbox_ci").post(&dz_payments(1), body.clone()).await.expect(401);
    sandbox.dayzero().post(&dz_payments(1), body).await.expect(201);
}

#[tokio::test]
async fn beyond_the_limit_the_least_recent_world_goes_and_says_so_when_it_returns() {
    let config = sandbook::Config { max_worlds: 2, ..sandbook::Config::default() };
    let sandbox = Sandbox::with(config);
    let body = || json!({ "transaction_id": DEPOSIT, "amount": 20_000 });
    let pay = async |token: &str| sandbox.dayzero_as(token).post(&dz_payments(1), body()).await;
    pay("dz_sandbox_a").await.expect(201);
    pay("dz_sandbox_b").await.expect(201);
    assert_eq!(pay("dz_sandbox_a").await.expect(400).header("sandbox-world"), "");
    pay("dz_sandbox_c").await.expect(201); // b goes
    let returned = pay("dz_sandbox_b").await.expect(201);
    assert_eq!(returned.header("sandbox-world"), "recreated");
    assert_eq!(pay("dz_sandbox_b").await.expect(400).header("sandbox-world"), "");
}

#[tokio::test]
async fn another_seed_gives_other_ids() {
    let mut ids = Vec::new();
    for seed in [0, 0, 1] {
        let sandbox = Sandbox::with(sandbook::Config { seed, ..sandbook::Config::default() });
        let answer = sandbox.partner().await.pay(pay_all()).await.expect(201);
        ids.push(answer.body["payment"]["id"].clone());
    }
    assert_eq!(ids[0], ids[1]);
    assert_ne!(ids[0], ids[2]);
}

#[tokio::test]
async fn a_refused_call_says_too_that_its_world_is_new() {
    let config = sandbook::Config { max_worlds: 1, ..sandbook::Config::default() };
    let sandbox = Sandbox::with(config);
    let guest = sandbox.partner_as(GUEST).await;
    for elsewhere in [OTHERS_BUSINESS, "no-uuid"] {
        sandbox.dayzero_as("dz_sandbox_passer-by").post(&dz_payments(1), json!({})).await;
        let refused = guest.get(&PAYMENTS.replace(BUSINESS, elsewhere)).await.expect(404);
        assert_eq!(refused.header("sandbox-world"), "recreated", "{elsewhere}");
        assert_eq!(guest.get(PAYMENTS).await.expect(200).header("sandbox-world"), "");
    }
}

#[tokio::test]
async fn an_expired_token_gives_up_nobodys_world() {
    let config = sandbook::Config { max_worlds: 1, ..sandbook::Config::default() };
    let sandbox = Sandbox::with(config);
    let guest = sandbox.partner_as(GUEST).await;
    guest.pay(pay_all()).await.expect(201);
    let stranger = "99999999-0000-4000-8000-000000000009";
    let expired = crate::tokens::expired(stranger);
    let bearer = format!("Bearer {expired}");
    let call = sandbox.call("GET", PAYMENTS).header("authorization", &bearer);
    call.send().await.refused(401, "invalid_token");
    assert_eq!(guest.get(PAYMENTS).await.expect(200).header("sandbox-world"), "");
}
