//! Forms: a list of names and texts put together to the value that a JSON body
//! would have been.
//!
//! The schema is the guide: it says whether `[0]` is an index or a key, and
//! what a text reads as. Nothing is judged here beyond that.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde_json::{Map, Value};

use super::check::Trail;
use super::names::{self, Entry};
use super::schema::{Id, Schemas, Shape};
use super::text::json;
use super::violation::{Kind, Place, Problem, Step, Violation};

/// A form as a value, and what could not be read on the way.
#[derive(Debug)]
pub(super) struct Form {
    pub(super) value: Value,
    /// Why the text at a path is still text: what `check` finds wrong there is
    /// this, in the words for texts.
    pub(super) unread: HashMap<Vec<Step>, Problem>,
    /// The names that lead nowhere.
    pub(super) astray: Vec<Violation>,
}

impl Form {
    pub(super) fn read(schemas: &Schemas, id: Id, pairs: &[(String, String)]) -> Self {
        let mut reader = Reader { schemas, unread: HashMap::new(), astray: Vec::new() };
        let mut entries = Vec::with_capacity(pairs.len());
        for (name, text) in pairs {
            let literal = schemas.property(id, name).is_some();
            match names::steps(name, literal) {
                Some(steps) => entries.push(Entry { name, steps, text }),
                None => reader.lose(name),
            }
        }
        let value = reader.object(id, &entries.iter().collect::<Vec<_>>(), 0, &Trail::Root);
        Self { value, unread: reader.unread, astray: reader.astray }
    }
}

struct Reader<'s> {
    schemas: &'s Schemas,
    unread: HashMap<Vec<Step>, Problem>,
    astray: Vec<Violation>,
}

/// Entries that share their first `depth` steps.
type Entries<'e, 'a> = [&'e Entry<'a>];

