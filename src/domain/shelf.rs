//! Records of one kind, by id, by the integrator's own id and by age: what every list and look-up
//! reads. The maps are persistent, so a clone costs nothing.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use imbl::{OrdMap, OrdSet};

use super::Error;

/// Something the books keep under an id.
pub trait Record {
    /// What it is known by.
    type Id: Clone + Ord;

    /// Its id.
    fn id(&self) -> Self::Id;

    /// When it was recorded, UTC.
    fn created_at(&self) -> DateTime<Utc>;

    /// The integrator's own id, by which a repeated call is recognised; empty for none.
    #[expect(clippy::unnecessary_literal_bound, reason = "others answer a part of themselves")]
    fn external_id(&self) -> &str {
        ""
    }
}

/// The records of one kind. Its orders follow from its records alone, whatever they went through
/// to get there: so books that are read back from their records are the same books.
#[derive(Debug, PartialEq, Eq)]
pub struct Shelf<T: Record> {
    records: OrdMap<T::Id, Arc<T>>,
    by_age: OrdSet<(DateTime<Utc>, T::Id)>,
    // By age among those that share one.
    by_external_id: OrdSet<(String, Age<T::Id>)>,
}

/// A place in an order by age, ties by id. `None` is no record's: it comes before them all.
pub(super) type Age<Id> = Option<(DateTime<Utc>, Id)>;

/// Which end of a list comes first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Order {
    /// The smallest or oldest first.
    Ascending,
    /// The largest or newest first.
    #[default]
    Descending,
}

/// Records one after the other.
pub type Walk<'a, T> = Box<dyn Iterator<Item = Arc<T>> + 'a>;

impl Order {
    /// The other way round.
    #[must_use]
    pub fn reversed(self) -> Self {
        match self {
            Self::Ascending => Self::Descending,
            Self::Descending => Self::Ascending,
        }
    }
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// What is on the page.
    pub items: Vec<Arc<T>>,
    /// How many the filter lets through, on all pages.
    pub total: usize,
}

impl<T: Record> Shelf<T> {
    /// A record.
    pub fn get(&self, id: &T::Id) -> Option<&T> {
        self.records.get(id).map(AsRef::as_ref)
    }

    /// A record, shared.
    pub fn shared(&self, id: &T::Id) -> Option<Arc<T>> {
        self.records.get(id).cloned()
    }

    /// The oldest record under the integrator's own id.
    pub fn by_external_id(&self, external_id: &str) -> Option<&T> {
        let from = (external_id.to_owned(), None);
        let (found, record) = self.by_external_id.get_next(&from)?;
        let (_, id) = record.as_ref().filter(|_| *found == from.0)?;
        self.get(id)
    }

    /// That no record but this one has an id of the integrator's own.
    ///
    /// # Errors
    /// [`Error::DuplicateExternalId`].
    pub(super) fn owns(&self, id: &T::Id, external_id: &str) -> Result<(), Error> {
        match self.by_external_id(external_id) {
            Some(other) if other.id() != *id => {
                Err(Error::DuplicateExternalId { external_id: external_id.to_owned() })
            }
            Some(_) | None => Ok(()),
        }
    }

