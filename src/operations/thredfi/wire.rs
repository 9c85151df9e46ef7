//! Books to wire shapes and back. No decisions.

use std::str::FromStr;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use serde_json::{Map, Value};

use super::{api, types};
use crate::domain::{
    BillId, BillPayment, BillPaymentStatus, BillStatus, Cents, Currency, CustomerId, Invoice,
    InvoiceId, InvoiceStatus, Ledger, NewAllocation, NewBillPayment, NewPayment, Page, Payment,
    PaymentMethod, PaymentStatus, VendorId,
};
use crate::operations::Failure;

/// A request to record a customer's payment. `note` wins over the legacy `notes`.
pub(super) fn new_payment(
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
        allocations: body
            .allocations
            .unwrap_or_default()
            .into_iter()
            .map(|line| NewAllocation {
                document: InvoiceId(line.invoice_id),
                amount: Cents::new(line.amount_cents),
                description: String::new(),
            })
            .collect(),
    })
}

/// A request to record a payment to a vendor.
pub(super) fn new_bill_payment(
    body: types::BillPaymentCreateRequest,
    status: BillPaymentStatus,
    now: DateTime<Utc>,
) -> Result<NewBillPayment, Failure> {
    Ok(NewBillPayment {
        vendor: VendorId(body.vendor_id),
        total: Cents::new(body.amount_cents),
        currency: body.currency,
        date: body.payment_date.unwrap_or(now.date_naive()),
        method: domain_word(&body.payment_method.to_string())?,
        status,
        reference: body.payment_reference.unwrap_or_default(),
        external_id: body.external_id.unwrap_or_default(),
        check_number: body.check_number.unwrap_or_default(),
        description: body.description.unwrap_or_default(),
        memo: body.memo.unwrap_or_default(),
        fee: Cents::new(body.processing_fee_cents),
        metadata: metadata_text(&body.metadata.unwrap_or_default()),
        allocations: body
            .allocations
            .unwrap_or_default()
            .into_iter()
            .map(|line| NewAllocation {
                document: BillId(line.bill_id),
                amount: Cents::new(line.amount_cents),
                description: line.description.unwrap_or_default(),
            })
            .collect(),
    })
}

/// The answer to a create (seed 000): `*_cents` names, inside `payment`.
pub(super) fn created(
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
        payouts: Some(Vec::new()),
        applied_invoices,
    };
    Ok(types::PaymentCreateResponse { payment })
}

/// A payment as list and get answer it (seeds 002, 003): bare names, also cents.
pub(super) fn listed(
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
    let at = |is: bool| is.then_some(payment.updated_at);
    Ok(types::InvoicePaymentList {
        id: payment.id.0,
        external_id: Some(payment.external_id.clone()),
        payment_reference: Some(payment.reference.clone()),
        processor_reference: Some(payment.processor_reference.clone()),
        customer: Some(types::CustomerEmbedded {
            id: customer.id.0,
            name: customer.name.clone(),
            email: customer.email.clone(),
            company_name: customer.company_name.clone(),
        }),
        customer_name: customer.name.clone(),
        customer_email: customer.email.clone(),
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
        processed_at: at(matches!(
            payment.status,
            PaymentStatus::Completed | PaymentStatus::Refunded
        )),
        failed_at: at(payment.status == PaymentStatus::Failed),
        failure_reason: Some(payment.failure_reason.clone()),
        transaction_tags: Some(Value::Array(Vec::new())),
        metadata: Some(Value::Object(metadata_object(&payment.metadata)?)),
        notes: Some(payment.note.clone()),
        bank_reference: Some(payment.bank_reference.clone()),
        created_at: payment.created_at,
        updated_at: payment.updated_at,
        allocations,
        refund_allocations: Vec::new(),
        reconciled_bank_transactions: Vec::new(),
    })
}

/// A currency, as the documents list them.
pub(super) fn currency(currency: Currency) -> Result<types::InvoicePaymentListCurrency, Failure> {
    wire_word(currency.code())
}

/// A page of payments (seed 002).
pub(super) fn page(
    ledger: &Ledger,
    page: &Page,
    current: usize,
    size: usize,
    pages: usize,
) -> Result<types::PaginatedInvoicePaymentListList, Failure> {
    Ok(types::PaginatedInvoicePaymentListList {
        count: number(page.total)?,
        page_info: types::PaginatedInvoicePaymentListListPageInfo {
            total_count: number(page.total)?,
            current_page: number(current)?,
            total_pages: number(pages)?,
            page_size: number(size)?,
        },
        results: page
            .payments
            .iter()
            .map(|payment| listed(ledger, payment))
            .collect::<Result<_, _>>()?,
    })
}

