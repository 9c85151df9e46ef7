//! Bank transactions: list, and match with payments or part from them.

use serde_json::{Value, json};

use crate::support::*;

const TRANSACTIONS: &str =
    "/v1/platform/businesses/3c90c3cc-0d44-4b50-8888-8dd25736052a/bank-transactions/";
const MATCHED_PAYMENT: &str = "7a80c3cc-4a88-4f94-8ccc-000000000010";

/// A caller with a token for the first business.
async fn scoped(sandbox: &Sandbox) -> Caller<'_> {
    let mut caller = sandbox.partner().await;
    let place = format!("/v1/platform/{BUSINESS}/oauth2/token/");
    let token = caller.call("POST", &place).send().await.expect(200);
    token.body["access_token"].as_str().unwrap().clone_into(&mut caller.bearer);
    caller
}

/// What is done to transaction number `n`.
fn act(n: u8, action: &str) -> String {
    format!("{TRANSACTIONS}bd90c3cc-8d44-4e55-8fff-00000000000{n}/{action}/")
}

/// What lists say of transaction number `n`: matched, left, and whether all is matched.
async fn stands(caller: &Caller<'_>, n: u8) -> (i64, i64, bool) {
    let list = caller.get(TRANSACTIONS).await.expect(200).body;
    let id = format!("bd90c3cc-8d44-4e55-8fff-00000000000{n}");
    let row = list["results"].as_array().unwrap().iter().find(|row| row["id"] == *id).unwrap();
    let cents = |field: &str| row[field].as_i64().unwrap();
    (
        cents("reconciled_amount_cents"),
        cents("remaining_amount_cents"),
        row["is_reconciled"].as_bool().unwrap(),
    )
}

#[tokio::test]
async fn only_a_token_for_the_business_opens_them() {
    let sandbox = Sandbox::start();
    let partner = sandbox.partner().await;
    partner.get(TRANSACTIONS).await.refused(403, "permission_denied");
    let body = json!({ "invoice_id": INV_0042 });
    partner.post(&act(1, "match-payment"), body).await.refused(403, "permission_denied");
    scoped(&sandbox).await.get(TRANSACTIONS).await.expect(200);
}

#[tokio::test]
async fn the_last_booked_leads_and_each_row_has_its_facts() {
    let sandbox = Sandbox::start();
    let caller = scoped(&sandbox).await;
    let list = caller.get(TRANSACTIONS).await.expect(200).body;
    let row = &list["results"][0];
    for (field, value) in [
        ("id", json!("bd90c3cc-8d44-4e55-8fff-000000000002")),
        ("amount", json!(60_000)),
        ("signed_amount", json!(-60_000)),
        ("display_amount", json!("£600.00")),
        ("direction", json!("debit")),
        ("transaction_type", json!("fps")),
        ("categorization_status", json!("pending")),
        ("account_id", json!("be90c3cc-8d44-4e55-8fff-000000001000")),
        ("account_code", json!("1000")),
        ("bank_account_mask", json!("1234")),
        ("business_name", json!("Harbour Brewery")),
        ("reconciliations", Value::Null),
        ("subcategory", Value::Null),
    ] {
        assert_eq!(row[field], value, "{field}");
    }
}

