//! What the programs that measure running servers share: servers, calls, wrk, figures. No limits
//! and no judgement: each program knows its own targets.
#![allow(dead_code, reason = "each program uses a part of it")]

pub(crate) mod bare;
pub(crate) mod calls;
pub(crate) mod figures;
pub(crate) mod server;
pub(crate) mod wrk;

use std::process::ExitCode;

/// Runs a program of measurements, or the bare server where it was started as that.
///
/// The bare server is this executable once more: what it does not use of it is never read from the
/// disk, so its memory is that of a program of its own.
pub(crate) fn run(measure: impl FnOnce() -> Result<(), String>) -> ExitCode {
    let done = match std::env::args().nth(1).as_deref() {
        Some(bare::WORD) => bare::serve(std::env::args().nth(2)),
        _ => measure(),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("{problem}");
            ExitCode::FAILURE
        }
    }
}
