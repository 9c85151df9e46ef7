//! Day Zero: bank transactions and what is left of them (BEHAVIOUR 6).

use serde_json::{Value, json};

use crate::support::*;

const TRANSACTIONS: &str = "/api/v1/transactions";

fn transaction(n: u8) -> String {
    format!("019ab37c-7001-7000-8000-00000000000{n}")
}

fn detail(answer: &Answer) -> &str {
    answer.body["detail"].as_str().unwrap_or_default()
}

async fn left(caller: &Caller<'_>, id: &str) -> (i64, i64, i64) {
    let path = format!("{TRANSACTIONS}/{id}/allocations");
    let body = caller.get(&path).await.expect(200).body;
    assert_eq!(body["transaction_id"], id);
    let number = |field: &str| body[field].as_i64().unwrap();
    (number("amount"), number("allocated_amount"), number("remaining_amount"))
}

#[tokio::test]
async fn a_deposit_is_entered_as_it_was_sent() {
    let sandbox = Sandbox::start();
    let caller = sandbox.dayzero();
    let body = json!({ "amount": 15_000, "currency": "CAD", "datetime": "2026-02-10",
        "description": "Wire transfer", "counterparty": "Acme Corp", "source_account_id": "led-1",
        "reconciled": true });
    let made = caller.post(TRANSACTIONS, body).await.expect(201).body;
    for (field, value) in [
        ("business_id", json!(DZ_BUSINESS)),
        ("amount", json!(15_000)),
        ("currency", json!("CAD")),
        ("datetime", json!("2026-02-10")),
        ("description", json!("Wire transfer")),
        ("counterparty", json!("Acme Corp")),
        ("ledger_id", json!("led-1")),
        ("posted_status", json!("not_posted")),
        ("review_status", json!("unreviewed")),
        ("categorization_method", json!("uncategorized")),
        ("personal", json!(false)),
        ("reconciled", json!(true)),
        ("journal_entry_id", Value::Null),
    ] {
        assert_eq!(made[field], value, "{field}");
    }
    let id = uuid::Uuid::parse_str(made["id"].as_str().unwrap()).unwrap();
    assert_eq!(id.get_version_num(), 7);
    let list = caller.get(&format!("{TRANSACTIONS}?id={id}")).await.expect(200).body;
    assert_eq!(list["items"], json!([made]));
}

#[tokio::test]
async fn a_withdrawal_needs_nothing_but_its_amount() {
    let sandbox = Sandbox::start();
    let caller = sandbox.dayzero();
    let made = caller.post(TRANSACTIONS, json!({ "amount": -4_200 })).await.expect(201).body;
    assert_eq!((&made["currency"], &made["reconciled"]), (&json!("USD"), &json!(false)));
    let today = made["created_at"].as_str().unwrap()[..10].to_owned();
    assert_eq!(made["datetime"], json!(today));
    for field in ["description", "counterparty", "ledger_id"] {
        assert_eq!(made[field], Value::Null, "{field}");
    }
}

#[tokio::test]
async fn a_transaction_moves_money() {
    let sandbox = Sandbox::start();
    let caller = sandbox.dayzero();
    let refused = caller.post(TRANSACTIONS, json!({ "amount": 0 })).await.expect(400);
    assert!(detail(&refused).contains("amount 0"), "{}", refused.body);
    for body in [json!({}), json!({ "amount": "x" }), json!({ "amount": 1, "currency": "XXX" })] {
        caller.post(TRANSACTIONS, body).await.expect(422);
    }
}

#[tokio::test]
async fn what_is_left_is_what_neither_invoices_nor_bills_have_taken() {
    let sandbox = Sandbox::start();
    let caller = sandbox.dayzero();
    assert_eq!(left(&caller, DEPOSIT).await, (20_000, 0, 20_000));
    assert_eq!(left(&caller, &transaction(4)).await, (10_000, 4_000, 6_000));
    assert_eq!(left(&caller, &transaction(2)).await, (-5_000, 0, 5_000));
    let paid = json!({ "transaction_id": DEPOSIT, "amount": 12_000 });
    let paid = caller.post(&dz_payments(1), paid).await.expect(201).body;
    let bill = "/api/v1/bills/019ab37c-4001-7000-8000-000000000001/payments";
    let from_deposit = json!({ "transaction_id": DEPOSIT, "amount": 3_000 });
    caller.post(bill, from_deposit).await.expect(201);
    assert_eq!(left(&caller, DEPOSIT).await, (20_000, 15_000, 5_000));
    let too_much = json!({ "transaction_id": DEPOSIT, "amount": 5_001 });
    let refused = caller.post(&dz_payments(2), too_much).await.expect(400);
    assert!(detail(&refused).contains("5001") && detail(&refused).contains("5000"));
    let gone = format!("{}/{}", dz_payments(1), paid["id"].as_str().unwrap());
    caller.call("DELETE", &gone).send().await.expect(200);
    assert_eq!(left(&caller, DEPOSIT).await, (20_000, 3_000, 17_000));
    for unknown in [NOTHING, "txn_abc"] {
        let refused =
            caller.get(&format!("{TRANSACTIONS}/{unknown}/allocations")).await.expect(404);
        assert_eq!(detail(&refused), "Transaction not found");
    }
}

