//! The tag `Invoices`: list, create with payments, fetch, update, void.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};

use super::query::{self, Paging, Wrong};
use super::wire::{self, loose_text, metadata_text};
use super::{Thredfi, api, types};
use crate::domain::{
    Cents, CustomerId, Error, Fault, FaultKind, FaultPlace, Ids, Invoice, InvoiceId, InvoicePatch,
    Ledger, LineItem, LineItemId, NewInvoice, Order, Page, Quantity, SalesTax,
};
use crate::operations::{Cx, Failure, Resource};

impl api::InvoicesApi for Thredfi {
    fn list_invoices(
        cx: &mut Cx<'_>,
        request: api::ListInvoicesRequest,
    ) -> Result<api::ListInvoicesReply, Failure> {
        let (ledger, now) = (cx.ledger()?, cx.now());
        let paging = Paging::new(request.page, request.page_size);
        let (skip, take) = (paging.skip(), paging.take());
        let all = ledger.invoices_by_sending(Order::Descending);
        let page = match Filter::new(request)? {
            None => Page::cut(all, ledger.invoices().len(), skip, take),
            Some(filter) => {
                let wanted = |it: &Arc<Invoice>| filter.wants(ledger, it, now);
                Page::counted(all.filter(wanted), skip, take)
            }
        };
        Ok(api::ListInvoicesReply::Ok(wire::invoices::page(ledger, &page, paging, now)?))
    }

    fn create_invoice(
        cx: &mut Cx<'_>,
        request: api::CreateInvoiceRequest,
    ) -> Result<api::CreateInvoiceReply, Failure> {
        let (ledger, now) = (cx.ledger()?, cx.now());
        if request.idempotency_key.is_none()
            && let Some(existing) = ledger.invoices().by_external_id(&request.body.external_id)
        {
            return Ok(api::CreateInvoiceReply::Ok(wire::invoices::invoice(
                ledger, existing, now,
            )?));
        }
        let mut ids = cx.ids()?;
        let mut body = request.body;
        let payments = body.payments.take().unwrap_or_default();
        let (new, customer) = new_invoice(ledger, body, &mut ids)?;
        let payments = payments.into_iter();
        let payments = payments
            .map(|payment| wire::invoices::initial_payment(payment, customer, now.date_naive()))
            .collect::<Result<_, _>>()?;
        let (id, change) = ledger.plan_paid_invoice(new, payments, &mut ids, now)?;
        let ledger = cx.apply(change)?;
        Ok(api::CreateInvoiceReply::Created(as_it_is(ledger, id, now)?))
    }

    fn fetch_invoice(
        cx: &mut Cx<'_>,
        request: api::FetchInvoiceRequest,
    ) -> Result<api::FetchInvoiceReply, Failure> {
        let id = InvoiceId(request.invoice_id);
        Ok(api::FetchInvoiceReply::Ok(as_it_is(cx.ledger()?, id, cx.now())?))
    }

    fn update_invoice(
        cx: &mut Cx<'_>,
        request: api::UpdateInvoiceRequest,
    ) -> Result<api::UpdateInvoiceReply, Failure> {
        let (ledger, now, id) = (cx.ledger()?, cx.now(), InvoiceId(request.invoice_id));
        let invoice = found(ledger, id)?;
        let patch = patch(ledger, request.body.unwrap_or_default(), &mut cx.ids()?)?;
        let after = ledger.plan_invoice_change(invoice, patch, now)?;
        Ok(api::UpdateInvoiceReply::Ok(as_it_is(cx.apply(after)?, id, now)?))
    }

    fn void_invoice(
        cx: &mut Cx<'_>,
        request: api::VoidInvoiceRequest,
    ) -> Result<api::VoidInvoiceReply, Failure> {
        let (ledger, now, id) = (cx.ledger()?, cx.now(), InvoiceId(request.invoice_id));
        let after = ledger.plan_void(found(ledger, id)?, now)?;
        Ok(api::VoidInvoiceReply::Ok(as_it_is(cx.apply(after)?, id, now)?))
    }
}

fn found(ledger: &Ledger, id: InvoiceId) -> Result<&Invoice, Failure> {
    ledger.invoice(id).ok_or(Failure::NotFound(Resource::Invoice))
}

fn as_it_is(ledger: &Ledger, id: InvoiceId, now: DateTime<Utc>) -> Result<types::Invoice, Failure> {
    wire::invoices::invoice(ledger, found(ledger, id)?, now)
}

