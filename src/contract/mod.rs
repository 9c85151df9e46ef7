//! What an `OpenAPI` 3.0 document promises, and whether a request or a reply
//! keeps to it: every violation at once, in one pass.
//!
//! Judges values and speaks of facts. The words for a client, statuses, HTTP
//! and what the operations do are elsewhere.

mod check;
mod compile;
mod document;
mod flat;
mod formats;
mod inventory;
mod json;
mod judge;
pub mod lint;
mod names;
mod operation;
mod params;
pub mod pointer;
mod published;
mod reply;
mod sample;
mod schema;
mod survey;
mod text;
mod violation;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use serde_json::Value;

use self::compile::Compiler;
use self::document::Node;
pub use self::inventory::{Inventory, Item};
pub use self::judge::{Judge, Outgoing};
pub use self::operation::{BodyContract, Checked, OperationContract};
pub use self::published::as_published;
pub use self::reply::NoSample;
pub use self::survey::{Oddity, Remark, Seen, Survey};
pub use self::violation::{Kind, Place, Problem, Step, Violation};

/// What one document promises, operation by operation.
#[derive(Debug)]
pub struct Contract {
    clauses: BTreeMap<String, Arc<Clause>>,
}

/// What the document says of one operation, made ready once: when it is first asked for, as most
/// runs call a few operations of many.
#[derive(Debug)]
pub struct Clause {
    excerpt: &'static str,
    ready: OnceLock<Option<OperationContract>>,
}

impl Contract {
    /// Reads an `OpenAPI` 3.0 document.
    ///
    /// # Errors
    /// A sentence that begins with the JSON pointer of what is wrong, or of a
    /// keyword that constrains values and is not supported.
    pub fn new(document: &Value) -> Result<Self, String> {
        let clause = |(id, contract)| {
            let clause = Clause { excerpt: "", ready: OnceLock::from(Some(contract)) };
            (id, Arc::new(clause))
        };
        Ok(Self { clauses: compiled(document)?.into_iter().map(clause).collect() })
    }

    /// The contract of a document that was cut up by operation: pairs of `operationId` and a
    /// document that has this operation alone. They are read when they are asked for; one that
    /// cannot be read is as good as none.
    pub fn of_excerpts(excerpts: &[(&str, &'static str)]) -> Self {
        let clause = |&(id, excerpt): &(&str, &'static str)| {
            (id.to_owned(), Arc::new(Clause { excerpt, ready: OnceLock::new() }))
        };
        Self { clauses: excerpts.iter().map(clause).collect() }
    }

    /// The operation that the document calls `operation_id`.
    pub fn operation(&self, operation_id: &str) -> Option<&OperationContract> {
        self.clauses.get(operation_id)?.ready()
    }

    /// The same, not yet made ready.
    pub fn clause(&self, operation_id: &str) -> Option<&Arc<Clause>> {
        self.clauses.get(operation_id)
    }
}

impl Clause {
    /// The contract of the operation.
    pub fn ready(&self) -> Option<&OperationContract> {
        let read = || {
            let document = serde_json::from_str(self.excerpt).ok()?;
            compiled(&document).ok()?.pop_first().map(|(_, contract)| contract)
        };
        self.ready.get_or_init(read).as_ref()
    }
}

fn compiled(document: &Value) -> Result<BTreeMap<String, OperationContract>, String> {
    let mut compiler = Compiler::new();
    let mut drafts = BTreeMap::new();
    let root = Node::root(document);
    let paths = root.get("paths")?.ok_or_else(|| root.refuse("has no paths"))?;
    for (_, path) in paths.fields()? {
        for method in ["get", "put", "post", "delete", "options", "head", "patch", "trace"] {
            let Some(node) = path.get(method)? else { continue };
            let id = node.text("operationId")?;
            let id = id.ok_or_else(|| node.refuse("has no operationId"))?.to_owned();
            let draft = operation::Draft::compile(&mut compiler, &path, &node)?;
            if drafts.insert(id, draft).is_some() {
                return Err(node.refuse_at("operationId", "is the id of two operations"));
            }
        }
    }
    let schemas = Arc::new(compiler.finish()?);
    let ready = |(id, draft): (String, operation::Draft)| (id, draft.finish(&schemas));
    Ok(drafts.into_iter().map(ready).collect())
}

/// A request as it came in, split into its parts and not yet understood.
pub struct Incoming<'a> {
    /// The parameters in the path, percent-decoded.
    pub path: &'a [(String, String)],
    /// The query as it was sent, without its `?`.
    pub query: &'a str,
    /// A header by its name in any case; `Err` where it is no UTF-8.
    pub headers: &'a dyn Fn(&str) -> Option<Result<String, ()>>,
    /// The body.
    pub body: Body,
}

/// The body of a request, by how it is to be read.
#[derive(Debug, Clone)]
pub enum Body {
    /// None was sent.
    Absent,
    /// Bytes that should be JSON.
    Json(Bytes),
    /// Names and texts: the pairs of a form, or the text parts of a multipart.
    Flat(Vec<(String, String)>),
    /// A part of a flat body is no UTF-8.
    NotText {
        /// The name of the part.
        part: String,
    },
}
