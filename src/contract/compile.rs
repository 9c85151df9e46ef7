//! From the schemas of a document to their compiled form, once: when an operation is first asked for.
//!
//! A keyword that would constrain a value and is not understood is an error
//! with its JSON pointer. Dropping it would let the sandbox take what the
//! provider refuses.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::document::Node;
use super::formats::Format;
use super::schema::{Additional, Bound, Count, Id, Property, Range, Schema, Schemas, Shape};

/// Every keyword that is understood, those that only describe included.
const KEYWORDS: &[&str] = &[
    "type",
    "format",
    "enum",
    "nullable",
    "minLength",
    "maxLength",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "minItems",
    "maxItems",
    "items",
    "properties",
    "required",
    "additionalProperties",
    "allOf",
    "anyOf",
    "oneOf",
    "title",
    "description",
    "default",
    "example",
    "externalDocs",
    "deprecated",
    "readOnly",
    "writeOnly",
    "xml",
];

/// What says the type of a schema that leaves `type` out: the generated types
/// take the schema for that type, too.
const TELLTALES: &[(&str, &str)] = &[
    ("properties", "object"),
    ("required", "object"),
    ("additionalProperties", "object"),
    ("items", "array"),
    ("minItems", "array"),
    ("maxItems", "array"),
    ("minLength", "string"),
    ("maxLength", "string"),
];

/// Makes the schemas of one document; a schema that is referred to from many
/// places is made once.
#[derive(Debug)]
pub(super) struct Compiler {
    schemas: Schemas,
    made: HashMap<String, Id>,
}

impl Compiler {
    pub(super) fn new() -> Self {
        Self { schemas: Schemas::new(), made: HashMap::new() }
    }

    /// The schema at `node`.
    pub(super) fn schema(&mut self, node: &Node<'_>) -> Result<Id, String> {
        if let Some(id) = self.made.get(&node.pointer) {
            return Ok(*id);
        }
        let id = if node.object()?.is_empty() { Schemas::ANYTHING } else { self.schemas.reserve() };
        self.made.insert(node.pointer.clone(), id);
        if id != Schemas::ANYTHING {
            let schema = self.build(node)?;
            self.schemas.set(id, schema);
        }
        Ok(id)
    }

    /// All that was made, provided that every check of a value comes to an end.
    pub(super) fn finish(self) -> Result<Schemas, String> {
        let mut finite = HashSet::new();
        for id in self.schemas.ids() {
            if !self.ends(id, &mut finite, &mut Vec::new()) {
                let pointer = self.made.iter().find(|(_, made)| **made == id);
                let pointer = pointer.map_or("/", |(pointer, _)| pointer);
                return Err(format!(
                    "{pointer}: is a part of itself through allOf, anyOf or oneOf"
                ));
            }
        }
        Ok(self.schemas)
    }

    fn ends(&self, id: Id, finite: &mut HashSet<Id>, open: &mut Vec<Id>) -> bool {
        if finite.contains(&id) {
            return true;
        }
        if open.contains(&id) {
            return false;
        }
        open.push(id);
        let ends = self.schemas.get(id).parts().all(|part| self.ends(part, finite, open));
        open.pop();
        if ends {
            finite.insert(id);
        }
        ends
    }

    fn build(&mut self, node: &Node<'_>) -> Result<Schema, String> {
        let unknown = |key: &&String| !KEYWORDS.contains(&key.as_str()) && !key.starts_with("x-");
        if let Some(key) = node.object()?.keys().find(unknown) {
            return Err(node.refuse_at(key, "is a keyword that the checker does not know"));
        }
        Ok(Schema {
            nullable: node.flag("nullable")?,
            shape: self.shape(node)?,
            choices: choices(node)?,
            deprecated: node.flag("deprecated")?,
            example: node.value.get("example").or(node.value.get("default")).cloned(),
            refers_to: node.text("x-sandbox-references")?.map(str::to_owned),
            all_of: self.parts(node, "allOf")?,
            any_of: self.parts(node, "anyOf")?,
            one_of: self.parts(node, "oneOf")?,
        })
    }

