//! Schemas that contradict themselves, or that no value can be held to.

use serde_json::Value;

use super::places::{Places, Spot};
use super::{Fault, Found};
use crate::contract::pointer::below;

/// Lower and upper bounds of one thing.
const BOUNDS: [(&str, &str); 3] =
    [("minLength", "maxLength"), ("minItems", "maxItems"), ("minimum", "maximum")];

pub(super) fn check(places: &Places<'_>, found: &mut Found) {
    for schema in &places.schemas {
        crossed(schema, found);
        if schema.flag("nullable") && schema.value.get("type").is_none() {
            found.add(&schema.pointer, Fault::Nullable);
        }
        // A part of an `allOf` may require what another part declares.
        if schema.pointer.rsplit('/').nth(1).is_none_or(|above| above != "allOf") {
            undeclared(places, schema, found);
        }
    }
}

fn crossed(schema: &Spot<'_>, found: &mut Found) {
    let number = |key: &str| schema.value.get(key).and_then(Value::as_f64);
    for (least, most) in BOUNDS {
        let Some((low, high)) = number(least).zip(number(most)) else { continue };
        let exclusive = least == "minimum"
            && (schema.flag("exclusiveMinimum") || schema.flag("exclusiveMaximum"));
        if low > high || (exclusive && low >= high) {
            found.add(&schema.pointer, Fault::Crossed { least, most });
        }
    }
}

/// Names that are required, and that neither the schema nor a part of it declares.
fn undeclared(places: &Places<'_>, schema: &Spot<'_>, found: &mut Found) {
    let parts = parts(places, schema, 0);
    let open = parts.iter().any(|part| {
        let alternatives = part.value.get("anyOf").or(part.value.get("oneOf"));
        alternatives.is_some()
            || part.value.get("additionalProperties").is_some_and(Value::is_object)
    });
    let declares = |name: &str| {
        let of = |part: &Spot<'_>| part.value.get("properties")?.get(name).map(drop);
        parts.iter().any(|part| of(part).is_some())
    };
    for part in parts.iter().filter(|_| !open) {
        for (n, name) in part.names("required").into_iter().enumerate() {
            if !declares(name) {
                let pointer = below(&below(&part.pointer, "required"), &n.to_string());
                found.add(pointer, Fault::Undeclared(name.to_owned()));
            }
        }
    }
}

/// The schema and everything under its `allOf`, references followed.
fn parts<'d>(places: &Places<'d>, schema: &Spot<'d>, depth: usize) -> Vec<Spot<'d>> {
    let Some(schema) = places.resolve(schema.clone()).filter(|_| depth < 16) else {
        return Vec::new();
    };
    let mut all = vec![schema.clone()];
    for (_, part) in schema.each("allOf") {
        all.extend(parts(places, &part, depth + 1));
    }
    all
}