/// A request for an invoice, and who is to owe it; or everything in it that does not hold.
fn new_invoice(
    ledger: &Ledger,
    body: types::InvoiceCreateRequest,
    ids: &mut Ids,
) -> Result<(NewInvoice, CustomerId), Failure> {
    let mut wrong = Wrong::default();
    let sent_at = wrong.moment("sent_at", body.sent_at.as_deref())?;
    let due_at = wrong.moment("due_at", body.due_at.as_deref())?;
    let voided_at = wrong.moment("voided_at", body.voided_at.as_deref())?;
    let lines = wrong.keep(lines(body.line_items, ids).map_err(Failure::from))?;
    let taxes = body.additional_sales_taxes.unwrap_or_default();
    let additional_tax = wrong.keep(additional_tax(&taxes, body.additional_sales_taxes_total))?;
    let customer_external_id = body.customer_external_id.unwrap_or_default();
    let customer = body.customer_id.map(CustomerId);
    let customer = ledger.owing_customer(customer, &customer_external_id).map_err(Failure::from);
    let customer = wrong.keep(customer)?;
    wrong.none()?;
    let base = ledger.business().base_currency;
    if let Some(sent) = body.currency.map(|sent| sent.to_string()).filter(|it| it != base.code()) {
        return Err(Error::CurrencyMismatch { sent, base }.into());
    }
    let (Some(customer), Some(lines), Some(additional_tax)) = (customer, lines, additional_tax)
    else {
        return Err(Failure::Defect("an invoice was not read, and nothing is wrong".to_owned()));
    };
    let new = NewInvoice {
        external_id: body.external_id,
        number: body.invoice_number.unwrap_or_default(),
        kind: body.invoice_type,
        customer: Some(customer),
        customer_external_id,
        currency: base,
        lines,
        discount: Cents::new(body.additional_discount),
        additional_tax,
        tips: Cents::new(body.tips),
        memo: body.memo.unwrap_or_default(),
        tags: body.transaction_tags.unwrap_or_default(),
        metadata: metadata_text(&body.metadata.unwrap_or_default()),
        issued_on: sent_at.map(|moment| moment.date_naive()),
        sent_at,
        due_at,
        voided_at,
    };
    Ok((new, customer))
}

/// What is to change, or everything in it that does not hold.
fn patch(
    ledger: &Ledger,
    body: types::InvoiceUpdateRequest,
    ids: &mut Ids,
) -> Result<InvoicePatch, Failure> {
    let mut wrong = Wrong::default();
    let due_at = wrong.moment("due_at", body.due_at.as_deref())?;
    let lines = match body.line_items {
        Some(sent) => wrong.keep(lines(sent, ids).map_err(Failure::from))?,
        None => None,
    };
    let customer = body.customer_id.map(CustomerId);
    if customer.is_some() {
        wrong.keep(ledger.owing_customer(customer, "").map_err(Failure::from))?;
    }
    wrong.none()?;
    Ok(InvoicePatch {
        external_id: body.external_id,
        number: body.invoice_number,
        kind: body.invoice_type,
        customer,
        lines,
        discount: body.additional_discount.map(Cents::new),
        additional_tax: body.additional_sales_taxes_total.map(Cents::new),
        tips: body.tips.map(Cents::new),
        memo: body.memo,
        due_at,
    })
}

/// The lines of a request, or every line that cannot be counted with.
fn lines(sent: Vec<types::InvoiceLineItemRequest>, ids: &mut Ids) -> Result<Vec<LineItem>, Error> {
    let (mut lines, mut faults) = (Vec::with_capacity(sent.len()), Vec::new());
    for (at, sent) in sent.into_iter().enumerate() {
        let quantity = Quantity::nearest(sent.quantity);
        let price = sent.unit_price.or(sent.unit_price_cents);
        if quantity.is_none() {
            let (place, kind) = (FaultPlace::Quantity(at), FaultKind::Uncountable);
            faults.push(Fault { place, kind });
        }
        if price.is_none() {
            let (place, kind) = (FaultPlace::UnitPrice(at), FaultKind::Required);
            faults.push(Fault { place, kind });
        }
        let account = sent.account_identifier.filter(|account| !account.is_null());
        lines.push(LineItem {
            id: LineItemId(ids.v4()),
            external_id: sent.external_id.unwrap_or_default(),
            description: sent.description.unwrap_or_default(),
            product: sent.product.unwrap_or_default(),
            account: account.as_ref().map(loose_text).or(sent.account_code).unwrap_or_default(),
            quantity: quantity.unwrap_or(Quantity::ONE),
            unit_price: Cents::new(price.unwrap_or_default()),
            discount: Cents::new(sent.discount_amount),
            taxes: sent.sales_taxes.unwrap_or_default().iter().map(sales_tax).collect(),
        });
    }
    if faults.is_empty() { Ok(lines) } else { Err(Error::Faults(faults)) }
}

fn sales_tax(sent: &types::InvoiceSalesTaxRequest) -> SalesTax {
    SalesTax {
        amount: Cents::new(sent.amount),
        discount: Cents::new(sent.discount_amount),
        account: sent.tax_account.as_ref().map(loose_text).unwrap_or_default(),
    }
}

