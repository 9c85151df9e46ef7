//! How long an answer is held back: a length of time, or one that the dice decide.

use std::time::Duration;

use super::dice::Dice;

/// The longest that any call waits.
pub(super) const LONGEST: Duration = Duration::from_mins(5);

/// How long an answer is held back.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Latency {
    /// The same for every call.
    Fixed(Duration),
    /// Between two lengths, each as likely as the other.
    Uniform {
        /// The shortest.
        min: Duration,
        /// The longest.
        max: Duration,
    },
    /// As networks behave: mostly near the median, rarely many times as long.
    LogNormal {
        /// The length that half of the calls stay below.
        median: Duration,
        /// The standard deviation of the logarithm; 0 is no spread.
        sigma: f64,
    },
}

impl Latency {
    /// How long this call waits: 5 minutes at most.
    pub(super) fn sample(self, dice: &mut Dice) -> Duration {
        let wait = match self {
            Self::Fixed(wait) => wait,
            Self::Uniform { min, max } => {
                min.saturating_add(scaled(max.saturating_sub(min), dice.unit()))
            }
            Self::LogNormal { median, sigma } => scaled(median, (sigma * dice.normal()).exp()),
        };
        wait.min(LONGEST)
    }

    /// What is wrong with it, if anything.
    pub(super) fn problem(self) -> Option<String> {
        let (longest, sigma) = match self {
            Self::Fixed(wait) => (wait, 0.0),
            Self::Uniform { min, max } if min > max => {
                return Some("the shortest delay is longer than the longest".to_owned());
            }
            Self::Uniform { max, .. } => (max, 0.0),
            Self::LogNormal { median, sigma } => (median, sigma),
        };
        if longest > LONGEST {
            return Some(format!("a delay is {} seconds at most", LONGEST.as_secs()));
        }
        let sound = sigma.is_finite() && sigma >= 0.0;
        (!sound).then(|| "sigma is a number from 0".to_owned())
    }
}

/// A length of time some times over; beyond what can be held, the longest.
fn scaled(length: Duration, times: f64) -> Duration {
    Duration::try_from_secs_f64(length.as_secs_f64() * times).unwrap_or(LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn ms(millis: u64) -> Duration {
        Duration::from_millis(millis)
    }

    fn many(latency: Latency) -> Vec<Duration> {
        let mut dice = Dice::new(0, 1);
        let mut all: Vec<_> = (0..10_000).map(|_| latency.sample(&mut dice)).collect();
        all.sort();
        all
    }

    /// Whether a length is within a fiftieth of another.
    fn near(length: Duration, expected: Duration) -> bool {
        length.abs_diff(expected) * 50 < expected
    }

    #[test]
    fn a_fixed_delay_is_always_the_same() {
        assert!(many(Latency::Fixed(ms(7))).iter().all(|wait| *wait == ms(7)));
    }

    #[test]
    fn a_uniform_delay_fills_its_range_evenly() {
        let all = many(Latency::Uniform { min: ms(100), max: ms(500) });
        assert!(all[0] >= ms(100) && all[9_999] <= ms(500));
        assert!(
            near(all[2_500], ms(200)) && near(all[5_000], ms(300)) && near(all[7_500], ms(400))
        );
    }

    #[test]
    fn a_log_normal_delay_has_its_median_and_its_spread() {
        let all = many(Latency::LogNormal { median: ms(100), sigma: 0.5 });
        assert!(near(all[5_000], ms(100)), "{:?}", all[5_000]);
        // One standard deviation to either side holds 68.27 of a hundred: e^-0.5 and e^0.5.
        assert!(near(all[1_587], ms(61)), "{:?}", all[1_587]);
        assert!(near(all[8_413], ms(165)), "{:?}", all[8_413]);
        let plain = many(Latency::LogNormal { median: ms(100), sigma: 0.0 });
        assert!(plain.iter().all(|wait| *wait == ms(100)));
    }

    #[test]
    fn no_call_waits_longer_than_five_minutes() {
        let wild = Latency::LogNormal { median: LONGEST, sigma: 1000.0 };
        let all = many(wild);
        assert_eq!(all[9_999], LONGEST);
        let long = Duration::from_hours(1);
        assert!(many(Latency::Fixed(long)).iter().all(|wait| *wait == LONGEST));
        assert!(Latency::Fixed(long).problem().is_some());
    }

    #[test]
    fn a_delay_that_makes_no_sense_is_refused() {
        let latency = |sigma| Latency::LogNormal { median: ms(1), sigma };
        for wrong in [
            Latency::Uniform { min: ms(2), max: ms(1) },
            Latency::Uniform { min: ms(2), max: Duration::MAX },
            latency(-0.1),
            latency(f64::NAN),
            latency(f64::INFINITY),
        ] {
            assert!(wrong.problem().is_some(), "{wrong:?}");
        }
        for right in [Latency::Uniform { min: ms(1), max: ms(1) }, latency(0.0)] {
            assert_eq!(right.problem(), None, "{right:?}");
        }
    }
}
