//! One business's books: look-ups, the plans that may refuse, and `apply`, which cannot.
//!
//! What may fail takes `&self` and returns a [`Change`]; what changes takes `&mut self` and cannot
//! fail. So a refusal leaves no trace. The maps are persistent: a clone of the books costs nothing
//! and shares everything that neither side changes.

mod allocate;
mod pages;
mod plan_bill_payment;
mod plan_link;
mod plan_payment;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use imbl::{OrdMap, OrdSet};

pub use pages::{Order, Page, PaymentFilter, PaymentSort};

use super::{
    Bill, BillId, BillPayment, BillPaymentId, Business, Cents, Change, Customer, CustomerId, Ids,
    Invoice, InvoiceId, LinkId, LinkedPayment, Payment, PaymentId, Transaction, TransactionId,
    Vendor, VendorId,
};

/// One business's books.
#[derive(Debug, Clone)]
pub struct Ledger {
    business: Arc<Business>,
    customers: OrdMap<CustomerId, Arc<Customer>>,
    vendors: OrdMap<VendorId, Arc<Vendor>>,
    invoices: OrdMap<InvoiceId, Arc<Invoice>>,
    bills: OrdMap<BillId, Arc<Bill>>,
    transactions: OrdMap<TransactionId, Arc<Transaction>>,
    payments: OrdMap<PaymentId, Arc<Payment>>,
    bill_payments: OrdMap<BillPaymentId, Arc<BillPayment>>,
    links: OrdMap<LinkId, Arc<LinkedPayment>>,
    // What lists and look-ups read, kept by `apply`, so that a page costs the page.
    payments_by_date: OrdSet<(NaiveDate, PaymentId)>,
    payments_by_amount: OrdSet<(Cents, PaymentId)>,
    payments_by_creation: OrdSet<(DateTime<Utc>, PaymentId)>,
    payments_by_customer: OrdMap<CustomerId, OrdSet<PaymentId>>,
    payments_by_invoice: OrdMap<InvoiceId, OrdSet<PaymentId>>,
    payments_by_external_id: OrdMap<String, PaymentId>,
    bill_payments_by_external_id: OrdMap<String, BillPaymentId>,
    changes: u64,
}

impl Ledger {
    /// The empty books of a business.
    pub fn new(business: Business) -> Self {
        Self {
            business: Arc::new(business),
            customers: OrdMap::new(),
            vendors: OrdMap::new(),
            invoices: OrdMap::new(),
            bills: OrdMap::new(),
            transactions: OrdMap::new(),
            payments: OrdMap::new(),
            bill_payments: OrdMap::new(),
            links: OrdMap::new(),
            payments_by_date: OrdSet::new(),
            payments_by_amount: OrdSet::new(),
            payments_by_creation: OrdSet::new(),
            payments_by_customer: OrdMap::new(),
            payments_by_invoice: OrdMap::new(),
            payments_by_external_id: OrdMap::new(),
            bill_payments_by_external_id: OrdMap::new(),
            changes: 0,
        }
    }

    /// Changes the books as the change says. The change must have been planned against these
    /// books; then this cannot fail, and the same change gives the same books.
    pub fn apply(&mut self, change: Change) {
        match change {
            Change::PaymentRecorded(payment) => self.record_payment(payment),
            Change::BillPaymentRecorded(payment) => self.record_bill_payment(payment),
            Change::TransactionLinked(link) => self.record_link(link),
        }
        self.changes += 1;
    }

    /// The ids for the next change.
    pub fn ids(&self, seed: u64) -> Ids {
        Ids::new(seed, self.business.id, self.changes)
    }

    /// Whose books these are.
    pub fn business(&self) -> &Business {
        &self.business
    }

    /// A customer.
    pub fn customer(&self, id: CustomerId) -> Option<&Customer> {
        self.customers.get(&id).map(AsRef::as_ref)
    }

    /// A vendor.
    pub fn vendor(&self, id: VendorId) -> Option<&Vendor> {
        self.vendors.get(&id).map(AsRef::as_ref)
    }

    /// An invoice.
    pub fn invoice(&self, id: InvoiceId) -> Option<&Invoice> {
        self.invoices.get(&id).map(AsRef::as_ref)
    }

    /// A bill.
    pub fn bill(&self, id: BillId) -> Option<&Bill> {
        self.bills.get(&id).map(AsRef::as_ref)
    }

    /// A bank transaction.
    pub fn transaction(&self, id: &TransactionId) -> Option<&Transaction> {
        self.transactions.get(id).map(AsRef::as_ref)
    }

    /// A payment received.
    pub fn payment(&self, id: PaymentId) -> Option<&Payment> {
        self.payments.get(&id).map(AsRef::as_ref)
    }

