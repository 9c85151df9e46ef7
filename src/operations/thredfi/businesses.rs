//! The tag `Business Management`: list, create, get.
