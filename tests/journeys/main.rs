//! What integrators are told to do, from their first line to their last, each journey one test,
//! through the generated typed clients.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod dayzero;
mod payable;
mod receivable;
mod support;
