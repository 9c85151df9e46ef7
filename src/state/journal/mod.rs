//! The journal of one world: the calls that were made of it, the newest of them.
//!
//! Bounded by count and by bytes, and never silently: the numbers of its entries say what is gone.
//! What is a secret is masked whenever an entry is shown. No HTTP, and no judgement of a call.

mod budget;
mod call;
mod compare;
mod filter;
mod findings;
mod mask;
mod verify;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

pub use budget::JournalBudget;
pub use call::{Call, Entry, Headers, KEPT_OF_A_BODY, Message};
pub use compare::Difference;
pub use filter::{Excerpt, Filter, Statuses};
pub use findings::{Finding, words};
pub use mask::{holds_secret, holds_secret_in_header, holds_secret_in_query};
pub use verify::{Expectation, Miss, Summary, Verdict};

/// The calls of one world.
pub struct Journal {
    limits: JournalLimits,
    budget: Arc<JournalBudget>,
    ring: Mutex<Ring>,
}

/// How much one journal keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JournalLimits {
    /// How many entries.
    pub entries: usize,
    /// How many bytes, what holds them included.
    pub bytes: usize,
}

/// How much one journal holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Held {
    /// How many entries.
    pub kept: usize,
    /// How many bytes.
    pub bytes: usize,
    /// How many entries are gone because there was no room for them.
    pub dropped: u64,
}

/// Wakes a listener, and answers whether there still is one. The journal is held meanwhile: it must
/// not wait, and must not ask the journal anything.
pub type Wake = Box<dyn Fn() -> bool + Send>;

/// What comes after an entry.
#[derive(Debug, Clone, PartialEq)]
pub struct Following {
    /// How many entries after it are gone though nobody asked for that.
    pub lost: u64,
    /// The number of the newest entry that is gone.
    pub gone: u64,
    /// The next ones that are kept, oldest first.
    pub entries: Vec<Arc<Entry>>,
}

/// There are as many listeners as a journal may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{} listen to this journal: as many as may", Journal::MOST_LISTENERS)]
pub struct TooManyListeners;

/// What a journal has forgotten. It may be much: it is dropped where nobody waits for it.
#[must_use]
pub struct Forgotten {
    _entries: VecDeque<Arc<Entry>>,
}

impl Journal {
    /// The most listeners of one journal.
    pub const MOST_LISTENERS: usize = 64;

    /// An empty journal, which takes what it keeps out of the budget of all.
    pub fn new(limits: JournalLimits, budget: Arc<JournalBudget>) -> Self {
        Self { limits, budget, ring: Mutex::default() }
    }

    /// Keeps a call, its bodies cut, and gives up the oldest for it.
    /// Answers whether the journals of all worlds together are now over their budget, so that
    /// somebody must trim them.
    pub fn push(&self, call: Call) -> bool {
        let mut entry = Entry::new(call);
        let mut ring = self.ring();
        ring.last += 1;
        entry.number = ring.last;
        ring.bytes += entry.weight();
        self.budget.take(entry.weight());
        ring.entries.push_back(Arc::new(entry));
        ring.shrink(&self.budget, self.limits);
        ring.listeners.retain(|wake| wake());
        drop(ring);
        self.budget.is_over()
    }

    /// Gives up the oldest entries until no more than so many bytes are kept.
    pub fn trim_to(&self, bytes: usize) {
        self.ring().shrink(&self.budget, JournalLimits { bytes, ..self.limits });
    }

    /// Forgets every entry because somebody asked for it: these do not count as dropped.
    pub fn clear(&self) -> Forgotten {
        let mut ring = self.ring();
        ring.cleared = ring.last;
        self.budget.give_back(std::mem::take(&mut ring.bytes));
        Forgotten { _entries: std::mem::take(&mut ring.entries) }
    }

