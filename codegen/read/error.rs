//! What is wrong with a spec, and where. Nothing here finds anything.

use std::{
    error::Error,
    fmt,
    path::{Path, PathBuf},
};

/// Something wrong in a spec or an overlay, in words for the person who edits it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SpecError {
    /// The file, or the folder where no single file is to blame.
    pub(crate) file: PathBuf,
    /// JSON pointer to the place in the file; empty for its root, and for a file that does not parse.
    pub(crate) pointer: String,
    /// What is wrong, with the line where the file does not parse.
    pub(crate) problem: String,
}

impl fmt::Display for SpecError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hash = if self.pointer.is_empty() { "" } else { "#" };
        write!(f, "{}{hash}{}: {}", self.file.display(), self.pointer, self.problem)
    }
}

impl Error for SpecError {}

/// A [`SpecError`] found by code that sees a document and not the file it came from.
#[derive(Debug)]
pub(super) struct Fault {
    pointer: String,
    problem: String,
}

impl Fault {
    pub(super) fn new(pointer: impl Into<String>, problem: impl Into<String>) -> Self {
        Self { pointer: pointer.into(), problem: problem.into() }
    }

    /// Says which file it was.
    pub(super) fn within(self, file: &Path) -> SpecError {
        SpecError { file: file.to_owned(), pointer: self.pointer, problem: self.problem }
    }
}
