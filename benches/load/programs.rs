//! The programs that are measured: where they lie, and the one that is built for it.

use std::path::{Path, PathBuf};
use std::process::Command;

/// The sandbox: this build, or the one that `SANDBOOK` names.
pub(crate) fn sandbox() -> String {
    let named = std::env::var("SANDBOOK").ok();
    named.unwrap_or_else(|| env!("CARGO_BIN_EXE_sandbook").to_owned())
}

/// A build from before, where `SANDBOOK_BASELINE` names one.
pub(crate) fn baseline() -> Option<String> {
    std::env::var("SANDBOOK_BASELINE").ok()
}

/// The bare server, built as this program was: cargo builds for a bench the programs of the crate,
/// and of its examples none.
pub(crate) fn bare() -> Result<PathBuf, String> {
    let beside = Path::new(env!("CARGO_BIN_EXE_sandbook"));
    let folder = beside.parent().expect("a program lies in a folder");
    let mut cargo = Command::new("cargo");
    cargo.current_dir(env!("CARGO_MANIFEST_DIR"));
    cargo.args(["build", "--locked", "--quiet", "--example", "bare"]);
    if folder.ends_with("release") {
        cargo.arg("--release");
    }
    match cargo.status() {
        Ok(status) if status.success() => Ok(folder.join("examples/bare")),
        failed => Err(format!("{cargo:?}: {failed:?}")),
    }
}

/// A file that lives as long as a run.
pub(crate) fn scratch(name: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(name)
}
