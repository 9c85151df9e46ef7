//! Day Zero: add payment to invoice (BEHAVIOUR 6, seed 004).

use serde_json::{Value, json};

use crate::support::*;

fn transaction(n: u8) -> String {
    format!("019ab37c-7001-7000-8000-00000000000{n}")
}

fn body(transaction: &str, amount: i64) -> Value {
    json!({ "transaction_id": transaction, "amount": amount })
}

fn detail(answer: &Answer) -> &str {
    answer.body["detail"].as_str().unwrap_or_default()
}

#[tokio::test]
async fn a_deposit_pays_an_invoice_and_answers_with_its_transaction() {
    let sandbox = Sandbox::start();
    let answer = sandbox.dayzero().post(&dz_payments(1), body(DEPOSIT, 12_000)).await.expect(201);
    for (field, value) in [
        ("invoice_id", json!("019ab37c-1001-7000-8000-000000000001")),
        ("transaction_id", json!(DEPOSIT)),
        ("amount", json!(12_000)),
        ("currency", json!("USD")),
        ("business_id", json!(DZ_BUSINESS)),
        ("paid_on", json!("2026-02-09T00:00:00Z")),
    ] {
        assert_eq!(answer.body[field], value, "{field}");
    }
    let id = uuid::Uuid::parse_str(answer.body["id"].as_str().unwrap()).unwrap();
    assert_eq!(id.get_version_num(), 7);
    assert_eq!(
        answer.body["transaction"],
        json!({ "id": DEPOSIT, "amount": 20_000, "currency": "USD", "datetime": "2026-02-09",
            "counterparty": "Acme Corp", "description": "ACH credit",
            "ledger_id": "019ab37c-led1-7000-8000-000000000001" })
    );
}

#[tokio::test]
async fn one_deposit_pays_two_invoices_and_then_is_spent() {
    let sandbox = Sandbox::start();
    let caller = sandbox.dayzero();
    caller.post(&dz_payments(1), body(DEPOSIT, 12_000)).await.expect(201);
    caller.post(&dz_payments(2), body(DEPOSIT, 8_000)).await.expect(201);
    let refused = caller.post(&dz_payments(2), body(DEPOSIT, 1)).await.expect(400);
    assert!(
        detail(&refused).contains("amount 1 ") && detail(&refused).contains("amount 0 "),
        "{}",
        refused.body
    );
}

#[tokio::test]
async fn a_deposit_never_gives_more_than_bills_left_of_it() {
    let sandbox = Sandbox::start();
    let caller = sandbox.dayzero();
    let refused = caller.post(&dz_payments(1), body(&transaction(4), 6_001)).await.expect(400);
    assert!(
        detail(&refused).contains("6001") && detail(&refused).contains("6000"),
        "{}",
        refused.body
    );
    caller.post(&dz_payments(1), body(&transaction(4), 6_000)).await.expect(201);
}

#[tokio::test]
async fn an_invoice_may_be_overpaid() {
    let sandbox = Sandbox::start();
    let caller = sandbox.dayzero();
    caller.post(&dz_payments(2), body(DEPOSIT, 20_000)).await.expect(201);
    let more = body("019ab37c-txn1-7000-8000-000000000001", 12_000);
    caller.post(&dz_payments(2), more).await.expect(201);
}

#[tokio::test]
async fn paid_on_is_the_clients_or_the_transactions_day() {
    let sandbox = Sandbox::start();
    let caller = sandbox.dayzero();
    let mut said = body(DEPOSIT, 1);
    said["paid_on"] = json!("2026-02-10T14:30:00+02:00");
    let answer = caller.post(&dz_payments(1), said.clone()).await.expect(201);
    assert_eq!(answer.body["paid_on"], "2026-02-10T12:30:00Z");
    said["paid_on"] = Value::Null;
    let answer = caller.post(&dz_payments(1), said).await.expect(201);
    assert_eq!(answer.body["paid_on"], "2026-02-09T00:00:00Z");
}

#[tokio::test]
async fn each_rule_refuses_in_its_own_words() {
    let sandbox = Sandbox::start();
    let caller = sandbox.dayzero();
    for (invoice, transaction, status, words) in [
        (1, "no-such", 404, "Transaction not found"),
        (1, NOTHING, 404, "Transaction not found"),
        (9, DEPOSIT, 404, "Resource not found"),
        (1, &transaction(2), 400, "withdrawal of -5000"),
        (1, &transaction(3), 400, "EUR does not match invoice currency USD"),
        (3, DEPOSIT, 400, "draft"),
        (4, DEPOSIT, 409, "void"),
        (5, DEPOSIT, 409, "uncollectible"),
    ] {
        let answer = caller.post(&dz_payments(invoice), body(transaction, 1)).await.expect(status);
        assert!(detail(&answer).contains(words), "{}", answer.body);
    }
}

