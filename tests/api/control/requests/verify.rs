//! Verify: whether a call was sent, and how often; if not, which came nearest and why it was not
//! the one.

use serde_json::{Value, json};

use crate::control::pay_all;
use crate::support::*;

async fn verify(sandbox: &Sandbox, expectation: Value) -> Value {
    sandbox.control("POST", "requests/verify", "default", expectation).await.expect(200).body
}

#[tokio::test]
async fn what_was_sent_is_verified_by_everything_that_can_be_said_of_it() {
    let sandbox = Sandbox::start();
    let partner = sandbox.partner().await;
    let call = partner.call("POST", &format!("{PAYMENTS}?page=1")).header("idempotency-key", "k");
    call.json(&pay_all()).send().await.expect(201);
    let body =
        json!({ "total_amount_cents": 450_000.0, "allocations": [{ "invoice_id": INV_0042 }] });
    let all = json!({ "provider": "thredfi", "operation": "create_invoice_payment", "method": "POST",
        "path": "/v1/platform/businesses/{business_id}/invoices/payments", "status": "2xx",
        "query": { "page": "1", "page_size": null },
        "headers": { "Idempotency-Key": "k", "prefer": null }, "body": body, "exactly": 1 });
    let verdict = verify(&sandbox, all).await;
    assert_eq!(
        (&verdict["verified"], &verdict["count"], &verdict["complete"]),
        (&json!(true), &json!(1), &json!(true))
    );
    assert_eq!(verdict["matching"][0]["operation"], "create_invoice_payment");
    assert_eq!(verdict["nearest"], json!([]));
    for (expectation, verified) in [
        (json!({}), true),
        (json!({ "operation": "list_invoice_payments" }), false),
        (json!({ "operation": "list_invoice_payments", "exactly": 0 }), true),
        (json!({ "operation": "thredfi/create_invoice_payment", "status": 201 }), true),
        (json!({ "at_least": 2 }), true),
        (json!({ "at_least": 3 }), false),
        (json!({ "at_most": 1 }), false),
        (json!({ "at_least": 1, "at_most": 2 }), true),
        (json!({ "since": 1, "exactly": 1 }), true),
        (json!({ "headers": { "accept": "*/*" } }), true),
        (json!({ "headers": { "accept": "text/html" } }), false),
    ] {
        assert_eq!(
            verify(&sandbox, expectation.clone()).await["verified"],
            verified,
            "{expectation}"
        );
    }
}

#[tokio::test]
async fn a_form_is_verified_as_it_was_understood() {
    let sandbox = Sandbox::start();
    let partner = sandbox.partner().await;
    let form = format!(
        "customer_id={CUSTOMER}&total_amount_cents=5&allocations[0][invoice_id]={INV_0042}&allocations[0][amount_cents]=5"
    );
    let call = partner.call("POST", PAYMENTS).body("application/x-www-form-urlencoded", form);
    call.send().await.expect(201);
    let wanted =
        json!({ "body": { "total_amount_cents": 5, "allocations": [{ "amount_cents": 5 }] } });
    assert_eq!(verify(&sandbox, wanted).await["verified"], true);
}

#[tokio::test]
async fn what_was_not_sent_comes_back_with_the_nearest_call_and_what_differs() {
    let sandbox = Sandbox::start();
    let partner = sandbox.partner().await;
    let mut odd = pay_all();
    odd["allocations"][0]["invoice_id"] = json!(INV_0043);
    partner.pay(odd).await.expect(422);
    partner.pay(pay_all()).await.expect(201);
    partner.get(PAYMENTS).await.expect(200);
    let expectation = json!({ "operation": "create_invoice_payment", "status": 201, "exactly": 1,
        "headers": { "idempotency-key": "k" },
        "body": { "total_amount_cents": 450_001, "allocations": [{ "invoice_id": INV_0042 }], "note": "x" } });
    let verdict = verify(&sandbox, expectation).await;
    assert_eq!((&verdict["verified"], &verdict["count"]), (&json!(false), &json!(0)));
    let said =
        "exactly 1 call of create_invoice_payment answered 201, with headers, a body as given";
    assert_eq!(verdict["expected"], said);
    let nearest = verdict["nearest"].as_array().unwrap();
    let numbers: Vec<_> = nearest.iter().map(|miss| miss["call"]["number"].clone()).collect();
    assert_eq!(numbers, [3, 2, 4], "{verdict}");
    let difference = |place: &str, at: &str, expected: Value, actual: Value| {
        let mut it = json!({ "place": place, "at": at, "expected": expected });
        if !actual.is_null() {
            it["actual"] = actual;
        }
        it
    };
    assert_eq!(nearest[0]["distance"], 3);
    let differences = [
        difference("header", "idempotency-key", json!("k"), Value::Null),
        difference("body", "/total_amount_cents", json!(450_001), json!(450_000)),
        difference("body", "/note", json!("x"), Value::Null),
    ];
    let said = nearest[0]["differences"].as_array().unwrap();
    assert_eq!(said.len(), 3, "{verdict}");
    for it in differences {
        assert!(said.contains(&it), "{it} is not in {verdict}");
    }
    let of_second = nearest[1]["differences"].as_array().unwrap();
    let wrong_invoice =
        difference("body", "/allocations/0/invoice_id", json!(INV_0042), json!(INV_0043));
    assert!(of_second.contains(&wrong_invoice), "{verdict}");
    assert!(of_second.contains(&difference("status", "", json!("201"), json!(422))), "{verdict}");
}

