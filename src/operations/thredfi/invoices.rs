//! The tag `Invoices`: list, create, get, update, void.
