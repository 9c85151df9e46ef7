//! Payments received (seeds 000, 002, 003).

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};

use super::super::query::Paging;
use super::super::{api, types};
use super::{
    currency, domain_word, invoice_status, lost, metadata_object, metadata_text, method, midnight,
    net, reconciled, tags, wire_word,
};
use crate::domain::{
    Cents, CustomerId, Invoice, InvoiceId, Ledger, Matched, NewAllocation, NewPayment, Page,
    Payment, PaymentMethod, PaymentPatch, PaymentStatus,
};
use crate::operations::Failure;

/// A request to record a customer's payment. `note` wins over the legacy `notes`.
pub(in crate::operations::thredfi) fn new_payment(
    request: api::CreateInvoicePaymentRequest,
    now: DateTime<Utc>,
) -> Result<NewPayment, Failure> {
    let body = request.body;
    let (bank_reference, processor_reference) =
        body.references.map_or((None, None), |references| {
            (references.bank_reference, references.payment_reference)
        });
    Ok(NewPayment {
        customer: CustomerId(body.customer_id),
        total: Cents::new(body.total_amount_cents),
        currency: body.currency.map(|currency| currency.to_string()),
        date: body.payment_date.unwrap_or(now.date_naive()),
        method: match body.payment_method {
            Some(method) => domain_word::<PaymentMethod>(&method.to_string())?,
            None => PaymentMethod::BankTransfer,
        },
        reference: body.payment_reference.unwrap_or_default(),
        external_id: body.external_id.unwrap_or_default(),
        bank_reference: bank_reference.unwrap_or_default(),
        processor_reference: processor_reference.unwrap_or_default(),
        processor: body.payment_processor.unwrap_or_default(),
        fee: Cents::new(body.processing_fee_cents),
        note: body.note.or(body.notes).unwrap_or_default(),
        metadata: metadata_text(&Value::Object(body.metadata.unwrap_or_default())),
        idempotency_key: request.idempotency_key,
        allocations: body.allocations.unwrap_or_default().into_iter().map(allocation).collect(),
    })
}

/// A request to change a payment. `note` wins over the legacy `notes`.
pub(in crate::operations::thredfi) fn patch(
    body: types::PatchedInvoicePaymentRequest,
) -> Result<PaymentPatch, Failure> {
    let metadata = body.metadata.map(|metadata| metadata_text(&Value::Object(metadata)));
    let allocations = body.allocations.map(|lines| lines.into_iter().map(allocation).collect());
    Ok(PaymentPatch {
        status: body.status.map(|word| domain_word(&word.to_string())).transpose()?,
        failure_reason: body.failure_reason,
        date: body.payment_date,
        method: body.payment_method.as_ref().map(method).transpose()?,
        reference: body.payment_reference,
        external_id: body.external_id,
        bank_reference: body.bank_reference,
        processor_reference: body.processor_reference,
        processor: body.payment_processor,
        fee: body.processing_fee_cents.map(Cents::new),
        note: body.note.or(body.notes),
        metadata,
        tags: body.transaction_tags,
        allocations,
    })
}

fn allocation(line: types::PaymentAllocationItemRequest) -> NewAllocation<InvoiceId> {
    NewAllocation {
        document: InvoiceId(line.invoice_id),
        amount: Cents::new(line.amount_cents),
        description: String::new(),
    }
}

/// The answer to a cancelling.
pub(in crate::operations::thredfi) fn cancelled(
    payment: &Payment,
) -> types::InvoicePaymentDeleteResponse {
    types::InvoicePaymentDeleteResponse {
        message: "Payment cancelled.".to_owned(),
        payment_id: payment.id.0,
        status: types::InvoicePaymentDeleteResponseStatus::Cancelled,
        updated_at: payment.updated_at,
    }
}

/// The answer to a create (seed 000): `*_cents` names, inside `payment`.
pub(in crate::operations::thredfi) fn created(
    ledger: &Ledger,
    payment: &Payment,
) -> Result<types::PaymentCreateResponse, Failure> {
    let (allocated, unallocated) = (payment.allocated().get(), payment.unallocated().get());
    let applied_invoices = payment
        .allocations
        .iter()
        .map(|line| {
            let invoice = invoice(ledger, line.document)?;
            Ok(types::PaymentInvoiceDetail {
                id: invoice.id.0,
                invoice_number: Some(invoice.number.clone()),
                applied_amount_cents: line.amount.get(),
                status: invoice_status(invoice.status()).to_owned(),
                outstanding_amount_cents: invoice.outstanding().get(),
            })
        })
        .collect::<Result<_, Failure>>()?;
    let payment = types::PaymentDetail {
        id: payment.id.0,
        business_id: ledger.business().id.0,
        customer_id: payment.customer.0,
        total_amount_cents: payment.total.get(),
        applied_amount_cents: allocated,
        allocated_amount_cents: allocated,
        unapplied_amount_cents: unallocated,
        remaining_amount_cents: unallocated,
        currency: payment.currency.code().to_owned(),
        status: payment.status.word().to_owned(),
        payment_method: payment.method.word().to_owned(),
        payment_reference: Some(payment.reference.clone()),
        external_id: Some(payment.external_id.clone()),
        note: Some(payment.note.clone()),
        notes: Some(payment.note.clone()),
        bank_reference: Some(payment.bank_reference.clone()),
        metadata: Some(metadata_object(&payment.metadata)?),
        idempotency_key: payment.idempotency_key.clone(),
        created_at: payment.created_at,
        updated_at: payment.updated_at,
        payouts: Some(payouts(ledger, payment)),
        applied_invoices,
    };
    Ok(types::PaymentCreateResponse { payment })
}

