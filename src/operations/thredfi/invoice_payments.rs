//! The tag `Invoice Payments`: create, list, get (seeds 000, 002, 003; BEHAVIOUR 4).

use super::{Thredfi, api, query, wire};
use crate::domain::PaymentId;
use crate::operations::{Cx, Failure, Resource};

impl api::InvoicePaymentsApi for Thredfi {
    fn create_invoice_payment(
        cx: &mut Cx<'_>,
        request: api::CreateInvoicePaymentRequest,
    ) -> Result<api::CreateInvoicePaymentReply, Failure> {
        let ledger = cx.ledger()?;
        // With both, the header decides; the serving floor has looked it up by now.
        if request.idempotency_key.is_none()
            && let Some(external_id) = &request.body.external_id
            && let Some(existing) = ledger.payments().by_external_id(external_id)
        {
            return Ok(api::CreateInvoicePaymentReply::Ok(wire::payments::created(
                ledger, existing,
            )?));
        }
        let new = wire::payments::new_payment(request, cx.now)?;
        let payment = ledger.plan_payment(new, &mut cx.ids()?, cx.now)?;
        let ledger = cx.apply(payment.clone())?;
        Ok(api::CreateInvoicePaymentReply::Created(wire::payments::created(ledger, &payment)?))
    }

    fn list_invoice_payments(
        cx: &mut Cx<'_>,
        request: api::ListInvoicePaymentsRequest,
    ) -> Result<api::ListInvoicePaymentsReply, Failure> {
        let query = query::payments(request);
        let (ledger, paging) = (cx.ledger()?, query.paging);
        let (skip, take) = (paging.skip(), paging.take());
        let page = ledger.payment_page(&query.filter, query.sort, query.order, skip, take);
        Ok(api::ListInvoicePaymentsReply::Ok(wire::payments::page(ledger, &page, paging)?))
    }

    fn get_invoice_payment(
        cx: &mut Cx<'_>,
        request: api::GetInvoicePaymentRequest,
    ) -> Result<api::GetInvoicePaymentReply, Failure> {
        let ledger = cx.ledger()?;
        let payment = ledger
            .payment(PaymentId(request.payment_id))
            .ok_or(Failure::NotFound(Resource::Payment))?;
        Ok(api::GetInvoicePaymentReply::Ok(wire::payments::listed(ledger, payment)?))
    }
}
