//! Floor 1: who owns what, and when.
//!
//! [`Store::with`] is the only door to the books: it runs one synchronous closure while one
//! business of one world is held, and hands out no guard. Here live worlds, idempotency, the
//! clock, the tokens' keys and the fixtures. No rules of bookkeeping, no HTTP.

mod clock;
mod directory;
mod fixtures;
mod replays;
mod tokens;
mod world;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use dashmap::DashMap;

pub use clock::Clock;
pub use directory::{Directory, Standing, WorldName};
pub use fixtures::{FixtureError, Fixtures};
pub use replays::{Recall, Replay, ReplayKey, Replays};
pub use tokens::{BadToken, Claims, DEVELOPMENT_SECRET, Lifetime, Signed, Tokens};
pub use world::{Tenant, World};

use crate::domain::BusinessId;

/// Every world's books.
pub struct Store {
    fixtures: Arc<Fixtures>,
    worlds: DashMap<WorldName, Arc<World>>,
    limits: Limits,
    uses: AtomicU64,
    evicted: Mutex<Evicted>,
}

/// What the store may hold, and how it makes ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// How many worlds are kept; beyond it the least recently used goes (BEHAVIOUR 8).
    pub worlds: usize,
    /// What ids are made from, together with the business and the number of the change.
    pub seed: u64,
}

/// A world, and whether it had been given up and is now begun anew.
pub struct Opened {
    /// The world.
    pub world: Arc<World>,
    /// True for the one call that finds its world gone and makes it again.
    pub recreated: bool,
}

impl Store {
    /// A store whose every world starts with these books.
    pub fn new(fixtures: Fixtures, limits: Limits) -> Self {
        Self {
            fixtures: Arc::new(fixtures),
            worlds: DashMap::new(),
            limits,
            uses: AtomicU64::new(0),
            evicted: Mutex::default(),
        }
    }

    /// Who the credentials stand for.
    pub fn directory(&self) -> &Directory {
        &self.fixtures.directory
    }

    /// What new ids are made from.
    pub fn seed(&self) -> u64 {
        self.limits.seed
    }

    /// The world of this name, made at its first use.
    pub fn open(&self, name: &WorldName) -> Opened {
        let used = self.uses.fetch_add(1, Ordering::Relaxed);
        if let Some(world) = self.worlds.get(name) {
            world.touch(used);
            return Opened { world: Arc::clone(&world), recreated: false };
        }
        let mut made = false;
        let world = Arc::clone(&self.worlds.entry(name.clone()).or_insert_with(|| {
            made = true;
            Arc::new(World::new(Arc::clone(&self.fixtures)))
        }));
        world.touch(used);
        let recreated = made && self.evicted().forget(name);
        if recreated {
            tracing::warn!(world = %name, "world recreated: it had gone as the least recently used");
        }
        if made && self.worlds.len() > self.limits.worlds {
            self.evict_least_recent(name);
        }
        Opened { world, recreated }
    }

    /// Runs `work` on one business's books in one world, alone; `None` where the world has no such
    /// business. The closure must not wait: it holds the business.
    pub fn with<T>(
        &self,
        world: &World,
        business: BusinessId,
        work: impl FnOnce(&mut Tenant) -> T,
    ) -> Option<T> {
        let tenant = world.tenant(business)?;
        // A panic under this lock cannot leave books half changed: planning only reads, and
        // applying cannot fail. So the books of a poisoned lock are whole.
        let mut tenant = tenant.lock().unwrap_or_else(PoisonError::into_inner);
        Some(work(&mut tenant))
    }

    /// Gives a world its starting books back, whatever their size, in one step. Calls that are
    /// under way end on the books they began with.
    pub fn reset(&self, name: &WorldName) {
        let used = self.uses.fetch_add(1, Ordering::Relaxed);
        if let Some(mut world) = self.worlds.get_mut(name) {
            let fresh = World::new(Arc::clone(&self.fixtures));
            fresh.touch(used);
            *world = Arc::new(fresh);
        }
    }

    /// How many worlds there are now.
    pub fn worlds(&self) -> usize {
        self.worlds.len()
    }

    fn evict_least_recent(&self, newest: &WorldName) {
        let oldest = self
            .worlds
            .iter()
            .filter(|entry| entry.key() != newest)
            .min_by_key(|entry| entry.value().last_used())
            .map(|entry| entry.key().clone());
        if let Some(name) = oldest
            && self.worlds.remove(&name).is_some()
        {
            tracing::warn!(world = %name, limit = self.limits.worlds, "world evicted: least recently used");
            self.evicted().remember(name, self.limits.worlds);
        }
    }

    fn evicted(&self) -> std::sync::MutexGuard<'_, Evicted> {
        self.evicted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The names of worlds that had to go, so that it can be said when one comes back. Bounded: the
/// oldest names are forgotten first.
#[derive(Default)]
struct Evicted {
    names: std::collections::HashSet<WorldName>,
    order: std::collections::VecDeque<WorldName>,
}

impl Evicted {
    fn remember(&mut self, name: WorldName, worlds: usize) {
        if self.names.insert(name.clone()) {
            self.order.push_back(name);
        }
        while self.order.len() > worlds.saturating_mul(16).max(1024) {
            if let Some(oldest) = self.order.pop_front() {
                self.names.remove(&oldest);
            }
        }
    }

    fn forget(&mut self, name: &WorldName) -> bool {
        let known = self.names.remove(name);
        if known {
            self.order.retain(|other| other != name);
        }
        known
    }
}

#[cfg(test)]
mod tests;
