//! The tag `Payouts`: create or change, get.

use super::{Thredfi, api, wire};
use crate::domain::PayoutId;
use crate::operations::{Cx, Failure, Resource};

impl api::PayoutsApi for Thredfi {
    fn create_payout(
        cx: &mut Cx<'_>,
        request: api::CreatePayoutRequest,
    ) -> Result<api::CreatePayoutReply, Failure> {
        let ledger = cx.ledger()?;
        let new = wire::payouts::new_payout(request.body)?;
        let known = ledger.payouts().by_external_id(&new.external_id).is_some();
        let payout = ledger.plan_payout(new, &mut cx.ids()?, cx.now())?;
        let ledger = cx.apply(payout.clone())?;
        let answer = wire::payouts::payout(ledger, &payout)?;
        if known {
            return Ok(api::CreatePayoutReply::Ok(answer));
        }
        Ok(api::CreatePayoutReply::Created(answer))
    }

    fn get_payout(
        cx: &mut Cx<'_>,
        request: api::GetPayoutRequest,
    ) -> Result<api::GetPayoutReply, Failure> {
        let ledger = cx.ledger()?;
        let payout = ledger.payouts().get(&PayoutId(request.payout_id));
        let payout = payout.ok_or(Failure::NotFound(Resource::Payout))?;
        Ok(api::GetPayoutReply::Ok(wire::payouts::payout(ledger, payout)?))
    }
}
