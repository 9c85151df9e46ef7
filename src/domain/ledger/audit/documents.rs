//! What must hold of invoices, bills and bank transactions: what they charge for, and what has
//! been paid on them or taken of them.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::{Held, at_most, hold, known, sum_of};
use crate::domain::ledger::Ledger;
use crate::domain::{
    Allocation, Bill, BillStatus, Cents, Invoice, InvoiceStatus, Linked, LinkedPayment,
    Transaction, TransactionId,
};

/// What links have taken of each bank transaction, for invoices and for bills.
pub(super) type Taken<'a> = BTreeMap<&'a TransactionId, [Vec<Cents>; 2]>;

pub(super) fn taken(links: &[Arc<LinkedPayment>]) -> Taken<'_> {
    let mut taken = Taken::new();
    for link in links {
        let [invoices, bills] = taken.entry(&link.transaction).or_default();
        match link.document {
            Linked::Invoice(_) => invoices.push(link.amount),
            Linked::Bill(_) => bills.push(link.amount),
        }
    }
    taken
}

impl Ledger {
    pub(super) fn invoice_holds(&self, invoice: &Invoice) -> Held {
        known(self.customer(invoice.customer), "customer", "customer", invoice.customer)?;
        asks_for(invoice.total, invoice.sum())?;
        let payments = self.payments_of(invoice.id).flat_map(|it| &it.allocations);
        let links = self.links_of(Linked::Invoice(invoice.id));
        paid(invoice.total, invoice.allocated, brought(payments, invoice.id), links)?;
        let refunds = self.refunds_of(invoice.id).map(|it| it.amount);
        sum_of("refunded", invoice.refunded, refunds, "its refunds")?;
        let settled = matches!(invoice.status(), InvoiceStatus::Paid | InvoiceStatus::Refunded);
        paid_when(invoice.paid_at, settled, invoice.allocated)
    }

    pub(super) fn bill_holds(&self, bill: &Bill) -> Held {
        known(self.vendor(bill.vendor), "vendor", "vendor", bill.vendor)?;
        // Of one without lines the total is all that is known.
        asks_for(bill.total, if bill.lines.is_empty() { Some(bill.total) } else { bill.sum() })?;
        let payments = self.bill_payments_of(bill.id).flat_map(|it| &it.allocations);
        let links = self.links_of(Linked::Bill(bill.id));
        paid(bill.total, bill.allocated, brought(payments, bill.id), links)?;
        paid_when(bill.paid_at, bill.status() == BillStatus::Paid, bill.allocated)
    }

    pub(super) fn transaction_holds(&self, it: &Transaction, taken: &Taken<'_>) -> Held {
        let none = [Vec::new(), Vec::new()];
        let [invoices, bills] = taken.get(&it.id).unwrap_or(&none);
        let (to_invoices, to_bills) = (it.allocated_to_invoices, it.allocated_to_bills);
        sum_of("allocated_to_invoices", to_invoices, invoices.iter().copied(), "its links")?;
        // Some may have gone to bills before the books began.
        let known_to_bills = Cents::sum(bills.iter().copied());
        hold(known_to_bills.is_some_and(|sum| sum <= to_bills), "allocated_to_bills", || {
            format!("{to_bills} is less than its links to bills come to")
        })?;
        let size = it.size();
        at_most("allocated_to_bills", to_invoices.plus(to_bills), size, "what it moved")?;
        let parts = || self.matches_with(&it.id).map(|it| it.amount);
        let matched = sum_of("matched", it.matched, parts(), "its reconciliations")?;
        at_most("matched", Some(matched), size, "what it moved")?;
        let problem = || "it is there if and only if something is matched".to_owned();
        hold(it.matched_at.is_some() == parts().next().is_some(), "matched_at", problem)
    }
}

/// What payments have brought one document.
fn brought<'a, D: Copy + PartialEq + 'a>(
    lines: impl Iterator<Item = &'a Allocation<D>>,
    document: D,
) -> Vec<Cents> {
    lines.filter(|line| line.document == document).map(|line| line.amount).collect()
}

fn asks_for(total: Cents, sum: Option<Cents>) -> Held {
    hold(total >= Cents::ZERO, "total", || format!("{total} must not be negative"))?;
    let problem = || match sum {
        Some(sum) => format!("{total} does not add up: its lines come to {sum}"),
        None => format!("{total} does not add up: its lines come to more than 64 bits of cents"),
    };
    hold(sum == Some(total), "total", problem)
}

fn paid<'a>(
    total: Cents,
    allocated: Cents,
    payments: Vec<Cents>,
    links: impl Iterator<Item = &'a LinkedPayment>,
) -> Held {
    // Only a link may bring more than is asked for.
    at_most("allocated", Cents::sum(payments.iter().copied()), total, "its total")?;
    let all = payments.into_iter().chain(links.map(|it| it.amount));
    sum_of("allocated", allocated, all, "the payments that name it").map(drop)
}

fn paid_when(paid_at: Option<DateTime<Utc>>, settled: bool, allocated: Cents) -> Held {
    // What asks for nothing is settled, though nothing ever came.
    let nothing_came = allocated == Cents::ZERO && paid_at.is_none();
    let problem = || "it is there if and only if all has been paid".to_owned();
    hold(nothing_came || paid_at.is_some() == settled, "paid_at", problem)
}