/// The taxes on the whole: the total where there is one, else what the list comes to.
fn additional_tax(taxes: &[Map<String, Value>], total: i64) -> Result<Cents, Failure> {
    let (mut amounts, mut wrong) = (Vec::with_capacity(taxes.len()), Vec::new());
    for (at, tax) in taxes.iter().enumerate() {
        let text = match tax.get("amount").map(Value::as_i64) {
            None => "This field is required.",
            Some(None) => "A valid integer is required.",
            Some(Some(..0)) => "Ensure this value is greater than or equal to 0.",
            Some(Some(amount)) => {
                amounts.push(Cents::new(amount));
                continue;
            }
        };
        wrong.push((format!("additional_sales_taxes[{at}].amount"), text.to_owned()));
    }
    if !wrong.is_empty() {
        return Err(Failure::Fields(wrong));
    }
    if total > 0 {
        return Ok(Cents::new(total));
    }
    Cents::sum(amounts).ok_or_else(|| Error::Overflow.into())
}

/// The words that the status filter knows: those of the documents, and two that mean more.
const STATUSES: &[&str] = &[
    "draft",
    "sent",
    "issued",
    "partially_paid",
    "paid",
    "overdue",
    "refunded",
    "voided",
    "written_off",
    "partially_written_off",
];

/// Which invoices a list shows.
#[derive(Default, PartialEq, Eq)]
struct Filter {
    customers: Vec<CustomerId>,
    customer_external_id: Option<String>,
    due: (Option<DateTime<Utc>>, Option<DateTime<Utc>>),
    sent: (Option<DateTime<Utc>>, Option<DateTime<Utc>>),
    total: (Option<Cents>, Option<Cents>),
    memo: Option<String>,
    search: Option<String>,
    statuses: Vec<String>,
}

impl Filter {
    /// What the query asks for; `None` where it asks for all.
    fn new(query: api::ListInvoicesRequest) -> Result<Option<Self>, Failure> {
        let mut wrong = Wrong::default();
        let lower = |text| query::text(text).map(|text| text.to_lowercase());
        let filter = Self {
            customers: query::ids(query.customer_id.as_deref()).map(CustomerId).collect(),
            customer_external_id: query::text(query.customer_external_id),
            due: (
                wrong.moment("due_at_start", some(query.due_at_start.as_deref()))?,
                wrong.moment("due_at_end", some(query.due_at_end.as_deref()))?,
            ),
            sent: (
                wrong.moment("sent_at_start", some(query.sent_at_start.as_deref()))?,
                wrong.moment("sent_at_end", some(query.sent_at_end.as_deref()))?,
            ),
            total: (query.min_amount.map(Cents::new), query.max_amount.map(Cents::new)),
            memo: lower(query.memo_contains),
            search: lower(query.search),
            statuses: wrong
                .keep(query::words("status", query.status.as_deref(), STATUSES))?
                .unwrap_or_default(),
        };
        wrong.none()?;
        Ok(Some(filter).filter(|filter| *filter != Self::default()))
    }

    fn wants(&self, ledger: &Ledger, invoice: &Invoice, now: DateTime<Utc>) -> bool {
        let customer = ledger.customer(invoice.customer);
        let has = |text: &str, part: &str| text.to_lowercase().contains(part);
        let searched = |part: &String| {
            let name = customer.map_or("", |customer| &customer.name);
            let texts = [&invoice.number, &invoice.external_id, &invoice.memo, name];
            texts.into_iter().any(|text| has(text, part))
        };
        (self.customers.is_empty() || self.customers.contains(&invoice.customer))
            && self
                .customer_external_id
                .as_ref()
                .is_none_or(|id| customer.is_some_and(|customer| customer.external_id == *id))
            && within(self.due, invoice.due_at)
            && within(self.sent, invoice.sent_at)
            && within(self.total, Some(invoice.total))
            && self.memo.as_ref().is_none_or(|part| has(&invoice.memo, part))
            && self.search.as_ref().is_none_or(searched)
            && (self.statuses.is_empty() || self.in_status(invoice, now))
    }

    fn in_status(&self, invoice: &Invoice, now: DateTime<Utc>) -> bool {
        let status = wire::invoice_status(invoice.status());
        self.statuses.iter().any(|word| match word.as_str() {
            "issued" => status == "sent",
            "overdue" => invoice.is_overdue(now),
            word => status == word,
        })
    }
}

/// A text that filters; an empty one does not.
fn some(text: Option<&str>) -> Option<&str> {
    text.filter(|text| !text.is_empty())
}

/// Whether something lies between two ends, both included. What is not there lies nowhere.
fn within<T: Copy + Ord>((from, to): (Option<T>, Option<T>), it: Option<T>) -> bool {
    let after = from.is_none_or(|from| it.is_some_and(|it| it >= from));
    after && to.is_none_or(|to| it.is_some_and(|it| it <= to))
}
