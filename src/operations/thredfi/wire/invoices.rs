//! Invoices and their lines.
