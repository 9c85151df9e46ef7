//! Pages of payments: filtered, sorted, and without overlap (BEHAVIOUR 4, seed 002).

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use uuid::Uuid;

use super::Ledger;
use crate::domain::{
    Bill, BillPayment, Cents, Customer, CustomerId, Invoice, InvoiceId, Order, Page, Payment,
    PaymentId, PaymentMethod, PaymentStatus, Transaction, Walk,
};

/// Which payments a list shows. What is `None` or empty does not filter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PaymentFilter {
    /// Of any of these customers.
    pub customers: Vec<CustomerId>,
    /// With an allocation to this invoice.
    pub invoice: Option<InvoiceId>,
    /// Dated at or after this moment; a payment is dated midnight UTC of its day.
    pub from: Option<DateTime<Utc>>,
    /// Dated at or before this moment.
    pub to: Option<DateTime<Utc>>,
    /// Allocated in full, or not.
    pub fully_allocated: Option<bool>,
    /// Of at least so many cents.
    pub at_least: Option<Cents>,
    /// Of at most so many cents.
    pub at_most: Option<Cents>,
    /// Paid this way.
    pub method: Option<PaymentMethod>,
    /// Through this processor, in any case of letters.
    pub processor: Option<String>,
    /// In this status.
    pub status: Option<PaymentStatus>,
    /// With this text, in any case of letters, in its references, ids, notes or customer's name.
    pub search: Option<String>,
}

/// What a list is sorted by. Ties are broken by id.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum PaymentSort {
    /// The day of the payment.
    #[default]
    Date,
    /// Its total.
    Amount,
    /// When it was recorded.
    Creation,
}

impl Ledger {
    /// The page that starts after `skip` payments and holds at most `take`.
    pub fn payment_page(
        &self,
        filter: &PaymentFilter,
        sort: PaymentSort,
        order: Order,
        skip: usize,
        take: usize,
    ) -> Page<Payment> {
        if *filter == PaymentFilter::default() {
            return Page::cut(self.sorted(filter, sort, order), self.payments.len(), skip, take);
        }
        let wanted = Wanted::new(filter);
        let matching = self.candidates(filter, sort, order);
        Page::counted(matching.filter(|payment| self.wants(&wanted, payment)), skip, take)
    }

