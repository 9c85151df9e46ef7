//! The generator: one document of a provider in, the Rust that declares its API out. Build time
//! only.
//!
//! Nothing of `src` may be named here, and nothing here decides what an operation does: generated
//! code declares, people write behaviour. The road is [`read`] (files to one document), [`settle`]
//! (references and inline shapes named), [`model`] (the plain model), then [`table`] (requests,
//! replies, traits) and, over the [`narrow`]ed copy, [`client`] and [`types`]. [`excerpt`] cuts the
//! document up for the server.

mod client;
mod excerpt;
mod model;
mod names;
mod narrow;
mod prose;
pub(crate) mod read;
mod reader;
mod routes;
mod schemas;
mod settle;
mod table;
mod types;

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use read::{Document, SpecError};

/// What one provider's document becomes: the contents of the six files in `OUT_DIR`.
pub(crate) struct Generated {
    /// `P_types.rs`: the wire types, without a module around them.
    pub(crate) types: String,
    /// `P_api.rs`: requests, replies, one trait per tag, and the table of operations.
    pub(crate) api: String,
    /// `P_client.rs`: progenitor's client, which expects `types` in scope.
    pub(crate) client: String,
    /// `P_excerpts.rs`: each operation as a document of its own.
    pub(crate) excerpts: String,
    /// `P.json`: the whole document, compact.
    pub(crate) document: String,
    /// `P_undo.json`: the way back from it to what the files say without the overlay.
    pub(crate) undo: String,
}

/// Generates everything from one document. `not_simulated` lists the operations, by the document's
/// operationId, that have no behaviour yet: they keep their row in the table and leave the traits.
///
/// # Errors
/// The first thing in the document that cannot be generated from, with its JSON pointer.
pub(crate) fn generate(
    document: &Document,
    not_simulated: &[&str],
) -> Result<Generated, SpecError> {
    emit(document, not_simulated).map_err(|fault| SpecError {
        file: fault.file.unwrap_or_else(|| document.origin(&fault.pointer).to_owned()),
        pointer: fault.pointer,
        problem: fault.problem,
    })
}

fn emit(document: &Document, not_simulated: &[&str]) -> Result<Generated, Fault> {
    let settled = settle::settle(&document.root)?;
    let spec = model::Spec::read(&settled, not_simulated)?;
    routes::check(&spec.operations)?;
    let narrowed = narrow::narrow(settled, &spec)?;
    let progenitor = client::run(&document.provider, &narrowed)?;
    let types = types::finish(progenitor.types, &narrowed)?;
    types::check_names(&types, &spec)?;
    Ok(Generated {
        types: prettyplease::unparse(&types),
        api: table::emit(&spec)?,
        client: prettyplease::unparse(&progenitor.client),
        excerpts: excerpt::emit(&document.root)?,
        document: document.root.to_string(),
        undo: document.undo.to_string(),
    })
}

impl Generated {
    /// Writes the six files of `provider` into `folder`.
    ///
    /// # Errors
    /// A file that cannot be written.
    pub(crate) fn write(&self, folder: &Path, provider: &str) -> io::Result<()> {
        fs::write(folder.join(format!("{provider}_types.rs")), &self.types)?;
        fs::write(folder.join(format!("{provider}_api.rs")), &self.api)?;
        fs::write(folder.join(format!("{provider}_client.rs")), &self.client)?;
        fs::write(folder.join(format!("{provider}_excerpts.rs")), &self.excerpts)?;
        fs::write(folder.join(format!("{provider}_undo.json")), &self.undo)?;
        fs::write(folder.join(format!("{provider}.json")), &self.document)
    }
}

/// Something that cannot be generated from, before it is known which file it came from.
#[derive(Debug)]
struct Fault {
    /// The file to blame where it is not the provider's folder.
    file: Option<PathBuf>,
    /// JSON pointer into the provider's document; empty for its root.
    pointer: String,
    /// What is wrong, in words for the person who edits the document.
    problem: String,
}

impl Fault {
    fn new(pointer: impl Into<String>, problem: impl Into<String>) -> Self {
        Self { file: None, pointer: pointer.into(), problem: problem.into() }
    }
}
