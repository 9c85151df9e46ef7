//! The walk of a value along its schema: every violation in one pass, and each
//! integer written as one.
//!
//! Knows JSON values only; where the value came from is a `Place` to note.

use std::cmp::Ordering;
use std::collections::HashSet;

use serde_json::{Map, Value};

use super::schema::{Additional, Count, Id, Property, Range, Schema, Schemas, Shape};
use super::violation::{Place, Problem, Step, Violation};

/// The way down to a value, kept on the stack: it becomes a path only where
/// something is wrong.
#[derive(Debug, Clone, Copy)]
pub(super) enum Trail<'a> {
    Root,
    Field(&'a Trail<'a>, &'a str),
    Index(&'a Trail<'a>, usize),
}

impl Trail<'_> {
    pub(super) fn path(&self) -> Vec<Step> {
        let mut path = Vec::new();
        let mut rest = self;
        loop {
            rest = match rest {
                Self::Root => break,
                Self::Field(parent, name) => {
                    path.push(Step::Field((*name).to_owned()));
                    parent
                }
                Self::Index(parent, at) => {
                    path.push(Step::Index(*at));
                    parent
                }
            };
        }
        path.reverse();
        path
    }
}

/// One pass over one part of a message.
#[derive(Debug)]
pub(super) struct Checker<'s> {
    schemas: &'s Schemas,
    place: Place,
    /// Where something was found already, as several parts of an `allOf` look
    /// for NUL characters in the same string; none where there cannot be any.
    nuls: Option<HashSet<Vec<Step>>>,
    found: Vec<Violation>,
    /// How many more there were than are kept.
    more: usize,
    /// The ids whose schema says of what, each as if nobody knew it.
    references: Vec<Violation>,
}

/// How many violations are kept. No honest request has as many, and what is said of one should not
/// be many times its size.
const MOST: usize = 1000;

impl<'s> Checker<'s> {
    /// `nuls` says whether strings may hold NUL characters at all.
    pub(super) fn new(schemas: &'s Schemas, place: Place, nuls: bool) -> Self {
        let (found, references) = (Vec::new(), Vec::new());
        Self { schemas, place, nuls: nuls.then(HashSet::new), found, more: 0, references }
    }

    /// Whether `value` passes.
    pub(super) fn passes(schemas: &'s Schemas, id: Id, value: &mut Value) -> bool {
        let mut checker = Self::new(schemas, Place::Body, false);
        checker.check(id, value, &Trail::Root);
        checker.found.is_empty()
    }

    pub(super) fn into_found(self) -> Vec<Violation> {
        self.into_both().0
    }

    /// What is wrong, and what may be: the ids.
    pub(super) fn into_both(mut self) -> (Vec<Violation>, Vec<Violation>) {
        if self.more > 0 {
            let (problem, input) = (Problem::More(self.more), Value::Null);
            self.found.push(Violation { place: self.place, path: Vec::new(), problem, input });
        }
        (self.found, self.references)
    }

    /// Checks `value`. Answers whether it is of the right type: if not, that is
    /// its one violation, and another schema for it would only say so again.
    pub(super) fn check(&mut self, id: Id, value: &mut Value, trail: &Trail<'_>) -> bool {
        let schema = self.schemas.get(id);
        if value.is_null() && schema.nullable {
            return true;
        }
        let before = (self.found.len(), self.more);
        // Where other schemas say what the value is, they look for NUL characters, too.
        let elsewhere = matches!(schema.shape, Shape::Any) && schema.parts().next().is_some();
        let mut fits = elsewhere || self.shape(&schema.shape, value, trail);
        if !schema.choices.is_empty() && !schema.choices.contains(value) {
            self.found.truncate(before.0);
            self.more = before.1;
            let choices = || Problem::NotInEnum(schema.choices.clone());
            let null = || Problem::Null(schema.shape.kind());
            let problem = if value.is_null() { null() } else { choices() };
            fits = self.refuse(problem, value, trail);
        }
        for part in &schema.all_of {
            fits = fits && self.check(*part, value, trail);
        }
        if let Some(kind) = &schema.refers_to
            && self.references.len() < MOST
        {
            let (problem, input) = (Problem::Unknown { kind: kind.clone() }, value.clone());
            let (place, path) = (self.place, trail.path());
            self.references.push(Violation { place, path, problem, input });
        }
        fits && self.alternatives(schema, value, trail)
    }