    /// The customers, by the name to display in small letters.
    pub fn customers_by_name(&self, order: Order) -> impl Iterator<Item = Arc<Customer>> + '_ {
        self.customers.in_order(self.customers_by_name.iter(), order)
    }

    /// The invoices, by when they were sent; drafts count as yet to be sent.
    pub fn invoices_by_sending(&self, order: Order) -> impl Iterator<Item = Arc<Invoice>> + '_ {
        self.invoices.in_order(self.invoices_by_sending.iter(), order)
    }

    /// The bank transactions, by date.
    pub fn transactions_by_date(
        &self,
        order: Order,
    ) -> impl Iterator<Item = Arc<Transaction>> + '_ {
        self.transactions.in_order(self.transactions_by_date.iter(), order)
    }

    /// The bills, by when they came.
    pub fn bills_by_receipt(&self, order: Order) -> impl Iterator<Item = Arc<Bill>> + '_ {
        self.bills.in_order(self.bills_by_receipt.iter(), order)
    }

    /// The payments made, by date.
    pub fn bill_payments_by_date(
        &self,
        order: Order,
    ) -> impl Iterator<Item = Arc<BillPayment>> + '_ {
        self.bill_payments.in_order(self.bill_payments_by_date.iter(), order)
    }

    /// Every payment that is dated within the filter's days, if it is by date that they are sorted.
    fn sorted(&self, filter: &PaymentFilter, sort: PaymentSort, order: Order) -> Walk<'_, Payment> {
        match sort {
            PaymentSort::Date => self.payments.in_order(self.days(filter), order),
            PaymentSort::Amount => self.payments.in_order(self.payments_by_amount.iter(), order),
            PaymentSort::Creation => self.payments.by_age(order),
        }
    }

    /// The payments of the filter's days, by date.
    fn days<'a>(
        &'a self,
        filter: &PaymentFilter,
    ) -> impl DoubleEndedIterator<Item = &'a (NaiveDate, PaymentId)> + use<'a> {
        let first = filter.from.map_or(NaiveDate::MIN, |from| from.date_naive());
        // Where the end is before the start the filter lets none of the first day through.
        let last = filter.to.map_or(NaiveDate::MAX, |to| to.date_naive()).max(first);
        let (first, last) = ((first, PaymentId(Uuid::nil())), (last, PaymentId(Uuid::max())));
        self.payments_by_date.range(first..=last)
    }

    /// The payments that can pass the filter, in order: those of the invoice or of the customers
    /// where it names them, which are few; otherwise those of its days, or all.
    fn candidates(
        &self,
        filter: &PaymentFilter,
        sort: PaymentSort,
        order: Order,
    ) -> Walk<'_, Payment> {
        let named: Option<Vec<PaymentId>> = if let Some(invoice) = filter.invoice {
            Some(self.payments_by_invoice.get(&invoice).into_iter().flatten().copied().collect())
        } else if filter.customers.is_empty() {
            None
        } else {
            let customers = filter.customers.iter();
            let sets = customers.filter_map(|customer| self.payments_by_customer.get(customer));
            Some(sets.flatten().map(|(_, id)| *id).collect())
        };
        let Some(mut ids) = named else { return self.sorted(filter, sort, order) };
        ids.sort_unstable();
        ids.dedup();
        let mut payments: Vec<_> = ids.iter().filter_map(|id| self.payments.shared(id)).collect();
        match sort {
            PaymentSort::Date => payments.sort_by_key(|payment| (payment.date, payment.id)),
            PaymentSort::Amount => payments.sort_by_key(|payment| (payment.total, payment.id)),
            PaymentSort::Creation => {
                payments.sort_by_key(|payment| (payment.created_at, payment.id));
            }
        }
        if order == Order::Descending {
            payments.reverse();
        }
        Box::new(payments.into_iter())
    }

    fn wants(&self, wanted: &Wanted<'_>, payment: &Payment) -> bool {
        let filter = wanted.filter;
        let date = payment.date.and_time(NaiveTime::MIN).and_utc();
        (filter.customers.is_empty() || filter.customers.contains(&payment.customer))
            && filter.from.is_none_or(|from| date >= from)
            && filter.to.is_none_or(|to| date <= to)
            && filter.at_least.is_none_or(|least| payment.total >= least)
            && filter.at_most.is_none_or(|most| payment.total <= most)
            && filter.method.is_none_or(|method| payment.method == method)
            && filter.status.is_none_or(|status| payment.status == status)
            && filter
                .fully_allocated
                .is_none_or(|full| full == (payment.unallocated() == Cents::ZERO))
            && wanted
                .processor
                .as_ref()
                .is_none_or(|processor| payment.processor.to_lowercase() == *processor)
            && filter
                .invoice
                .is_none_or(|id| payment.allocations.iter().any(|line| line.document == id))
            && wanted.search.as_ref().is_none_or(|text| self.mentions(payment, text))
    }

    fn mentions(&self, payment: &Payment, lower_case: &str) -> bool {
        let customer = self.customer(payment.customer).map_or("", |customer| &customer.name);
        [
            &payment.reference,
            &payment.external_id,
            &payment.processor_reference,
            &payment.bank_reference,
            &payment.note,
            customer,
        ]
        .into_iter()
        .any(|text| text.to_lowercase().contains(lower_case))
    }
}

/// A filter with its texts folded once.
struct Wanted<'a> {
    filter: &'a PaymentFilter,
    processor: Option<String>,
    search: Option<String>,
}

impl<'a> Wanted<'a> {
    fn new(filter: &'a PaymentFilter) -> Self {
        let fold = |text: &Option<String>| text.as_ref().map(|text| text.to_lowercase());
        Self { filter, processor: fold(&filter.processor), search: fold(&filter.search) }
    }
}
