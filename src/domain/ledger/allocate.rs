//! What holds for every payment that is allocated to documents, be they invoices or bills.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::domain::{
    Allocation, AllocationId, BillStatus, Cents, Currency, Error, Excess, Fault, FaultKind,
    FaultPlace, Ids, InvoiceStatus, NewAllocation, NotPayable, OtherParty,
};

/// Which documents an operation allocates to, and what it says of wrong ones.
pub(super) struct Kind<Status> {
    /// Where in a request the document of an allocation is.
    pub(super) place: fn(usize) -> FaultPlace,
    /// That documents are another party's.
    pub(super) other_party: fn(Vec<OtherParty>) -> Error,
    /// Whether a document in this status takes payments.
    pub(super) payable: fn(Status) -> bool,
    /// That documents take none.
    pub(super) not_payable: fn(Vec<NotPayable<Status>>) -> Error,
}

/// Invoices, which belong to customers. A paid one may be named: nothing is outstanding on it,
/// which is the better answer.
pub(super) const INVOICES: Kind<InvoiceStatus> = Kind {
    place: FaultPlace::Invoice,
    other_party: Error::OtherCustomer,
    payable: |status| match status {
        InvoiceStatus::Sent
        | InvoiceStatus::PartiallyPaid
        | InvoiceStatus::Paid
        | InvoiceStatus::Refunded => true,
        InvoiceStatus::Draft | InvoiceStatus::Void | InvoiceStatus::WrittenOff => false,
    },
    not_payable: Error::InvoiceNotPayable,
};

/// Bills, which belong to vendors. A paid one may be named.
pub(super) const BILLS: Kind<BillStatus> = Kind {
    place: FaultPlace::Bill,
    other_party: Error::OtherVendor,
    payable: |status| match status {
        BillStatus::Received | BillStatus::PartiallyPaid | BillStatus::Paid => true,
        BillStatus::Draft | BillStatus::Void => false,
    },
    not_payable: Error::BillNotPayable,
};

/// What an allocation needs to know of the document it goes to.
pub(super) struct Owed<Status> {
    /// The customer or vendor it belongs to.
    pub(super) owner: Uuid,
    /// What is still owed on it.
    pub(super) outstanding: Cents,
    /// Where it stands.
    pub(super) status: Status,
}

/// The documents of the allocations against the books: those that are unknown, and those that are
/// named twice.
pub(super) fn faults<Status>(
    kind: &Kind<Status>,
    documents: &[Uuid],
    known: impl Fn(Uuid) -> bool,
) -> Vec<Fault> {
    let place = kind.place;
    let mut seen = HashMap::with_capacity(documents.len());
    let mut faults = Vec::new();
    for (position, &document) in documents.iter().enumerate() {
        let first = *seen.entry(document).or_insert(position);
        let kind = if first < position {
            FaultKind::Repeated { first }
        } else if known(document) {
            continue;
        } else {
            FaultKind::Unknown(document)
        };
        faults.push(Fault { place: place(position), kind });
    }
    faults
}

/// The payment's currency against the books' own.
pub(super) fn same_currency(sent: &str, base: Currency) -> Result<(), Error> {
    if sent == base.code() {
        return Ok(());
    }
    Err(Error::CurrencyMismatch { sent: sent.to_owned(), base })
}

/// The allocations against the payment and against what each document is owed. Of one rule, every
/// allocation that breaks it is named.
pub(super) fn check<Status: Copy>(
    kind: &Kind<Status>,
    payer: Uuid,
    total: Cents,
    lines: &[(Uuid, Cents)],
    owed: impl Fn(Uuid) -> Option<Owed<Status>>,
) -> Result<(), Error> {
    let known: Vec<_> = lines
        .iter()
        .enumerate()
        .map(|(position, &(document, amount))| {
            let unknown =
                Fault { place: (kind.place)(position), kind: FaultKind::Unknown(document) };
            let owed = owed(document).ok_or_else(|| Error::Faults(vec![unknown]))?;
            Ok((position, document, amount, owed))
        })
        .collect::<Result<_, _>>()?;
    let others = known.iter().filter(|(.., owed)| owed.owner != payer);
    none(
        kind.other_party,
        others.map(|(position, document, _, owed)| OtherParty {
            position: *position,
            document: *document,
            owner: owed.owner,
        }),
    )?;
    let closed = known.iter().filter(|(.., owed)| !(kind.payable)(owed.status));
    none(
        kind.not_payable,
        closed.map(|(position, document, _, owed)| NotPayable {
            position: *position,
            document: *document,
            status: owed.status,
        }),
    )?;
    let allocated = Cents::sum(lines.iter().map(|line| line.1)).ok_or(Error::Overflow)?;
    if allocated > total {
        return Err(Error::ExceedsPayment { allocated, total });
    }
    let over = known.iter().filter(|(.., amount, owed)| *amount > owed.outstanding);
    none(
        Error::ExceedsOutstanding,
        over.map(|(position, document, amount, owed)| Excess {
            position: *position,
            document: *document,
            amount: *amount,
            outstanding: owed.outstanding,
        }),
    )
}

/// That nothing breaks a rule, or what does.
fn none<T>(error: fn(Vec<T>) -> Error, broken: impl Iterator<Item = T>) -> Result<(), Error> {
    let broken: Vec<_> = broken.collect();
    if broken.is_empty() { Ok(()) } else { Err(error(broken)) }
}

/// What a payment goes to from now on. A line that stays as it was keeps its id and its time.
pub(super) fn lines<Document: PartialEq + Clone>(
    new: Vec<NewAllocation<Document>>,
    before: &[Allocation<Document>],
    ids: &mut Ids,
    now: DateTime<Utc>,
) -> Vec<Allocation<Document>> {
    let line = |line: NewAllocation<Document>| {
        let NewAllocation { document, amount, description } = line;
        let kept = before.iter().find(|old| old.document == document && old.amount == amount);
        kept.cloned().unwrap_or_else(|| Allocation {
            id: AllocationId(ids.v4()),
            document,
            amount,
            description,
            at: now,
        })
    };
    new.into_iter().map(line).collect()
}
