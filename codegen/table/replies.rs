//! The reply of an operation: one variant for each documented status, and no other.

use proc_macro2::TokenStream;
use quote::quote;

use super::super::model::{Operation, Reply, ReplyBody};
use super::{doc, ident};

/// The enum of `operation`'s replies, with the way to and from it.
pub(super) fn emit(operation: &Operation) -> TokenStream {
    let name = ident(&format!("{}Reply", operation.stem));
    let about = doc(&format!("What `{} {}` may answer.", operation.method, operation.path));
    let variants = operation.replies.iter().map(variant);
    let arms = operation.replies.iter().map(arm);
    let refusals =
        operation.replies.iter().map(|reply| reply.status).filter(|status| *status >= 400);
    let says = operation.replies.iter().map(|reply| says(&name, reply));
    quote! {
        #about
        #[derive(Debug, Clone, PartialEq)]
        pub enum #name { #(#variants)* }
        impl #name {
            /// The documented refusals, ascending.
            pub const REFUSALS: &'static [u16] = &[#(#refusals),*];
            /// The reply as bytes and status.
            pub fn into_reply(self) -> Reply {
                match self { #(#arms)* }
            }
        }
        #(#says)*
    }
}

fn variant(reply: &Reply) -> TokenStream {
    let variant = ident(reply.variant);
    let about = doc(&format!("{} {}", reply.status, reply.description));
    let body = body(reply).map(|body| quote! { (#body) });
    quote! { #about #variant #body, }
}

fn arm(reply: &Reply) -> TokenStream {
    let variant = ident(reply.variant);
    let status = reply.status;
    match &reply.body {
        ReplyBody::Json(_) => quote! { Self::#variant(body) => Reply::json(#status, &body), },
        ReplyBody::Text(media) => {
            quote! { Self::#variant(body) => Reply::text(#status, #media, body), }
        }
        ReplyBody::None => quote! { Self::#variant => Reply::empty(#status), },
    }
}

fn says(name: &syn::Ident, reply: &Reply) -> TokenStream {
    let variant = ident(reply.variant);
    let status = reply.status;
    let (body, parameter, value) = match body(reply) {
        Some(body) => (body, quote! { body: Self::Body }, quote! { Self::#variant(body) }),
        None => (quote! { () }, quote! { (): Self::Body }, quote! { Self::#variant }),
    };
    quote! {
        impl Says<#status> for #name {
            type Body = #body;
            fn say(#parameter) -> Self { #value }
        }
    }
}

fn body(reply: &Reply) -> Option<TokenStream> {
    match &reply.body {
        ReplyBody::Json(name) => {
            let name = ident(name);
            Some(quote! { types::#name })
        }
        ReplyBody::Text(_) => Some(quote! { String }),
        ReplyBody::None => None,
    }
}
