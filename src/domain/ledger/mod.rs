//! One business's books: look-ups, the plans that may refuse, and `apply`, which cannot.
//!
//! What may fail takes `&self` and returns what a [`Change`] is made of; what changes takes
//! `&mut self` and cannot fail. So a refusal leaves no trace. The maps are persistent: a clone of
//! the books costs nothing and shares everything that neither side changes.

mod allocate;
mod apply;
mod audit;
mod insights;
mod keep;
mod pages;
mod plan_bill;
mod plan_bill_payment;
mod plan_customer;
mod plan_draft;
mod plan_invoice;
mod plan_link;
mod plan_match;
mod plan_payment;
mod plan_payout;
mod plan_refund;
mod plan_vendor;
mod records;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use imbl::{OrdMap, OrdSet};
use uuid::Uuid;

pub use audit::Discord;
pub use insights::{Aged, Aging, Month, Period};
pub use pages::{PaymentFilter, PaymentSort};
pub use plan_bill::NewBill;
pub use plan_draft::BillReceipt;
pub use plan_invoice::{InvoicePatch, NewInvoice};
pub use plan_match::{NewMatch, WhichMatch};
pub use plan_payout::Settled;
pub use plan_vendor::NewVendor;
pub use records::Records;

use super::shelf::{Record, Shelf};
use super::{
    Bill, BillId, BillPayment, BillPaymentId, BillStatus, Business, Cents, Customer, CustomerId,
    Ids, Invoice, InvoiceId, InvoiceStatus, Linked, LinkedPayment, Match, Matched, Payment,
    PaymentId, Payout, PayoutId, Refund, RefundId, RefundPayment, RefundPaymentId, Transaction,
    TransactionId, Vendor, VendorId,
};

/// One business's books.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ledger {
    business: Arc<Business>,
    customers: Shelf<Customer>,
    vendors: Shelf<Vendor>,
    invoices: Shelf<Invoice>,
    bills: Shelf<Bill>,
    transactions: Shelf<Transaction>,
    payments: Shelf<Payment>,
    bill_payments: Shelf<BillPayment>,
    links: Shelf<LinkedPayment>,
    matches: Shelf<Match>,
    refunds: Shelf<Refund>,
    refund_payments: Shelf<RefundPayment>,
    payouts: Shelf<Payout>,
    // What lists and look-ups read, kept with the records, so that a page costs the page. It follows
    // from the records alone.
    customers_by_name: OrdSet<(String, CustomerId)>,
    invoices_by_sending: OrdSet<(DateTime<Utc>, InvoiceId)>,
    invoices_by_number: OrdSet<(String, InvoiceId)>,
    payments_by_date: OrdSet<(NaiveDate, PaymentId)>,
    payments_by_amount: OrdSet<(Cents, PaymentId)>,
    // By age: new ones come to its end, where it is in the processor's caches.
    payments_by_customer: OrdMap<CustomerId, OrdSet<(DateTime<Utc>, PaymentId)>>,
    payments_by_invoice: OrdMap<InvoiceId, OrdSet<PaymentId>>,
    bills_by_receipt: OrdSet<(DateTime<Utc>, BillId)>,
    bill_payments_by_date: OrdSet<(NaiveDate, BillPaymentId)>,
    bill_payments_by_bill: OrdMap<BillId, OrdSet<BillPaymentId>>,
    open_bill_payments: OrdSet<BillPaymentId>,
    transactions_by_date: OrdSet<(NaiveDate, TransactionId)>,
    refunds_by_invoice: OrdMap<InvoiceId, OrdSet<RefundId>>,
    refunds_by_payment: OrdMap<PaymentId, OrdSet<RefundId>>,
    refund_payments_by_refund: OrdMap<RefundId, OrdSet<RefundPaymentId>>,
    links_by_document: OrdMap<Linked, OrdSet<super::LinkId>>,
    matches_by_payment: OrdMap<Uuid, OrdSet<super::MatchId>>,
    matches_by_transaction: OrdMap<TransactionId, OrdSet<super::MatchId>>,
    payouts_by_payment: OrdMap<PaymentId, OrdSet<PayoutId>>,
    // Sums and counts that follow from the invoices and bills.
    owed_by: OrdMap<CustomerId, Cents>,
    invoice_counts: [usize; InvoiceStatus::ALL.len()],
    bill_counts: [usize; BillStatus::ALL.len()],
    archived_customers: usize,
    changes: u64,
}

