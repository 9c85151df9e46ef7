//! Accounts payable, settlements and reconciliation.