    fn shape(&mut self, node: &Node<'_>) -> Result<Shape, String> {
        let told = || TELLTALES.iter().find(|(key, _)| node.value.get(key).is_some());
        let named = node.text("type")?.or_else(|| told().map(|(_, kind)| *kind));
        let format = node.text("format")?;
        let Some(named) = named else {
            let orphan = ["format", "minimum", "maximum"]
                .into_iter()
                .find(|key| node.value.get(key).is_some());
            return match orphan {
                Some(key) => Err(node.refuse_at(key, "constrains a value without a type")),
                None => Ok(Shape::Any),
            };
        };
        match (named, format) {
            ("boolean", None) => Ok(Shape::Boolean),
            ("integer", None | Some("int64")) => Ok(Shape::Integer(range(node)?)),
            ("integer", Some("int32")) => Ok(Shape::Integer(narrowed(range(node)?))),
            ("number", None | Some("float" | "double")) => Ok(Shape::Number(range(node)?)),
            ("string", format) => {
                let length = count(node, "minLength", "maxLength")?;
                Ok(Shape::Text { format: text_format(node, format)?, length })
            }
            ("array", None) => {
                let item =
                    node.get("items")?.ok_or_else(|| node.refuse("is an array without items"))?;
                Ok(Shape::Array {
                    item: self.schema(&item)?,
                    length: count(node, "minItems", "maxItems")?,
                })
            }
            ("object", None) => self.fields(node),
            ("boolean" | "integer" | "number" | "array" | "object", Some(format)) => {
                Err(node.refuse_at("format", &format!("{format} is no known format of {named}")))
            }
            (other, _) => Err(node.refuse_at("type", &format!("{other} is no type"))),
        }
    }

    fn fields(&mut self, node: &Node<'_>) -> Result<Shape, String> {
        let mut required = Vec::new();
        if let Some(list) = node.get("required")? {
            for item in list.items()? {
                required.push(item.value.as_str().ok_or_else(|| item.refuse("is no name"))?);
            }
        }
        let additional = match node.value.get("additionalProperties") {
            None | Some(Value::Bool(true)) => Additional::Anything,
            Some(Value::Bool(false)) => Additional::Nothing,
            Some(_) => match node.get("additionalProperties")? {
                Some(like) if !like.object()?.is_empty() => Additional::Like(self.schema(&like)?),
                _ => Additional::Anything,
            },
        };
        let mut properties = Vec::new();
        if let Some(declared) = node.get("properties")? {
            for (name, property) in declared.fields()? {
                let schema = self.schema(&property)?;
                properties.push(Property {
                    name: name.to_owned(),
                    schema,
                    required: required.contains(&name),
                });
            }
        }
        // A name may be required and declared nowhere, or in another part of an allOf.
        for name in required {
            if !properties.iter().any(|property| property.name == name) {
                let schema = match additional {
                    Additional::Like(like) => like,
                    Additional::Anything | Additional::Nothing => Schemas::ANYTHING,
                };
                properties.push(Property { name: name.to_owned(), schema, required: true });
            }
        }
        Ok(Shape::Object { properties, additional })
    }

    fn parts(&mut self, node: &Node<'_>, key: &str) -> Result<Vec<Id>, String> {
        let Some(list) = node.get(key)? else { return Ok(Vec::new()) };
        let items = list.items()?;
        if items.is_empty() {
            return Err(list.refuse("is empty"));
        }
        items.iter().map(|part| self.schema(part)).collect()
    }
}

fn choices(node: &Node<'_>) -> Result<Vec<Value>, String> {
    match node.value.get("enum") {
        None => Ok(Vec::new()),
        Some(Value::Array(values)) if !values.is_empty() => Ok(values.clone()),
        Some(_) => Err(node.refuse_at("enum", "is no list of values")),
    }
}

/// A format of strings that constrains nothing is taken as a remark.
fn text_format(node: &Node<'_>, format: Option<&str>) -> Result<Option<Format>, String> {
    match format {
        None | Some("password" | "binary") => Ok(None),
        Some("uuid") => Ok(Some(Format::Uuid)),
        Some("uuid-list") => Ok(Some(Format::UuidList)),
        Some("date") => Ok(Some(Format::Date)),
        Some("date-time") => Ok(Some(Format::DateTime)),
        Some("email") => Ok(Some(Format::Email)),
        Some(other) => {
            Err(node.refuse_at("format", &format!("{other} is no known format of string")))
        }
    }
}

fn range(node: &Node<'_>) -> Result<Range, String> {
    let bound = |limit, exclusive| {
        let exclusive = node.flag(exclusive)?;
        Ok::<_, String>(node.integer(limit)?.map(|limit| Bound { limit, exclusive }))
    };
    Ok(Range {
        min: bound("minimum", "exclusiveMinimum")?,
        max: bound("maximum", "exclusiveMaximum")?,
    })
}

/// The range within the 32 bits that the generated type has.
fn narrowed(range: Range) -> Range {
    let (least, most) = (i64::from(i32::MIN), i64::from(i32::MAX));
    let or = |bound: Option<Bound>, limit| bound.unwrap_or(Bound { limit, exclusive: false });
    let min = or(range.min.filter(|bound| bound.limit >= least), least);
    let max = or(range.max.filter(|bound| bound.limit <= most), most);
    Range { min: Some(min), max: Some(max) }
}

fn count(node: &Node<'_>, min: &str, max: &str) -> Result<Count, String> {
    Ok(Count { min: node.count(min)?, max: node.count(max)? })
}
