//! Many clients at once, each in a world of its own: whatever one does, no other notices.

use serde_json::{Value, json};

use crate::support::*;

const CLIENTS: usize = 200;

/// Worlds that write more into their journals than there is room for, and how often they call.
const LOUD: usize = 3;
const SHOUTS: usize = 150;

fn partner(n: usize) -> String {
    format!("0f0e0d0c-0b0a-4908-8706-{n:012x}")
}

/// What one client does in its world, with checks that fail where another world shows through.
async fn life(sandbox: &Sandbox, n: usize) {
    let world = partner(n);
    let at = format!("20{}-01-01T00:00:00Z", 30 + n % 60);
    let noon = json!({ "now": at, "frozen": true });
    sandbox.control("PUT", "clock", &world, noon).await.expect(200);
    let caller = sandbox.partner_as(&world).await;
    let amount = 1000 + i64::try_from(n).unwrap();
    let pay = json!({ "customer_id": CUSTOMER, "total_amount_cents": amount,
        "allocations": [{ "invoice_id": INV_0042, "amount_cents": amount }] });
    let key = "the same key in every world";
    let keyed = async || {
        caller.call("POST", PAYMENTS).header("idempotency-key", key).json(&pay).send().await
    };
    let made = keyed().await.expect(201);
    assert_eq!(made.body["payment"]["created_at"], at);
    keyed().await.expect(200);
    assert_eq!(caller.outstanding(CUSTOMER, INV_0042).await, 450_000 - amount);

    sandbox.control("POST", "snapshots", &world, json!({ "name": "s" })).await.expect(201);
    let fault = json!({ "when": { "operation": "list_invoice_payments", "count": 1 },
        "then": { "status": 401 } });
    sandbox.control("POST", "faults", &world, fault).await.expect(201);
    caller.get(PAYMENTS).await.expect(401);
    caller.get(PAYMENTS).await.expect(200);

    let expectation = json!({ "operation": "create_invoice_payment", "status": "2xx",
        "body": { "total_amount_cents": amount }, "exactly": 2 });
    let verdict = sandbox.control("POST", "requests/verify", &world, expectation).await;
    assert_eq!(verdict.expect(200).body["verified"], true);
    let journal = sandbox.control("GET", "requests", &world, Value::Null).await.expect(200).body;
    let entries = journal["entries"].as_array().unwrap();
    assert!(entries.iter().all(|entry| entry["world"] == world && entry["at"] == at));
    // The token, two payments, a probe and two lists.
    assert_eq!((entries.len(), &journal["dropped"]), (6, &json!(0)));

    sandbox.control("POST", "reset", &world, Value::Null).await.expect(204);
    assert_eq!(sandbox.partner_as(&world).await.outstanding(CUSTOMER, INV_0042).await, 450_000);
    sandbox.control("POST", "snapshots/s/restore", &world, Value::Null).await.expect(200);
    assert_eq!(caller.outstanding(CUSTOMER, INV_0042).await, 450_000 - amount);
    keyed().await.expect(200);
}

async fn shout(sandbox: &Sandbox, n: usize) {
    let caller = sandbox.partner_as(&partner(n)).await;
    for _ in 0..SHOUTS {
        caller.get(&format!("{PAYMENTS}?page_size=100")).await.expect(200);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_clients_reset_fault_and_move_clocks_without_one_cross_effect() {
    // Less than all of them write: three loud worlds have theirs trimmed again and again.
    let journal_bytes = 16 * 1024 * 1024;
    let config = sandbook::Config { journal_bytes, ..sandbook::Config::default() };
    let sandbox = std::sync::Arc::new(Sandbox::with(config));
    let mut lives = tokio::task::JoinSet::new();
    for n in 0..LOUD {
        let sandbox = std::sync::Arc::clone(&sandbox);
        lives.spawn(async move { shout(&sandbox, CLIENTS + n).await });
    }
    for n in 0..CLIENTS {
        let sandbox = std::sync::Arc::clone(&sandbox);
        lives.spawn(async move { life(&sandbox, n).await });
    }
    while let Some(life) = lives.join_next().await {
        life.unwrap();
    }
    let worlds = sandbox.call("GET", "/_sandbox/worlds").send().await.expect(200).body;
    assert_eq!(worlds["worlds"].as_array().unwrap().len(), CLIENTS + LOUD);
    assert!(worlds["journal_bytes"].as_u64().unwrap() <= journal_bytes as u64, "{worlds}");
    let (mut kept, mut dropped) = (0, 0);
    for n in 0..LOUD {
        let world = partner(CLIENTS + n);
        let journal = sandbox.control("GET", "requests?limit=1", &world, Value::Null).await.body;
        kept += journal["kept"].as_u64().unwrap();
        dropped += journal["dropped"].as_u64().unwrap();
    }
    assert!(dropped > 0, "the loud ones were never trimmed");
    assert_eq!(kept + dropped, (LOUD * (SHOUTS + 1)) as u64);
    // The default world has seen nothing.
    let home = sandbox.control("GET", "requests", "default", Value::Null).await.expect(200).body;
    assert_eq!((&home["last"], &home["kept"]), (&json!(0), &json!(0)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_flood_in_one_world_stays_within_the_bounds_and_says_what_it_dropped() {
    let (journal_entries, journal_bytes) = (50, 256 * 1024);
    let config = sandbook::Config { journal_entries, journal_bytes, ..sandbook::Config::default() };
    let sandbox = Sandbox::with(config);
    let quiet = sandbox.partner_as(&partner(1)).await;
    quiet.get(PAYMENTS).await.expect(200);
    let loud = sandbox.partner_as(&partner(2)).await;
    for _ in 0..120 {
        loud.get(&format!("{PAYMENTS}?page_size=100")).await.expect(200);
    }
    let journal = async |n: usize| {
        sandbox.control("GET", "requests?limit=1", &partner(n), Value::Null).await.expect(200).body
    };
    let loud = journal(2).await;
    let (kept, dropped) = (loud["kept"].as_u64().unwrap(), loud["dropped"].as_u64().unwrap());
    assert!(kept <= 50 && kept + dropped == 121, "{loud}");
    assert_eq!(loud["complete"], false);
    let quiet = journal(1).await;
    assert_eq!((&quiet["kept"], &quiet["dropped"]), (&json!(2), &json!(0)));
    let expectation = json!({ "operation": "list_invoice_payments", "exactly": 120 });
    let verdict = sandbox.control("POST", "requests/verify", &partner(2), expectation).await.body;
    assert_eq!((&verdict["verified"], &verdict["complete"]), (&json!(false), &json!(false)));
    assert_eq!(verdict["dropped"], dropped);
}
