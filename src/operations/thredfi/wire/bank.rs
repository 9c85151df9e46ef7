//! Bank transactions and their matches.
