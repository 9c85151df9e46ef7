//! One documented reply: its schema and its examples, and a body to give where none was made.
//!
//! Which status to answer, and why, is decided elsewhere.

use serde_json::Value;

use super::check::Checker;
use super::compile::Compiler;
use super::document::Node;
use super::operation::{is_json, schema_of};
use super::schema::{Id, Schemas};

/// Why there is no body to give.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoSample {
    /// The document does not list the status.
    Status {
        /// Those it lists, ascending.
        documented: Vec<u16>,
    },
    /// The status has no such example, or one that breaks its schema.
    Example {
        /// The names of those that it has, in the order of the document.
        named: Vec<String>,
    },
    /// No example holds, and no value was found that does.
    Unmade,
}

/// What the document says of the reply under one status.
#[derive(Debug)]
pub(super) struct ReplyContract {
    /// None where the reply has no body.
    pub(super) schema: Option<Id>,
    examples: Vec<Example>,
}

/// An example, by its name where it has one.
#[derive(Debug)]
struct Example {
    name: Option<String>,
    value: Value,
}

impl ReplyContract {
    /// The body under `name`; without one the first example, or one made from the schema. `Null`
    /// where the reply has no body.
    pub(super) fn sample(&self, schemas: &Schemas, name: Option<&str>) -> Result<Value, NoSample> {
        // Examples are written by hand: one that breaks its own schema is as good as none.
        let sound = |example: &&Example| {
            self.schema.is_some_and(|id| Checker::passes(schemas, id, &mut example.value.clone()))
        };
        let mut sound = self.examples.iter().filter(sound);
        let Some(name) = name else {
            return match (sound.next(), self.schema) {
                (Some(example), _) => Ok(example.value.clone()),
                (None, Some(id)) => schemas.sample(id).ok_or(NoSample::Unmade),
                (None, None) => Ok(Value::Null),
            };
        };
        let sound: Vec<_> = sound.collect();
        let found = sound.iter().find(|example| example.name.as_deref() == Some(name));
        found.map(|example| example.value.clone()).ok_or_else(|| {
            let named = sound.iter().filter_map(|example| example.name.clone());
            NoSample::Example { named: named.collect() }
        })
    }

    pub(super) fn compile(compiler: &mut Compiler, response: &Node<'_>) -> Result<Self, String> {
        let content = response.get("content")?;
        let media = content.map(|content| content.fields()).transpose()?.unwrap_or_default();
        let json = media.iter().find(|(media, _)| is_json(media)).or(media.first());
        let Some((_, entry)) = json else {
            return Ok(Self { schema: None, examples: Vec::new() });
        };
        let mut examples = Vec::new();
        if let Some(value) = entry.value.get("example") {
            examples.push(Example { name: None, value: value.clone() });
        }
        if let Some(named) = entry.get("examples")? {
            for (name, example) in named.fields()? {
                // Without a `value` it stands behind an address, where nobody looks.
                if let Some(value) = example.value.get("value") {
                    examples.push(Example { name: Some(name.to_owned()), value: value.clone() });
                }
            }
        }
        Ok(Self { schema: Some(schema_of(compiler, entry)?), examples })
    }
}
