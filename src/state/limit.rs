//! How many calls a caller may make: the generic cell rate algorithm (GCRA), on a world's clock.
//!
//! It keeps one instant for each caller: when all that was taken is paid back. No timers.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};

/// So many calls in so much time, and no more than that at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateLimit {
    calls: u32,
    period: TimeDelta,
}

impl RateLimit {
    /// A number, `/` and `s`, `m` or `h`: `100/s`, `600/m`, `5/h`.
    ///
    /// # Errors
    /// A sentence that says how a limit is written.
    pub fn parse(text: &str) -> Result<Self, String> {
        let parsed = text.trim().split_once('/').and_then(|(calls, unit)| {
            let calls = calls.trim().parse().ok().filter(|calls| *calls > 0)?;
            let period = match unit.trim() {
                "s" => TimeDelta::seconds(1),
                "m" => TimeDelta::minutes(1),
                "h" => TimeDelta::hours(1),
                _ => return None,
            };
            Some(Self { calls, period })
        });
        let wanted = "a limit is a number of calls from 1, and s, m or h: 100/s, 600/m, 5/h";
        parsed.ok_or_else(|| wanted.to_owned())
    }
}

/// What the callers of one world have left. Each world has a clock of its own, so it has a limiter
/// of its own.
#[derive(Debug)]
pub struct Limiter {
    limit: RateLimit,
    callers: Mutex<Callers>,
}

/// When each caller has paid everything back, in units of a microsecond divided by the number of
/// calls: so no limit is rounded.
#[derive(Debug, Default)]
struct Callers {
    paid: HashMap<String, i128>,
    /// At how many callers those are looked for that can be forgotten.
    crowded: usize,
}

impl Limiter {
    /// Everybody may make as many calls as the limit says.
    pub fn new(limit: RateLimit) -> Self {
        Self { limit, callers: Mutex::default() }
    }

    /// Takes one call of what this caller has left at this time.
    ///
    /// # Errors
    /// In how many seconds there is one again: 1 at least.
    pub fn take(&self, caller: &str, now: DateTime<Utc>) -> Result<(), u64> {
        let calls = i128::from(self.limit.calls);
        let cost = i128::from(self.limit.period.num_microseconds().unwrap_or(i64::MAX));
        let (now, most) = (i128::from(now.timestamp_micros()) * calls, cost * calls);
        // An instant is put into the map in one step: after a panic the map is whole.
        let mut callers = self.callers.lock().unwrap_or_else(PoisonError::into_inner);
        callers.forget(now);
        let paid = callers.paid.get(caller).copied().unwrap_or(now);
        // Nobody owes more than the limit, unless the world's clock was set back.
        let paid = if paid - now > most { now } else { paid.max(now) };
        let short = paid + cost - now - most;
        if short > 0 {
            let second = 1_000_000 * calls;
            let seconds = (short + second - 1) / second;
            return Err(u64::try_from(seconds).unwrap_or(u64::MAX).max(1));
        }
        match callers.paid.get_mut(caller) {
            Some(known) => *known = paid + cost,
            None => drop(callers.paid.insert(caller.to_owned(), paid + cost)),
        }
        Ok(())
    }
}

impl Limiter {
    /// Everybody has everything left again.
    pub(super) fn clear(&self) {
        *self.callers.lock().unwrap_or_else(PoisonError::into_inner) = Callers::default();
    }
}

impl Callers {
    /// Forgets those who have everything left, whenever there are twice as many as last time.
    fn forget(&mut self, now: i128) {
        const FEW: usize = 1024;
        if self.paid.len() >= self.crowded.max(FEW) {
            self.paid.retain(|_, paid| *paid > now);
            self.crowded = self.paid.len() * 2;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limiter(text: &str) -> Limiter {
        Limiter::new(RateLimit::parse(text).expect("a limit"))
    }

    fn at(millis: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::days(20_000) + TimeDelta::milliseconds(millis)
    }

    #[test]
    fn a_limit_is_a_number_and_a_unit() {
        for (text, calls, seconds) in [("100/s", 100, 1), ("600/m", 600, 60), (" 5 / h ", 5, 3600)]
        {
            let limit = RateLimit { calls, period: TimeDelta::seconds(seconds) };
            assert_eq!(RateLimit::parse(text), Ok(limit), "{text}");
        }
        for text in ["", "5", "/s", "0/s", "-1/s", "1.5/s", "5/d", "5/sec", "5s", "99999999999/s"] {
            let says = RateLimit::parse(text).expect_err(text);
            assert!(says.contains("600/m"), "{says}");
        }
    }

    #[test]
    fn the_whole_number_may_come_at_once_and_then_one_by_one() {
        let limiter = limiter("5/s");
        for _ in 0..5 {
            assert_eq!(limiter.take("a", at(0)), Ok(()));
        }
        assert_eq!(limiter.take("a", at(0)), Err(1));
        assert_eq!(limiter.take("a", at(199)), Err(1));
        assert_eq!(limiter.take("a", at(200)), Ok(()));
        assert_eq!(limiter.take("a", at(200)), Err(1));
        for _ in 0..5 {
            assert_eq!(limiter.take("a", at(5_000)), Ok(()));
        }
        assert_eq!(limiter.take("a", at(5_000)), Err(1));
    }

    #[test]
    fn whoever_waits_as_long_as_told_is_let_in_and_not_before() {
        let limiter = limiter("3/h");
        for _ in 0..3 {
            assert_eq!(limiter.take("a", at(0)), Ok(()));
        }
        assert_eq!(limiter.take("a", at(400)), Err(1200));
        assert_eq!(limiter.take("a", at(1_000)), Err(1199));
        assert_eq!(limiter.take("a", at(1_199_999)), Err(1));
        assert_eq!(limiter.take("a", at(1_200_000)), Ok(()));
    }

    #[test]
    fn a_limit_that_does_not_divide_its_time_is_not_rounded() {
        let limiter = limiter("7/s");
        let mut taken = 0;
        for micros in 0..10_000 {
            let now = at(0) + TimeDelta::microseconds(micros * 1_000);
            taken += u32::from(limiter.take("a", now).is_ok());
        }
        // The seven at once, and seven in each of ten seconds but for the last call's own time.
        assert_eq!(taken, 7 + 69);
    }

    #[test]
    fn callers_do_not_take_from_each_other() {
        let limiter = limiter("1/h");
        assert_eq!(limiter.take("a", at(0)), Ok(()));
        assert_eq!(limiter.take("b", at(0)), Ok(()));
        assert_eq!(limiter.take("a", at(0)), Err(3600));
    }

    #[test]
    fn a_clock_that_is_set_back_leaves_nobody_waiting_for_years() {
        let limiter = limiter("1/s");
        assert_eq!(limiter.take("a", at(1_000_000)), Ok(()));
        assert_eq!(limiter.take("a", at(0)), Ok(()));
        assert_eq!(limiter.take("a", at(0)), Err(1));
    }

    #[test]
    fn callers_who_have_everything_left_are_forgotten() {
        let limiter = limiter("1/s");
        let mut most = 0;
        for caller in 0..100_000_i64 {
            assert_eq!(limiter.take(&caller.to_string(), at(caller * 10)), Ok(()));
            most = most.max(limiter.callers.lock().expect("whole").paid.len());
        }
        assert!(most <= 1024, "{most}");
    }
}
