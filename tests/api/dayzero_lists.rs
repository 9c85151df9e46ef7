//! Day Zero's lists: pages between cursors (BEHAVIOUR 6).

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};

use crate::support::*;

const TRANSACTIONS: &str = "/api/v1/transactions";

/// What is asked of a list, answered with the counterparty's letter of each item.
async fn page(caller: &Caller<'_>, query: &str) -> (String, Value) {
    let body = caller.get(&format!("{TRANSACTIONS}?{query}")).await.expect(200).body;
    let items = body["items"].as_array().unwrap().iter();
    (items.map(|it| it["counterparty"].as_str().unwrap()).collect(), body)
}

/// Enters the deposits A to G, which `search=letter` finds among those of the fixtures.
async fn letters(caller: &Caller<'_>) {
    for (amount, letter) in (1..).zip(["A", "B", "C", "D", "E", "F", "G"]) {
        let body = json!({ "amount": amount, "counterparty": letter, "description": "letter",
            "datetime": "2026-02-10" });
        caller.post(TRANSACTIONS, body).await.expect(201);
    }
}

#[tokio::test]
async fn pages_follow_one_another_without_gap_or_overlap() {
    let sandbox = Sandbox::start();
    let caller = sandbox.dayzero();
    letters(&caller).await;
    for (order, all) in [
        ("search=letter", "GFEDCBA"),
        ("search=letter&descending=false", "ABCDEFG"),
        ("search=letter&sort_by=datetime", "GFEDCBA"),
    ] {
        for limit in 1..=8 {
            let (mut seen, mut cursor) = (String::new(), String::new());
            loop {
                let (items, body) = page(&caller, &format!("{order}&limit={limit}{cursor}")).await;
                assert!(items.len() <= limit);
                seen += &items;
                assert_eq!(body["has_more"], json!(!body["next_cursor"].is_null()));
                let Some(next) = body["next_cursor"].as_str() else { break };
                cursor = format!("&cursor={next}");
            }
            assert_eq!(seen, all, "{order} by {limit}");
        }
    }
}

#[tokio::test]
async fn prev_goes_back_over_what_was_seen() {
    let sandbox = Sandbox::start();
    let caller = sandbox.dayzero();
    letters(&caller).await;
    let list = "search=letter&descending=false&limit=2";
    let (_, first) = page(&caller, list).await;
    let after_two = first["next_cursor"].as_str().unwrap();
    let (items, second) = page(&caller, &format!("{list}&cursor={after_two}")).await;
    assert_eq!(items, "CD");
    let after_four = second["next_cursor"].as_str().unwrap();
    let back = format!("{list}&direction=prev&cursor=");
    let (items, body) = page(&caller, &format!("{back}{after_four}")).await;
    assert_eq!((items.as_str(), &body["next_cursor"]), ("CD", &json!(after_two)));
    let (items, body) = page(&caller, &format!("{back}{after_two}")).await;
    assert_eq!((items.as_str(), &body["has_more"]), ("AB", &json!(false)));
    let (items, _) = page(&caller, &format!("{list}&direction=prev")).await;
    assert_eq!(items, "FG", "without a cursor it begins at the end");
}

#[tokio::test]
async fn a_cursor_is_the_base64_of_an_id() {
    let sandbox = Sandbox::start();
    let caller = sandbox.dayzero();
    let body = caller.get(&format!("{TRANSACTIONS}?limit=1")).await.body;
    let cursor = BASE64_STANDARD.decode(body["next_cursor"].as_str().unwrap()).unwrap();
    let cursor: Value = serde_json::from_slice(&cursor).unwrap();
    let next = caller.get(&format!("{TRANSACTIONS}?limit=2")).await.body["items"][1]["id"].clone();
    assert_eq!(cursor, json!({ "id": next }));
}

#[tokio::test]
async fn a_bad_cursor_is_refused() {
    let sandbox = Sandbox::start();
    let caller = sandbox.dayzero();
    let of = |id: &str| BASE64_STANDARD.encode(json!({ "id": id }).to_string());
    for cursor in ["x", "e30=", &of("nothing"), &of(NOTHING), &BASE64_STANDARD.encode("[]")] {
        for path in [
            TRANSACTIONS,
            "/api/v1/invoices",
            "/api/v1/bills",
            &dz_payments(1),
            "/api/v1/bills/019ab37c-4001-7000-8000-000000000001/payments",
        ] {
            let refused = caller.get(&format!("{path}?cursor={cursor}")).await.expect(400);
            let detail = refused.body["detail"].as_str().unwrap();
            assert!(detail.starts_with("Invalid cursor"), "{path} {cursor}: {detail}");
        }
    }
    caller.get(&format!("{TRANSACTIONS}?cursor=")).await.expect(200);
}

#[tokio::test]
async fn the_total_is_counted_when_it_is_asked_for() {
    let sandbox = Sandbox::start();
    let caller = sandbox.dayzero();
    letters(&caller).await;
    let (_, body) = page(&caller, "search=letter&limit=2").await;
    assert!(body.get("total_count").is_none(), "{body}");
    let (_, body) = page(&caller, "search=letter&limit=2&include_total_count=true").await;
    assert_eq!(body["total_count"], 7);
    let (_, body) = page(&caller, "limit=2&include_total_count=true").await;
    assert_eq!(body["total_count"], 12);
}

#[tokio::test]
async fn a_limit_is_between_one_and_a_thousand() {
    let sandbox = Sandbox::start();
    let caller = sandbox.dayzero();
    caller.get(&format!("{TRANSACTIONS}?limit=1000")).await.expect(200);
    for (limit, kind) in
        [("0", "greater_than_equal"), ("1001", "less_than_equal"), ("x", "int_parsing")]
    {
        let errors = caller.get(&format!("{TRANSACTIONS}?limit={limit}")).await.expect(422);
        assert_eq!(errors.body["detail"][0]["type"], kind, "{limit}");
    }
    caller.get(&format!("{TRANSACTIONS}?direction=up")).await.expect(422);
}

#[tokio::test]
async fn payments_of_an_invoice_are_listed_in_each_order() {
    let sandbox = Sandbox::start();
    let caller = sandbox.dayzero();
    for (amount, paid_on) in [(30, "2026-02-03"), (10, "2026-02-02"), (20, "2026-02-01")] {
        let body = json!({ "transaction_id": DEPOSIT, "amount": amount,
            "paid_on": format!("{paid_on}T00:00:00Z") });
        caller.post(&dz_payments(1), body).await.expect(201);
    }
    for (query, amounts) in [
        ("", [20, 10, 30]),
        ("descending=false", [30, 10, 20]),
        ("sort_by=amount", [30, 20, 10]),
        ("sort_by=paid_on&descending=false", [20, 10, 30]),
    ] {
        let list = caller.get(&format!("{}?{query}", dz_payments(1))).await.expect(200).body;
        let items = list["items"].as_array().unwrap().iter();
        assert_eq!(items.map(|it| it["amount"].clone()).collect::<Vec<_>>(), amounts, "{query}");
        assert_eq!(list["items"][0]["transaction"]["id"], DEPOSIT);
    }
    let page = caller.get(&format!("{}?limit=2&include_total_count=true", dz_payments(1))).await;
    assert_eq!((&page.body["has_more"], &page.body["total_count"]), (&json!(true), &json!(3)));
    caller.get(&dz_payments(9)).await.expect(404);
}
