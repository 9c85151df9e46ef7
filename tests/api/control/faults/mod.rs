//! Faults: rules that make calls go wrong, and whose turn it is.

mod lines;
mod refused;

use serde_json::{Value, json};

use super::pay_all;
use crate::support::*;

/// Sets a rule in the default world; its number.
async fn add(sandbox: &Sandbox, rule: Value) -> i64 {
    let made = sandbox.control("POST", "faults", "default", rule).await.expect(201);
    made.body["id"].as_i64().unwrap()
}

async fn clear(sandbox: &Sandbox) {
    sandbox.control("DELETE", "faults", "default", Value::Null).await.expect(204);
}

/// How many calls the first rule of the default world fitted, and how often it was carried out.
async fn counts(sandbox: &Sandbox) -> (u64, u64) {
    let list = sandbox.control("GET", "faults", "default", Value::Null).await.expect(200).body;
    let count = |name: &str| list["faults"][0][name].as_u64().unwrap();
    (count("matched"), count("applied"))
}

/// Which of so many lists of payments a rule turns into a 404, from 1.
async fn struck(sandbox: &Sandbox, when: Value, calls: u64) -> Vec<u64> {
    clear(sandbox).await;
    let mut when = when;
    when["operation"] = json!("list_invoice_payments");
    add(sandbox, json!({ "when": when, "then": { "status": 404 } })).await;
    let partner = sandbox.partner().await;
    let mut places = Vec::new();
    for place in 1..=calls {
        if partner.get(PAYMENTS).await.status == 404 {
            places.push(place);
        }
    }
    assert_eq!(counts(sandbox).await, (calls, u64::try_from(places.len()).unwrap()));
    places
}

#[tokio::test]
async fn the_second_payment_is_refused_in_the_providers_words_and_the_books_stay() {
    let sandbox = Sandbox::start();
    let second = json!({ "operation": "create_invoice_payment", "nth": 2 });
    add(&sandbox, json!({ "name": "second", "when": second, "then": { "status": 422 } })).await;
    let partner = sandbox.partner().await;
    let five = json!({ "customer_id": CUSTOMER, "total_amount_cents": 5 });
    partner.pay(five.clone()).await.expect(201);
    let refused = partner.pay(pay_all()).await.refused(422, "unprocessable");
    assert!(refused.body["message"].as_str().unwrap().contains("fault"), "{}", refused.body);
    assert_eq!(partner.outstanding(CUSTOMER, INV_0042).await, 450_000);
    partner.pay(pay_all()).await.expect(201);
    let entry = format!("requests/{}", refused.header("x-request-id"));
    let entry = sandbox.control("GET", &entry, "default", Value::Null).await.expect(200).body;
    assert_eq!(entry["forced"], "fault 1");
    let rules = sandbox.control("GET", "faults", "default", Value::Null).await.expect(200).body;
    let rule = json!({ "id": 1, "name": "second", "matched": 4, "applied": 1,
        "when": { "operation": "create_invoice_payment", "nth": 2 }, "then": { "status": 422 } });
    assert_eq!(rules["faults"], json!([rule]));
}

#[tokio::test]
async fn day_zero_refuses_in_its_own_words() {
    let sandbox = Sandbox::start();
    add(&sandbox, json!({ "when": { "provider": "dayzero" }, "then": { "status": 409 } })).await;
    let link = json!({ "transaction_id": DEPOSIT, "amount": 1 });
    let refused = sandbox.dayzero().post(&dz_payments(1), link).await.expect(409);
    assert!(refused.body["detail"].as_str().unwrap().contains("fault"), "{}", refused.body);
}

