//! Records onto their shelves, and with them what lists and look-ups read: orders, sums, counts.
//! What a record does to others is in `apply`.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use imbl::{OrdMap, OrdSet};

use super::Ledger;
use crate::domain::{
    Bill, BillPayment, Cents, Customer, CustomerId, Invoice, LinkedPayment, Match, Payment, Payout,
    Refund, RefundPayment, Transaction, Vendor,
};

/// Each keeps a record in the place of the one that had its id, which it returns.
impl Ledger {
    pub(super) fn put_customer(&mut self, new: &Arc<Customer>) -> Option<Arc<Customer>> {
        let by_name = |it: &Customer| (it.name.to_lowercase(), it.id);
        let old = self.customers.put(new);
        if let Some(old) = &old {
            self.customers_by_name.remove(&by_name(old));
            self.archived_customers -= usize::from(old.archived_at.is_some());
        }
        self.customers_by_name.insert(by_name(new));
        self.archived_customers += usize::from(new.archived_at.is_some());
        old
    }

    pub(super) fn put_vendor(&mut self, new: &Arc<Vendor>) -> Option<Arc<Vendor>> {
        self.vendors.put(new)
    }

    pub(super) fn put_invoice(&mut self, new: &Arc<Invoice>) -> Option<Arc<Invoice>> {
        let by_sending = |it: &Invoice| (it.sent_at.unwrap_or(DateTime::<Utc>::MAX_UTC), it.id);
        let by_number = |it: &Invoice| (it.number.clone(), it.id);
        let old = self.invoices.put(new);
        if let Some(old) = &old {
            self.invoices_by_sending.remove(&by_sending(old));
            self.invoices_by_number.remove(&by_number(old));
            self.invoice_counts[old.status() as usize] -= 1;
            self.owe(old.customer, Cents::ZERO.minus(old.owed()).unwrap_or(Cents::ZERO));
        }
        self.invoices_by_sending.insert(by_sending(new));
        self.invoices_by_number.insert(by_number(new));
        self.invoice_counts[new.status() as usize] += 1;
        self.owe(new.customer, new.owed());
        old
    }

    fn owe(&mut self, customer: CustomerId, change: Cents) {
        let owed = self.owed_by(customer).moved_by(change);
        if owed == Cents::ZERO {
            self.owed_by.remove(&customer);
        } else {
            self.owed_by.insert(customer, owed);
        }
    }

    pub(super) fn put_bill(&mut self, new: &Arc<Bill>) -> Option<Arc<Bill>> {
        let old = self.bills.put(new);
        if let Some(old) = &old {
            self.bills_by_receipt.remove(&(old.came_at(), old.id));
            self.bill_counts[old.status() as usize] -= 1;
        }
        self.bills_by_receipt.insert((new.came_at(), new.id));
        self.bill_counts[new.status() as usize] += 1;
        old
    }

    pub(super) fn put_transaction(&mut self, new: &Arc<Transaction>) -> Option<Arc<Transaction>> {
        let by_date = |it: &Transaction| (it.date, it.id.clone());
        let old = self.transactions.put(new);
        if let Some(old) = &old {
            self.transactions_by_date.remove(&by_date(old));
        }
        self.transactions_by_date.insert(by_date(new));
        old
    }

    pub(super) fn put_payment(&mut self, new: &Arc<Payment>) -> Option<Arc<Payment>> {
        let id = new.id;
        let old = self.payments.put(new);
        if let Some(old) = &old {
            self.payments_by_date.remove(&(old.date, id));
            self.payments_by_amount.remove(&(old.total, id));
            unlist(&mut self.payments_by_customer, &old.customer, &(old.created_at, id));
            for line in &old.allocations {
                unlist(&mut self.payments_by_invoice, &line.document, &id);
            }
        }
        self.payments_by_date.insert((new.date, id));
        self.payments_by_amount.insert((new.total, id));
        let of_customer = self.payments_by_customer.entry(new.customer).or_default();
        of_customer.insert((new.created_at, id));
        for line in &new.allocations {
            self.payments_by_invoice.entry(line.document).or_default().insert(id);
        }
        old
    }

    pub(super) fn put_bill_payment(&mut self, new: &Arc<BillPayment>) -> Option<Arc<BillPayment>> {
        let id = new.id;
        let old = self.bill_payments.put(new);
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
        old
    }

    pub(super) fn put_link(&mut self, new: &Arc<LinkedPayment>) -> Option<Arc<LinkedPayment>> {
        self.links_by_document.entry(new.document).or_default().insert(new.id);
        self.links.put(new)
    }

    pub(super) fn put_match(&mut self, new: &Arc<Match>) -> Option<Arc<Match>> {
        self.matches_by_payment.entry(new.payment.id()).or_default().insert(new.id);
        self.matches_by_transaction.entry(new.transaction.clone()).or_default().insert(new.id);
        self.matches.put(new)
    }

    pub(super) fn put_refund(&mut self, new: &Arc<Refund>) -> Option<Arc<Refund>> {
        self.refunds_by_invoice.entry(new.invoice).or_default().insert(new.id);
        for source in &new.sources {
            self.refunds_by_payment.entry(source.payment).or_default().insert(new.id);
        }
        self.refunds.put(new)
    }

    pub(super) fn put_refund_payment(
        &mut self,
        new: &Arc<RefundPayment>,
    ) -> Option<Arc<RefundPayment>> {
        self.refund_payments_by_refund.entry(new.refund).or_default().insert(new.id);
        self.refund_payments.put(new)
    }

    pub(super) fn put_payout(&mut self, new: &Arc<Payout>) -> Option<Arc<Payout>> {
        let old = self.payouts.put(new);
        for payment in old.iter().flat_map(|old| &old.payments) {
            unlist(&mut self.payouts_by_payment, payment, &new.id);
        }
        for payment in &new.payments {
            self.payouts_by_payment.entry(*payment).or_default().insert(new.id);
        }
        old
    }
}

/// Takes an id out of an index, and the entry with it where it was the last.
pub(super) fn unlist<K: Ord + Clone, V: Ord + Clone>(
    index: &mut OrdMap<K, OrdSet<V>>,
    key: &K,
    id: &V,
) {
    if let Some(ids) = index.get_mut(key) {
        ids.remove(id);
        if ids.is_empty() {
            index.remove(key);
        }
    }
}
