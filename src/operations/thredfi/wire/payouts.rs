//! Settlements.