/// A payment as list and get answer it (seeds 002, 003): bare names, also cents.
pub(in crate::operations::thredfi) fn listed(
    ledger: &Ledger,
    payment: &Payment,
) -> Result<types::InvoicePaymentList, Failure> {
    let customer = ledger
        .customer(payment.customer)
        .ok_or_else(|| Failure::Defect(format!("no customer of payment {}", payment.id)))?;
    let allocations = payment
        .allocations
        .iter()
        .map(|line| {
            let invoice = invoice(ledger, line.document)?;
            Ok(types::InvoicePaymentAllocationDetail {
                id: line.id.0,
                invoice_id: invoice.id.0,
                invoice_number: invoice.number.clone(),
                invoice_status: invoice_status(invoice.status()).to_owned(),
                amount: line.amount.get(),
                allocated_at: line.at,
                transaction_tags: Some(Value::Array(Vec::new())),
                notes: Some(line.description.clone()),
            })
        })
        .collect::<Result<_, Failure>>()?;
    Ok(types::InvoicePaymentList {
        id: payment.id.0,
        external_id: Some(payment.external_id.clone()),
        payment_reference: Some(payment.reference.clone()),
        processor_reference: Some(payment.processor_reference.clone()),
        customer: Some(types::CustomerEmbedded {
            id: customer.id.0,
            name: customer.name.clone(),
            email: customer.contact.email.clone(),
            company_name: customer.company_name.clone(),
        }),
        customer_name: customer.name.clone(),
        customer_email: customer.contact.email.clone(),
        payment_date: Some(midnight(payment.date)),
        payment_method: wire_word(payment.method.word())?,
        payment_processor: Some(payment.processor.clone()),
        currency: Some(currency(payment.currency)?),
        total_amount: payment.total.get(),
        allocated_amount: payment.allocated().get(),
        unallocated_amount: payment.unallocated().get(),
        net_amount: net(payment.total, payment.fee),
        processing_fee: payment.fee.get(),
        processing_fee_cents: payment.fee.get(),
        display_amount: payment.currency.display(payment.total),
        status: Some(wire_word(payment.status.word())?),
        is_fully_allocated: payment.unallocated() == Cents::ZERO,
        is_completed: payment.status == PaymentStatus::Completed,
        processed_at: payment.completed_at,
        failed_at: payment.failed_at,
        failure_reason: Some(payment.failure_reason.clone()),
        transaction_tags: Some(tags(&payment.tags)),
        metadata: Some(Value::Object(metadata_object(&payment.metadata)?)),
        notes: Some(payment.note.clone()),
        bank_reference: Some(payment.bank_reference.clone()),
        created_at: payment.created_at,
        updated_at: payment.updated_at,
        allocations,
        refund_allocations: refund_allocations(ledger, payment),
        reconciled_bank_transactions: reconciled(ledger, Matched::Payment(payment.id))?,
    })
}

/// A page of payments (seed 002).
pub(in crate::operations::thredfi) fn page(
    ledger: &Ledger,
    page: &Page<Payment>,
    paging: Paging,
) -> Result<types::PaginatedInvoicePaymentListList, Failure> {
    let info = paging.info(page.total)?;
    Ok(types::PaginatedInvoicePaymentListList {
        count: info.total_count,
        page_info: types::PaginatedInvoicePaymentListListPageInfo {
            total_count: info.total_count,
            current_page: info.current_page,
            total_pages: info.total_pages,
            page_size: info.page_size,
        },
        results: page
            .items
            .iter()
            .map(|payment| listed(ledger, payment))
            .collect::<Result<_, _>>()?,
    })
}

/// The settlements that a payment is in (seed 000): the document does not say what of them.
fn payouts(ledger: &Ledger, payment: &Payment) -> Vec<Map<String, Value>> {
    let payouts = ledger.payouts_of(payment.id).map(|payout| {
        let fields = [
            ("id", Value::String(payout.id.to_string())),
            ("external_id", Value::String(payout.external_id.clone())),
            ("processor", Value::String(payout.processor.clone())),
            ("status", Value::String(payout.status.word().to_owned())),
        ];
        fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    });
    payouts.collect()
}

/// What refunds give back of a payment (seeds 002, 003).
fn refund_allocations(
    ledger: &Ledger,
    payment: &Payment,
) -> Vec<types::PaymentRefundAllocationSummary> {
    let refunds = ledger.refunds_from(payment.id).flat_map(|refund| {
        let own = refund.sources.iter().filter(|source| source.payment == payment.id);
        own.map(move |source| types::PaymentRefundAllocationSummary {
            refund_id: refund.id.0,
            reference_number: Some(refund.reference.clone()),
            amount_cents: source.amount.get(),
            allocated_at: refund.created_at,
        })
    });
    refunds.collect()
}

fn invoice(ledger: &Ledger, id: InvoiceId) -> Result<&Invoice, Failure> {
    ledger.invoice(id).ok_or_else(|| lost("invoice", id))
}
