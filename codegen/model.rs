//! The plain model that requests, replies and traits are written from: read once, and after that
//! neither JSON nor openapiv3 is looked at again. No tokens here.

use std::collections::{BTreeMap, BTreeSet};

use openapiv3::ReferenceOr;
use serde_json::Value;

use super::{Fault, names, reader};

/// All operations of a provider, sorted by path, then method.
pub(super) struct Spec {
    pub(super) operations: Vec<Operation>,
}

/// One operation of the document.
pub(super) struct Operation {
    /// The document's operationId.
    pub(super) id: String,
    /// The short name: a method of a trait, and, as a type name, the stem of request and reply.
    pub(super) name: String,
    pub(super) stem: String,
    pub(super) tag: String,
    /// In capitals.
    pub(super) method: String,
    pub(super) path: String,
    /// What the document says about where the operation comes from; empty for the vendor's own.
    pub(super) source: String,
    /// The security schemes it names, any one of which will do: its own, or else the document's.
    pub(super) security: Vec<String>,
    pub(super) summary: String,
    pub(super) pointer: String,
    pub(super) simulated: bool,
    pub(super) parameters: Vec<Parameter>,
    pub(super) body: Option<Body>,
    /// By status, ascending.
    pub(super) replies: Vec<Reply>,
}

/// One parameter, and the field it becomes.
pub(super) struct Parameter {
    pub(super) name: String,
    pub(super) field: String,
    pub(super) place: Place,
    /// The Rust type of a value that is there.
    pub(super) kind: &'static str,
    pub(super) required: bool,
    pub(super) description: String,
}

/// Where a parameter is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Path,
    Query,
    Header,
}

/// The body of a request: the name of its type among the wire types.
pub(super) struct Body {
    pub(super) type_name: String,
    pub(super) required: bool,
}

/// One documented status.
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) variant: &'static str,
    pub(super) description: String,
    pub(super) body: ReplyBody,
}

/// What is in a reply.
pub(super) enum ReplyBody {
    None,
    /// JSON: the name of its type among the wire types.
    Json(String),
    /// A text of this media type.
    Text(String),
}

impl ReplyBody {
    /// The name of the type of a JSON body.
    pub(super) fn json(&self) -> Option<&String> {
        match self {
            Self::Json(name) => Some(name),
            Self::Text(_) | Self::None => None,
        }
    }
}

impl Spec {
    /// Reads the settled document.
    ///
    /// # Errors
    /// What `OpenAPI` does not allow, and what has no place in a typed table: see the messages.
    pub(super) fn read(settled: &Value, not_simulated: &[&str]) -> Result<Self, Fault> {
        let document = reader::parse(settled)?;
        let mut operations = Vec::new();
        for (path, item) in &document.paths.paths {
            let ReferenceOr::Item(item) = item else { continue };
            for (method, operation) in item.iter() {
                let mut operation = reader::operation(&document, path, method, operation)?;
                operation.simulated = !not_simulated.contains(&operation.id.as_str());
                operations.push(operation);
            }
        }
        operations.sort_by(|a, b| (&a.path, &a.method).cmp(&(&b.path, &b.method)));
        let spec = Self { operations };
        spec.check_names()?;
        spec.check_not_simulated(not_simulated)?;
        Ok(spec)
    }

    fn check_names(&self) -> Result<(), Fault> {
        let mut names: BTreeMap<&str, &str> = BTreeMap::new();
        let mut tags: BTreeMap<String, &str> = BTreeMap::new();
        for operation in &self.operations {
            if let Some(other) = names.insert(&operation.stem, &operation.pointer) {
                let problem = format!("its name `{}` is also that of {other}", operation.name);
                return Err(Fault::new(&operation.pointer, problem));
            }
            let trait_name = names::trait_name(&operation.tag);
            let other = tags.entry(trait_name).or_insert(&operation.tag);
            if *other != operation.tag {
                let problem =
                    format!("the tags `{}` and `{other}` make one trait name", operation.tag);
                return Err(Fault::new(format!("{}/tags/0", operation.pointer), problem));
            }
        }
        Ok(())
    }

    fn check_not_simulated(&self, not_simulated: &[&str]) -> Result<(), Fault> {
        let known: BTreeSet<&str> =
            self.operations.iter().map(|operation| operation.id.as_str()).collect();
        let Some(unknown) = not_simulated.iter().find(|id| !known.contains(*id)) else {
            return Ok(());
        };
        let known: Vec<&str> = known.into_iter().collect();
        let problem =
            format!("NOT_SIMULATED names `{unknown}`; the operations are {}", known.join(", "));
        Err(Fault { file: Some("build.rs".into()), pointer: String::new(), problem })
    }
}
