//! JSON pointers (RFC 6901): how one is written. Following one is `serde_json::Value::pointer`.

use std::fmt::Display;

/// The pointer one step below `parent`: a key, or an index of an array.
pub(super) fn join(parent: &str, step: impl Display) -> String {
    let step = step.to_string().replace('~', "~0").replace('/', "~1");
    format!("{parent}/{step}")
}
