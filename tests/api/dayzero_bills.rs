//! Day Zero: bills from the draft to the last payment (BEHAVIOUR 6).

use serde_json::{Value, json};

use crate::support::*;

const BILLS: &str = "/api/v1/bills";
const HOSTING: &str = "019ab37c-3001-7000-8000-000000000001";
/// A withdrawal of 5000.
const WITHDRAWAL: &str = "019ab37c-7001-7000-8000-000000000002";

fn bill(n: u8) -> String {
    format!("{BILLS}/019ab37c-4001-7000-8000-00000000000{n}")
}

fn payments(n: u8) -> String {
    format!("{}/payments", bill(n))
}

fn pay(transaction: &str, amount: i64) -> Value {
    json!({ "transaction_id": transaction, "amount": amount })
}

fn detail(answer: &Answer) -> &str {
    answer.body["detail"].as_str().unwrap_or_default()
}

async fn standing(caller: &Caller<'_>, n: u8) -> (String, i64) {
    let body = caller.get(&bill(n)).await.expect(200).body;
    (body["status"].as_str().unwrap().to_owned(), body["total_paid"].as_i64().unwrap())
}

#[tokio::test]
async fn the_fixtures_have_four_bills() {
    let sandbox = Sandbox::start();
    let caller = sandbox.dayzero();
    for (n, status, amount, expected, description) in [
        (1, "received", json!(5_000), 5_000, "Hosting, January"),
        (2, "received", json!(30_000), 30_000, "Office rent, February"),
        (3, "draft", Value::Null, 8_000, "Software licences"),
        (4, "canceled", json!(6_000), 6_000, "Hosting, charged twice"),
    ] {
        let body = caller.get(&bill(n)).await.expect(200).body;
        for (field, value) in [
            ("status", json!(status)),
            ("amount", amount),
            ("expected_amount", json!(expected)),
            ("description", json!(description)),
            ("bill_number", json!(format!("B-000{n}"))),
            ("vendor_name", json!("Cloud Hosting Inc")),
            ("vendor_email", Value::Null),
            ("type", json!("one_time")),
            ("paid_on", Value::Null),
            ("signed_url", Value::Null),
        ] {
            assert_eq!(body[field], value, "{n} {field}");
        }
    }
    let first = caller.get(&bill(1)).await.body;
    assert_eq!(first["received_on"], "2026-02-01T00:00:00Z");
    assert_eq!(first["due_on"], "2026-03-01T00:00:00Z");
}

#[tokio::test]
async fn a_new_bill_is_a_draft_that_expects_an_amount() {
    let sandbox = Sandbox::start();
    let caller = sandbox.dayzero();
    let body = json!({ "vendor_id": HOSTING, "description": "Office supplies",
        "due_on": "2026-04-30", "type": "recurring", "expected_amount": 45_000,
        "expected_paid_on_date": "2026-05-01T12:00:00+02:00", "s3_key": "bills/1.pdf" });
    let made = caller.post(BILLS, body).await.expect(201).body;
    for (field, value) in [
        ("status", json!("draft")),
        ("currency", json!("USD")),
        ("bill_number", json!("B-0005")),
        ("type", json!("recurring")),
        ("expected_amount", json!(45_000)),
        ("expected_paid_on_date", json!("2026-05-01T10:00:00Z")),
        ("amount", Value::Null),
        ("total_paid", json!(0)),
        ("received_on", Value::Null),
        ("due_on", json!("2026-04-30T00:00:00Z")),
        ("s3_key", json!("bills/1.pdf")),
        ("payments", json!([])),
        ("journal_entries", json!([])),
    ] {
        assert_eq!(made[field], value, "{field}");
    }
    let id = uuid::Uuid::parse_str(made["id"].as_str().unwrap()).unwrap();
    assert_eq!(id.get_version_num(), 7);
    assert_eq!(caller.get(&format!("{BILLS}/{id}")).await.expect(200).body, made);
    let bare = caller.post(BILLS, json!({ "vendor_id": HOSTING })).await.expect(201).body;
    assert_eq!((&bare["expected_amount"], &bare["description"]), (&Value::Null, &Value::Null));
}

#[tokio::test]
async fn what_a_bill_says_must_hold() {
    let sandbox = Sandbox::start();
    let caller = sandbox.dayzero();
    for vendor in [NOTHING, "hosting", VENDOR] {
        for (path, body) in [
            (BILLS.to_owned(), json!({ "vendor_id": vendor })),
            (format!("{BILLS}/received"), json!({ "vendor_id": vendor, "amount": 1 })),
        ] {
            let refused = caller.post(&path, body).await.expect(404);
            assert_eq!(detail(&refused), "Vendor not found", "{path} {vendor}");
        }
    }
    for (field, value, words) in [
        ("type", "weekly", "Unknown bill type 'weekly'; known: recurring, one_time"),
        ("due_on", "soon", "Invalid due_on 'soon': send a date (2026-02-10)"),
    ] {
        for path in [BILLS.to_owned(), format!("{BILLS}/received")] {
            let mut body = json!({ "vendor_id": HOSTING, "amount": 1 });
            body[field] = json!(value);
            let refused = caller.post(&path, body).await.expect(400);
            assert!(detail(&refused).starts_with(words), "{}", refused.body);
        }
    }
    let body = json!({ "vendor_id": HOSTING, "expected_paid_on_date": "soon" });
    caller.post(BILLS, body).await.expect(400);
    caller.post(BILLS, json!({ "description": "nobody's" })).await.expect(422);
    for path in [bill(9), format!("{BILLS}/nothing"), payments(9)] {
        assert_eq!(detail(&caller.get(&path).await.expect(404)), "Resource not found");
    }
    caller.get(&format!("{BILLS}/received")).await.expect(405);
}

