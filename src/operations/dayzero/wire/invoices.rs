//! Invoices and what pays them, as the document shapes them.

use super::{currency, lost, text};
use crate::domain::{
    Cents, Currency, CustomerId, Ids, Invoice, InvoiceLifecycle, Ledger, LineItem, LineItemId,
    Linked, LinkedPayment, NewInvoice, Quantity,
};
use crate::operations::Failure;
use crate::operations::dayzero::lists::Slice;
use crate::operations::dayzero::query::refusal;
use crate::operations::dayzero::{types, wording};
use chrono::NaiveTime;

/// An invoice with its lines and payments.
pub(in crate::operations::dayzero) fn invoice(
    ledger: &Ledger,
    invoice: &Invoice,
) -> Result<types::InvoiceResponse, Failure> {
    let customer =
        ledger.customer(invoice.customer).ok_or_else(|| lost("customer", invoice.customer))?;
    let payments = ledger.links_of(Linked::Invoice(invoice.id));
    Ok(types::InvoiceResponse {
        id: invoice.id.to_string(),
        business_id: ledger.business().id.to_string(),
        created_at: invoice.created_at,
        updated_at: invoice.updated_at,
        status: wording::invoice_status(invoice.status()),
        currency: invoice.currency.code().to_owned(),
        stripe_invoice_id: None,
        stripe_payment_url: None,
        total: invoice.total.get(),
        total_paid: invoice.allocated.get(),
        balance_due: balance_due(invoice).get(),
        customer_id: invoice.customer.to_string(),
        customer_name: text(&customer.name),
        customer_email: text(&customer.contact.email),
        invoice_number: text(&invoice.number),
        description: text(&invoice.memo),
        due_date: invoice.due_at.map(|due| due.date_naive()),
        issue_date: invoice.issued_on,
        line_items: invoice.lines.iter().map(line).collect(),
        payments: payments.map(|link| payment(ledger, link)).collect::<Result<_, _>>()?,
    })
}

/// A page of invoices.
pub(in crate::operations::dayzero) fn page(
    ledger: &Ledger,
    slice: Slice<Invoice>,
) -> Result<types::InvoiceListResponse, Failure> {
    Ok(types::InvoiceListResponse {
        items: slice.items.iter().map(|it| invoice(ledger, it)).collect::<Result<_, _>>()?,
        next_cursor: slice.next_cursor,
        has_more: slice.has_more,
        total_count: slice.total_count,
    })
}

/// A link of a bank transaction to an invoice, with its transaction (seed 004).
pub(in crate::operations::dayzero) fn payment(
    ledger: &Ledger,
    link: &LinkedPayment,
) -> Result<types::InvoicePaymentResponse, Failure> {
    let Linked::Invoice(invoice) = link.document else {
        return Err(Failure::Defect(format!("payment {} is of no invoice", link.id)));
    };
    let transaction = ledger
        .transaction(&link.transaction)
        .ok_or_else(|| lost("transaction", &link.transaction))?;
    let currency = transaction.currency.code().to_owned();
    Ok(types::InvoicePaymentResponse {
        id: link.id.to_string(),
        invoice_id: invoice.to_string(),
        transaction_id: link.transaction.to_string(),
        amount: link.amount.get(),
        currency: currency.clone(),
        paid_on: link.paid_on,
        created_at: link.created_at,
        updated_at: link.created_at,
        business_id: ledger.business().id.to_string(),
        transaction: Some(types::InvoicePaymentTransactionSummary {
            id: transaction.id.to_string(),
            amount: transaction.amount.get(),
            currency,
            datetime: transaction.date,
            counterparty: transaction.counterparty.clone(),
            description: transaction.description.clone(),
            ledger_id: transaction.ledger_id.clone(),
        }),
    })
}

/// A page of an invoice's payments.
pub(in crate::operations::dayzero) fn payments(
    ledger: &Ledger,
    slice: Slice<LinkedPayment>,
) -> Result<types::ListInvoicePaymentsResponse, Failure> {
    Ok(types::ListInvoicePaymentsResponse {
        items: slice.items.iter().map(|it| payment(ledger, it)).collect::<Result<_, _>>()?,
        next_cursor: slice.next_cursor,
        has_more: slice.has_more,
        total_count: slice.total_count,
    })
}

/// An invoice that is to be written, in the words of the books.
///
/// # Errors
/// [`Failure::Fields`] for a line that says too little.
pub(in crate::operations::dayzero) fn new_invoice(
    body: types::InvoiceCreateRequest,
    customer: CustomerId,
    base: Currency,
    ids: &mut Ids,
) -> Result<NewInvoice, Failure> {
    let lines = body.line_items.into_iter().enumerate();
    Ok(NewInvoice {
        external_id: String::new(),
        number: String::new(),
        kind: "invoice".to_owned(),
        customer: Some(customer),
        customer_external_id: String::new(),
        currency: currency(body.currency, base),
        lines: lines.map(|(index, line)| new_line(index, line, ids)).collect::<Result<_, _>>()?,
        discount: Cents::ZERO,
        additional_tax: Cents::ZERO,
        tips: Cents::ZERO,
        memo: body.description.unwrap_or_default(),
        tags: Vec::new(),
        metadata: String::new(),
        issued_on: body.issue_date,
        sent_at: None,
        due_at: Some(body.due_date.and_time(NaiveTime::MIN).and_utc()),
        voided_at: None,
    })
}

fn new_line(
    index: usize,
    line: types::LineItemRequest,
    ids: &mut Ids,
) -> Result<LineItem, Failure> {
    let wrong = |problem: &str| {
        refusal(&format!("line_items[{index}]"), &format!("Line {}: {problem}", index + 1))
    };
    let description = line.description.filter(|text| !text.trim().is_empty());
    let (Some(description), Some(price)) = (description, line.unit_price.or(line.amount)) else {
        return Err(wrong("a custom line needs a description and a unit_price"));
    };
    let quantity = Quantity::whole(line.quantity.unwrap_or(1));
    Ok(LineItem {
        id: LineItemId(ids.v7()),
        external_id: String::new(),
        description,
        product: String::new(),
        account: String::new(),
        quantity: quantity.ok_or_else(|| wrong("a quantity that large cannot be counted with"))?,
        unit_price: Cents::new(price),
        discount: Cents::ZERO,
        taxes: Vec::new(),
    })
}

fn line(line: &LineItem) -> types::LineItemResponse {
    types::LineItemResponse {
        id: line.id.to_string(),
        variant_id: text(&line.product),
        description: text(&line.description),
        quantity: line.quantity.count(),
        unit_price: line.unit_price.get(),
        amount: line.subtotal().unwrap_or(Cents::ZERO).get(),
    }
}

/// What is still to be paid; a draft says what it will be.
fn balance_due(invoice: &Invoice) -> Cents {
    match invoice.lifecycle {
        InvoiceLifecycle::Void => Cents::ZERO,
        InvoiceLifecycle::Draft | InvoiceLifecycle::Sent | InvoiceLifecycle::WrittenOff => {
            invoice.outstanding()
        }
    }
}
