//! The sandbox from outside, over HTTP. One binary; a module a feature. Every reply that passes
//! through the test client is checked against the served document.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod bad_input;
mod bank_transactions;
mod bill_payment_life;
mod bill_payments;
mod bills;
mod concurrency;
mod control;
mod create_invoice_payment;
mod dayzero;
mod errors;
mod examples;
mod fixtures;
mod idempotency;
mod insights;
mod invariants;
mod invoice_payments;
mod media_types;
mod missing;
mod payouts;
mod program;
mod readme;
mod support;
mod tokens;
mod vendors;
mod widget;
mod worlds;