impl Ledger {
    /// The empty books of a business.
    pub fn new(business: Business) -> Self {
        Self {
            business: Arc::new(business),
            customers: Shelf::default(),
            vendors: Shelf::default(),
            invoices: Shelf::default(),
            bills: Shelf::default(),
            transactions: Shelf::default(),
            payments: Shelf::default(),
            bill_payments: Shelf::default(),
            links: Shelf::default(),
            matches: Shelf::default(),
            refunds: Shelf::default(),
            refund_payments: Shelf::default(),
            payouts: Shelf::default(),
            customers_by_name: OrdSet::new(),
            invoices_by_sending: OrdSet::new(),
            invoices_by_number: OrdSet::new(),
            payments_by_date: OrdSet::new(),
            payments_by_amount: OrdSet::new(),
            payments_by_customer: OrdMap::new(),
            payments_by_invoice: OrdMap::new(),
            bills_by_receipt: OrdSet::new(),
            bill_payments_by_date: OrdSet::new(),
            bill_payments_by_bill: OrdMap::new(),
            open_bill_payments: OrdSet::new(),
            transactions_by_date: OrdSet::new(),
            refunds_by_invoice: OrdMap::new(),
            refunds_by_payment: OrdMap::new(),
            refund_payments_by_refund: OrdMap::new(),
            links_by_document: OrdMap::new(),
            matches_by_payment: OrdMap::new(),
            matches_by_transaction: OrdMap::new(),
            payouts_by_payment: OrdMap::new(),
            owed_by: OrdMap::new(),
            invoice_counts: [0; InvoiceStatus::ALL.len()],
            bill_counts: [0; BillStatus::ALL.len()],
            archived_customers: 0,
            changes: 0,
        }
    }

    /// The ids for the next change.
    pub fn ids(&self, seed: u64) -> Ids {
        Ids::new(seed, self.business.id, self.changes)
    }

    /// How many changes there were, which ids are made from.
    pub fn changes(&self) -> u64 {
        self.changes
    }

    /// How many records there are, of every kind.
    pub fn size(&self) -> u64 {
        let parties = self.customers.len() + self.vendors.len();
        let documents = self.invoices.len() + self.bills.len() + self.transactions.len();
        let payments = self.payments.len() + self.bill_payments.len() + self.payouts.len();
        let refunds = self.refunds.len() + self.refund_payments.len();
        let ties = self.links.len() + self.matches.len();
        (parties + documents + payments + refunds + ties) as u64
    }

    /// Whose books these are.
    pub fn business(&self) -> &Business {
        &self.business
    }

    /// A customer.
    pub fn customer(&self, id: CustomerId) -> Option<&Customer> {
        self.customers.get(&id)
    }

    /// A vendor.
    pub fn vendor(&self, id: VendorId) -> Option<&Vendor> {
        self.vendors.get(&id)
    }

    /// An invoice.
    pub fn invoice(&self, id: InvoiceId) -> Option<&Invoice> {
        self.invoices.get(&id)
    }

    /// A bill.
    pub fn bill(&self, id: BillId) -> Option<&Bill> {
        self.bills.get(&id)
    }

    /// A bank transaction.
    pub fn transaction(&self, id: &TransactionId) -> Option<&Transaction> {
        self.transactions.get(id)
    }

    /// A payment received.
    pub fn payment(&self, id: PaymentId) -> Option<&Payment> {
        self.payments.get(&id)
    }

    /// A payment made.
    pub fn bill_payment(&self, id: BillPaymentId) -> Option<&BillPayment> {
        self.bill_payments.get(&id)
    }

    /// A refund.
    pub fn refund(&self, id: RefundId) -> Option<&Refund> {
        self.refunds.get(&id)
    }

    /// The customers.
    pub fn customers(&self) -> &Shelf<Customer> {
        &self.customers
    }

    /// The vendors.
    pub fn vendors(&self) -> &Shelf<Vendor> {
        &self.vendors
    }

    /// The invoices.
    pub fn invoices(&self) -> &Shelf<Invoice> {
        &self.invoices
    }

    /// The bills.
    pub fn bills(&self) -> &Shelf<Bill> {
        &self.bills
    }

