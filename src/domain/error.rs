//! Every "no" the books can say: facts with their numbers. No statuses, no provider's words.

use uuid::Uuid;

use super::{BillStatus, Cents, Currency, InvoiceStatus, Linked};

/// Why the books refuse a change. Nothing has changed when one of these is returned.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The request names what the books do not have, or names one thing twice. All at once.
    #[error("{} of the references do not hold", .0.len())]
    Faults(Vec<Fault>),
    /// The payment is in another currency than the books.
    #[error("the payment is in {sent:?}, the books are in {base}")]
    CurrencyMismatch {
        /// The currency as it was sent.
        sent: String,
        /// The business's base currency.
        base: Currency,
    },
    /// Invoices belong to another customer.
    #[error("{} of the invoices belong to another customer", .0.len())]
    OtherCustomer(Vec<OtherParty>),
    /// Bills belong to another vendor.
    #[error("{} of the bills belong to another vendor", .0.len())]
    OtherVendor(Vec<OtherParty>),
    /// Invoices are in no state to be paid.
    #[error("{} of the invoices cannot be paid", .0.len())]
    InvoiceNotPayable(Vec<NotPayable<InvoiceStatus>>),
    /// Bills are in no state to be paid.
    #[error("{} of the bills cannot be paid", .0.len())]
    BillNotPayable(Vec<NotPayable<BillStatus>>),
    /// The allocations together are more than the payment.
    #[error("{allocated} is allocated of a payment of {total}")]
    ExceedsPayment {
        /// What the allocations come to, in cents.
        allocated: Cents,
        /// The payment, in cents.
        total: Cents,
    },
    /// Allocations are more than their documents are still owed.
    #[error("{} of the allocations are more than is outstanding", .0.len())]
    ExceedsOutstanding(Vec<Excess>),
    /// More is taken than something has left to give.
    #[error("{amount} is more than the {most} left")]
    Exceeds {
        /// Of what.
        limit: Limit,
        /// What was asked for, in cents.
        amount: Cents,
        /// What is left, in cents.
        most: Cents,
    },
    /// An invoice would come to less than payments have brought already.
    #[error("a total of {total} is less than the {allocated} that payments have brought")]
    BelowAllocated {
        /// What it would come to, in cents.
        total: Cents,
        /// What payments have brought, in cents.
        allocated: Cents,
    },
    /// Discounts are more than what they are taken off.
    #[error("the total would be {total}")]
    NegativeTotal {
        /// What it would come to, in cents.
        total: Cents,
    },
    /// Something is in no state for what is asked.
    #[error("the {what} is {from}; it cannot become {to}")]
    State {
        /// What kind of thing.
        what: &'static str,
        /// Its id.
        id: Uuid,
        /// Where it stands, in the books' word.
        from: &'static str,
        /// Where it was to go.
        to: &'static str,
        /// Where it can go from there.
        allowed: Vec<&'static str>,
    },
    /// Payments have been allocated to a document that is to go or to change hands.
    #[error("payments have brought {allocated}")]
    HasPayments {
        /// What they have brought, in cents.
        allocated: Cents,
    },
    /// A payment is matched with a bank transaction, and what is asked would contradict that.
    #[error("payment {payment} is matched with a bank transaction")]
    Reconciled {
        /// The payment.
        payment: Uuid,
    },
    /// A settlement counts a payment, and what is asked would contradict that.
    #[error("payment {payment} is in payout {payout}")]
    Settled {
        /// The payment.
        payment: Uuid,
        /// The settlement.
        payout: Uuid,
    },
    /// Another record has this id of the integrator's own.
    #[error("{external_id:?} is another one's external id")]
    DuplicateExternalId {
        /// The id.
        external_id: String,
    },
    /// Parts of a payment were refunded, and what is asked would contradict that.
    #[error("payment {payment} was refunded in part")]
    PartlyRefunded {
        /// The payment.
        payment: Uuid,
    },
    /// A payment that did not come cannot be matched with a bank transaction.
    #[error("payment {payment} is {status}")]
    NotReconcilable {
        /// The payment.
        payment: Uuid,
        /// Where it stands, in the books' word.
        status: &'static str,
    },
    /// Nothing is left to match.
    #[error("nothing is left to match of {payment:?} or the transaction")]
    AlreadyReconciled {
        /// The payment that is matched in full; `None` where the transaction is.
        payment: Option<Uuid>,
    },
    /// A match would record a payment that is refused.
    #[error("{0}")]
    InMatch(Box<Error>),
    /// A settlement names payments that did not come, or that another one settles.
    #[error("{} of the payments cannot be paid out", .0.len())]
    NotPayableOut(Vec<NotPayableOut>),
    /// A bank transaction and a payment that are not matched cannot be parted.
    #[error("they are not matched")]
    NotReconciled,
    /// A deposit cannot be a payment that was made.
    #[error("the transaction is a deposit of {amount}")]
    Deposit {
        /// The transaction's amount, in cents.
        amount: Cents,
    },
    /// One of the payments that came with an invoice is refused.
    #[error("payment {position}: {error}")]
    InPayment {
        /// Which of them, from 0.
        position: usize,
        /// Why.
        error: Box<Error>,
    },
    /// The amounts together do not fit in 64 bits.
    #[error("the amounts together are more than 64 bits of cents")]
    Overflow,
    /// What is to be paid is not in the books.
    #[error("no such invoice or bill")]
    UnknownDocument,
    /// The bank transaction is not in the books.
    #[error("no such transaction")]
    UnknownTransaction,
    /// A withdrawal has nothing to give to an invoice.
    #[error("the transaction is a withdrawal of {amount}")]
    Withdrawal {
        /// The transaction's amount, negative, in cents.
        amount: Cents,
    },
    /// The transaction is in another currency than what it is to pay.
    #[error("the transaction is in {transaction}, what it is to pay in {document}")]
    TransactionCurrency {
        /// The transaction's currency.
        transaction: Currency,
        /// The invoice's or bill's currency.
        document: Currency,
        /// What it was to pay.
        pays: Linked,
    },
    /// The invoice is a draft: it must be finalized before it is paid.
    #[error("the invoice is a draft")]
    DraftInvoice,
    /// The invoice is void or written off, and stays so.
    #[error("the invoice is {status:?}")]
    ClosedInvoice {
        /// Void or written off.
        status: InvoiceStatus,
    },
    /// The bill has not been received, so nothing is owed on it yet.
    #[error("the bill is a draft")]
    DraftBill,
    /// The bill was taken back.
    #[error("the bill is void")]
    VoidBill,
}