#[tokio::test]
async fn a_bill_may_come_without_having_been_expected() {
    let sandbox = Sandbox::start();
    let caller = sandbox.dayzero();
    let body = json!({ "vendor_id": HOSTING, "amount": 45_000, "description": "Office supplies",
        "type": "one-time", "due_on": "2026-04-30", "received_on": "2026-04-01",
        "bill_number": "CH-7", "currency": "EUR" });
    let made = caller.post(&format!("{BILLS}/received"), body).await.expect(201).body;
    for (field, value) in [
        ("status", json!("received")),
        ("type", json!("one_time")),
        ("bill_number", json!("CH-7")),
        ("currency", json!("EUR")),
        ("amount", json!(45_000)),
        ("expected_amount", Value::Null),
        ("received_on", json!("2026-04-01T00:00:00Z")),
    ] {
        assert_eq!(made[field], value, "{field}");
    }
    let now = json!({ "vendor_id": HOSTING, "amount": 1 });
    let now = caller.post(&format!("{BILLS}/received"), now).await.expect(201).body;
    assert_eq!(now["received_on"], now["created_at"]);
    let none = json!({ "vendor_id": HOSTING, "amount": 0 });
    caller.post(&format!("{BILLS}/received"), none).await.expect(422);
}

#[tokio::test]
async fn a_draft_takes_payments_once_it_is_received() {
    let sandbox = Sandbox::start();
    let caller = sandbox.dayzero();
    let refused = caller.post(&payments(3), pay(WITHDRAWAL, 1)).await.expect(400);
    assert_eq!(detail(&refused), "Bill is not received yet: it takes no payments");
    let receipt = json!({ "amount": 8_200, "ledger_id": "led-1", "received_on": "2026-03-20",
        "due_on": "2026-04-20", "s3_key": "bills/3.pdf" });
    let receive = async |n: u8, body: &Value| {
        let path = format!("{}/receipt", bill(n));
        caller.call("PATCH", &path).json(body).send().await
    };
    let received = receive(3, &receipt).await.expect(200).body;
    for (field, value) in [
        ("status", json!("received")),
        ("amount", json!(8_200)),
        ("expected_amount", json!(8_000)),
        ("received_on", json!("2026-03-20T00:00:00Z")),
        ("due_on", json!("2026-04-20T00:00:00Z")),
        ("s3_key", json!("bills/3.pdf")),
    ] {
        assert_eq!(received[field], value, "{field}");
    }
    caller.post(&payments(3), pay(DEPOSIT, 8_199)).await.expect(201);
    assert_eq!(standing(&caller, 3).await, ("partially_paid".to_owned(), 8_199));
    for (n, word) in [(1, "received"), (3, "partially_paid"), (4, "canceled")] {
        let refused = receive(n, &receipt).await.expect(409);
        let words = format!("Bill is {word}: only a draft or forecasted bill can be received");
        assert_eq!(detail(&refused), words);
    }
    receive(9, &receipt).await.expect(404);
    for field in ["received_on", "due_on", "journal_entry_date"] {
        let mut wrong = receipt.clone();
        wrong[field] = json!("soon");
        let refused = receive(3, &wrong).await.expect(400);
        assert!(detail(&refused).starts_with(&format!("Invalid {field}")), "{}", refused.body);
    }
    receive(3, &json!({ "amount": 0 })).await.expect(422);
}

#[tokio::test]
async fn a_withdrawal_and_a_deposit_both_pay_bills() {
    let sandbox = Sandbox::start();
    let caller = sandbox.dayzero();
    let paid = caller.post(&payments(1), pay(WITHDRAWAL, 2_000)).await.expect(201).body;
    for (field, value) in [
        ("bill_id", json!("019ab37c-4001-7000-8000-000000000001")),
        ("transaction_id", json!(WITHDRAWAL)),
        ("amount", json!(2_000)),
        ("currency", json!("USD")),
        ("paid_on", json!("2026-02-09T00:00:00Z")),
        ("business_id", json!(DZ_BUSINESS)),
    ] {
        assert_eq!(paid[field], value, "{field}");
    }
    assert_eq!(standing(&caller, 1).await, ("partially_paid".to_owned(), 2_000));
    let mut last = pay(DEPOSIT, 3_000);
    last["paid_on"] = json!("2026-02-20T08:00:00Z");
    caller.post(&payments(1), last).await.expect(201);
    assert_eq!(standing(&caller, 1).await, ("paid".to_owned(), 5_000));
    let shown = caller.get(&bill(1)).await.body;
    assert_eq!(shown["paid_on"], "2026-02-20T08:00:00Z", "the day of the last payment");
    assert_eq!(shown["payments"].as_array().unwrap().len(), 2);
    caller.post(&payments(1), pay(DEPOSIT, 1)).await.expect(201);
    assert_eq!(standing(&caller, 1).await, ("paid".to_owned(), 5_001), "overpaying is allowed");
}

