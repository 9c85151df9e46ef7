//! One operation: what may come in, and what may go out.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::check::{Checker, Trail};
use super::compile::Compiler;
use super::document::Node;
use super::flat::Form;
use super::inventory::{Inventory, Taker};
use super::params::{Parameters, Texts};
use super::reply::{NoSample, ReplyContract};
use super::schema::{Id, Schemas};
use super::survey::Survey;
use super::violation::{Place, Problem, Step, Violation};
use super::{Body, Incoming, json};

/// What the document says of one operation.
#[derive(Debug)]
pub struct OperationContract {
    schemas: Arc<Schemas>,
    draft: Draft,
    inventory: Inventory,
}

/// A request that was held against its document.
#[derive(Debug, Clone, PartialEq)]
pub struct Checked {
    /// The parameters under their documented names and the body under `body`, as far as they were
    /// understood.
    pub input: Map<String, Value>,
    /// Every violation; none where the request keeps the contract.
    pub found: Vec<Violation>,
}

impl Checked {
    /// The request, or what is wrong with it.
    ///
    /// # Errors
    /// Every violation, if there is one.
    pub fn verdict(self) -> Result<Map<String, Value>, Vec<Violation>> {
        if self.found.is_empty() { Ok(self.input) } else { Err(self.found) }
    }
}

impl OperationContract {
    /// The body of its requests; none where the document knows of none.
    pub fn body(&self) -> Option<&BodyContract> {
        self.draft.body.as_ref()
    }

    /// Checks a request.
    ///
    /// Answers every parameter under its documented name and the body under
    /// `body`, with the values as the typed decode needs them: texts read as
    /// what their schema asks for, and each integer written as one. What was
    /// not sent is left out.
    ///
    /// # Errors
    /// Every violation: of the path, the query, the headers and the body, each
    /// in the order of the document. Beside them every id whose document says
    /// what it is of, as [`Problem::Unknown`].
    pub fn check(&self, incoming: Incoming<'_>) -> Result<Map<String, Value>, Vec<Violation>> {
        self.read(incoming).verdict()
    }

    /// Checks a request as [`OperationContract::check`] does, and keeps what was understood of one
    /// that breaks the contract, too.
    pub fn read(&self, incoming: Incoming<'_>) -> Checked {
        let Incoming { path, query, headers, body } = incoming;
        let mut input = Map::new();
        let mut found = Vec::new();
        let texts = Texts { path, query, headers };
        self.draft.parameters.check(&self.schemas, &texts, &mut input, &mut found);
        if let Some(contract) = &self.draft.body {
            let mut read = contract.check(&self.schemas, body);
            if let Some(value) = read.value {
                input.insert("body".to_owned(), value);
            }
            found.append(&mut read.found);
            if !found.is_empty() {
                found.append(&mut read.references);
            }
        }
        Checked { input, found }
    }

    /// Everything of the operation that a test can exercise.
    pub fn inventory(&self) -> &Inventory {
        &self.inventory
    }

    /// What of the inventory a request exercises, and what in it is odd though it breaks nothing:
    /// `query` as it was sent, `input` as [`OperationContract::read`] understood it.
    pub fn survey(&self, query: &str, input: &Map<String, Value>) -> Survey {
        self.inventory.survey(query, input)
    }

    /// Checks a reply; `body` is `Null` where it has none. A status that the
    /// document does not list is one violation: `NotInEnum` of those it lists.
    pub fn check_reply(&self, status: u16, body: &Value) -> Vec<Violation> {
        // A refusal quotes what was sent, NUL characters too: only requests may not have them.
        let mut checker = Checker::new(&self.schemas, Place::Body, false);
        match self.draft.replies.get(&status).map(|reply| reply.schema) {
            Some(Some(schema)) => {
                checker.check(schema, &mut body.clone(), &Trail::Root);
            }
            Some(None) if body.is_null() => {}
            Some(None) => checker.report(Problem::Undeclared, body.clone(), &Trail::Root),
            None => {
                let problem = Problem::NotInEnum(self.documented().map(Value::from).collect());
                checker.report(problem, Value::from(status), &Trail::Root);
            }
        }
        checker.into_found()
    }

    /// The statuses that the document lists, ascending.
    pub fn documented(&self) -> impl Iterator<Item = u16> {
        self.draft.replies.keys().copied()
    }

    /// A body that passes [`OperationContract::check_reply`] under this status: the example of
    /// this name, or without a name the first one, or one made from the schema, the same every
    /// time. `Null` where the reply has no body.
    ///
    /// # Errors
    /// Where the document has no such status or no such example; [`NoSample::Unmade`] where its
    /// schema is beyond what can be made.
    pub fn sample(&self, status: u16, example: Option<&str>) -> Result<Value, NoSample> {
        match self.draft.replies.get(&status) {
            Some(reply) => reply.sample(&self.schemas, example),
            None => Err(NoSample::Status { documented: self.documented().collect() }),
        }
    }
}

/// What the document says of the body of an operation's requests.
#[derive(Debug)]
pub struct BodyContract {
    required: bool,
    media: Vec<String>,
    /// What JSON must be.
    whole: Id,
    /// What the fields of a form must make up.
    flat: Id,
}

impl BodyContract {
    /// Whether a request must have a body.
    pub fn required(&self) -> bool {
        self.required
    }

