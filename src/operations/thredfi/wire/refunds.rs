//! Refunds and their payments.
