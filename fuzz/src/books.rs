//! What a world holds, to be compared: a call that is refused leaves all of it as it was.

use chrono::{DateTime, Utc};
use sandbook::domain::BusinessId;
use sandbook::state::faults::Counted;
use sandbook::state::{ClockState, Counter, Store, Tenant, Transitions, World, WorldName};

/// Everything that a call may change.
#[derive(Debug, Clone, PartialEq)]
pub struct Books {
    tenants: Vec<Tenant>,
    counter: Counter,
    clock: ClockState,
    faults: Vec<Counted>,
    snapshots: Vec<(String, DateTime<Utc>)>,
    transitions: Transitions,
    worlds: Vec<WorldName>,
}

impl Books {
    /// What a world holds now.
    pub fn of(store: &Store, world: &World) -> Self {
        let counter = store.with_register(world, |counter| counter.clone());
        let businesses: Vec<BusinessId> = counter.register.iter().map(|it| it.id).collect();
        let tenant = |id| store.with(world, id, |tenant| tenant.clone());
        let controls = world.controls();
        let mut worlds: Vec<_> = store.list().iter().map(|world| world.name().clone()).collect();
        worlds.sort();
        Self {
            tenants: businesses.into_iter().filter_map(tenant).collect(),
            counter,
            clock: world.clock().state(),
            faults: controls.faults.list(),
            snapshots: controls.list().into_iter().map(|(name, it)| (name, it.at)).collect(),
            transitions: controls.transitions.get(),
            worlds,
        }
    }

    /// What differs from other books, in a word; `None` where nothing does. Which worlds there are
    /// counts where `worlds` says so: whoever is known may make one by calling.
    pub fn difference(&self, other: &Self, worlds: bool) -> Option<String> {
        let tenants = self.tenants.iter().zip(&other.tenants);
        let books = tenants
            .filter(|(one, two)| one != two)
            .map(|(one, _)| format!("the books of {}", one.ledger.business().id));
        let parts = [
            ("the number of books", self.tenants.len() == other.tenants.len()),
            ("the register", self.counter == other.counter),
            ("the clock", self.clock == other.clock),
            ("the faults", self.faults == other.faults),
            ("the snapshots", self.snapshots == other.snapshots),
            ("the transitions", self.transitions == other.transitions),
            ("the worlds", !worlds || self.worlds == other.worlds),
        ];
        let parts = parts.iter().filter(|(_, same)| !same).map(|(name, _)| (*name).to_owned());
        let found: Vec<_> = books.chain(parts).collect();
        if found.is_empty() { None } else { Some(found.join(", ")) }
    }

    /// That every business's books add up.
    ///
    /// # Errors
    /// What does not hold, in words.
    pub fn audit(&self) -> Result<(), String> {
        self.tenants.iter().try_for_each(|tenant| {
            let business = tenant.ledger.business().id;
            tenant.ledger.audit().map_err(|discord| format!("books of {business}: {discord}"))
        })
    }
}
