//! Payments made (seed 001), listed and changed.

use chrono::{DateTime, Utc};

use super::super::query::Paging;
use super::super::types;
use super::{bill_status, domain_word, lost, metadata_text, metadata_value, net, reconciled};
use crate::domain::{
    BillId, BillPayment, BillPaymentPatch, BillPaymentStatus, Cents, Ledger, Matched,
    NewAllocation, NewBillPayment, Page, VendorId,
};
use crate::operations::Failure;

/// A request to record a payment to a vendor.
pub(in crate::operations::thredfi) fn new_bill_payment(
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

/// A payment to a vendor (seed 001): flat.
pub(in crate::operations::thredfi) fn bill_payment(
    ledger: &Ledger,
    payment: &BillPayment,
) -> Result<types::BillPaymentResponse, Failure> {
    let vendor = ledger.vendor(payment.vendor).ok_or_else(|| lost("vendor", payment.vendor))?;
    let allocations = payment
        .allocations
        .iter()
        .map(|line| {
            let bill = ledger.bill(line.document).ok_or_else(|| lost("bill", line.document))?;
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
        reconciled_bank_transactions: reconciled(ledger, Matched::BillPayment(payment.id))?,
        created_at: payment.created_at,
        updated_at: payment.updated_at,
    })
}

/// A request to change a payment to a vendor.
pub(in crate::operations::thredfi) fn patch(
    body: types::PatchedBillPaymentUpdateRequest,
) -> Result<BillPaymentPatch, Failure> {
    let status = body.status.map(|status| domain_word(&status.to_string())).transpose()?;
    let lines = body.allocations.map(|lines| {
        let lines = lines.into_iter().map(|line| NewAllocation {
            document: BillId(line.bill_id),
            amount: Cents::new(line.amount_cents),
            description: line.description.unwrap_or_default(),
        });
        lines.collect()
    });
    Ok(BillPaymentPatch {
        status,
        failure_reason: body.failure_reason,
        reference: body.payment_reference,
        check_number: body.check_number,
        description: body.description,
        memo: body.memo,
        fee: body.processing_fee_cents.map(Cents::new),
        metadata: body.metadata.as_ref().map(metadata_text),
        allocations: lines,
    })
}

/// The answer to a cancelling.
pub(in crate::operations::thredfi) fn cancelled(
    payment: &BillPayment,
) -> types::BillPaymentCancelResponse {
    types::BillPaymentCancelResponse {
        message: "Payment cancelled.".to_owned(),
        payment_id: payment.id.0,
        status: types::BillPaymentCancelResponseStatus::Cancelled,
        updated_at: payment.updated_at,
    }
}

/// A page of payments to vendors.
pub(in crate::operations::thredfi) fn page(
    ledger: &Ledger,
    page: &Page<BillPayment>,
    paging: Paging,
) -> Result<types::PaginatedBillPaymentList, Failure> {
    let page_info = paging.info(page.total)?;
    let results = page.items.iter().map(|it| bill_payment(ledger, it)).collect::<Result<_, _>>()?;
    Ok(types::PaginatedBillPaymentList { count: page_info.total_count, page_info, results })
}
