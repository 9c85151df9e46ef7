//! Snapshots: a world's books, keys and clock under a name, to come back to.

use serde_json::{Value, json};

use super::pay_all;
use crate::support::*;

#[tokio::test]
async fn a_world_comes_back_as_it_was_books_keys_ids_and_clock() {
    let sandbox = Sandbox::start();
    let noon = json!({ "now": "2031-05-01T12:00:00Z", "frozen": true });
    sandbox.control("PUT", "clock", GUEST, noon).await.expect(200);
    let guest = sandbox.partner_as(GUEST).await;
    let some = json!({ "customer_id": CUSTOMER, "total_amount_cents": 5 });
    let pay = async |key: &str| {
        guest.call("POST", PAYMENTS).header("idempotency-key", key).json(&some).send().await
    };
    pay("before").await.expect(201);
    sandbox.control("POST", "snapshots", GUEST, json!({ "name": "one" })).await.expect(201);
    let first = guest.pay(pay_all()).await.expect(201);
    pay("after").await.expect(201);
    sandbox.control("POST", "clock/advance", GUEST, json!({ "minutes": 5 })).await.expect(200);

    let back = sandbox.control("POST", "snapshots/one/restore", GUEST, Value::Null).await;
    assert_eq!(back.expect(200).body["at"], "2031-05-01T12:00:00Z");
    let clock = sandbox.control("GET", "clock", GUEST, Value::Null).await.body;
    assert_eq!((&clock["now"], &clock["frozen"]), (&json!("2031-05-01T12:00:00Z"), &json!(true)));
    pay("before").await.expect(200);
    let again = guest.pay(pay_all()).await.expect(201);
    assert_eq!(first.bytes, again.bytes, "the same call after the same beginning");
    pay("after").await.expect(201);
}

#[tokio::test]
async fn a_business_that_was_opened_later_goes_with_a_restore() {
    let sandbox = Sandbox::start();
    let guest = sandbox.partner_as(GUEST).await;
    let businesses = "/v1/platform/businesses/";
    sandbox.control("POST", "snapshots", GUEST, json!({ "name": "one" })).await.expect(201);
    let new = json!({ "legal_name": "New Ltd", "entity_type": "limited",
        "email": "books@example.com", "external_id": "new-1" });
    let made = guest.post(businesses, new).await;
    assert!(made.status == 201 || made.status == 200, "{}", made.body);
    let count = async || {
        let list = guest.get(businesses).await.expect(200).body;
        list["results"].as_array().map_or(0, Vec::len)
    };
    let with = count().await;
    sandbox.control("POST", "snapshots/one/restore", GUEST, Value::Null).await.expect(200);
    assert_eq!(count().await, with - 1);
}

#[tokio::test]
async fn snapshots_have_names_and_stay_through_a_reset_in_their_own_world() {
    let sandbox = Sandbox::start();
    for name in ["b", "a", "b"] {
        sandbox.control("POST", "snapshots", GUEST, json!({ "name": name })).await.expect(201);
    }
    let names = async |world: &str| {
        let list = sandbox.control("GET", "snapshots", world, Value::Null).await.expect(200).body;
        let list = list["snapshots"].as_array().unwrap().clone();
        list.into_iter().map(|it| it["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    sandbox.control("POST", "reset", GUEST, Value::Null).await.expect(204);
    assert_eq!(names(GUEST).await, ["a", "b"]);
    assert!(names("default").await.is_empty());
    sandbox.control("DELETE", "snapshots/a", GUEST, Value::Null).await.expect(204);
    let gone = sandbox.control("DELETE", "snapshots/a", GUEST, Value::Null).await.expect(404);
    assert!(gone.body["detail"].as_str().unwrap().contains("it has b"), "{}", gone.body);
    let wrong = sandbox.control("POST", "snapshots", GUEST, json!({ "name": "a/b" })).await;
    assert_eq!(wrong.expect(400).body["errors"][0]["at"], "#/name");
}

#[tokio::test]
async fn a_world_keeps_a_hundred_snapshots_and_says_so() {
    let sandbox = Sandbox::start();
    let take = async |n: usize| {
        let name = json!({ "name": format!("s{n}") });
        sandbox.control("POST", "snapshots", GUEST, name).await
    };
    for n in 0..100 {
        take(n).await.expect(201);
    }
    let full = take(100).await.expect(409);
    assert!(full.body["detail"].as_str().unwrap().contains("at most 100"), "{}", full.body);
    take(7).await.expect(201);
}