#[tokio::test]
async fn who_calls_and_for_which_business_must_be_said() {
    let sandbox = Sandbox::start();
    let call = |token: Option<&str>, business: Option<&str>| {
        let mut call = sandbox.call("POST", &dz_payments(1)).json(&body(DEPOSIT, 1));
        if let Some(token) = token {
            call = call.header("authorization", token);
        }
        if let Some(business) = business {
            call = call.header("x-business-id", business);
        }
        call.send()
    };
    let good = "Bearer dz_sandbox_default";
    for token in [
        None,
        Some("Bearer nonsense"),
        Some("dz_sandbox_default"),
        Some("Basic ZHo6"),
        Some("Bearer "),
    ] {
        let answer = call(token, Some(DZ_BUSINESS)).await.expect(401);
        assert_eq!(detail(&answer), "Not authenticated", "{token:?}");
    }
    assert!(detail(&call(Some(good), None).await.expect(400)).contains("x-business-id"));
    for business in ["019ab37c-b051-7000-8000-000000000002", NOTHING, BUSINESS, "no-uuid"] {
        let answer = call(Some(good), Some(business)).await.expect(404);
        assert_eq!(detail(&answer), "Resource not found", "{business}");
    }
    call(Some("bearer dz_sandbox_default"), Some(DZ_BUSINESS)).await.expect(201);
}

#[tokio::test]
async fn every_wrong_field_is_named_at_once_in_pydantics_words() {
    let sandbox = Sandbox::start();
    let caller = sandbox.dayzero();
    let path = dz_payments(1);
    let errors = async |body: Value| {
        let answer = caller.post(&path, body).await.expect(422);
        let errors = answer.body["detail"].as_array().unwrap().clone();
        errors
            .into_iter()
            .map(|error| (error["loc"].clone(), error["type"].as_str().unwrap().to_owned(), error))
            .collect::<Vec<_>>()
    };
    let empty = errors(json!({})).await;
    assert_eq!(empty.iter().map(|it| it.1.as_str()).collect::<Vec<_>>(), ["missing", "missing"]);
    assert_eq!(
        empty[0].2,
        json!({ "type": "missing", "loc": ["body", "transaction_id"], "msg": "Field required", "input": {} })
    );
    let cases = [
        (json!(0), "greater_than", "Input should be greater than 0"),
        (json!(-1), "greater_than", "Input should be greater than 0"),
        (
            json!(1.5),
            "int_from_float",
            "Input should be a valid integer, got a number with a fractional part",
        ),
        (
            json!("a"),
            "int_parsing",
            "Input should be a valid integer, unable to parse string as an integer",
        ),
        (json!(true), "int_type", "Input should be a valid integer"),
        (Value::Null, "int_type", "Input should be a valid integer"),
        (json!([]), "int_type", "Input should be a valid integer"),
    ];
    for (amount, kind, words) in cases {
        let mut wrong = body(DEPOSIT, 1);
        wrong["amount"] = amount.clone();
        let found = errors(wrong).await;
        assert_eq!(found.len(), 1, "{amount}");
        assert_eq!(
            (found[0].1.as_str(), &found[0].2["msg"], &found[0].2["input"]),
            (kind, &json!(words), &amount)
        );
        assert_eq!(found[0].0, json!(["body", "amount"]));
        let ctx = found[0].2.get("ctx");
        assert_eq!(ctx, (kind == "greater_than").then(|| json!({ "gt": 0 })).as_ref(), "{amount}");
    }
    let all = errors(json!({ "transaction_id": 5, "amount": "x", "paid_on": "yesterday" })).await;
    let kinds: Vec<_> = all.iter().map(|it| it.1.as_str()).collect();
    assert_eq!(kinds, ["string_type", "int_parsing", "datetime_from_date_parsing"]);
}

#[tokio::test]
async fn an_invoice_id_that_is_no_uuid_is_an_error_of_the_path() {
    let sandbox = Sandbox::start();
    let answer =
        sandbox.dayzero().post("/api/v1/invoices/inv_1/payments", json!({})).await.expect(422);
    let errors = answer.body["detail"].as_array().unwrap();
    assert_eq!(errors.len(), 3, "the path's and the body's at once");
    assert_eq!(errors[0]["loc"], json!(["path", "invoice_id"]));
    assert_eq!(errors[0]["type"], "uuid_parsing");
    assert!(errors[0]["msg"].as_str().unwrap().starts_with("Input should be a valid UUID, "));
}

#[tokio::test]
async fn malformed_json_is_said_with_its_position() {
    let sandbox = Sandbox::start();
    let call = sandbox.dayzero().call("POST", &dz_payments(1));
    let answer = call.body("application/json", "{\"amount\": }").send().await.expect(422);
    let error = &answer.body["detail"][0];
    assert_eq!(
        (&error["type"], &error["msg"], &error["input"]),
        (&json!("json_invalid"), &json!("JSON decode error"), &json!({}))
    );
    assert_eq!(error["loc"][0], "body");
    assert!(error["loc"][1].is_u64() && error["ctx"]["error"].is_string(), "{error}");
}

#[tokio::test]
async fn a_trailing_slash_answers_too() {
    let sandbox = Sandbox::start();
    let path = format!("{}/", dz_payments(1));
    sandbox.dayzero().post(&path, body(DEPOSIT, 1)).await.expect(201);
}

#[tokio::test]
async fn an_instant_that_has_no_four_digit_year_in_utc_is_refused() {
    let sandbox = Sandbox::start();
    let caller = sandbox.dayzero();
    for paid_on in ["9999-12-31T23:59:59-23:59", "0000-01-01T00:00:00+23:59"] {
        let mut body = body(DEPOSIT, 1);
        body["paid_on"] = json!(paid_on);
        let answer = caller.post(&dz_payments(1), body).await.expect(422);
        assert_eq!(answer.body["detail"][0]["loc"], json!(["body", "paid_on"]), "{paid_on}");
    }
}
