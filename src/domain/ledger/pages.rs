//! Pages of payments: filtered, sorted, and without overlap (BEHAVIOUR 4, seed 002).

use std::sync::Arc;

use chrono::{DateTime, NaiveTime, Utc};

use super::Ledger;
use crate::domain::{
    Cents, CustomerId, InvoiceId, Payment, PaymentId, PaymentMethod, PaymentStatus,
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

/// Which end of the sort comes first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Order {
    /// The smallest or oldest first.
    Ascending,
    /// The largest or newest first.
    #[default]
    Descending,
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// What is on the page.
    pub payments: Vec<Arc<Payment>>,
    /// How many the filter lets through, on all pages.
    pub total: usize,
}

impl Ledger {
    /// The page that starts after `skip` payments and holds at most `take`.
    pub fn page(
        &self,
        filter: &PaymentFilter,
        sort: PaymentSort,
        order: Order,
        skip: usize,
        take: usize,
    ) -> Page {
        if *filter == PaymentFilter::default() {
            let ids = self.sorted(sort, order).skip(skip).take(take);
            let payments = ids.filter_map(|id| self.payments.get(&id).cloned()).collect();
            return Page { payments, total: self.payments.len() };
        }
        let wanted = Wanted::new(filter);
        let mut matching = self.candidates(filter, sort, order);
        matching.retain(|payment| self.wants(&wanted, payment));
        let total = matching.len();
        Page { payments: matching.into_iter().skip(skip).take(take).collect(), total }
    }

    fn sorted(&self, sort: PaymentSort, order: Order) -> Box<dyn Iterator<Item = PaymentId> + '_> {
        macro_rules! walk {
            ($index:expr) => {
                match order {
                    Order::Ascending => Box::new($index.iter().map(|key| key.1)),
                    Order::Descending => Box::new($index.iter().rev().map(|key| key.1)),
                }
            };
        }
        match sort {
            PaymentSort::Date => walk!(self.payments_by_date),
            PaymentSort::Amount => walk!(self.payments_by_amount),
            PaymentSort::Creation => walk!(self.payments_by_creation),
        }
    }

    /// The payments that can pass the filter, in order: those of the invoice or of the customers
    /// where it names them, which are few; otherwise all.
    fn candidates(
        &self,
        filter: &PaymentFilter,
        sort: PaymentSort,
        order: Order,
    ) -> Vec<Arc<Payment>> {
        let named: Option<Vec<PaymentId>> = if let Some(invoice) = filter.invoice {
            Some(self.payments_by_invoice.get(&invoice).into_iter().flatten().copied().collect())
        } else if filter.customers.is_empty() {
            None
        } else {
            let customers = filter.customers.iter();
            let sets = customers.filter_map(|customer| self.payments_by_customer.get(customer));
            Some(sets.flatten().copied().collect())
        };
        let Some(mut ids) = named else {
            let ids = self.sorted(sort, order);
            return ids.filter_map(|id| self.payments.get(&id).cloned()).collect();
        };
        ids.sort_unstable();
        ids.dedup();
        let mut payments: Vec<_> =
            ids.iter().filter_map(|id| self.payments.get(id).cloned()).collect();
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
        payments
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
