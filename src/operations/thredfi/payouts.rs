//! The tag `Payouts`: create or change, get.
