//! Create invoice payment: what it records, and each rule that refuses (BEHAVIOUR 4, seed 000).

use serde_json::{Value, json};

use crate::support::*;

fn body(total: i64, lines: &[(&str, i64)]) -> Value {
    let lines: Vec<_> = lines
        .iter()
        .map(|(invoice, amount)| json!({ "invoice_id": invoice, "amount_cents": amount }))
        .collect();
    json!({ "customer_id": CUSTOMER, "total_amount_cents": total, "allocations": lines })
}

fn with(mut body: Value, field: &str, value: Value) -> Value {
    body[field] = value;
    body
}

#[tokio::test]
async fn a_payment_pays_its_invoice_and_answers_every_number() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    let answer = caller
        .pay(json!({
            "customer_id": CUSTOMER, "total_amount_cents": 450_000, "currency": "GBP",
            "payment_date": "2024-03-20", "payment_method": "bank_transfer",
            "payment_reference": "PAY-2024-0042", "external_id": "ext-1",
            "references": { "bank_reference": "FPS-1", "payment_reference": "ch_1", "other": "x" },
            "note": "the note", "notes": "the legacy notes", "metadata": { "k": [1, null] },
            "processing_fee_cents": 150, "payment_processor": "Stripe",
            "allocations": [{ "invoice_id": INV_0042, "amount_cents": 450_000 }],
        }))
        .await
        .expect(201);
    let payment = &answer.body["payment"];
    for (field, value) in [
        ("business_id", json!(BUSINESS)),
        ("customer_id", json!(CUSTOMER)),
        ("total_amount_cents", json!(450_000)),
        ("applied_amount_cents", json!(450_000)),
        ("allocated_amount_cents", json!(450_000)),
        ("unapplied_amount_cents", json!(0)),
        ("remaining_amount_cents", json!(0)),
        ("currency", json!("GBP")),
        ("status", json!("completed")),
        ("payment_method", json!("bank_transfer")),
        ("payment_reference", json!("PAY-2024-0042")),
        ("external_id", json!("ext-1")),
        ("note", json!("the note")),
        ("notes", json!("the note")),
        ("bank_reference", json!("FPS-1")),
        ("metadata", json!({ "k": [1, null] })),
        ("payouts", json!([])),
    ] {
        assert_eq!(payment[field], value, "{field}");
    }
    assert!(payment.get("idempotency_key").is_none(), "left out when there is none");
    assert_eq!(
        payment["applied_invoices"],
        json!([{ "id": INV_0042, "invoice_number": "INV-0042", "applied_amount_cents": 450_000,
            "status": "paid", "outstanding_amount_cents": 0 }])
    );
    let read = caller.payment(payment["id"].as_str().unwrap()).await;
    for (field, value) in [
        ("payment_date", json!("2024-03-20T00:00:00Z")),
        ("processor_reference", json!("ch_1")),
        ("bank_reference", json!("FPS-1")),
        ("payment_processor", json!("Stripe")),
        ("processing_fee", json!(150)),
        ("processing_fee_cents", json!(150)),
        ("net_amount", json!(449_850)),
        ("display_amount", json!("£4,500.00")),
        ("customer_name", json!("The Crown & Anchor")),
        ("is_fully_allocated", json!(true)),
        ("is_completed", json!(true)),
        ("notes", json!("the note")),
    ] {
        assert_eq!(read[field], value, "{field}");
    }
    assert_eq!(read["allocations"][0]["invoice_status"], "paid");
}

#[tokio::test]
async fn what_is_left_out_has_its_default() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    let body = json!({ "customer_id": CUSTOMER, "total_amount_cents": 5, "notes": "legacy" });
    let answer = caller.pay(body).await.expect(201);
    let payment = &answer.body["payment"];
    assert_eq!(payment["currency"], "GBP");
    assert_eq!(payment["notes"], "legacy");
    assert_eq!(payment["note"], "legacy");
    assert_eq!(payment["external_id"], "");
    assert_eq!(payment["unapplied_amount_cents"], 5);
    assert_eq!(payment["applied_invoices"], json!([]));
    let read = caller.payment(payment["id"].as_str().unwrap()).await;
    // The day is today's on the world's clock, which dates the record, too.
    let created = read["created_at"].as_str().unwrap();
    assert_eq!(read["payment_date"], format!("{}T00:00:00Z", &created[..10]));
    assert_eq!(read["is_fully_allocated"], false);
}

