//! The tag `Vendors`: list, create, get.
