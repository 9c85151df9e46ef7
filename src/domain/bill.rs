//! A bill and its life.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{BillId, Cents, Currency, VendorId};

/// What a business owes a vendor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bill {
    /// Its id.
    pub id: BillId,
    /// The number in the business's own books.
    pub number: String,
    /// The number that the vendor printed on it.
    pub vendor_number: String,
    /// Whom it is owed to.
    pub vendor: VendorId,
    /// Its currency.
    pub currency: Currency,
    /// What it asks for, in cents.
    pub total: Cents,
    /// What payments have brought, pending ones too, in cents.
    pub allocated: Cents,
    /// How far it has come, apart from money.
    pub lifecycle: BillLifecycle,
    /// When the last cent was allocated, UTC.
    pub paid_at: Option<DateTime<Utc>>,
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

impl Bill {
    /// What is still owed, in cents; never below zero.
    pub fn outstanding(&self) -> Cents {
        self.total.minus(self.allocated).unwrap_or(Cents::ZERO).max(Cents::ZERO)
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

    /// The same bill after a payment brought `amount`, which the plan has checked.
    pub(super) fn after_payment(&self, amount: Cents, at: DateTime<Utc>) -> Self {
        let allocated = self.allocated.plus(amount).unwrap_or(Cents::new(i64::MAX));
        let mut after = Self { allocated, ..self.clone() };
        if after.paid_at.is_none() && after.status() == BillStatus::Paid {
            after.paid_at = Some(at);
        }
        after
    }
}
