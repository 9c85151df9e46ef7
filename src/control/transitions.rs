//! The tag `Transitions`: what becomes of bill payments that start pending (BEHAVIOUR 8).

use super::{Cx, Failure, Room, api, number, types};
use crate::domain::BillPaymentStatus;
use crate::state::{Ends, Transitions};

impl api::TransitionsApi for Room {
    fn get_transitions(
        cx: &mut Cx<'_>,
        request: api::GetTransitionsRequest,
    ) -> Result<api::GetTransitionsReply, Failure> {
        let world = cx.known(request.world.as_deref())?;
        Ok(api::GetTransitionsReply::Ok(shown(world.controls().transitions.get())))
    }

    fn set_transitions(
        cx: &mut Cx<'_>,
        request: api::SetTransitionsRequest,
    ) -> Result<api::SetTransitionsReply, Failure> {
        let transitions = meant(request.body)?;
        let world = cx.world(request.world.as_deref())?;
        cx.store.set_transitions(&world, transitions.clone());
        Ok(api::SetTransitionsReply::Ok(shown(transitions)))
    }
}

fn meant(wire: types::Transitions) -> Result<Transitions, Failure> {
    let mut wrong = Vec::new();
    let mut is_wrong = |at: &str, text: &str| wrong.push((at.to_owned(), text.to_owned()));
    let ends = match (wire.ends, wire.after.map(u32::try_from)) {
        (types::TransitionsEnds::Manual, None) => Ends::Manual,
        (types::TransitionsEnds::AfterSeconds, Some(Ok(seconds))) => Ends::AfterSeconds(seconds),
        (types::TransitionsEnds::AfterReads, Some(Ok(reads))) => Ends::AfterReads(reads),
        (types::TransitionsEnds::Manual, Some(_)) => {
            is_wrong("#/after", "Nothing comes after anything where `ends` is `manual`.");
            Ends::Manual
        }
        (types::TransitionsEnds::AfterSeconds | types::TransitionsEnds::AfterReads, _) => {
            is_wrong("#/after", "How many seconds or reads, from 0.");
            Ends::Manual
        }
    };
    let failure_reason = match (wire.outcome, wire.failure_reason) {
        (Some(types::TransitionsOutcome::Failed), None) => {
            is_wrong("#/failure_reason", "A payment that failed says why.");
            None
        }
        (Some(types::TransitionsOutcome::Completed) | None, Some(_)) => {
            is_wrong("#/failure_reason", "Only where `outcome` is `failed`.");
            None
        }
        (_, reason) => reason,
    };
    let starts_as = wire.starts_as.map(|it| match it {
        types::TransitionsStartsAs::Pending => BillPaymentStatus::Pending,
        types::TransitionsStartsAs::Completed => BillPaymentStatus::Completed,
    });
    if wrong.is_empty() {
        Ok(Transitions { starts_as, ends, failure_reason })
    } else {
        Err(Failure::Wrong(wrong))
    }
}

fn shown(transitions: Transitions) -> types::Transitions {
    let (ends, after) = match transitions.ends {
        Ends::Manual => (types::TransitionsEnds::Manual, None),
        Ends::AfterSeconds(seconds) => {
            (types::TransitionsEnds::AfterSeconds, Some(number(seconds)))
        }
        Ends::AfterReads(reads) => (types::TransitionsEnds::AfterReads, Some(number(reads))),
    };
    let outcome = match (&transitions.failure_reason, transitions.ends) {
        (Some(_), _) => Some(types::TransitionsOutcome::Failed),
        (None, Ends::Manual) => None,
        (None, Ends::AfterSeconds(_) | Ends::AfterReads(_)) => {
            Some(types::TransitionsOutcome::Completed)
        }
    };
    let starts_as = transitions.starts_as.map(|it| match it {
        BillPaymentStatus::Pending => types::TransitionsStartsAs::Pending,
        BillPaymentStatus::Processing
        | BillPaymentStatus::Completed
        | BillPaymentStatus::Failed
        | BillPaymentStatus::Cancelled => types::TransitionsStartsAs::Completed,
    });
    let failure_reason = transitions.failure_reason;
    types::Transitions { starts_as, ends, after, outcome, failure_reason }
}