    pub(super) fn report(&mut self, problem: Problem, input: Value, trail: &Trail<'_>) {
        if self.found.len() >= MOST {
            self.more += 1;
            return;
        }
        let path = trail.path();
        if let Some(known) = &mut self.nuls {
            known.insert(path.clone());
        }
        self.found.push(Violation { place: self.place, path, problem, input });
    }

    fn refuse(&mut self, problem: Problem, value: &Value, trail: &Trail<'_>) -> bool {
        self.report(problem, value.clone(), trail);
        false
    }

    /// Reports what is wrong with a value of the right type, if anything is.
    fn note(
        &mut self,
        problems: impl IntoIterator<Item = Problem>,
        value: &Value,
        trail: &Trail<'_>,
    ) -> bool {
        for problem in problems {
            self.refuse(problem, value, trail);
        }
        true
    }

    fn shape(&mut self, shape: &'s Shape, value: &mut Value, trail: &Trail<'_>) -> bool {
        let problem = match (shape, &mut *value) {
            (Shape::Any, _) => return self.scan(value, trail),
            (_, Value::Null) => Problem::Null(shape.kind()),
            (Shape::Boolean, Value::Bool(_)) => return true,
            (Shape::Boolean, _) => Problem::NotBoolean,
            (Shape::Integer(range), _) => match integer(value) {
                Ok(found) => {
                    let outside = outside(range, |limit| found.cmp(&limit));
                    return self.note(outside, value, trail);
                }
                Err(problem) => problem,
            },
            (Shape::Number(range), Value::Number(found)) => {
                let found = found.as_f64().unwrap_or_default();
                let order = |limit| found.partial_cmp(&precise(limit)).unwrap_or(Ordering::Equal);
                let outside = outside(range, order);
                return self.note(outside, value, trail);
            }
            (Shape::Number(_), _) => Problem::NotNumber,
            (Shape::Text { format, length }, Value::String(text)) => {
                if self.nuls.is_some() && text.contains('\0') {
                    self.report_nul(value, trail);
                    return false;
                }
                let short = |min| Problem::TooShort { min };
                let miss =
                    miss(length, || text.chars().count(), short, |max| Problem::TooLong { max });
                let format = format.and_then(|format| format.problem(text));
                return self.note(miss.into_iter().chain(format), value, trail);
            }
            (Shape::Text { .. }, _) => Problem::NotString,
            (Shape::Array { item, length }, Value::Array(items)) => {
                let few = |min| Problem::TooFewItems { min };
                let many = |max| Problem::TooManyItems { max };
                if let Some(problem) = miss(length, || items.len(), few, many) {
                    self.report(problem, Value::Array(items.clone()), trail);
                }
                for (at, element) in items.iter_mut().enumerate() {
                    self.check(*item, element, &Trail::Index(trail, at));
                }
                return true;
            }
            (Shape::Array { .. }, _) => Problem::NotArray,
            (Shape::Object { properties, additional }, Value::Object(fields)) => {
                self.fields(properties, additional, fields, trail);
                return true;
            }
            (Shape::Object { .. }, _) => Problem::NotObject,
        };
        self.refuse(problem, value, trail)
    }

    fn fields(
        &mut self,
        properties: &'s [Property],
        additional: &Additional,
        fields: &mut Map<String, Value>,
        trail: &Trail<'_>,
    ) {
        let mut declared = 0;
        for property in properties {
            let step = Trail::Field(trail, &property.name);
            if let Some(value) = field_of(fields, &property.name) {
                declared += 1;
                self.check(property.schema, value, &step);
            } else if property.required {
                self.report(Problem::Missing, Value::Object(fields.clone()), &step);
            }
        }
        // Most bodies hold nothing else, and most schemas ask nothing of the rest.
        let asked = self.nuls.is_some() || !matches!(additional, Additional::Anything);
        if declared == fields.len() || !asked {
            return;
        }
        for (name, value) in fields {
            if properties.iter().any(|property| property.name == *name) {
                continue;
            }
            let step = Trail::Field(trail, name);
            if self.nuls.is_some() && name.contains('\0') {
                self.report_nul(value, &step);
                continue;
            }
            match additional {
                Additional::Anything => {
                    self.scan(value, &step);
                }
                Additional::Nothing => self.report(Problem::Undeclared, value.clone(), &step),
                Additional::Like(like) => {
                    self.check(*like, value, &step);
                }
            }
        }
    }

