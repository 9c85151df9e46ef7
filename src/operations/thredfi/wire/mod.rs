//! Books to wire shapes and back, one file a resource. No decisions.

pub(super) mod bank;
pub(super) mod bill_payments;
pub(super) mod bills;
pub(super) mod insights;
pub(super) mod invoices;
pub(super) mod parties;
pub(super) mod payments;
pub(super) mod payouts;
pub(super) mod refunds;
pub(super) mod vendors;

use std::str::FromStr;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::types;
use crate::domain::{
    BillStatus, Cents, Currency, InvoiceStatus, Ledger, Match, Matched, PaymentMethod,
};
use crate::operations::Failure;

/// An invoice's status in Thredfi's word, lower case as in payments.
pub(super) const fn invoice_status(status: InvoiceStatus) -> &'static str {
    match status {
        InvoiceStatus::Draft => "draft",
        InvoiceStatus::Sent => "sent",
        InvoiceStatus::PartiallyPaid => "partially_paid",
        InvoiceStatus::Paid => "paid",
        InvoiceStatus::Refunded => "refunded",
        InvoiceStatus::Void => "voided",
        InvoiceStatus::WrittenOff => "written_off",
    }
}

/// A bill's status in Thredfi's word, lower case as in payments.
pub(super) const fn bill_status(status: BillStatus) -> &'static str {
    match status {
        BillStatus::Draft => "draft",
        BillStatus::Received => "received",
        BillStatus::PartiallyPaid => "partially_paid",
        BillStatus::Paid => "paid",
        BillStatus::Void => "voided",
    }
}

/// A currency, as the documents list them. Each list of theirs is a type of its own.
pub(super) fn currency<T: FromStr>(currency: Currency) -> Result<T, Failure> {
    wire_word(currency.code())
}

/// Which bank transactions a payment is matched with (seeds 001 to 003).
pub(super) fn reconciled(
    ledger: &Ledger,
    payment: Matched,
) -> Result<Vec<types::EntityReconciliationDetail>, Failure> {
    ledger.matches_of(payment).map(|matched| reconciliation(ledger, matched)).collect()
}

fn reconciliation(
    ledger: &Ledger,
    matched: &Match,
) -> Result<types::EntityReconciliationDetail, Failure> {
    let transaction = ledger.transaction(&matched.transaction);
    let transaction = transaction.ok_or_else(|| lost("bank transaction", &matched.transaction))?;
    Ok(types::EntityReconciliationDetail {
        payment_type: Some(payment_type(matched.payment).to_owned()),
        bank_transaction_id: uuid(&transaction.id.0)?,
        bank_transaction_date: midnight(transaction.date),
        bank_transaction_amount_cents: transaction.size().get(),
        bank_transaction_direction: direction(transaction.amount).to_owned(),
        reconciled_amount_cents: matched.amount.get(),
        reconciliation_link_id: matched.id.0,
        reconciled_at: matched.at,
        currency: transaction.currency.code().to_owned(),
        bank_account_name: Some(BANK_ACCOUNT.to_owned()),
        notes: Some(matched.notes.clone()),
    })
}

/// The name of the one bank account that the sandbox knows of.
pub(super) const BANK_ACCOUNT: &str = "Current account";

/// The end of its number.
pub(super) const BANK_ACCOUNT_MASK: &str = "1234";

/// The connection that its transactions come through.
pub(super) const BANK_CONNECTION: Uuid = uuid::uuid!("bf90c3cc-8d44-4e55-8fff-000000000001");

/// An account of the books, as far as the sandbox keeps a chart of them.
pub(super) struct Account {
    pub(super) id: &'static str,
    pub(super) code: &'static str,
    pub(super) name: &'static str,
}

/// The account that the bank account is mapped to.
pub(super) const BANK: Account =
    Account { id: "be90c3cc-8d44-4e55-8fff-000000001000", code: "1000", name: "Bank" };

