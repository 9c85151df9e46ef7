//! A bank transaction, and its link to an invoice: how Day Zero records a payment.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::{Cents, Currency, InvoiceId, LinkId, TransactionId};

/// A movement on a bank account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transaction {
    /// Its id.
    pub id: TransactionId,
    /// What moved, in cents: positive for a deposit, negative for a withdrawal.
    pub amount: Cents,
    /// Its currency.
    pub currency: Currency,
    /// The day it happened.
    pub date: NaiveDate,
    /// Who was on the other side.
    pub counterparty: Option<String>,
    /// The bank's description.
    pub description: Option<String>,
    /// The bank account.
    pub ledger_id: Option<String>,
    /// What of it invoices have taken, in cents.
    pub allocated_to_invoices: Cents,
    /// What of it bills have taken, in cents.
    pub allocated_to_bills: Cents,
}

impl Transaction {
    /// What a deposit has left to give to invoices, in cents: its amount less what invoices and
    /// bills took. Zero for a withdrawal.
    pub fn remaining(&self) -> Cents {
        self.amount
            .minus(self.allocated_to_invoices)
            .and_then(|left| left.minus(self.allocated_to_bills))
            .unwrap_or(Cents::ZERO)
            .max(Cents::ZERO)
    }
}

/// A part of a deposit that pays an invoice (seed 004).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkedPayment {
    /// Its id.
    pub id: LinkId,
    /// The invoice it pays.
    pub invoice: InvoiceId,
    /// The deposit it takes from.
    pub transaction: TransactionId,
    /// How much, in cents.
    pub amount: Cents,
    /// When it counts as paid, UTC.
    pub paid_on: DateTime<Utc>,
    /// When it was recorded, UTC.
    pub created_at: DateTime<Utc>,
}

/// A link that somebody asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewLink {
    /// The invoice to pay.
    pub invoice: InvoiceId,
    /// The deposit to take from.
    pub transaction: TransactionId,
    /// How much, in cents.
    pub amount: Cents,
    /// When it counts as paid; the transaction's day where it is not said.
    pub paid_on: Option<DateTime<Utc>>,
}
