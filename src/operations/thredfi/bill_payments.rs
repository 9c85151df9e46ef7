//! The tag `Bill Payments`: create with allocations (seed 001; BEHAVIOUR 4), list, get, change,
//! cancel.

use super::query::{Paging, text};
use super::{Thredfi, api, wire};
use crate::domain::{
    BillId, BillPayment, BillPaymentId, BillPaymentStatus, Ledger, Order, Page, PaymentMethod,
    VendorId,
};
use crate::operations::{Cx, Failure, Resource};

impl api::BillPaymentsApi for Thredfi {
    fn create_bill_payment_allocation(
        cx: &mut Cx<'_>,
        request: api::CreateBillPaymentAllocationRequest,
    ) -> Result<api::CreateBillPaymentAllocationReply, Failure> {
        let ledger = cx.ledger()?;
        if request.idempotency_key.is_none()
            && let Some(external_id) = &request.body.external_id
            && let Some(existing) = ledger.bill_payments().by_external_id(external_id)
        {
            let existing = wire::bill_payments::bill_payment(ledger, existing)?;
            return Ok(api::CreateBillPaymentAllocationReply::Ok(existing));
        }
        let new = wire::bill_payments::new_bill_payment(
            request.body,
            cx.settings.bill_payment_status,
            cx.now(),
        )?;
        let payment = ledger.plan_bill_payment(new, &mut cx.ids()?, cx.now())?;
        let ledger = cx.apply(payment.clone())?;
        let created = wire::bill_payments::bill_payment(ledger, &payment)?;
        Ok(api::CreateBillPaymentAllocationReply::Created(created))
    }

    fn list_bill_payments(
        cx: &mut Cx<'_>,
        request: api::ListBillPaymentsRequest,
    ) -> Result<api::ListBillPaymentsReply, Failure> {
        let (ledger, paging) = (cx.ledger()?, Paging::new(request.page, request.page_size));
        let payments = ledger.bill_payments_by_date(Order::Descending);
        let (skip, take) = (paging.skip(), paging.take());
        let page = match filter(request) {
            None => Page::cut(payments, ledger.bill_payments().len(), skip, take),
            Some(wanted) => Page::counted(payments.filter(|it| wanted(it)), skip, take),
        };
        Ok(api::ListBillPaymentsReply::Ok(wire::bill_payments::page(ledger, &page, paging)?))
    }

    fn get_bill_payment(
        cx: &mut Cx<'_>,
        request: api::GetBillPaymentRequest,
    ) -> Result<api::GetBillPaymentReply, Failure> {
        let ledger = cx.ledger()?;
        let payment = found(ledger, request.bill_payment_id)?;
        let shown = wire::bill_payments::bill_payment(ledger, payment)?;
        cx.read.push(BillPaymentId(request.bill_payment_id));
        Ok(api::GetBillPaymentReply::Ok(shown))
    }

    fn update_bill_payment(
        cx: &mut Cx<'_>,
        request: api::UpdateBillPaymentRequest,
    ) -> Result<api::UpdateBillPaymentReply, Failure> {
        let ledger = cx.ledger()?;
        let payment = found(ledger, request.bill_payment_id)?;
        let patch = wire::bill_payments::patch(request.body.unwrap_or_default())?;
        let payment = ledger.plan_bill_payment_change(payment, patch, &mut cx.ids()?, cx.now())?;
        let ledger = cx.apply(payment.clone())?;
        let changed = wire::bill_payments::bill_payment(ledger, &payment)?;
        Ok(api::UpdateBillPaymentReply::Ok(changed))
    }

    fn delete_bill_payment(
        cx: &mut Cx<'_>,
        request: api::DeleteBillPaymentRequest,
    ) -> Result<api::DeleteBillPaymentReply, Failure> {
        let ledger = cx.ledger()?;
        let payment = found(ledger, request.bill_payment_id)?;
        let payment = ledger.plan_bill_payment_cancel(payment, cx.now())?;
        let cancelled = wire::bill_payments::cancelled(&payment);
        cx.apply(payment)?;
        Ok(api::DeleteBillPaymentReply::Ok(cancelled))
    }
}

fn found(ledger: &Ledger, id: uuid::Uuid) -> Result<&BillPayment, Failure> {
    ledger.bill_payment(BillPaymentId(id)).ok_or(Failure::NotFound(Resource::Payment))
}

/// Whether a list shows a payment; `None` where it shows all of them. The check has passed: every
/// word is one of the document's.
fn filter(request: api::ListBillPaymentsRequest) -> Option<impl Fn(&BillPayment) -> bool> {
    let (bill, vendor) = (request.bill_id.map(BillId), request.vendor_id.map(VendorId));
    let (from, to) = (request.payment_date_start, request.payment_date_end);
    let method = request.payment_method.and_then(|word| word.parse::<PaymentMethod>().ok());
    // `returned`, which the books do not know, is the status of none.
    let status = request.status.map(|word| word.parse::<BillPaymentStatus>().ok());
    let search = text(request.search).map(|text| text.to_lowercase());
    let all = bill.is_none() && vendor.is_none() && from.is_none() && to.is_none();
    if all && method.is_none() && status.is_none() && search.is_none() {
        return None;
    }
    Some(move |payment: &BillPayment| {
        bill.is_none_or(|bill| payment.allocations.iter().any(|line| line.document == bill))
            && vendor.is_none_or(|vendor| payment.vendor == vendor)
            && from.is_none_or(|from| payment.date >= from)
            && to.is_none_or(|to| payment.date <= to)
            && method.is_none_or(|method| payment.method == method)
            && status.is_none_or(|status| Some(payment.status) == status)
            && search.as_ref().is_none_or(|part| {
                let mut texts = [&payment.reference, &payment.check_number].into_iter();
                texts.any(|text| text.to_lowercase().contains(part))
            })
    })
}
