//! JSON pointers (RFC 6901).

/// The pointer one step below `parent`: to a field of this name, or an element at this index.
pub fn below(parent: &str, step: &str) -> String {
    format!("{parent}/{}", step.replace('~', "~0").replace('/', "~1"))
}