    /// The media types it may have, in the order of the document.
    pub fn media(&self) -> &[String] {
        &self.media
    }

    fn check(&self, schemas: &Schemas, body: Body) -> Read {
        let wrong = |path, problem| {
            let violation = Violation { place: Place::Body, path, problem, input: Value::Null };
            Read { found: vec![violation], ..Read::default() }
        };
        match body {
            Body::Json(bytes) if !bytes.is_empty() => match json::read(&bytes) {
                Err(problem) => wrong(Vec::new(), problem),
                Ok(mut value) => {
                    let nuls = json::may_hold_nul(&bytes);
                    let mut checker = Checker::new(schemas, Place::Body, nuls);
                    checker.check(self.whole, &mut value, &Trail::Root);
                    Read::of(value, checker)
                }
            },
            // A form without fields lacks each field that is required.
            Body::Flat(pairs) if self.required || !pairs.is_empty() => {
                let mut form = Form::read(schemas, self.flat, &pairs);
                let mut checker = Checker::new(schemas, Place::Body, true);
                checker.check(self.flat, &mut form.value, &Trail::Root);
                let mut read = Read::of(form.value, checker);
                for violation in &mut read.found {
                    if let Some(problem) = form.unread.remove(&violation.path) {
                        violation.problem = problem;
                    }
                }
                read.found.append(&mut form.astray);
                read
            }
            Body::NotText { part } => wrong(vec![Step::Field(part)], Problem::NotUtf8),
            Body::Absent | Body::Json(_) if self.required => wrong(Vec::new(), Problem::Missing),
            Body::Absent | Body::Json(_) | Body::Flat(_) => Read::default(),
        }
    }

    fn compile(compiler: &mut Compiler, node: &Node<'_>) -> Result<Self, String> {
        let content = node.get("content")?.ok_or_else(|| node.refuse("has no content"))?;
        let entries = content.fields()?;
        let Some(first) = entries.first() else { return Err(content.refuse("is empty")) };
        let (_, whole) = entries.iter().find(|(media, _)| is_json(media)).unwrap_or(first);
        let (_, flat) = entries.iter().find(|(media, _)| !is_json(media)).unwrap_or(first);
        // Both flat kinds come in as the same pairs, so they cannot be told apart.
        for (media, entry) in entries.iter().filter(|(media, _)| !is_json(media)) {
            if entry.value.get("schema") != flat.value.get("schema") {
                return Err(content.refuse_at(media, "has another schema than the other forms"));
            }
        }
        let (whole, flat) = (schema_of(compiler, whole)?, schema_of(compiler, flat)?);
        let media = entries.iter().map(|(media, _)| (*media).to_owned()).collect();
        Ok(Self { required: node.flag("required")?, media, whole, flat })
    }
}

/// A body as far as it could be read, what is wrong with it, and the ids in it.
#[derive(Default)]
struct Read {
    value: Option<Value>,
    found: Vec<Violation>,
    references: Vec<Violation>,
}

impl Read {
    fn of(value: Value, checker: Checker<'_>) -> Self {
        let (found, references) = checker.into_both();
        Self { value: Some(value), found, references }
    }
}

/// An operation whose schemas are not all made yet.
#[derive(Debug)]
pub(super) struct Draft {
    parameters: Parameters,
    body: Option<BodyContract>,
    /// By status.
    replies: BTreeMap<u16, ReplyContract>,
}

impl Draft {
    pub(super) fn compile(
        compiler: &mut Compiler,
        path: &Node<'_>,
        node: &Node<'_>,
    ) -> Result<Self, String> {
        let parameters = Parameters::compile(compiler, path, node)?;
        let body = node.get("requestBody")?;
        let body = body.map(|body| BodyContract::compile(compiler, &body)).transpose()?;
        let responses = node.get("responses")?.ok_or_else(|| node.refuse("has no responses"))?;
        let mut replies = BTreeMap::new();
        for (status, response) in responses.fields()? {
            let status = status.parse::<u16>().ok().filter(|status| (100..600).contains(status));
            let status = status.ok_or_else(|| response.refuse("is no status"))?;
            replies.insert(status, ReplyContract::compile(compiler, &response)?);
        }
        Ok(Self { parameters, body, replies })
    }

    pub(super) fn finish(self, schemas: &Arc<Schemas>) -> OperationContract {
        let inventory = self.inventory(schemas);
        OperationContract { schemas: Arc::clone(schemas), draft: self, inventory }
    }

    fn inventory(&self, schemas: &Schemas) -> Inventory {
        let mut taker = Taker::new(schemas);
        for status in self.replies.keys() {
            taker.status(*status);
        }
        for (place, parameter) in self.parameters.each() {
            taker.parameter(place, parameter);
        }
        for schema in self.body.iter().flat_map(|body| [body.whole, body.flat]) {
            taker.body(schema);
        }
        taker.finish()
    }
}

/// The schema of a media type; without one anything goes.
pub(super) fn schema_of(compiler: &mut Compiler, media: &Node<'_>) -> Result<Id, String> {
    match media.get("schema")? {
        Some(schema) => compiler.schema(&schema),
        None => Ok(Schemas::ANYTHING),
    }
}

pub(super) fn is_json(media: &str) -> bool {
    media.starts_with("application/json")
}