    /// A payment made.
    pub fn bill_payment(&self, id: BillPaymentId) -> Option<&BillPayment> {
        self.bill_payments.get(&id).map(AsRef::as_ref)
    }

    /// A bank transaction's link to an invoice.
    pub fn link(&self, id: LinkId) -> Option<&LinkedPayment> {
        self.links.get(&id).map(AsRef::as_ref)
    }

    /// The first payment received that was recorded under the integrator's own id.
    pub fn payment_by_external_id(&self, external_id: &str) -> Option<&Payment> {
        self.payment(*self.payments_by_external_id.get(external_id)?)
    }

    /// The first payment made that was recorded under the integrator's own id.
    pub fn bill_payment_by_external_id(&self, external_id: &str) -> Option<&BillPayment> {
        self.bill_payment(*self.bill_payments_by_external_id.get(external_id)?)
    }

    /// Every invoice, by id.
    pub fn invoices(&self) -> impl Iterator<Item = &Invoice> {
        self.invoices.values().map(AsRef::as_ref)
    }

    /// Every bill, by id.
    pub fn bills(&self) -> impl Iterator<Item = &Bill> {
        self.bills.values().map(AsRef::as_ref)
    }

    /// Every bank transaction, by id.
    pub fn transactions(&self) -> impl Iterator<Item = &Transaction> {
        self.transactions.values().map(AsRef::as_ref)
    }

    /// Every payment received, by id.
    pub fn payments(&self) -> impl Iterator<Item = &Payment> {
        self.payments.values().map(AsRef::as_ref)
    }

    /// Every payment made, by id.
    pub fn bill_payments(&self) -> impl Iterator<Item = &BillPayment> {
        self.bill_payments.values().map(AsRef::as_ref)
    }

    /// Enters a customer into the starting books. True where the id was free.
    pub fn enter_customer(&mut self, customer: Customer) -> bool {
        self.customers.insert(customer.id, Arc::new(customer)).is_none()
    }

    /// Enters a vendor into the starting books. True where the id was free.
    pub fn enter_vendor(&mut self, vendor: Vendor) -> bool {
        self.vendors.insert(vendor.id, Arc::new(vendor)).is_none()
    }

    /// Enters an invoice into the starting books. True where the id was free.
    pub fn enter_invoice(&mut self, invoice: Invoice) -> bool {
        self.invoices.insert(invoice.id, Arc::new(invoice)).is_none()
    }

    /// Enters a bill into the starting books. True where the id was free.
    pub fn enter_bill(&mut self, bill: Bill) -> bool {
        self.bills.insert(bill.id, Arc::new(bill)).is_none()
    }

    /// Enters a bank transaction into the starting books. True where the id was free.
    pub fn enter_transaction(&mut self, transaction: Transaction) -> bool {
        self.transactions.insert(transaction.id.clone(), Arc::new(transaction)).is_none()
    }

    fn record_payment(&mut self, payment: Payment) {
        let id = payment.id;
        for line in &payment.allocations {
            if let Some(invoice) = self.invoices.get_mut(&line.document) {
                *invoice = Arc::new(invoice.after_payment(line.amount, payment.created_at));
            }
            self.payments_by_invoice.entry(line.document).or_default().insert(id);
        }
        self.payments_by_date.insert((payment.date, id));
        self.payments_by_amount.insert((payment.total, id));
        self.payments_by_creation.insert((payment.created_at, id));
        self.payments_by_customer.entry(payment.customer).or_default().insert(id);
        if !payment.external_id.is_empty() {
            self.payments_by_external_id.entry(payment.external_id.clone()).or_insert(id);
        }
        self.payments.insert(id, Arc::new(payment));
    }

    fn record_bill_payment(&mut self, payment: BillPayment) {
        let id = payment.id;
        for line in &payment.allocations {
            if let Some(bill) = self.bills.get_mut(&line.document) {
                *bill = Arc::new(bill.after_payment(line.amount, payment.created_at));
            }
        }
        if !payment.external_id.is_empty() {
            self.bill_payments_by_external_id.entry(payment.external_id.clone()).or_insert(id);
        }
        self.bill_payments.insert(id, Arc::new(payment));
    }

    fn record_link(&mut self, link: LinkedPayment) {
        if let Some(invoice) = self.invoices.get_mut(&link.invoice) {
            *invoice = Arc::new(invoice.after_payment(link.amount, link.created_at));
        }
        if let Some(transaction) = self.transactions.get_mut(&link.transaction) {
            let taken = transaction.allocated_to_invoices.plus(link.amount);
            let mut after = Transaction::clone(transaction);
            after.allocated_to_invoices = taken.unwrap_or(after.amount);
            *transaction = Arc::new(after);
        }
        self.links.insert(link.id, Arc::new(link));
    }
}