    /// Every record, by id.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.records.values().map(AsRef::as_ref)
    }

    /// Every record, by id, shared.
    pub(super) fn all(&self) -> Vec<Arc<T>> {
        self.records.values().cloned().collect()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.records.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// Every record by age, ties by id.
    pub fn by_age(&self, order: Order) -> Walk<'_, T> {
        self.in_order(self.by_age.iter(), order)
    }

    /// Every record by age from one of them on, it among them; `None` where there is no such record.
    pub fn by_age_from(&self, id: &T::Id, order: Order) -> Option<Walk<'_, T>> {
        let start = (self.get(id)?.created_at(), id.clone());
        Some(match order {
            Order::Ascending => self.in_order(self.by_age.range(start..), order),
            Order::Descending => self.in_order(self.by_age.range(..=start), order),
        })
    }

    /// The records that the keys of an index name, in its order or the other way round.
    pub(super) fn in_order<'a, K: 'a>(
        &'a self,
        keys: impl DoubleEndedIterator<Item = &'a (K, T::Id)> + 'a,
        order: Order,
    ) -> Walk<'a, T> {
        let (ids, records) = (keys.map(|(_, id)| id), &self.records);
        match order {
            Order::Ascending => Box::new(Named { ids, records }),
            Order::Descending => Box::new(Named { ids: ids.rev(), records }),
        }
    }

    /// Keeps a record, in the place of the one that had its id.
    pub(super) fn put(&mut self, record: &Arc<T>) -> Option<Arc<T>> {
        let old = self.records.insert(record.id(), Arc::clone(record));
        if let Some(old) = &old {
            self.forget(old);
        }
        if !record.external_id().is_empty() {
            self.by_external_id.insert(by_external_id(&**record));
        }
        self.by_age.insert((record.created_at(), record.id()));
        old
    }

    /// Gives a record up.
    pub(super) fn remove(&mut self, id: &T::Id) -> Option<Arc<T>> {
        let old = self.records.remove(id)?;
        self.forget(&old);
        Some(old)
    }

    fn forget(&mut self, old: &T) {
        self.by_age.remove(&(old.created_at(), old.id()));
        self.by_external_id.remove(&by_external_id(old));
    }
}

/// The records of these ids, each of which has one. What is skipped is not looked up: a page far down
/// a long list costs little more than the first.
struct Named<'a, T: Record, Ids> {
    ids: Ids,
    records: &'a OrdMap<T::Id, Arc<T>>,
}

impl<'a, T: Record, Ids: Iterator<Item = &'a T::Id>> Iterator for Named<'a, T, Ids> {
    type Item = Arc<T>;

    fn next(&mut self) -> Option<Arc<T>> {
        self.nth(0)
    }

    fn nth(&mut self, skipped: usize) -> Option<Arc<T>> {
        self.records.get(self.ids.nth(skipped)?).cloned()
    }
}

fn by_external_id<T: Record>(record: &T) -> (String, Age<T::Id>) {
    (record.external_id().to_owned(), Some((record.created_at(), record.id())))
}

impl<T> Page<T> {
    /// The page of a list of `total` that starts after `skip` records and holds at most `take`.
    pub fn cut(all: impl Iterator<Item = Arc<T>>, total: usize, skip: usize, take: usize) -> Self {
        Self { items: all.skip(skip).take(take).collect(), total }
    }

    /// The same of what a filter lets through, which has to be counted.
    pub fn counted(matching: impl Iterator<Item = Arc<T>>, skip: usize, take: usize) -> Self {
        let mut page = Self { items: Vec::new(), total: 0 };
        for item in matching {
            if page.total >= skip && page.items.len() < take {
                page.items.push(item);
            }
            page.total += 1;
        }
        page
    }
}

impl<T: Record> Clone for Shelf<T> {
    fn clone(&self) -> Self {
        Self {
            records: self.records.clone(),
            by_age: self.by_age.clone(),
            by_external_id: self.by_external_id.clone(),
        }
    }
}

impl<T: Record> Default for Shelf<T> {
    fn default() -> Self {
        Self { records: OrdMap::new(), by_age: OrdSet::new(), by_external_id: OrdSet::new() }
    }
}

/// Says of records where their id and age are, and whether they have an id of the integrator's own.
macro_rules! records {
    ($($record:ty: $id:ty $(, $external_id:ident)?;)*) => {$(
        impl crate::domain::shelf::Record for $record {
            type Id = $id;

            fn id(&self) -> $id {
                self.id.clone()
            }

            fn created_at(&self) -> chrono::DateTime<chrono::Utc> {
                self.created_at
            }

            $(fn external_id(&self) -> &str {
                &self.$external_id
            })?
        }
    )*};
}

pub(super) use records;
