//! A world: a private copy of its beginning that is made when it is touched.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use dashmap::DashMap;
use foldhash::fast::RandomState;

use super::{Clock, ClockState, Controls, Directory, Fixtures, Reads, Replays, WorldName};
use crate::domain::{BusinessId, Ledger, Register};

/// Books and a clock as they stood at one moment: what a world begins with, and what a snapshot is.
/// Making one costs what has changed, and it shares the rest.
pub struct Moment {
    pub(super) fixtures: Arc<Fixtures>,
    /// The businesses whose books are no longer those of the fixtures.
    pub(super) tenants: BTreeMap<BusinessId, Tenant>,
    pub(super) counter: Counter,
    pub(super) clock: ClockState,
}

/// A private copy of its beginning, with a clock of its own.
pub struct World {
    name: WorldName,
    /// No other has it, nor this one after a reset.
    number: u64,
    /// What a reset gives back.
    start: Arc<Moment>,
    /// What the books were like before they were touched.
    before: Arc<Moment>,
    tenants: DashMap<BusinessId, Arc<Mutex<Tenant>>, RandomState>,
    register: Mutex<Counter>,
    clock: Clock,
    controls: Arc<Controls>,
    last_used: AtomicU64,
}

/// One business in one world: what one exclusive section works on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tenant {
    /// Its books.
    pub ledger: Ledger,
    /// The answers it gave under idempotency keys.
    pub replays: Replays,
    /// How often its open bill payments were read.
    pub reads: Reads,
}

/// What is kept about no one business: what one exclusive section works on that opens one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counter {
    /// Which businesses there are.
    pub register: Register,
    /// The answers given under idempotency keys.
    pub replays: Replays,
}

/// What a world has of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Holds {
    /// The businesses with books of their own.
    pub businesses: usize,
    /// The changes that those have seen beyond the world's beginning.
    pub changes: u64,
    /// What that takes, in bytes, estimated.
    pub bytes: u64,
}

impl Moment {
    /// The fixtures as they are.
    pub fn of(fixtures: Arc<Fixtures>) -> Self {
        let (counter, clock) = (fixtures.counter.clone(), fixtures.clock().unwrap_or_default());
        Self { fixtures, tenants: BTreeMap::new(), counter, clock }
    }

    /// The same as a folder of fixtures, file by file with its name in the folder; the directory
    /// says who may open the books.
    pub fn export(&self, directory: &Directory) -> Vec<(String, String)> {
        let businesses = self.counter.register.iter();
        let tenants = businesses.filter_map(|business| self.tenant(business.id));
        super::fixtures::export(directory, self.clock, &self.counter, tenants)
    }

    /// How many changes its books have seen beyond those of the fixtures.
    pub fn changes(&self) -> u64 {
        let of = |(business, tenant): (&BusinessId, &Tenant)| {
            let before = self.fixtures.tenants.get(business);
            let before = before.map_or(0, |tenant| tenant.ledger.changes());
            tenant.ledger.changes().saturating_sub(before)
        };
        self.tenants.iter().map(of).sum()
    }

    /// How many records its own fixtures have, where they are not those of `other`.
    fn records_beside(&self, other: &Self) -> u64 {
        if Arc::ptr_eq(&self.fixtures, &other.fixtures) {
            return 0;
        }
        self.fixtures.tenants.values().map(|tenant| tenant.ledger.size()).sum()
    }

    fn tenant(&self, business: BusinessId) -> Option<Tenant> {
        if let Some(tenant) = self.tenants.get(&business) {
            return Some(tenant.clone());
        }
        if let Some(tenant) = self.fixtures.tenants.get(&business) {
            return Some(tenant.clone());
        }
        Some(Tenant::of(Ledger::new(self.counter.register.get(business)?.clone())))
    }
}

impl Tenant {
    /// Books that gave no answer yet.
    pub(super) fn of(ledger: Ledger) -> Self {
        Self { ledger, replays: Replays::default(), reads: Reads::default() }
    }
}

impl World {
    /// A world that begins so and has changed nothing yet: it holds nothing of its own.
    pub(super) fn new(name: WorldName, start: Arc<Moment>, controls: Arc<Controls>) -> Self {
        Self::at(name, Arc::clone(&start), start, controls)
    }

    /// As this one began, with what is set about it.
    pub(super) fn begun_again(&self) -> Self {
        let (start, controls) = (Arc::clone(&self.start), Arc::clone(&self.controls));
        Self::new(self.name.clone(), start, controls)
    }

    /// This one with its books and clock as they stood at a moment.
    pub(super) fn back_to(&self, moment: Arc<Moment>) -> Self {
        let (start, controls) = (Arc::clone(&self.start), Arc::clone(&self.controls));
        Self::at(self.name.clone(), start, moment, controls)
    }

