//! Worlds: which there are, making and giving up, and beginning again.

use std::io::{Read, Write};
use std::time::Duration;

use serde_json::{Value, json};

use super::pay_all;
use crate::support::*;

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

#[tokio::test]
async fn a_world_is_there_from_its_first_use_until_it_is_given_up() {
    let sandbox = Sandbox::start();
    let names = async || {
        let list = sandbox.call("GET", "/_sandbox/worlds").send().await.expect(200).body;
        let names = list["worlds"].as_array().unwrap().iter().map(|it| it["name"].clone());
        (names.collect::<Vec<_>>(), list["limit"].clone())
    };
    assert_eq!(names().await, (vec![], json!(10_000)));
    let guest = sandbox.partner_as(GUEST).await;
    guest.pay(pay_all()).await.expect(201);
    assert_eq!(names().await.0, [GUEST]);
    let world = sandbox.call("GET", &format!("/_sandbox/worlds/{GUEST}")).send().await.expect(200);
    assert_eq!((&world.body["changes"], &world.body["businesses_changed"]), (&json!(1), &json!(1)));
    assert!(world.body["memory_bytes"].as_i64().unwrap() > 0);
    sandbox.call("DELETE", &format!("/_sandbox/worlds/{GUEST}")).send().await.expect(204);
    assert_eq!(names().await.0, [] as [Value; 0]);
    sandbox.call("GET", &format!("/_sandbox/worlds/{GUEST}")).send().await.expect(404);
    guest.pay(pay_all()).await.expect(201);
}

#[tokio::test]
async fn a_world_may_begin_with_a_snapshot_and_a_reset_gives_it_that_beginning_back() {
    let sandbox = Sandbox::start();
    let home = sandbox.partner().await;
    home.pay(pay_all()).await.expect(201);
    let paid = json!({ "name": "paid" });
    sandbox.control("POST", "snapshots", "default", paid).await.expect(201);
    let made = json!({ "name": GUEST, "snapshot": { "name": "paid" } });
    let create =
        async |body: &Value| sandbox.call("POST", "/_sandbox/worlds").json(body).send().await;
    create(&made).await.expect(201);
    create(&made).await.expect(409);
    let guest = sandbox.partner_as(GUEST).await;
    let owed = async || guest.outstanding(CUSTOMER, INV_0043).await;
    guest.pay(pay_all()).await.refused(422, "allocation_exceeds_outstanding");
    let some = json!({ "customer_id": CUSTOMER, "total_amount_cents": 1000,
        "allocations": [{ "invoice_id": INV_0043, "amount_cents": 1000 }] });
    guest.pay(some).await.expect(201);
    assert_eq!(owed().await, 199_000);
    sandbox.call("POST", &format!("/_sandbox/reset?world={GUEST}")).send().await.expect(204);
    assert_eq!(owed().await, 200_000);
    guest.pay(pay_all()).await.refused(422, "allocation_exceeds_outstanding");
    let nobody = json!({ "name": "x", "snapshot": { "world": GUEST, "name": "paid" } });
    let refused = create(&nobody).await.expect(404);
    assert!(refused.body["detail"].as_str().unwrap().contains("it has none"), "{}", refused.body);
    for wrong in ["default", PARTNER, "a b"] {
        let refused = create(&json!({ "name": wrong })).await.expect(400);
        assert_eq!(refused.body["errors"][0]["at"], "#/name", "{wrong}");
    }
}

#[tokio::test]
async fn a_world_that_was_made_opens_also_where_worlds_are_not_made_by_use() {
    let config = sandbook::Config { no_auto_worlds: true, ..sandbook::Config::default() };
    let sandbox = Sandbox::with(config);
    sandbox.token(GUEST, API_KEY).await.refused(401, "invalid_credentials");
    sandbox.control("GET", "clock", GUEST, Value::Null).await.expect(404);
    let made = json!({ "name": GUEST });
    sandbox.call("POST", "/_sandbox/worlds").json(&made).send().await.expect(201);
    let guest = sandbox.partner_as(GUEST).await;
    guest.pay(pay_all()).await.expect(201);
    sandbox.call("DELETE", &format!("/_sandbox/worlds/{GUEST}")).send().await.expect(204);
    guest.pay(pay_all()).await.refused(401, "invalid_token");
}

