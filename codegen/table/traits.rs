//! A trait for each tag, and the table that joins them: what people write behaviour for, and what
//! the server makes routes of.

use std::collections::BTreeMap;

use proc_macro2::TokenStream;
use quote::quote;
use syn::Ident;

use super::super::{
    model::{Operation, Spec},
    names,
};
use super::{doc, ident};

/// One trait for each tag that has an operation with behaviour. No method has a body: a new
/// operation does not compile until it is written.
pub(super) fn emit(spec: &Spec) -> TokenStream {
    let traits = by_tag(spec).into_iter().map(|(tag, operations)| {
        let name = ident(&names::trait_name(tag));
        let about = doc(&format!("The operations of the tag `{tag}`."));
        let methods = operations.into_iter().map(method);
        quote! {
            #about
            pub trait #name { #(#methods)* }
        }
    });
    quote! { #(#traits)* }
}

/// The function that answers the table, generic over who has the behaviour.
pub(super) fn table(spec: &Spec) -> TokenStream {
    let traits = by_tag(spec).into_keys().map(|tag| ident(&names::trait_name(tag)));
    let rows = spec.operations.iter().map(row);
    quote! {
        /// Every operation of the document, sorted by path, then method.
        pub fn operations<P: #(#traits)+*>() -> Vec<Operation> {
            Vec::from([#(#rows),*])
        }
    }
}

fn by_tag(spec: &Spec) -> BTreeMap<&str, Vec<&Operation>> {
    let mut tags: BTreeMap<&str, Vec<&Operation>> = BTreeMap::new();
    for operation in spec.operations.iter().filter(|operation| operation.simulated) {
        tags.entry(&operation.tag).or_default().push(operation);
    }
    tags
}

fn method(operation: &Operation) -> TokenStream {
    let name = ident(&operation.name);
    let request = ident(&format!("{}Request", operation.stem));
    let reply = reply_name(operation);
    let colon = if operation.summary.is_empty() { "" } else { ": " };
    let about =
        doc(&format!("`{} {}`{colon}{}", operation.method, operation.path, operation.summary));
    quote! {
        #about
        fn #name(cx: &mut Cx<'_>, request: #request) -> Result<#reply, Failure>;
    }
}

fn row(operation: &Operation) -> TokenStream {
    let Operation { id, tag, method, path, source, security, .. } = operation;
    let reply = reply_name(operation);
    let name = ident(&operation.name);
    let statuses = operation.replies.iter().map(|reply| reply.status);
    let run = if operation.simulated {
        quote! { |cx, input| Ok(P::#name(cx, decode(input)?)?.into_reply()) }
    } else {
        quote! { |_, _| Err(Failure::NotSimulated) }
    };
    quote! {
        Operation {
            id: #id,
            tag: #tag,
            method: #method,
            path: #path,
            source: #source,
            security: &[#(#security),*],
            statuses: &[#(#statuses),*],
            run: #run,
            refuse: <#reply as Refuses>::refuse
        }
    }
}

fn reply_name(operation: &Operation) -> Ident {
    ident(&format!("{}Reply", operation.stem))
}
