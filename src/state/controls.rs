//! What is set about a world, and what is known of its calls: all that is about the books and not in
//! them. It outlives a reset of the books, which empties most of it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Utc};

use super::coverage::Coverage;
use super::faults::Faults;
use super::journal::{Forgotten, Journal, JournalBudget, JournalLimits};
use super::transitions::TransitionSetting;
use super::{Limiter, Limits, Moment, Transitions};

/// What is set about one world.
pub struct Controls {
    /// What becomes of bill payments.
    pub transitions: TransitionSetting,
    /// Which calls go wrong.
    pub faults: Faults,
    /// The calls that were made of it.
    pub journal: Journal,
    /// What its calls have exercised. A reset leaves it: it adds up over a run of tests.
    pub coverage: Coverage,
    /// What its callers have left, where there is a limit.
    pub limiter: Option<Limiter>,
    snapshots: Mutex<BTreeMap<String, Snapshot>>,
}

/// A moment that was kept under a name.
#[derive(Clone)]
pub struct Snapshot {
    /// What time it was in the world, UTC.
    pub at: DateTime<Utc>,
    /// The books and the clock.
    pub moment: Arc<Moment>,
}

/// There are as many snapshots as a world may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a world keeps at most {} snapshots: delete one first", Controls::MOST_SNAPSHOTS)]
pub struct TooManySnapshots;

impl Controls {
    /// The most snapshots of one world.
    pub const MOST_SNAPSHOTS: usize = 100;

    /// What is set about a world at first: nothing but what holds for all of them.
    pub(super) fn new(limits: &Limits, budget: &Arc<JournalBudget>) -> Self {
        let journal = JournalLimits {
            entries: limits.journal_entries,
            // One world alone cannot take the room of all.
            bytes: limits.journal_bytes / 4,
        };
        Self {
            coverage: Coverage::default(),
            journal: Journal::new(journal, Arc::clone(budget)),
            transitions: TransitionSetting::default(),
            faults: Faults::new(limits.seed),
            limiter: limits.rate.map(Limiter::new),
            snapshots: Mutex::default(),
        }
    }

    /// Keeps a snapshot under a name, in the place of one that had it.
    ///
    /// # Errors
    /// [`TooManySnapshots`].
    pub fn keep(&self, name: &str, snapshot: Snapshot) -> Result<(), TooManySnapshots> {
        let mut snapshots = self.snapshots();
        if snapshots.len() >= Self::MOST_SNAPSHOTS && !snapshots.contains_key(name) {
            return Err(TooManySnapshots);
        }
        snapshots.insert(name.to_owned(), snapshot);
        Ok(())
    }

    /// The snapshot of this name.
    pub fn snapshot(&self, name: &str) -> Option<Snapshot> {
        self.snapshots().get(name).cloned()
    }

    /// Gives a snapshot up; false where there is none of this name.
    pub fn forget(&self, name: &str) -> bool {
        self.snapshots().remove(name).is_some()
    }

    /// Every snapshot, by name.
    pub fn list(&self) -> Vec<(String, Snapshot)> {
        self.snapshots().iter().map(|(name, kept)| (name.clone(), kept.clone())).collect()
    }

    /// As a reset leaves it: the snapshots stay. What the journal held is to be dropped outside every
    /// lock.
    pub(super) fn empty(&self) -> Forgotten {
        self.transitions.put(Transitions::default());
        self.faults.clear();
        if let Some(limiter) = &self.limiter {
            limiter.clear();
        }
        self.journal.clear()
    }

    fn snapshots(&self) -> MutexGuard<'_, BTreeMap<String, Snapshot>> {
        self.snapshots.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
