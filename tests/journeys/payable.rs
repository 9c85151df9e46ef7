//! Journeys of what a business pays, of settlements, and of the bank.

use sandbook::clients::thredfi::types;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use uuid::{Uuid, uuid};

use crate::support::*;

const CUSTOMER: Uuid = uuid!("4d90c3cc-1e55-5c61-9999-9ee36847163b");
const INV_0042: Uuid = uuid!("5e90c3cc-2f66-6d72-aaaa-aff47958274c");
const DEPOSIT: Uuid = uuid!("bd90c3cc-8d44-4e55-8fff-000000000001");
const WITHDRAWAL: Uuid = uuid!("bd90c3cc-8d44-4e55-8fff-000000000002");

/// A request as a partner's program has it, in the client's type.
fn typed<T: DeserializeOwned>(body: Value) -> T {
    serde_json::from_value(body).unwrap()
}

#[tokio::test]
async fn a_processors_settlement_lists_its_payments_and_comes_out_even() {
    let sandbox = sandbox();
    let client = partner(&sandbox).await;
    let mut payments = Vec::new();
    for (external_id, total, fee) in [("ch_1", 10_000, 170), ("ch_2", 20_000, 320)] {
        let body: types::InvoiceRecordPaymentRequestRequest = typed(json!({
            "customer_id": CUSTOMER, "total_amount_cents": total, "external_id": external_id,
            "payment_method": "stripe", "payment_processor": "stripe",
            "processing_fee_cents": fee,
            "allocations": [{ "invoice_id": INV_0042, "amount_cents": total }],
        }));
        let answer = client.create_invoice_payment(&BUSINESS, None, &body).await.unwrap();
        payments.push(answer.into_inner().payment.id);
    }
    let body: types::PayoutCreateRequest = typed(json!({
        "external_id": "po_1", "processor": "stripe", "processor_payout_id": "po_1Nu",
        "paid_out_amount_cents": 29_510, "fee_cents": 490, "currency": "GBP", "status": "paid",
        "completed_at": "2024-03-25T14:30:00Z", "payment_ids": payments,
    }));
    let first = client.create_payout(&BUSINESS, None, &body).await.unwrap();
    assert_eq!(first.status(), 201);
    // Safe to repeat: the second time it is the same.
    let again = client.create_payout(&BUSINESS, None, &body).await.unwrap();
    assert_eq!((again.status().as_u16(), again.id), (200, first.id));
    let payout = client.get_payout(&BUSINESS, &first.id).await.unwrap().into_inner();
    assert_eq!(payout.gross_payments_amount_cents, 30_000);
    assert_eq!((payout.expected_net_amount_cents, payout.amount_variance_cents), (29_510, 0));
    let settled: Vec<_> = payout.payments.iter().map(|payment| payment.id).collect();
    assert_eq!(settled, payments);
    let payment = client.get_invoice_payment(&BUSINESS, &payments[1]).await.unwrap();
    assert_eq!((payment.net_amount, payment.processing_fee), (19_680, 320));
}

#[tokio::test]
async fn a_vendors_bills_are_paid_by_one_payment_with_several_allocations() {
    let sandbox = sandbox();
    let client = partner(&sandbox).await;
    let body: types::VendorCreateRequest =
        typed(json!({ "external_id": "vendor-1", "company_name": "Malt & Sons" }));
    let vendor = client.create_vendor(&BUSINESS, None, &body).await.unwrap().into_inner();
    let mut bills = Vec::new();
    for (external_id, price) in [("bill-1", 30_000), ("bill-2", 50_000)] {
        let body: types::BillCreateApiRequest = typed(json!({
            "external_id": external_id, "vendor_external_id": "vendor-1",
            "line_items": [{ "product": "Malt", "quantity": 2, "unit_price": price / 2 }],
        }));
        let bill = client.create_bill(&BUSINESS, None, &body).await.unwrap().into_inner();
        assert_eq!((bill.status, bill.outstanding_balance), (types::BillStatus::Received, price));
        bills.push(bill.id);
    }
    let body: types::BillPaymentCreateRequest = typed(json!({
        "vendor_id": vendor.id, "amount_cents": 60_000, "external_id": "pay-1",
        "allocations": [
            { "bill_id": bills[0], "amount_cents": 30_000 },
            { "bill_id": bills[1], "amount_cents": 30_000 },
        ],
    }));
    let answer = client.create_bill_payment_allocation(&BUSINESS, None, &body).await.unwrap();
    let payment = answer.into_inner();
    assert!(payment.is_fully_allocated);
    let [first, second] = [
        client.get_bill(&BUSINESS, &bills[0]).await.unwrap().into_inner(),
        client.get_bill(&BUSINESS, &bills[1]).await.unwrap().into_inner(),
    ];
    assert_eq!((first.status, first.outstanding_balance), (types::BillStatus::Paid, 0));
    assert_eq!(
        (second.status, second.outstanding_balance),
        (types::BillStatus::PartiallyPaid, 20_000)
    );
    assert_eq!(second.bill_payment_allocations[0].bill_payment_id, payment.id);
    let read = client.get_bill_payment(&BUSINESS, &payment.id).await.unwrap().into_inner();
    assert_eq!((read.vendor_id, read.allocations.len()), (vendor.id, 2));
}

