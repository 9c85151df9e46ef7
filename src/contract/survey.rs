//! The survey of a request: what of the inventory it exercises, and what in it is odd.
//!
//! One pass over what the check understood. It refuses nothing: an oddity is a fact for whoever
//! reads the journal.

use std::iter::successors;

use serde_json::{Map, Value};

use super::check::Trail;
use super::inventory::{Inventory, Node};
use super::violation::{Place, Step};

/// What one request exercises, and what is odd in it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Survey {
    /// Its items.
    pub seen: Seen,
    /// What is odd: first in the query, then in the other parameters, then in the body. At most
    /// 100, and one more that says how many were left out.
    pub remarks: Vec<Remark>,
}

/// Something that breaks no contract, and that its sender would want to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// The part of the request that it is in.
    pub place: Place,
    /// The way to it from the root of that part; a parameter is one field.
    pub path: Vec<Step>,
    /// What is odd there.
    pub oddity: Oddity,
}

/// What can be odd.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Oddity {
    /// A field or a query parameter that the document does not know. It is ignored.
    Unknown,
    /// A field or parameter that the document asks not to send any more.
    Deprecated,
    /// So many more oddities than are listed.
    More(usize),
}

/// Indexes into an [`Inventory`], each once.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Seen {
    words: Vec<u64>,
}

impl Seen {
    /// The indexes, going up.
    pub fn iter(&self) -> impl Iterator<Item = u32> {
        // Few bits are set: each is taken off at the low end.
        let left = |word: &u64| (*word != 0).then_some(word & word.wrapping_sub(1));
        self.words.iter().zip((0..).map(|at| at * 64)).flat_map(move |(&word, first)| {
            let set = successors(Some(word), left).take_while(|word| *word != 0);
            set.map(move |word| first + word.trailing_zeros())
        })
    }

    /// Whether the item at this index was seen.
    pub fn contains(&self, index: u32) -> bool {
        let word = self.words.get((index / 64) as usize);
        word.is_some_and(|word| word >> (index % 64) & 1 == 1)
    }

    fn of(items: usize) -> Self {
        Self { words: vec![0; items.div_ceil(64)] }
    }

    fn insert(&mut self, index: u32) {
        if let Some(word) = self.words.get_mut((index / 64) as usize) {
            *word |= 1 << (index % 64);
        }
    }
}

/// How many oddities are listed.
const MOST: usize = 100;

impl Inventory {
    /// See [`super::OperationContract::survey`].
    pub(super) fn survey(&self, query: &str, input: &Map<String, Value>) -> Survey {
        let seen = Seen::of(self.items().len());
        let mut surveyor = Surveyor { survey: Survey { seen, remarks: Vec::new() }, more: 0 };
        self.query(query, &mut surveyor);
        for parameter in &self.parameters {
            let (place, node) = (parameter.place, &parameter.node);
            let trail = Trail::Field(&Trail::Root, &parameter.name);
            let sent = || node.item.is_some_and(|item| surveyor.survey.seen.contains(item));
            match input.get(&parameter.name) {
                Some(value) => surveyor.value(node, place, value, &trail),
                // It was sent and does not read as what it should be.
                None if sent() => surveyor.mark(node, place, &trail),
                None => {}
            }
        }
        if let Some(body) = input.get("body") {
            surveyor.value(&self.body, Place::Body, body, &Trail::Root);
        }
        surveyor.finish()
    }

    /// Tells the names in the query apart. An empty text may be a filter that was left empty: the
    /// check knows.
    fn query(&self, query: &str, surveyor: &mut Surveyor) {
        for (name, text) in form_urlencoded::parse(query.as_bytes()) {
            let mut known = self.parameters.iter().filter(|it| it.place == Place::Query);
            let Some(parameter) = known.find(|parameter| parameter.name == name) else {
                let trail = Trail::Field(&Trail::Root, &name);
                surveyor.remark(Place::Query, &trail, Oddity::Unknown);
                continue;
            };
            if let Some(item) = parameter.node.item.filter(|_| !text.is_empty()) {
                surveyor.survey.seen.insert(item);
            }
        }
    }
}

/// One pass over one request.
struct Surveyor {
    survey: Survey,
    more: usize,
}

impl Surveyor {
    fn value(&mut self, node: &Node, place: Place, value: &Value, trail: &Trail<'_>) {
        self.mark(node, place, trail);
        if let Some((_, item)) = node.choices.iter().find(|(choice, _)| choice == value) {
            self.survey.seen.insert(*item);
        }
        match value {
            Value::Array(items) => {
                let Some(element) = &node.elements else { return };
                for (at, item) in items.iter().enumerate() {
                    self.value(element, place, item, &Trail::Index(trail, at));
                }
            }
            Value::Object(fields) if !node.fields.is_empty() => {
                for (name, value) in fields {
                    let step = Trail::Field(trail, name);
                    // Objects have a few dozen fields at most: looking at each is quicker than a
                    // hash of the name.
                    match node.fields.iter().find(|field| field.name == *name) {
                        Some(field) => self.value(&field.node, place, value, &step),
                        None if node.settled => {}
                        None => self.remark(place, &step, Oddity::Unknown),
                    }
                }
            }
            Value::Object(_)
            | Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::String(_) => {}
        }
    }

    fn mark(&mut self, node: &Node, place: Place, trail: &Trail<'_>) {
        if let Some(item) = node.item {
            self.survey.seen.insert(item);
        }
        if node.deprecated {
            self.remark(place, trail, Oddity::Deprecated);
        }
    }

    fn remark(&mut self, place: Place, trail: &Trail<'_>, oddity: Oddity) {
        if self.survey.remarks.len() < MOST {
            self.survey.remarks.push(Remark { place, path: trail.path(), oddity });
        } else {
            self.more += 1;
        }
    }

    fn finish(mut self) -> Survey {
        if self.more > 0 {
            let oddity = Oddity::More(self.more);
            self.survey.remarks.push(Remark { place: Place::Body, path: Vec::new(), oddity });
        }
        self.survey
    }
}
