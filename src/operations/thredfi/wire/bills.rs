//! Bills and their lines.
