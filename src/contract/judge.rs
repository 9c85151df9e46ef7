//! Whole replies against a document: status, media type, headers and body. Made only where somebody
//! asks for it, so that nobody else pays for what is compiled here.
//!
//! Whether to look, and what becomes of a reply that breaks its document, is decided elsewhere.

use std::collections::BTreeMap;

use bytes::Bytes;
use serde_json::{Map, Value};

use super::check::{Checker, Trail};
use super::compile::Compiler;
use super::document::Node;
use super::json;
use super::operation::schema_of;
use super::params::Parameter;
use super::schema::{Id, Schemas};
use super::violation::{Place, Problem, Step, Violation};

/// The replies of a document.
#[derive(Debug)]
pub struct Judge {
    schemas: Schemas,
    /// By operationId and status.
    operations: BTreeMap<String, BTreeMap<u16, Promise>>,
}

/// A reply as it is about to leave.
pub struct Outgoing<'a> {
    /// Its status.
    pub status: u16,
    /// Its media type; empty where it has no body.
    pub media: &'a str,
    /// A header by its name in lower case.
    pub header: &'a dyn Fn(&str) -> Option<&'a str>,
    /// Its body; none where it is still to come.
    pub body: Option<&'a Bytes>,
}

/// What a document says of one reply.
#[derive(Debug)]
struct Promise {
    /// The schema of each media type; none where the reply has no body.
    media: Vec<(String, Id)>,
    headers: Vec<Parameter>,
}

impl Judge {
    /// Reads the replies of an `OpenAPI` 3.0 document.
    ///
    /// # Errors
    /// A sentence that begins with the JSON pointer of what is wrong, as of
    /// [`Contract::new`](super::Contract::new).
    pub fn new(document: &Value) -> Result<Self, String> {
        let (mut compiler, mut operations) = (Compiler::new(), BTreeMap::new());
        let root = Node::root(document);
        let paths = root.get("paths")?.ok_or_else(|| root.refuse("has no paths"))?;
        for (_, path) in paths.fields()? {
            for (_, operation) in path.fields()? {
                let Ok(Some(id)) = operation.text("operationId") else { continue };
                let mut promises = BTreeMap::new();
                for (status, reply) in
                    operation.get("responses")?.map_or(Ok(Vec::new()), |it| it.fields())?
                {
                    let status = status.parse().map_err(|_| reply.refuse("is no status"))?;
                    promises.insert(status, Promise::compile(&mut compiler, &reply)?);
                }
                operations.insert(id.to_owned(), promises);
            }
        }
        Ok(Self { schemas: compiler.finish()?, operations })
    }

    /// What in the reply of an operation breaks the document; of one that it does not have nothing.
    pub fn check(&self, operation_id: &str, reply: &Outgoing<'_>) -> Vec<Violation> {
        let Some(promises) = self.operations.get(operation_id) else { return Vec::new() };
        if let Some(promise) = promises.get(&reply.status) {
            promise.check(&self.schemas, reply)
        } else {
            let documented = promises.keys().copied().map(Value::from).collect();
            let (problem, input) = (Problem::NotInEnum(documented), reply.status.into());
            // As HTTP calls it since its second version, beside the headers.
            let path = vec![Step::Field(":status".to_owned())];
            vec![Violation { place: Place::Header, path, problem, input }]
        }
    }
}

impl Promise {
    fn check(&self, schemas: &Schemas, reply: &Outgoing<'_>) -> Vec<Violation> {
        let mut found = Vec::new();
        for header in &self.headers {
            let text = (reply.header)(&header.name.to_ascii_lowercase());
            header.check(schemas, Place::Header, text.map(Ok), &mut Map::new(), &mut found);
        }
        let whole =
            |problem, input| Violation { place: Place::Body, path: Vec::new(), problem, input };
        let schema = self.media.iter().find(|(media, _)| same(media, reply.media));
        match (schema, reply.media) {
            (Some((media, schema)), _) => {
                let Some(body) = reply.body else { return found };
                let read = if media.contains("json") { json::read(body) } else { text(body) };
                match read {
                    Err(problem) => found.push(whole(problem, Value::Null)),
                    Ok(mut value) => {
                        let mut checker = Checker::new(schemas, Place::Body, false);
                        checker.check(*schema, &mut value, &Trail::Root);
                        found.append(&mut checker.into_found());
                    }
                }
            }
            (None, "") if self.media.is_empty() => {}
            (None, "") => found.push(whole(Problem::Missing, Value::Null)),
            (None, media) if self.media.is_empty() => {
                found.push(whole(Problem::Undeclared, media.into()));
            }
            (None, media) => {
                let documented = self.media.iter().map(|(media, _)| media.as_str().into());
                let problem = Problem::NotInEnum(documented.collect());
                let path = vec![Step::Field("content-type".to_owned())];
                found.push(Violation { place: Place::Header, path, problem, input: media.into() });
            }
        }
        found
    }

    fn compile(compiler: &mut Compiler, reply: &Node<'_>) -> Result<Self, String> {
        let mut promise = Self { media: Vec::new(), headers: Vec::new() };
        for (media, entry) in reply.get("content")?.map_or(Ok(Vec::new()), |it| it.fields())? {
            promise.media.push((media.to_owned(), schema_of(compiler, &entry)?));
        }
        for (name, header) in reply.get("headers")?.map_or(Ok(Vec::new()), |it| it.fields())? {
            promise.headers.push(Parameter::compile(compiler, name, &header)?);
        }
        Ok(promise)
    }
}

/// Whether a media type is the documented one, whatever its own parameters.
fn same(documented: &str, sent: &str) -> bool {
    let essence =
        |media: &str| media.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    essence(documented) == essence(sent)
}

fn text(body: &Bytes) -> Result<Value, Problem> {
    std::str::from_utf8(body).map(Value::from).map_err(|_| Problem::NotUtf8)
}
