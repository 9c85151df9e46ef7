//! Accounts receivable: onboarding, invoices, payments, refunds.

use std::collections::BTreeSet;
use std::fmt::Debug;

use progenitor_client::Error;
use sandbook::clients::thredfi::types;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{BUSINESS, business, partner, sandbox, thredfi};

/// A body of the client's own type.
fn body<T: DeserializeOwned>(body: Value) -> T {
    serde_json::from_value(body).unwrap()
}

/// That a call was refused with this status, and says this.
fn refused<T: Debug, E: Debug>(answer: Result<T, Error<E>>, status: u16, says: &str) {
    let error = answer.unwrap_err();
    assert_eq!(error.status().unwrap().as_u16(), status, "{error:?}");
    assert!(format!("{error:?}").contains(says), "{error:?}");
}

fn customer(external_id: &str) -> types::CustomerCreateRequest {
    body(json!({ "external_id": external_id, "company_name": "The Swan Ltd", "name": "The Swan" }))
}

/// An invoice of £1,000 to a customer by its external id.
fn invoice(external_id: &str, customer: &str) -> types::InvoiceCreateRequest {
    body(json!({
        "external_id": external_id, "customer_external_id": customer, "currency": "GBP",
        "sent_at": "2024-01-15", "due_at": "2024-02-14",
        "line_items": [{ "description": "Ale", "quantity": 2, "unit_price_cents": 50_000 }],
    }))
}

fn payment(
    external_id: &str,
    customer: Uuid,
    invoice: Uuid,
    cents: i64,
) -> types::InvoiceRecordPaymentRequestRequest {
    body(json!({
        "external_id": external_id, "customer_id": customer, "total_amount_cents": cents,
        "allocations": [{ "invoice_id": invoice, "amount_cents": cents }],
    }))
}

#[tokio::test]
async fn a_business_is_onboarded_and_its_token_goes_to_the_front_end() {
    let sandbox = sandbox();
    let backend = partner(&sandbox).await;
    let new: types::CreateBusinessRequest = body(json!({
        "external_id": "tavern-1", "legal_name": "Quayside Taverns Limited",
        "entity_type": "limited", "email": "accounts@quayside-taverns.example",
    }));
    let made = backend.create_business(None, &new).await.unwrap();
    assert_eq!(made.status().as_u16(), 201);
    let again = backend.create_business(None, &new).await.unwrap();
    assert_eq!(again.status().as_u16(), 200);
    assert_eq!((again.id, again.meta.created), (made.id, false));

    let front_end = business(&sandbox, made.id).await;
    let shown = front_end.get_business(&made.id).await.unwrap();
    assert_eq!(shown.legal_name, "Quayside Taverns Limited");
    let all = front_end.list_businesses(None, None, None, None, None, None, None).await;
    refused(all, 403, "permission_denied");
    refused(front_end.get_business(&BUSINESS).await, 403, "permission_denied");
}

#[tokio::test]
async fn the_integration_is_verified_with_one_customer_and_one_invoice() {
    let sandbox = sandbox();
    let client = partner(&sandbox).await;
    let swan = client.create_customer(&BUSINESS, None, &customer("c-1")).await.unwrap();
    client.create_invoice(&BUSINESS, None, &invoice("i-1", "c-1")).await.unwrap();

    let widget = business(&sandbox, BUSINESS).await;
    let swans = swan.id.to_string();
    let list = widget
        .list_invoices(
            &BUSINESS,
            None,
            Some(&swans),
            None,
            None,
            None,
            None,
            None,
            Some(1),
            Some(20),
            None,
            None,
            None,
            None,
        )
        .await
        .unwrap();
    let [shown] = list.results.as_slice() else { panic!("{list:?}") };
    assert_eq!((shown.total_amount, shown.status), (100_000, types::InvoiceStatus::Sent));
    assert_eq!(shown.customer.display_name, "The Swan");
    let swan = widget.get_customer(&BUSINESS, &swan.id).await.unwrap();
    assert_eq!(swan.outstanding_balance, 100_000);
}