#[tokio::test]
async fn a_part_leaves_the_invoice_partially_paid_and_the_rest_pays_it() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    let first = caller.pay(body(100_000, &[(INV_0042, 60_000)])).await.expect(201);
    let invoice = &first.body["payment"]["applied_invoices"][0];
    assert_eq!(
        (&invoice["status"], &invoice["outstanding_amount_cents"]),
        (&json!("partially_paid"), &json!(390_000))
    );
    assert_eq!(first.body["payment"]["remaining_amount_cents"], 40_000);
    let second = caller.pay(body(390_000, &[(INV_0042, 390_000)])).await.expect(201);
    let invoice = &second.body["payment"]["applied_invoices"][0];
    assert_eq!(
        (&invoice["status"], &invoice["outstanding_amount_cents"]),
        (&json!("paid"), &json!(0))
    );
    // The first payment shows the invoice as it is now.
    let read = caller.payment(first.body["payment"]["id"].as_str().unwrap()).await;
    assert_eq!(read["allocations"][0]["invoice_status"], "paid");
}

#[tokio::test]
async fn each_rule_refuses_with_its_code_and_its_numbers() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    let max = i64::MAX;
    let cases = [
        (
            with(body(5, &[]), "currency", json!("EUR")),
            "currency_mismatch",
            json!({ "currency": "EUR", "base_currency": "GBP" }),
        ),
        (
            body(100, &[(INV_0042, 60), (INV_0043, 41)]),
            "allocation_exceeds_payment",
            json!({ "allocated_amount_cents": 101, "payment_amount_cents": 100 }),
        ),
        (
            body(500_000, &[(INV_0042, 450_001)]),
            "allocation_exceeds_outstanding",
            json!({ "amount_cents": 450_001, "outstanding_amount_cents": 450_000, "document_id": INV_0042 }),
        ),
        (
            body(500, &[(SECONDS_INVOICE, 5)]),
            "customer_mismatch",
            json!({ "invoice_id": SECONDS_INVOICE, "customer_id": SECOND_CUSTOMER }),
        ),
        (
            body(500, &[(DRAFT_INVOICE, 5)]),
            "invoice_not_payable",
            json!({ "invoice_status": "draft" }),
        ),
        (
            body(500, &[(VOID_INVOICE, 5)]),
            "invoice_not_payable",
            json!({ "invoice_status": "voided" }),
        ),
        (body(max, &[(INV_0042, max), (INV_0043, 1)]), "amount_overflow", json!({})),
    ];
    for (body, code, numbers) in cases {
        let answer = caller.pay(body).await.refused(422, code);
        for (field, value) in numbers.as_object().unwrap() {
            assert_eq!(answer.body["detail"][field], *value, "{code} {field}");
        }
        assert_eq!(answer.fields().len(), 1, "{code} names its field");
    }
    let paid = body(200_000, &[(INV_0043, 200_000)]);
    caller.pay(paid).await.expect(201);
    let again = caller.pay(body(1, &[(INV_0043, 1)])).await;
    again.refused(422, "allocation_exceeds_outstanding");
}

#[tokio::test]
async fn a_refused_allocation_changes_nothing() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    let list = || caller.get(PAYMENTS);
    let before = list().await.bytes;
    // The first line alone would be fine.
    let refused = caller.pay(body(900_000, &[(INV_0042, 450_000), (INV_0043, 200_001)])).await;
    let refused = refused.refused(422, "allocation_exceeds_outstanding");
    assert_eq!(refused.fields(), ["allocations[1].amount_cents"]);
    assert_eq!(list().await.bytes, before);
    assert_eq!(caller.outstanding(CUSTOMER, INV_0042).await, 450_000);
    assert_eq!(caller.outstanding(CUSTOMER, INV_0043).await, 200_000);
}

