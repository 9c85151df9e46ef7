//! Figures of many rounds: their middle and how far they lie apart.

use std::fmt;

/// The middle half of what was measured.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Spread {
    pub(crate) low: f64,
    pub(crate) median: f64,
    pub(crate) high: f64,
}

impl Spread {
    /// Of at least one figure.
    pub(crate) fn of(figures: impl IntoIterator<Item = f64>) -> Self {
        let mut figures: Vec<f64> = figures.into_iter().collect();
        figures.sort_by(f64::total_cmp);
        let last = figures.len() - 1;
        Self {
            low: figures[last / 4],
            median: figures[figures.len() / 2],
            high: figures[last - last / 4],
        }
    }
}

impl Spread {
    /// The lower of two.
    pub(crate) fn worse(self, other: Self) -> Self {
        if other.median < self.median { other } else { self }
    }
}

/// As a ratio: `0.87 (0.84–0.90)`.
impl fmt::Display for Spread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { low, median, high } = self;
        f.pad(&format!("{median:.2} ({low:.2}–{high:.2})"))
    }
}

/// What a ratio should be.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Target {
    AtLeast(f64),
    AtMost(f64),
    Unstated,
}

impl Target {
    /// The target and whether the middle of the rounds holds it.
    pub(crate) fn verdict(self, ratio: Spread) -> String {
        let word = |holds| if holds { "holds" } else { "misses" };
        match self {
            // Nothing was measured.
            _ if ratio.median.is_nan() => String::new(),
            Self::AtLeast(limit) => format!("≥ {limit:<5}{}", word(ratio.median >= limit)),
            Self::AtMost(limit) => format!("≤ {limit:<5}{}", word(ratio.median <= limit)),
            Self::Unstated => String::new(),
        }
    }
}
