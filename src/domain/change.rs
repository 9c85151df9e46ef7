//! What happened to the books, as a plain value: books = fixtures + changes.

use serde::{Deserialize, Serialize};

use super::{BillPayment, LinkedPayment, Payment};

/// One change to one business's books. It carries its time and its ids, so that applying it again
/// to the same books gives the same books.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Change {
    /// A customer's payment was recorded, with its allocations.
    PaymentRecorded(Payment),
    /// A payment to a vendor was recorded, with its allocations.
    BillPaymentRecorded(BillPayment),
    /// A bank transaction was linked to an invoice.
    TransactionLinked(LinkedPayment),
}

impl From<Payment> for Change {
    fn from(payment: Payment) -> Self {
        Self::PaymentRecorded(payment)
    }
}

impl From<BillPayment> for Change {
    fn from(payment: BillPayment) -> Self {
        Self::BillPaymentRecorded(payment)
    }
}

impl From<LinkedPayment> for Change {
    fn from(link: LinkedPayment) -> Self {
        Self::TransactionLinked(link)
    }
}
