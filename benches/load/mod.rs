//! What the programs that measure running servers share: servers, calls, wrk, figures. No limits
//! and no judgement: each program knows its own targets.
#![allow(dead_code, reason = "each program uses a part of it")]

pub(crate) mod answer;
pub(crate) mod books;
pub(crate) mod caller;
pub(crate) mod calls;
pub(crate) mod figures;
pub(crate) mod plot;
pub(crate) mod programs;
pub(crate) mod report;
pub(crate) mod server;
pub(crate) mod wrk;

use std::process::ExitCode;

/// How a program ends.
#[expect(clippy::print_stderr, reason = "whoever measures reads it there")]
pub(crate) fn exit(done: Result<(), String>) -> ExitCode {
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("{problem}");
            ExitCode::FAILURE
        }
    }
}