#[tokio::test]
async fn every_wrong_place_of_a_control_is_named_at_once() {
    let sandbox = Sandbox::start();
    let wrong = json!({ "name": 7, "files": [], "color": "red" });
    let call = sandbox.call("POST", "/_sandbox/worlds?wrld=x").json(&wrong);
    let refused = call.send().await.expect(400);
    assert_eq!(refused.header("content-type"), "application/problem+json");
    let places = refused.body["errors"].as_array().unwrap().iter();
    let mut places: Vec<_> = places.map(|it| it["at"].as_str().unwrap()).collect();
    places.sort_unstable();
    assert_eq!(places, ["#/color", "#/files", "#/name", "wrld"]);
    let lost = sandbox.call("GET", "/_sandbox/clok").send().await.expect(404);
    assert!(lost.body["detail"].as_str().unwrap().contains("GET /_sandbox/clock"), "{}", lost.body);
    let other = sandbox.call("DELETE", "/_sandbox/clock").send().await.expect(405);
    assert_eq!(other.header("allow"), "GET, HEAD, PUT");
    let form = sandbox.call("POST", "/_sandbox/worlds").body("text/plain", "name=x");
    form.send().await.expect(415);
}

/// Waits until the one fault of the guest's world has met a call.
async fn struck(sandbox: &Sandbox) {
    let struck = async {
        loop {
            let rules = sandbox.control("GET", "faults", GUEST, Value::Null).await.expect(200).body;
            if rules["faults"][0]["applied"] == 1 {
                break;
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(20), struck).await.expect("the fault meets a call");
}

#[tokio::test]
async fn a_call_that_is_under_way_over_a_reset_says_that_its_world_is_gone() {
    let sandbox = Sandbox::start();
    let guest = sandbox.partner_as(GUEST).await;
    let slow = json!({ "when": { "operation": "create_invoice_payment" },
        "then": { "latency": { "kind": "fixed", "ms": 1000 } } });
    sandbox.control("POST", "faults", GUEST, slow).await.expect(201);
    let calling = guest.pay(pay_all());
    let resetting = async {
        struck(&sandbox).await;
        sandbox.control("POST", "reset", GUEST, Value::Null).await.expect(204);
    };
    let (made, ()) = tokio::join!(calling, resetting);
    let made = made.expect(201);
    assert_eq!(made.header("sandbox-world"), "replaced");
    // Neither the books nor the journal of the world as it is now have seen it.
    assert_eq!(guest.outstanding(CUSTOMER, INV_0042).await, 450_000);
    let journal = sandbox.control("GET", "requests", GUEST, Value::Null).await.expect(200).body;
    assert_eq!(journal["kept"], 1, "{journal}");
}

#[tokio::test]
async fn a_call_whose_body_comes_after_a_reset_stands_in_no_journal() {
    let sandbox = Sandbox::start();
    let guest = sandbox.partner_as(GUEST).await;
    let slow = json!({ "when": { "operation": "list_invoice_payments" },
        "then": { "latency": { "kind": "fixed", "ms": 1 } } });
    sandbox.control("POST", "faults", GUEST, slow).await.expect(201);
    let address = sandbox.url().replace("http://", "");
    let mut socket = std::net::TcpStream::connect(&address).unwrap();
    let head = format!(
        "GET {PAYMENTS} HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {}\r\n\
         Connection: close\r\nContent-Length: 5\r\n\r\n",
        guest.bearer
    );
    socket.write_all(head.as_bytes()).unwrap();
    struck(&sandbox).await;
    sandbox.control("POST", "reset", GUEST, Value::Null).await.expect(204);
    socket.write_all(b"12345").unwrap();
    let mut answer = String::new();
    socket.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    assert!(answer.contains("sandbox-world: replaced"), "{answer}");
    let journal = sandbox.control("GET", "requests", GUEST, Value::Null).await.expect(200).body;
    assert_eq!(journal["kept"], 0, "{journal}");
}

#[tokio::test]
async fn a_world_that_had_to_go_says_so_whatever_was_asked_in_between() {
    let sandbox = Sandbox::with(sandbook::Config { max_worlds: 2, ..sandbook::Config::default() });
    let home = sandbox.partner().await;
    home.pay(pay_all()).await.expect(201);
    for world in ["dz_sandbox_a", "dz_sandbox_b"] {
        sandbox.dayzero_as(world).get("/api/v1/invoices").await.expect(200);
    }
    sandbox.call("DELETE", "/_sandbox/worlds/b").send().await.expect(204);
    // Nobody's call, which the default world's journal would have taken.
    sandbox.call("GET", "/v1/platform/nowhere/").send().await.expect(404);
    sandbox.control("POST", "reset", "default", Value::Null).await.expect(204);
    let back = home.get(PAYMENTS).await.expect(200);
    assert_eq!(back.header("sandbox-world"), "recreated");
}

#[tokio::test]
async fn what_a_world_has_changed_is_counted_from_its_beginning() {
    let sandbox = Sandbox::start();
    let guest = sandbox.partner_as(GUEST).await;
    guest.get(PAYMENTS).await.expect(200);
    let take = async |name: &str| {
        let name = json!({ "name": name });
        sandbox.control("POST", "snapshots", GUEST, name).await.expect(201).body["changes"].clone()
    };
    assert_eq!(take("none").await, 0);
    guest.pay(pay_all()).await.expect(201);
    assert_eq!(take("one").await, 1);
    sandbox.control("POST", "snapshots/one/restore", GUEST, Value::Null).await.expect(200);
    let path = format!("/_sandbox/worlds/{GUEST}");
    let world = sandbox.call("GET", &path).send().await.expect(200).body;
    assert_eq!(world["changes"], 1, "{world}");
    // Books that came from outside are its own, too.
    let state = sandbox.control("GET", "state", GUEST, Value::Null).await.expect(200).body;
    sandbox.control("PUT", "state", GUEST, state).await.expect(204);
    let world = sandbox.call("GET", &path).send().await.expect(200).body;
    assert!(world["memory_bytes"].as_i64().unwrap() > 100_000, "{world}");
}

#[tokio::test]
async fn nothing_is_learnt_of_a_world_whose_name_is_misspelt() {
    let sandbox = Sandbox::start();
    let once = json!({ "operation": "create_invoice_payment", "exactly": 0 });
    sandbox.control("POST", "requests/verify", "typo", once).await.expect(404);
    for path in ["clock", "snapshots", "state", "faults", "transitions", "requests", "coverage"] {
        sandbox.control("GET", path, "typo", Value::Null).await.expect(404);
        sandbox.control("GET", path, "default", Value::Null).await.expect(200);
    }
    let worlds = sandbox.call("GET", "/_sandbox/worlds").send().await.expect(200).body;
    assert_eq!(worlds["worlds"].as_array().unwrap().len(), 1, "{worlds}");
}

#[tokio::test]
async fn a_control_that_refuses_makes_no_world() {
    let sandbox = Sandbox::start();
    let senseless = json!({ "then": {} });
    for (method, path, body, status) in [
        ("PUT", "clock", json!({}), 400),
        ("PUT", "clock", json!({ "now": "1969-12-31T23:59:59Z" }), 400),
        ("POST", "clock/advance", json!({ "days": 99_999_999 }), 400),
        ("POST", "faults", senseless, 400),
        ("DELETE", "faults/1", Value::Null, 404),
        ("DELETE", "snapshots/a", Value::Null, 404),
        ("POST", "snapshots/a/restore", Value::Null, 404),
        ("PUT", "state", json!({ "files": {} }), 400),
    ] {
        sandbox.control(method, path, "nobody", body).await.expect(status);
        sandbox.call("GET", "/_sandbox/worlds/nobody").send().await.expect(404);
    }
}
