//! The tag `Invoice Payments`: create, list, get (seeds 000, 002, 003; BEHAVIOUR 4), change, cancel.

use super::{Thredfi, api, query, wire};
use crate::domain::{Ledger, Payment, PaymentId};
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
        let new = wire::payments::new_payment(request, cx.now())?;
        let payment = ledger.plan_payment(new, &mut cx.ids()?, cx.now())?;
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
        let payment = found(ledger, request.payment_id)?;
        Ok(api::GetInvoicePaymentReply::Ok(wire::payments::listed(ledger, payment)?))
    }

    fn partial_update_invoice_payment(
        cx: &mut Cx<'_>,
        request: api::PartialUpdateInvoicePaymentRequest,
    ) -> Result<api::PartialUpdateInvoicePaymentReply, Failure> {
        let ledger = cx.ledger()?;
        let payment = found(ledger, request.payment_id)?;
        let patch = wire::payments::patch(request.body.unwrap_or_default())?;
        let after = ledger.plan_payment_change(payment, patch, &mut cx.ids()?, cx.now())?;
        let ledger = cx.apply(after.clone())?;
        let after = wire::payments::created(ledger, &after)?;
        Ok(api::PartialUpdateInvoicePaymentReply::Ok(after))
    }

    fn delete_invoice_payment(
        cx: &mut Cx<'_>,
        request: api::DeleteInvoicePaymentRequest,
    ) -> Result<api::DeleteInvoicePaymentReply, Failure> {
        let ledger = cx.ledger()?;
        let after = ledger.plan_payment_cancel(found(ledger, request.payment_id)?, cx.now())?;
        cx.apply(after.clone())?;
        Ok(api::DeleteInvoicePaymentReply::Ok(wire::payments::cancelled(&after)))
    }
}

fn found(ledger: &Ledger, id: uuid::Uuid) -> Result<&Payment, Failure> {
    ledger.payment(PaymentId(id)).ok_or(Failure::NotFound(Resource::Payment))
}
