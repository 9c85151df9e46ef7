//! Counts put into words: what was exercised how often, what never, and how much of all that is.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Index, Row, Universe};
use crate::contract::{Item, Place};

/// How much of the universe was exercised.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// Of everything together.
    pub total: Share,
    /// Of each kind of thing.
    pub kinds: Shares,
    /// Of each operation, in the order of the documents.
    pub operations: Vec<OperationReport>,
}

/// A part of a whole.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Share {
    /// How many were exercised.
    pub covered: usize,
    /// How many there are.
    pub total: usize,
    /// The part in percent, cut off after one decimal; 100 where there is nothing to exercise.
    pub percent: f64,
}

/// The share of each kind.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Shares {
    /// Operations that were called.
    pub operations: Share,
    /// Documented statuses that were answered.
    pub statuses: Share,
    /// Fields of request bodies that were sent.
    pub fields: Share,
    /// Offered values that were sent.
    pub enum_values: Share,
    /// Query parameters that were sent.
    pub query_parameters: Share,
    /// Documented headers that were sent.
    pub headers: Share,
}

/// How much of one operation was exercised.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OperationReport {
    /// The name of its provider.
    pub provider: String,
    /// Its `operationId`.
    pub operation: String,
    /// Its HTTP method.
    pub method: String,
    /// Its path, with parameters in braces.
    pub path: String,
    /// Where its description comes from; empty where it is the vendor's.
    pub source: String,
    /// How often it was called.
    pub calls: u64,
    /// How much of it was exercised, the call itself included.
    pub share: Share,
    /// What was exercised.
    pub covered: Vec<Exercised>,
    /// What never was.
    pub never: Vec<Unexercised>,
}

/// One thing that was exercised.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exercised {
    /// What kind of thing.
    pub kind: Kind,
    /// Its name, as of [`Unexercised`].
    pub name: String,
    /// By how many calls.
    pub calls: u64,
}

/// One thing that was never exercised.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unexercised {
    /// What kind of thing.
    pub kind: Kind,
    /// Its name: `create_bill`, `422`, `allocations[].amount_cents`, `payment_method=cash`,
    /// `?status=paid` for a value of a query parameter.
    pub name: String,
}

/// What can be exercised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// An operation as such.
    Operation,
    /// A documented status.
    Status,
    /// A field of the request's body.
    Field,
    /// A value that is offered for a field or parameter.
    EnumValue,
    /// A query parameter.
    QueryParameter,
    /// A header.
    Header,
}

impl Report {
    /// The report of these counts.
    pub(super) fn of(universe: &Universe, count: impl Fn(usize, usize) -> u64) -> Self {
        let (mut total, mut kinds) = (Share::default(), Shares::default());
        let mut operations = Vec::with_capacity(universe.operations.len());
        for (number, row) in universe.operations.iter().enumerate() {
            let mut report = OperationReport::of(row);
            for (index, (kind, name)) in row.named() {
                let calls = count(number, index);
                for share in [&mut total, &mut report.share, kinds.of(kind)] {
                    share.add(calls > 0);
                }
                if kind == Kind::Operation {
                    report.calls = calls;
                }
                if calls > 0 {
                    report.covered.push(Exercised { kind, name, calls });
                } else {
                    report.never.push(Unexercised { kind, name });
                }
            }
            operations.push(report);
        }
        Self { total, kinds, operations }
    }

    /// The same of some operations only.
    #[must_use]
    pub fn only(self, keep: impl Fn(&OperationReport) -> bool) -> Self {
        let (mut total, mut kinds) = (Share::default(), Shares::default());
        let operations: Vec<_> = self.operations.into_iter().filter(keep).collect();
        for operation in &operations {
            let covered = operation.covered.iter().map(|it| (it.kind, true));
            let never = operation.never.iter().map(|it| (it.kind, false));
            for (kind, covered) in covered.chain(never) {
                total.add(covered);
                kinds.of(kind).add(covered);
            }
        }
        Self { total, kinds, operations }
    }
}

impl Share {
    /// Whether the part is so many percent or more.
    pub fn reaches(&self, percent: f64) -> bool {
        self.percent >= percent
    }

    pub(super) fn add(&mut self, covered: bool) {
        self.covered += usize::from(covered);
        self.total += 1;
        // In thousandths and as integers, so that all but one is never called 100 percent.
        let thousandths = u32::try_from(self.covered * 1000 / self.total).unwrap_or_default();
        self.percent = f64::from(thousandths) / 10.0;
    }
}

impl Default for Share {
    fn default() -> Self {
        Self { covered: 0, total: 0, percent: 100.0 }
    }
}

impl Shares {
    /// Each kind's name in the plural, and its share.
    pub fn each(&self) -> [(&'static str, Share); 6] {
        [
            ("operations", self.operations),
            ("statuses", self.statuses),
            ("fields", self.fields),
            ("enum values", self.enum_values),
            ("query parameters", self.query_parameters),
            ("headers", self.headers),
        ]
    }

    fn of(&mut self, kind: Kind) -> &mut Share {
        match kind {
            Kind::Operation => &mut self.operations,
            Kind::Status => &mut self.statuses,
            Kind::Field => &mut self.fields,
            Kind::EnumValue => &mut self.enum_values,
            Kind::QueryParameter => &mut self.query_parameters,
            Kind::Header => &mut self.headers,
        }
    }
}

impl Kind {
    /// Its name in the singular.
    pub fn name(self) -> &'static str {
        match self {
            Self::Operation => "operation",
            Self::Status => "status",
            Self::Field => "field",
            Self::EnumValue => "enum value",
            Self::QueryParameter => "query parameter",
            Self::Header => "header",
        }
    }
}

impl OperationReport {
    fn of(row: &Row) -> Self {
        Self {
            provider: row.provider.to_owned(),
            operation: row.operation.to_owned(),
            method: row.method.to_owned(),
            path: row.path.to_owned(),
            source: row.source.to_owned(),
            calls: 0,
            share: Share::default(),
            covered: Vec::new(),
            never: Vec::new(),
        }
    }
}

impl Row {
    /// What there is to exercise, each under its index.
    fn named(&self) -> impl Iterator<Item = (Index, (Kind, String))> {
        let itself = (0, (Kind::Operation, self.operation.to_owned()));
        let items = self.items().iter().enumerate();
        let items = items.filter_map(|(at, item)| Some((1 + at, named(item)?)));
        std::iter::once(itself).chain(items)
    }
}

/// An item's kind and name. What is in the path is none: no call can leave it out.
fn named(item: &Item) -> Option<(Kind, String)> {
    Some(match item {
        Item::Status(status) => (Kind::Status, status.to_string()),
        Item::Field(path) => (Kind::Field, path.clone()),
        Item::Parameter { place, name } => match place {
            Place::Query => (Kind::QueryParameter, name.clone()),
            Place::Header => (Kind::Header, name.clone()),
            Place::Path | Place::Body => return None,
        },
        Item::Choice { place, of, value } => {
            let value = value.as_str().map_or_else(|| Value::to_string(value), str::to_owned);
            let name = match place {
                Place::Query => format!("?{of}={value}"),
                Place::Header => format!("{of}: {value}"),
                Place::Body => format!("{of}={value}"),
                Place::Path => return None,
            };
            (Kind::EnumValue, name)
        }
    })
}
