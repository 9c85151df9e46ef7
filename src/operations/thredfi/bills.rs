//! The tag `Bills`: list, create, get.
