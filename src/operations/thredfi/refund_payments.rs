//! The tag `Refund Payments`: list, create, fetch.

use super::query::Paging;
use super::refunds::found;
use super::{Thredfi, api, wire};
use crate::domain::{Error, RefundPaymentId};
use crate::operations::{Cx, Failure, Resource};

impl api::RefundPaymentsApi for Thredfi {
    fn list_refund_payments(
        cx: &mut Cx<'_>,
        request: api::ListRefundPaymentsRequest,
    ) -> Result<api::ListRefundPaymentsReply, Failure> {
        let ledger = cx.ledger()?;
        let refund = found(ledger, request.refund_id)?;
        let paging = Paging::new(request.page, request.page_size);
        let page = wire::refunds::payment_page(ledger, refund, paging)?;
        Ok(api::ListRefundPaymentsReply::Ok(page))
    }

    fn create_refund_payment(
        cx: &mut Cx<'_>,
        request: api::CreateRefundPaymentRequest,
    ) -> Result<api::CreateRefundPaymentReply, Failure> {
        let ledger = cx.ledger()?;
        let refund = found(ledger, request.refund_id)?;
        if request.idempotency_key.is_none()
            && let Some(external_id) = &request.body.external_id
            && let Some(existing) = ledger.refund_payments().by_external_id(external_id)
        {
            if existing.refund != refund.id {
                let external_id = external_id.clone();
                return Err(Error::DuplicateExternalId { external_id }.into());
            }
            return Ok(api::CreateRefundPaymentReply::Ok(wire::refunds::payment(existing)?));
        }
        let new = wire::refunds::new_payment(request.body)?;
        let payment = ledger.plan_refund_payment(refund, new, &mut cx.ids()?, cx.now())?;
        cx.apply(payment.clone())?;
        Ok(api::CreateRefundPaymentReply::Created(wire::refunds::payment(&payment)?))
    }

    fn fetch_refund_payment(
        cx: &mut Cx<'_>,
        request: api::FetchRefundPaymentRequest,
    ) -> Result<api::FetchRefundPaymentReply, Failure> {
        let ledger = cx.ledger()?;
        let refund = found(ledger, request.refund_id)?;
        let payment = ledger.refund_payments().get(&RefundPaymentId(request.payment_id));
        let payment = payment.filter(|payment| payment.refund == refund.id);
        let payment = payment.ok_or(Failure::NotFound(Resource::RefundPayment))?;
        Ok(api::FetchRefundPaymentReply::Ok(wire::refunds::payment(payment)?))
    }
}
