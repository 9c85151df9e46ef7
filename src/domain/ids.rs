//! Identifiers, and the one place that makes new ones. No randomness: the same books and the same
//! calls give the same ids (BEHAVIOUR 8).

use std::fmt;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! uuid_ids {
    ($($(#[$doc:meta])* $name:ident,)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    )*};
}

uuid_ids! {
    /// A business, of either provider.
    BusinessId,
    /// Somebody who owes a business money.
    CustomerId,
    /// Somebody whom a business owes money.
    VendorId,
    /// An invoice.
    InvoiceId,
    /// A bill.
    BillId,
    /// A payment received against invoices.
    PaymentId,
    /// A payment made against bills.
    BillPaymentId,
    /// A part of a payment that went to one document.
    AllocationId,
    /// A bank transaction's link to an invoice or a bill: Day Zero's payment.
    LinkId,
    /// A line of an invoice or a bill.
    LineItemId,
    /// Money owed back to a customer.
    RefundId,
    /// Money sent back to a customer.
    RefundPaymentId,
    /// A bank transaction's match with a payment: Thredfi's reconciliation link.
    MatchId,
    /// A processor's settlement.
    PayoutId,
}

/// A bank transaction. A plain text, because Day Zero's document types it so and its own example
/// is no UUID.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TransactionId(pub String);

impl TransactionId {
    /// The id that a client has written, in any case of letters.
    pub fn written(text: &str) -> Self {
        Self(text.to_ascii_lowercase())
    }
}

impl fmt::Display for TransactionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Where Day Zero's ids begin to count: the millisecond in front of a UUIDv7. A fixed day, not
/// the clock, so that ids do not change with the hour at which a test runs.
const V7_EPOCH_MILLIS: u64 = 0x019a_b37c_8000;

/// The ids of one change to one business's books: a pure function of seed, business and the
/// number of the change. Two worlds that are called alike therefore answer alike.
#[derive(Debug, Clone)]
pub struct Ids {
    seed: u64,
    business: BusinessId,
    change: u64,
    drawn: u32,
    given: Option<Uuid>,
}

impl Ids {
    /// The ids of change number `change` in the books of `business`.
    pub fn new(seed: u64, business: BusinessId, change: u64) -> Self {
        Self { seed, business, change, drawn: 0, given: None }
    }

    /// The same ids, with one in front that somebody has chosen.
    #[must_use]
    pub fn beginning_with(self, given: Uuid) -> Self {
        Self { given: Some(given), ..self }
    }

    /// A new id in the shape of a random UUID (version 4), as Thredfi gives them.
    pub fn v4(&mut self) -> Uuid {
        if let Some(given) = self.given.take() {
            return given;
        }
        uuid::Builder::from_random_bytes(self.bytes()).into_uuid()
    }

    /// A new id that sorts by the order of changes (version 7), as Day Zero gives them.
    pub fn v7(&mut self) -> Uuid {
        if let Some(given) = self.given.take() {
            return given;
        }
        let bytes = self.bytes();
        let mut tail = [0; 10];
        tail.copy_from_slice(&bytes[6..]);
        let millis = V7_EPOCH_MILLIS.saturating_add(self.change);
        uuid::Builder::from_unix_timestamp_millis(millis, &tail).into_uuid()
    }

    fn bytes(&mut self) -> [u8; 16] {
        let mut name = [0; 20];
        name[..8].copy_from_slice(&self.seed.to_be_bytes());
        name[8..16].copy_from_slice(&self.change.to_be_bytes());
        name[16..].copy_from_slice(&self.drawn.to_be_bytes());
        self.drawn += 1;
        Uuid::new_v5(&self.business.0, &name).into_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BUSINESS: BusinessId = BusinessId(Uuid::from_u128(7));

    #[test]
    fn the_same_seed_business_and_change_give_the_same_ids() {
        let draw = || {
            let mut ids = Ids::new(1, BUSINESS, 9);
            (ids.v4(), ids.v4(), ids.v7())
        };
        assert_eq!(draw(), draw());
        let (first, second, _) = draw();
        assert_ne!(first, second);
        assert_ne!(first, Ids::new(2, BUSINESS, 9).v4());
        assert_ne!(first, Ids::new(1, BUSINESS, 10).v4());
        assert_ne!(first, Ids::new(1, BusinessId(Uuid::from_u128(8)), 9).v4());
    }

    #[test]
    fn ids_have_the_version_that_their_provider_gives() {
        let mut ids = Ids::new(0, BUSINESS, 0);
        assert_eq!(ids.v4().get_version_num(), 4);
        assert_eq!(ids.v7().get_version_num(), 7);
        assert!(Ids::new(0, BUSINESS, 3).v7() < Ids::new(0, BUSINESS, 4).v7());
    }
}