#[tokio::test]
async fn too_many_calls_are_shown_and_no_misses() {
    let sandbox = Sandbox::start();
    let partner = sandbox.partner().await;
    for _ in 0..12 {
        partner.get(PAYMENTS).await.expect(200);
    }
    let verdict =
        verify(&sandbox, json!({ "operation": "list_invoice_payments", "exactly": 1 })).await;
    assert_eq!((&verdict["verified"], &verdict["count"]), (&json!(false), &json!(12)));
    assert_eq!(verdict["matching"].as_array().unwrap().len(), 10);
    assert_eq!((&verdict["matching"][0]["number"], &verdict["nearest"]), (&json!(13), &json!([])));
}

#[tokio::test]
async fn a_window_that_lost_calls_says_so() {
    let sandbox =
        Sandbox::with(sandbook::Config { journal_entries: 2, ..sandbook::Config::default() });
    let partner = sandbox.partner().await;
    for _ in 0..3 {
        partner.get(PAYMENTS).await.expect(200);
    }
    let pay = json!({ "operation": "create_invoice_payment", "exactly": 0 });
    let verdict = verify(&sandbox, pay.clone()).await;
    let of = |verdict: &Value| (verdict["complete"].clone(), verdict["dropped"].clone());
    assert_eq!(of(&verdict), (json!(false), json!(2)));
    let mut later = pay;
    later["since"] = json!(2);
    assert_eq!(of(&verify(&sandbox, later).await), (json!(true), json!(0)));
}

#[tokio::test]
async fn a_body_that_was_cut_leaves_the_answer_open() {
    let sandbox = Sandbox::start();
    let partner = sandbox.partner().await;
    let long =
        json!({ "customer_id": CUSTOMER, "total_amount_cents": 5, "color": "r".repeat(70_000) });
    partner.pay(long).await.expect(201);
    let verdict = verify(&sandbox, json!({ "body": { "total_amount_cents": 5 } })).await;
    let said = (&verdict["verified"], &verdict["complete"], &verdict["cut"]);
    assert_eq!(said, (&json!(false), &json!(false), &json!(1)));
}

#[tokio::test]
async fn an_expectation_that_says_nothing_clear_is_refused() {
    let sandbox = Sandbox::start();
    for (expectation, at) in [
        (json!({ "operation": "create_invoce_payment", "exactly": 0 }), "#/operation"),
        (json!({ "provider": "stripe", "exactly": 0 }), "#/provider"),
        (json!({ "status": "teapot" }), "#/status"),
        (json!({ "status": 42 }), "#/status"),
        (json!({ "status": {} }), "#/status"),
        (json!({ "exactly": 1, "at_most": 2 }), "#/exactly"),
        (json!({ "at_least": 3, "at_most": 2 }), "#/at_least"),
        (json!({ "exactly": -1 }), "#/exactly"),
        (json!({ "times": 1 }), "#/times"),
        (json!({ "headers": { "a": 1 } }), "#/headers/a"),
    ] {
        let refused =
            sandbox.control("POST", "requests/verify", "default", expectation.clone()).await;
        assert_eq!(refused.expect(400).body["errors"][0]["at"], at, "{expectation}");
    }
}

#[tokio::test]
async fn what_is_shown_masked_is_not_verified() {
    let sandbox = Sandbox::start();
    sandbox.partner().await.get(PAYMENTS).await.expect(200);
    for (expectation, at) in [
        (json!({ "headers": { "authorization": "Bearer x" } }), "#/headers/authorization"),
        (json!({ "headers": { "X-Api-Key": "x" } }), "#/headers/X-Api-Key"),
        (json!({ "body": { "client_secret": "x" } }), "#/body"),
        (json!({ "query": { "access_token": "x" }, "exactly": 0 }), "#/query/access_token"),
        (json!({ "query": { "back": "/?access_token=x" } }), "#/query/back"),
        (json!({ "query": { "a/b~token": "x" } }), "#/query/a~1b~0token"),
        (json!({ "headers": { "Referer": "http://a/?access_token=x" } }), "#/headers/Referer"),
    ] {
        let refused =
            sandbox.control("POST", "requests/verify", "default", expectation.clone()).await;
        assert_eq!(refused.expect(400).body["errors"][0]["at"], at, "{expectation}");
    }
    // That one is not there can be seen.
    let none = json!({ "headers": { "x-api-key": null }, "exactly": 2 });
    let verdict = sandbox.control("POST", "requests/verify", "default", none).await.expect(200);
    assert_eq!(verdict.body["verified"], true, "{}", verdict.body);
}

#[tokio::test]
async fn a_query_is_verified_whatever_signs_it_has_that_no_secret_needs() {
    let sandbox = Sandbox::start();
    let partner = sandbox.partner().await;
    partner.get(&format!("{PAYMENTS}?search=O'Brien%20Ltd&page_size=5")).await.expect(200);
    partner.get(&format!("{PAYMENTS}?search=secret+garden&token=T")).await.expect(200);
    for (query, count) in [
        (json!({ "search": "O'Brien Ltd", "page_size": "5" }), 1),
        (json!({ "search": "secret garden" }), 1),
        (json!({ "page_size": null }), 1),
        (json!({ "token": null }), 1),
        (json!({ "search": "secret", "token": null }), 0),
    ] {
        let list = json!({ "operation": "list_invoice_payments", "query": query });
        assert_eq!(verify(&sandbox, list).await["count"], count, "{query}");
    }
}
