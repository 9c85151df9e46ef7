//! What holds for every payment that is allocated to documents, be they invoices or bills.

use std::collections::HashMap;

use uuid::Uuid;

use crate::domain::{Cents, Currency, Error, Fault, FaultKind, FaultPlace};

/// Which documents an operation allocates to, and what it says of a wrong one.
pub(super) struct Kind {
    /// Where in a request the document of an allocation is.
    pub(super) place: fn(usize) -> FaultPlace,
    /// That a document is another party's: position, document, owner.
    pub(super) other_party: fn(usize, Uuid, Uuid) -> Error,
}

/// Invoices, which belong to customers.
pub(super) const INVOICES: Kind = Kind {
    place: FaultPlace::Invoice,
    other_party: |position, document, owner| Error::OtherCustomer { position, document, owner },
};

/// Bills, which belong to vendors.
pub(super) const BILLS: Kind = Kind {
    place: FaultPlace::Bill,
    other_party: |position, document, owner| Error::OtherVendor { position, document, owner },
};

/// What an allocation needs to know of the document it goes to.
pub(super) struct Owed {
    /// The customer or vendor it belongs to.
    pub(super) owner: Uuid,
    /// What is still owed on it.
    pub(super) outstanding: Cents,
    /// Why it may not be paid at all, if so.
    pub(super) not_payable: Option<Error>,
}

/// The documents of the allocations against the books: those that are unknown, and those that are
/// named twice.
pub(super) fn faults(kind: &Kind, documents: &[Uuid], known: impl Fn(Uuid) -> bool) -> Vec<Fault> {
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

/// The allocations against the payment and against what each document is owed.
pub(super) fn check(
    kind: &Kind,
    payer: Uuid,
    total: Cents,
    lines: &[(Uuid, Cents)],
    owed: impl Fn(usize, Uuid) -> Option<Owed>,
) -> Result<(), Error> {
    let documents: Vec<_> = lines
        .iter()
        .enumerate()
        .map(|(position, &(document, amount))| {
            let unknown =
                Fault { place: (kind.place)(position), kind: FaultKind::Unknown(document) };
            owed(position, document)
                .map(|owed| (position, document, amount, owed))
                .ok_or_else(|| Error::Faults(vec![unknown]))
        })
        .collect::<Result<_, _>>()?;
    for (position, document, _, owed) in &documents {
        if owed.owner != payer {
            return Err((kind.other_party)(*position, *document, owed.owner));
        }
        if let Some(error) = &owed.not_payable {
            return Err(error.clone());
        }
    }
    let allocated = Cents::sum(lines.iter().map(|line| line.1)).ok_or(Error::Overflow)?;
    if allocated > total {
        return Err(Error::ExceedsPayment { allocated, total });
    }
    for (position, document, amount, owed) in documents {
        if amount > owed.outstanding {
            let outstanding = owed.outstanding;
            return Err(Error::ExceedsOutstanding { position, document, amount, outstanding });
        }
    }
    Ok(())
}
