//! An answer that was once given, as the bare server is told it.

use std::path::Path;

use serde::{Deserialize, Serialize};

/// An answer, byte for byte.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Answer {
    pub(crate) method: String,
    /// The path that was called, without its query.
    pub(crate) path: String,
    /// Whether JSON was sent: then the bare server parses it, too.
    pub(crate) json: bool,
    pub(crate) status: u16,
    /// As they came, but for those that hyper writes itself.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

/// Writes the one answer that a bare server is to give.
#[allow(dead_code, reason = "the bare server itself only reads")]
pub(crate) fn keep(file: &Path, answer: &Answer) -> Result<(), String> {
    let text = serde_json::to_vec(&[answer]).map_err(|problem| problem.to_string())?;
    std::fs::write(file, text).map_err(|problem| format!("{}: {problem}", file.display()))
}
