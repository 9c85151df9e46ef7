//! What happened to the books, as a plain value: books = fixtures + changes.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{
    Bill, BillPayment, Customer, Invoice, LinkId, LinkedPayment, Match, MatchId, Payment, Payout,
    Refund, RefundPayment, Transaction, Vendor,
};

/// One change to one business's books: a record as it stands from now on, or that it is gone. It
/// carries its time and its ids, so that applying it again to the same books gives the same books.
/// What follows from other records (what is allocated, refunded, matched) the books keep
/// themselves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "each is the record that it holds")]
pub enum Change {
    Customer(Customer),
    Vendor(Vendor),
    Invoice(Invoice),
    Bill(Bill),
    Payment(Payment),
    BillPayment(BillPayment),
    Refund(Refund),
    RefundPayment(RefundPayment),
    Transaction(Transaction),
    Link(LinkedPayment),
    /// A link is gone.
    Unlinked {
        id: LinkId,
        at: DateTime<Utc>,
    },
    Match(Match),
    /// A match is gone.
    Unmatched(MatchId),
    Payout(Payout),
    /// Several records at once, in this order.
    Together(Vec<Change>),
}

macro_rules! from_records {
    ($($record:ident => $change:ident,)*) => {$(
        impl From<$record> for Change {
            fn from(record: $record) -> Self {
                Self::$change(record)
            }
        }
    )*};
}

from_records! {
    Customer => Customer,
    Vendor => Vendor,
    Invoice => Invoice,
    Bill => Bill,
    Payment => Payment,
    BillPayment => BillPayment,
    Refund => Refund,
    RefundPayment => RefundPayment,
    Transaction => Transaction,
    LinkedPayment => Link,
    Match => Match,
    Payout => Payout,
}
