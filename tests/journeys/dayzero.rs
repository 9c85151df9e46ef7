//! Day Zero: deposits, invoices and bills.

use sandbook::Sandbox;
use sandbook::clients::dayzero::{Client, types};
use uuid::{Uuid, uuid};

use crate::support::{day_zero, sandbox};

const ACME: &str = "019ab37c-2001-7000-8000-000000000001";
/// 12000, open.
const FIRST: Uuid = uuid!("019ab37c-1001-7000-8000-000000000001");
/// 8000, open.
const SECOND: Uuid = uuid!("019ab37c-1001-7000-8000-000000000002");
/// 20000.
const DEPOSIT: &str = "019ab37c-7001-7000-8000-000000000001";

/// Writes an invoice of so many cents, finalizes it, and answers its id.
async fn open_invoice(client: &Client, cents: i64) -> Uuid {
    let line = types::LineItemRequest {
        description: Some("Consulting".to_owned()),
        unit_price: Some(cents),
        quantity: Some(1),
        amount: None,
        location_id: None,
        variant_id: None,
    };
    let body = types::InvoiceCreateRequest {
        customer_id: ACME.to_owned(),
        line_items: vec![line],
        due_date: "2026-05-01".parse().unwrap(),
        currency: None,
        description: None,
        fulfillment_location_id: None,
        issue_date: None,
    };
    let draft = client.create_invoice(None, &body).await.unwrap().into_inner();
    assert_eq!((draft.status, draft.invoice_number), (types::InvoiceStatus::Draft, None));
    let id = draft.id.parse().unwrap();
    let open = client.finalize_invoice(&id, None).await.unwrap().into_inner();
    assert_eq!((open.status, open.balance_due), (types::InvoiceStatus::Open, cents));
    assert!(open.invoice_number.is_some());
    id
}

/// Enters money that came in, and answers its id.
async fn deposit(client: &Client, cents: i64) -> String {
    let body = types::TransactionCreateRequest {
        amount: cents,
        counterparty: Some("Acme Corp".to_owned()),
        currency: None,
        datetime: Some("2026-02-20".parse().unwrap()),
        description: Some("ACH credit".to_owned()),
        reconciled: None,
        source_account_id: None,
    };
    client.create_transaction(None, &body).await.unwrap().into_inner().id
}

/// Links so many cents of a deposit to an invoice, and answers the payment's id.
async fn link(client: &Client, invoice: &Uuid, transaction: &str, cents: i64) -> Uuid {
    let body = types::InvoicePaymentRequest {
        transaction_id: transaction.to_owned(),
        amount: cents,
        paid_on: None,
    };
    let payment = client.create_invoice_payment(invoice, None, &body).await.unwrap().into_inner();
    assert_eq!(payment.transaction.unwrap().id, transaction);
    payment.id.parse().unwrap()
}

/// Where an invoice stands: its status, what was paid and what is due.
async fn standing(client: &Client, invoice: &Uuid) -> (types::InvoiceStatus, i64, i64) {
    let invoice = client.get_invoice(invoice, None).await.unwrap().into_inner();
    (invoice.status, invoice.total_paid, invoice.balance_due)
}

/// What is allocated of a transaction, and what is left.
async fn allocation(client: &Client, transaction: &str) -> (i64, i64) {
    let answer = client.get_transaction_allocations(transaction, None).await.unwrap();
    (answer.allocated_amount, answer.remaining_amount)
}

fn start() -> (Sandbox, Client) {
    let sandbox = sandbox();
    let client = day_zero(&sandbox);
    (sandbox, client)
}

#[tokio::test]
async fn an_invoice_is_finalized_and_a_deposit_is_linked_to_it() {
    let (_sandbox, client) = start();
    let invoice = open_invoice(&client, 15_000).await;
    let money = deposit(&client, 15_000).await;
    link(&client, &invoice, &money, 15_000).await;
    assert_eq!(standing(&client, &invoice).await, (types::InvoiceStatus::ManualPaid, 15_000, 0));
    let list = client
        .list_invoice_payments(&invoice, None, None, None, Some(true), None, None, None)
        .await
        .unwrap();
    assert_eq!((list.items.len(), list.total_count), (1, Some(1)));
}

