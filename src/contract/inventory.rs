//! What a test can exercise of an operation: its statuses, its parameters, the fields of its body,
//! and the values that it offers for each. Taken once, when its schemas are compiled.
//!
//! Nothing here looks at a request: that is `survey`.

use serde_json::Value;

use super::params::Parameter;
use super::schema::{Additional, Id, Property, Schemas, Shape};
use super::violation::Place;

/// Everything of one operation that a test can exercise, in a fixed order: the statuses going up,
/// the parameters of path, query and headers, the fields of the body, each as the document has
/// them. The values that a parameter or field offers stand behind it.
#[derive(Debug, Default)]
pub struct Inventory {
    items: Vec<Item>,
    pub(super) parameters: Vec<Named>,
    pub(super) body: Node,
}

/// One thing that a test can exercise.
#[derive(Debug, Clone, PartialEq)]
pub enum Item {
    /// An answer with this status.
    Status(u16),
    /// A parameter.
    Parameter {
        /// Where it is sent.
        place: Place,
        /// Its documented name.
        name: String,
    },
    /// A field of the body, wherever it stands: `allocations[].amount_cents`.
    Field(String),
    /// One of the values (`enum`) that are offered.
    Choice {
        /// Where it is sent.
        place: Place,
        /// The parameter's name, or the field's path as in [`Item::Field`].
        of: String,
        /// The value.
        value: Value,
    },
}

impl Inventory {
    /// All of it; what a survey has seen are indexes into this.
    pub fn items(&self) -> &[Item] {
        &self.items
    }

    /// The index of an answer with this status, if the document has it.
    pub fn status(&self, status: u16) -> Option<u32> {
        let is = |item: &Item| *item == Item::Status(status);
        self.items.iter().position(is).map(index)
    }
}

/// What the inventory knows of a value: the items that it is, and those of its parts.
#[derive(Debug, Default)]
pub(super) struct Node {
    /// None where the value is no item of its own: the whole body, an element.
    pub(super) item: Option<u32>,
    pub(super) deprecated: bool,
    pub(super) choices: Vec<(Value, u32)>,
    pub(super) elements: Option<Box<Node>>,
    pub(super) fields: Vec<Named>,
    /// Whether fields that are not named are meant to be there, or are violations already.
    pub(super) settled: bool,
}

/// A parameter or a field.
#[derive(Debug)]
pub(super) struct Named {
    pub(super) place: Place,
    pub(super) name: String,
    pub(super) node: Node,
}

/// Takes the inventory of one operation.
pub(super) struct Taker<'s> {
    schemas: &'s Schemas,
    inventory: Inventory,
    /// The schemas on the way down, as one may contain itself: then its parts are items once.
    open: Vec<Id>,
}

impl<'s> Taker<'s> {
    pub(super) fn new(schemas: &'s Schemas) -> Self {
        Self { schemas, inventory: Inventory::default(), open: Vec::new() }
    }

    pub(super) fn status(&mut self, status: u16) {
        self.add(Item::Status(status));
    }

    pub(super) fn parameter(&mut self, place: Place, parameter: &Parameter) {
        let name = parameter.name.clone();
        let item = self.add(Item::Parameter { place, name: name.clone() });
        let deprecated = parameter.deprecated;
        let mut node = Node { item: Some(item), deprecated, ..Node::default() };
        self.take(&mut node, place, parameter.schema, &name);
        self.inventory.parameters.push(Named { place, name, node });
    }

    /// Takes the fields of a body that may have this schema, beside those of its other schemas.
    pub(super) fn body(&mut self, schema: Id) {
        let mut body = std::mem::take(&mut self.inventory.body);
        self.take(&mut body, Place::Body, schema, "");
        self.inventory.body = body;
    }

    pub(super) fn finish(self) -> Inventory {
        self.inventory
    }

    fn add(&mut self, item: Item) -> u32 {
        self.inventory.items.push(item);
        index(self.inventory.items.len() - 1)
    }

    /// Adds to `node`, which is called `of`, what the schema says of it. Several schemas may speak
    /// of one value: the parts of an `allOf`, alternatives, JSON and forms.
    fn take(&mut self, node: &mut Node, place: Place, id: Id, of: &str) {
        if self.open.contains(&id) {
            return;
        }
        self.open.push(id);
        let schema = self.schemas.get(id);
        node.deprecated |= schema.deprecated;
        for value in &schema.choices {
            if !node.choices.iter().any(|(known, _)| known == value) {
                let choice = Item::Choice { place, of: of.to_owned(), value: value.clone() };
                node.choices.push((value.clone(), self.add(choice)));
            }
        }
        match &schema.shape {
            Shape::Array { item, .. } => {
                let mut element = node.elements.take().unwrap_or_default();
                self.take(&mut element, place, *item, &format!("{of}[]"));
                node.elements = Some(element);
            }
            Shape::Object { properties, additional } => {
                node.settled |=
                    properties.is_empty() || !matches!(additional, Additional::Anything);
                // A parameter is one item, whatever it is made of.
                if place == Place::Body {
                    self.fields(node, properties, of);
                }
            }
            Shape::Any => node.settled |= schema.parts().next().is_none(),
            Shape::Boolean | Shape::Integer(_) | Shape::Number(_) | Shape::Text { .. } => {}
        }
        for part in &schema.all_of {
            self.take(node, place, *part, of);
        }
        // One alternative may be deprecated while the field is not.
        let deprecated = node.deprecated;
        for part in schema.any_of.iter().chain(&schema.one_of) {
            self.take(node, place, *part, of);
        }
        node.deprecated = deprecated;
        self.open.pop();
    }

    fn fields(&mut self, node: &mut Node, properties: &[Property], of: &str) {
        for Property { name, schema, .. } in properties {
            let path = if of.is_empty() { name.clone() } else { format!("{of}.{name}") };
            let known = node.fields.iter().position(|field| field.name == *name);
            let at = known.unwrap_or_else(|| {
                let item = Some(self.add(Item::Field(path.clone())));
                let node_of_field = Node { item, ..Node::default() };
                let (place, name) = (Place::Body, name.clone());
                node.fields.push(Named { place, name, node: node_of_field });
                node.fields.len() - 1
            });
            self.take(&mut node.fields[at].node, Place::Body, *schema, &path);
        }
    }
}

fn index(at: usize) -> u32 {
    u32::try_from(at).expect("no document has as many items as 32 bits count")
}
