//! Invoices.

use chrono::{DateTime, NaiveDate, Utc};

use super::super::query::Paging;
use super::super::types;
use super::{
    currency, invoice_status, loose_value, lost, metadata_value, method, midnight, parties,
    wire_word,
};
use crate::domain::{
    Cents, CustomerId, Invoice, Ledger, LineItem, NewPayment, Page, PaymentId, SalesTax,
};
use crate::operations::Failure;

/// A payment that came with an invoice. Who paid, and what it goes to, the plan knows.
pub(in crate::operations::thredfi) fn initial_payment(
    body: types::InvoiceInitialPaymentRequest,
    customer: CustomerId,
    today: NaiveDate,
) -> Result<NewPayment, Failure> {
    Ok(NewPayment {
        customer,
        total: Cents::new(body.total_amount_cents),
        currency: None,
        date: body.payment_date.unwrap_or(today),
        method: method(&body.payment_method)?,
        reference: body.payment_reference.unwrap_or_default(),
        external_id: body.external_id.unwrap_or_default(),
        bank_reference: String::new(),
        processor_reference: String::new(),
        processor: body.payment_processor.unwrap_or_default(),
        fee: Cents::new(body.processing_fee_cents),
        note: body.note.unwrap_or_default(),
        metadata: String::new(),
        idempotency_key: None,
        allocations: Vec::new(),
    })
}

/// An invoice, as it stands at `now`.
pub(in crate::operations::thredfi) fn invoice(
    ledger: &Ledger,
    invoice: &Invoice,
    now: DateTime<Utc>,
) -> Result<types::Invoice, Failure> {
    let customer = ledger.customer(invoice.customer);
    let customer = customer.ok_or_else(|| lost("customer", invoice.customer))?;
    let lines = invoice.lines.iter().map(|it| line(invoice, it));
    Ok(types::Invoice {
        type_: types::InvoiceType::Invoice,
        id: invoice.id.0,
        business_id: ledger.business().id.0,
        external_id: invoice.external_id.clone(),
        status: wire_word(&invoice_status(invoice.status()).to_uppercase())?,
        sent_at: invoice.sent_at,
        due_at: invoice.due_at,
        paid_at: invoice.paid_at,
        voided_at: invoice.voided_at,
        imported_at: invoice.created_at,
        is_overdue: invoice.is_overdue(now),
        invoice_number: invoice.number.clone(),
        invoice_type: invoice.kind.clone(),
        currency: currency(invoice.currency)?,
        customer: parties::customer(ledger, customer)?,
        memo: invoice.memo.clone(),
        line_items: lines.collect::<Result<_, _>>()?,
        subtotal: invoice.subtotal().get(),
        additional_discount: invoice.discount.get(),
        additional_sales_taxes_total: invoice.additional_tax.get(),
        tips: invoice.tips.get(),
        total_amount: invoice.total.get(),
        outstanding_balance: invoice.balance().get(),
        payment_allocations: payment_allocations(ledger, invoice)?,
        credit_allocations: Vec::new(),
        refund_allocations: refund_allocations(ledger, invoice),
        write_offs: write_off(invoice).into_iter().collect(),
        transaction_tags: invoice.tags.clone(),
        metadata: metadata_value(&invoice.metadata)?,
        document: None,
        created_at: invoice.created_at,
        updated_at: invoice.updated_at,
    })
}

fn line(invoice: &Invoice, line: &LineItem) -> Result<types::InvoiceLineItem, Failure> {
    let known = |sum: Option<Cents>| sum.unwrap_or(Cents::ZERO).get();
    Ok(types::InvoiceLineItem {
        id: line.id.0,
        invoice_id: invoice.id.0,
        external_id: line.external_id.clone(),
        account_identifier: loose_value(&line.account),
        currency: currency(invoice.currency)?,
        description: line.description.clone(),
        product: line.product.clone(),
        quantity: line.quantity.number(),
        unit_price: line.unit_price.get(),
        discount_amount: line.discount.get(),
        subtotal: known(line.subtotal()),
        sales_taxes: line.taxes.iter().map(sales_tax).collect(),
        sales_taxes_total: known(line.tax()),
        total_amount: known(line.total()),
    })
}

fn sales_tax(tax: &SalesTax) -> types::InvoiceSalesTax {
    types::InvoiceSalesTax {
        amount: tax.amount.get(),
        tax_account: loose_value(&tax.account),
        discount_amount: tax.discount.get(),
    }
}

/// What payments brought, the oldest first.
fn payment_allocations(
    ledger: &Ledger,
    invoice: &Invoice,
) -> Result<Vec<types::InvoicePaymentAllocation>, Failure> {
    let mut payments: Vec<_> = ledger.payments_of(invoice.id).collect();
    payments
        .sort_by_key(|payment| -> (DateTime<Utc>, PaymentId) { (payment.created_at, payment.id) });
    let lines = payments.into_iter().flat_map(|payment| {
        let own = payment.allocations.iter().filter(|line| line.document == invoice.id);
        own.map(move |line| (payment, line.amount))
    });
    let lines = lines.map(|(payment, amount)| {
        Ok(types::InvoicePaymentAllocation {
            payment_id: payment.id.0,
            payment_date: midnight(payment.date),
            payment_method: wire_word(payment.method.word())?,
            amount_cents: amount.get(),
        })
    });
    lines.collect()
}

/// What refunds gave back, the oldest first.
fn refund_allocations(
    ledger: &Ledger,
    invoice: &Invoice,
) -> Vec<types::PaymentRefundAllocationSummary> {
    let mut refunds: Vec<_> = ledger.refunds_of(invoice.id).collect();
    refunds.sort_by_key(|refund| (refund.created_at, refund.id));
    let refunds = refunds.into_iter().map(|refund| types::PaymentRefundAllocationSummary {
        refund_id: refund.id.0,
        reference_number: Some(refund.reference.clone()),
        amount_cents: refund.amount.get(),
        allocated_at: refund.created_at,
    });
    refunds.collect()
}

/// What was given up. The books keep no record of its own for it, so its id follows from the
/// invoice's.
fn write_off(invoice: &Invoice) -> Option<types::InvoiceWriteOff> {
    let amount = Some(invoice.written_off()).filter(|amount| *amount > Cents::ZERO)?;
    Some(types::InvoiceWriteOff {
        id: uuid::Uuid::new_v5(&invoice.id.0, b"write-off"),
        write_off_at: invoice.updated_at,
        reason: String::new(),
        amount_cents: amount.get(),
        created_at: invoice.updated_at,
    })
}

/// A page of invoices.
pub(in crate::operations::thredfi) fn page(
    ledger: &Ledger,
    page: &Page<Invoice>,
    paging: Paging,
    now: DateTime<Utc>,
) -> Result<types::PaginatedInvoiceList, Failure> {
    let page_info = paging.info(page.total)?;
    let results = page.items.iter().map(|it| invoice(ledger, it, now)).collect::<Result<_, _>>()?;
    Ok(types::PaginatedInvoiceList { count: page_info.total_count, page_info, results })
}
