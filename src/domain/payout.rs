//! A payment processor's settlement: what it says that it paid out, for which payments.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::payment::words;
use super::{Cents, Currency, PaymentId, PayoutId, RefundPaymentId};

/// A settlement. Text that is not known is empty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Payout {
    /// Its id.
    pub id: PayoutId,
    /// The integrator's own id, by which it is found again and changed.
    pub external_id: String,
    /// The processor's name.
    pub processor: String,
    /// The processor's own id of it.
    pub processor_id: String,
    /// What the processor says that it paid out, in cents.
    pub paid_out: Cents,
    /// What the processor kept, in cents.
    pub fee: Cents,
    /// Refunds besides the listed ones, in cents.
    pub additional_refunds: Cents,
    /// Its currency: the business's base currency.
    pub currency: Currency,
    /// How far it has come.
    pub status: PayoutStatus,
    /// The payments that it settles.
    pub payments: Vec<PaymentId>,
    /// The refund payments that it settles.
    pub refund_payments: Vec<RefundPaymentId>,
    /// The integrator's reference.
    pub reference: String,
    /// A memo.
    pub memo: String,
    /// The integrator's own data: JSON as text, or empty.
    pub metadata: String,
    /// When it was paid out, UTC.
    pub completed_at: DateTime<Utc>,
    /// When it was recorded, UTC.
    pub created_at: DateTime<Utc>,
    /// When it last changed, UTC.
    pub updated_at: DateTime<Utc>,
}

/// A settlement that somebody asks to have recorded. Fields mean what they mean in [`Payout`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are those of Payout")]
pub struct NewPayout {
    pub external_id: String,
    pub processor: String,
    pub processor_id: String,
    pub paid_out: Cents,
    pub fee: Cents,
    pub additional_refunds: Cents,
    /// As it was sent.
    pub currency: String,
    pub status: PayoutStatus,
    pub payments: Vec<PaymentId>,
    pub refund_payments: Vec<RefundPaymentId>,
    pub reference: String,
    pub memo: String,
    pub metadata: String,
    pub completed_at: DateTime<Utc>,
}

words! {
    /// How far a settlement has come.
    PayoutStatus {
        /// Announced.
        Pending = "pending",
        /// Made.
        Paid = "paid",
        /// Did not arrive.
        Failed = "failed",
        /// Called off.
        Cancelled = "cancelled",
    }
}

super::shelf::records! {
    Payout: PayoutId, external_id;
}
