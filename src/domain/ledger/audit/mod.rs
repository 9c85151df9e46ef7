//! Whether books add up: every record against those that it names, every sum against what it is
//! of. The plans see to it for each change; here it is looked at in the whole, for books that
//! somebody else has written down.

mod documents;
mod movements;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;
use std::sync::Arc;

use super::{Ledger, Records};
use crate::domain::{Cents, Currency, CustomerId, Invoice, Record};

/// What does not hold of a record, and where in it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{list} {index}, {field}: {problem}")]
pub struct Discord {
    /// The list that the record is in, as [`Records`] names it.
    pub list: &'static str,
    /// Which of its records, from 0.
    pub index: usize,
    /// Its id.
    pub id: String,
    /// The field, or the way to it: `allocations/0/amount`.
    pub field: String,
    /// What is wrong there.
    pub problem: String,
}

impl Ledger {
    /// That the books add up.
    ///
    /// # Errors
    /// The first [`Discord`], its record's place counted by id.
    pub fn audit(&self) -> Result<(), Discord> {
        self.agrees_with(&self.records())
    }

    /// The same of the records that the books are made of, in the order in which they were given.
    pub(super) fn agrees_with(&self, records: &Records) -> Result<(), Discord> {
        let mut owed = BTreeMap::new();
        each("invoices", &records.invoices, |it| {
            self.invoice_holds(it)?;
            fits(&mut owed, it)
        })?;
        each("bills", &records.bills, |it| self.bill_holds(it))?;
        let taken = documents::taken(&records.linked_payments);
        each("bank_transactions", &records.bank_transactions, |it| {
            self.transaction_holds(it, &taken)
        })?;
        each("payments", &records.payments, |it| self.payment_holds(it))?;
        each("bill_payments", &records.bill_payments, |it| self.bill_payment_holds(it))?;
        each("linked_payments", &records.linked_payments, |it| self.link_holds(it))?;
        each("refunds", &records.refunds, |it| self.refund_holds(it))?;
        each("refund_payments", &records.refund_payments, |it| self.refund_payment_holds(it))?;
        each("reconciliations", &records.reconciliations, |it| self.match_holds(it))?;
        let mut settled = BTreeSet::new();
        each("payouts", &records.payouts, |it| self.payout_holds(it, &mut settled))
    }

    fn base(&self, currency: Currency) -> Held {
        let base = self.business().base_currency;
        hold(currency == base, "currency", || format!("{currency} is not the books' {base}"))
    }
}

/// What does not hold of the record at hand.
struct Wrong {
    field: String,
    problem: String,
}

type Held = Result<(), Wrong>;

fn each<T: Record>(
    list: &'static str,
    records: &[Arc<T>],
    mut holds: impl FnMut(&T) -> Held,
) -> Result<(), Discord>
where
    T::Id: Display,
{
    for (index, record) in records.iter().enumerate() {
        holds(record).map_err(|Wrong { field, problem }| {
            let id = record.id().to_string();
            Discord { list, index, id, field, problem }
        })?;
    }
    Ok(())
}

fn hold(holds: bool, field: impl Into<String>, problem: impl FnOnce() -> String) -> Held {
    if holds { Ok(()) } else { Err(Wrong { field: field.into(), problem: problem() }) }
}

fn known<T>(
    found: Option<T>,
    field: impl Into<String>,
    what: &str,
    id: impl Display,
) -> Result<T, Wrong> {
    let problem = || format!("no {what} {id} in these books");
    found.ok_or_else(|| Wrong { field: field.into(), problem: problem() })
}

fn positive(field: impl Into<String>, amount: Cents) -> Held {
    hold(amount > Cents::ZERO, field, || format!("{amount} must be at least 1"))
}

fn at_most(field: impl Into<String>, amount: Option<Cents>, most: Cents, of: &str) -> Held {
    let problem = || match amount {
        Some(amount) => format!("{amount} is more than {of}, {most}"),
        None => format!("together more than {of}, {most}"),
    };
    hold(amount.is_some_and(|amount| amount <= most), field, problem)
}

/// That an amount which the books keep is the sum of what it is of.
fn sum_of(
    field: &str,
    stated: Cents,
    parts: impl IntoIterator<Item = Cents>,
    what: &str,
) -> Result<Cents, Wrong> {
    let sum = Cents::sum(parts);
    let problem = || match sum {
        Some(sum) => format!("{stated} does not add up: {what} come to {sum}"),
        None => format!("{stated} does not add up: {what} come to more than 64 bits of cents"),
    };
    hold(sum == Some(stated), field, problem).map(|()| stated)
}

/// That what a customer owes on all invoices can be counted.
fn fits(owed: &mut BTreeMap<CustomerId, Cents>, invoice: &Invoice) -> Held {
    let sum = owed.entry(invoice.customer).or_default();
    let more = sum.plus(invoice.owed());
    *sum = more.unwrap_or(*sum);
    let problem = || "what its customer owes is more than 64 bits of cents".to_owned();
    hold(more.is_some(), "total", problem)
}
