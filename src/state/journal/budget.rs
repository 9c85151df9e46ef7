//! What the journals of all worlds may hold together.

use std::sync::atomic::{AtomicUsize, Ordering};

/// A number of bytes that all journals share.
#[derive(Debug)]
pub struct JournalBudget {
    taken: AtomicUsize,
    limit: usize,
}

impl JournalBudget {
    /// A budget of so many bytes.
    pub fn new(limit: usize) -> Self {
        Self { taken: AtomicUsize::new(0), limit }
    }

    /// How many bytes all journals hold now.
    pub fn taken(&self) -> usize {
        self.taken.load(Ordering::Relaxed)
    }

    /// Whether that is too much.
    pub fn is_over(&self) -> bool {
        self.taken() > self.limit
    }

    /// What one journal of so many is trimmed to when it is too much: half of an equal share, so
    /// that it is not too much again with the next call.
    pub fn share(&self, journals: usize) -> usize {
        self.limit / journals.max(1) / 2
    }

    pub(super) fn take(&self, bytes: usize) {
        self.taken.fetch_add(bytes, Ordering::Relaxed);
    }

    pub(super) fn give_back(&self, bytes: usize) {
        self.taken.fetch_sub(bytes, Ordering::Relaxed);
    }
}
