//! The tag `Refund Payments`: list, create, get.