#[tokio::test]
async fn the_filters_narrow_and_the_orders_order() {
    let sandbox = Sandbox::start();
    let caller = scoped(&sandbox).await;
    for (query, expected) in [
        ("", &[2, 1, 4, 3][..]),
        ("page_size=3&page=2", &[3]),
        ("ordering=date", &[3, 4, 1, 2]),
        ("ordering=amount", &[3, 2, 4, 1]),
        ("ordering=-amount", &[1, 4, 2, 3]),
        ("ordering=created_at", &[3, 4, 1, 2]),
        ("direction=credit", &[1, 3]),
        ("direction=debit&amount_min=60001", &[4]),
        ("amount_max=60000", &[2, 3]),
        ("date_from=2024-03-15&date_to=2024-03-20", &[1, 4]),
        ("is_reconciled=true", &[4, 3]),
        ("is_reconciled=false", &[2, 1]),
        ("transaction_type=other", &[4]),
        ("transaction_type=fps", &[2, 1, 3]),
        ("search=GLASS", &[4]),
        ("search=fps-", &[1, 3]),
        ("categorization_status=pending", &[2, 1, 4, 3]),
        ("categorization_status=approved&categorization_status=pending", &[2, 1, 4, 3]),
        ("categorization_status=categorized", &[]),
        ("is_categorized=true", &[]),
        ("needs_categorization=true", &[2, 1, 4, 3]),
        ("has_children=true", &[]),
        ("has_parent=false&exclude_personal=true&source=plaid", &[2, 1, 4, 3]),
        ("currency=EUR", &[]),
        ("account_id=be90c3cc-8d44-4e55-8fff-000000001000", &[2, 1, 4, 3]),
        ("account_id=other", &[]),
        ("bank_account_connection_id=bf90c3cc-8d44-4e55-8fff-000000000001", &[2, 1, 4, 3]),
        ("bank_account_connection_id=bf90c3cc-8d44-4e55-8fff-000000000002", &[]),
    ] {
        let list = caller.get(&format!("{TRANSACTIONS}?{query}")).await.expect(200).body;
        let rows = list["results"].as_array().unwrap().iter();
        let ids: Vec<_> = rows.map(|row| row["id"].as_str().unwrap().to_owned()).collect();
        let expected = expected.iter().map(|n| format!("bd90c3cc-8d44-4e55-8fff-00000000000{n}"));
        assert_eq!(ids, expected.collect::<Vec<_>>(), "{query}");
    }
    for query in ["direction=in", "ordering=name", "amount_min=x", "categorization_status=new"] {
        let list = caller.get(&format!("{TRANSACTIONS}?{query}")).await;
        list.refused(400, "validation_error");
    }
}

#[tokio::test]
async fn a_match_by_invoice_records_a_payment_and_its_undoing_cancels_it() {
    let sandbox = Sandbox::start();
    let caller = scoped(&sandbox).await;
    let body = json!({ "invoice_id": INV_0042, "payment_method": "bank_transfer",
        "notes": "By hand", "evidence": { "reference": "FPS-1" }, "created_by": "manual" });
    let answer = caller.post(&act(1, "match-payment"), body).await.expect(200).body;
    assert_eq!(answer["payment_status"], "completed");
    let row = &answer["bank_transaction"];
    assert_eq!(row["is_reconciled"], true);
    let link = &row["reconciliations"][0];
    assert_eq!(link["reconciliation_link_id"], answer["reconciliation_link_id"]);
    assert_eq!((&link["created_by"], &link["notes"]), (&json!("manual"), &json!("By hand")));
    assert_eq!(stands(&caller, 1).await, (450_000, 0, true));
    assert_eq!(caller.outstanding(CUSTOMER, INV_0042).await, 0);
    let payment = caller.payment(answer["payment_id"].as_str().unwrap()).await;
    assert_eq!(
        (&payment["payment_reference"], &payment["payment_date"]),
        (&json!("FPS-1"), &json!("2024-03-20T00:00:00Z"))
    );
    let link = &payment["reconciled_bank_transactions"][0];
    assert_eq!(link["bank_transaction_amount_cents"], 450_000);

    let again = json!({ "invoice_id": INV_0043 });
    let refused = caller.post(&act(1, "match-payment"), again.clone()).await;
    refused.refused(409, "already_reconciled");
    let other = json!({ "invoice_id": INV_0043 });
    let refused = caller.post(&act(1, "unmatch-payment"), other).await;
    refused.refused(409, "not_reconciled");
    let body = json!({ "invoice_id": INV_0042 });
    let undone = caller.post(&act(1, "unmatch-payment"), body).await.expect(200).body;
    assert_eq!(
        (&undone["payment_status"], &undone["payment_id"]),
        (&json!("cancelled"), &answer["payment_id"])
    );
    assert_eq!(undone["bank_transaction"]["reconciliations"], json!([]));
    assert_eq!(undone["bank_transaction"]["reconciled_at"], Value::Null);
    assert_eq!(stands(&caller, 1).await, (0, 450_000, false));
    assert_eq!(caller.outstanding(CUSTOMER, INV_0042).await, 450_000);
    let payment = caller.payment(answer["payment_id"].as_str().unwrap()).await;
    assert_eq!(payment["reconciled_bank_transactions"], json!([]));
    caller.post(&act(1, "match-payment"), again).await.expect(200);
    assert_eq!(stands(&caller, 1).await, (200_000, 250_000, false));
}

