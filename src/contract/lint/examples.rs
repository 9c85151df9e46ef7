//! Values in a document that break the schema they stand for: examples, defaults, the values of an
//! enum. Our own checker judges them, as it judges requests.

use serde_json::Value;

use super::places::{Places, Spot};
use super::{Fault, Found};
use crate::contract::check::{Checker, Trail};
use crate::contract::compile::Compiler;
use crate::contract::document::Node;
use crate::contract::schema::{Id, Schemas};
use crate::contract::violation::{Place, Violation};

pub(super) fn check(places: &Places<'_>, found: &mut Found) {
    for media in &places.media {
        if media.value.get("schema").is_none() {
            found.add(&media.pointer, Fault::NoSchema);
        }
    }
    let mut compiler = Compiler::new();
    let mut judged = Vec::new();
    let mut add = |compiler: &mut Compiler, schema: &Spot<'_>, values: Vec<Spot<'_>>| {
        let node = Node::at(places.root, &schema.pointer);
        match node.map(|node| node.resolve().and_then(|node| compiler.schema(&node))) {
            Some(Ok(id)) => {
                judged.extend(values.into_iter().map(|it| (id, it.pointer, it.value.clone())));
            }
            Some(Err(said)) => unfit(&said, found),
            None => {}
        }
    };
    for schema in &places.schemas {
        let told = ["example", "default"].into_iter().filter_map(|key| schema.get(key));
        let choices = schema.each("enum").into_iter().map(|(_, value)| value);
        add(&mut compiler, schema, told.chain(choices).collect());
    }
    for carrier in &places.carriers {
        let Some(schema) = carrier.get("schema") else { continue };
        let named = carrier.each("examples").into_iter().filter_map(|(_, example)| {
            // Without a value it stands behind an address, where nobody looks.
            places.resolve(example)?.get("value")
        });
        add(&mut compiler, &schema, carrier.get("example").into_iter().chain(named).collect());
    }
    match compiler.finish() {
        Ok(schemas) => judge(&schemas, &judged, found),
        // What has no end cannot be walked.
        Err(said) => unfit(&said, found),
    }
}

fn judge(schemas: &Schemas, judged: &[(Id, String, Value)], found: &mut Found) {
    for (id, pointer, value) in judged {
        let mut checker = Checker::new(schemas, Place::Body, false);
        checker.check(*id, &mut value.clone(), &Trail::Root);
        for violation in checker.into_found() {
            let pointer = format!("{pointer}{}", violation.pointer());
            let Violation { problem, input: value, .. } = violation;
            found.add(pointer, Fault::Example { value, problem });
        }
    }
}

/// What the compiler says begins with its pointer.
fn unfit(said: &str, found: &mut Found) {
    let (pointer, problem) = said.split_once(": ").unwrap_or(("", said));
    // A reference that leads nowhere has been found already.
    if !pointer.ends_with("/$ref") && !said.ends_with("refers to itself") {
        found.add(pointer, Fault::Unfit(problem.to_owned()));
    }
}
