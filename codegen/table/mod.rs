//! The model to `P_api.rs`: per operation a request and a reply, per tag a trait, and the table of
//! all operations. It names `Cx`, `Failure`, `Operation`, `Reply`, `Says`, `Refuses`, `decode` and
//! `types`, which the including module has in scope. Declarations only: no router, no behaviour.

mod replies;
mod requests;
mod traits;

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::Ident;

use super::{Fault, model::Spec, prose};

/// The text of `P_api.rs`.
///
/// # Errors
/// Tokens that are no Rust, which would be a defect of the emitters.
pub(super) fn emit(spec: &Spec) -> Result<String, Fault> {
    let requests = spec.operations.iter().map(requests::emit);
    let replies = spec.operations.iter().map(replies::emit);
    let operations = requests.zip(replies).flat_map(|(request, reply)| [request, reply]);
    let traits = traits::emit(spec);
    let table = traits::table(spec);
    let tokens: TokenStream = quote! { #table #traits #(#operations)* };
    let file = syn::parse2(tokens)
        .map_err(|problem| Fault::new("", format!("the table is no Rust: {problem}")))?;
    Ok(prettyplease::unparse(&file))
}

fn ident(name: &str) -> Ident {
    Ident::new(name, Span::call_site())
}

/// Doc comments, a line each; nothing for an empty text.
fn doc(text: &str) -> TokenStream {
    let lines = prose::plain(text);
    let lines =
        lines.lines().map(|line| if line.is_empty() { String::new() } else { format!(" {line}") });
    quote! { #(#[doc = #lines])* }
}
