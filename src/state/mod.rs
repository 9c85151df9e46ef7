//! Floor 1: who owns what, and when.
//!
//! [`Store::with`] is the only door to the books: it runs one synchronous closure while one
//! business of one world is held, and hands out no guard. Here live worlds, idempotency, the
//! clock, the tokens' keys and the fixtures. No rules of bookkeeping, no HTTP.

mod answers;
mod clock;
mod controls;
pub mod coverage;
mod directory;
mod evicted;
pub mod faults;
mod fixtures;
pub mod journal;
mod limit;
mod limits;
pub mod magic;
mod metrics;
mod replays;
mod tokens;
mod transitions;
mod world;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Utc};
use dashmap::DashMap;
use dashmap::mapref::entry::Entry;
use foldhash::fast::RandomState;

pub use answers::{Answers, Question};
pub use clock::{Clock, ClockState, OutOfRange};
pub use controls::{Controls, Snapshot, TooManySnapshots};
pub use directory::{Directory, Standing, WorldName};
pub use fixtures::{FixtureError, Fixtures};
pub use limit::{Limiter, RateLimit};
pub use limits::Limits;
pub use metrics::Metrics;
pub use replays::{Recall, Replay, ReplayKey, Replays};
pub use tokens::{BadToken, Claims, DEVELOPMENT_SECRET, Lifetime, Signed, Tokens};
pub use transitions::{Ends, Reads, TransitionSetting, Transitions};
pub use world::{Counter, Holds, Moment, Tenant, World};

use self::coverage::{OverallCoverage, Report, Universe};
use self::evicted::Evicted;
use self::journal::{Call, JournalBudget};
use crate::contract::Survey;
use crate::domain::BusinessId;

/// Every world's books.
pub struct Store {
    fixtures: Arc<Fixtures>,
    start: Arc<Moment>,
    worlds: DashMap<WorldName, Arc<World>, RandomState>,
    limits: Limits,
    uses: AtomicU64,
    evicted: Mutex<Evicted>,
    budget: Arc<JournalBudget>,
    universe: Universe,
    exercised: OverallCoverage,
    metrics: Metrics,
    answers: Answers,
}

/// A world, and whether it had been given up and is now begun anew.
pub struct Opened {
    /// The world.
    pub world: Arc<World>,
    /// True for the one call that finds its world gone and makes it again.
    pub recreated: bool,
}

