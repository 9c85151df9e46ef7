//! A payment made to a vendor, and what of it went to which bill.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::payment::words;
use super::{
    Allocation, BillId, BillPaymentId, Cents, Currency, NewAllocation, PaymentMethod, VendorId,
};

/// A payment made. Text that is not known is empty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BillPayment {
    /// Its id.
    pub id: BillPaymentId,
    /// Who was paid.
    pub vendor: VendorId,
    /// What went out, in cents.
    pub total: Cents,
    /// Its currency: the business's base currency.
    pub currency: Currency,
    /// The day it was made.
    pub date: NaiveDate,
    /// How it was paid.
    pub method: PaymentMethod,
    /// How far it has come.
    pub status: BillPaymentStatus,
    /// The integrator's own reference.
    pub reference: String,
    /// The integrator's own id, by which a repeated call is recognised.
    pub external_id: String,
    /// The check's number, where it was paid by check.
    pub check_number: String,
    /// What it was for.
    pub description: String,
    /// A memo.
    pub memo: String,
    /// What the processor kept, in cents.
    pub fee: Cents,
    /// Whatever the integrator attached: JSON as text, or empty for nothing.
    pub metadata: String,
    /// What of it went where, in the order of the request.
    pub allocations: Vec<Allocation<BillId>>,
    /// Why it failed.
    pub failure_reason: String,
    /// When it was completed, UTC.
    pub completed_at: Option<DateTime<Utc>>,
    /// When it failed, UTC.
    pub failed_at: Option<DateTime<Utc>>,
    /// When it was recorded, UTC.
    pub created_at: DateTime<Utc>,
    /// When it last changed, UTC.
    pub updated_at: DateTime<Utc>,
}

/// A payment that somebody asks to have recorded. Fields mean what they mean in [`BillPayment`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are those of BillPayment")]
pub struct NewBillPayment {
    pub vendor: VendorId,
    pub total: Cents,
    /// The currency as it was sent, or the document's default.
    pub currency: String,
    pub date: NaiveDate,
    pub method: PaymentMethod,
    /// What it starts as: completed, unless the server was told otherwise.
    pub status: BillPaymentStatus,
    pub reference: String,
    pub external_id: String,
    pub check_number: String,
    pub description: String,
    pub memo: String,
    pub fee: Cents,
    pub metadata: String,
    pub allocations: Vec<NewAllocation<BillId>>,
}

/// What is to change in a bill payment; what is `None` stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are those of BillPayment")]
pub struct BillPaymentPatch {
    pub status: Option<BillPaymentStatus>,
    pub failure_reason: Option<String>,
    pub reference: Option<String>,
    pub check_number: Option<String>,
    pub description: Option<String>,
    pub memo: Option<String>,
    pub fee: Option<Cents>,
    pub metadata: Option<String>,
    /// The whole set.
    pub allocations: Option<Vec<NewAllocation<BillId>>>,
}

impl BillPaymentStatus {
    /// Where a payment can go from here (BEHAVIOUR 4).
    pub fn next(self) -> &'static [Self] {
        match self {
            Self::Pending => &[Self::Processing, Self::Completed, Self::Failed, Self::Cancelled],
            Self::Processing => &[Self::Completed, Self::Failed],
            Self::Completed | Self::Failed | Self::Cancelled => &[],
        }
    }
}

impl BillPayment {
    /// What of it is allocated to bills, in cents.
    pub fn allocated(&self) -> Cents {
        Cents::sum(self.allocations.iter().map(|a| a.amount)).unwrap_or(self.total)
    }

    /// What of it is not allocated, in cents.
    pub fn unallocated(&self) -> Cents {
        self.total.minus(self.allocated()).unwrap_or(Cents::ZERO)
    }
}

words! {
    /// How far a payment made has come (seed 001).
    BillPaymentStatus {
        /// Announced; it already counts towards its bills.
        Pending = "pending",
        /// On its way.
        Processing = "processing",
        /// Made.
        Completed = "completed",
        /// Did not arrive.
        Failed = "failed",
        /// Called off.
        Cancelled = "cancelled",
    }
}

super::shelf::records! {
    BillPayment: BillPaymentId, external_id;
}