    fn at(
        name: WorldName,
        start: Arc<Moment>,
        before: Arc<Moment>,
        controls: Arc<Controls>,
    ) -> Self {
        static NUMBERS: AtomicU64 = AtomicU64::new(0);
        let number = NUMBERS.fetch_add(1, Ordering::Relaxed);
        let tenants = DashMap::with_hasher_and_shard_amount(RandomState::default(), 2);
        let register = Mutex::new(before.counter.clone());
        let (clock, last_used) = (Clock::new(before.clock), AtomicU64::new(0));
        Self { name, number, start, before, tenants, register, clock, controls, last_used }
    }

    /// Its name.
    pub fn name(&self) -> &WorldName {
        &self.name
    }

    /// A number that no other world has had, nor this one before its last reset or restore.
    pub fn number(&self) -> u64 {
        self.number
    }

    /// The world's clock.
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// What is set about the world, and what is known of its calls.
    pub fn controls(&self) -> &Arc<Controls> {
        &self.controls
    }

    /// Whose a business is in this world: the partner's UUID or Day Zero token; `None` where there
    /// is no such business or nobody can reach it.
    pub fn owner(&self, business: BusinessId) -> Option<Cow<'_, str>> {
        if let Some(known) = self.before.counter.register.get(business) {
            return known.owner.as_deref().map(Cow::Borrowed);
        }
        self.counter().register.get(business)?.owner.clone().map(Cow::Owned)
    }

    /// Everything as it stands now. A call that is under way is in it or not, business by business.
    pub(super) fn moment(&self) -> Moment {
        let touched: Vec<_> =
            self.tenants.iter().map(|it| (*it.key(), Arc::clone(it.value()))).collect();
        let mut tenants = self.before.tenants.clone();
        for (business, tenant) in touched {
            tenants.insert(business, lock(&tenant).clone());
        }
        // The register last: a business that is in it has books, if empty ones.
        let counter = self.counter().clone();
        Moment {
            fixtures: Arc::clone(&self.before.fixtures),
            tenants,
            counter,
            clock: self.clock.state(),
        }
    }

    /// What the world has of its own by now.
    pub fn holds(&self) -> Holds {
        /// What a change takes, about: a payment with its places in the indexes.
        const CHANGE_BYTES: u64 = 2048;
        let (mut businesses, mut changes) = (0, 0_u64);
        let mut count = |tenant: &Tenant| {
            let before = self.start.tenant(tenant.ledger.business().id);
            let before = before.map_or(0, |it| it.ledger.changes());
            businesses += 1;
            changes = changes.saturating_add(tenant.ledger.changes().saturating_sub(before));
        };
        let touched: Vec<_> = self.tenants.iter().map(|it| Arc::clone(it.value())).collect();
        for tenant in &touched {
            count(&lock(tenant));
        }
        let untouched = self.before.tenants.iter().filter(|(id, _)| !self.tenants.contains_key(id));
        for (_, tenant) in untouched {
            count(tenant);
        }
        // What was imported is nobody else's, either.
        let imported = self.before.records_beside(&self.start);
        let bytes = changes.saturating_add(imported).saturating_mul(CHANGE_BYTES);
        Holds { businesses, changes, bytes }
    }

    /// The businesses with open bill payments, and those that may have some.
    pub(super) fn unsettled(&self) -> Vec<BusinessId> {
        let open = |tenant: &Tenant| tenant.ledger.open_bill_payments().next().is_some();
        let all: Vec<_> = self.counter().register.iter().map(|business| business.id).collect();
        let unsettled = |business: &BusinessId| {
            self.tenants.contains_key(business)
                || self.before.tenant(*business).is_some_and(|tenant| open(&tenant))
        };
        all.into_iter().filter(unsettled).collect()
    }

    pub(super) fn counter(&self) -> MutexGuard<'_, Counter> {
        // A panic in between leaves the register as it was or with one business more.
        self.register.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The business's own copy of the books. Copying shares what was there before: it costs the
    /// same for ten payments and for ten million.
    pub(super) fn tenant(&self, business: BusinessId) -> Option<Arc<Mutex<Tenant>>> {
        if let Some(tenant) = self.tenants.get(&business) {
            return Some(Arc::clone(&tenant));
        }
        let tenant = match self.before.tenant(business) {
            Some(tenant) => tenant,
            None => Tenant::of(Ledger::new(self.counter().register.get(business)?.clone())),
        };
        let fresh = || Arc::new(Mutex::new(tenant));
        Some(Arc::clone(&self.tenants.entry(business).or_insert_with(fresh)))
    }

    pub(super) fn touch(&self, used: u64) {
        self.last_used.store(used, Ordering::Relaxed);
    }

    pub(super) fn last_used(&self) -> u64 {
        self.last_used.load(Ordering::Relaxed)
    }
}

/// The books under a lock, alone.
pub(super) fn lock(tenant: &Mutex<Tenant>) -> MutexGuard<'_, Tenant> {
    // A panic under this lock does not leave books half changed: planning only reads, and applying
    // has nothing in it that panics. So the books of a poisoned lock are whole.
    tenant.lock().unwrap_or_else(PoisonError::into_inner)
}
