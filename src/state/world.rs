//! A world: a private copy of the fixtures that is made when it is touched.

use std::borrow::Cow;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use dashmap::DashMap;

use super::{Clock, Fixtures, Replays};
use crate::domain::{BusinessId, Ledger, Register};

/// A private copy of the fixtures with a clock of its own.
pub struct World {
    fixtures: Arc<Fixtures>,
    tenants: DashMap<BusinessId, Arc<Mutex<Tenant>>>,
    register: Mutex<Counter>,
    clock: Clock,
    last_used: AtomicU64,
}

/// One business in one world: what one exclusive section works on.
#[derive(Clone)]
pub struct Tenant {
    /// Its books.
    pub ledger: Ledger,
    /// The answers it gave under idempotency keys.
    pub replays: Replays,
}

/// What is kept about no one business: what one exclusive section works on that opens one.
#[derive(Clone)]
pub struct Counter {
    /// Which businesses there are.
    pub register: Register,
    /// The answers given under idempotency keys.
    pub replays: Replays,
}

impl World {
    /// A world that has changed nothing yet and so holds nothing of its own.
    pub(super) fn new(fixtures: Arc<Fixtures>) -> Self {
        let tenants = DashMap::with_shard_amount(2);
        let (register, replays) = (fixtures.register.clone(), Replays::default());
        let register = Mutex::new(Counter { register, replays });
        let (clock, last_used) = (Clock::default(), AtomicU64::new(0));
        Self { fixtures, tenants, register, clock, last_used }
    }

    /// The world's clock.
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Whose a business is in this world: the partner's UUID or Day Zero token; `None` where there
    /// is no such business or nobody can reach it.
    pub fn owner(&self, business: BusinessId) -> Option<Cow<'_, str>> {
        if let Some(ledger) = self.fixtures.ledgers.get(&business) {
            return ledger.business().owner.as_deref().map(Cow::Borrowed);
        }
        self.counter().register.get(business)?.owner.clone().map(Cow::Owned)
    }

    pub(super) fn counter(&self) -> MutexGuard<'_, Counter> {
        // A panic in between leaves the register as it was or with one business more.
        self.register.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The business's own copy of the books. Copying shares the fixtures: it costs the same for
    /// ten payments and for ten million.
    pub(super) fn tenant(&self, business: BusinessId) -> Option<Arc<Mutex<Tenant>>> {
        if let Some(tenant) = self.tenants.get(&business) {
            return Some(Arc::clone(&tenant));
        }
        let ledger = match self.fixtures.ledgers.get(&business) {
            Some(ledger) => ledger.clone(),
            None => Ledger::new(self.counter().register.get(business)?.clone()),
        };
        let fresh = || Arc::new(Mutex::new(Tenant { ledger, replays: Replays::default() }));
        Some(Arc::clone(&self.tenants.entry(business).or_insert_with(fresh)))
    }

    pub(super) fn touch(&self, used: u64) {
        self.last_used.store(used, Ordering::Relaxed);
    }

    pub(super) fn last_used(&self) -> u64 {
        self.last_used.load(Ordering::Relaxed)
    }
}
