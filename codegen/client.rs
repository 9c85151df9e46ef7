//! Runs progenitor and takes its one file apart: the wire types by themselves, and the client that
//! uses them.

use std::panic::{AssertUnwindSafe, catch_unwind};

use openapiv3::OpenAPI;
use progenitor::{GenerationSettings, Generator, InterfaceStyle};
use serde_json::Value;
use syn::{File, Item};

use super::Fault;

/// What progenitor wrote.
pub(super) struct Progenitor {
    /// The body of its `mod types`, which needs neither progenitor-client nor reqwest.
    pub(super) types: File,
    /// All the rest, which expects a `types` in scope.
    pub(super) client: File,
}

/// Runs progenitor over the narrowed document.
///
/// # Errors
/// Whatever it refuses, be it by an error or by a panic.
pub(super) fn run(provider: &str, narrowed: &Value) -> Result<Progenitor, Fault> {
    let document: OpenAPI = serde_json::from_value(narrowed.clone()).map_err(|problem| {
        Fault::new("", format!("the narrowed document is no OpenAPI: {problem}"))
    })?;
    let mut settings = GenerationSettings::new();
    settings
        .with_interface(InterfaceStyle::Positional)
        .with_derive("PartialEq")
        // A HashMap would be written in another order every time.
        .with_map_type("::std::collections::BTreeMap");
    let tokens =
        catch_unwind(AssertUnwindSafe(|| Generator::new(&settings).generate_tokens(&document)))
            .map_err(|panic| {
                Fault::new("", format!("progenitor panicked on {provider}: {}", words(&*panic)))
            })?
            .map_err(|problem| {
                Fault::new("", format!("progenitor refuses {provider}: {problem}"))
            })?;
    let mut client: File = syn::parse2(tokens).map_err(|problem| {
        Fault::new("", format!("progenitor's output for {provider} is no Rust: {problem}"))
    })?;
    let is_types = |item: &Item| matches!(item, Item::Mod(module) if module.ident == "types");
    let module = client.items.iter().position(is_types).map(|index| client.items.remove(index));
    let Some(Item::Mod(module)) = module else {
        return Err(Fault::new(
            "",
            format!("progenitor's output for {provider} has no module `types`"),
        ));
    };
    let items = module.content.map(|(_, items)| items).unwrap_or_default();
    let types = File { shebang: None, frontmatter: None, attrs: Vec::new(), items };
    Ok(Progenitor { types, client })
}

fn words(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "without a word".to_owned())
}
