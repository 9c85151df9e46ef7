//! Faults of time and of the connection: what no answer can show.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::{add, clear, counts};
use crate::control::pay_all;
use crate::support::*;

/// A payment of INV-0042 under a key, which can be sent again.
fn payment(partner: &Caller<'_>) -> Call {
    partner.call("POST", PAYMENTS).header("idempotency-key", "k").json(&pay_all())
}

fn once(then: &Value) -> Value {
    json!({ "when": { "operation": "create_invoice_payment", "count": 1 }, "then": then })
}

#[tokio::test]
async fn a_call_waits_as_long_as_it_is_told() {
    let sandbox = Sandbox::start();
    let partner = sandbox.partner().await;
    for latency in [
        json!({ "kind": "fixed", "ms": 40 }),
        json!({ "kind": "uniform", "min_ms": 40, "max_ms": 45 }),
        json!({ "kind": "lognormal", "median_ms": 40, "sigma": 0.0 }),
    ] {
        clear(&sandbox).await;
        add(&sandbox, json!({ "then": { "latency": latency } })).await;
        let begun = Instant::now();
        partner.get(PAYMENTS).await.expect(200);
        assert!(begun.elapsed() >= Duration::from_millis(40), "{latency}: {:?}", begun.elapsed());
        assert_eq!(counts(&sandbox).await, (1, 1));
    }
}

#[tokio::test]
async fn a_reset_connection_has_lost_the_answer_and_not_the_payment() {
    let sandbox = Sandbox::start();
    add(&sandbox, once(&json!({ "connection": { "kind": "reset" } }))).await;
    let partner = sandbox.partner().await;
    let lost = payment(&partner).attempt().await.expect_err("nothing is answered");
    assert!(lost.is_request(), "{lost:?}");
    assert_eq!(counts(&sandbox).await, (1, 1));
    let again = payment(&partner).send().await.expect(200);
    assert_eq!(again.header("idempotent-replayed"), "true");
    assert_eq!(partner.outstanding(CUSTOMER, INV_0042).await, 0);
}

#[tokio::test]
async fn a_cut_answer_has_fewer_bytes_than_it_said_and_not_the_payment() {
    let sandbox = Sandbox::start();
    let partner = sandbox.partner().await;
    for (cut, after) in
        [(json!({ "kind": "cut" }), None), (json!({ "kind": "cut", "after_bytes": 7 }), Some(7))]
    {
        sandbox.control("POST", "reset", "default", Value::Null).await.expect(204);
        add(&sandbox, once(&json!({ "connection": cut }))).await;
        let mut answer = payment(&partner).attempt().await.unwrap();
        assert_eq!(answer.status(), 201);
        let said = usize::try_from(answer.content_length().unwrap()).unwrap();
        let mut came = 0;
        let broken = loop {
            match answer.chunk().await {
                Ok(Some(piece)) => came += piece.len(),
                Ok(None) => break false,
                Err(_) => break true,
            }
        };
        assert!(broken, "the client sees that something is missing");
        assert_eq!(came, after.unwrap_or(said / 2));
        let whole = payment(&partner).send().await.expect(200);
        assert_eq!(whole.bytes.len(), said);
    }
}

#[tokio::test]
async fn a_dripping_answer_comes_slowly_and_whole() {
    let sandbox = Sandbox::start();
    let partner = sandbox.partner().await;
    let drip = json!({ "kind": "drip", "bytes": 300, "every_ms": 10 });
    add(&sandbox, json!({ "when": { "method": "GET" }, "then": { "connection": drip } })).await;
    let begun = Instant::now();
    let page = partner.get(&format!("{PAYMENTS}?page_size=2")).await.expect(200);
    let pauses = u64::try_from((page.bytes.len() - 1) / 300).unwrap();
    assert!(pauses > 2, "{}", page.bytes.len());
    assert!(begun.elapsed() >= Duration::from_millis(10 * pauses), "{:?}", begun.elapsed());
    clear(&sandbox).await;
    let plain = partner.get(&format!("{PAYMENTS}?page_size=2")).await.expect(200);
    assert_eq!(page.bytes, plain.bytes);
}

#[tokio::test]
async fn with_a_status_a_broken_connection_leaves_the_books_alone() {
    let sandbox = Sandbox::start();
    let partner = sandbox.partner().await;
    for kind in ["reset", "cut", "drip"] {
        let slow = if kind == "drip" {
            json!({ "kind": kind, "every_ms": 1 })
        } else {
            json!({ "kind": kind })
        };
        add(&sandbox, once(&json!({ "status": 500, "connection": slow }))).await;
        match payment(&partner).attempt().await {
            Ok(answer) => assert_eq!(
                (answer.status().as_u16(), answer.bytes().await.is_ok()),
                (500, kind == "drip")
            ),
            Err(_) => assert_eq!(kind, "reset"),
        }
    }
    assert_eq!(partner.outstanding(CUSTOMER, INV_0042).await, 450_000);
    payment(&partner).send().await.expect(201);
}

#[tokio::test]
async fn a_client_that_gives_up_waiting_and_comes_again_has_paid_once() {
    let sandbox = Sandbox::start();
    let partner = sandbox.partner().await;
    add(&sandbox, once(&json!({ "latency": { "kind": "fixed", "ms": 150 } }))).await;
    let gave_up = payment(&partner).within(Duration::from_millis(50)).attempt().await;
    assert!(gave_up.expect_err("it takes longer").is_timeout());
    let again = payment(&partner).send().await;
    assert!(again.status == 201 || again.status == 200, "{}", again.body);
    // Both are over once the journal has both.
    let both = json!({ "operation": "create_invoice_payment", "exactly": 2 });
    let until = Instant::now() + Duration::from_secs(30);
    while sandbox.control("POST", "requests/verify", "default", both.clone()).await.expect(200).body
        ["verified"]
        != true
    {
        assert!(Instant::now() < until, "the first call never ended");
    }
    let listed = partner
        .get(&format!("{PAYMENTS}?min_amount=450000&max_amount=450000"))
        .await
        .expect(200)
        .body;
    let of_invoice = listed["results"].as_array().unwrap().iter();
    let paid = of_invoice.filter(|it| it["allocations"][0]["invoice_id"] == INV_0042).count();
    assert_eq!(paid, 1, "{listed}");
    assert_eq!(partner.outstanding(CUSTOMER, INV_0042).await, 0);
}
