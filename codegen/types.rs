//! The pass over typify's types: what the wire shows must be what the document says. Fields go back
//! into the document's order, and what a provider always writes is always written. No shape is
//! invented here.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};
use syn::{
    Attribute, Expr, ExprLit, Field, Fields, File, Item, ItemStruct, Lit, Meta, Token, Type,
    parse_quote, punctuated::Punctuated,
};

use super::{Fault, model::Spec, names::type_name};

/// Finishes the types that were made from the narrowed document.
///
/// # Errors
/// Two types of one name, which typify makes where an inline enum has the name of a component.
pub(super) fn finish(mut types: File, narrowed: &Value) -> Result<File, Fault> {
    let schemas = narrowed.pointer("/components/schemas").and_then(Value::as_object);
    let by_type: BTreeMap<String, (&str, &Value)> = schemas
        .into_iter()
        .flatten()
        .map(|(name, schema)| (type_name(name), (name.as_str(), schema)))
        .collect();
    let mut seen = BTreeSet::new();
    for item in &mut types.items {
        let Some(name) = name_of(item) else { continue };
        let known = by_type.get(&name);
        let pointer =
            known.map(|(name, _)| format!("/components/schemas/{name}")).unwrap_or_default();
        if !seen.insert(name.clone()) {
            return Err(Fault::new(pointer, format!("two types would be called {name}")));
        }
        let Item::Struct(item) = item else { continue };
        if let Some((_, schema)) = known {
            finish_struct(item, &properties(narrowed, schema, 0), narrowed);
        }
        write_instants(item);
    }
    Ok(types)
}

/// Checks that every body of `spec` has its type.
///
/// # Errors
/// A body whose component became a type of another name.
pub(super) fn check_names(types: &File, spec: &Spec) -> Result<(), Fault> {
    let made: Vec<String> = types.items.iter().filter_map(name_of).collect();
    for operation in &spec.operations {
        let replies = operation.replies.iter().filter_map(|reply| reply.body.json());
        for name in operation.body.iter().map(|body| &body.type_name).chain(replies) {
            if !made.contains(name) {
                return Err(Fault::new(
                    &operation.pointer,
                    format!("no type was made for its body {name}"),
                ));
            }
        }
    }
    Ok(())
}

fn name_of(item: &Item) -> Option<String> {
    if let Item::Struct(item) = item {
        return Some(item.ident.to_string());
    }
    if let Item::Enum(item) = item {
        return Some(item.ident.to_string());
    }
    if let Item::Type(item) = item { Some(item.ident.to_string()) } else { None }
}

/// The properties of an object in order, those of the parts of an allOf included.
fn properties<'a>(
    document: &'a Value,
    schema: &'a Value,
    depth: usize,
) -> Vec<(&'a str, &'a Value)> {
    let mut found: Vec<(&str, &Value)> = Vec::new();
    let schema = resolve(document, schema);
    let parts = schema.get("allOf").and_then(Value::as_array).into_iter().flatten();
    for part in parts.filter(|_| depth < 16) {
        found.extend(properties(document, part, depth + 1));
    }
    let own = schema.get("properties").and_then(Value::as_object).into_iter().flat_map(Map::iter);
    found.extend(own.map(|(name, property)| (name.as_str(), property)));
    found
}

fn resolve<'a>(document: &'a Value, mut schema: &'a Value) -> &'a Value {
    for _ in 0..16 {
        let reference =
            schema.get("$ref").and_then(Value::as_str).and_then(|r| r.strip_prefix('#'));
        let Some(target) = reference.and_then(|local| document.pointer(local)) else {
            return schema;
        };
        schema = target;
    }
    schema
}

fn finish_struct(item: &mut ItemStruct, properties: &[(&str, &Value)], document: &Value) {
    let Fields::Named(fields) = &mut item.fields else { return };
    let place = |field: &Field| {
        let name = wire_name(field);
        properties.iter().position(|(property, _)| *property == name).unwrap_or(usize::MAX)
    };
    let mut sorted: Vec<Field> = std::mem::take(&mut fields.named).into_iter().collect();
    // typify sorts by name; the sort is stable, so what no property stands for stays last.
    sorted.sort_by_key(place);
    for field in &mut sorted {
        let name = wire_name(field);
        let schema = properties.iter().find(|(property, _)| *property == name);
        let nullable = schema.is_some_and(|(_, schema)| {
            let nullable = |schema: &Value| schema.get("nullable") == Some(&Value::Bool(true));
            nullable(schema) || nullable(resolve(document, schema))
        });
        let serde = |attribute: &&mut Attribute| attribute.path().is_ident("serde");
        for attribute in field.attrs.iter_mut().filter(serde) {
            if skipped(attribute).is_some_and(|condition| !condition.ends_with(IS_NONE)) {
                let list = &field.ty;
                field.ty = parse_quote!(::std::option::Option<#list>);
            }
            keep_written(attribute, nullable);
        }
        // `#[serde()]` is what is left where nothing but the skipping was said.
        field.attrs.retain(|attribute| {
            !attribute.path().is_ident("serde") || !arguments(attribute).is_empty()
        });
    }
    fields.named = sorted.into_iter().collect();
}

const SKIP: &str = "skip_serializing_if";
const IS_NONE: &str = "Option::is_none";

/// When a field is left out of what is written.
fn skipped(attribute: &Attribute) -> Option<String> {
    arguments(attribute).iter().find_map(|meta| text_of(meta, SKIP))
}

/// What is absent is left out, where it cannot be null; an empty array or map is not absent. So
/// typify's lists that are left out when they are empty have become options by now.
fn keep_written(attribute: &mut Attribute, nullable: bool) {
    let skips = skipped(attribute).is_some() && !nullable;
    let mut kept: Punctuated<Meta, Token![,]> =
        arguments(attribute).into_iter().filter(|meta| text_of(meta, SKIP).is_none()).collect();
    if skips {
        kept.push(parse_quote!(skip_serializing_if = "::std::option::Option::is_none"));
    }
    *attribute = parse_quote!(#[serde(#kept)]);
}

/// Instants are written by `crate::operations::instant`.
fn write_instants(item: &mut ItemStruct) {
    let instant: Type = parse_quote!(::chrono::DateTime<::chrono::offset::Utc>);
    let optional: Type = parse_quote!(::std::option::Option<#instant>);
    for field in &mut item.fields {
        let write = if field.ty == instant {
            "crate::operations::instant::write"
        } else if field.ty == optional {
            "crate::operations::instant::write_option"
        } else {
            continue;
        };
        field.attrs.push(parse_quote!(#[serde(serialize_with = #write)]));
    }
}

/// The name of the field in JSON.
fn wire_name(field: &Field) -> String {
    let serde = field.attrs.iter().filter(|attribute| attribute.path().is_ident("serde"));
    let renamed = serde.flat_map(arguments).find_map(|meta| text_of(&meta, "rename"));
    renamed.unwrap_or_else(|| {
        let ident = field.ident.as_ref().map(ToString::to_string).unwrap_or_default();
        ident.strip_prefix("r#").map(str::to_owned).unwrap_or(ident)
    })
}

fn arguments(attribute: &Attribute) -> Vec<Meta> {
    let parsed = attribute.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated);
    parsed.map(|metas| metas.into_iter().collect()).unwrap_or_default()
}

fn text_of(meta: &Meta, key: &str) -> Option<String> {
    let Meta::NameValue(pair) = meta else { return None };
    let Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) = &pair.value else { return None };
    pair.path.is_ident(key).then(|| text.value())
}
