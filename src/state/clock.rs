//! The only source of time. Everything else is told what time it is.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, NaiveDate, NaiveTime, SubsecRound, TimeDelta, Utc};

/// A world's clock: the real time, shifted, or one time that stands.
#[derive(Debug)]
pub struct Clock {
    /// How far ahead of the real time it runs, in microseconds.
    offset: AtomicI64,
    /// Where it stands, in microseconds since 1970; [`RUNNING`] where it does not.
    stands: AtomicI64,
    /// Who sets the clock does so alone. Reading it takes no turn.
    turn: Mutex<()>,
}

/// How a clock is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClockState {
    /// It runs, so many microseconds ahead of the real time; below 0 behind it.
    Running {
        /// Microseconds.
        offset_us: i64,
    },
    /// It stands.
    Frozen {
        /// Where, UTC.
        at: DateTime<Utc>,
    },
}

/// A time that a clock cannot be set to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a clock can be set from 1970-01-01 to 8999-12-31")]
pub struct OutOfRange;

const RUNNING: i64 = i64::MIN;

impl ClockState {
    /// That a clock can be set so.
    ///
    /// # Errors
    /// [`OutOfRange`].
    pub fn check(self) -> Result<(), OutOfRange> {
        let now = match self {
            Self::Frozen { at } => at,
            Self::Running { offset_us } => {
                real().checked_add_signed(TimeDelta::microseconds(offset_us)).ok_or(OutOfRange)?
            }
        };
        in_range(now)
    }
}

impl Default for ClockState {
    fn default() -> Self {
        Self::Running { offset_us: 0 }
    }
}

impl Default for Clock {
    fn default() -> Self {
        Self::new(ClockState::default())
    }
}

impl Clock {
    /// A clock that is set so.
    pub fn new(state: ClockState) -> Self {
        let (offset, stands) = match state {
            ClockState::Running { offset_us } => (offset_us, RUNNING),
            ClockState::Frozen { at } => (0, at.timestamp_micros()),
        };
        let (offset, stands) = (AtomicI64::new(offset), AtomicI64::new(stands));
        Self { offset, stands, turn: Mutex::new(()) }
    }

    /// What time it is in this world, UTC, to the microsecond (what Django and Postgres keep).
    pub fn now(&self) -> DateTime<Utc> {
        match self.state() {
            ClockState::Frozen { at } => at,
            ClockState::Running { offset_us: 0 } => real(),
            ClockState::Running { offset_us } => {
                let now = real().checked_add_signed(TimeDelta::microseconds(offset_us));
                now.map_or(latest(), |now| now.min(latest()))
            }
        }
    }

    /// How it is set.
    pub fn state(&self) -> ClockState {
        match self.stands.load(Ordering::Acquire) {
            RUNNING => ClockState::Running { offset_us: self.offset.load(Ordering::Relaxed) },
            stands => ClockState::Frozen {
                at: DateTime::from_timestamp_micros(stands).unwrap_or(DateTime::UNIX_EPOCH),
            },
        }
    }

    /// Sets it to a time, stops it or lets it run; what is `None` stays as it is.
    ///
    /// # Errors
    /// [`OutOfRange`].
    pub fn set(&self, now: Option<DateTime<Utc>>, frozen: Option<bool>) -> Result<(), OutOfRange> {
        let turn = self.turn();
        let now = now.map_or_else(|| self.now(), |now| now.trunc_subsecs(6));
        let frozen = frozen.unwrap_or(matches!(self.state(), ClockState::Frozen { .. }));
        self.put(now, frozen, &turn)
    }

    /// Moves it forward, whether it stands or runs.
    ///
    /// # Errors
    /// [`OutOfRange`].
    pub fn advance(&self, by: TimeDelta) -> Result<(), OutOfRange> {
        let turn = self.turn();
        let now = self.now().checked_add_signed(by).ok_or(OutOfRange)?;
        self.put(now, matches!(self.state(), ClockState::Frozen { .. }), &turn)
    }