#[tokio::test]
async fn what_a_bank_transaction_is_matched_with_shows_in_the_payment_until_it_is_undone() {
    let sandbox = sandbox();
    let (client, bank) = (partner(&sandbox).await, business(&sandbox, BUSINESS).await);
    let body: types::InvoiceRecordPaymentRequestRequest = typed(json!({
        "customer_id": CUSTOMER, "total_amount_cents": 450_000,
        "allocations": [{ "invoice_id": INV_0042, "amount_cents": 450_000 }],
    }));
    let answer = client.create_invoice_payment(&BUSINESS, None, &body).await.unwrap();
    let id = answer.into_inner().payment.id;
    let body: types::MatchPaymentRequest = typed(json!({ "payment_id": id, "notes": "Seen" }));
    let matched =
        bank.match_bank_transaction_payment(&BUSINESS, &DEPOSIT, None, &body).await.unwrap();
    assert!(matched.bank_transaction.is_reconciled);
    let payment = client.get_invoice_payment(&BUSINESS, &id).await.unwrap();
    let [link] = &payment.reconciled_bank_transactions[..] else { panic!("one match") };
    assert_eq!((link.bank_transaction_id, link.reconciled_amount_cents), (DEPOSIT, 450_000));
    assert_eq!(link.reconciliation_link_id, matched.reconciliation_link_id);
    assert_eq!(link.notes.as_deref(), Some("Seen"));

    let body: types::UnmatchPaymentRequest = typed(json!({ "invoice_id": INV_0042 }));
    let undone = bank.unmatch_bank_transaction_payment(&BUSINESS, &DEPOSIT, &body).await.unwrap();
    assert_eq!((undone.payment_id, undone.payment_status.as_str()), (id, "completed"));
    let payment = client.get_invoice_payment(&BUSINESS, &id).await.unwrap();
    assert!(payment.reconciled_bank_transactions.is_empty());
    assert_eq!(payment.allocated_amount, 450_000);
}

#[tokio::test]
async fn a_bill_that_the_bank_paid_is_owed_again_when_the_match_is_undone() {
    let sandbox = sandbox();
    let (client, bank) = (partner(&sandbox).await, business(&sandbox, BUSINESS).await);
    let bill = uuid!("9b90c3cc-6b22-4c33-8ddd-d22222222221");
    let body: types::MatchBillPaymentRequest = typed(json!({ "bill_id": bill }));
    let matched = bank.match_bank_transaction_bill_payment(&BUSINESS, &WITHDRAWAL, None, &body);
    let matched = matched.await.unwrap().into_inner();
    let paid = client.get_bill(&BUSINESS, &bill).await.unwrap().into_inner();
    assert_eq!((paid.status, paid.outstanding_balance), (types::BillStatus::Paid, 0));
    let id = matched.bill_payment_id;
    let payment = client.get_bill_payment(&BUSINESS, &id).await.unwrap().into_inner();
    let [link] = &payment.reconciled_bank_transactions[..] else { panic!("one match") };
    assert_eq!((link.bank_transaction_id, link.reconciled_amount_cents), (WITHDRAWAL, 60_000));

    let body: types::UnmatchBillPaymentRequest = typed(json!({ "bill_id": bill }));
    let undone = bank.unmatch_bank_transaction_bill_payment(&BUSINESS, &WITHDRAWAL, &body);
    assert_eq!(undone.await.unwrap().payment_status, "cancelled");
    let owed = client.get_bill(&BUSINESS, &bill).await.unwrap().into_inner();
    assert_eq!((owed.status, owed.outstanding_balance), (types::BillStatus::Received, 60_000));
    let payment = client.get_bill_payment(&BUSINESS, &id).await.unwrap().into_inner();
    assert!(payment.reconciled_bank_transactions.is_empty() && payment.allocations.is_empty());
}
