//! What is wrong with a document itself: where it contradicts itself, where it leaves out what is
//! answered, what it asks that nobody can know. One pass a rule, over the JSON as it stands.
//!
//! Facts and their places. The words for whoever mends a document are the roof's; what an operation
//! can answer is told by whoever knows how it is served.

mod examples;
mod fault;
mod kept;
mod knowable;
mod limits;
mod operations;
mod places;
mod prose;
mod references;
mod schemas;
mod service;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde_json::Value;

pub use self::fault::{Fault, Limit, Parameter, Said, Severity, Unknowable};
use self::places::Places;

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// The JSON pointer of the place in the document; of what is missing, where it would stand.
    pub pointer: String,
    /// What is wrong there.
    pub fault: Fault,
    /// Why it stays, where the document says so (`x-sandbox-kept`).
    pub kept: Option<String>,
}

/// What an operation can answer, and what it takes to get that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// What leads to it, as a part of a sentence.
    pub why: &'static str,
}

/// How an operation is served, whatever the document says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Served {
    /// What it can answer.
    pub answers: Vec<Answer>,
    /// The security schemes of the document that it does not take.
    pub refuses: Vec<&'static str>,
}

/// Everything that is wrong with an `OpenAPI` 3.0 document, rule by rule, each in the order of the
/// document. `served` tells by operationId how each operation is served.
pub fn lint(document: &Value, served: &BTreeMap<&str, Served>) -> Vec<Finding> {
    let places = Places::of(document);
    let mut found = Found::default();
    references::check(&places, &mut found);
    schemas::check(&places, &mut found);
    examples::check(&places, &mut found);
    operations::check(&places, &mut found);
    service::check(&places, served, &mut found);
    knowable::check(&places, &mut found);
    limits::check(&places, &mut found);
    prose::check(&places, &mut found);
    kept::mark(document, found.all)
}

/// What was found so far.
#[derive(Default)]
struct Found {
    all: Vec<Finding>,
}

impl Found {
    fn add(&mut self, pointer: impl Into<String>, fault: Fault) {
        let finding = Finding { pointer: pointer.into(), fault, kept: None };
        if !self.all.contains(&finding) {
            self.all.push(finding);
        }
    }
}
