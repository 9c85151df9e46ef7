//! Settlements.

use serde_json::Value;

use super::super::types;
use super::{currency, domain_word, lost, metadata_text, metadata_value, number, wire_word};
use crate::domain::{
    CustomerId, Ledger, NewPayout, Payment, PaymentId, Payout, RefundPayment, RefundPaymentId,
};
use crate::operations::Failure;

/// A request to record a settlement.
pub(in crate::operations::thredfi) fn new_payout(
    body: types::PayoutCreateRequest,
) -> Result<NewPayout, Failure> {
    let payments = body.payment_ids.into_iter().flatten().map(PaymentId);
    let refunds = body.refund_payment_ids.into_iter().flatten().map(RefundPaymentId);
    let cents = crate::domain::Cents::new;
    Ok(NewPayout {
        external_id: body.external_id,
        processor: body.processor,
        processor_id: body.processor_payout_id.unwrap_or_default(),
        paid_out: cents(body.paid_out_amount_cents),
        fee: cents(body.fee_cents),
        additional_refunds: cents(body.additional_refunds_amount_cents),
        currency: body.currency.to_string(),
        status: domain_word(&body.status.to_string())?,
        payments: payments.collect(),
        refund_payments: refunds.collect(),
        reference: body.reference_number.unwrap_or_default(),
        memo: body.memo.unwrap_or_default(),
        metadata: metadata_text(&body.metadata.unwrap_or(Value::Null)),
        completed_at: body.completed_at,
    })
}

/// A settlement, with what follows from its payments.
pub(in crate::operations::thredfi) fn payout(
    ledger: &Ledger,
    payout: &Payout,
) -> Result<types::PayoutResponse, Failure> {
    let does_not_fit = || Failure::Defect(format!("payout {} does not add up", payout.id));
    let settled = ledger.settled(payout).ok_or_else(does_not_fit)?;
    let payments = ledger.settled_payments(payout).into_iter();
    let payments: Vec<_> = payments.map(|it| payment(ledger, it)).collect::<Result<_, _>>()?;
    let refunds = ledger.settled_refunds(payout).into_iter();
    let refunds: Vec<_> = refunds.map(|it| refund_payment(ledger, it)).collect::<Result<_, _>>()?;
    Ok(types::PayoutResponse {
        id: payout.id.0,
        business_id: ledger.business().id.0,
        external_id: payout.external_id.clone(),
        processor: payout.processor.clone(),
        processor_payout_id: payout.processor_id.clone(),
        paid_out_amount_cents: payout.paid_out.get(),
        fee_cents: payout.fee.get(),
        additional_refunds_amount_cents: payout.additional_refunds.get(),
        net_amount_cents: settled.net.get(),
        currency: currency(payout.currency)?,
        status: wire_word(payout.status.word())?,
        completed_at: payout.completed_at,
        imported_at: payout.created_at,
        reference_number: payout.reference.clone(),
        memo: payout.memo.clone(),
        metadata: metadata_value(&payout.metadata)?,
        payment_count: number(payments.len())?,
        refund_payment_count: number(refunds.len())?,
        gross_payments_amount_cents: settled.gross.get(),
        total_refunds_amount_cents: settled.refunds.get(),
        expected_net_amount_cents: settled.expected.get(),
        amount_variance_cents: settled.variance.get(),
        payments,
        refund_payments: refunds,
        reconciliation_status: types::PayoutResponseReconciliationStatus::Unreconciled,
        settlement_file_id: None,
        created_at: payout.created_at,
        updated_at: payout.updated_at,
    })
}

fn payment(ledger: &Ledger, payment: &Payment) -> Result<types::PayoutPayment, Failure> {
    Ok(types::PayoutPayment {
        id: payment.id.0,
        external_id: payment.external_id.clone(),
        payment_reference: payment.reference.clone(),
        customer_name: customer_name(ledger, payment.customer)?,
        payment_date: payment.date,
        total_amount_cents: payment.total.get(),
        currency: currency(payment.currency)?,
    })
}

fn refund_payment(
    ledger: &Ledger,
    payment: &RefundPayment,
) -> Result<types::PayoutRefundPayment, Failure> {
    let refund = ledger.refund(payment.refund).ok_or_else(|| lost("refund", payment.refund))?;
    Ok(types::PayoutRefundPayment {
        id: payment.id.0,
        external_id: payment.external_id.clone(),
        refund_id: refund.id.0,
        customer_name: customer_name(ledger, refund.customer)?,
        refunded_amount_cents: payment.amount.get(),
        completed_at: Some(payment.completed_at),
    })
}

fn customer_name(ledger: &Ledger, id: CustomerId) -> Result<String, Failure> {
    let customer = ledger.customer(id).ok_or_else(|| lost("customer", id))?;
    Ok(customer.name.clone())
}
