//! Typed clients of both providers and of the control room, generated from the same documents as
//! the server. They know no rules: a test may send whatever the types let it.

generated! {
    /// A client of Thredfi's accounting platform.
    thredfi, "thredfi_client.rs", { pub use crate::operations::thredfi::types; }
}

generated! {
    /// A client of Day Zero.
    dayzero, "dayzero_client.rs", { pub use crate::operations::dayzero::types; }
}

generated! {
    /// A client of the control room.
    sandbox, "sandbox_client.rs", { pub use crate::control::types; }
}