#[tokio::test]
async fn each_rule_of_paying_refuses_in_its_own_words() {
    let sandbox = Sandbox::start();
    let caller = sandbox.dayzero();
    let euros = "019ab37c-7001-7000-8000-000000000003";
    for (n, transaction, amount, status, words) in [
        (1, "no-such", 1, 404, "Transaction not found"),
        (9, DEPOSIT, 1, 404, "Resource not found"),
        (9, "no-such", 1, 404, "Resource not found"),
        (1, euros, 1, 400, "Transaction currency EUR does not match bill currency USD"),
        (
            1,
            WITHDRAWAL,
            5_001,
            400,
            "Payment amount 5001 exceeds the transaction's remaining unallocated amount 5000 (cents)",
        ),
        (4, DEPOSIT, 1, 409, "Bill is canceled: it takes no payments"),
    ] {
        let answer = caller.post(&payments(n), pay(transaction, amount)).await.expect(status);
        assert_eq!(detail(&answer), words);
    }
    caller.post(&payments(1), pay(DEPOSIT, 0)).await.expect(422);
}

#[tokio::test]
async fn a_payment_that_is_taken_off_gives_back_what_it_took() {
    let sandbox = Sandbox::start();
    let caller = sandbox.dayzero();
    let paid = caller.post(&payments(1), pay(WITHDRAWAL, 5_000)).await.expect(201).body;
    assert_eq!(standing(&caller, 1).await, ("paid".to_owned(), 5_000));
    let id = paid["id"].as_str().unwrap();
    let off = async |path: String| caller.call("DELETE", &path).send().await;
    for path in [payments(2), payments(9), dz_payments(1)] {
        off(format!("{path}/{id}")).await.expect(404);
    }
    off(format!("{}/nothing", payments(1))).await.expect(404);
    let gone = off(format!("{}/{id}", payments(1))).await.expect(200);
    assert_eq!(gone.body["code"], "PAYMENT_REMOVED");
    assert_eq!(standing(&caller, 1).await, ("received".to_owned(), 0));
    assert_eq!(caller.get(&bill(1)).await.body["paid_on"], Value::Null);
    caller.post(&payments(2), pay(WITHDRAWAL, 5_000)).await.expect(201);
}

#[tokio::test]
async fn the_list_filters_by_each_of_its_fields() {
    let sandbox = Sandbox::start();
    let caller = sandbox.dayzero();
    let found = async |query: &str| {
        let path = format!("{BILLS}?sort_by=amount&descending=false&{query}");
        let body = caller.get(&path).await.expect(200).body;
        let items = body["items"].as_array().unwrap().iter();
        items
            .map(|it| it["bill_number"].as_str().unwrap().chars().last().unwrap())
            .collect::<String>()
    };
    for (query, expected) in [
        ("", "3142"),
        (&*format!("vendor_id={HOSTING}"), "3142"),
        ("vendor_id=nobody", ""),
        ("vendor_search=hosting", "3142"),
        ("vendor_search=rent", ""),
        ("status=received", "12"),
        ("status=canceled", "4"),
        ("status=forecasted", ""),
        ("search=RENT", "2"),
        ("search=b-0003", "3"),
        ("search=cloud", "3142"),
        ("bill_number=0004", "4"),
        ("bill_number=rent", ""),
        ("due_date_from=2026-03-02", "42"),
        ("due_date_to=2026-03-02", "14"),
        ("due_date_from=2026-03-02&due_date_to=2026-03-02", "4"),
    ] {
        assert_eq!(found(query).await, expected, "{query}");
    }
    let newest = caller.get(&format!("{BILLS}?limit=1&include_total_count=true")).await.body;
    assert_eq!(
        (&newest["items"][0]["bill_number"], &newest["total_count"]),
        (&json!("B-0002"), &json!(4))
    );
    caller.get(&format!("{BILLS}?status=seen")).await.expect(422);
    for (query, amounts) in [("", [20, 10]), ("?sort_by=paid_on&descending=false", [10, 20])] {
        if query.is_empty() {
            caller.post(&payments(1), pay(WITHDRAWAL, 10)).await.expect(201);
            let mut late = pay(WITHDRAWAL, 20);
            late["paid_on"] = json!("2026-03-01T00:00:00Z");
            caller.post(&payments(1), late).await.expect(201);
        }
        let list = caller.get(&format!("{}{query}", payments(1))).await.expect(200).body;
        let items = list["items"].as_array().unwrap().iter();
        assert_eq!(items.map(|it| it["amount"].clone()).collect::<Vec<_>>(), amounts, "{query}");
    }
}
