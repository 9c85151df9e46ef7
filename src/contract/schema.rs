//! The compiled form of a document's schemas: an arena of plain values.
//!
//! Nothing here reads a document or judges a value; `compile` makes these and
//! `check` walks them.

use serde_json::Value;

use super::formats::Format;
use super::violation::Kind;

/// A schema in the arena.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Id(usize);

/// All schemas of one document. They refer to each other by `Id`, so a schema
/// may contain itself.
#[derive(Debug)]
pub(super) struct Schemas {
    all: Vec<Schema>,
}

impl Schemas {
    /// The schema that takes everything.
    pub(super) const ANYTHING: Id = Id(0);

    pub(super) fn new() -> Self {
        Self { all: vec![Schema::default()] }
    }

    pub(super) fn get(&self, id: Id) -> &Schema {
        &self.all[id.0]
    }

    /// Keeps a place for a schema whose parts may refer to it.
    pub(super) fn reserve(&mut self) -> Id {
        self.all.push(Schema::default());
        Id(self.all.len() - 1)
    }

    pub(super) fn set(&mut self, id: Id, schema: Schema) {
        self.all[id.0] = schema;
    }

    pub(super) fn ids(&self) -> impl Iterator<Item = Id> + use<> {
        (0..self.all.len()).map(Id)
    }

    /// The schema of a field, and whether the field is required; also where a
    /// combined schema declares it.
    pub(super) fn property(&self, id: Id, name: &str) -> Option<&Property> {
        let schema = self.get(id);
        if let Shape::Object { properties, .. } = &schema.shape
            && let Some(own) = properties.iter().find(|it| it.name == name)
        {
            return Some(own);
        }
        schema.parts().find_map(|part| self.property(part, name))
    }

    /// The schema of the fields that are declared nowhere by name.
    pub(super) fn additional(&self, id: Id) -> Id {
        let schema = self.get(id);
        if let Shape::Object { additional: Additional::Like(like), .. } = &schema.shape {
            return *like;
        }
        schema
            .parts()
            .map(|part| self.additional(part))
            .find(|found| *found != Self::ANYTHING)
            .unwrap_or(Self::ANYTHING)
    }

    /// The schema that says the type: `id` itself, or the first one under its
    /// `allOf` that does.
    pub(super) fn typed(&self, id: Id) -> Id {
        let schema = self.get(id);
        if !schema.is_silent() {
            return id;
        }
        schema
            .all_of
            .iter()
            .map(|part| self.typed(*part))
            .find(|part| !self.get(*part).is_silent())
            .unwrap_or(id)
    }

    /// Whether everything passes.
    pub(super) fn is_free(&self, id: Id) -> bool {
        let typed = self.get(self.typed(id));
        typed.is_silent() && typed.all_of.is_empty()
    }
}

/// One schema. The parts hold together: a value must pass all of them.
#[derive(Debug, Default)]
pub(super) struct Schema {
    pub(super) nullable: bool,
    pub(super) shape: Shape,
    /// The values of `enum`; empty without one.
    pub(super) choices: Vec<Value>,
    /// Whether the document asks not to send it any more.
    pub(super) deprecated: bool,
    /// What a value may look like: `example`, or else `default`.
    pub(super) example: Option<Value>,
    /// What a text is the id of.
    pub(super) refers_to: Option<String>,
    pub(super) all_of: Vec<Id>,
    pub(super) any_of: Vec<Id>,
    pub(super) one_of: Vec<Id>,
}

impl Schema {
    /// The schemas that judge the same value as this one.
    pub(super) fn parts(&self) -> impl Iterator<Item = Id> {
        self.all_of.iter().chain(&self.any_of).chain(&self.one_of).copied()
    }

    fn is_silent(&self) -> bool {
        matches!(self.shape, Shape::Any)
            && self.choices.is_empty()
            && self.any_of.is_empty()
            && self.one_of.is_empty()
    }
}

/// The type, with what may be asked of a value of that type.
#[derive(Debug, Default)]
pub(super) enum Shape {
    #[default]
    Any,
    Boolean,
    Integer(Range),
    Number(Range),
    Text {
        format: Option<Format>,
        /// In characters.
        length: Count,
    },
    Array {
        item: Id,
        length: Count,
    },
    Object {
        /// In the order of the document, which is the order of the violations.
        properties: Vec<Property>,
        additional: Additional,
    },
}

impl Shape {
    /// What a value should be, where it matters.
    pub(super) fn kind(&self) -> Option<Kind> {
        match self {
            Self::Any => None,
            Self::Boolean => Some(Kind::Boolean),
            Self::Integer(_) => Some(Kind::Integer),
            Self::Number(_) => Some(Kind::Number),
            Self::Text { .. } => Some(Kind::Text),
            Self::Array { .. } => Some(Kind::Array),
            Self::Object { .. } => Some(Kind::Object),
        }
    }
}

/// A named field of an object.
#[derive(Debug)]
pub(super) struct Property {
    pub(super) name: String,
    pub(super) schema: Id,
    pub(super) required: bool,
}

/// What the fields that no property names may be.
#[derive(Debug)]
pub(super) enum Additional {
    Anything,
    Nothing,
    Like(Id),
}

/// The bounds of a number.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Range {
    pub(super) min: Option<Bound>,
    pub(super) max: Option<Bound>,
}

/// One bound of a number.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bound {
    pub(super) limit: i64,
    pub(super) exclusive: bool,
}

/// The bounds of a length.
#[derive(Debug, Default)]
pub(super) struct Count {
    pub(super) min: Option<u64>,
    pub(super) max: Option<u64>,
}
