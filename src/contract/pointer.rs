//! JSON pointers (RFC 6901).

/// The pointer one step below `parent`: to the field of this name.
pub fn below(parent: &str, step: &str) -> String {
    format!("{parent}/{}", step.replace('~', "~0").replace('/', "~1"))
}
