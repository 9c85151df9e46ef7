//! Lists as Day Zero cuts them: a page begins at a cursor, not at a number.
//!
//! A cursor is the Base64 of `{"id": "…"}`. It stands in front of the record of that id: `next`
//! goes on with that record, `prev` goes back over those before it, which are answered in the order
//! of the list all the same.

use std::fmt::Display;
use std::sync::Arc;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::query::refusal;
use super::wire::number;
use crate::domain::{BillId, InvoiceId, LinkId, Order, Record, Shelf, TransactionId, Walk};
use crate::operations::Failure;

/// How a list was asked to be cut.
pub(super) struct Listing {
    cursor: Option<String>,
    limit: usize,
    back: bool,
    order: Order,
    counted: bool,
}

/// The listing that a request asks for: each has the same five parameters.
macro_rules! listing {
    ($request:ident) => {
        super::lists::Listing::new(
            $request.cursor,
            $request.limit,
            $request.direction.as_deref(),
            $request.descending,
            $request.include_total_count,
        )
    };
}
pub(super) use listing;

/// What a list shows, before it is filtered and cut.
pub(super) enum Source<'a, T: Record> {
    /// All of one kind, by age: the books have it in this order.
    ByAge(&'a Shelf<T>),
    /// These, ascending.
    Sorted(Vec<Arc<T>>),
}

/// A part of a list.
pub(super) struct Slice<T> {
    pub(super) items: Vec<Arc<T>>,
    pub(super) next_cursor: Option<String>,
    pub(super) has_more: bool,
    pub(super) total_count: Option<i64>,
}

/// An id that a cursor can hold.
pub(super) trait Key: Clone + Ord + Display {
    /// The id, where the text can be one.
    fn read(text: &str) -> Option<Self>;
}

macro_rules! uuid_keys {
    ($($id:ident)*) => {$(
        impl Key for $id {
            fn read(text: &str) -> Option<Self> {
                Uuid::parse_str(text).ok().map(Self)
            }
        }
    )*};
}

uuid_keys!(InvoiceId BillId LinkId);

impl Key for TransactionId {
    fn read(text: &str) -> Option<Self> {
        Some(Self(text.to_owned()))
    }
}

/// What is inside a cursor.
#[derive(Serialize, Deserialize)]
struct Cursor {
    id: String,
}

const DEFAULT_LIMIT: usize = 50;

impl Listing {
    /// Reads the parameters. The check has passed: the limit is between 1 and 1000.
    pub(super) fn new(
        cursor: Option<String>,
        limit: Option<i64>,
        direction: Option<&str>,
        descending: Option<bool>,
        counted: Option<bool>,
    ) -> Self {
        let descending = descending.unwrap_or(true);
        Self {
            cursor,
            limit: limit.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(DEFAULT_LIMIT),
            back: direction == Some("prev"),
            order: if descending { Order::Descending } else { Order::Ascending },
            counted: counted.unwrap_or(false),
        }
    }

    /// The page of what the filter lets through.
    ///
    /// # Errors
    /// [`Failure::Fields`] for a cursor that is none of this list's.
    pub(super) fn cut<T>(
        &self,
        source: &Source<'_, T>,
        wanted: impl Fn(&T) -> bool,
    ) -> Result<Slice<T>, Failure>
    where
        T: Record<Id: Key>,
    {
        let counted = self
            .counted
            .then(|| source.walk(Order::Ascending).filter(|record| wanted(record)).count());
        let order = if self.back { self.order.reversed() } else { self.order };
        let walk = match &self.cursor {
            None => source.walk(order),
            Some(cursor) => {
                let start = read::<T::Id>(cursor).and_then(|id| source.walk_from(&id, order));
                let walk = start.ok_or_else(|| {
                    refusal("cursor", "Invalid cursor: send the next_cursor of a page of this list")
                })?;
                // Going back, the record that the cursor stands in front of is not passed.
                Box::new(walk.skip(usize::from(self.back)))
            }
        };
        let wanted = walk.filter(|record| wanted(record));
        let mut items: Vec<_> = wanted.take(self.limit.saturating_add(1)).collect();
        let has_more = items.len() > self.limit;
        let beyond = items.get(self.limit).map(|record| record.id());
        items.truncate(self.limit);
        let edge = if self.back { items.last().map(|record| record.id()) } else { beyond };
        if self.back {
            items.reverse();
        }
        Ok(Slice {
            next_cursor: edge.filter(|_| has_more).map(|id| write(&id)).transpose()?,
            items,
            has_more,
            total_count: counted.map(number).transpose()?,
        })
    }
}

impl<T: Record> Source<'_, T> {
    /// These by a key, ties by id.
    pub(super) fn sorted_by<K: Ord>(
        records: impl Iterator<Item = Arc<T>>,
        key: impl Fn(&T) -> K,
    ) -> Self {
        let mut records: Vec<_> = records.collect();
        records.sort_by_cached_key(|record| (key(record), record.id()));
        Self::Sorted(records)
    }

    fn walk(&self, order: Order) -> Walk<'_, T> {
        match self {
            Self::ByAge(all) => all.by_age(order),
            Self::Sorted(records) => through(records, order),
        }
    }

    /// From a record on; `None` where it is none of these.
    fn walk_from(&self, id: &T::Id, order: Order) -> Option<Walk<'_, T>> {
        match self {
            Self::ByAge(all) => all.by_age_from(id, order),
            Self::Sorted(records) => {
                let at = records.iter().position(|record| record.id() == *id)?;
                Some(match order {
                    Order::Ascending => through(&records[at..], order),
                    Order::Descending => through(&records[..=at], order),
                })
            }
        }
    }
}

fn through<T>(records: &[Arc<T>], order: Order) -> Walk<'_, T> {
    match order {
        Order::Ascending => Box::new(records.iter().cloned()),
        Order::Descending => Box::new(records.iter().rev().cloned()),
    }
}

fn read<Id: Key>(cursor: &str) -> Option<Id> {
    let cursor: Cursor = serde_json::from_slice(&BASE64_STANDARD.decode(cursor).ok()?).ok()?;
    Id::read(&cursor.id)
}

fn write(id: &impl Display) -> Result<String, Failure> {
    let cursor = serde_json::to_vec(&Cursor { id: id.to_string() });
    cursor
        .map(|cursor| BASE64_STANDARD.encode(cursor))
        .map_err(|error| Failure::Defect(format!("a cursor does not serialise: {error}")))
}