    /// The bank transactions.
    pub fn transactions(&self) -> &Shelf<Transaction> {
        &self.transactions
    }

    /// The payments received.
    pub fn payments(&self) -> &Shelf<Payment> {
        &self.payments
    }

    /// The payments made.
    pub fn bill_payments(&self) -> &Shelf<BillPayment> {
        &self.bill_payments
    }

    /// The bank transactions' links to invoices and bills.
    pub fn links(&self) -> &Shelf<LinkedPayment> {
        &self.links
    }

    /// The bank transactions' matches with payments.
    pub fn matches(&self) -> &Shelf<Match> {
        &self.matches
    }

    /// The refunds.
    pub fn refunds(&self) -> &Shelf<Refund> {
        &self.refunds
    }

    /// The refunds' payments.
    pub fn refund_payments(&self) -> &Shelf<RefundPayment> {
        &self.refund_payments
    }

    /// The settlements.
    pub fn payouts(&self) -> &Shelf<Payout> {
        &self.payouts
    }

    /// The payments with an allocation to an invoice, by id.
    pub fn payments_of(&self, invoice: InvoiceId) -> impl Iterator<Item = &Payment> {
        named(&self.payments, self.payments_by_invoice.get(&invoice))
    }

    /// The payments with an allocation to a bill, by id.
    pub fn bill_payments_of(&self, bill: BillId) -> impl Iterator<Item = &BillPayment> {
        named(&self.bill_payments, self.bill_payments_by_bill.get(&bill))
    }

    /// The bill payments that have not come to an end, by id.
    pub fn open_bill_payments(&self) -> impl Iterator<Item = &BillPayment> {
        named(&self.bill_payments, Some(&self.open_bill_payments))
    }

    /// The refunds of an invoice, by id.
    pub fn refunds_of(&self, invoice: InvoiceId) -> impl Iterator<Item = &Refund> {
        named(&self.refunds, self.refunds_by_invoice.get(&invoice))
    }

    /// The refunds that give a payment back, by id.
    pub fn refunds_from(&self, payment: PaymentId) -> impl Iterator<Item = &Refund> {
        named(&self.refunds, self.refunds_by_payment.get(&payment))
    }

    /// The payments of a refund, by id.
    pub fn payments_of_refund(&self, refund: RefundId) -> impl Iterator<Item = &RefundPayment> {
        named(&self.refund_payments, self.refund_payments_by_refund.get(&refund))
    }

    /// The links to an invoice or a bill, by id, which is the order of their making.
    pub fn links_of(&self, document: Linked) -> impl Iterator<Item = &LinkedPayment> {
        named(&self.links, self.links_by_document.get(&document))
    }

    /// The matches of a payment, by id.
    pub fn matches_of(&self, payment: Matched) -> impl Iterator<Item = &Match> {
        named(&self.matches, self.matches_by_payment.get(&payment.id()))
    }

    /// The matches of a bank transaction, by id.
    pub fn matches_with(&self, transaction: &TransactionId) -> impl Iterator<Item = &Match> {
        named(&self.matches, self.matches_by_transaction.get(transaction))
    }

    /// The settlements that a payment is in, by id.
    pub fn payouts_of(&self, payment: PaymentId) -> impl Iterator<Item = &Payout> {
        named(&self.payouts, self.payouts_by_payment.get(&payment))
    }

    /// What a customer owes on all invoices, in cents.
    pub fn owed_by(&self, customer: CustomerId) -> Cents {
        self.owed_by.get(&customer).copied().unwrap_or(Cents::ZERO)
    }

    /// How many customers were archived.
    pub fn archived_customers(&self) -> usize {
        self.archived_customers
    }

    /// How many invoices stand there.
    pub fn invoices_in(&self, status: InvoiceStatus) -> usize {
        self.invoice_counts[status as usize]
    }

    /// How many bills stand there.
    pub fn bills_in(&self, status: BillStatus) -> usize {
        self.bill_counts[status as usize]
    }
}

/// The records that an index names.
fn named<'a, T: Record>(
    shelf: &'a Shelf<T>,
    ids: Option<&'a OrdSet<T::Id>>,
) -> impl Iterator<Item = &'a T> {
    ids.into_iter().flatten().filter_map(|id| shelf.get(id))
}
