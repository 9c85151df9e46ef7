//! A faithful sandbox for bookkeeping APIs: it remembers, it refuses an over-allocation, it replays
//! an idempotent request.
//!
//! A Rust test starts one on a free port and drops it at its end:
//!
//! ```
//! let sandbox = sandbook::Sandbox::start(sandbook::Config::default())?;
//! assert!(sandbox.url().starts_with("http://127.0.0.1:"));
//! # Ok::<(), sandbook::StartError>(())
//! ```
//!
//! # The house, from the ground up
//! - [`domain`]: the rules of bookkeeping. - [`contract`]: what a document promises.
//! - [`state`]: who owns what: worlds, idempotency, tokens, fixtures.
//! - [`operations`]: each provider's wire shapes and words, over generated traits and types.
//! - [`http`]: routes and a request's life. - [`control`]: the control room.
//!
//! A floor names only floors below it. `docs/architecture.md` walks one payment through the house.

/// A module of what the build wrote into `OUT_DIR`, with the names that the generated text expects
/// in scope. Our lints do not judge what nobody reads.
macro_rules! generated {
    ($(#[$about:meta])* $name:ident, $file:literal, { $($scope:item)* }) => {
        $(#[$about])*
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
        pub mod $name {
            $($scope)*
            include!(concat!(env!("OUT_DIR"), "/", $file));
        }
    };
}

#[cfg(feature = "clients")]
pub mod clients;
mod config;
pub mod contract;
pub mod control;
pub mod domain;
mod greeting;
pub mod http;
pub mod operations;
mod sandbox;
pub mod state;

pub use config::{CheckReplies, Config, StartingStatus};
pub use sandbox::{House, Sandbox, StartError};
