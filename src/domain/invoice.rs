//! An invoice and its life.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::{Cents, Currency, CustomerId, InvoiceId, LineItem, line};

/// What a business is owed by a customer. Text that is not known is empty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Invoice {
    /// Its id.
    pub id: InvoiceId,
    /// The integrator's own id of it.
    pub external_id: String,
    /// The number on it, `INV-0042`.
    pub number: String,
    /// What kind of document it is, in the integrator's word.
    pub kind: String,
    /// Who owes it.
    pub customer: CustomerId,
    /// Its currency.
    pub currency: Currency,
    /// What it charges for.
    pub lines: Vec<LineItem>,
    /// What is taken off the whole, in cents.
    pub discount: Cents,
    /// Taxes on the whole, in cents.
    pub additional_tax: Cents,
    /// A tip, in cents.
    pub tips: Cents,
    /// What it asks for, in cents: what follows from the five before.
    pub total: Cents,
    /// What payments have brought, in cents. Above `total` only where a provider allows
    /// overpayment (Day Zero). The books keep it, whatever a change says.
    pub allocated: Cents,
    /// What was refunded of it, in cents. The books keep it.
    pub refunded: Cents,
    /// How far it has come, apart from money.
    pub lifecycle: InvoiceLifecycle,
    /// A memo.
    pub memo: String,
    /// Tags.
    pub tags: Vec<String>,
    /// The integrator's own data: JSON as text, or empty.
    pub metadata: String,
    /// The day that is printed on it.
    pub issued_on: Option<NaiveDate>,
    /// When it was sent, UTC.
    pub sent_at: Option<DateTime<Utc>>,
    /// When it falls due, UTC.
    pub due_at: Option<DateTime<Utc>>,
    /// When the last cent came, UTC. The books keep it.
    pub paid_at: Option<DateTime<Utc>>,
    /// When it was taken back, UTC.
    pub voided_at: Option<DateTime<Utc>>,
    /// When it was recorded, UTC.
    pub created_at: DateTime<Utc>,
    /// When it last changed, UTC.
    pub updated_at: DateTime<Utc>,
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
    /// All of it paid and all of that given back.
    Refunded,
    /// Taken back.
    Void,
    /// Given up.
    WrittenOff,
}

impl InvoiceStatus {
    /// All of them, in the order of an invoice's life.
    pub const ALL: [Self; 7] = [
        Self::Draft,
        Self::Sent,
        Self::PartiallyPaid,
        Self::Paid,
        Self::Refunded,
        Self::Void,
        Self::WrittenOff,
    ];
}

impl Invoice {
    /// What is still owed, in cents; never below zero.
    pub fn outstanding(&self) -> Cents {
        self.total.minus(self.allocated).unwrap_or(Cents::ZERO).max(Cents::ZERO)
    }

    /// What is still to be paid, in cents: nothing of one that is closed.
    pub fn balance(&self) -> Cents {
        match self.lifecycle {
            InvoiceLifecycle::Draft | InvoiceLifecycle::Sent => self.outstanding(),
            InvoiceLifecycle::Void | InvoiceLifecycle::WrittenOff => Cents::ZERO,
        }
    }

    /// What was given up of it, in cents.
    pub fn written_off(&self) -> Cents {
        match self.lifecycle {
            InvoiceLifecycle::WrittenOff => self.outstanding(),
            InvoiceLifecycle::Draft | InvoiceLifecycle::Sent | InvoiceLifecycle::Void => {
                Cents::ZERO
            }
        }
    }

    /// What would be outstanding if these were given back, in cents.
    pub(super) fn outstanding_without(&self, own: impl Iterator<Item = Cents>) -> Cents {
        let others = own.fold(self.allocated, |sum, own| sum.minus(own).unwrap_or(Cents::ZERO));
        self.total.minus(others).unwrap_or(Cents::ZERO).max(Cents::ZERO)
    }

    /// What the customer owes on it, in cents: nothing on one that is not sent, or closed.
    pub fn owed(&self) -> Cents {
        match self.lifecycle {
            InvoiceLifecycle::Sent => self.outstanding(),
            InvoiceLifecycle::Draft | InvoiceLifecycle::Void | InvoiceLifecycle::WrittenOff => {
                Cents::ZERO
            }
        }
    }

    /// Where the invoice stands.
    pub fn status(&self) -> InvoiceStatus {
        match self.lifecycle {
            InvoiceLifecycle::Draft => InvoiceStatus::Draft,
            InvoiceLifecycle::Void => InvoiceStatus::Void,
            InvoiceLifecycle::WrittenOff => InvoiceStatus::WrittenOff,
            InvoiceLifecycle::Sent
                if self.refunded > Cents::ZERO && self.refunded >= self.total =>
            {
                InvoiceStatus::Refunded
            }
            InvoiceLifecycle::Sent if self.outstanding() == Cents::ZERO => InvoiceStatus::Paid,
            InvoiceLifecycle::Sent if self.allocated > Cents::ZERO => InvoiceStatus::PartiallyPaid,
            InvoiceLifecycle::Sent => InvoiceStatus::Sent,
        }
    }

    /// Whether it should have been paid by now and was not.
    pub fn is_overdue(&self, now: DateTime<Utc>) -> bool {
        self.owed() > Cents::ZERO && self.due_at.is_some_and(|due| due < now)
    }

    /// What its lines come to before tax, in cents.
    pub fn subtotal(&self) -> Cents {
        line::subtotal(&self.lines).unwrap_or(Cents::ZERO)
    }

    /// What lines, discount, taxes and tip come to, in cents; `None` where it does not fit.
    pub(super) fn sum(&self) -> Option<Cents> {
        line::subtotal(&self.lines)?
            .plus(line::tax(&self.lines)?)?
            .minus(self.discount)?
            .plus(self.additional_tax)?
            .plus(self.tips)
    }

    /// The same invoice after payments brought so much more, or less, which the plan has checked.
    pub(super) fn after_payment(&self, change: Cents, at: DateTime<Utc>) -> Self {
        let mut after = Self { allocated: self.allocated.moved_by(change), ..self.clone() };
        after.settle(at);
        after
    }

    /// Notes when the last cent came, or that it is not all there any more.
    pub(super) fn settle(&mut self, at: DateTime<Utc>) {
        let settled = matches!(self.status(), InvoiceStatus::Paid | InvoiceStatus::Refunded);
        self.paid_at = self.paid_at.or(Some(at)).filter(|_| settled);
    }
}

super::shelf::records! {
    Invoice: InvoiceId, external_id;
}