#[tokio::test]
async fn a_transaction_that_something_takes_from_is_posted() {
    let sandbox = Sandbox::start();
    let caller = sandbox.dayzero();
    let shown = async || {
        let list = caller.get(&format!("{TRANSACTIONS}?id={DEPOSIT}")).await.body;
        let item = &list["items"][0];
        let word = |field: &str| item[field].as_str().unwrap().to_owned();
        (word("posted_status"), word("categorization_method"))
    };
    let free = ("not_posted".to_owned(), "uncategorized".to_owned());
    assert_eq!(shown().await, free);
    let paid = json!({ "transaction_id": DEPOSIT, "amount": 1 });
    let paid = caller.post(&dz_payments(1), paid).await.expect(201).body;
    assert_eq!(shown().await, ("posted".to_owned(), "user".to_owned()));
    let gone = format!("{}/{}", dz_payments(1), paid["id"].as_str().unwrap());
    caller.call("DELETE", &gone).send().await.expect(200);
    assert_eq!(shown().await, free);
}

#[tokio::test]
async fn the_list_filters_by_each_of_its_fields() {
    let sandbox = Sandbox::start();
    let caller = sandbox.dayzero();
    caller.post(TRANSACTIONS, json!({ "amount": -1, "reconciled": true })).await.expect(201);
    let (one, two) = (transaction(1), transaction(2));
    // The last character of each id, or x where it is none of the fixtures'.
    let found = async |query: &str| {
        let path = format!("{TRANSACTIONS}?sort_by=amount&{query}");
        let body = caller.get(&path).await.expect(200).body;
        let ids = body["items"].as_array().unwrap().iter().map(|it| it["id"].as_str().unwrap());
        ids.map(|id| {
            if id.contains("-7001-") {
                id.chars().last().unwrap()
            } else if id.contains("txn1") {
                't'
            } else {
                'x'
            }
        })
        .collect::<String>()
    };
    for (query, expected) in [
        ("", "1t43x2"),
        (&*format!("id={one},{two}"), "12"),
        ("id=txn_abc", ""),
        ("ledger_id=019ab37c-led1-7000-8000-000000000001", "1t432"),
        ("ledger_id=other", ""),
        ("start_date=2026-02-11", "43x"),
        ("start_date=2026-02-11T23:00:00Z", "43x"),
        ("end_date=2026-02-09", "12"),
        ("start_date=2026-02-10&end_date=2026-02-11", "t3"),
        ("search=ach", "14"),
        ("search=acme%20corp", "1t4"),
        ("amount_direction=inflow", "1t43"),
        ("amount_direction=outflow", "x2"),
        ("status=posted", "4"),
        ("status=not_posted", "1t3x2"),
        ("status=deleted", ""),
        ("review_status=unreviewed", "1t43x2"),
        ("review_status=reviewed", ""),
        ("reconciled=true", "x"),
        ("reconciled=false", "1t432"),
        ("only_uncategorized=true", "1t3x2"),
        ("missing_counterparty=true", "x"),
        ("descending=false", "2x34t1"),
    ] {
        assert_eq!(found(query).await, expected, "{query}");
    }
}

#[tokio::test]
async fn a_filter_that_cannot_be_read_is_refused() {
    let sandbox = Sandbox::start();
    let caller = sandbox.dayzero();
    for (query, words) in [
        ("review_status=seen", "Unknown review_status 'seen'; known: reviewed, unreviewed"),
        ("start_date=yesterday", "Invalid start_date 'yesterday': send a date"),
        ("end_date=2026-02-30", "Invalid end_date '2026-02-30': send a date"),
        ("end_date=+12026-02-10", "Invalid end_date"),
    ] {
        let refused = caller.get(&format!("{TRANSACTIONS}?{query}")).await.expect(400);
        assert!(detail(&refused).starts_with(words), "{}", refused.body);
    }
    for query in ["amount_direction=up", "status=seen", "reconciled=maybe", "sort_by=name"] {
        caller.get(&format!("{TRANSACTIONS}?{query}")).await.expect(422);
    }
}
