//! What follows from the invoices and bills together: revenue and expenses of a period, and what is
//! late by how long.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, NaiveDate, Utc};

use super::Ledger;
use crate::domain::{Bill, BillLifecycle, Cents, CustomerId, Invoice, InvoiceLifecycle, VendorId};

/// A span of days, both of which belong to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// Its first day.
    pub first: NaiveDate,
    /// Its last day; not before the first, or the period is empty.
    pub last: NaiveDate,
}

/// What a month brought and cost, in cents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Month {
    /// Its first day.
    pub first: NaiveDate,
    /// The totals of the invoices that were sent.
    pub revenue: Cents,
    /// The totals of the bills that were received.
    pub expenses: Cents,
}

/// What one customer owes, or one vendor is owed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Aged<Party> {
    /// Who.
    pub party: Party,
    /// How much, by how late it is.
    pub aging: Aging,
}

/// What is outstanding, in cents. What is not late is in the total alone.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Aging {
    /// All of it, late or not.
    pub total: Cents,
    /// Late by up to 30, 60 and 90 days, and by more.
    pub late: [Cents; 4],
}

impl Period {
    /// Whether a moment lies in it.
    pub fn has(self, moment: DateTime<Utc>) -> bool {
        (self.first..=self.last).contains(&moment.date_naive())
    }

    /// How many months it touches; 0 where it is empty.
    pub fn months(self) -> usize {
        let number = |day: NaiveDate| i64::from(day.year()) * 12 + i64::from(day.month0());
        let months = number(self.last) - number(self.first) + 1;
        if self.last < self.first { 0 } else { usize::try_from(months).unwrap_or(0) }
    }
}

impl Aging {
    fn add(&mut self, amount: Cents, due_at: Option<DateTime<Utc>>, now: DateTime<Utc>) {
        self.total = self.total.moved_by(amount);
        let Some(due) = due_at.filter(|due| *due < now) else { return };
        // A document is as many days late as a calendar says.
        let late = (now.date_naive() - due.date_naive()).num_days();
        let within = |days| late <= days;
        let bucket = [30, 60, 90].into_iter().position(within).unwrap_or(3);
        self.late[bucket] = self.late[bucket].moved_by(amount);
    }
}

impl Ledger {
    /// The invoices that were sent in a period and not taken back.
    pub fn earned_in(&self, period: Period) -> impl Iterator<Item = (DateTime<Utc>, &Invoice)> {
        self.invoices.iter().filter_map(move |invoice| {
            let at = invoice.sent_at.filter(|at| period.has(*at))?;
            let counts = match invoice.lifecycle {
                InvoiceLifecycle::Sent | InvoiceLifecycle::WrittenOff => true,
                InvoiceLifecycle::Draft | InvoiceLifecycle::Void => false,
            };
            counts.then_some((at, invoice))
        })
    }

    /// The bills that were received in a period and not taken back.
    pub fn spent_in(&self, period: Period) -> impl Iterator<Item = (DateTime<Utc>, &Bill)> {
        self.bills.iter().filter_map(move |bill| {
            let at = bill.received_at.filter(|at| period.has(*at))?;
            (bill.lifecycle == BillLifecycle::Received).then_some((at, bill))
        })
    }

    /// The months that a period touches, in order, each with what the period's days in it brought
    /// and cost.
    pub fn months_of(&self, period: Period) -> Vec<Month> {
        let start = |day: NaiveDate| day.with_day(1).unwrap_or(day);
        let starts = (0..period.months()).scan(start(period.first), |next, _| {
            let first = *next;
            *next = first.checked_add_months(chrono::Months::new(1)).unwrap_or(first);
            Some(first)
        });
        let (revenue, expenses) = (Cents::ZERO, Cents::ZERO);
        let mut months: BTreeMap<_, _> =
            starts.map(|first| (first, Month { first, revenue, expenses })).collect();
        for (at, invoice) in self.earned_in(period) {
            if let Some(month) = months.get_mut(&start(at.date_naive())) {
                month.revenue = month.revenue.moved_by(invoice.total);
            }
        }
        for (at, bill) in self.spent_in(period) {
            if let Some(month) = months.get_mut(&start(at.date_naive())) {
                month.expenses = month.expenses.moved_by(bill.total);
            }
        }
        months.into_values().collect()
    }

    /// What was spent in a period by account, the account as the lines name it; what no line
    /// accounts for is under the empty name.
    pub fn spent_by_account(&self, period: Period) -> BTreeMap<String, Cents> {
        let mut accounts = BTreeMap::<String, Cents>::new();
        let mut add = |account: &str, amount: Cents| {
            let sum = accounts.entry(account.to_owned()).or_default();
            *sum = sum.moved_by(amount);
        };
        for (_, bill) in self.spent_in(period) {
            let mut rest = bill.total;
            for line in &bill.lines {
                let amount = line.total().unwrap_or(Cents::ZERO);
                rest = rest.minus(amount).unwrap_or(Cents::ZERO);
                add(&line.account, amount);
            }
            if rest != Cents::ZERO {
                add("", rest);
            }
        }
        accounts
    }

    /// Every customer that owes something, the largest sum first.
    pub fn receivables(&self, now: DateTime<Utc>) -> Vec<Aged<CustomerId>> {
        aged(self.invoices.iter().map(|it| (it.customer, it.owed(), it.due_at)), now)
    }

    /// Every vendor that is owed something, the largest sum first.
    pub fn payables(&self, now: DateTime<Utc>) -> Vec<Aged<VendorId>> {
        aged(self.bills.iter().map(|it| (it.vendor, it.owed(), it.due_at)), now)
    }
}

fn aged<Party: Copy + Ord>(
    documents: impl Iterator<Item = (Party, Cents, Option<DateTime<Utc>>)>,
    now: DateTime<Utc>,
) -> Vec<Aged<Party>> {
    let mut parties = BTreeMap::<Party, Aging>::new();
    for (party, owed, due_at) in documents.filter(|(_, owed, _)| *owed > Cents::ZERO) {
        parties.entry(party).or_default().add(owed, due_at, now);
    }
    let parties = parties.into_iter().map(|(party, aging)| Aged { party, aging });
    let mut parties: Vec<_> = parties.collect();
    parties.sort_by_key(|aged| std::cmp::Reverse(aged.aging.total));
    parties
}
