//! The tag `Clock`: what time it is in a world, and moving it. Everything in the world goes by it
//! (BEHAVIOUR 8).

use chrono::{DateTime, TimeDelta, Utc};

use super::{Cx, Failure, Room, api, number, types};
use crate::state::{ClockState, OutOfRange, World};

impl api::ClockApi for Room {
    fn get_clock(
        cx: &mut Cx<'_>,
        request: api::GetClockRequest,
    ) -> Result<api::GetClockReply, Failure> {
        let world = cx.known(request.world.as_deref())?;
        Ok(api::GetClockReply::Ok(clock(&world, 0)))
    }

    fn set_clock(
        cx: &mut Cx<'_>,
        request: api::SetClockRequest,
    ) -> Result<api::SetClockReply, Failure> {
        let types::ClockSetting { now, frozen, real } = request.body;
        let real = match (now, frozen, real) {
            (None, None, Some(true)) => true,
            (Some(_), _, None | Some(false)) | (None, Some(_), None | Some(false)) => false,
            _ => {
                let text = "Say `now`, `frozen` or both, or `real: true` alone.";
                return Err(Failure::Wrong(vec![("#".to_owned(), text.to_owned())]));
            }
        };
        now.map_or(Ok(()), |now| possible("#/now", Some(now)))?;
        let world = cx.world(request.world.as_deref())?;
        let settled = cx.store.set_clock(&world, |clock| {
            if real {
                clock.make_real();
                return Ok(());
            }
            clock.set(now, frozen)
        });
        let settled = settled.map_err(|problem| out_of_range("#/now", problem))?;
        Ok(api::SetClockReply::Ok(clock(&world, settled)))
    }

    fn advance_clock(
        cx: &mut Cx<'_>,
        request: api::AdvanceClockRequest,
    ) -> Result<api::AdvanceClockReply, Failure> {
        let types::Advance { seconds, minutes, hours, days } = request.body;
        let given = [(seconds, 1), (minutes, 60), (hours, 3600), (days, 86_400)];
        if given.iter().all(|(amount, _)| amount.is_none()) {
            let text = "Say at least one of seconds, minutes, hours and days.";
            return Err(Failure::Wrong(vec![("#".to_owned(), text.to_owned())]));
        }
        let by = given.into_iter().try_fold(0_i64, |sum, (amount, unit)| {
            sum.checked_add(amount.unwrap_or(0).checked_mul(unit)?)
        });
        let by = by.and_then(TimeDelta::try_seconds).unwrap_or(TimeDelta::MAX);
        let now = cx.store.now(&cx.name(request.world.as_deref())?);
        possible("#", now.checked_add_signed(by))?;
        let world = cx.world(request.world.as_deref())?;
        let settled = cx
            .store
            .set_clock(&world, |clock| clock.advance(by))
            .map_err(|problem| out_of_range("#", problem))?;
        Ok(api::AdvanceClockReply::Ok(clock(&world, settled)))
    }
}

fn clock(world: &World, settled: usize) -> types::Clock {
    let clock = world.clock();
    types::Clock {
        now: clock.now(),
        frozen: clock.is_frozen(),
        offset_seconds: clock.offset().num_seconds(),
        settled: number(settled),
    }
}

/// That a clock can be set to this time. Asked before a world is opened, which a refusal must not
/// make.
fn possible(at: &str, now: Option<DateTime<Utc>>) -> Result<(), Failure> {
    let now = now.ok_or(OutOfRange).and_then(|at| ClockState::Frozen { at }.check());
    now.map_err(|problem| out_of_range(at, problem))
}

fn out_of_range(at: &str, problem: OutOfRange) -> Failure {
    Failure::Wrong(vec![(at.to_owned(), format!("{problem}."))])
}
