//! The commands about the documents that the program carries: it prints them, and says what is
//! wrong with them. They need no server.

mod report;
mod wording;

use std::collections::BTreeMap;

use clap::ValueEnum;
use sandbook::contract::as_published;
use sandbook::contract::lint::{Served, lint};
use sandbook::control::Control;
use sandbook::operations::providers;
use serde_json::Value;

use self::report::Report;
use crate::commands::Refused;

/// How findings are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// One line a finding.
    Text,
    /// Everything, for programs.
    Json,
}

/// A document that the program carries.
struct Document {
    /// Its name, as in `/openapi/<name>.json`.
    name: &'static str,
    /// Its text, as it is served.
    served: &'static str,
    /// The way back to what the files say without the overlay.
    undo: &'static str,
    /// How each operation is served, by its id.
    operations: BTreeMap<&'static str, Served>,
}

/// A provider's name, as an option has it.
pub(crate) fn provider(text: &str) -> Result<String, String> {
    let known: Vec<_> = providers().iter().map(|provider| provider.name).collect();
    let text = text.to_owned();
    if known.contains(&text.as_str()) {
        Ok(text)
    } else {
        Err(format!("one of {}", known.join(", ")))
    }
}

/// The text of one document.
pub(crate) fn document(name: &str, published: bool) -> Result<String, Refused> {
    let document = all().into_iter().find(|document| document.name == name);
    let document = document.ok_or_else(|| unknown(name))?;
    let text =
        if published { document.published()?.to_string() } else { document.served.to_owned() };
    Ok(text + "\n")
}

/// What is wrong with these documents, or with all where none is named: as published and as served
/// side by side, or as published alone. Refused where something is wrong that nobody keeps.
pub(crate) fn examine(
    names: &[String],
    published_alone: bool,
    format: Format,
) -> Result<String, Refused> {
    let mut report = Report::default();
    for document in all() {
        if !names.is_empty() && !names.iter().any(|name| name == document.name) {
            continue;
        }
        let published = lint(&document.published()?, &document.operations);
        let served = || json(document.served).map(|served| lint(&served, &document.operations));
        let served = (!published_alone).then(served).transpose()?;
        report.add(document.name, published, served);
    }
    let said = match format {
        Format::Text => report.text(),
        Format::Json => report.json(),
    };
    match report.wrong() {
        0 => Ok(said),
        1 => Err(Refused { said, problem: "1 finding is neither mended nor kept".to_owned() }),
        wrong => {
            let problem = format!("{wrong} findings are neither mended nor kept");
            Err(Refused { said, problem })
        }
    }
}

/// The name of a document, as an argument.
pub(crate) fn name(text: &str) -> Result<String, String> {
    let known = all();
    match known.iter().find(|document| document.name == text) {
        Some(document) => Ok(document.name.to_owned()),
        None => Err(unknown(text)),
    }
}

fn unknown(name: &str) -> String {
    let known = all();
    let names: Vec<_> = known.iter().map(|document| document.name).collect();
    format!("there is no document {name:?}; there are: {}", names.join(", "))
}

fn all() -> Vec<Document> {
    let mut documents = Vec::new();
    for provider in providers() {
        let operations = provider.operations.iter().map(|row| (row.id, provider.served(row)));
        documents.push(Document {
            name: provider.name,
            served: provider.document,
            undo: provider.undo,
            operations: operations.collect(),
        });
    }
    let control = Control::default();
    let operations = control.operations.iter().map(|row| (row.id, control.served(row)));
    documents.push(Document {
        name: "sandbox",
        served: control.document,
        undo: control.undo,
        operations: operations.collect(),
    });
    documents
}

impl Document {
    fn published(&self) -> Result<Value, String> {
        as_published(&json(self.served)?, &json(self.undo)?)
    }
}

fn json(text: &str) -> Result<Value, String> {
    serde_json::from_str(text).map_err(|problem| problem.to_string())
}