#[tokio::test]
async fn a_match_by_bill_records_a_payment_with_the_widgets_reference() {
    let sandbox = Sandbox::start();
    let caller = scoped(&sandbox).await;
    let body = json!({ "bill_id": BILL_1, "payment_method": "check" });
    let answer = caller.post(&act(2, "match-bill-payment"), body).await.expect(200).body;
    let id = answer["bill_payment_id"].as_str().unwrap();
    let payment = caller.get(&format!("{BILL_PAYMENTS}{id}/")).await.expect(200).body;
    let reference = format!("RECON-bd90c3cc-8d44-4e55-8fff-000000000002-{BILL_1}");
    assert_eq!(payment["payment_reference"], reference);
    assert_eq!(
        (&payment["check_number"], &payment["status"]),
        (&json!("BILL-0001"), &json!("completed"))
    );
    assert_eq!(payment["allocations"][0]["bill_status"], "paid");
    let body = json!({ "reconciliation_link_id": answer["reconciliation_link_id"] });
    let undone = caller.post(&act(2, "unmatch-bill-payment"), body).await.expect(200).body;
    assert_eq!(undone["payment_status"], "cancelled");
    let payment = caller.get(&format!("{BILL_PAYMENTS}{id}/")).await.expect(200).body;
    assert_eq!(
        (&payment["allocations"], &payment["reconciled_bank_transactions"]),
        (&json!([]), &json!([]))
    );
}