#[tokio::test]
async fn an_example_or_a_body_of_ones_own_is_answered_as_it_stands() {
    let sandbox = Sandbox::start();
    let partner = sandbox.partner().await;
    let mut page = partner.get(PAYMENTS).await.expect(200).body;
    page["count"] = json!(7);
    let example = json!({ "status": 201, "example": "CreatePaymentResponse(UKPub)" });
    let own = json!({ "status": 200, "body": page });
    add(&sandbox, json!({ "when": { "operation": "create_invoice_payment" }, "then": example }))
        .await;
    add(&sandbox, json!({ "when": { "operation": "list_invoice_payments" }, "then": own })).await;
    let made = partner.pay(pay_all()).await.expect(201).body;
    let pointer = format!(
        "/paths/{}/post/responses/201/content/application~1json/examples",
        TEMPLATE.replace('/', "~1")
    );
    let examples = document("thredfi").pointer(&pointer).unwrap().clone();
    assert_eq!(made, examples["CreatePaymentResponse(UKPub)"]["value"]);
    assert_eq!(partner.get(PAYMENTS).await.expect(200).body, page);
    assert_eq!(partner.outstanding_after_faults(&sandbox).await, 450_000);
}

const TEMPLATE: &str = "/v1/platform/businesses/{business_id}/invoices/payments/";

impl Caller<'_> {
    async fn outstanding_after_faults(&self, sandbox: &Sandbox) -> i64 {
        clear(sandbox).await;
        self.outstanding(CUSTOMER, INV_0042).await
    }
}

#[tokio::test]
async fn rules_take_turns_as_they_count() {
    let sandbox = Sandbox::start();
    for (when, calls) in [
        (json!({}), vec![1, 2, 3, 4, 5, 6]),
        (json!({ "nth": 2 }), vec![2]),
        (json!({ "every": 3 }), vec![3, 6]),
        (json!({ "after": 4 }), vec![5, 6]),
        (json!({ "count": 2 }), vec![1, 2]),
        (json!({ "after": 1, "every": 2, "count": 1 }), vec![3]),
        (json!({ "chance": 0.0 }), vec![]),
        (json!({ "chance": 1.0 }), vec![1, 2, 3, 4, 5, 6]),
    ] {
        assert_eq!(struck(&sandbox, when.clone(), 6).await, calls, "{when}");
    }
}

#[tokio::test]
async fn by_chance_the_same_calls_get_the_same_faults_and_another_seed_others() {
    let sandbox = Sandbox::start();
    let half = json!({ "chance": 0.5 });
    let first = struck(&sandbox, half.clone(), 40).await;
    assert!((5..36).contains(&first.len()), "{first:?}");
    assert_eq!(struck(&sandbox, half.clone(), 40).await, first);
    let other = Sandbox::with(sandbook::Config { seed: 1, ..sandbook::Config::default() });
    assert_ne!(struck(&other, half, 40).await, first);
}

#[tokio::test]
async fn a_rule_is_about_a_header_a_method_or_a_provider() {
    let sandbox = Sandbox::start();
    let (partner, dayzero) = (sandbox.partner().await, sandbox.dayzero());
    let list = async |name: &str, value: &str| {
        partner.call("GET", PAYMENTS).header(name, value).send().await.status
    };
    let refuse = |when: Value| json!({ "when": when, "then": { "status": 429 } });
    let header = |value: Value| json!({ "header": value });
    add(&sandbox, refuse(header(json!({ "name": "X-Test", "value": "slow" })))).await;
    assert_eq!(list("x-test", "slow").await, 429);
    assert_eq!(list("x-test", "fast").await, 200);
    clear(&sandbox).await;
    add(&sandbox, refuse(header(json!({ "name": "X-Test" })))).await;
    assert_eq!((list("x-test", "any").await, list("x-other", "any").await), (429, 200));
    clear(&sandbox).await;
    add(&sandbox, refuse(json!({ "method": "POST" }))).await;
    assert_eq!(list("x-test", "any").await, 200);
    assert_eq!(partner.pay(pay_all()).await.status, 429);
    clear(&sandbox).await;
    add(&sandbox, refuse(json!({ "provider": "dayzero" }))).await;
    assert_eq!(list("x-test", "any").await, 200);
    assert_eq!(dayzero.get("/api/v1/invoices").await.expect(429).header("retry-after"), "1");
}

