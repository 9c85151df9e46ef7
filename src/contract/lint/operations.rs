//! Operations that cannot be told apart, and parameters that do not fit their path.

use std::collections::BTreeMap;

use super::places::{Operation, Places};
use super::{Fault, Found, Parameter};

/// Headers that `OpenAPI` says otherwise: a parameter of such a name is ignored.
const IGNORED: [&str; 3] = ["accept", "authorization", "content-type"];

pub(super) fn check(places: &Places<'_>, found: &mut Found) {
    let (mut ids, mut paths) = (BTreeMap::new(), BTreeMap::new());
    for operation in &places.operations {
        let pointer = &operation.at.pointer;
        let id = operation.at.text("operationId");
        if id.is_empty() {
            found.add(pointer, Fault::NoId);
        } else if let Some(other) = ids.insert(id, pointer) {
            found.add(format!("{pointer}/operationId"), Fault::SameId(other.clone()));
        }
        let item = pointer.rsplit_once('/').map_or("", |(item, _)| item);
        let shape: Vec<_> = operation.path.split('/').map(nameless).collect();
        if let Some(other) = paths.insert(shape, item).filter(|other| *other != item) {
            found.add(item, Fault::SamePath(other.to_owned()));
        }
        parameters(operation, found);
    }
}

fn parameters(operation: &Operation<'_>, found: &mut Found) {
    let in_path: Vec<_> = operation.path.split('/').filter_map(name).collect();
    let mut seen = BTreeMap::new();
    for parameter in &operation.parameters {
        let (place, named) = (parameter.text("in"), parameter.text("name").to_owned());
        let mut wrong = |fault: fn(String) -> Parameter| {
            found.add(&parameter.pointer, Fault::Parameter(fault(named.clone())));
        };
        if place == "header" && IGNORED.contains(&&*named.to_ascii_lowercase()) {
            wrong(Parameter::Ignored);
        }
        if place == "path" && !in_path.contains(&&*named) {
            wrong(Parameter::Astray);
        } else if place == "path" && !parameter.flag("required") {
            wrong(Parameter::Optional);
        }
        // An operation may say again what its path says.
        let list = parameter.pointer.rsplit_once('/').map_or("", |(list, _)| list);
        if seen.insert((place, named.clone()), list).is_some_and(|other| other == list) {
            wrong(Parameter::Twice);
        }
    }
    for name in in_path {
        if !seen.contains_key(&("path", name.to_owned())) {
            let fault = Parameter::Undeclared(name.to_owned());
            found.add(format!("{}/parameters", operation.at.pointer), Fault::Parameter(fault));
        }
    }
}

/// The name of a parameter, where a part of a path is one.
fn name(part: &str) -> Option<&str> {
    part.strip_prefix('{')?.strip_suffix('}')
}

fn nameless(part: &str) -> &str {
    if name(part).is_some() { "{}" } else { part }
}