/// A payment to a vendor (seed 001): flat.
pub(super) fn bill_payment(
    ledger: &Ledger,
    payment: &BillPayment,
) -> Result<types::BillPaymentResponse, Failure> {
    let vendor = ledger
        .vendor(payment.vendor)
        .ok_or_else(|| Failure::Defect(format!("no vendor of payment {}", payment.id)))?;
    let allocations = payment
        .allocations
        .iter()
        .map(|line| {
            let bill = ledger
                .bill(line.document)
                .ok_or_else(|| Failure::Defect(format!("no bill {}", line.document)))?;
            Ok(types::BillPaymentAllocation {
                id: line.id.0,
                bill_id: bill.id.0,
                bill_number: bill.number.clone(),
                vendor_bill_number: bill.vendor_number.clone(),
                bill_status: bill_status(bill.status()).to_owned(),
                amount_cents: line.amount.get(),
                description: Some(line.description.clone()),
                allocation_date: line.at,
                created_at: line.at,
            })
        })
        .collect::<Result<_, Failure>>()?;
    Ok(types::BillPaymentResponse {
        id: payment.id.0,
        business_id: ledger.business().id.0,
        vendor_id: vendor.id.0,
        vendor_name: vendor.name.clone(),
        payment_reference: payment.reference.clone(),
        external_id: payment.external_id.clone(),
        processor_payment_id: String::new(),
        check_number: payment.check_number.clone(),
        amount_cents: payment.total.get(),
        currency: payment.currency.code().to_owned(),
        processing_fee_cents: payment.fee.get(),
        net_amount_cents: net(payment.total, payment.fee),
        allocated_amount_cents: payment.allocated().get(),
        unallocated_amount_cents: payment.unallocated().get(),
        is_fully_allocated: payment.unallocated() == Cents::ZERO,
        payment_method: payment.method.word().to_owned(),
        status: payment.status.word().to_owned(),
        payment_date: payment.date,
        value_date: payment.date,
        submitted_at: Some(payment.created_at),
        completed_at: payment.completed_at,
        failed_at: payment.failed_at,
        description: payment.description.clone(),
        memo: payment.memo.clone(),
        failure_reason: payment.failure_reason.clone(),
        metadata: metadata_value(&payment.metadata)?,
        allocations,
        vendor_refund_allocations: Vec::new(),
        reconciled_bank_transactions: Vec::new(),
        created_at: payment.created_at,
        updated_at: payment.updated_at,
    })
}

/// An invoice's status in Thredfi's word, lower case as in payments.
pub(super) const fn invoice_status(status: InvoiceStatus) -> &'static str {
    match status {
        InvoiceStatus::Draft => "draft",
        InvoiceStatus::Sent => "sent",
        InvoiceStatus::PartiallyPaid => "partially_paid",
        InvoiceStatus::Paid => "paid",
        InvoiceStatus::Void => "voided",
        InvoiceStatus::WrittenOff => "written_off",
    }
}

/// A bill's status in Thredfi's word.
pub(super) const fn bill_status(status: BillStatus) -> &'static str {
    match status {
        BillStatus::Draft => "draft",
        BillStatus::Received => "received",
        BillStatus::PartiallyPaid => "partially_paid",
        BillStatus::Paid => "paid",
        BillStatus::Void => "voided",
    }
}

fn invoice(ledger: &Ledger, id: InvoiceId) -> Result<&Invoice, Failure> {
    ledger.invoice(id).ok_or_else(|| Failure::Defect(format!("no invoice {id}")))
}

/// A fee is never negative, so this cannot leave the range.
fn net(total: Cents, fee: Cents) -> i64 {
    total.minus(fee).unwrap_or(total).get()
}

fn midnight(date: NaiveDate) -> DateTime<Utc> {
    date.and_time(NaiveTime::MIN).and_utc()
}

fn number(count: usize) -> Result<i64, Failure> {
    i64::try_from(count).map_err(|_| Failure::Defect(format!("{count} does not fit")))
}

/// A word of the wire in the books. Both enums are closed and the check has passed, so an unknown
/// word is a defect.
fn domain_word<T: FromStr>(word: &str) -> Result<T, Failure> {
    word.parse().map_err(|_| Failure::Defect(format!("the books do not know {word:?}")))
}

fn wire_word<T: FromStr>(word: &str) -> Result<T, Failure> {
    word.parse().map_err(|_| Failure::Defect(format!("the document does not know {word:?}")))
}

/// Metadata are kept as text, a fraction of the size of a tree; nothing at all is kept as nothing.
fn metadata_text(value: &Value) -> String {
    let nothing = value.is_null() || value.as_object().is_some_and(Map::is_empty);
    if nothing { String::new() } else { value.to_string() }
}

fn metadata_object(text: &str) -> Result<Map<String, Value>, Failure> {
    let Value::Object(map) = metadata_value(text)? else {
        return Err(Failure::Defect("metadata are no object".to_owned()));
    };
    Ok(map)
}

fn metadata_value(text: &str) -> Result<Value, Failure> {
    if text.is_empty() {
        return Ok(Value::Object(Map::new()));
    }
    serde_json::from_str(text).map_err(|error| Failure::Defect(error.to_string()))
}