/// What has only so much to give.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// A bank transaction, to invoices and bills.
    Transaction,
    /// A bank transaction, to matches.
    Unmatched,
    /// A payment, to matches.
    Payment,
    /// What was paid on an invoice, to refunds.
    Paid,
    /// A refund, to its payments.
    Refund,
}

/// An allocation to another party's document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OtherParty {
    /// Which allocation, from 0.
    pub position: usize,
    /// The invoice or bill.
    pub document: Uuid,
    /// The customer or vendor it belongs to.
    pub owner: Uuid,
}

/// An allocation to a document that cannot be paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotPayable<Status> {
    /// Which allocation, from 0.
    pub position: usize,
    /// The invoice or bill.
    pub document: Uuid,
    /// Where it stands.
    pub status: Status,
}

/// A payment that a settlement cannot settle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotPayableOut {
    /// Which payment, from 0.
    pub position: usize,
    /// Its id.
    pub payment: Uuid,
    /// Where it stands, in the books' word.
    pub status: &'static str,
    /// The settlement that it is in.
    pub payout: Option<Uuid>,
}

/// An allocation of more than its document is still owed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Excess {
    /// Which allocation, from 0.
    pub position: usize,
    /// The invoice or bill.
    pub document: Uuid,
    /// What was to be allocated, in cents.
    pub amount: Cents,
    /// What is outstanding, in cents.
    pub outstanding: Cents,
}

/// One thing in a request that does not hold against the books.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Where in the request.
    pub place: FaultPlace,
    /// What is wrong there.
    pub kind: FaultKind,
}

/// Where in a request a fault lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultPlace {
    /// The customer who pays.
    Customer,
    /// The vendor who is paid.
    Vendor,
    /// The invoice of the allocation at this position, from 0.
    Invoice(usize),
    /// The bill of the allocation at this position, from 0.
    Bill(usize),
    /// The check's number.
    CheckNumber,
    /// Why a payment failed.
    FailureReason,
    /// The name of a customer or vendor.
    Name,
    /// The customer, by the integrator's own id.
    CustomerExternalId,
    /// The vendor, by the integrator's own id.
    VendorExternalId,
    /// The one invoice that the request is about.
    TheInvoice,
    /// The one bill that the request is about.
    TheBill,
    /// The one payment that the request is about.
    ThePayment,
    /// The one bill payment that the request is about.
    TheBillPayment,
    /// The payment at this position of a settlement, from 0.
    SettledPayment(usize),
    /// The refund payment at this position of a settlement, from 0.
    SettledRefundPayment(usize),
    /// A line of the document at this position, from 0: its quantity.
    Quantity(usize),
    /// A line of the document at this position, from 0: what one costs.
    UnitPrice(usize),
}

/// What is wrong at a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FaultKind {
    /// The books have no such thing.
    Unknown(Uuid),
    /// The books have nothing under this id of the integrator's own.
    UnknownExternalId(String),
    /// It is no number that can be counted with.
    Uncountable,
    /// It was named before, at this position.
    Repeated {
        /// Where it was named first, from 0.
        first: usize,
    },
    /// It is needed here and was not given.
    Required,
}
