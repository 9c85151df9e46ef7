//! The sandbox inside a Rust program: start one, pay an invoice through the typed client, look at
//! what came back. `cargo run --example embedded` runs it; a test does the same.

use std::error::Error;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue};
use sandbook::clients::thredfi::{Client, Error as Refused, types};
use sandbook::{Config, Sandbox};
use uuid::{Uuid, uuid};

const PARTNER: &str = "2b80c3cc-0c33-4a40-8777-7cc14625941a";
const API_KEY: &str = "sandbox-api-key";
const BUSINESS: Uuid = uuid!("3c90c3cc-0d44-4b50-8888-8dd25736052a");
const CUSTOMER: Uuid = uuid!("4d90c3cc-1e55-5c61-9999-9ee36847163b");
const INV_0042: Uuid = uuid!("5e90c3cc-2f66-6d72-aaaa-aff47958274c");
const AMOUNT: i64 = 450_000;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    // A free port, books of its own; it stops when it is dropped.
    let sandbox = Sandbox::start(Config::default())?;
    let client = business_client(&sandbox.url()).await?;

    let payment = payment();
    let paid = client.create_invoice_payment(&BUSINESS, Some("order-1"), &payment).await?;
    assert_eq!(paid.status().as_u16(), 201);
    let paid = paid.into_inner().payment;
    assert_eq!((paid.applied_amount_cents, paid.unapplied_amount_cents), (AMOUNT, 0));
    let invoice = paid.applied_invoices.first().ok_or("no invoice was paid")?;
    assert_eq!((invoice.status.as_str(), invoice.outstanding_amount_cents), ("paid", 0));

    // The same key and body again: the same payment, and no second one.
    let again = client.create_invoice_payment(&BUSINESS, Some("order-1"), &payment).await?;
    assert_eq!(again.status().as_u16(), 200);
    assert_eq!(again.into_inner().payment.id, paid.id);

    // A second payment is refused: nothing is outstanding any more.
    match client.create_invoice_payment(&BUSINESS, Some("order-2"), &payment).await {
        Err(Refused::ErrorResponse(refusal)) => assert_eq!(refusal.status().as_u16(), 422),
        other => return Err(format!("an over-allocation was not refused: {other:?}").into()),
    }

    let kept = client.get_invoice_payment(&BUSINESS, &paid.id).await?.into_inner();
    assert_eq!(kept.display_amount, "£4,500.00");
    Ok(())
}

/// A client that carries a token for the business: API key, partner token, business token.
async fn business_client(url: &str) -> Result<Client, Box<dyn Error>> {
    let key = BASE64_STANDARD.encode(format!("{PARTNER}:{API_KEY}"));
    let client = client(url, &format!("Basic {key}"))?;
    let token = client.get_partner_token(&types::PartnerTokenRequest::default()).await?;
    let client = self::client(url, &format!("Bearer {}", token.access_token))?;
    let token = client.get_business_token(&BUSINESS).await?;
    self::client(url, &format!("Bearer {}", token.access_token))
}

fn client(url: &str, authorization: &str) -> Result<Client, Box<dyn Error>> {
    let authorization = HeaderValue::from_str(authorization)?;
    let headers = HeaderMap::from_iter([(AUTHORIZATION, authorization)]);
    let http = reqwest::Client::builder().default_headers(headers).build()?;
    Ok(Client::new_with_client(url, http))
}

/// All of INV-0042, from the customer it was sent to.
fn payment() -> types::InvoiceRecordPaymentRequestRequest {
    let line = types::PaymentAllocationItemRequest { invoice_id: INV_0042, amount_cents: AMOUNT };
    types::InvoiceRecordPaymentRequestRequest {
        customer_id: CUSTOMER,
        total_amount_cents: AMOUNT,
        allocations: Some(vec![line]),
        payment_date: None,
        currency: None,
        payment_method: None,
        payment_reference: Some("BACS-2026-001".to_owned()),
        external_id: None,
        note: None,
        notes: None,
        metadata: None,
        references: None,
        processing_fee_cents: 0,
        payment_processor: None,
    }
}
