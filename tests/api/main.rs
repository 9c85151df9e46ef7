//! The sandbox from outside, over HTTP. One binary; a module a feature. Every reply that passes
//! through the test client is checked against the served document.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod asked_again;
mod bad_input;
mod bank_transactions;
mod bill_payment_life;
mod bill_payments;
mod bills;
mod businesses;
mod change_invoice_payment;
mod concurrency;
mod control;
mod control_room_page;
mod create_invoice_payment;
mod customers;
mod dayzero;
mod dayzero_bills;
mod dayzero_invoices;
mod dayzero_lists;
mod dayzero_transactions;
mod errors;
mod examples;
mod fixtures;
mod idempotency;
mod insights;
mod invariants;
mod invoice_changes;
mod invoice_payments;
mod invoices;
mod media_types;
mod missing;
mod payouts;
mod program;
mod readme;
mod refunds;
mod support;
mod tokens;
mod vendors;
mod widget;
mod worlds;
