//! What integrators are told to do, from their first line to their last, each journey one test,
//! through the generated typed clients.

mod dayzero;
mod payable;
mod receivable;
mod support;
