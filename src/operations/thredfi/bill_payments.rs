//! The tag `Bill Payments`: create with allocations (seed 001; BEHAVIOUR 4).

use super::{Thredfi, api, wire};
use crate::operations::{Cx, Failure};

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
            cx.now,
        )?;
        let payment = ledger.plan_bill_payment(new, &mut cx.ids()?, cx.now)?;
        let ledger = cx.apply(payment.clone())?;
        let created = wire::bill_payments::bill_payment(ledger, &payment)?;
        Ok(api::CreateBillPaymentAllocationReply::Created(created))
    }
}