    /// An alternative is tried in silence: what it would have said about a
    /// value that was meant for another one helps nobody.
    fn alternatives(&mut self, schema: &Schema, value: &mut Value, trail: &Trail<'_>) -> bool {
        if schema.any_of.is_empty() && schema.one_of.is_empty() {
            return true;
        }
        let schemas = self.schemas;
        let mut takes = |id: &Id| Self::passes(schemas, *id, value);
        let any = schema.any_of.is_empty() || schema.any_of.iter().any(&mut takes);
        let one = schema.one_of.is_empty()
            || schema.one_of.iter().filter(|id| takes(id)).take(2).count() == 1;
        if any && one {
            return self.scan(value, trail);
        }
        let problem = if value.is_null() { Problem::Null(None) } else { Problem::NoAlternative };
        self.refuse(problem, value, trail)
    }

    /// Finds NUL characters where no schema looks. Always answers true, as a
    /// value without a schema is of the right type.
    fn scan(&mut self, value: &Value, trail: &Trail<'_>) -> bool {
        if self.nuls.is_none() {
            return true;
        }
        match value {
            Value::String(text) if text.contains('\0') => self.report_nul(value, trail),
            Value::Array(items) => {
                for (at, item) in items.iter().enumerate() {
                    self.scan(item, &Trail::Index(trail, at));
                }
            }
            Value::Object(fields) => {
                for (name, field) in fields {
                    let step = Trail::Field(trail, name);
                    if name.contains('\0') {
                        self.report_nul(field, &step);
                    } else {
                        self.scan(field, &step);
                    }
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
        true
    }

    fn report_nul(&mut self, value: &Value, trail: &Trail<'_>) {
        if self.nuls.as_ref().is_some_and(|known| !known.contains(&trail.path())) {
            self.refuse(Problem::NulCharacter, value, trail);
        }
    }
}

/// The field of this name. Among a few, as in most bodies, it is found sooner by looking at each than
/// by hashing.
fn field_of<'a>(fields: &'a mut Map<String, Value>, name: &str) -> Option<&'a mut Value> {
    const FEW: usize = 16;
    if fields.len() > FEW {
        return fields.get_mut(name);
    }
    fields.iter_mut().find(|(known, _)| *known == name).map(|(_, value)| value)
}

/// The integer in `value`, which is rewritten where it came as `5.0` or `5e0`.
fn integer(value: &mut Value) -> Result<i64, Problem> {
    /// The first number past i64. As f64 the last one below it is 1,024 smaller,
    /// while what was sent as -2^63 with a fraction may have been rounded to it.
    const PAST: f64 = 9_223_372_036_854_775_808.0;

    let Value::Number(number) = &*value else { return Err(Problem::NotInteger) };
    if let Some(integer) = number.as_i64() {
        return Ok(integer);
    }
    let float = number.as_f64().unwrap_or(f64::INFINITY);
    if float.abs() >= PAST {
        return Err(Problem::BeyondI64);
    }
    if float.fract() != 0.0 {
        return Err(Problem::Fraction);
    }
    #[expect(clippy::cast_possible_truncation, reason = "integral and within i64, see above")]
    let integer = float as i64;
    *value = Value::from(integer);
    Ok(integer)
}

#[expect(clippy::cast_precision_loss, reason = "bounds in documents are far below 2^53")]
fn precise(limit: i64) -> f64 {
    limit as f64
}

fn outside(range: &Range, compare: impl Fn(i64) -> Ordering) -> Option<Problem> {
    if let Some(min) = range.min {
        let order = compare(min.limit);
        if order.is_lt() || (min.exclusive && order.is_eq()) {
            return Some(Problem::Below { min: min.limit, exclusive: min.exclusive });
        }
    }
    let max = range.max?;
    let order = compare(max.limit);
    (order.is_gt() || (max.exclusive && order.is_eq()))
        .then_some(Problem::Above { max: max.limit, exclusive: max.exclusive })
}

/// Measures only where there is a bound: counting characters reads the text.
fn miss(
    length: &Count,
    measure: impl FnOnce() -> usize,
    below: impl FnOnce(u64) -> Problem,
    above: impl FnOnce(u64) -> Problem,
) -> Option<Problem> {
    if length.min.is_none() && length.max.is_none() {
        return None;
    }
    let size = u64::try_from(measure()).unwrap_or(u64::MAX);
    let short = length.min.filter(|min| size < *min).map(below);
    short.or_else(|| length.max.filter(|max| size > *max).map(above))
}