    /// Whether it stands.
    pub fn is_frozen(&self) -> bool {
        matches!(self.state(), ClockState::Frozen { .. })
    }

    /// Gives it the real time back, running.
    pub fn make_real(&self) {
        let _turn = self.turn();
        self.offset.store(0, Ordering::Relaxed);
        self.stands.store(RUNNING, Ordering::Release);
    }

    /// How far it is ahead of the real time; below zero behind it.
    pub fn offset(&self) -> TimeDelta {
        match self.state() {
            ClockState::Running { offset_us } => TimeDelta::microseconds(offset_us),
            ClockState::Frozen { at } => at.signed_duration_since(real()),
        }
    }

    fn put(
        &self,
        now: DateTime<Utc>,
        frozen: bool,
        _turn: &MutexGuard<'_, ()>,
    ) -> Result<(), OutOfRange> {
        in_range(now)?;
        if frozen {
            self.stands.store(now.timestamp_micros(), Ordering::Release);
            return Ok(());
        }
        // Who reads in between sees the time that stood, or the new one.
        let offset = now.signed_duration_since(real()).num_microseconds().ok_or(OutOfRange)?;
        self.offset.store(offset, Ordering::Relaxed);
        self.stands.store(RUNNING, Ordering::Release);
        Ok(())
    }

    fn turn(&self) -> MutexGuard<'_, ()> {
        self.turn.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn in_range(now: DateTime<Utc>) -> Result<(), OutOfRange> {
    if now < DateTime::UNIX_EPOCH || now > latest() { Err(OutOfRange) } else { Ok(()) }
}

#[expect(clippy::disallowed_methods, reason = "this is the one home of the time")]
fn real() -> DateTime<Utc> {
    Utc::now().trunc_subsecs(6)
}

/// The last moment of a clock. Beyond it a due date could leave the calendar of the documents.
fn latest() -> DateTime<Utc> {
    let date = NaiveDate::from_ymd_opt(8999, 12, 31).unwrap_or(NaiveDate::MAX);
    (date.and_time(NaiveTime::MIN) + TimeDelta::days(1) - TimeDelta::microseconds(1)).and_utc()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("a time")
    }

    #[test]
    fn a_frozen_clock_stands_and_is_moved_by_hand() {
        let clock = Clock::default();
        let noon = at("2030-01-01T12:00:00Z");
        clock.set(Some(noon), Some(true)).expect("in range");
        assert_eq!((clock.now(), clock.now()), (noon, noon));
        clock.advance(TimeDelta::days(31)).expect("in range");
        assert_eq!(clock.now(), at("2030-02-01T12:00:00Z"));
        clock.set(Some(noon), None).expect("in range");
        assert_eq!(clock.state(), ClockState::Frozen { at: noon });
    }

    #[test]
    fn a_running_clock_runs_on_from_where_it_is_put() {
        let clock = Clock::new(ClockState::Frozen { at: at("2030-01-01T12:00:00Z") });
        clock.set(None, Some(false)).expect("in range");
        let now = clock.now();
        assert!(now >= at("2030-01-01T12:00:00Z") && now < at("2030-01-01T12:05:00Z"), "{now}");
        clock.make_real();
        assert!((clock.now() - real()).abs() < TimeDelta::minutes(5));
        assert_eq!(clock.state(), ClockState::default());
    }

    #[test]
    fn a_time_outside_the_calendar_is_refused_and_changes_nothing() {
        let clock = Clock::new(ClockState::Frozen { at: at("2030-01-01T12:00:00Z") });
        for wrong in ["1969-12-31T23:59:59Z", "9001-01-01T00:00:00Z"] {
            assert_eq!(clock.set(Some(at(wrong)), None), Err(OutOfRange), "{wrong}");
        }
        assert_eq!(clock.advance(TimeDelta::MAX), Err(OutOfRange));
        assert_eq!(clock.now(), at("2030-01-01T12:00:00Z"));
    }
}
