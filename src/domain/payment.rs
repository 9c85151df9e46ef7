//! A payment received from a customer, and what of it went to which invoice.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::{AllocationId, Cents, Currency, CustomerId, InvoiceId, PaymentId};

/// A payment received. Text that is not known is empty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Payment {
    /// Its id.
    pub id: PaymentId,
    /// Who paid.
    pub customer: CustomerId,
    /// What came in, in cents.
    pub total: Cents,
    /// Its currency: the business's base currency.
    pub currency: Currency,
    /// The day it was received.
    pub date: NaiveDate,
    /// How it was paid.
    pub method: PaymentMethod,
    /// How far it has come.
    pub status: PaymentStatus,
    /// The integrator's own reference.
    pub reference: String,
    /// The integrator's own id, by which a repeated call is recognised.
    pub external_id: String,
    /// The bank's reference.
    pub bank_reference: String,
    /// The payment processor's reference.
    pub processor_reference: String,
    /// The payment processor's name.
    pub processor: String,
    /// What the processor kept, in cents.
    pub fee: Cents,
    /// A note.
    pub note: String,
    /// The integrator's own key-value pairs: a JSON object as text, or empty.
    pub metadata: String,
    /// The idempotency key it was created under.
    pub idempotency_key: Option<String>,
    /// What of it went where, in the order of the request.
    pub allocations: Vec<Allocation<InvoiceId>>,
    /// Tags.
    pub tags: Vec<String>,
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

/// What of a payment went to one document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Allocation<Document> {
    /// Its id.
    pub id: AllocationId,
    /// The invoice or bill.
    pub document: Document,
    /// How much, in cents.
    pub amount: Cents,
    /// What it is for.
    pub description: String,
    /// When it was made, UTC.
    pub at: DateTime<Utc>,
}

/// A part of a payment that somebody asks to have allocated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAllocation<Document> {
    /// The invoice or bill.
    pub document: Document,
    /// How much, in cents.
    pub amount: Cents,
    /// What it is for.
    pub description: String,
}

/// A payment that somebody asks to have recorded. Fields mean what they mean in [`Payment`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are those of Payment")]
pub struct NewPayment {
    pub customer: CustomerId,
    pub total: Cents,
    /// The currency as it was sent; the base currency where it was not.
    pub currency: Option<String>,
    pub date: NaiveDate,
    pub method: PaymentMethod,
    pub reference: String,
    pub external_id: String,
    pub bank_reference: String,
    pub processor_reference: String,
    pub processor: String,
    pub fee: Cents,
    pub note: String,
    pub metadata: String,
    pub idempotency_key: Option<String>,
    pub allocations: Vec<NewAllocation<InvoiceId>>,
}

/// What is to change in a payment; what is `None` stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are those of Payment")]
pub struct PaymentPatch {
    pub status: Option<PaymentStatus>,
    pub failure_reason: Option<String>,
    pub date: Option<NaiveDate>,
    pub method: Option<PaymentMethod>,
    pub reference: Option<String>,
    pub external_id: Option<String>,
    pub bank_reference: Option<String>,
    pub processor_reference: Option<String>,
    pub processor: Option<String>,
    pub fee: Option<Cents>,
    pub note: Option<String>,
    pub metadata: Option<String>,
    pub tags: Option<Vec<String>>,
    /// The whole set.
    pub allocations: Option<Vec<NewAllocation<InvoiceId>>>,
}

impl Payment {
    /// What of it is allocated to invoices, in cents.
    pub fn allocated(&self) -> Cents {
        Cents::sum(self.allocations.iter().map(|a| a.amount)).unwrap_or(self.total)
    }

    /// What of it is not allocated: the customer's credit, in cents.
    pub fn unallocated(&self) -> Cents {
        self.total.minus(self.allocated()).unwrap_or(Cents::ZERO)
    }
}

impl PaymentStatus {
    /// Where a payment can go from here (BEHAVIOUR 4, the life of a bill payment, which the
    /// provider documents; refunds do the rest).
    pub fn next(self) -> &'static [Self] {
        match self {
            Self::Pending => &[Self::Processing, Self::Completed, Self::Failed, Self::Cancelled],
            Self::Processing => &[Self::Completed, Self::Failed],
            Self::Completed | Self::Failed | Self::Cancelled | Self::Refunded => &[],
        }
    }
}

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[$vdoc])* $variant,)* }

        impl $name {
            /// All of them, as the wire spells them.
            pub const WORDS: &'static [&'static str] = &[$($word,)*];

            /// The word on the wire.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }
        }

        impl std::str::FromStr for $name {
            type Err = ();

            fn from_str(word: &str) -> Result<Self, ()> {
                match word { $($word => Ok(Self::$variant),)* _ => Err(()) }
            }
        }
    };
}

words! {
    /// How money moved. Thredfi's invoice payments know all but `wire`; its bill payments know
    /// `wire`, but no `debit_card`, `paypal` or `stripe`.
    PaymentMethod {
        /// A bank transfer.
        BankTransfer = "bank_transfer",
        /// A credit card.
        CreditCard = "credit_card",
        /// A debit card.
        DebitCard = "debit_card",
        /// An automated clearing house, or a direct debit.
        Ach = "ach",
        /// A wire transfer.
        Wire = "wire",
        /// A check.
        Check = "check",
        /// Cash.
        Cash = "cash",
        /// PayPal.
        Paypal = "paypal",
        /// Stripe.
        Stripe = "stripe",
        /// Anything else.
        Other = "other",
    }
}

words! {
    /// How far a payment received has come (seed 002).
    PaymentStatus {
        /// Announced.
        Pending = "pending",
        /// On its way.
        Processing = "processing",
        /// Received.
        Completed = "completed",
        /// Did not come.
        Failed = "failed",
        /// Called off.
        Cancelled = "cancelled",
        /// Given back.
        Refunded = "refunded",
    }
}

pub(super) use words;

super::shelf::records! {
    Payment: PaymentId, external_id;
}