impl Store {
    /// A store whose every world starts with these books, and which counts what is exercised of
    /// everything that there is.
    pub fn new(fixtures: Fixtures, limits: Limits, universe: Universe) -> Self {
        let fixtures = Arc::new(fixtures);
        Self {
            start: Arc::new(Moment::of(Arc::clone(&fixtures))),
            fixtures,
            worlds: DashMap::default(),
            limits,
            uses: AtomicU64::new(0),
            evicted: Mutex::default(),
            budget: Arc::new(JournalBudget::new(limits.journal_bytes)),
            exercised: OverallCoverage::new(&universe),
            universe,
            metrics: Metrics::default(),
            answers: Answers::default(),
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
        if let Some(world) = self.get(name) {
            return Opened { world, recreated: false };
        }
        // Worlds are made and given up one at a time; to use one that is there takes no turn.
        let mut evicted = self.evicted();
        if let Some(world) = self.get(name) {
            return Opened { world, recreated: false };
        }
        let world = self.fresh(name, Arc::clone(&self.start));
        self.worlds.insert(name.clone(), Arc::clone(&world));
        let recreated = evicted.forget(name);
        if recreated {
            self.metrics.recreated.inc();
            tracing::warn!(world = %name, "world recreated: it had gone as the least recently used");
        }
        self.make_room(name, &mut evicted);
        Opened { world, recreated }
    }

    /// Whether the world of this name is still this one: it has not been reset, restored or given up
    /// since.
    pub fn is_current(&self, world: &World) -> bool {
        self.worlds.get(world.name()).is_some_and(|now| std::ptr::eq(Arc::as_ptr(&now), world))
    }

    /// The world of this name, where there is one. That counts as a use.
    pub fn get(&self, name: &WorldName) -> Option<Arc<World>> {
        let world = self.worlds.get(name)?;
        world.touch(self.uses.fetch_add(1, Ordering::Relaxed));
        Some(Arc::clone(&world))
    }

    /// Whether credentials may open the world of this name: it is there, or is made at its use.
    pub fn admits(&self, name: &WorldName) -> bool {
        name.is_default() || self.directory().auto_worlds() || self.worlds.contains_key(name)
    }

    /// Makes a world that begins so; `None` where there is one of this name.
    pub fn create(&self, name: &WorldName, start: Arc<Moment>) -> Option<Arc<World>> {
        let mut evicted = self.evicted();
        let world = match self.worlds.entry(name.clone()) {
            Entry::Occupied(_) => return None,
            Entry::Vacant(place) => Arc::clone(&place.insert(self.fresh(name, start))),
        };
        // Whoever makes a world knows that it is new.
        evicted.forget(name);
        self.make_room(name, &mut evicted);
        Some(world)
    }

    /// Gives a world up; false where there is none of this name. Calls that are under way end on
    /// the books they began with.
    pub fn delete(&self, name: &WorldName) -> bool {
        self.evicted().forget(name);
        let gone = self.worlds.remove(name);
        gone.map(|(_, world)| dispose(world)).is_some()
    }

    /// What time it is in the world of this name, which is not made for it.
    pub fn now(&self, name: &WorldName) -> DateTime<Utc> {
        self.worlds.get(name).map_or_else(|| Clock::default().now(), |world| world.clock().now())
    }

    /// Runs `work` on one business's books in one world, alone; `None` where the world has no such
    /// business. The closure must not wait: it holds the business. What is due on the world's
    /// clock has happened before.
    pub fn with<T>(
        &self,
        world: &World,
        business: BusinessId,
        work: impl FnOnce(&mut Tenant) -> T,
    ) -> Option<T> {
        let tenant = world.tenant(business)?;
        let mut tenant = world::lock(&tenant);
        settle(world, &mut tenant);
        Some(work(&mut tenant))
    }

    /// Runs `work` on what a world keeps about no one business, alone. The closure must not wait.
    pub fn with_register<T>(&self, world: &World, work: impl FnOnce(&mut Counter) -> T) -> T {
        work(&mut world.counter())
    }

    /// Gives a world its beginning back, whatever its size, in one step. Calls that are under way
    /// end on the books they began with.
    pub fn reset(&self, name: &WorldName) {
        if let Some(mut world) = self.worlds.get_mut(name) {
            let forgotten = world.controls().empty();
            let old = self.put(&mut world, World::begun_again);
            drop(world);
            drop(forgotten);
            dispose(old);
        }
    }

    /// Makes a world's books and clock what they were at a moment; false where there is no such
    /// world.
    pub fn restore(&self, name: &WorldName, moment: Arc<Moment>) -> bool {
        let Some(mut world) = self.worlds.get_mut(name) else { return false };
        let old = self.put(&mut world, |world| world.back_to(moment));
        drop(world);
        dispose(old);
        true
    }

    /// The world as it stands now.
    pub fn moment(&self, world: &World) -> Moment {
        settle_all(world);
        world.moment()
    }

    /// Moves a world's clock; answers how many open payments have ended by it.
    ///
    /// # Errors
    /// [`OutOfRange`].
    pub fn set_clock(
        &self,
        world: &World,
        set: impl FnOnce(&Clock) -> Result<(), OutOfRange>,
    ) -> Result<usize, OutOfRange> {
        set(world.clock())?;
        Ok(settle_all(world))
    }

    /// Says what becomes of bill payments from now on. How often they were read counts anew.
    pub fn set_transitions(&self, world: &World, transitions: Transitions) {
        world.controls().transitions.put(transitions);
        for business in world.unsettled() {
            if let Some(tenant) = world.tenant(business) {
                world::lock(&tenant).reads.clear();
            }
        }
    }

    /// The world of this name, made where there is room for it and nobody has to be told that it
    /// begins anew.
    pub fn open_aside(&self, name: &WorldName) -> Option<Arc<World>> {
        let room = || self.worlds.len() < self.limits.worlds && !self.evicted().holds(name);
        self.get(name).or_else(|| room().then(|| self.open(name).world))
    }

    /// Whether calls are kept at all.
    pub fn keeps_journals(&self) -> bool {
        self.limits.journal_entries > 0
    }

    /// Enters a call into the journal of a world. Where the journals together hold too much by
    /// then, each gives up what goes beyond its share.
    pub fn note(&self, world: &World, call: Call) {
        if world.controls().journal.push(call) {
            let share = self.budget.share(self.worlds.len());
            self.list().iter().for_each(|world| world.controls().journal.trim_to(share));
        }
    }

    /// Counts what a call of an operation, which goes by its number in the universe, has exercised,
    /// also where it opened no world.
    pub fn exercise(&self, world: Option<&World>, operation: usize, status: u16, survey: &Survey) {
        if let Some(world) = world {
            world.controls().coverage.record(&self.universe, operation, status, survey);
        }
        self.exercised.record(&self.universe, operation, status, survey);
    }

    /// Everything that there is to exercise.
    pub fn universe(&self) -> &Universe {
        &self.universe
    }

    /// What the calls of all worlds have exercised since the start, those that are gone included.
    pub fn coverage(&self) -> Report {
        self.exercised.report(&self.universe)
    }

    /// Begins to count anew, in every world and over them.
    pub fn clear_coverage(&self) {
        self.exercised.clear();
        self.list().iter().for_each(|world| world.controls().coverage.clear());
    }

    /// Answers to reads that may be given again.
    pub fn answers(&self) -> &Answers {
        &self.answers
    }

    /// Figures about the server.
    pub fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    /// The figures as Prometheus reads them.
    pub fn metrics_text(&self) -> String {
        self.metrics.text(self.worlds(), self.journal_bytes())
    }

    /// How many bytes all journals hold.
    pub fn journal_bytes(&self) -> usize {
        self.budget.taken()
    }

    /// Every world, the least recently used first.
    pub fn list(&self) -> Vec<Arc<World>> {
        let mut worlds: Vec<_> = self.worlds.iter().map(|it| Arc::clone(it.value())).collect();
        worlds.sort_by_key(|world| world.last_used());
        worlds
    }

    /// What the worlds begin with unless they are told otherwise.
    pub fn start(&self) -> &Arc<Moment> {
        &self.start
    }

    /// What the store may hold.
    pub fn limits(&self) -> Limits {
        self.limits
    }

    /// How many worlds there are now.
    pub fn worlds(&self) -> usize {
        self.worlds.len()
    }

    fn fresh(&self, name: &WorldName, start: Arc<Moment>) -> Arc<World> {
        let controls = Arc::new(Controls::new(&self.limits, &self.budget));
        let world = World::new(name.clone(), start, controls);
        world.touch(self.uses.fetch_add(1, Ordering::Relaxed));
        Arc::new(world)
    }

    fn put(&self, world: &mut Arc<World>, next: impl FnOnce(&World) -> World) -> Arc<World> {
        let next = next(world);
        next.touch(self.uses.fetch_add(1, Ordering::Relaxed));
        std::mem::replace(world, Arc::new(next))
    }

    fn make_room(&self, newest: &WorldName, evicted: &mut Evicted) {
        while self.worlds.len() > self.limits.worlds && self.evict(newest, evicted) {}
    }

    /// Gives up the world that was not used for longest, but for the newest. False where there is
    /// no other.
    fn evict(&self, newest: &WorldName, evicted: &mut Evicted) -> bool {
        let others = self.worlds.iter().filter(|entry| entry.key() != newest);
        let ages = others.map(|entry| (entry.value().last_used(), entry.key().clone()));
        let Some((age, name)) = ages.min() else { return false };
        // Whoever has used it meanwhile keeps it; then another one is looked for.
        let gone = self.worlds.remove_if(&name, |_, world| world.last_used() == age);
        if let Some((_, world)) = gone {
            dispose(world);
            self.metrics.evicted.inc();
            tracing::debug!(world = %name, limit = self.limits.worlds, "world evicted: least recently used");
            evicted.remember(name, self.limits.worlds);
        }
        true
    }

    fn evicted(&self) -> std::sync::MutexGuard<'_, Evicted> {
        self.evicted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Lets go of a world. What it had changed is given back to the system, which takes as long as it
/// was large: so not while anybody waits for it.
fn dispose(world: Arc<World>) {
    const LARGE: u64 = 10_000;
    if world.holds().changes > LARGE {
        // Where no thread is to be had it is given back here.
        let _thread = std::thread::Builder::new().spawn(move || drop(world));
    }
}

/// Ends the open payments of every business that are due; answers how many.
fn settle_all(world: &World) -> usize {
    if world.controls().transitions.get().ends == Ends::Manual {
        return 0;
    }
    let tenants = world.unsettled().into_iter().filter_map(|business| world.tenant(business));
    tenants.map(|tenant| settle(world, &mut world::lock(&tenant))).sum()
}

/// Ends the open payments that are due; answers how many.
fn settle(world: &World, tenant: &mut Tenant) -> usize {
    let transitions = world.controls().transitions.get();
    // Most worlds leave it to the calls, and every call comes by here: they need no time for it.
    if transitions.ends == Ends::Manual {
        return 0;
    }
    let Tenant { ledger, reads, .. } = tenant;
    transitions.settle(ledger, reads, world.clock().now())
}

#[cfg(test)]
mod tests;
