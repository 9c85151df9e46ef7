//! The parameters of an operation: texts from the path, the query and the
//! headers, read and checked by their schemas.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::check::{Checker, Trail};
use super::compile::Compiler;
use super::document::Node;
use super::schema::{Id, Schemas};
use super::violation::{Place, Problem, Violation};

/// What a request brings besides its body.
pub(super) struct Texts<'a> {
    pub(super) path: &'a [(String, String)],
    pub(super) query: &'a str,
    pub(super) headers: &'a dyn Fn(&str) -> Option<Result<String, ()>>,
}

/// The parameters by place, each in the order of the document.
#[derive(Debug, Default)]
pub(super) struct Parameters {
    path: Vec<Parameter>,
    query: Vec<Parameter>,
    header: Vec<Parameter>,
}

/// One parameter, as the document describes it.
#[derive(Debug)]
pub(super) struct Parameter {
    pub(super) name: String,
    required: bool,
    /// Whether it may be sent without a value, which is as good as not at all.
    may_be_empty: bool,
    /// Whether the document asks not to send it any more.
    pub(super) deprecated: bool,
    pub(super) schema: Id,
}

impl Parameters {
    /// Adds what `text` says for every parameter to `values`, and what is wrong
    /// with it to `found`.
    pub(super) fn check(
        &self,
        schemas: &Schemas,
        texts: &Texts<'_>,
        values: &mut Map<String, Value>,
        found: &mut Vec<Violation>,
    ) {
        let mut reader = |place, parameter: &Parameter, text: Option<Result<&str, ()>>| {
            parameter.check(schemas, place, text, values, found);
        };
        for parameter in &self.path {
            let sent = texts.path.iter().rfind(|(name, _)| *name == parameter.name);
            reader(Place::Path, parameter, sent.map(|(_, text)| Ok(text.as_str())));
        }
        let mut query = vec![None::<Cow<'_, str>>; self.query.len()];
        for (name, text) in form_urlencoded::parse(texts.query.as_bytes()) {
            if let Some(at) = self.query.iter().position(|parameter| parameter.name == name) {
                query[at] = Some(text);
            }
        }
        for (parameter, text) in self.query.iter().zip(&query) {
            reader(Place::Query, parameter, text.as_ref().map(|text| text_of(text)));
        }
        for parameter in &self.header {
            let sent = (texts.headers)(&parameter.name);
            let text = sent.as_ref().map(|text| text.as_deref().or(Err(())));
            reader(Place::Header, parameter, text);
        }
    }

    /// Every parameter and its place: the path's, the query's, the headers'.
    pub(super) fn each(&self) -> impl Iterator<Item = (Place, &Parameter)> {
        let path = self.path.iter().map(|it| (Place::Path, it));
        let query = self.query.iter().map(|it| (Place::Query, it));
        path.chain(query).chain(self.header.iter().map(|it| (Place::Header, it)))
    }

    /// Reads the parameters of an operation and those of its path, which it may
    /// override.
    pub(super) fn compile(
        compiler: &mut Compiler,
        path: &Node<'_>,
        operation: &Node<'_>,
    ) -> Result<Self, String> {
        let key = |node: &Node<'_>| -> Result<(String, String), String> {
            let text = |key| node.text(key)?.ok_or_else(|| node.refuse(&format!("has no `{key}`")));
            Ok((text("in")?.to_owned(), text("name")?.to_owned()))
        };
        let mut nodes = Vec::<((String, String), Node<'_>)>::new();
        for node in listed(path)? {
            nodes.push((key(&node)?, node));
        }
        for node in listed(operation)? {
            let key = key(&node)?;
            nodes.retain(|(known, _)| *known != key);
            nodes.push((key, node));
        }
        let mut parameters = Self::default();
        let mut names = vec!["body".to_owned()];
        for ((place, name), node) in nodes {
            if names.contains(&name) {
                return Err(node.refuse(&format!("`{name}` is the name of something else, too")));
            }
            names.push(name.clone());
            let list = match place.as_str() {
                "path" => &mut parameters.path,
                "query" => &mut parameters.query,
                "header" => &mut parameters.header,
                _ => return Err(node.refuse_at("in", &format!("{place} is not supported"))),
            };
            let may_be_empty = place == "query" && node.flag("allowEmptyValue")?;
            list.push(Parameter { may_be_empty, ..Parameter::compile(compiler, &name, &node)? });
        }
        Ok(parameters)
    }
}

impl Parameter {
    /// Reads a parameter, or a header of a reply, which is one without a name of its own.
    pub(super) fn compile(
        compiler: &mut Compiler,
        name: &str,
        node: &Node<'_>,
    ) -> Result<Self, String> {
        let schema = node.get("schema")?.ok_or_else(|| node.refuse("has no schema"))?;
        let schema = compiler.schema(&schema)?;
        let (required, deprecated) = (node.flag("required")?, node.flag("deprecated")?);
        Ok(Self { name: name.to_owned(), required, may_be_empty: false, deprecated, schema })
    }

    /// Adds what `text` says to `values`, and what is wrong with it to `found`.
    pub(super) fn check(
        &self,
        schemas: &Schemas,
        place: Place,
        text: Option<Result<&str, ()>>,
        values: &mut Map<String, Value>,
        found: &mut Vec<Violation>,
    ) {
        let mut checker = Checker::new(schemas, place, true);
        let step = Trail::Field(&Trail::Root, &self.name);
        match text {
            None if self.required => checker.report(Problem::Missing, Value::Null, &step),
            None => return,
            // As in a form: a filter that was left empty is none.
            Some(Ok("")) if self.may_be_empty && !schemas.admits_empty(self.schema) => return,
            Some(Err(())) => checker.report(Problem::NotUtf8, Value::Null, &step),
            Some(Ok(text)) => match schemas.read_text(self.schema, text) {
                Err(problem) => checker.report(problem, Value::from(text), &step),
                Ok(mut value) => {
                    checker.check(self.schema, &mut value, &step);
                    values.insert(self.name.clone(), value);
                }
            },
        }
        found.append(&mut checker.into_found());
    }
}

fn listed<'d>(node: &Node<'d>) -> Result<Vec<Node<'d>>, String> {
    node.get("parameters")?.map_or_else(|| Ok(Vec::new()), |list| list.items())
}

/// The decoder puts U+FFFD where the bytes are no UTF-8. Who sends that very
/// character has lost the text earlier, which comes to the same.
fn text_of(text: &str) -> Result<&str, ()> {
    if text.contains(char::REPLACEMENT_CHARACTER) { Err(()) } else { Ok(text) }
}
