//! What a change does to the books. It cannot fail: the plan has found that it fits.
//!
//! A payment, a refund, a link or a match acts on other records by the difference between what it
//! was and what it is. So whatever is taken back gives exactly what it took.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::Ledger;
use super::keep::unlist;
use crate::domain::{
    Allocation, Bill, BillId, BillPayment, Cents, Change, Invoice, InvoiceId, LinkId, Linked,
    LinkedPayment, Match, MatchId, Payment, Refund, RefundPayment, Transaction, TransactionId,
};

impl Ledger {
    /// Changes the books as the change says. The change must have been planned against these
    /// books; then this cannot fail, and the same change gives the same books.
    pub fn apply(&mut self, change: Change) {
        self.take(change);
        self.changes += 1;
    }

    /// As [`Ledger::apply`], without counting it: for rows of the starting books, and for a part of
    /// what is being planned.
    pub(crate) fn take(&mut self, change: Change) {
        match change {
            Change::Customer(customer) => drop(self.put_customer(&Arc::new(customer))),
            Change::Vendor(vendor) => drop(self.put_vendor(&Arc::new(vendor))),
            Change::Invoice(invoice) => self.take_invoice(invoice),
            Change::Bill(bill) => self.take_bill(bill),
            Change::Payment(payment) => self.take_payment(payment),
            Change::BillPayment(payment) => self.take_bill_payment(payment),
            Change::Refund(refund) => self.take_refund(refund),
            Change::RefundPayment(payment) => self.take_refund_payment(payment),
            Change::Transaction(transaction) => self.take_transaction(transaction),
            Change::Link(link) => self.take_link(link),
            Change::Unlinked { id, at } => self.drop_link(id, at),
            Change::Match(matched) => self.take_match(matched),
            Change::Unmatched(id) => self.drop_match(id),
            Change::Payout(payout) => drop(self.put_payout(&Arc::new(payout))),
            Change::Together(changes) => changes.into_iter().for_each(|change| self.take(change)),
        }
    }

    fn take_invoice(&mut self, mut invoice: Invoice) {
        let known = self.invoices.get(&invoice.id);
        let kept = known.map(|it| (it.allocated, it.refunded, it.paid_at));
        let zero = (Cents::ZERO, Cents::ZERO, None);
        (invoice.allocated, invoice.refunded, invoice.paid_at) = kept.unwrap_or(zero);
        let at = invoice.updated_at;
        if invoice.allocated > Cents::ZERO {
            invoice.settle(at);
        }
        self.put_invoice(&Arc::new(invoice));
    }

    fn take_bill(&mut self, mut bill: Bill) {
        let known = self.bills.get(&bill.id).map(|it| (it.allocated, it.paid_at));
        (bill.allocated, bill.paid_at) = known.unwrap_or((Cents::ZERO, None));
        let at = bill.updated_at;
        if bill.allocated > Cents::ZERO {
            bill.settle(at);
        }
        self.put_bill(&Arc::new(bill));
    }

    fn take_payment(&mut self, payment: Payment) {
        let new = Arc::new(payment);
        let old = self.put_payment(&new);
        let old_lines = old.as_ref().map_or(&[][..], |old| &old.allocations);
        for (invoice, change) in differences(old_lines, &new.allocations) {
            self.pay_invoice(invoice, change, new.updated_at);
        }
    }

    fn take_bill_payment(&mut self, payment: BillPayment) {
        let new = Arc::new(payment);
        let old = self.put_bill_payment(&new);
        let old_lines = old.as_ref().map_or(&[][..], |old| &old.allocations);
        for (bill, change) in differences(old_lines, &new.allocations) {
            self.pay_bill(bill, change, new.updated_at);
        }
    }

    fn pay_invoice(&mut self, id: InvoiceId, change: Cents, at: DateTime<Utc>) {
        if let Some(after) = self.invoices.get(&id).map(|it| it.after_payment(change, at)) {
            self.put_invoice(&Arc::new(after));
        }
    }

    fn pay_bill(&mut self, id: BillId, change: Cents, at: DateTime<Utc>) {
        if let Some(after) = self.bills.get(&id).map(|it| it.after_payment(change, at)) {
            self.put_bill(&Arc::new(after));
        }
    }

    fn take_refund(&mut self, mut refund: Refund) {
        let known = self.refunds.get(&refund.id);
        let (taken, sent) = known.map_or((Cents::ZERO, Cents::ZERO), |it| (it.amount, it.sent));
        refund.sent = sent;
        let change = refund.amount.minus(taken).unwrap_or(Cents::ZERO);
        if let Some(invoice) = self.invoices.get(&refund.invoice) {
            let refunded = invoice.refunded.moved_by(change);
            let after = Invoice { refunded, ..invoice.clone() };
            self.put_invoice(&Arc::new(after));
        }
        self.put_refund(&Arc::new(refund));
    }

