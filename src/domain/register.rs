//! Which businesses there are, and whose: what is kept about no one business's books.

use std::sync::Arc;

use imbl::OrdMap;
use uuid::Uuid;

use super::shelf::Shelf;
use super::{Business, BusinessId, Ids};

/// The businesses of every owner. A clone costs nothing.
#[derive(Debug, Clone, Default)]
pub struct Register {
    businesses: Shelf<Business>,
    by_external_id: OrdMap<(String, String), BusinessId>,
    changes: u64,
}

impl Register {
    /// A business.
    pub fn get(&self, id: BusinessId) -> Option<&Business> {
        self.businesses.get(&id)
    }

    /// The businesses of an owner, the newest first.
    pub fn of<'a>(&'a self, owner: &'a str) -> impl Iterator<Item = Arc<Business>> + 'a {
        let all = self.businesses.by_age(super::Order::Descending);
        all.filter(move |business| business.owner.as_deref() == Some(owner))
    }

    /// An owner's business under the owner's own id.
    pub fn by_external_id(&self, owner: &str, external_id: &str) -> Option<&Business> {
        self.get(*self.by_external_id.get(&(owner.to_owned(), external_id.to_owned()))?)
    }

    /// Keeps a business. The same business again changes nothing.
    pub fn enter(&mut self, business: Business) {
        if let Some(owner) = business.owner.clone().filter(|_| !business.external_id.is_empty()) {
            self.by_external_id.insert((owner, business.external_id.clone()), business.id);
        }
        self.businesses.put(business);
        self.changes += 1;
    }

    /// The ids for the next business of an owner.
    pub fn ids(&self, seed: u64, owner: &str) -> Ids {
        let of_owner = BusinessId(Uuid::new_v5(&Uuid::NAMESPACE_OID, owner.as_bytes()));
        Ids::new(seed, of_owner, self.changes)
    }
}
