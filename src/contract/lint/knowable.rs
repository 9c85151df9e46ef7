//! What is required though nobody can know it: of an answer, or of who asks.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::places::{Operation, Places, Spot};
use super::{Fault, Found, Unknowable};

/// What every record has happened to it once it is there.
const ALWAYS: [&str; 5] = ["created_at", "updated_at", "modified_at", "imported_at", "recorded_at"];

/// Keywords that tell what a text may be.
const TELLING: [&str; 7] =
    ["description", "example", "default", "enum", "format", "allOf", "anyOf"];

/// The schemas that one operation asks by, and those that it answers with.
struct Sides<'d> {
    asked: Vec<Spot<'d>>,
    answered: Vec<Spot<'d>>,
}

pub(super) fn check(places: &Places<'_>, found: &mut Found) {
    let sides: Vec<_> =
        places.operations.iter().map(|operation| sides(places, operation)).collect();
    let asked: BTreeSet<&str> =
        sides.iter().flat_map(|it| &it.asked).map(|it| it.pointer.as_str()).collect();
    for side in &sides {
        for schema in &side.asked {
            bare_fields(places, schema, found);
        }
        for schema in side.answered.iter().filter(|it| !asked.contains(it.pointer.as_str())) {
            let life = ["status", "state"].iter().any(|name| property(schema, name).is_some());
            for name in schema.names("required") {
                let Some(field) = property(schema, name) else { continue };
                if life && is_event(places, name, &field) && !told(&sides, schema, name) {
                    found.add(field.pointer, Fault::Unknowable(Unknowable::Event));
                } else if is_address(places, &field) && optional(&sides, name) {
                    found.add(field.pointer, Fault::Unknowable(Unknowable::Address));
                }
            }
        }
    }
    for parameter in places.operations.iter().flat_map(|operation| &operation.parameters) {
        let schema = parameter.get("schema").map(|it| places.whole(&it)).unwrap_or_default();
        let told =
            ["description", "example", "examples"].iter().any(|it| parameter.get(it).is_some());
        if parameter.flag("required") && !told && is_bare(&schema) {
            found.add(&parameter.pointer, Fault::Unknowable(Unknowable::Bare));
        }
    }
}

fn bare_fields(places: &Places<'_>, schema: &Spot<'_>, found: &mut Found) {
    // An example of the whole shows its fields, too.
    let shown = |name: &str| schema.get("example").is_some_and(|it| it.get(name).is_some());
    for name in schema.names("required").into_iter().filter(|name| !shown(name)) {
        let Some(field) = property(schema, name) else { continue };
        if is_bare(&places.whole(&field)) {
            found.add(field.pointer, Fault::Unknowable(Unknowable::Bare));
        }
    }
}

/// Whether it is a text, or anything, of which nothing more is said.
fn is_bare(schema: &Map<String, Value>) -> bool {
    let any_text = schema.get("type").is_none_or(|kind| kind == "string");
    any_text && !TELLING.iter().any(|key| schema.contains_key(*key))
}

/// The time of something that need not have happened, where there must be one.
fn is_event(places: &Places<'_>, name: &str, field: &Spot<'_>) -> bool {
    let dated = |schema: &Map<String, Value>| {
        schema.get("format").is_some_and(|it| it == "date-time" || it == "date")
    };
    name.ends_with("_at") && !ALWAYS.contains(&name) && must_be(places, field, dated)
}

/// An address, where the empty text is none.
fn is_address(places: &Places<'_>, field: &Spot<'_>) -> bool {
    let address = |schema: &Map<String, Value>| {
        schema.get("format").is_some_and(|it| it == "email" || it == "uri")
    };
    must_be(places, field, address)
}

fn must_be(
    places: &Places<'_>,
    field: &Spot<'_>,
    such: impl Fn(&Map<String, Value>) -> bool,
) -> bool {
    let whole = places.whole(field);
    whole.get("nullable") != Some(&Value::Bool(true)) && such(&whole)
}

/// Whether a request that is answered with such a record has to say this of it.
fn told(sides: &[Sides<'_>], record: &Spot<'_>, name: &str) -> bool {
    let answers = |side: &&Sides<'_>| side.answered.iter().any(|it| it.pointer == record.pointer);
    let mut asked = sides.iter().filter(answers).flat_map(|side| &side.asked);
    asked.any(|it| it.names("required").contains(&name))
}

/// Whether some request may leave out a field of this name.
fn optional(sides: &[Sides<'_>], name: &str) -> bool {
    let leaves =
        |it: &Spot<'_>| property(it, name).is_some() && !it.names("required").contains(&name);
    sides.iter().flat_map(|side| &side.asked).any(leaves)
}

fn property<'d>(schema: &Spot<'d>, name: &str) -> Option<Spot<'d>> {
    schema.get("properties")?.get(name)
}

fn sides<'d>(places: &Places<'d>, operation: &Operation<'d>) -> Sides<'d> {
    let mut sides = Sides { asked: Vec::new(), answered: Vec::new() };
    let bodies = |spot: Option<Spot<'d>>| {
        let spot = spot.and_then(|spot| places.resolve(spot));
        let media = spot.map(|spot| spot.each("content")).unwrap_or_default();
        media.into_iter().filter_map(|(_, media)| media.get("schema"))
    };
    for schema in bodies(operation.at.get("requestBody")) {
        reach(places, schema, &mut sides.asked);
    }
    let replies = operation.at.each("responses").into_iter();
    for (_, reply) in replies.filter(|(status, _)| status.starts_with('2')) {
        for schema in bodies(Some(reply)) {
            reach(places, schema, &mut sides.answered);
        }
    }
    sides
}

/// Adds the schema and all its parts, references followed, each once.
fn reach<'d>(places: &Places<'d>, schema: Spot<'d>, reached: &mut Vec<Spot<'d>>) {
    let Some(schema) = places.resolve(schema) else { return };
    if reached.iter().any(|known| known.pointer == schema.pointer) {
        return;
    }
    reached.push(schema.clone());
    let listed = ["properties", "allOf", "anyOf", "oneOf"];
    let parts = listed.iter().flat_map(|key| schema.each(key)).map(|(_, part)| part);
    let single = ["items", "additionalProperties"].into_iter().filter_map(|key| schema.get(key));
    for part in parts.chain(single.filter(|part| part.value.is_object())) {
        reach(places, part, reached);
    }
}
