//! The journal of one world: the calls that were made of it, the newest of them.
//!
//! Bounded by count and by bytes, and never silently: the numbers of its entries say what is gone.
//! What is a secret is masked before it comes to stand here. No HTTP, and no judgement of a call.

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
pub use call::{Call, Entry, KEPT_OF_A_BODY, Message};
pub use compare::Difference;
pub use filter::{Excerpt, Filter, Order, Statuses};
pub use findings::{Finding, words};
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

/// Is told of every entry as it is made, in order, and answers whether it wants to hear more. The
/// journal is held meanwhile: it must not wait, and must not ask the journal anything.
pub type Watcher = Box<dyn Fn(&Arc<Entry>) -> bool + Send>;

impl Journal {
    /// An empty journal, which takes what it keeps out of the budget of all.
    pub fn new(limits: JournalLimits, budget: Arc<JournalBudget>) -> Self {
        Self { limits, budget, ring: Mutex::default() }
    }

    /// Keeps a call, with its secrets masked and its bodies cut, and gives up the oldest for it.
    /// Answers whether the journals of all worlds together are now over their budget, so that
    /// somebody must trim them.
    pub fn push(&self, call: Call) -> bool {
        let mut entry = Entry::new(call);
        let mut ring = self.ring();
        ring.last += 1;
        entry.number = ring.last;
        let entry = Arc::new(entry);
        ring.watchers.retain(|wants_more| wants_more(&entry));
        ring.bytes += entry.weight();
        self.budget.take(entry.weight());
        ring.entries.push_back(entry);
        ring.shrink(&self.budget, self.limits);
        drop(ring);
        self.budget.is_over()
    }

    /// Gives up the oldest entries until no more than so many bytes are kept.
    pub fn trim_to(&self, bytes: usize) {
        self.ring().shrink(&self.budget, JournalLimits { bytes, ..self.limits });
    }

    /// Forgets every entry because somebody asked for it: these do not count as dropped.
    pub fn clear(&self) {
        let mut ring = self.ring();
        ring.shrink(&self.budget, JournalLimits { entries: 0, bytes: 0 });
        ring.cleared = ring.last;
    }

    /// Tells `watcher` of every further call, until it has heard enough; before that, of those kept
    /// ones whose number is above `after`, if one is given. Nothing falls between the two.
    pub fn watch(&self, after: Option<u64>, watcher: Watcher) {
        let mut ring = self.ring();
        let known = after.into_iter().flat_map(|after| ring.after(after));
        if known.into_iter().all(|entry| watcher(&entry)) {
            ring.watchers.push(watcher);
        }
    }

    /// The newest call that its client knows by this id.
    pub fn get(&self, request_id: &str) -> Option<Arc<Entry>> {
        let ring = self.ring();
        let mut newest_first = ring.entries.iter().rev();
        newest_first.find(|entry| entry.call.request_id == request_id).cloned()
    }

    /// The entries that pass, and how complete the journal is.
    pub fn filter(&self, filter: &Filter) -> Excerpt {
        // The lock is held only to copy references: looking at many entries must not hold up a call.
        let ring = self.ring();
        let (entries, kept, bytes) = (ring.after(0), ring.entries.len(), ring.bytes);
        let (dropped, last) = (ring.lost_after(0), ring.last);
        drop(ring);
        Excerpt { entries: filter.pick(entries), kept, bytes, dropped, last }
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
        let (entries, dropped) = (ring.after(since), ring.lost_after(since));
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
    watchers: Vec<Watcher>,
}

impl Ring {
    fn shrink(&mut self, budget: &JournalBudget, limits: JournalLimits) {
        while self.entries.len() > limits.entries || self.bytes > limits.bytes {
            let Some(oldest) = self.entries.pop_front() else { break };
            self.bytes = self.bytes.saturating_sub(oldest.weight());
            budget.give_back(oldest.weight());
        }
    }

    /// The entries whose number is above this one, oldest first.
    fn after(&self, number: u64) -> Vec<Arc<Entry>> {
        let skipped = number.saturating_sub(self.gone());
        self.entries.iter().skip(usize::try_from(skipped).unwrap_or(usize::MAX)).cloned().collect()
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
