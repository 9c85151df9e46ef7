//! The only source of time. Everything else is told what time it is.

use chrono::{DateTime, SubsecRound, Utc};

/// A world's clock.
#[derive(Debug, Clone, Default)]
pub struct Clock {}

impl Clock {
    /// What time it is in this world, UTC, to the microsecond (what Django and Postgres keep).
    #[expect(clippy::disallowed_methods, reason = "this is the one home of the time")]
    pub fn now(&self) -> DateTime<Utc> {
        Utc::now().trunc_subsecs(6)
    }
}
