//! What the fuzz targets share: the house in memory, calls drawn from its documents, the promises
//! that every answer is held to, and mutations that know JSON. What a target is about stands in
//! `fuzz_targets/`; docs/fuzzing.md says how they are run.

pub mod books;
pub mod documents;
pub mod drawing;
pub mod house;
pub mod mutation;
pub mod operation;
pub mod pool;
pub mod requests;
pub mod session;
pub mod transcript;

/// What stands between the parts of an input that has several.
pub const CUT: &str = "\n%%%\n";