impl Reader<'_> {
    fn value(
        &mut self,
        id: Id,
        entries: &Entries<'_, '_>,
        depth: usize,
        trail: &Trail<'_>,
    ) -> Value {
        let id = self.guide(id, entries, depth);
        match &self.schemas.get(id).shape {
            Shape::Array { item, .. } => self.array(*item, entries, depth, trail),
            Shape::Object { .. } => self.object(id, entries, depth, trail),
            Shape::Any
            | Shape::Boolean
            | Shape::Integer(_)
            | Shape::Number(_)
            | Shape::Text { .. } => {
                let direct = entries.iter().rfind(|entry| entry.steps.len() == depth);
                match direct {
                    Some(entry) => self.leaf(id, entry.text, trail),
                    // Names go on below what has no parts. Without a schema that is a
                    // value of its own; under any other `check` will name the wrong type.
                    None if names::are_indexes(entries, depth) => {
                        self.array(Schemas::ANYTHING, entries, depth, trail)
                    }
                    None => self.object(Schemas::ANYTHING, entries, depth, trail),
                }
            }
        }
    }

    /// The schema that says the type; of several alternatives the first one
    /// with parts, where the names go on.
    fn guide(&self, id: Id, entries: &Entries<'_, '_>, depth: usize) -> Id {
        let id = self.schemas.typed(id);
        if entries.iter().all(|entry| entry.steps.len() == depth) {
            return id;
        }
        let has_parts = |id: &Id| {
            matches!(self.schemas.get(*id).shape, Shape::Array { .. } | Shape::Object { .. })
        };
        let schema = self.schemas.get(id);
        let mut parts =
            schema.any_of.iter().chain(&schema.one_of).map(|part| self.schemas.typed(*part));
        if has_parts(&id) { id } else { parts.find(has_parts).unwrap_or(id) }
    }

    fn leaf(&mut self, id: Id, text: &str, trail: &Trail<'_>) -> Value {
        self.schemas.read_text(id, text).unwrap_or_else(|problem| {
            self.unread.insert(trail.path(), problem);
            Value::from(text)
        })
    }

    fn object(
        &mut self,
        id: Id,
        entries: &Entries<'_, '_>,
        depth: usize,
        trail: &Trail<'_>,
    ) -> Value {
        let mut fields = Map::new();
        if let Some(entry) = entries.iter().rfind(|entry| entry.steps.len() == depth) {
            match json(entry.text) {
                Some(Value::Object(whole)) => fields = whole,
                _ => return self.unreadable(Kind::Object, entry.text, trail),
            }
        }
        for (name, group) in names::groups(entries, depth) {
            let property = self.schemas.property(id, name);
            let schema =
                property.map_or_else(|| self.schemas.additional(id), |property| property.schema);
            let text = names::only_text(&group, depth + 1);
            if property.is_some_and(|property| !property.required)
                && text.is_some_and(str::is_empty)
                && !self.schemas.admits_empty(schema)
            {
                continue;
            }
            let step = Trail::Field(trail, name);
            // A field that may be anything takes JSON, as a form has no other way to
            // say an object in one part.
            let free = property.is_some() && self.schemas.is_free(schema);
            let whole = text.filter(|text| free && text.starts_with(['{', '['])).and_then(json);
            let value = whole.unwrap_or_else(|| self.value(schema, &group, depth + 1, &step));
            fields.insert(name.to_owned(), value);
        }
        Value::Object(fields)
    }

    /// Elements come from one text that holds a JSON array, from one text each,
    /// from indexes in their order, and from `[]`.
    fn array(
        &mut self,
        item: Id,
        entries: &Entries<'_, '_>,
        depth: usize,
        trail: &Trail<'_>,
    ) -> Value {
        let mut items = Vec::new();
        let shape = &self.schemas.get(self.schemas.typed(item)).shape;
        let (lists, objects) =
            (matches!(shape, Shape::Array { .. }), matches!(shape, Shape::Object { .. }));
        for entry in entries.iter().filter(|entry| entry.steps.len() == depth) {
            match json(entry.text) {
                Some(Value::Array(whole)) if !lists || entries.len() == 1 => items.extend(whole),
                None if entries.len() == 1 && (lists || objects) => {
                    return self.unreadable(Kind::Array, entry.text, trail);
                }
                _ => {
                    let step = Trail::Index(trail, items.len());
                    items.push(self.leaf(item, entry.text, &step));
                }
            }
        }
        let mut indexed = BTreeMap::<u64, Vec<&Entry<'_>>>::new();
        let mut pushed = Vec::<Vec<&Entry<'_>>>::new();
        let mut begun = HashSet::new();
        for entry in entries.iter().filter(|entry| entry.steps.len() > depth) {
            let step = entry.steps[depth];
            if let Some(index) = names::index(step) {
                indexed.entry(index).or_default().push(entry);
            } else if step.is_empty() {
                // `a[][x]=1&a[][y]=2&a[][x]=3` is two elements: a name that comes back
                // begins the next one.
                let rest = &entry.steps[depth + 1..];
                if rest.is_empty() || pushed.is_empty() || !begun.insert(rest) {
                    begun = HashSet::from([rest]);
                    pushed.push(Vec::new());
                }
                pushed.last_mut().expect("one was pushed above at the latest").push(entry);
            } else {
                self.lose(entry.name);
            }
        }
        for group in indexed.into_values().chain(pushed) {
            let step = Trail::Index(trail, items.len());
            items.push(self.value(item, &group, depth + 1, &step));
        }
        Value::Array(items)
    }

    fn unreadable(&mut self, kind: Kind, text: &str, trail: &Trail<'_>) -> Value {
        self.unread.insert(trail.path(), Problem::Unparsable(kind));
        Value::from(text)
    }

    fn lose(&mut self, name: &str) {
        self.astray.push(Violation {
            place: Place::Body,
            path: vec![Step::Field(names::first(name).to_owned())],
            problem: Problem::Unparsable(Kind::Name),
            input: Value::from(name),
        });
    }
}