    fn take_refund_payment(&mut self, payment: RefundPayment) {
        let (refund, amount, at) = (payment.refund, payment.amount, payment.created_at);
        let old = self.put_refund_payment(&Arc::new(payment));
        let taken = old.map_or(Cents::ZERO, |old| old.amount);
        if let Some(refund) = self.refunds.get(&refund) {
            let sent = refund.sent.moved_by(amount.minus(taken).unwrap_or(Cents::ZERO));
            let after = Refund { sent, updated_at: at, ..refund.clone() };
            self.put_refund(&Arc::new(after));
        }
    }

    fn take_transaction(&mut self, mut transaction: Transaction) {
        if let Some(old) = self.transactions.get(&transaction.id) {
            transaction.allocated_to_invoices = old.allocated_to_invoices;
            transaction.allocated_to_bills = old.allocated_to_bills;
            (transaction.matched, transaction.matched_at) = (old.matched, old.matched_at);
        }
        self.put_transaction(&Arc::new(transaction));
    }

    fn change_transaction(&mut self, id: &TransactionId, change: impl FnOnce(&mut Transaction)) {
        if let Some(mut transaction) = self.transactions.get(id).cloned() {
            change(&mut transaction);
            self.put_transaction(&Arc::new(transaction));
        }
    }

    fn take_link(&mut self, link: LinkedPayment) {
        self.move_link(&link, link.amount, link.created_at);
        self.put_link(&Arc::new(link));
    }

    fn drop_link(&mut self, id: LinkId, at: DateTime<Utc>) {
        let Some(link) = self.links.remove(&id) else { return };
        unlist(&mut self.links_by_document, &link.document, &id);
        let back = Cents::ZERO.minus(link.amount).unwrap_or(Cents::ZERO);
        self.move_link(&link, back, at);
    }

    fn move_link(&mut self, link: &LinkedPayment, change: Cents, at: DateTime<Utc>) {
        match link.document {
            Linked::Invoice(id) => {
                if let Some(invoice) = self.invoices.get(&id) {
                    let after = invoice.after_payment(change, at);
                    self.put_invoice(&Arc::new(Invoice { updated_at: at, ..after }));
                }
            }
            Linked::Bill(id) => {
                if let Some(bill) = self.bills.get(&id) {
                    let after = bill.after_payment(change, at);
                    self.put_bill(&Arc::new(Bill { updated_at: at, ..after }));
                }
            }
        }
        self.change_transaction(&link.transaction, |it| {
            let taken = match link.document {
                Linked::Invoice(_) => &mut it.allocated_to_invoices,
                Linked::Bill(_) => &mut it.allocated_to_bills,
            };
            *taken = taken.moved_by(change);
            it.updated_at = at;
        });
    }

    fn take_match(&mut self, matched: Match) {
        let (amount, at) = (matched.amount, matched.at);
        let transaction = matched.transaction.clone();
        self.put_match(&Arc::new(matched));
        self.change_transaction(&transaction, |it| {
            it.matched = it.matched.moved_by(amount);
            it.matched_at = Some(at);
        });
    }

    fn drop_match(&mut self, id: MatchId) {
        let Some(matched) = self.matches.remove(&id) else { return };
        unlist(&mut self.matches_by_payment, &matched.payment.id(), &id);
        unlist(&mut self.matches_by_transaction, &matched.transaction, &id);
        let last = self.matches_with(&matched.transaction).map(|it| it.at).max();
        self.change_transaction(&matched.transaction, |it| {
            it.matched = it.matched.minus(matched.amount).unwrap_or(Cents::ZERO);
            it.matched_at = last;
        });
    }
}

/// What each document gets more, or less, by new allocations in the place of old ones; those that
/// get what they had are left out.
fn differences<D: Copy + Ord>(old: &[Allocation<D>], new: &[Allocation<D>]) -> BTreeMap<D, Cents> {
    let mut differences = BTreeMap::new();
    for line in new {
        let sum = differences.entry(line.document).or_insert(Cents::ZERO);
        *sum = sum.moved_by(line.amount);
    }
    for line in old {
        let sum = differences.entry(line.document).or_insert(Cents::ZERO);
        *sum = sum.minus(line.amount).unwrap_or(Cents::ZERO);
    }
    differences.retain(|_, change| *change != Cents::ZERO);
    differences
}
