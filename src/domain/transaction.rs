//! A bank transaction, its links to invoices and bills, by which Day Zero records payments, and its
//! matches with payments, by which Thredfi reconciles them.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::payment::words;
use super::shelf::Record;
use super::{
    BillId, BillPaymentId, Cents, Currency, InvoiceId, LinkId, MatchId, PaymentId, TransactionId,
};

/// A movement on a bank account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
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
    /// How the money moved, in the bank's word (`fps`, `card_payment`); empty where not known.
    pub kind: String,
    /// How far it has been put into the right place in the books.
    pub categorization: Categorization,
    /// Whether somebody says that it is reconciled.
    pub reconciled: bool,
    /// What of it invoices have taken, in cents. The books keep it, whatever a change says.
    pub allocated_to_invoices: Cents,
    /// What of it bills have taken, in cents. The books keep it from the start on.
    pub allocated_to_bills: Cents,
    /// What of it payments were matched with, in cents. The books keep it.
    pub matched: Cents,
    /// When it was last matched with a payment, UTC. The books keep it.
    pub matched_at: Option<DateTime<Utc>>,
    /// When it was recorded, UTC.
    pub created_at: DateTime<Utc>,
    /// When it last changed, UTC.
    pub updated_at: DateTime<Utc>,
}

words! {
    /// How far a bank transaction has been put into the right place in the books.
    Categorization {
        /// Nobody has looked at it.
        Pending = "pending",
        /// Somebody should.
        ManualReview = "manual_review",
        /// It has a category.
        Categorized = "categorized",
        /// And somebody agreed.
        Approved = "approved",
    }
}

impl Transaction {
    /// What it moved, whichever way, in cents.
    pub fn size(&self) -> Cents {
        Cents::new(self.amount.get().saturating_abs())
    }

    /// What invoices and bills have taken of it, in cents.
    pub fn allocated(&self) -> Cents {
        self.allocated_to_invoices.moved_by(self.allocated_to_bills)
    }

    /// What it has left to give to invoices and bills, in cents.
    pub fn remaining(&self) -> Cents {
        self.size().minus(self.allocated()).unwrap_or(Cents::ZERO).max(Cents::ZERO)
    }

    /// What of it is not matched with payments, in cents.
    pub fn unmatched(&self) -> Cents {
        self.size().minus(self.matched).unwrap_or(Cents::ZERO).max(Cents::ZERO)
    }
}

/// A part of a bank transaction that pays an invoice (seed 004) or a bill.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LinkedPayment {
    /// Its id.
    pub id: LinkId,
    /// What it pays.
    pub document: Linked,
    /// The transaction it takes from.
    pub transaction: TransactionId,
    /// How much, in cents.
    pub amount: Cents,
    /// When it counts as paid, UTC.
    pub paid_on: DateTime<Utc>,
    /// When it was recorded, UTC.
    pub created_at: DateTime<Utc>,
}

/// What a bank transaction can pay.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Linked {
    /// An invoice.
    Invoice(InvoiceId),
    /// A bill.
    Bill(BillId),
}

/// A link that somebody asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewLink {
    /// What to pay.
    pub document: Linked,
    /// The transaction to take from.
    pub transaction: TransactionId,
    /// How much, in cents.
    pub amount: Cents,
    /// When it counts as paid; the transaction's day where it is not said.
    pub paid_on: Option<DateTime<Utc>>,
}

/// A part of a bank transaction that is found to be a payment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Match {
    /// Its id.
    pub id: MatchId,
    /// The transaction.
    pub transaction: TransactionId,
    /// The payment.
    pub payment: Matched,
    /// How much of both, in cents.
    pub amount: Cents,
    /// Whether the match made the payment: then it takes the payment with it when it goes.
    pub made: bool,
    /// Notes.
    pub notes: String,
    /// Who matched them, in the integrator's word.
    pub created_by: String,
    /// When, UTC.
    pub at: DateTime<Utc>,
}

/// What a bank transaction can be found to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Matched {
    /// A payment received.
    Payment(PaymentId),
    /// A payment made.
    BillPayment(BillPaymentId),
}

impl Matched {
    /// The payment's id.
    pub fn id(self) -> Uuid {
        match self {
            Self::Payment(id) => id.0,
            Self::BillPayment(id) => id.0,
        }
    }
}

impl Record for Match {
    type Id = MatchId;

    fn id(&self) -> MatchId {
        self.id
    }

    fn created_at(&self) -> DateTime<Utc> {
        self.at
    }
}

super::shelf::records! {
    Transaction: TransactionId;
    LinkedPayment: LinkId;
}
