//! Typed clients of both providers, generated from the same documents as the server. They know no
//! rules: a test may send whatever the types let it.

/// A client of Thredfi's accounting platform.
#[allow(
    clippy::all,
    clippy::pedantic,
    clippy::allow_attributes_without_reason,
    clippy::unwrap_used,
    missing_docs,
    unreachable_pub,
    unused,
    reason = "generated"
)]
pub mod thredfi {
    pub use crate::operations::thredfi::types;
    include!(concat!(env!("OUT_DIR"), "/thredfi_client.rs"));
}

/// A client of Day Zero.
#[allow(
    clippy::all,
    clippy::pedantic,
    clippy::allow_attributes_without_reason,
    clippy::unwrap_used,
    missing_docs,
    unreachable_pub,
    unused,
    reason = "generated"
)]
pub mod dayzero {
    pub use crate::operations::dayzero::types;
    include!(concat!(env!("OUT_DIR"), "/dayzero_client.rs"));
}
