//! What a list was asked for: its checked query in the words of the books.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use uuid::Uuid;

use super::api::ListInvoicePaymentsRequest;
use super::wire::number;
use super::{refusals, types};
use crate::domain::{Cents, CustomerId, Error, InvoiceId, Order, PaymentFilter, PaymentSort};
use crate::operations::{Failure, Resource};

/// Which page of a list was asked for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Paging {
    /// From 1.
    page: usize,
    /// From 1 to 100.
    size: usize,
}

const DEFAULT_PAGE_SIZE: usize = 20;
const LARGEST_PAGE_SIZE: usize = 100;

impl Paging {
    pub(super) fn new(page: Option<i64>, page_size: Option<i64>) -> Self {
        // A number that is larger than memory names nothing, and neither does the largest.
        let from_one = |sent: i64| usize::try_from(sent.max(1)).unwrap_or(usize::MAX);
        let size = page_size.map_or(DEFAULT_PAGE_SIZE, from_one).min(LARGEST_PAGE_SIZE);
        Self { page: page.map_or(1, from_one), size }
    }

    /// How many records lie on the pages before.
    pub(super) fn skip(self) -> usize {
        (self.page - 1).saturating_mul(self.size)
    }

    /// How many records a page holds at most.
    pub(super) fn take(self) -> usize {
        self.size
    }

    /// What a list of so many says of its pages.
    ///
    /// # Errors
    /// [`Resource::Page`] where there is no such page.
    pub(super) fn info(self, total: usize) -> Result<types::PageInfo, Failure> {
        let pages = total.div_ceil(self.size).max(1);
        if self.page > pages {
            return Err(Failure::NotFound(Resource::Page));
        }
        Ok(types::PageInfo {
            total_count: number(total)?,
            current_page: number(self.page)?,
            total_pages: number(pages)?,
            page_size: number(self.size)?,
        })
    }
}

/// A list of invoice payments as it was asked for.
pub(super) struct PaymentQuery {
    pub(super) filter: PaymentFilter,
    pub(super) sort: PaymentSort,
    pub(super) order: Order,
    pub(super) paging: Paging,
}

/// Reads a list's query. The check has passed: every word is one of the document's.
pub(super) fn payments(request: ListInvoicePaymentsRequest) -> PaymentQuery {
    PaymentQuery {
        filter: PaymentFilter {
            customers: ids(request.customer_id.as_deref()).map(CustomerId).collect(),
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
        paging: Paging::new(request.page, request.page_size),
    }
}

/// A text that filters; an empty one does not.
pub(super) fn text(sent: Option<String>) -> Option<String> {
    sent.filter(|text| !text.is_empty())
}

/// The ids of a comma list.
pub(super) fn ids(list: Option<&str>) -> impl Iterator<Item = Uuid> {
    let parts = list.unwrap_or_default().split(',').map(str::trim);
    parts.filter_map(|part| Uuid::parse_str(part).ok())
}

/// The words of a comma list in lower case, each of which must be one of these.
///
/// # Errors
/// [`Failure::Fields`] names the field, the word and the valid ones.
pub(super) fn words(
    field: &str,
    list: Option<&str>,
    valid: &[&str],
) -> Result<Vec<String>, Failure> {
    let words = list.unwrap_or_default().split(',').map(|word| word.trim().to_lowercase());
    let words: Vec<_> = words.filter(|word| !word.is_empty()).collect();
    match words.iter().find(|word| !valid.contains(&word.as_str())) {
        None => Ok(words),
        Some(word) => {
            let valid = valid.join(", ");
            let text = format!("\"{word}\" is not a valid choice. Valid choices are: {valid}.");
            Err(Failure::Fields(vec![(field.to_owned(), text)]))
        }
    }
}

/// A moment that may be written as a day, which is its beginning.
///
/// # Errors
/// [`Failure::Fields`] names the field and the forms.
pub(super) fn moment(field: &str, text: &str) -> Result<DateTime<Utc>, Failure> {
    let day = || {
        let ten = text.len() == 10;
        text.parse::<NaiveDate>().ok().filter(|_| ten).map(|day| day.and_time(NaiveTime::MIN))
    };
    let moment = DateTime::parse_from_rfc3339(text).ok().map(|moment| moment.to_utc());
    let moment = moment.or_else(|| Some(day()?.and_utc()));
    moment.filter(|it| (1..=9999).contains(&chrono::Datelike::year(it))).ok_or_else(|| {
        let text = "Datetime has wrong format. Use one of these formats instead: \
                    YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z], YYYY-MM-DD.";
        Failure::Fields(vec![(field.to_owned(), text.to_owned())])
    })
}

/// What is wrong with a request beyond its document, gathered so that all of it is answered at
/// once.
#[derive(Default)]
pub(super) struct Wrong(Vec<(String, String)>);

impl Wrong {
    /// What could be read; `None` where it is wrong.
    ///
    /// # Errors
    /// What is no matter of a field.
    pub(super) fn keep<T>(&mut self, read: Result<T, Failure>) -> Result<Option<T>, Failure> {
        match read {
            Ok(value) => return Ok(Some(value)),
            Err(Failure::Fields(fields)) => self.0.extend(fields),
            Err(Failure::Refused(Error::Faults(faults))) => {
                self.0.extend(refusals::fault_texts(&faults));
            }
            Err(other) => return Err(other),
        }
        Ok(None)
    }

    /// As [`moment`], where there is one.
    ///
    /// # Errors
    /// As [`Wrong::keep`].
    pub(super) fn moment(
        &mut self,
        field: &str,
        sent: Option<&str>,
    ) -> Result<Option<DateTime<Utc>>, Failure> {
        match sent {
            Some(text) => self.keep(moment(field, text)),
            None => Ok(None),
        }
    }

    /// That nothing is wrong.
    ///
    /// # Errors
    /// [`Failure::Fields`] with all that is.
    pub(super) fn none(self) -> Result<(), Failure> {
        if self.0.is_empty() { Ok(()) } else { Err(Failure::Fields(self.0)) }
    }
}
