//! The tag `Customers`: list, create, get, archive.