#[tokio::test]
async fn ids_in_the_body_that_do_not_exist_are_errors_of_their_fields_all_at_once() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    let mut all = body(9, &[(NOTHING, 1), (INV_0042, 1), (INV_0042, 1)]);
    all["customer_id"] = json!(NOTHING);
    let answer = caller.pay(all).await.refused(400, "validation_error");
    assert_eq!(
        answer.fields(),
        ["customer_id", "allocations[0].invoice_id", "allocations[2].invoice_id"]
    );
    assert!(answer.field("customer_id").contains(NOTHING));
    assert!(answer.field("allocations[2].invoice_id").contains("allocations[1]"));
}

#[tokio::test]
async fn an_invoice_of_another_business_does_not_exist_here() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    let path = PAYMENTS.replace(BUSINESS, EUR_BUSINESS);
    let answer =
        caller.post(&path, body(9, &[(INV_0042, 1)])).await.refused(400, "validation_error");
    assert_eq!(answer.fields(), ["customer_id", "allocations[0].invoice_id"]);
}

#[tokio::test]
async fn card_is_refused_and_the_valid_methods_are_named() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    let card = with(body(9, &[]), "payment_method", json!("card"));
    let answer = caller.pay(card).await.refused(400, "validation_error");
    let text = answer.field("payment_method");
    assert!(text.starts_with("\"card\" is not a valid choice."), "{text}");
    assert!(text.contains("credit_card"), "{text}");
}

#[tokio::test]
async fn an_answer_that_could_not_be_given_is_not_accepted() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    for (field, longest) in
        [("payment_reference", 100), ("external_id", 255), ("payment_processor", 100)]
    {
        let fits = with(body(1, &[]), field, json!("é".repeat(longest)));
        caller.pay(fits).await.expect(201);
        let too_long = with(body(1, &[]), field, json!("é".repeat(longest + 1)));
        let answer = caller.pay(too_long).await.refused(400, "validation_error");
        assert_eq!(
            answer.field(field),
            format!("Ensure this field has no more than {longest} characters.")
        );
    }
    let references =
        json!({ "bank_reference": "b".repeat(101), "payment_reference": "p".repeat(256) });
    let answer = caller.pay(with(body(1, &[]), "references", references)).await;
    let answer = answer.refused(400, "validation_error");
    assert_eq!(answer.fields(), ["references.bank_reference", "references.payment_reference"]);
    let odd = caller.pay(with(body(1, &[]), "currency", json!("XXX"))).await;
    assert!(odd.refused(400, "validation_error").field("currency").contains("GBP"));
}

#[tokio::test]
async fn an_unknown_field_is_ignored() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    caller.pay(with(body(1, &[]), "colour", json!("green"))).await.expect(201);
}

#[tokio::test]
async fn the_largest_amount_is_recorded_exactly() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    let mut largest = body(i64::MAX, &[]);
    largest["processing_fee_cents"] = json!(i64::MAX);
    let answer = caller.pay(largest).await.expect(201);
    let read = caller.payment(answer.body["payment"]["id"].as_str().unwrap()).await;
    assert_eq!(read["total_amount"], i64::MAX);
    assert_eq!(read["net_amount"], 0);
}

#[tokio::test]
async fn every_allocation_that_breaks_a_rule_is_named_at_once() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    let over = body(900_000, &[(INV_0042, 450_001), (INV_0043, 200_001)]);
    let answer = caller.pay(over).await.refused(422, "allocation_exceeds_outstanding");
    assert_eq!(answer.fields(), ["allocations[0].amount_cents", "allocations[1].amount_cents"]);
    assert_eq!(answer.body["detail"]["outstanding_amount_cents"], 450_000);
    let closed = body(9, &[(INV_0042, 1), (DRAFT_INVOICE, 1), (VOID_INVOICE, 1)]);
    let answer = caller.pay(closed).await.refused(422, "invoice_not_payable");
    assert_eq!(answer.fields(), ["allocations[1].invoice_id", "allocations[2].invoice_id"]);
}

#[tokio::test]
async fn numbers_in_metadata_come_back_as_they_were() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    let metadata = json!({ "n": [13_436_424.411_240_121, 0.1, 1e300, -7] });
    let answer = caller.pay(with(body(5, &[]), "metadata", metadata.clone())).await.expect(201);
    assert_eq!(answer.body["payment"]["metadata"], metadata);
}