#[tokio::test]
async fn an_invoice_comes_first_and_is_paid_later() {
    let sandbox = sandbox();
    let client = partner(&sandbox).await;
    let swan = client.create_customer(&BUSINESS, None, &customer("c-1")).await.unwrap();
    let sent = client.create_invoice(&BUSINESS, None, &invoice("i-1", "c-1")).await.unwrap();
    assert!(sent.is_overdue);

    let part = payment("p-1", swan.id, sent.id, 40_000);
    client.create_invoice_payment(&BUSINESS, None, &part).await.unwrap();
    let now = client.fetch_invoice(&BUSINESS, &sent.id).await.unwrap();
    assert_eq!(now.status, types::InvoiceStatus::PartiallyPaid);
    assert_eq!((now.outstanding_balance, now.is_overdue), (60_000, true));

    let rest = payment("p-2", swan.id, sent.id, 60_000);
    let paid = client.create_invoice_payment(&BUSINESS, None, &rest).await.unwrap();
    assert_eq!(paid.payment.applied_invoices[0].status, "paid");
    let now = client.fetch_invoice(&BUSINESS, &sent.id).await.unwrap();
    assert_eq!(now.status, types::InvoiceStatus::Paid);
    assert_eq!((now.outstanding_balance, now.is_overdue), (0, false));
    assert_eq!(now.payment_allocations.len(), 2);
    assert_eq!(now.customer.outstanding_balance, 0);
}

#[tokio::test]
async fn a_shop_is_paid_first_and_gives_back_what_is_returned() {
    let sandbox = sandbox();
    let client = partner(&sandbox).await;
    client.create_customer(&BUSINESS, None, &customer("c-1")).await.unwrap();
    let mut sale = invoice("order-1", "c-1");
    sale.payments = Some(body(json!([{
        "total_amount_cents": 100_000, "payment_method": "stripe", "external_id": "p-1",
        "payment_processor": "Stripe", "processing_fee_cents": 1500,
    }])));
    let sale = client.create_invoice(&BUSINESS, None, &sale).await.unwrap();
    assert_eq!(sale.status, types::InvoiceStatus::Paid);

    let back: types::CreateSimpleRefundRequest = body(json!({
        "invoice_id": sale.id, "method": "STRIPE", "external_id": "r-1", "processor": "Stripe",
    }));
    let back = client.create_refund(&BUSINESS, None, &back).await.unwrap();
    assert_eq!((back.refunded_amount, back.status), (100_000, types::RefundStatus::Pending));
    let sent: types::CreateRefundPaymentRequestRequest = body(json!({
        "amount_cents": 100_000, "method": "STRIPE", "external_id": "rp-1",
    }));
    client.create_refund_payment(&BUSINESS, &back.id, None, &sent).await.unwrap();
    let back = client.get_refund(&BUSINESS, &back.id).await.unwrap();
    assert_eq!((back.status, back.refund_payments.len()), (types::RefundStatus::Paid, 1));

    let sale = client.fetch_invoice(&BUSINESS, &sale.id).await.unwrap();
    assert_eq!(sale.status, types::InvoiceStatus::Refunded);
    let payment = sale.payment_allocations[0].payment_id;
    let payment = client.get_invoice_payment(&BUSINESS, &payment).await.unwrap();
    assert_eq!(payment.status, Some(types::InvoicePaymentListStatus::Refunded));
    assert_eq!(payment.net_amount, 98_500);
}

#[tokio::test]
async fn what_is_synced_out_of_order_is_refused_and_in_order_goes_through() {
    let sandbox = sandbox();
    let client = partner(&sandbox).await;
    let early = client.create_invoice(&BUSINESS, None, &invoice("i-1", "c-1")).await;
    refused(early, 400, "customer_external_id");
    let swan = client.create_customer(&BUSINESS, None, &customer("c-1")).await.unwrap();

    let unsent = Uuid::from_u128(7);
    let early = payment("p-1", swan.id, unsent, 100_000);
    let early = client.create_invoice_payment(&BUSINESS, None, &early).await;
    refused(early, 400, "allocations[0].invoice_id");
    let early: types::CreateSimpleRefundRequest =
        body(json!({ "invoice_id": unsent, "method": "CASH" }));
    refused(client.create_refund(&BUSINESS, None, &early).await, 400, "invoice_id");

    let sent = client.create_invoice(&BUSINESS, None, &invoice("i-1", "c-1")).await.unwrap();
    let whole: types::CreateSimpleRefundRequest =
        body(json!({ "invoice_id": sent.id, "method": "CASH" }));
    let early = client.create_refund(&BUSINESS, None, &whole).await;
    refused(early, 422, "refund_exceeds_paid");
    let paid = payment("p-1", swan.id, sent.id, 100_000);
    client.create_invoice_payment(&BUSINESS, None, &paid).await.unwrap();

    let cash: types::CreateRefundPaymentRequestRequest =
        body(json!({ "amount_cents": 100_000, "method": "CASH" }));
    let early = client.create_refund_payment(&BUSINESS, &unsent, None, &cash).await;
    refused(early, 404, "refund_not_found");
    let refund = client.create_refund(&BUSINESS, None, &whole).await.unwrap();
    client.create_refund_payment(&BUSINESS, &refund.id, None, &cash).await.unwrap();
}

