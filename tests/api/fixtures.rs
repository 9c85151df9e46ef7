//! The starting books, row by row (BEHAVIOUR 7), as far as the operations show them.

use serde_json::json;

use crate::support::*;

#[tokio::test]
async fn each_invoice_has_outstanding_what_the_table_says() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    for (customer, invoice, outstanding) in [
        (CUSTOMER, INV_0042, 450_000),
        (CUSTOMER, INV_0043, 200_000),
        (SECOND_CUSTOMER, SECONDS_INVOICE, 80_000),
    ] {
        assert_eq!(caller.outstanding(customer, invoice).await, outstanding, "{invoice}");
    }
}

#[tokio::test]
async fn each_bill_has_outstanding_what_the_table_says() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    for (bill, outstanding) in [(BILL_1, 60_000), (BILL_2, 100_000), (BILL_3, 25_000)] {
        let too_much = json!({ "vendor_id": VENDOR, "amount_cents": 999_999,
            "allocations": [{ "bill_id": bill, "amount_cents": 999_999 }] });
        let answer = caller.post(BILL_PAYMENTS, too_much).await;
        let answer = answer.refused(422, "allocation_exceeds_outstanding");
        assert_eq!(answer.body["detail"]["outstanding_amount_cents"], outstanding, "{bill}");
    }
}

#[tokio::test]
async fn the_euro_business_has_one_of_each() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    let euros = |path: &str| path.replace(BUSINESS, EUR_BUSINESS);
    let invoice = json!({ "customer_id": "4d90c3cc-1e55-5c61-9999-0000000000e1", "total_amount_cents": 75_000,
        "allocations": [{ "invoice_id": "5e90c3cc-2f66-6d72-aaaa-0000000000e1", "amount_cents": 75_000 }] });
    let paid = caller.post(&euros(PAYMENTS), invoice).await.expect(201);
    assert_eq!(paid.body["payment"]["currency"], "EUR");
    let bill = json!({ "vendor_id": "8a90c3cc-5a11-4b22-8ccc-0000000000e1", "amount_cents": 42_000, "currency": "EUR",
        "allocations": [{ "bill_id": "9b90c3cc-6b22-4c33-8ddd-0000000000e1", "amount_cents": 42_000 }] });
    let paid = caller.post(&euros(BILL_PAYMENTS), bill).await.expect(201);
    assert_eq!(paid.body["allocations"][0]["bill_status"], "paid");
}

#[tokio::test]
async fn there_are_payments_of_every_status_and_most_methods_to_filter_over() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    let count = async |query: &str| {
        caller.get(&format!("{PAYMENTS}?{query}")).await.body["count"].as_i64().unwrap()
    };
    for status in ["pending", "processing", "completed", "failed", "cancelled", "refunded"] {
        assert!(count(&format!("status={status}")).await > 0, "{status}");
    }
    for method in [
        "bank_transfer",
        "credit_card",
        "debit_card",
        "ach",
        "check",
        "cash",
        "paypal",
        "stripe",
        "other",
    ] {
        assert!(count(&format!("method={method}")).await > 0, "{method}");
    }
    assert!(count("fully_allocated=false&status=completed").await > 0, "a credit");
}
