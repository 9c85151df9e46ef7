//! An invoice and its life.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::{Cents, Currency, CustomerId, InvoiceId};

/// What a business is owed by a customer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invoice {
    /// Its id.
    pub id: InvoiceId,
    /// The number on it, `INV-0042`.
    pub number: String,
    /// Who owes it.
    pub customer: CustomerId,
    /// Its currency.
    pub currency: Currency,
    /// What it asks for, in cents.
    pub total: Cents,
    /// What payments have brought, in cents. Above `total` only where a provider allows
    /// overpayment (Day Zero).
    pub allocated: Cents,
    /// How far it has come, apart from money.
    pub lifecycle: InvoiceLifecycle,
    /// When it falls due.
    pub due_on: Option<NaiveDate>,
    /// When the last cent came, UTC.
    pub paid_at: Option<DateTime<Utc>>,
}

/// How far an invoice has come, apart from the money: that follows from its amounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InvoiceLifecycle {
    /// Being written; nobody owes it yet.
    Draft,
    /// Sent to the customer (Day Zero: finalized).
    Sent,
    /// Taken back.
    Void,
    /// Given up as uncollectible.
    WrittenOff,
}

/// An invoice's status: its lifecycle together with its money.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InvoiceStatus {
    /// Being written.
    Draft,
    /// Sent, and nothing paid.
    Sent,
    /// Some of it paid.
    PartiallyPaid,
    /// All of it paid.
    Paid,
    /// Taken back.
    Void,
    /// Given up.
    WrittenOff,
}

impl Invoice {
    /// What is still owed, in cents; never below zero.
    pub fn outstanding(&self) -> Cents {
        self.total.minus(self.allocated).unwrap_or(Cents::ZERO).max(Cents::ZERO)
    }

    /// Where the invoice stands.
    pub fn status(&self) -> InvoiceStatus {
        match self.lifecycle {
            InvoiceLifecycle::Draft => InvoiceStatus::Draft,
            InvoiceLifecycle::Void => InvoiceStatus::Void,
            InvoiceLifecycle::WrittenOff => InvoiceStatus::WrittenOff,
            InvoiceLifecycle::Sent if self.outstanding() == Cents::ZERO => InvoiceStatus::Paid,
            InvoiceLifecycle::Sent if self.allocated > Cents::ZERO => InvoiceStatus::PartiallyPaid,
            InvoiceLifecycle::Sent => InvoiceStatus::Sent,
        }
    }

    /// The same invoice after a payment brought `amount`.
    ///
    /// The plan has checked that the sum fits; should it not, the amount stays at the largest.
    pub(super) fn after_payment(&self, amount: Cents, at: DateTime<Utc>) -> Self {
        let allocated = self.allocated.plus(amount).unwrap_or(Cents::new(i64::MAX));
        let mut after = Self { allocated, ..self.clone() };
        if after.paid_at.is_none() && after.status() == InvoiceStatus::Paid {
            after.paid_at = Some(at);
        }
        after
    }
}
