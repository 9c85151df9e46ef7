//! Typed clients of both providers, generated from the same documents as the server. They know no
//! rules: a test may send whatever the types let it.

generated! {
    /// A client of Thredfi's accounting platform.
    thredfi, "thredfi_client.rs", { pub use crate::operations::thredfi::types; }
}

generated! {
    /// A client of Day Zero.
    dayzero, "dayzero_client.rs", { pub use crate::operations::dayzero::types; }
}
