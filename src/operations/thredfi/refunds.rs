//! The tag `Refunds`: list, create, get.
