//! A value made from its schema, for replies that nobody made: the same one every time.
//!
//! What was made is held to the schema like any other value, so that what this file does not
//! understand is never given.

use serde_json::{Map, Value};

use super::check::Checker;
use super::formats::Format;
use super::schema::{Bound, Count, Id, Range, Schema, Schemas, Shape};

impl Schemas {
    /// A value that passes under the schema, if one is found.
    pub(super) fn sample(&self, id: Id) -> Option<Value> {
        Maker { schemas: self, open: Vec::new() }.make(id)
    }
}

struct Maker<'s> {
    schemas: &'s Schemas,
    /// The schemas whose values are being made: one that contains itself ends here.
    open: Vec<Id>,
}

impl Maker<'_> {
    fn make(&mut self, id: Id) -> Option<Value> {
        let schemas = self.schemas;
        let schema = schemas.get(id);
        let null = schema.nullable.then_some(Value::Null);
        if self.open.contains(&id) {
            return null;
        }
        let told = schema.example.iter().chain(schema.choices.iter().filter(|it| !it.is_null()));
        if let Some(told) = told.into_iter().find(|value| self.passes(id, value)) {
            return Some(told.clone());
        }
        self.open.push(id);
        let made = self.candidates(schema).into_iter().find(|value| self.passes(id, value));
        self.open.pop();
        made.or(null)
    }

    /// The value by its own keywords and those of `allOf`, once for each of its alternatives.
    fn candidates(&mut self, schema: &Schema) -> Vec<Value> {
        let mut whole = self.shaped(&schema.shape);
        if whole.is_none() && !matches!(schema.shape, Shape::Any) {
            return Vec::new();
        }
        for part in &schema.all_of {
            let Some(made) = self.make(*part) else { return Vec::new() };
            whole = Some(joined(whole, made));
        }
        let mut candidates = Vec::new();
        for part in schema.any_of.iter().chain(&schema.one_of) {
            if let Some(made) = self.make(*part) {
                candidates.push(joined(whole.clone(), made));
            }
        }
        if candidates.is_empty() {
            candidates.push(whole.unwrap_or_else(|| Value::from(TEXT)));
        }
        candidates
    }

    fn shaped(&mut self, shape: &Shape) -> Option<Value> {
        match shape {
            Shape::Any => None,
            Shape::Boolean => Some(Value::Bool(true)),
            Shape::Integer(range) | Shape::Number(range) => Some(number(range)),
            Shape::Text { format, length } => Some(Value::from(text(*format, length))),
            Shape::Array { item, length } => {
                let least = usize::try_from(length.min.unwrap_or(0)).ok()?;
                let most = usize::try_from(length.max.unwrap_or(u64::MAX)).unwrap_or(usize::MAX);
                match self.make(*item) {
                    Some(item) => Some(Value::Array(vec![item; least.max(1).min(most)])),
                    None => (least == 0).then(|| Value::Array(Vec::new())),
                }
            }
            Shape::Object { properties, .. } => {
                let mut fields = Map::new();
                for property in properties {
                    match self.make(property.schema) {
                        Some(value) => drop(fields.insert(property.name.clone(), value)),
                        None if property.required => return None,
                        None => {}
                    }
                }
                Some(Value::Object(fields))
            }
        }
    }

    fn passes(&self, id: Id, value: &Value) -> bool {
        Checker::passes(self.schemas, id, &mut value.clone())
    }
}

/// What a text without a format is.
const TEXT: &str = "text";

/// Objects become one object. Of other values the narrower schema is not known, so the later stands.
fn joined(whole: Option<Value>, part: Value) -> Value {
    match (whole, part) {
        (Some(Value::Object(mut whole)), Value::Object(part)) => {
            whole.extend(part);
            Value::Object(whole)
        }
        (_, part) => part,
    }
}

/// One, or what is next to it within the range.
fn number(range: &Range) -> Value {
    let at_least = |Bound { limit, exclusive }| if exclusive { limit + 1 } else { limit };
    let at_most = |Bound { limit, exclusive }| if exclusive { limit - 1 } else { limit };
    let raised = 1.max(range.min.map_or(i64::MIN, at_least));
    Value::from(raised.min(range.max.map_or(i64::MAX, at_most)))
}

fn text(format: Option<Format>, length: &Count) -> String {
    let plain = match format {
        Some(Format::Uuid | Format::UuidList) => "00000000-0000-4000-8000-000000000001",
        Some(Format::Date) => "2024-03-20",
        Some(Format::DateTime) => "2024-03-20T09:30:00Z",
        Some(Format::Email) => "someone@example.com",
        None => {
            let least = usize::try_from(length.min.unwrap_or(0)).unwrap_or(usize::MAX);
            let most = usize::try_from(length.max.unwrap_or(u64::MAX)).unwrap_or(usize::MAX);
            return TEXT.chars().cycle().take(TEXT.len().max(least).min(most)).collect();
        }
    };
    plain.to_owned()
}
