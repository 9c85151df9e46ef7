//! Businesses, customers and vendors.