#[tokio::test]
async fn a_payment_that_was_there_before_loses_only_the_match() {
    let sandbox = Sandbox::start();
    let caller = scoped(&sandbox).await;
    let matched = json!({ "payment_id": MATCHED_PAYMENT });
    let refused = caller.post(&act(1, "match-payment"), matched.clone()).await;
    let refused = refused.refused(409, "already_reconciled");
    assert_eq!(refused.body["detail"]["payment_id"], MATCHED_PAYMENT);
    let undone = caller.post(&act(3, "unmatch-payment"), matched.clone()).await.expect(200).body;
    assert_eq!(undone["payment_status"], "completed");
    assert_eq!(caller.payment(MATCHED_PAYMENT).await["allocated_amount"], 12_000);
    // In two parts, which come to all of it.
    for (amount, left) in [(7_000, 5_000), (5_000, 0)] {
        let part = json!({ "payment_id": MATCHED_PAYMENT, "amount_cents": amount });
        let answer = caller.post(&act(3, "match-payment"), part).await.expect(200).body;
        assert_eq!(answer["bank_transaction"]["remaining_amount_cents"], left);
    }
    let payment = caller.payment(MATCHED_PAYMENT).await;
    assert_eq!(payment["reconciled_bank_transactions"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn what_cannot_be_matched_is_refused_and_changes_nothing() {
    let sandbox = Sandbox::start();
    let caller = scoped(&sandbox).await;
    let pending_payment = "7a80c3cc-4a88-4f94-8ccc-000000000032";
    for (n, action, body, status, code) in [
        (1, "match-payment", json!({}), 400, "validation_error"),
        (1, "match-payment", json!({ "invoice_id": NOTHING }), 400, "validation_error"),
        (1, "match-payment", json!({ "payment_id": NOTHING }), 400, "validation_error"),
        (2, "match-payment", json!({ "invoice_id": INV_0042 }), 422, "not_a_deposit"),
        (1, "match-bill-payment", json!({ "bill_id": BILL_1 }), 422, "not_a_withdrawal"),
        (1, "match-payment", json!({ "invoice_id": DRAFT_INVOICE }), 422, "invoice_not_payable"),
        (
            1,
            "match-payment",
            json!({ "invoice_id": INV_0042, "amount_cents": 450_001 }),
            422,
            "allocation_exceeds_transaction",
        ),
        (
            1,
            "match-payment",
            json!({ "invoice_id": INV_0043, "amount_cents": 200_001 }),
            422,
            "allocation_exceeds_outstanding",
        ),
        (
            1,
            "match-payment",
            json!({ "payment_id": pending_payment }),
            422,
            "payment_not_reconcilable",
        ),
        (
            3,
            "match-payment",
            json!({ "payment_id": MATCHED_PAYMENT, "amount_cents": 1 }),
            422,
            "allocation_exceeds_transaction",
        ),
        (
            1,
            "match-payment",
            json!({ "payment_id": MATCHED_PAYMENT, "amount_cents": 1 }),
            422,
            "match_exceeds_payment",
        ),
        (2, "match-bill-payment", json!({}), 400, "validation_error"),
        (2, "match-bill-payment", json!({ "bill_id": NOTHING }), 400, "validation_error"),
        (
            2,
            "match-bill-payment",
            json!({ "bill_id": "9b90c3cc-6b22-4c33-8ddd-d22222222224" }),
            422,
            "allocation_exceeds_outstanding",
        ),
        (1, "unmatch-payment", json!({}), 400, "validation_error"),
        (1, "unmatch-payment", json!({ "invoice_id": INV_0042 }), 409, "not_reconciled"),
        (
            3,
            "unmatch-bill-payment",
            json!({ "reconciliation_link_id": NOTHING }),
            409,
            "not_reconciled",
        ),
        (
            3,
            "unmatch-payment",
            json!({ "invoice_id": INV_0042,
            "payment_id": MATCHED_PAYMENT }),
            409,
            "not_reconciled",
        ),
        (9, "match-payment", json!({ "invoice_id": INV_0042 }), 404, "bank_transaction_not_found"),
        (
            9,
            "unmatch-bill-payment",
            json!({ "bill_id": BILL_1 }),
            404,
            "bank_transaction_not_found",
        ),
    ] {
        caller.post(&act(n, action), body).await.refused(status, code);
    }
    let body = json!({ "invoice_id": DRAFT_INVOICE });
    let refused = caller.post(&act(1, "match-payment"), body).await;
    assert_eq!(refused.fields(), ["invoice_id"]);
    let body = json!({ "invoice_id": INV_0043, "amount_cents": 200_001 });
    let refused = caller.post(&act(1, "match-payment"), body).await;
    assert_eq!(refused.fields(), ["amount_cents"]);
    let refused = caller.post(&act(2, "match-bill-payment"), json!({})).await;
    assert_eq!(refused.fields(), ["bill_id"]);
    assert_eq!(stands(&caller, 1).await, (0, 450_000, false));
    assert_eq!(caller.get(PAYMENTS).await.body["count"], 37);
}

#[tokio::test]
async fn a_match_that_is_sent_again_under_its_key_makes_no_second_payment() {
    let sandbox = Sandbox::start();
    let token =
        sandbox.partner().await.call("POST", &format!("/v1/platform/{BUSINESS}/oauth2/token/"));
    let token = token.send().await.expect(200);
    let bearer = format!("Bearer {}", token.body["access_token"].as_str().unwrap());
    let path = format!(
        "/v1/platform/businesses/{BUSINESS}/bank-transactions/bd90c3cc-8d44-4e55-8fff-000000000001/match-payment/"
    );
    let body = json!({ "invoice_id": INV_0042, "amount_cents": 100 });
    let send = async || {
        let call = sandbox.call("POST", &path).header("authorization", &bearer);
        call.header("idempotency-key", "match-1").json(&body).send().await.expect(200)
    };
    let (first, again) = (send().await, send().await);
    assert_eq!(first.bytes, again.bytes);
    assert_eq!(
        (first.header("idempotent-replayed"), again.header("idempotent-replayed")),
        ("", "true")
    );
}
