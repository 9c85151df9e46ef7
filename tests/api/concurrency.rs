//! Many at once: what is owed is never allocated twice, and a key makes one payment.

use std::collections::BTreeMap;

use serde_json::json;

use crate::support::*;

/// As many calls at once, each on a connection of its own.
async fn at_once(calls: usize, make: impl Fn(usize) -> Call) -> BTreeMap<u16, usize> {
    let tasks: Vec<_> = (0..calls).map(|n| tokio::spawn(make(n).send())).collect();
    let mut statuses = BTreeMap::new();
    for task in tasks {
        *statuses.entry(task.await.unwrap().status).or_default() += 1;
    }
    statuses
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sixty_four_at_once_never_allocate_more_than_is_owed() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    // 450000 are owed; 64 payments of 10000 want 640000.
    let body = json!({ "customer_id": CUSTOMER, "total_amount_cents": 10_000,
        "allocations": [{ "invoice_id": INV_0042, "amount_cents": 10_000 }] });
    let statuses = at_once(64, |_| caller.call("POST", PAYMENTS).json(&body)).await;
    assert_eq!(statuses, BTreeMap::from([(201, 45), (422, 19)]));
    let listed = caller.get(&format!("{PAYMENTS}?invoice_id={INV_0042}&page_size=100")).await;
    assert_eq!(listed.body["count"], 45);
    let allocated: i64 = listed.body["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|payment| payment["allocated_amount"].as_i64().unwrap())
        .sum();
    assert_eq!(allocated, 450_000);
    assert_eq!(caller.outstanding(CUSTOMER, INV_0042).await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_key_from_sixteen_at_once_makes_one_payment() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    let before = caller.get(PAYMENTS).await.body["count"].as_i64().unwrap();
    for round in 0..8 {
        let body = json!({ "customer_id": CUSTOMER, "total_amount_cents": 5 });
        let make = |_| {
            caller
                .call("POST", PAYMENTS)
                .header("idempotency-key", &format!("round-{round}"))
                .json(&body)
        };
        let statuses = at_once(16, make).await;
        assert_eq!(statuses, BTreeMap::from([(200, 15), (201, 1)]));
    }
    assert_eq!(caller.get(PAYMENTS).await.body["count"], before + 8);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_external_id_from_sixteen_at_once_makes_one_payment() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    let body = json!({ "vendor_id": VENDOR, "amount_cents": 5, "external_id": "ext" });
    let make = |_| caller.call("POST", BILL_PAYMENTS).json(&body);
    let statuses = at_once(16, make).await;
    assert_eq!(statuses, BTreeMap::from([(200, 15), (201, 1)]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_deposit_is_never_given_out_twice() {
    let sandbox = Sandbox::start();
    let caller = sandbox.dayzero();
    let body = json!({ "transaction_id": DEPOSIT, "amount": 1_000 });
    let make = |n: usize| {
        let invoice = u8::try_from(n % 2 + 1).unwrap();
        caller.call("POST", &dz_payments(invoice)).json(&body)
    };
    let statuses = at_once(64, make).await;
    assert_eq!(statuses, BTreeMap::from([(201, 20), (400, 44)]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_first_use_by_many_at_once_makes_one_world() {
    let sandbox = Sandbox::start();
    let caller = sandbox.dayzero_as("dz_sandbox_crowd");
    let body = json!({ "transaction_id": DEPOSIT, "amount": 1_000 });
    let make = |_| caller.call("POST", &dz_payments(1)).json(&body);
    let statuses = at_once(32, make).await;
    assert_eq!(statuses, BTreeMap::from([(201, 20), (400, 12)]));
}
