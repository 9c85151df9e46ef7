//! What a list was asked for: the parts of its query that the document states in prose only.

use serde_json::{Value, json};
use uuid::Uuid;

use super::api::ListInvoicePaymentsRequest;
use crate::contract::{Place, Problem, Step, Violation};
use crate::domain::{
    Cents, CustomerId, InvoiceId, Order, PaymentFilter, PaymentMethod, PaymentSort, PaymentStatus,
};

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

/// Reads a list's query, or names every parameter that is wrong.
pub(super) fn read(request: ListInvoicePaymentsRequest) -> Result<ListQuery, Vec<Violation>> {
    let mut wrong = Vec::new();
    let query = ListQuery {
        filter: PaymentFilter {
            customers: customers(request.customer_id.as_deref(), &mut wrong),
            invoice: request.invoice_id.map(InvoiceId),
            from: request.date_from,
            to: request.date_to,
            fully_allocated: request.fully_allocated,
            at_least: request.min_amount.map(Cents::new),
            at_most: request.max_amount.map(Cents::new),
            // `wire` is a method of bill payments only.
            method: word("method", request.method, &METHODS, |word| word.parse().ok(), &mut wrong),
            processor: request.processor.filter(|text| !text.is_empty()),
            status: word(
                "status",
                request.status,
                PaymentStatus::WORDS,
                |word| word.parse().ok(),
                &mut wrong,
            ),
            search: request.search.filter(|text| !text.is_empty()),
        },
        sort: word(
            "sort",
            request.sort,
            &["payment_date", "amount", "created_at"],
            sort,
            &mut wrong,
        )
        .unwrap_or_default(),
        order: word("order", request.order, &["asc", "desc"], order, &mut wrong)
            .unwrap_or_default(),
        page: from_one("page", request.page, &mut wrong).unwrap_or(1),
        page_size: from_one("page_size", request.page_size, &mut wrong)
            .map_or(DEFAULT_PAGE_SIZE, |size| size.min(LARGEST_PAGE_SIZE)),
    };
    if wrong.is_empty() { Ok(query) } else { Err(wrong) }
}

const METHODS: [&str; 9] = [
    PaymentMethod::BankTransfer.word(),
    PaymentMethod::CreditCard.word(),
    PaymentMethod::DebitCard.word(),
    PaymentMethod::Ach.word(),
    PaymentMethod::Check.word(),
    PaymentMethod::Cash.word(),
    PaymentMethod::Paypal.word(),
    PaymentMethod::Stripe.word(),
    PaymentMethod::Other.word(),
];

fn sort(word: &str) -> Option<PaymentSort> {
    match word {
        "payment_date" => Some(PaymentSort::Date),
        "amount" => Some(PaymentSort::Amount),
        "created_at" => Some(PaymentSort::Creation),
        _ => None,
    }
}

fn order(word: &str) -> Option<Order> {
    match word {
        "asc" => Some(Order::Ascending),
        "desc" => Some(Order::Descending),
        _ => None,
    }
}

fn customers(text: Option<&str>, wrong: &mut Vec<Violation>) -> Vec<CustomerId> {
    let parts = text.unwrap_or_default().split(',').map(str::trim).filter(|part| !part.is_empty());
    parts
        .filter_map(|part| match Uuid::parse_str(part) {
            Ok(id) => Some(CustomerId(id)),
            Err(_) => {
                wrong.push(violation("customer_id", Problem::BadUuid, json!(part)));
                None
            }
        })
        .collect()
}

/// A parameter that is one of some words; an empty one filters nothing.
fn word<T>(
    name: &str,
    sent: Option<String>,
    allowed: &[&str],
    read: impl Fn(&str) -> Option<T>,
    wrong: &mut Vec<Violation>,
) -> Option<T> {
    let sent = sent.filter(|sent| !sent.is_empty())?;
    let known = allowed.contains(&sent.as_str()).then(|| read(&sent)).flatten();
    if known.is_none() {
        let allowed = allowed.iter().map(|word| json!(word)).collect();
        wrong.push(violation(name, Problem::NotInEnum(allowed), json!(sent)));
    }
    known
}

fn from_one(name: &str, sent: Option<i64>, wrong: &mut Vec<Violation>) -> Option<usize> {
    let sent = sent?;
    if sent < 1 {
        wrong.push(violation(name, Problem::Below { min: 1, exclusive: false }, json!(sent)));
        return None;
    }
    Some(usize::try_from(sent).unwrap_or(usize::MAX))
}

fn violation(name: &str, problem: Problem, input: Value) -> Violation {
    Violation { place: Place::Query, path: vec![Step::Field(name.to_owned())], problem, input }
}
