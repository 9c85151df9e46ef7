//! Money that goes back to a customer: the refund, which owes it, and the payments that send it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::payment::words;
use super::{
    AllocationId, Cents, CustomerId, InvoiceId, PaymentId, PaymentMethod, RefundId, RefundPaymentId,
};

/// A part of an invoice that is given back. Text that is not known is empty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Refund {
    /// Its id.
    pub id: RefundId,
    /// The integrator's own id of it.
    pub external_id: String,
    /// The invoice.
    pub invoice: InvoiceId,
    /// Who gets it: the invoice's customer.
    pub customer: CustomerId,
    /// How much, in cents.
    pub amount: Cents,
    /// What payments of it have sent, in cents. The books keep it, whatever a change says.
    pub sent: Cents,
    /// How it is to be sent.
    pub method: PaymentMethod,
    /// The payment processor's name.
    pub processor: String,
    /// What the processor keeps, in cents.
    pub fee: Cents,
    /// The integrator's reference.
    pub reference: String,
    /// A memo.
    pub memo: String,
    /// The id of its allocation to the invoice.
    pub allocation: AllocationId,
    /// The payments that it gives back, oldest first, and how much of each.
    pub sources: Vec<RefundSource>,
    /// When it was agreed, UTC.
    pub completed_at: DateTime<Utc>,
    /// When it was recorded, UTC.
    pub created_at: DateTime<Utc>,
    /// When it last changed, UTC.
    pub updated_at: DateTime<Utc>,
}

/// What of a payment a refund gives back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RefundSource {
    /// The payment.
    pub payment: PaymentId,
    /// How much of it, in cents.
    pub amount: Cents,
}

/// A refund that somebody asks for. Fields mean what they mean in [`Refund`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are those of Refund")]
pub struct NewRefund {
    pub external_id: String,
    pub invoice: InvoiceId,
    /// All that can be given back, where it is not said.
    pub amount: Option<Cents>,
    pub method: PaymentMethod,
    pub processor: String,
    pub fee: Cents,
    pub reference: String,
    pub memo: String,
    /// Now, where it is not said.
    pub completed_at: Option<DateTime<Utc>>,
}

/// Money sent back to a customer. Text that is not known is empty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RefundPayment {
    /// Its id.
    pub id: RefundPaymentId,
    /// The integrator's own id of it.
    pub external_id: String,
    /// The refund it is of.
    pub refund: RefundId,
    /// How much, in cents.
    pub amount: Cents,
    /// How it was sent.
    pub method: PaymentMethod,
    /// The payment processor's name.
    pub processor: String,
    /// What the processor kept, in cents.
    pub fee: Cents,
    /// A memo.
    pub memo: String,
    /// Tags.
    pub tags: Vec<String>,
    /// When it was sent, UTC.
    pub completed_at: DateTime<Utc>,
    /// When it was recorded, UTC.
    pub created_at: DateTime<Utc>,
}

/// A refund payment that somebody asks to have recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are those of RefundPayment")]
pub struct NewRefundPayment {
    pub external_id: String,
    pub amount: Cents,
    pub method: PaymentMethod,
    pub processor: String,
    pub fee: Cents,
    pub memo: String,
    pub tags: Vec<String>,
    /// Now, where it is not said.
    pub completed_at: Option<DateTime<Utc>>,
}

words! {
    /// How far a refund has come: it follows from what was sent.
    RefundStatus {
        /// Nothing was sent.
        Pending = "pending",
        /// Some of it was.
        Processing = "processing",
        /// All of it was.
        Paid = "paid",
    }
}

impl Refund {
    /// What is still to be sent, in cents.
    pub fn remaining(&self) -> Cents {
        self.amount.minus(self.sent).unwrap_or(Cents::ZERO).max(Cents::ZERO)
    }

    /// How far it has come.
    pub fn status(&self) -> RefundStatus {
        if self.remaining() == Cents::ZERO {
            RefundStatus::Paid
        } else if self.sent > Cents::ZERO {
            RefundStatus::Processing
        } else {
            RefundStatus::Pending
        }
    }
}

super::shelf::records! {
    Refund: RefundId, external_id;
    RefundPayment: RefundPaymentId, external_id;
}
