//! Which of everything that the documents promise the calls have exercised, in one world and in all
//! of them together.
//!
//! Counts and nothing else: what a call exercises its survey has found, and what the counts mean
//! `report` says.

mod report;

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use foldhash::fast::RandomState;

pub use report::{Exercised, Kind, OperationReport, Report, Share, Shares, Unexercised};

use crate::contract::{Clause, Item, OperationContract, Survey};

/// Everything that there is to exercise: of each operation that it was called at all, and its
/// inventory.
#[derive(Debug)]
pub struct Universe {
    operations: Vec<Row>,
}

/// One operation, as the house describes it.
#[derive(Debug, Clone)]
pub struct Row {
    /// The name of its provider.
    pub provider: &'static str,
    /// Its `operationId`.
    pub operation: &'static str,
    /// Its HTTP method.
    pub method: &'static str,
    /// Its path, with parameters in braces.
    pub path: &'static str,
    /// Where its description comes from; empty where it is the vendor's.
    pub source: &'static str,
    /// What its document says of it. The inventory is taken when it is first called or reported.
    pub clause: Arc<Clause>,
}

/// What can be counted of an operation: at 0 its calls, behind it what is in its inventory.
type Index = usize;

impl Universe {
    /// The universe of these operations.
    pub fn new(rows: impl IntoIterator<Item = Row>) -> Self {
        Self { operations: rows.into_iter().collect() }
    }

    /// The number of an operation, in the order of the rows.
    pub fn number(&self, provider: &str, operation: &str) -> Option<usize> {
        let is = |it: &Row| it.operation == operation && it.provider == provider;
        self.operations.iter().position(is)
    }

    /// How many counts an operation has.
    fn counts_of(&self, operation: usize) -> usize {
        self.operations.get(operation).map_or(0, |row| 1 + row.items().len())
    }

    /// The counts that one call of an operation raises. A call that was refused has exercised what
    /// it sent as well.
    fn raised(
        &self,
        operation: usize,
        status: u16,
        survey: &Survey,
    ) -> impl Iterator<Item = Index> {
        let row = self.operations.get(operation);
        let inventory = row.and_then(|row| row.clause.ready()).map(OperationContract::inventory);
        let status = inventory.and_then(|inventory| inventory.status(status));
        let items = status.into_iter().chain(survey.seen.iter());
        row.map(|_| 0).into_iter().chain(items.map(|index| 1 + index as Index))
    }
}

impl Row {
    /// What there is to exercise of it.
    fn items(&self) -> &[Item] {
        self.clause.ready().map_or(&[], |contract| contract.inventory().items())
    }
}

/// What the calls of one world have exercised. It holds counts of the operations that were called.
#[derive(Debug, Default)]
pub struct Coverage {
    /// By operation.
    counts: Mutex<HashMap<usize, Box<[u64]>, RandomState>>,
}

impl Coverage {
    /// Counts one call; `operation` is its number in the universe.
    pub fn record(&self, universe: &Universe, operation: usize, status: u16, survey: &Survey) {
        let mut counts = self.counts();
        let fresh = || vec![0; universe.counts_of(operation)].into();
        let counts = counts.entry(operation).or_insert_with(fresh);
        for index in universe.raised(operation, status, survey) {
            counts.get_mut(index).into_iter().for_each(|count| *count += 1);
        }
    }

    /// What has been exercised, and what never.
    pub fn report(&self, universe: &Universe) -> Report {
        let counts = self.counts().clone();
        Report::of(universe, |operation, index| {
            counts.get(&operation).and_then(|counts| counts.get(index)).copied().unwrap_or(0)
        })
    }

    /// Begins anew.
    pub fn clear(&self) {
        self.counts().clear();
    }

    fn counts(&self) -> MutexGuard<'_, HashMap<usize, Box<[u64]>, RandomState>> {
        // Counts that a panic left behind are too low by one call at most.
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What the calls of all worlds together have exercised, those of worlds that are gone included.
#[derive(Debug)]
pub struct OverallCoverage {
    /// By operation, from its first call on.
    counts: Vec<OnceLock<Box<[AtomicU64]>>>,
}

impl OverallCoverage {
    /// Nothing of this universe.
    pub fn new(universe: &Universe) -> Self {
        Self { counts: universe.operations.iter().map(|_| OnceLock::new()).collect() }
    }

    /// Counts one call; `operation` is its number in the universe.
    pub fn record(&self, universe: &Universe, operation: usize, status: u16, survey: &Survey) {
        let Some(counts) = self.counts.get(operation) else { return };
        let fresh = || (0..universe.counts_of(operation)).map(|_| AtomicU64::new(0)).collect();
        let counts = counts.get_or_init(fresh);
        for index in universe.raised(operation, status, survey) {
            if let Some(count) = counts.get(index) {
                count.fetch_add(1, Ordering::Relaxed);
            }
        }
    }

    /// What has been exercised, and what never.
    pub fn report(&self, universe: &Universe) -> Report {
        Report::of(universe, |operation, index| {
            let count = self.counts.get(operation).and_then(|it| it.get()?.get(index));
            count.map_or(0, |count| count.load(Ordering::Relaxed))
        })
    }

    /// Begins anew.
    pub fn clear(&self) {
        for count in self.counts.iter().filter_map(OnceLock::get).flatten() {
            count.store(0, Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
mod tests;
