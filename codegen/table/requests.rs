//! The request of an operation: its parameters and its body in one flat struct.

use proc_macro2::TokenStream;
use quote::quote;

use super::super::model::{Body, Operation, Parameter};
use super::{doc, ident};

/// The struct of `operation`'s request.
pub(super) fn emit(operation: &Operation) -> TokenStream {
    let name = ident(&format!("{}Request", operation.stem));
    let about = doc(&format!("What `{} {}` is sent.", operation.method, operation.path));
    let parameters = operation.parameters.iter().map(field);
    let body = operation.body.iter().map(body);
    quote! {
        #about
        #[derive(Debug, Clone, PartialEq, serde::Deserialize)]
        pub struct #name { #(#parameters)* #(#body)* }
    }
}

fn field(parameter: &Parameter) -> TokenStream {
    let wire = &parameter.name;
    let name = ident(&parameter.field);
    let text = if parameter.description.is_empty() {
        format!("`{wire}`")
    } else {
        parameter.description.clone()
    };
    let about = doc(&text);
    let kind: TokenStream = parameter.kind.parse().expect("the kinds are paths of ours");
    let (kind, default) = if parameter.required {
        (kind, None)
    } else {
        (quote! { Option<#kind> }, Some(quote! { default }))
    };
    let rename = (*wire != parameter.field).then(|| quote! { rename = #wire });
    let serde = rename.into_iter().chain(default).collect::<Vec<_>>();
    let serde = (!serde.is_empty()).then(|| quote! { #[serde(#(#serde),*)] });
    quote! { #about #serde pub #name: #kind, }
}

fn body(body: &Body) -> TokenStream {
    let name = ident(&body.type_name);
    if body.required {
        quote! {
            /// The body.
            pub body: types::#name,
        }
    } else {
        quote! {
            /// The body, which may be left out.
            #[serde(default)]
            pub body: Option<types::#name>,
        }
    }
}
