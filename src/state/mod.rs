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

use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Utc};
use dashmap::DashMap;

pub use clock::Clock;
pub use directory::{Directory, Standing, WorldName};
pub use fixtures::{FixtureError, Fixtures};
pub use replays::{Recall, Replay, ReplayKey, Replays};
pub use tokens::{BadToken, Claims, DEVELOPMENT_SECRET, Lifetime, Signed, Tokens};
pub use world::{Counter, Tenant, World};

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
        // Worlds are made and given up one at a time; to use one that is there takes no turn.
        let mut evicted = self.evicted();
        if let Some(world) = self.worlds.get(name) {
            world.touch(used);
            return Opened { world: Arc::clone(&world), recreated: false };
        }
        let world = Arc::new(World::new(Arc::clone(&self.fixtures)));
        world.touch(used);
        self.worlds.insert(name.clone(), Arc::clone(&world));
        let recreated = evicted.forget(name);
        if recreated {
            tracing::warn!(world = %name, "world recreated: it had gone as the least recently used");
        }
        while self.worlds.len() > self.limits.worlds && self.evict(name, &mut evicted) {}
        Opened { world, recreated }
    }

    /// What time it is in the world of this name, which is not made for it.
    pub fn now(&self, name: &WorldName) -> DateTime<Utc> {
        self.worlds.get(name).map_or_else(|| Clock::default().now(), |world| world.clock().now())
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
        // A panic under this lock does not leave books half changed: planning only reads, and
        // applying has nothing in it that panics. So the books of a poisoned lock are whole.
        let mut tenant = tenant.lock().unwrap_or_else(PoisonError::into_inner);
        Some(work(&mut tenant))
    }

    /// Runs `work` on what a world keeps about no one business, alone. The closure must not wait.
    pub fn with_register<T>(&self, world: &World, work: impl FnOnce(&mut Counter) -> T) -> T {
        work(&mut world.counter())
    }

    /// Gives a world its starting books back, whatever their size, in one step. Calls that are
    /// under way end on the books they began with.
    pub fn reset(&self, name: &WorldName) {
        // A world that had gone is as new as one that was reset: there is nothing left to say.
        self.evicted().forget(name);
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

    /// Gives up the world that was not used for longest, but for the newest. False where there is
    /// no other.
    fn evict(&self, newest: &WorldName, evicted: &mut Evicted) -> bool {
        let others = self.worlds.iter().filter(|entry| entry.key() != newest);
        let ages = others.map(|entry| (entry.value().last_used(), entry.key().clone()));
        let Some((age, name)) = ages.min() else { return false };
        // Whoever has used it meanwhile keeps it; then another one is looked for.
        if self.worlds.remove_if(&name, |_, world| world.last_used() == age).is_some() {
            tracing::warn!(world = %name, limit = self.limits.worlds, "world evicted: least recently used");
            evicted.remember(name, self.limits.worlds);
        }
        true
    }

    fn evicted(&self) -> std::sync::MutexGuard<'_, Evicted> {
        self.evicted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The names of worlds that had to go, so that it can be said when one comes back. Bounded: the
/// oldest names are forgotten first.
#[derive(Default)]
struct Evicted {
    /// Which eviction, counted from 0, was each name's last.
    names: HashMap<WorldName, u64>,
    order: VecDeque<(u64, WorldName)>,
    count: u64,
}

impl Evicted {
    fn remember(&mut self, name: WorldName, worlds: usize) {
        self.names.insert(name.clone(), self.count);
        self.order.push_back((self.count, name));
        self.count += 1;
        while self.order.len() > worlds.saturating_mul(16).max(1024) {
            // A name that came back and went again stands further behind once more.
            if let Some((count, name)) = self.order.pop_front()
                && self.names.get(&name) == Some(&count)
            {
                self.names.remove(&name);
            }
        }
    }

    fn forget(&mut self, name: &WorldName) -> bool {
        self.names.remove(name).is_some()
    }
}

#[cfg(test)]
mod tests;
