//! The tag `Widget`: counts, menu and categories, as the provider's own widget reads them.
