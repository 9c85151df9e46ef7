//! Requests that take what the record that comes of them cannot hold: what is accepted and cannot
//! be answered.

use serde_json::{Map, Value};

use super::places::{Operation, Places, Spot};
use super::{Fault, Found, Limit};

/// Fields that hold the records of a list.
const LISTS: [&str; 3] = ["results", "items", "data"];

pub(super) fn check(places: &Places<'_>, found: &mut Found) {
    for operation in &places.operations {
        let body = operation.at.get("requestBody").and_then(|body| places.resolve(body));
        let asked = body.and_then(|body| json(&body)).and_then(|it| places.resolve(it));
        let Some(asked) = asked else { continue };
        let records: Vec<_> = places.operations.iter().filter(|it| shows(it, operation)).collect();
        for (name, field) in asked.each("properties") {
            for record in records.iter().flat_map(|it| answered(places, it)) {
                let Some(held) = record.get("properties").and_then(|it| it.get(&name)) else {
                    continue;
                };
                for limit in wider(&places.whole(&field), &places.whole(&held)) {
                    let record = held.pointer.clone();
                    found.add(&field.pointer, Fault::Wider { limit, record });
                }
            }
        }
    }
}

/// Whether the answers of `operation` are about what requests to `other` make: it is itself, or it
/// gets what is at its path, or one of what is there.
fn shows(operation: &Operation<'_>, other: &Operation<'_>) -> bool {
    let gets = operation.at.pointer.ends_with("/get");
    let below = operation.path.strip_prefix(other.path).map(|rest| rest.trim_matches('/'));
    let one = |rest: &str| rest.is_empty() || (rest.starts_with('{') && !rest.contains('/'));
    operation.at.pointer == other.at.pointer || (gets && below.is_some_and(one))
}

/// The records that an operation answers with: of a list those in it, of an envelope the one in it.
fn answered<'d>(places: &Places<'d>, operation: &Operation<'d>) -> Vec<Spot<'d>> {
    let replies = operation.at.each("responses").into_iter();
    let good = replies.filter(|(status, _)| status.starts_with('2'));
    let bodies = good.filter_map(|(_, reply)| json(&places.resolve(reply)?));
    bodies.filter_map(|body| record(places, places.resolve(body)?)).collect()
}

fn record<'d>(places: &Places<'d>, body: Spot<'d>) -> Option<Spot<'d>> {
    let fields = body.each("properties");
    let listed = fields.iter().find(|(name, _)| LISTS.contains(&name.as_str()));
    if let Some((_, list)) = listed {
        return places.resolve(places.resolve(list.clone())?.get("items")?);
    }
    if let [(_, only)] = fields.as_slice() {
        let inner = places.resolve(only.clone())?;
        return Some(if inner.get("properties").is_some() { inner } else { body });
    }
    Some(body)
}

fn wider(asked: &Map<String, Value>, held: &Map<String, Value>) -> Vec<Limit> {
    let mut limits = Vec::new();
    let most = |schema: &Map<String, Value>| schema.get("maxLength").and_then(Value::as_u64);
    let values =
        |schema: &Map<String, Value>| schema.get("enum").and_then(Value::as_array).cloned();
    // Texts that are limited by their format or their values need no length.
    let free = !asked.contains_key("format") && values(asked).is_none();
    if let Some(held) = most(held).filter(|held| free && most(asked).is_none_or(|it| it > *held)) {
        limits.push(Limit::Length(held));
    }
    if let Some(held) = values(held) {
        let within = |it: &Value| it.is_null() || held.contains(it);
        if !values(asked).is_some_and(|asked| asked.iter().all(within)) {
            limits.push(Limit::Values(held));
        }
    }
    limits
}

/// The schema of a body's JSON.
fn json<'d>(body: &Spot<'d>) -> Option<Spot<'d>> {
    let mut media = body.each("content").into_iter();
    let (_, json) = media.find(|(name, _)| name.starts_with("application/json"))?;
    json.get("schema")
}
