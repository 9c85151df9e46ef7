//! Which businesses there are, and whose: what is kept about no one business's books.

use std::sync::Arc;

use imbl::OrdSet;
use uuid::Uuid;

use super::shelf::{Age, Shelf};
use super::{Business, BusinessId, Ids};

/// The businesses of every owner. A clone costs nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Register {
    businesses: Shelf<Business>,
    // By owner, by the owner's own id, by age.
    by_external_id: OrdSet<(String, String, Age<BusinessId>)>,
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

    /// Every business, by id.
    pub fn iter(&self) -> impl Iterator<Item = &Business> {
        self.businesses.iter()
    }

    /// An owner's oldest business under the owner's own id.
    pub fn by_external_id(&self, owner: &str, external_id: &str) -> Option<&Business> {
        let from = (owner.to_owned(), external_id.to_owned(), None);
        let (owner, external_id, business) = self.by_external_id.get_next(&from)?;
        let same = *owner == from.0 && *external_id == from.1;
        let (_, id) = business.filter(|_| same)?;
        self.get(id)
    }

    /// Keeps a business. The same business again changes nothing.
    pub fn enter(&mut self, business: Business) {
        if let Some(owner) = business.owner.clone().filter(|_| !business.external_id.is_empty()) {
            let age = Some((business.created_at, business.id));
            self.by_external_id.insert((owner, business.external_id.clone(), age));
        }
        self.businesses.put(&Arc::new(business));
        self.changes += 1;
    }

    /// How many changes there were, which ids are made from.
    pub fn changes(&self) -> u64 {
        self.changes
    }

    /// The same businesses after so many changes.
    #[must_use]
    pub fn after_changes(self, changes: u64) -> Self {
        Self { changes, ..self }
    }

    /// The ids for the next business of an owner.
    pub fn ids(&self, seed: u64, owner: &str) -> Ids {
        let of_owner = BusinessId(Uuid::new_v5(&Uuid::NAMESPACE_OID, owner.as_bytes()));
        Ids::new(seed, of_owner, self.changes)
    }
}