/// The account of what no line of a bill says the account of.
pub(super) const PURCHASES: Account =
    Account { id: "be90c3cc-8d44-4e55-8fff-000000005000", code: "5000", name: "Purchases" };

/// Tags of any kind are kept as their JSON.
pub(super) fn tag_text(tag: &Value) -> String {
    tag.to_string()
}

/// A tag as it was sent.
pub(super) fn tag_value(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|_| Value::String(text.to_owned()))
}

/// What a match is with, in Thredfi's word.
pub(super) const fn payment_type(payment: Matched) -> &'static str {
    match payment {
        Matched::Payment(_) => "invoice_payment",
        Matched::BillPayment(_) => "bill_payment",
    }
}

/// Which way money moved.
pub(super) fn direction(amount: Cents) -> &'static str {
    if amount < Cents::ZERO { "debit" } else { "credit" }
}

/// A fee is never negative, so this cannot leave the range.
pub(super) fn net(total: Cents, fee: Cents) -> i64 {
    total.minus(fee).unwrap_or(total).get()
}

pub(super) fn midnight(date: NaiveDate) -> DateTime<Utc> {
    date.and_time(NaiveTime::MIN).and_utc()
}

pub(super) fn number(count: usize) -> Result<i64, Failure> {
    i64::try_from(count).map_err(|_| Failure::Defect(format!("{count} does not fit")))
}

/// An id of the books where the document has a UUID.
pub(super) fn uuid(text: &str) -> Result<Uuid, Failure> {
    Uuid::parse_str(text).map_err(|_| Failure::Defect(format!("{text:?} is no UUID")))
}

/// That a record names another that is not there.
pub(super) fn lost(what: &str, id: impl std::fmt::Display) -> Failure {
    Failure::Defect(format!("the books have lost {what} {id}"))
}

/// A word of the wire in the books. Both enums are closed and the check has passed, so an unknown
/// word is a defect.
pub(super) fn domain_word<T: FromStr>(word: &str) -> Result<T, Failure> {
    word.parse().map_err(|_| Failure::Defect(format!("the books do not know {word:?}")))
}

pub(super) fn wire_word<T: FromStr>(word: &str) -> Result<T, Failure> {
    word.parse().map_err(|_| Failure::Defect(format!("the document does not know {word:?}")))
}

/// How money moved, from the word of a request.
pub(super) fn method(word: &impl ToString) -> Result<PaymentMethod, Failure> {
    domain_word(&word.to_string())
}

/// Metadata are kept as text, a fraction of the size of a tree; nothing at all is kept as nothing.
pub(super) fn metadata_text(value: &Value) -> String {
    let nothing = value.is_null() || value.as_object().is_some_and(Map::is_empty);
    if nothing { String::new() } else { value.to_string() }
}

pub(super) fn metadata_object(text: &str) -> Result<Map<String, Value>, Failure> {
    let Value::Object(map) = metadata_value(text)? else {
        return Err(Failure::Defect("metadata are no object".to_owned()));
    };
    Ok(map)
}

pub(super) fn metadata_value(text: &str) -> Result<Value, Failure> {
    if text.is_empty() {
        return Ok(Value::Object(Map::new()));
    }
    serde_json::from_str(text).map_err(|error| Failure::Defect(error.to_string()))
}

/// Tags as the document types them: anything.
pub(super) fn tags(tags: &[String]) -> Value {
    tags.iter().map(String::as_str).collect()
}

/// What the document leaves open, a code or an object, as the books keep it: the code itself, or
/// the object as JSON text; nothing for nothing.
pub(super) fn loose_text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => value.to_string(),
    }
}

/// The same as it was given; null for nothing.
pub(super) fn loose_value(text: &str) -> Value {
    if text.is_empty() {
        return Value::Null;
    }
    let structured = text.starts_with(['{', '[']).then(|| serde_json::from_str(text).ok());
    structured.flatten().unwrap_or_else(|| Value::String(text.to_owned()))
}