#[tokio::test]
async fn a_token_that_no_longer_holds_is_exchanged_for_a_new_one() {
    let sandbox = sandbox();
    let token = partner(&sandbox).await.get_business_token(&BUSINESS).await.unwrap();
    assert_eq!(token.expires_in, 3600);
    let spoilt = token.access_token.rsplit_once('.').unwrap().0.to_owned() + ".c3BvaWx0";
    let stale = thredfi(&sandbox, &format!("Bearer {spoilt}"));
    refused(stale.get_business(&BUSINESS).await, 401, "invalid_token");
    let nobody = thredfi(&sandbox, "Bearer");
    refused(nobody.get_business(&BUSINESS).await, 401, "");

    let fresh = business(&sandbox, BUSINESS).await;
    assert_eq!(fresh.get_business(&BUSINESS).await.unwrap().id, BUSINESS);
}

#[tokio::test]
async fn every_page_is_walked_and_nobody_is_met_twice() {
    let sandbox = sandbox();
    let client = partner(&sandbox).await;
    let list = async |page: i64| {
        client
            .list_customers(&BUSINESS, None, None, None, None, None, Some(page), Some(100))
            .await
            .unwrap()
            .into_inner()
    };
    let before = list(1).await.count;
    for number in 0..205 {
        let new = customer(&format!("c-{number}"));
        client.create_customer(&BUSINESS, None, &new).await.unwrap();
    }
    let mut met = BTreeSet::new();
    for page in 1.. {
        let shown = list(page).await;
        met.extend(shown.results.iter().map(|customer| customer.id));
        if page == shown.page_info.total_pages {
            break;
        }
        assert_eq!(shown.results.len(), 100);
    }
    assert_eq!(i64::try_from(met.len()).unwrap(), before + 205);
    let beyond =
        client.list_customers(&BUSINESS, None, None, None, None, None, Some(9), Some(100)).await;
    refused(beyond, 404, "Invalid page.");
}

#[tokio::test]
async fn what_timed_out_is_sent_again_and_booked_once() {
    let sandbox = sandbox();
    let client = partner(&sandbox).await;
    let swan = client.create_customer(&BUSINESS, Some("k-1"), &customer("c-1")).await.unwrap();
    let again = client.create_customer(&BUSINESS, Some("k-1"), &customer("c-1")).await.unwrap();
    assert_eq!((again.status().as_u16(), again.id), (200, swan.id));

    let new = invoice("i-1", "c-1");
    let first = client.create_invoice(&BUSINESS, None, &new).await.unwrap();
    let again = client.create_invoice(&BUSINESS, None, &new).await.unwrap();
    assert_eq!((first.status().as_u16(), again.status().as_u16()), (201, 200));
    assert_eq!(first.id, again.id);

    let paid = payment("p-1", swan.id, first.id, 100_000);
    for (key, status) in [(Some("k-2"), 201), (Some("k-2"), 200), (None, 200)] {
        let answer = client.create_invoice_payment(&BUSINESS, key, &paid).await.unwrap();
        assert_eq!(answer.status().as_u16(), status);
        assert_eq!(answer.payment.applied_amount_cents, 100_000);
    }
    let other = payment("p-1", swan.id, first.id, 1);
    let other = client.create_invoice_payment(&BUSINESS, Some("k-2"), &other).await;
    refused(other, 409, "idempotency_conflict");
    let now = client.fetch_invoice(&BUSINESS, &first.id).await.unwrap();
    assert_eq!((now.outstanding_balance, now.payment_allocations.len()), (0, 1));
}