    /// Wakes a listener after every further call, until it is gone. Answers the number of the newest
    /// entry there is. What the entries are the listener asks, so that none is held for it.
    ///
    /// # Errors
    /// [`TooManyListeners`].
    pub fn listen(&self, wake: Wake) -> Result<u64, TooManyListeners> {
        let mut ring = self.ring();
        ring.listeners.retain(|wake| wake());
        if ring.listeners.len() >= Self::MOST_LISTENERS {
            return Err(TooManyListeners);
        }
        ring.listeners.push(wake);
        Ok(ring.last)
    }

    /// What comes after the entry with this number, `at_most` so many entries of it.
    pub fn after(&self, number: u64, at_most: usize) -> Following {
        let ring = self.ring();
        let (lost, gone) = (ring.lost_after(number), ring.gone());
        Following { lost, gone, entries: ring.after(number, at_most) }
    }

    /// The newest call that its client knows by this id.
    pub fn get(&self, request_id: &str) -> Option<Arc<Entry>> {
        let ring = self.ring();
        let mut newest_first = ring.entries.iter().rev();
        newest_first.find(|entry| entry.unmasked().request_id == request_id).cloned()
    }

    /// The entries that pass, and how complete the journal is.
    pub fn filter(&self, filter: &Filter) -> Excerpt {
        // The lock is held only to copy references: looking at many entries must not hold up a call.
        let ring = self.ring();
        let (entries, kept) = (ring.after(0, usize::MAX), ring.entries.len());
        let (dropped, last) = (ring.lost_after(0), ring.last);
        drop(ring);
        Excerpt { entries: filter.pick(entries), kept, dropped, last }
    }

    /// How much it holds.
    pub fn held(&self) -> Held {
        let ring = self.ring();
        Held { kept: ring.entries.len(), bytes: ring.bytes, dropped: ring.lost_after(0) }
    }

    /// Whether the calls that were made are those that are expected.
    pub fn verify(&self, expectation: &Expectation) -> Verdict {
        let since = expectation.since.unwrap_or(0);
        let ring = self.ring();
        let (entries, dropped) = (ring.after(since, usize::MAX), ring.lost_after(since));
        drop(ring);
        expectation.judge(&entries, dropped)
    }

    fn ring(&self) -> MutexGuard<'_, Ring> {
        // Whatever panicked in between, at worst one entry is missing or not yet counted.
        self.ring.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Journal {
    fn drop(&mut self) {
        self.budget.give_back(self.ring().bytes);
    }
}

/// The entries, whose numbers follow one another without a gap: what is not here was given up or
/// cleared, from the oldest on.
#[derive(Default)]
struct Ring {
    entries: VecDeque<Arc<Entry>>,
    bytes: usize,
    /// The number of the newest entry there ever was.
    last: u64,
    /// The number of the last entry that somebody wanted forgotten.
    cleared: u64,
    listeners: Vec<Wake>,
}

impl Ring {
    fn shrink(&mut self, budget: &JournalBudget, limits: JournalLimits) {
        while self.entries.len() > limits.entries || self.bytes > limits.bytes {
            let Some(oldest) = self.entries.pop_front() else { break };
            self.bytes = self.bytes.saturating_sub(oldest.weight());
            budget.give_back(oldest.weight());
        }
    }

    /// The first so many entries whose number is above this one, oldest first.
    fn after(&self, number: u64, at_most: usize) -> Vec<Arc<Entry>> {
        let skipped = usize::try_from(number.saturating_sub(self.gone())).unwrap_or(usize::MAX);
        self.entries.iter().skip(skipped).take(at_most).cloned().collect()
    }

    /// How many entries above this number are gone though nobody asked for it.
    fn lost_after(&self, number: u64) -> u64 {
        self.gone().saturating_sub(number.max(self.cleared))
    }

    /// The number of the newest entry that is gone.
    fn gone(&self) -> u64 {
        self.last - self.entries.len() as u64
    }
}

#[cfg(test)]
mod tests;
