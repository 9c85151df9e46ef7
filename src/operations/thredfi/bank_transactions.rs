//! The tag `Bank Transactions`: list, match, unmatch.
