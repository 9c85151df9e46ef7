//! Change and void invoices: what may become of them, and what may not.

use serde_json::{Value, json};

use crate::support::*;

fn at(id: &str) -> String {
    format!("{INVOICES}{id}/")
}

async fn put(caller: &Caller<'_>, id: &str, body: Value) -> Answer {
    caller.call("PUT", &at(id)).json(&body).send().await
}

async fn void(caller: &Caller<'_>, id: &str) -> Answer {
    caller.call("POST", &format!("{INVOICES}{id}/void/")).send().await
}

async fn pay(caller: &Caller<'_>, cents: i64) {
    let body = json!({ "customer_id": CUSTOMER, "total_amount_cents": cents,
        "allocations": [{ "invoice_id": INV_0042, "amount_cents": cents }] });
    caller.pay(body).await.expect(201);
}

#[tokio::test]
async fn what_is_left_out_stays_and_the_rest_changes() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    let before = caller.get(&at(INV_0042)).await.body;
    let after = put(
        &caller,
        INV_0042,
        json!({ "memo": "Changed.", "tips": 100, "due_at": "2999-01-01", "customer_id": CUSTOMER }),
    )
    .await
    .expect(200)
    .body;
    assert_eq!((&after["memo"], &after["tips"]), (&json!("Changed."), &json!(100)));
    assert_eq!((&after["total_amount"], &after["is_overdue"]), (&json!(450_100), &json!(false)));
    for field in ["invoice_number", "line_items", "sent_at", "created_at", "status"] {
        assert_eq!(after[field], before[field], "{field}");
    }
    let owed = |it: &Value| it["customer"]["outstanding_balance"].as_i64().unwrap();
    assert_eq!(owed(&after), owed(&before) + 100);
    assert_eq!(caller.get(&at(INV_0042)).await.body, after);

    let lines = json!({ "line_items": [{ "quantity": 2, "unit_price": 50 }], "tips": 0,
        "invoice_number": "X-1", "invoice_type": "proforma", "external_id": "mine",
        "additional_discount": 10, "additional_sales_taxes_total": 5 });
    let after = put(&caller, INV_0042, lines).await.expect(200).body;
    assert_eq!((&after["subtotal"], &after["total_amount"]), (&json!(100), &json!(95)));
    assert_eq!(after["external_id"], "mine");
}

#[tokio::test]
async fn an_invoice_never_comes_to_less_than_was_paid() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    pay(&caller, 1000).await;
    let lines = |cents: i64| json!({ "line_items": [{ "unit_price": cents }] });
    let refused = put(&caller, INV_0042, lines(999)).await.refused(422, "total_below_allocated");
    assert_eq!(refused.body["detail"]["allocated_amount_cents"], 1000);
    let after = put(&caller, INV_0042, lines(1000)).await.expect(200).body;
    assert_eq!((&after["status"], &after["outstanding_balance"]), (&json!("PAID"), &json!(0)));
    assert_eq!(after["paid_at"], after["updated_at"]);
    let after = put(&caller, INV_0042, lines(1001)).await.expect(200).body;
    assert_eq!((&after["status"], &after["paid_at"]), (&json!("PARTIALLY_PAID"), &Value::Null));
}

#[tokio::test]
async fn an_invoice_changes_hands_only_while_nobody_has_paid() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    let other = json!({ "customer_id": SECOND_CUSTOMER });
    let refused = put(&caller, INV_0042, json!({ "customer_id": NOTHING })).await;
    assert_eq!(refused.refused(400, "validation_error").fields(), ["customer_id"]);
    let balance = async |id: &str| {
        let customer = caller.get(&format!("{CUSTOMERS}{id}/")).await.expect(200).body;
        customer["outstanding_balance"].as_i64().unwrap()
    };
    let (one, two) = (balance(CUSTOMER).await, balance(SECOND_CUSTOMER).await);
    let after = put(&caller, INV_0043, other.clone()).await.expect(200).body;
    assert_eq!(after["customer"]["id"], SECOND_CUSTOMER);
    assert_eq!(balance(CUSTOMER).await, one - 200_000);
    assert_eq!(balance(SECOND_CUSTOMER).await, two + 200_000);
    pay(&caller, 1).await;
    put(&caller, INV_0042, other).await.refused(409, "invoice_has_payments");
}

#[tokio::test]
async fn a_voided_invoice_owes_nothing_and_takes_nothing() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    let voided = void(&caller, INV_0042).await.expect(200).body;
    assert_eq!(
        (&voided["status"], &voided["outstanding_balance"], &voided["is_overdue"]),
        (&json!("VOIDED"), &json!(0), &json!(false))
    );
    assert_eq!(voided["voided_at"], voided["updated_at"]);
    void(&caller, INV_0042).await.refused(409, "invalid_state_transition");
    let refused = put(&caller, INV_0042, json!({ "memo": "x" })).await;
    refused.refused(409, "invalid_state_transition");
    let body = json!({ "customer_id": CUSTOMER, "total_amount_cents": 1,
        "allocations": [{ "invoice_id": INV_0042, "amount_cents": 1 }] });
    caller.pay(body).await.refused(422, "invoice_not_payable");
}

#[tokio::test]
async fn what_was_paid_or_given_up_cannot_be_voided() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    pay(&caller, 1).await;
    let refused = void(&caller, INV_0042).await.refused(409, "invoice_has_payments");
    assert_eq!(refused.body["detail"]["allocated_amount_cents"], 1);
    for id in [VOID_INVOICE, "5e90c3cc-2f66-6d72-aaaa-000000000047"] {
        void(&caller, id).await.refused(409, "invalid_state_transition");
    }
}

#[tokio::test]
async fn a_draft_can_be_voided_and_a_body_is_not_read() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    let path = format!("{INVOICES}{DRAFT_INVOICE}/void/");
    let voided = caller.post(&path, json!({ "reason": 7 })).await.expect(200);
    assert_eq!(voided.body["status"], "VOIDED");
}

#[tokio::test]
async fn what_is_wrong_in_a_change_is_named_and_changes_nothing() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    let before = caller.get(&at(INV_0042)).await.body;
    let bad = json!({ "due_at": "x", "line_items": [{}], "customer_id": CUSTOMER });
    let refused = put(&caller, INV_0042, bad).await.refused(400, "validation_error");
    assert_eq!(refused.fields(), ["due_at", "line_items[0].unit_price"]);
    let null = put(&caller, INV_0042, json!({ "due_at": null })).await;
    assert_eq!(null.refused(400, "validation_error").fields(), ["due_at"]);
    put(&caller, INV_0042, json!({ "additional_discount": 450_001 }))
        .await
        .refused(422, "negative_total");
    assert_eq!(caller.get(&at(INV_0042)).await.body, before);
    put(&caller, NOTHING, json!({})).await.refused(404, "invoice_not_found");
    void(&caller, NOTHING).await.refused(404, "invoice_not_found");
}
