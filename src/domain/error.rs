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
    /// The invoice belongs to another customer.
    #[error("invoice {document} belongs to customer {owner}")]
    OtherCustomer {
        /// Which allocation, from 0.
        position: usize,
        /// The invoice.
        document: Uuid,
        /// The customer it belongs to.
        owner: Uuid,
    },
    /// The bill belongs to another vendor.
    #[error("bill {document} belongs to vendor {owner}")]
    OtherVendor {
        /// Which allocation, from 0.
        position: usize,
        /// The bill.
        document: Uuid,
        /// The vendor it belongs to.
        owner: Uuid,
    },
    /// The invoice is in no state to be paid.
    #[error("invoice {invoice} is {status:?}")]
    InvoiceNotPayable {
        /// Which allocation, from 0.
        position: usize,
        /// The invoice.
        invoice: Uuid,
        /// Where it stands.
        status: InvoiceStatus,
    },
    /// The bill is in no state to be paid.
    #[error("bill {bill} is {status:?}")]
    BillNotPayable {
        /// Which allocation, from 0.
        position: usize,
        /// The bill.
        bill: Uuid,
        /// Where it stands.
        status: BillStatus,
    },
    /// The allocations together are more than the payment.
    #[error("{allocated} is allocated of a payment of {total}")]
    ExceedsPayment {
        /// What the allocations come to, in cents.
        allocated: Cents,
        /// The payment, in cents.
        total: Cents,
    },
    /// One allocation is more than its document is still owed.
    #[error("{amount} is more than the {outstanding} outstanding on {document}")]
    ExceedsOutstanding {
        /// Which allocation, from 0.
        position: usize,
        /// The invoice or bill.
        document: Uuid,
        /// What was to be allocated, in cents.
        amount: Cents,
        /// What is outstanding, in cents.
        outstanding: Cents,
    },
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
