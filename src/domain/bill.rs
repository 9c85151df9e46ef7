//! A bill and its life.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::{BillId, Cents, Currency, LineItem, VendorId, line};

/// What a business owes a vendor. Text that is not known is empty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bill {
    /// Its id.
    pub id: BillId,
    /// The integrator's own id of it.
    pub external_id: String,
    /// The number in the business's own books.
    pub number: String,
    /// The number that the vendor printed on it.
    pub vendor_number: String,
    /// The number of the order that it is for.
    pub order_number: String,
    /// Other numbers that go with it.
    pub references: Vec<String>,
    /// Where what came with it can be read.
    pub attachments: Vec<String>,
    /// Whom it is owed to.
    pub vendor: VendorId,
    /// Its currency.
    pub currency: Currency,
    /// What it charges for.
    pub lines: Vec<LineItem>,
    /// What it asks for, in cents; of one that is not received yet, what is expected.
    pub total: Cents,
    /// What it was expected to come to before it came, in cents, where somebody said so.
    pub expected: Option<Cents>,
    /// What payments have brought, pending ones too, in cents. The books keep it, whatever a
    /// change says.
    pub allocated: Cents,
    /// How far it has come, apart from money.
    pub lifecycle: BillLifecycle,
    /// When it is to be paid, in the integrator's word.
    pub terms: String,
    /// Whether it comes again, in the integrator's word.
    pub kind: String,
    /// A memo, or what it is for.
    pub memo: String,
    /// The day that is printed on it.
    pub issued_on: Option<NaiveDate>,
    /// When it came, UTC.
    pub received_at: Option<DateTime<Utc>>,
    /// When it falls due, UTC.
    pub due_at: Option<DateTime<Utc>>,
    /// When its payment is expected, UTC.
    pub expected_at: Option<DateTime<Utc>>,
    /// When somebody agreed to it, UTC.
    pub approved_at: Option<DateTime<Utc>>,
    /// When it was taken back, UTC.
    pub voided_at: Option<DateTime<Utc>>,
    /// When the last cent was allocated, UTC. The books keep it.
    pub paid_at: Option<DateTime<Utc>>,
    /// When it was recorded, UTC.
    pub created_at: DateTime<Utc>,
    /// When it last changed, UTC.
    pub updated_at: DateTime<Utc>,
}

/// How far a bill has come, apart from the money.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BillLifecycle {
    /// Being written down.
    Draft,
    /// Received and owed.
    Received,
    /// Taken back by the vendor.
    Void,
}

/// A bill's status: its lifecycle together with its money.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BillStatus {
    /// Being written down.
    Draft,
    /// Owed, and nothing paid.
    Received,
    /// Some of it paid.
    PartiallyPaid,
    /// All of it paid.
    Paid,
    /// Taken back.
    Void,
}

impl BillStatus {
    /// All of them, in the order of a bill's life.
    pub const ALL: [Self; 5] =
        [Self::Draft, Self::Received, Self::PartiallyPaid, Self::Paid, Self::Void];
}

impl Bill {
    /// What is still to be paid, in cents; never below zero.
    pub fn outstanding(&self) -> Cents {
        self.total.minus(self.allocated).unwrap_or(Cents::ZERO).max(Cents::ZERO)
    }

    /// What would be outstanding if these were given back, in cents.
    pub(super) fn outstanding_without(&self, own: impl Iterator<Item = Cents>) -> Cents {
        let others = own.fold(self.allocated, |sum, own| sum.minus(own).unwrap_or(Cents::ZERO));
        self.total.minus(others).unwrap_or(Cents::ZERO).max(Cents::ZERO)
    }

    /// What is owed on it, in cents: nothing on one that is not received, or taken back.
    pub fn owed(&self) -> Cents {
        match self.lifecycle {
            BillLifecycle::Received => self.outstanding(),
            BillLifecycle::Draft | BillLifecycle::Void => Cents::ZERO,
        }
    }

    /// When it came, or, of one that did not come yet, when it was recorded, UTC.
    pub fn came_at(&self) -> DateTime<Utc> {
        self.received_at.unwrap_or(self.created_at)
    }

    /// Where the bill stands.
    pub fn status(&self) -> BillStatus {
        match self.lifecycle {
            BillLifecycle::Draft => BillStatus::Draft,
            BillLifecycle::Void => BillStatus::Void,
            BillLifecycle::Received if self.outstanding() == Cents::ZERO => BillStatus::Paid,
            BillLifecycle::Received if self.allocated > Cents::ZERO => BillStatus::PartiallyPaid,
            BillLifecycle::Received => BillStatus::Received,
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

    /// What its lines come to with their taxes, in cents; `None` where it does not fit.
    pub(super) fn sum(&self) -> Option<Cents> {
        line::subtotal(&self.lines)?.plus(line::tax(&self.lines)?)
    }

    /// The same bill after payments brought so much more, or less, which the plan has checked.
    pub(super) fn after_payment(&self, change: Cents, at: DateTime<Utc>) -> Self {
        let mut after = Self { allocated: self.allocated.moved_by(change), ..self.clone() };
        after.settle(at);
        after
    }

    /// Notes when the last cent was allocated, or that it is not all there any more.
    pub(super) fn settle(&mut self, at: DateTime<Utc>) {
        let settled = self.status() == BillStatus::Paid;
        self.paid_at = self.paid_at.or(Some(at)).filter(|_| settled);
    }
}

super::shelf::records! {
    Bill: BillId, external_id;
}
