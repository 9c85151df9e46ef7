//! What the store is told at the start: how much it may hold, and how it makes ids.

use super::RateLimit;

/// What the store may hold, and how it makes ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// How many worlds are kept; beyond it the least recently used goes (BEHAVIOUR 8).
    pub worlds: usize,
    /// What ids are made from, together with the business and the number of the change.
    pub seed: u64,
    /// How many calls each caller may make.
    pub rate: Option<RateLimit>,
    /// How many calls the journal of one world keeps; 0 keeps none at all.
    pub journal_entries: usize,
    /// How many bytes the journals of all worlds keep together.
    pub journal_bytes: usize,
}

impl Default for Limits {
    /// What holds where nobody says anything.
    fn default() -> Self {
        Self {
            worlds: 10_000,
            seed: 0,
            rate: None,
            journal_entries: 1000,
            journal_bytes: 64 * 1024 * 1024,
        }
    }
}
