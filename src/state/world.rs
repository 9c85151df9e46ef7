//! A world: a private copy of the fixtures that is made when it is touched.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use dashmap::DashMap;

use super::{Clock, Fixtures, Replays};
use crate::domain::{BusinessId, Ledger};

/// A private copy of the fixtures with a clock of its own.
pub struct World {
    fixtures: Arc<Fixtures>,
    tenants: DashMap<BusinessId, Arc<Mutex<Tenant>>>,
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

impl World {
    /// A world that has changed nothing yet and so holds nothing of its own.
    pub(super) fn new(fixtures: Arc<Fixtures>) -> Self {
        let tenants = DashMap::with_shard_amount(2);
        Self { fixtures, tenants, clock: Clock::default(), last_used: AtomicU64::new(0) }
    }

    /// The world's clock.
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Whose a business is in this world: the partner's UUID or Day Zero token; `None` where there
    /// is no such business or nobody can reach it.
    pub fn owner(&self, business: BusinessId) -> Option<&str> {
        self.fixtures.ledgers.get(&business)?.business().owner.as_deref()
    }

    /// The business's own copy of the books. Copying shares the fixtures: it costs the same for
    /// ten payments and for ten million.
    pub(super) fn tenant(&self, business: BusinessId) -> Option<Arc<Mutex<Tenant>>> {
        if let Some(tenant) = self.tenants.get(&business) {
            return Some(Arc::clone(&tenant));
        }
        let ledger = self.fixtures.ledgers.get(&business)?;
        let fresh = || {
            let ledger = ledger.clone();
            Arc::new(Mutex::new(Tenant { ledger, replays: Replays::default() }))
        };
        Some(Arc::clone(&self.tenants.entry(business).or_insert_with(fresh)))
    }

    pub(super) fn touch(&self, used: u64) {
        self.last_used.store(used, Ordering::Relaxed);
    }

    pub(super) fn last_used(&self) -> u64 {
        self.last_used.load(Ordering::Relaxed)
    }
}
