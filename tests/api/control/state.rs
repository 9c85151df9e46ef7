//! State: a world as a folder of fixtures, and back, byte for byte.

use serde_json::{Value, json};

use super::pay_all;
use crate::support::*;

/// A world with a bit of everything in it.
async fn busy<'a>(sandbox: &'a Sandbox, world: &str) -> Caller<'a> {
    let noon = json!({ "now": "2031-05-01T12:00:00Z", "frozen": true });
    sandbox.control("PUT", "clock", world, noon).await.expect(200);
    let caller = sandbox.partner_as(world).await;
    let call = caller.call("POST", PAYMENTS).header("idempotency-key", "one").json(&pay_all());
    let paid = call.send().await.expect(201);
    let id = paid.body["payment"]["id"].as_str().unwrap();
    let note = json!({ "note": "Paid in person – thanks ☕" });
    caller.call("PATCH", &format!("{PAYMENTS}{id}/")).json(&note).send().await.expect(200);
    let customer = json!({ "name": "The \"Swan\"", "external_id": "c-1" });
    caller.post(CUSTOMERS, customer).await.expect(201);
    let business = json!({ "legal_name": "New Ltd", "entity_type": "limited",
        "email": "books@example.com", "external_id": "new-1" });
    caller.post("/v1/platform/businesses/", business).await.expect(201);
    caller
}

async fn export(sandbox: &Sandbox, world: &str) -> Answer {
    sandbox.control("GET", "state", world, Value::Null).await.expect(200)
}

#[tokio::test]
async fn an_export_loads_back_to_the_same_state_and_exports_to_the_same_bytes() {
    let sandbox = Sandbox::start();
    let caller = busy(&sandbox, GUEST).await;
    let first = export(&sandbox, GUEST).await;
    let other = "0f0e0d0c-0b0a-4908-8706-050403020101";
    sandbox.control("PUT", "state", other, first.body.clone()).await.expect(204);
    let second = export(&sandbox, other).await;
    assert_eq!(first.bytes, second.bytes);

    // The two worlds answer the same from here on: keys, ids, times, lists.
    let twin = sandbox.partner_as(other).await;
    for path in [PAYMENTS, INVOICES, CUSTOMERS, BILL_PAYMENTS, "/v1/platform/businesses/"] {
        let (one, two) = (caller.get(path).await.expect(200), twin.get(path).await.expect(200));
        assert_eq!(one.bytes, two.bytes, "{path}");
    }
    for caller in [&caller, &twin] {
        let call = caller.call("POST", PAYMENTS).header("idempotency-key", "one").json(&pay_all());
        call.send().await.expect(200);
    }
    let some = json!({ "customer_id": CUSTOMER, "total_amount_cents": 7 });
    let (one, two) = (caller.pay(some.clone()).await, twin.pay(some).await);
    assert_eq!(one.expect(201).bytes, two.expect(201).bytes);
    assert_eq!(export(&sandbox, GUEST).await.bytes, export(&sandbox, other).await.bytes);
}

#[tokio::test]
async fn a_world_may_be_made_of_files_and_a_reset_gives_it_these_back() {
    let sandbox = Sandbox::start();
    busy(&sandbox, GUEST).await;
    let state = export(&sandbox, GUEST).await;
    let other = "0f0e0d0c-0b0a-4908-8706-050403020101";
    let made = json!({ "name": other, "files": state.body["files"] });
    sandbox.call("POST", "/_sandbox/worlds").json(&made).send().await.expect(201);
    let twin = sandbox.partner_as(other).await;
    let some = json!({ "customer_id": CUSTOMER, "total_amount_cents": 7 });
    twin.pay(some).await.expect(201);
    assert_ne!(export(&sandbox, other).await.bytes, state.bytes);
    sandbox.control("POST", "reset", other, Value::Null).await.expect(204);
    assert_eq!(export(&sandbox, other).await.bytes, state.bytes);
    // An import is no new beginning.
    sandbox.control("PUT", "state", "default", state.body).await.expect(204);
    sandbox.control("POST", "reset", "default", Value::Null).await.expect(204);
    let fresh = Sandbox::start();
    assert_eq!(export(&sandbox, "default").await.bytes, export(&fresh, "default").await.bytes);
}

#[tokio::test]
async fn a_wrong_file_is_named_with_its_place_and_changes_nothing() {
    let sandbox = Sandbox::start();
    busy(&sandbox, GUEST).await;
    let before = export(&sandbox, GUEST).await;
    let book = format!("books/{BUSINESS}.json");
    let break_it = |change: &dyn Fn(&mut Value)| {
        let mut state = before.body.clone();
        change(&mut state["files"][&book]);
        state
    };
    let pointer = format!("#/files/{}", book.replace('/', "~1"));
    let clock_of = |clock: Value| {
        let mut state = before.body.clone();
        state["files"]["world.json"]["clock"] = clock;
        state
    };
    for (state, at, says) in [
        (
            break_it(&|book| book["records"]["payments"][0]["customer"] = NOTHING.into()),
            format!("{pointer}/records/payments/0"),
            "customer",
        ),
        (
            break_it(&|book| book["business"]["owner"] = GUEST.into()),
            format!("{pointer}/business/owner"),
            "is known",
        ),
        (break_it(&|book| book["recrods"] = json!({})), pointer.clone(), "recrods"),
        (json!({ "files": { "partners.json": {} } }), "#/files".to_owned(), ""),
        (
            break_it(&|book| book["replays"][0]["body"] = "{}".into()),
            format!("{pointer}/replays/0"),
            "answers with this body",
        ),
        (
            break_it(&|book| book["changes"] = u64::MAX.into()),
            format!("{pointer}/changes"),
            "the most that is counted",
        ),
        (
            clock_of(json!({ "frozen_at": "+200000-01-01T00:00:00Z" })),
            "#/files/world.json/clock".to_owned(),
            "8999-12-31",
        ),
        (
            clock_of(json!({ "offset_us": i64::MIN })),
            "#/files/world.json/clock".to_owned(),
            "8999-12-31",
        ),
    ] {
        let refused = sandbox.control("PUT", "state", GUEST, state).await.expect(400);
        let error = &refused.body["errors"][0];
        assert!(error["at"].as_str().unwrap().starts_with(&at), "{at}: {error}");
        assert!(error["detail"].as_str().unwrap().contains(says), "{says}: {error}");
    }
    assert_eq!(export(&sandbox, GUEST).await.bytes, before.bytes);
}
