//! Reasons to keep what is wrong: `x-sandbook-kept` at the place or above it, by the rule's name.

use serde_json::Value;

use super::{Fault, Finding};
use crate::contract::pointer::below;

const MARK: &str = "x-sandbook-kept";

/// A reason to keep what a rule finds at a place and below it.
struct Mark<'d> {
    at: String,
    rule: &'d str,
    reason: &'d str,
    used: bool,
}

/// The findings, each with the reason to keep it; and every reason that keeps nothing, so that none
/// outlives what it was about.
pub(super) fn mark(document: &Value, mut found: Vec<Finding>) -> Vec<Finding> {
    let mut marks = Vec::new();
    collect(document, "", &mut marks);
    for finding in &mut found {
        let covering = marks.iter_mut().filter(|mark| mark.covers(finding));
        if let Some(mark) = covering.max_by_key(|mark| mark.at.len()) {
            finding.kept = Some(mark.reason.to_owned());
            mark.used = true;
        }
    }
    for Mark { at, rule, .. } in marks.iter().filter(|mark| !mark.used) {
        let fault = Fault::KeptInVain((*rule).to_owned());
        found.push(Finding { pointer: below(&below(at, MARK), rule), fault, kept: None });
    }
    found
}

impl Mark<'_> {
    fn covers(&self, finding: &Finding) -> bool {
        let below = finding.pointer.strip_prefix(self.at.as_str());
        let within = below.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        within && !self.reason.is_empty() && self.rule == finding.fault.rule()
    }
}

fn collect<'d>(value: &'d Value, at: &str, marks: &mut Vec<Mark<'d>>) {
    match value {
        Value::Object(fields) => {
            for (rule, reason) in fields.get(MARK).and_then(Value::as_object).into_iter().flatten()
            {
                let reason = reason.as_str().unwrap_or_default();
                marks.push(Mark { at: at.to_owned(), rule, reason, used: false });
            }
            for (key, part) in fields {
                collect(part, &below(at, key), marks);
            }
        }
        Value::Array(items) => {
            for (n, item) in items.iter().enumerate() {
                collect(item, &below(at, &n.to_string()), marks);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