#[tokio::test]
async fn one_deposit_pays_two_invoices() {
    let (_sandbox, client) = start();
    link(&client, &FIRST, DEPOSIT, 12_000).await;
    assert_eq!(allocation(&client, DEPOSIT).await, (12_000, 8_000));
    link(&client, &SECOND, DEPOSIT, 8_000).await;
    for (invoice, total) in [(FIRST, 12_000), (SECOND, 8_000)] {
        let paid = (types::InvoiceStatus::ManualPaid, total, 0);
        assert_eq!(standing(&client, &invoice).await, paid);
    }
    assert_eq!(allocation(&client, DEPOSIT).await, (20_000, 0));
}

#[tokio::test]
async fn several_deposits_pay_one_invoice() {
    let (_sandbox, client) = start();
    let invoice = open_invoice(&client, 10_000).await;
    for (cents, status, paid) in [
        (2_500, types::InvoiceStatus::PartiallyPaid, 2_500),
        (2_500, types::InvoiceStatus::PartiallyPaid, 5_000),
        (5_000, types::InvoiceStatus::ManualPaid, 10_000),
    ] {
        let money = deposit(&client, cents).await;
        link(&client, &invoice, &money, cents).await;
        assert_eq!(standing(&client, &invoice).await, (status, paid, 10_000 - paid));
    }
    let payments = client.get_invoice(&invoice, None).await.unwrap().into_inner().payments;
    assert_eq!(payments.iter().map(|it| it.amount).collect::<Vec<_>>(), [2_500, 2_500, 5_000]);
}

#[tokio::test]
async fn a_payment_that_was_linked_by_mistake_is_unlinked() {
    let (_sandbox, client) = start();
    let wrong = link(&client, &FIRST, DEPOSIT, 8_000).await;
    let removed = client.delete_invoice_payment(&FIRST, &wrong, None).await.unwrap();
    assert!(removed.success);
    assert_eq!(standing(&client, &FIRST).await, (types::InvoiceStatus::Open, 0, 12_000));
    assert_eq!(allocation(&client, DEPOSIT).await, (0, 20_000));
    link(&client, &SECOND, DEPOSIT, 8_000).await;
    assert_eq!(standing(&client, &SECOND).await, (types::InvoiceStatus::ManualPaid, 8_000, 0));
    client.delete_invoice_payment(&FIRST, &wrong, None).await.unwrap_err();
}

#[tokio::test]
async fn what_is_left_of_a_deposit_is_looked_up_before_it_is_linked() {
    let (_sandbox, client) = start();
    let bill = types::BillReceivedCreateRequest {
        vendor_id: "019ab37c-3001-7000-8000-000000000001".to_owned(),
        amount: 3_000,
        bill_number: None,
        currency: None,
        description: Some("Hosting, February".to_owned()),
        due_on: None,
        ledger_id: None,
        received_on: None,
        s3_key: None,
        type_: None,
    };
    let bill = client.create_bill_received(None, &bill).await.unwrap().into_inner();
    let body = types::BillPaymentRequest {
        transaction_id: DEPOSIT.to_owned(),
        amount: 3_000,
        paid_on: None,
    };
    client.create_bill_payment(&bill.id, None, &body).await.unwrap();
    let bill = client.get_bill(&bill.id, None).await.unwrap().into_inner();
    assert_eq!((bill.status, bill.total_paid), (types::BillStatus::Paid, 3_000));
    link(&client, &FIRST, DEPOSIT, 12_000).await;
    let (allocated, remaining) = allocation(&client, DEPOSIT).await;
    assert_eq!((allocated, remaining), (15_000, 5_000));
    let body = types::InvoicePaymentRequest {
        transaction_id: DEPOSIT.to_owned(),
        amount: remaining + 1,
        paid_on: None,
    };
    client.create_invoice_payment(&SECOND, None, &body).await.unwrap_err();
    link(&client, &SECOND, DEPOSIT, remaining).await;
    let partly = (types::InvoiceStatus::PartiallyPaid, 5_000, 3_000);
    assert_eq!(standing(&client, &SECOND).await, partly);
    assert_eq!(allocation(&client, DEPOSIT).await, (20_000, 0));
}
