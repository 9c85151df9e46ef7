//! Files in, one document per provider out: the fragments of `specs/<provider>/`, merged, with the overlay on top, as
//! `OpenAPI` 3.0.3. The only room of the generator that opens specs, and that knows YAML, version 3.1 or overlays.
//!
//! What a document means is none of its business, and it changes nothing that the overlay does not say. Pointers
//! survive the road: what stands at one place in a file stands at the same place in the document, so that an error
//! found at the end still names the file where it began.

mod check;
mod downgrade;
mod error;
mod merge;
mod overlay;
mod pointer;
mod source;
mod undo;

use std::path::{Path, PathBuf};

use serde_json::Value;

pub(crate) use error::SpecError;
use source::Source;

/// The one document of a provider.
pub(crate) struct Document {
    /// The provider, as its folder under `specs/` is called.
    pub(crate) provider: String,
    /// The document as `OpenAPI` 3.0.3: merged and overlaid, every `$ref` local and resolving.
    pub(crate) root: Value,
    /// The way back from `root` to the document as it was before the overlay: see [`undo`].
    pub(crate) undo: Value,
    sources: Vec<Source>,
    overlay: PathBuf,
}

impl Document {
    /// A document that came from no files.
    #[cfg(test)]
    pub(crate) fn of(provider: &str, root: Value) -> Self {
        let overlay = Path::new("specs").join(provider);
        let undo = Value::Array(Vec::new());
        Self { provider: provider.to_owned(), root, undo, sources: Vec::new(), overlay }
    }

    /// The file whose text stands at `pointer`, or at the nearest place above it that stands anywhere.
    pub(crate) fn origin(&self, pointer: &str) -> &Path {
        let mut place = pointer;
        while self.root.pointer(place).is_none() {
            place = place.rsplit_once('/').map_or("", |(above, _)| above);
        }
        check::origin(&self.root, &self.sources, &self.overlay, place)
    }
}

/// Reads all that `specs` holds about `provider`: every `*.yaml`, `*.yml` and `*.json` directly in
/// `<specs>/<provider>/`, in name order, and `<specs>/overlays/<provider>.yaml` if there is one.
///
/// # Errors
/// The first thing that is wrong, with its file and JSON pointer: a file that cannot be read or parsed, a construct
/// of `OpenAPI` 3.1 that 3.0.3 has no form for, two files that contradict each other, an overlay action that has no
/// effect, a `$ref` that leads nowhere, an operationId used twice.
pub(crate) fn read(specs: &Path, provider: &str) -> Result<Document, SpecError> {
    let sources = source::folder(&specs.join(provider))?;
    let overlay = specs.join("overlays").join(format!("{provider}.yaml"));
    let corrections = overlay.is_file().then(|| source::load(&overlay)).transpose()?;
    put_together(provider, sources, overlay, corrections)
}

/// As [`read`], of texts that are in no folder, JSON where they begin so: what the fuzzer makes up
/// (docs/fuzzing.md).
#[cfg(fuzzing)]
pub(crate) fn of_texts(fragments: &[&str], overlay: Option<&str>) -> Result<Document, SpecError> {
    let kind = |text: &str| if text.starts_with('{') { "json" } else { "yaml" };
    let parse = |name: &str, text: &str| source::parse(Path::new(name), text);
    let sources = fragments.iter().enumerate();
    let sources = sources.map(|(n, text)| parse(&format!("{n}.{}", kind(text)), text));
    let sources = sources.collect::<Result<_, _>>()?;
    let corrections = overlay.map(|text| parse("overlay.yaml", text)).transpose()?;
    put_together("texts", sources, PathBuf::from("overlay.yaml"), corrections)
}

fn put_together(
    provider: &str,
    mut sources: Vec<Source>,
    overlay: PathBuf,
    corrections: Option<Source>,
) -> Result<Document, SpecError> {
    for source in &mut sources {
        downgrade::bring_down(&mut source.root).map_err(|fault| fault.within(&source.file))?;
    }
    let published = merge::merge(&sources)?;
    let mut root = published.clone();
    if let Some(corrections) = corrections {
        overlay::apply(&corrections, &mut root)?;
    }
    check::check(&root, &sources, &overlay)?;
    let undo = undo::undo(&published, &root);
    Ok(Document { provider: provider.to_owned(), root, undo, sources, overlay })
}
