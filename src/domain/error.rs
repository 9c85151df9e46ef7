//! Every "no" the books can say: facts with their numbers. No statuses, no provider's words.

use uuid::Uuid;

use super::{BillStatus, Cents, Currency, InvoiceStatus};

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
    /// The amounts together do not fit in 64 bits.
    #[error("the amounts together are more than 64 bits of cents")]
    Overflow,
    /// The path names an invoice that the books do not have.
    #[error("no such invoice")]
    UnknownInvoice,
    /// The bank transaction is not in the books.
    #[error("no such transaction")]
    UnknownTransaction,
    /// A withdrawal has nothing to give to an invoice.
    #[error("the transaction is a withdrawal of {amount}")]
    Withdrawal {
        /// The transaction's amount, negative, in cents.
        amount: Cents,
    },
    /// The transaction is in another currency than the invoice.
    #[error("the transaction is in {transaction}, the invoice in {invoice}")]
    TransactionCurrency {
        /// The transaction's currency.
        transaction: Currency,
        /// The invoice's currency.
        invoice: Currency,
    },
    /// The amount is more than the transaction has left.
    #[error("{amount} is more than the {remaining} left")]
    ExceedsTransaction {
        /// What was asked for, in cents.
        amount: Cents,
        /// What is left, in cents.
        remaining: Cents,
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
}

/// What is wrong at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultKind {
    /// The books have no such thing.
    Unknown(Uuid),
    /// It was named before, at this position.
    Repeated {
        /// Where it was named first, from 0.
        first: usize,
    },
    /// It is needed here and was not given.
    Required,
}
