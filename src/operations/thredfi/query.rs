//! What a list was asked for: its checked query in the words of the books.

use uuid::Uuid;

use super::api::ListInvoicePaymentsRequest;
use crate::domain::{Cents, CustomerId, InvoiceId, Order, PaymentFilter, PaymentSort};

/// A list as it was asked for.
pub(super) struct ListQuery {
    pub(super) filter: PaymentFilter,
    pub(super) sort: PaymentSort,
    pub(super) order: Order,
    /// From 1.
    pub(super) page: usize,
    /// From 1 to 100.
    pub(super) page_size: usize,
}

const DEFAULT_PAGE_SIZE: usize = 20;
const LARGEST_PAGE_SIZE: usize = 100;

impl ListQuery {
    /// How many payments lie on the pages before.
    pub(super) fn skip(&self) -> usize {
        (self.page - 1).saturating_mul(self.page_size)
    }
}

/// Reads a list's query. The check has passed: every word is one of the document's.
pub(super) fn read(request: ListInvoicePaymentsRequest) -> ListQuery {
    let text = |sent: Option<String>| sent.filter(|text| !text.is_empty());
    ListQuery {
        filter: PaymentFilter {
            customers: customers(request.customer_id.as_deref().unwrap_or_default()),
            invoice: request.invoice_id.map(InvoiceId),
            from: request.date_from,
            to: request.date_to,
            fully_allocated: request.fully_allocated,
            at_least: request.min_amount.map(Cents::new),
            at_most: request.max_amount.map(Cents::new),
            method: request.method.and_then(|word| word.parse().ok()),
            processor: text(request.processor),
            status: request.status.and_then(|word| word.parse().ok()),
            search: text(request.search),
        },
        sort: match request.sort.as_deref() {
            Some("amount") => PaymentSort::Amount,
            Some("created_at") => PaymentSort::Creation,
            _ => PaymentSort::Date,
        },
        order: match request.order.as_deref() {
            Some("asc") => Order::Ascending,
            _ => Order::Descending,
        },
        page: from_one(request.page).unwrap_or(1),
        page_size: from_one(request.page_size).unwrap_or(DEFAULT_PAGE_SIZE).min(LARGEST_PAGE_SIZE),
    }
}

fn customers(text: &str) -> Vec<CustomerId> {
    let parts = text.split(',').map(str::trim);
    parts.filter_map(|part| Uuid::parse_str(part).ok()).map(CustomerId).collect()
}

/// A number that is larger than memory names nothing, and neither does the largest.
fn from_one(sent: Option<i64>) -> Option<usize> {
    sent.map(|number| usize::try_from(number.max(1)).unwrap_or(usize::MAX))
}