#[tokio::test]
async fn the_first_rule_that_is_due_strikes_and_those_behind_it_count_all_the_same() {
    let sandbox = Sandbox::start();
    let rule = |nth: i64, status: i64| {
        let when = json!({ "operation": "thredfi/list_invoice_payments", "nth": nth });
        json!({ "when": when, "then": { "status": status } })
    };
    for (nth, status) in [(1, 401), (1, 403), (2, 404)] {
        add(&sandbox, rule(nth, status)).await;
    }
    let partner = sandbox.partner().await;
    assert_eq!(partner.get(PAYMENTS).await.status, 401);
    assert_eq!(partner.get(PAYMENTS).await.status, 404);
    assert_eq!(partner.get(PAYMENTS).await.status, 200);
}

#[tokio::test]
async fn what_is_refused_before_the_books_is_not_counted() {
    let sandbox = Sandbox::start();
    let second = json!({ "operation": "create_invoice_payment", "nth": 1 });
    add(&sandbox, json!({ "when": second, "then": { "status": 422 } })).await;
    let partner = sandbox.partner().await;
    partner.pay(json!({})).await.refused(400, "validation_error");
    sandbox.call("POST", PAYMENTS).json(&pay_all()).send().await.expect(401);
    assert_eq!(counts(&sandbox).await, (0, 0));
    partner.pay(pay_all()).await.expect(422);
}

#[tokio::test]
async fn rules_are_their_worlds_own_and_go_one_by_one_or_with_a_reset() {
    let sandbox = Sandbox::start();
    let refuse = || json!({ "when": { "method": "POST" }, "then": { "status": 429 } });
    let rule = sandbox.control("POST", "faults", GUEST, refuse()).await.expect(201);
    assert_eq!(rule.body["id"], 1);
    sandbox.control("POST", "faults", GUEST, refuse()).await.expect(201);
    sandbox.partner().await.pay(pay_all()).await.expect(201);
    sandbox.token(GUEST, API_KEY).await.expect(429);
    sandbox.control("DELETE", "faults/1", GUEST, Value::Null).await.expect(204);
    let gone = sandbox.control("DELETE", "faults/1", GUEST, Value::Null).await.expect(404);
    assert!(gone.body["detail"].as_str().unwrap().contains("it has 2"), "{}", gone.body);
    sandbox.token(GUEST, API_KEY).await.expect(429);
    sandbox.control("POST", "reset", GUEST, Value::Null).await.expect(204);
    sandbox.token(GUEST, API_KEY).await.expect(200);
    let list = sandbox.control("GET", "faults", GUEST, Value::Null).await.expect(200).body;
    assert_eq!(list, json!({ "faults": [] }));
}

#[tokio::test]
async fn a_rule_with_a_status_passes_by_operations_that_do_not_document_it() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    let once = json!({ "when": { "count": 1 }, "then": { "status": 500, "connection": { "kind": "reset" } } });
    sandbox.control("POST", "faults", "default", once).await.expect(201);
    // The list documents no 500: it is answered, and the rule is not used up.
    caller.get(PAYMENTS).await.expect(200);
    let list = sandbox.control("GET", "faults", "default", Value::Null).await.expect(200).body;
    assert_eq!(
        (&list["faults"][0]["matched"], &list["faults"][0]["applied"]),
        (&json!(0), &json!(0))
    );
    let body = json!({ "customer_id": CUSTOMER, "total_amount_cents": 5 });
    assert!(caller.call("POST", PAYMENTS).json(&body).attempt().await.is_err());
    let list = sandbox.control("GET", "faults", "default", Value::Null).await.expect(200).body;
    assert_eq!(list["faults"][0]["applied"], 1);
}
