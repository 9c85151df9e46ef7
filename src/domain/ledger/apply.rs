//! What a change does to the books. It cannot fail: the plan has found that it fits.
//!
//! A payment, a refund, a link or a match acts on other records by the difference between what it
//! was and what it is. So whatever is taken back gives exactly what it took.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use imbl::{OrdMap, OrdSet};

use super::Ledger;
use crate::domain::{
    Allocation, Bill, BillId, BillPayment, Cents, Change, Customer, Invoice, InvoiceId, LinkId,
    Linked, LinkedPayment, Match, MatchId, Payment, Payout, Refund, RefundPayment, Transaction,
    TransactionId,
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
            Change::Customer(customer) => self.take_customer(customer),
            Change::Vendor(vendor) => drop(self.vendors.put(vendor)),
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
            Change::Payout(payout) => self.take_payout(payout),
            Change::Together(changes) => changes.into_iter().for_each(|change| self.take(change)),
        }
    }

    fn take_customer(&mut self, customer: Customer) {
        let by_name = |customer: &Customer| (customer.name.to_lowercase(), customer.id);
        let (key, archived) = (by_name(&customer), customer.archived_at.is_some());
        if let Some(old) = self.customers.put(customer) {
            self.customers_by_name.remove(&by_name(&old));
            self.archived_customers -= usize::from(old.archived_at.is_some());
        }
        self.customers_by_name.insert(key);
        self.archived_customers += usize::from(archived);
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
        self.put_invoice(invoice);
    }

    /// Keeps an invoice, and the sums that follow from it.
    fn put_invoice(&mut self, invoice: Invoice) {
        let (customer, owed, status) = (invoice.customer, invoice.owed(), invoice.status());
        let by_sending = |it: &Invoice| (it.sent_at.unwrap_or(DateTime::<Utc>::MAX_UTC), it.id);
        let by_number = |it: &Invoice| (it.number.clone(), it.id);
        let (sending, number) = (by_sending(&invoice), by_number(&invoice));
        if let Some(old) = self.invoices.put(invoice) {
            self.invoices_by_sending.remove(&by_sending(&old));
            self.invoices_by_number.remove(&by_number(&old));
            self.invoice_counts[old.status() as usize] -= 1;
            let left = self.owed_by(old.customer).minus(old.owed()).unwrap_or(Cents::ZERO);
            self.owed_by.insert(old.customer, left);
        }
        self.invoices_by_sending.insert(sending);
        self.invoices_by_number.insert(number);
        self.invoice_counts[status as usize] += 1;
        let all = self.owed_by(customer).moved_by(owed);
        self.owed_by.insert(customer, all);
    }

    fn take_bill(&mut self, mut bill: Bill) {
        let known = self.bills.get(&bill.id).map(|it| (it.allocated, it.paid_at));
        (bill.allocated, bill.paid_at) = known.unwrap_or((Cents::ZERO, None));
        let at = bill.updated_at;
        if bill.allocated > Cents::ZERO {
            bill.settle(at);
        }
        self.put_bill(bill);
    }

    fn put_bill(&mut self, bill: Bill) {
        let (id, came_at, status) = (bill.id, bill.came_at(), bill.status());
        if let Some(old) = self.bills.put(bill) {
            self.bill_counts[old.status() as usize] -= 1;
            self.bills_by_receipt.remove(&(old.came_at(), id));
        }
        self.bills_by_receipt.insert((came_at, id));
        self.bill_counts[status as usize] += 1;
    }

    fn take_payment(&mut self, payment: Payment) {
        let (id, at) = (payment.id, payment.updated_at);
        let (new, old) = self.payments.swap(payment);
        let old_lines = old.as_ref().map_or(&[][..], |old| &old.allocations);
        for (invoice, change) in differences(old_lines, &new.allocations) {
            self.pay_invoice(invoice, change, at);
        }
        if let Some(old) = &old {
            self.payments_by_date.remove(&(old.date, id));
            self.payments_by_amount.remove(&(old.total, id));
            unlist(&mut self.payments_by_customer, &old.customer, &id);
            for line in &old.allocations {
                unlist(&mut self.payments_by_invoice, &line.document, &id);
            }
        }
        self.payments_by_date.insert((new.date, id));
        self.payments_by_amount.insert((new.total, id));
        self.payments_by_customer.entry(new.customer).or_default().insert(id);
        for line in &new.allocations {
            self.payments_by_invoice.entry(line.document).or_default().insert(id);
        }
    }

    fn take_bill_payment(&mut self, payment: BillPayment) {
        let (id, at) = (payment.id, payment.updated_at);
        let (new, old) = self.bill_payments.swap(payment);
        let old_lines = old.as_ref().map_or(&[][..], |old| &old.allocations);
        for (bill, change) in differences(old_lines, &new.allocations) {
            self.pay_bill(bill, change, at);
        }
        if let Some(old) = &old {
            self.bill_payments_by_date.remove(&(old.date, id));
            for line in &old.allocations {
                unlist(&mut self.bill_payments_by_bill, &line.document, &id);
            }
        }
        if new.status.next().is_empty() {
            self.open_bill_payments.remove(&id);
        } else {
            self.open_bill_payments.insert(id);
        }
        self.bill_payments_by_date.insert((new.date, id));
        for line in &new.allocations {
            self.bill_payments_by_bill.entry(line.document).or_default().insert(id);
        }
    }

    fn pay_invoice(&mut self, id: InvoiceId, change: Cents, at: DateTime<Utc>) {
        if let Some(after) = self.invoices.get(&id).map(|it| it.after_payment(change, at)) {
            self.put_invoice(after);
        }
    }

    fn pay_bill(&mut self, id: BillId, change: Cents, at: DateTime<Utc>) {
        if let Some(after) = self.bills.get(&id).map(|it| it.after_payment(change, at)) {
            self.put_bill(after);
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
            self.put_invoice(after);
        }
        self.refunds_by_invoice.entry(refund.invoice).or_default().insert(refund.id);
        for source in &refund.sources {
            self.refunds_by_payment.entry(source.payment).or_default().insert(refund.id);
        }
        self.refunds.put(refund);
    }

    fn take_refund_payment(&mut self, payment: RefundPayment) {
        let (id, refund, amount) = (payment.id, payment.refund, payment.amount);
        let at = payment.created_at;
        let old = self.refund_payments.put(payment);
        let taken = old.map_or(Cents::ZERO, |old| old.amount);
        if let Some(refund) = self.refunds.get(&refund) {
            let sent = refund.sent.moved_by(amount.minus(taken).unwrap_or(Cents::ZERO));
            let after = Refund { sent, updated_at: at, ..refund.clone() };
            self.refunds.put(after);
        }
        self.refund_payments_by_refund.entry(refund).or_default().insert(id);
    }

    fn take_transaction(&mut self, mut transaction: Transaction) {
        if let Some(old) = self.transactions.get(&transaction.id) {
            self.transactions_by_date.remove(&(old.date, old.id.clone()));
            transaction.allocated_to_invoices = old.allocated_to_invoices;
            transaction.allocated_to_bills = old.allocated_to_bills;
            (transaction.matched, transaction.matched_at) = (old.matched, old.matched_at);
        }
        self.transactions_by_date.insert((transaction.date, transaction.id.clone()));
        self.transactions.put(transaction);
    }

    fn change_transaction(&mut self, id: &TransactionId, change: impl FnOnce(&mut Transaction)) {
        if let Some(mut transaction) = self.transactions.get(id).cloned() {
            change(&mut transaction);
            self.transactions.put(transaction);
        }
    }

    fn take_link(&mut self, link: LinkedPayment) {
        self.links_by_document.entry(link.document).or_default().insert(link.id);
        self.move_link(&link, link.amount, link.created_at);
        self.links.put(link);
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
                    self.put_invoice(Invoice { updated_at: at, ..after });
                }
            }
            Linked::Bill(id) => {
                if let Some(bill) = self.bills.get(&id) {
                    let after = bill.after_payment(change, at);
                    self.put_bill(Bill { updated_at: at, ..after });
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
        let (id, amount, at) = (matched.id, matched.amount, matched.at);
        self.matches_by_payment.entry(matched.payment.id()).or_default().insert(id);
        let transaction = matched.transaction.clone();
        self.matches_by_transaction.entry(transaction.clone()).or_default().insert(id);
        self.matches.put(matched);
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

    fn take_payout(&mut self, payout: Payout) {
        let (new, old) = self.payouts.swap(payout);
        for payment in old.iter().flat_map(|old| &old.payments) {
            unlist(&mut self.payouts_by_payment, payment, &new.id);
        }
        for payment in &new.payments {
            self.payouts_by_payment.entry(*payment).or_default().insert(new.id);
        }
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

/// Takes an id out of an index, and the entry with it where it was the last.
fn unlist<K: Ord + Clone, V: Ord + Clone>(index: &mut OrdMap<K, OrdSet<V>>, key: &K, id: &V) {
    if let Some(ids) = index.get_mut(key) {
        ids.remove(id);
        if ids.is_empty() {
            index.remove(key);
        }
    }
}
