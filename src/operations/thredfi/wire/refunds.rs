//! Refunds and their payments. How money goes back is written in capitals here.

use serde_json::{Map, Value};

use super::super::query::Paging;
use super::super::types;
use super::{currency, domain_word, lost, wire_word};
use crate::domain::{
    Cents, InvoiceId, Ledger, NewRefund, NewRefundPayment, Page, PaymentMethod, Refund,
    RefundPayment,
};
use crate::operations::Failure;

/// A request for a refund. `amount_cents` wins over the older `partial_amount`.
pub(in crate::operations::thredfi) fn new_refund(
    body: types::CreateSimpleRefundRequest,
) -> Result<NewRefund, Failure> {
    Ok(NewRefund {
        external_id: body.external_id.unwrap_or_default(),
        invoice: InvoiceId(body.invoice_id),
        amount: body.amount_cents.or(body.partial_amount).map(Cents::new),
        method: method(&body.method)?,
        processor: body.processor.unwrap_or_default(),
        fee: Cents::new(body.refund_processing_fee_cents),
        reference: body.reference_number.unwrap_or_default(),
        memo: body.memo.unwrap_or_default(),
        completed_at: body.completed_at,
    })
}

/// A request to record a payment of a refund.
pub(in crate::operations::thredfi) fn new_payment(
    body: types::CreateRefundPaymentRequestRequest,
) -> Result<NewRefundPayment, Failure> {
    Ok(NewRefundPayment {
        external_id: body.external_id.unwrap_or_default(),
        amount: Cents::new(body.amount_cents),
        method: method(&body.method)?,
        processor: body.processor.unwrap_or_default(),
        fee: Cents::new(body.refund_processing_fee_cents),
        memo: body.memo.unwrap_or_default(),
        tags: body.transaction_tags.unwrap_or_default(),
        completed_at: body.completed_at,
    })
}

/// A refund with what was sent of it, the newest first.
pub(in crate::operations::thredfi) fn refund(
    ledger: &Ledger,
    refund: &Refund,
) -> Result<types::Refund, Failure> {
    let customer = ledger.customer(refund.customer);
    let customer = customer.ok_or_else(|| lost("customer", refund.customer))?;
    let invoice = ledger.invoice(refund.invoice);
    let invoice = invoice.ok_or_else(|| lost("invoice", refund.invoice))?;
    let allocation = types::RefundAllocation {
        id: refund.allocation.0,
        allocation_type: types::RefundAllocationAllocationType::Invoice,
        amount: refund.amount.get(),
        invoice_id: invoice.id.0,
        invoice_number: invoice.number.clone(),
        invoice_outstanding_balance_cents: invoice.balance().get(),
        target_description: format!("Invoice {}", invoice.number),
        description: String::new(),
        allocation_date: refund.created_at,
    };
    let payments = payments(ledger, refund).into_iter();
    Ok(types::Refund {
        id: refund.id.0,
        external_id: refund.external_id.clone(),
        status: wire_word(refund.status().word())?,
        currency: currency(invoice.currency)?,
        refunded_amount: refund.amount.get(),
        customer_id: customer.id.0,
        customer_name: customer.name.clone(),
        method: wire_word(&capitals(refund.method))?,
        processor: refund.processor.clone(),
        refund_processing_fee: refund.fee.get(),
        reference_number: refund.reference.clone(),
        memo: refund.memo.clone(),
        completed_at: refund.completed_at,
        allocations: vec![allocation],
        refund_payments: payments.map(payment).collect::<Result<_, _>>()?,
        document: None,
        created_at: refund.created_at,
        updated_at: refund.updated_at,
    })
}

/// A payment of a refund. It does not change once it is recorded.
pub(in crate::operations::thredfi) fn payment(
    payment: &RefundPayment,
) -> Result<types::RefundPayment, Failure> {
    Ok(types::RefundPayment {
        id: payment.id.0,
        refund_id: payment.refund.0,
        external_id: payment.external_id.clone(),
        refunded_amount: payment.amount.get(),
        refund_processing_fee: payment.fee.get(),
        method: wire_word(&capitals(payment.method))?,
        processor: payment.processor.clone(),
        completed_at: payment.completed_at,
        memo: payment.memo.clone(),
        transaction_tags: payment.tags.clone(),
        metadata: Value::Object(Map::new()),
        reconciled_bank_transactions: Vec::new(),
        created_at: payment.created_at,
        updated_at: payment.created_at,
    })
}

/// A page of refunds.
pub(in crate::operations::thredfi) fn page(
    ledger: &Ledger,
    page: &Page<Refund>,
    paging: Paging,
) -> Result<types::PaginatedRefundList, Failure> {
    let page_info = paging.info(page.total)?;
    let results = page.items.iter().map(|it| refund(ledger, it)).collect::<Result<_, _>>()?;
    Ok(types::PaginatedRefundList { count: page_info.total_count, page_info, results })
}

/// A page of the payments of one refund, which are few.
pub(in crate::operations::thredfi) fn payment_page(
    ledger: &Ledger,
    refund: &Refund,
    paging: Paging,
) -> Result<types::PaginatedRefundPaymentList, Failure> {
    let payments = payments(ledger, refund);
    let page_info = paging.info(payments.len())?;
    let results = payments.into_iter().skip(paging.skip()).take(paging.take());
    let results = results.map(payment).collect::<Result<_, _>>()?;
    Ok(types::PaginatedRefundPaymentList { count: page_info.total_count, page_info, results })
}

/// What was sent of a refund, the newest first.
fn payments<'a>(ledger: &'a Ledger, refund: &Refund) -> Vec<&'a RefundPayment> {
    let mut payments: Vec<_> = ledger.payments_of_refund(refund.id).collect();
    payments.sort_by_key(|payment| std::cmp::Reverse((payment.created_at, payment.id)));
    payments
}

fn method(word: &impl ToString) -> Result<PaymentMethod, Failure> {
    domain_word(&word.to_string().to_lowercase())
}

fn capitals(method: PaymentMethod) -> String {
    method.word().to_uppercase()
}
