//! Worlds that had to go, by their names.

use std::collections::{HashMap, VecDeque};

use super::WorldName;

/// The names of worlds that had to go, so that it can be said when one comes back. Bounded: the
/// oldest names are forgotten first.
#[derive(Default)]
pub(super) struct Evicted {
    /// Which eviction, counted from 0, was each name's last.
    names: HashMap<WorldName, u64>,
    order: VecDeque<(u64, WorldName)>,
    count: u64,
}

impl Evicted {
    /// That a world of this name has gone, of as many as there may be.
    pub(super) fn remember(&mut self, name: WorldName, worlds: usize) {
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

    /// Forgets the name; whether it was there.
    pub(super) fn forget(&mut self, name: &WorldName) -> bool {
        self.names.remove(name).is_some()
    }

    /// Whether a world of this name has gone, and did not come back.
    pub(super) fn holds(&self, name: &WorldName) -> bool {
        self.names.contains_key(name)
    }
}
