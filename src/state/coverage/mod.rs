//! Which of everything that the documents promise the calls have exercised, in one world and in all
//! of them together.
//!
//! Counts and nothing else: what a call exercises its survey has found, and what the counts mean
//! `report` says.

mod report;

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

pub use report::{Exercised, Kind, OperationReport, Report, Share, Shares, Unexercised};

use crate::contract::{Inventory, Item, Survey};

/// Everything that there is to exercise: of each operation that it was called at all, and its
/// inventory.
#[derive(Debug)]
pub struct Universe {
    operations: Vec<Described>,
    /// How many counts there are.
    size: usize,
}

/// One operation, as the house describes it.
#[derive(Debug, Clone, Copy)]
pub struct Row<'a> {
    /// The name of its provider.
    pub provider: &'a str,
    /// Its `operationId`.
    pub operation: &'a str,
    /// Its HTTP method.
    pub method: &'a str,
    /// Its path, with parameters in braces.
    pub path: &'a str,
    /// Where its description comes from; empty where it is the vendor's.
    pub source: &'a str,
    /// What a test can exercise of it.
    pub inventory: &'a Inventory,
}

/// An operation and where its counts begin: the first is that of its calls, then follow those of
/// its inventory.
#[derive(Debug)]
struct Described {
    provider: String,
    operation: String,
    method: String,
    path: String,
    source: String,
    items: Vec<Item>,
    first: usize,
}

impl Universe {
    /// The universe of these operations.
    pub fn new<'a>(rows: impl IntoIterator<Item = Row<'a>>) -> Self {
        let (mut operations, mut size) = (Vec::new(), 0);
        for row in rows {
            let items = row.inventory.items().to_vec();
            let first = size;
            size += 1 + items.len();
            operations.push(Described {
                provider: row.provider.to_owned(),
                operation: row.operation.to_owned(),
                method: row.method.to_owned(),
                path: row.path.to_owned(),
                source: row.source.to_owned(),
                items,
                first,
            });
        }
        Self { operations, size }
    }

    /// The number of an operation, in the order of the rows.
    pub fn number(&self, provider: &str, operation: &str) -> Option<usize> {
        let is = |it: &Described| it.operation == operation && it.provider == provider;
        self.operations.iter().position(is)
    }

    /// The counts that one call of an operation raises. A call that was refused has exercised what
    /// it sent as well.
    fn raised(
        &self,
        operation: usize,
        status: u16,
        survey: &Survey,
    ) -> impl Iterator<Item = usize> {
        self.operations.get(operation).into_iter().flat_map(move |described| {
            let is = |item: &Item| *item == Item::Status(status);
            let status = described.items.iter().position(is);
            let seen = survey.seen.iter().map(|index| index as usize);
            let items = status.into_iter().chain(seen);
            let of_items = items.map(|index| described.first + 1 + index);
            std::iter::once(described.first).chain(of_items)
        })
    }
}

/// What the calls of one world have exercised. It holds only what was.
#[derive(Debug, Default)]
pub struct Coverage {
    counts: Mutex<HashMap<usize, u64>>,
}

impl Coverage {
    /// Counts one call; `operation` is its number in the universe.
    pub fn record(&self, universe: &Universe, operation: usize, status: u16, survey: &Survey) {
        let mut counts = self.counts();
        for index in universe.raised(operation, status, survey) {
            *counts.entry(index).or_default() += 1;
        }
    }

    /// What has been exercised, and what never.
    pub fn report(&self, universe: &Universe) -> Report {
        let counts = self.counts().clone();
        Report::of(universe, |index| counts.get(&index).copied().unwrap_or(0))
    }

    /// Begins anew.
    pub fn clear(&self) {
        self.counts().clear();
    }

    fn counts(&self) -> MutexGuard<'_, HashMap<usize, u64>> {
        // Counts that a panic left behind are too low by one call at most.
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What the calls of all worlds together have exercised, those of worlds that are gone included.
#[derive(Debug)]
pub struct OverallCoverage {
    counts: Vec<AtomicU64>,
}

impl OverallCoverage {
    /// Nothing of this universe.
    pub fn new(universe: &Universe) -> Self {
        Self { counts: (0..universe.size).map(|_| AtomicU64::new(0)).collect() }
    }

    /// Counts one call; `operation` is its number in the universe.
    pub fn record(&self, universe: &Universe, operation: usize, status: u16, survey: &Survey) {
        for index in universe.raised(operation, status, survey) {
            if let Some(count) = self.counts.get(index) {
                count.fetch_add(1, Ordering::Relaxed);
            }
        }
    }

    /// What has been exercised, and what never.
    pub fn report(&self, universe: &Universe) -> Report {
        let count = |index: usize| self.counts.get(index).map(|it| it.load(Ordering::Relaxed));
        Report::of(universe, |index| count(index).unwrap_or(0))
    }

    /// Begins anew.
    pub fn clear(&self) {
        for count in &self.counts {
            count.store(0, Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
mod tests;
