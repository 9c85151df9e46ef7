//! What calls are made of: the ids of the fixtures by kind, those that answers brought, and words
//! that mean something somewhere.

use std::collections::{BTreeMap, BTreeSet};

use libfuzzer_sys::arbitrary::{Result, Unstructured};
use serde_json::Value;

use crate::documents::Documents;
use crate::house::House;

/// How many ids of answers are kept: the newest are worth most.
const RECENT: usize = 24;

/// Texts that some parser reads in its own way.
pub const ODD: &[&str] = &[
    "",
    " ",
    "0",
    "-1",
    "+1",
    "1e3",
    "0.5",
    "true",
    "null",
    "[]",
    "{}",
    "\u{0}",
    "\u{fffd}",
    "é£\u{202e}",
    "2026-02-28",
    "2024-02-30",
    "0001-01-01",
    "9999-12-31T23:59:59Z",
    "2026-03-02T12:00:00+14:00",
    "2026-03-02 12:00:00",
    "9223372036854775807",
    "9223372036854775808",
    "00000000-0000-4000-8000-000000000000",
    "019ab37c-txn1-7000-8000-000000000001",
    "somebody@example.com",
    "sandbox:code=409",
    "sandbox:delay=2s",
    "a,b,,a",
    "%",
    "..",
];

/// Ids and words.
#[derive(Clone, Default)]
pub struct Pool {
    by_kind: BTreeMap<String, Vec<String>>,
    recent: Vec<(String, String)>,
}

impl Pool {
    /// The ids of the fixtures, by what a parameter calls them: `invoice_id` asks for `invoice`.
    pub fn of_fixtures(house: &House) -> Self {
        let mut pool = Self::default();
        for (_, text) in house.app.store.start().export(house.app.store.directory()) {
            let file: Value = serde_json::from_str(&text).expect("an export is JSON");
            if let Some(id) = file["business"]["id"].as_str() {
                pool.add("business", id);
            }
            let lists = file["records"].as_object().into_iter().flatten();
            for (list, rows) in lists {
                let kind = list.trim_end_matches('s');
                let kind = if kind == "bank_transaction" { "transaction" } else { kind };
                for row in rows.as_array().into_iter().flatten() {
                    row["id"].as_str().into_iter().for_each(|id| pool.add(kind, id));
                }
            }
        }
        pool
    }

    fn add(&mut self, kind: &str, id: &str) {
        // A few of each are enough, and those that come first are the ones with facts.
        let known = self.by_kind.entry(kind.to_owned()).or_default();
        if known.len() < 12 {
            known.push(id.to_owned());
        }
    }

    /// Every id of the fixtures.
    pub fn ids(&self) -> impl Iterator<Item = &String> {
        self.by_kind.values().flatten()
    }

    /// Learns the ids that an answer brings.
    pub fn learn(&mut self, answer: &Value) {
        match answer {
            Value::Object(fields) => {
                for (name, value) in fields {
                    let is_id = name == "id" || name.ends_with("_id");
                    match value.as_str().filter(|text| is_id && text.len() >= 36) {
                        Some(id) => self.recent.push((stem(name).to_owned(), id.to_owned())),
                        None => self.learn(value),
                    }
                }
            }
            // A list brings enough with its first.
            Value::Array(items) => items.iter().take(2).for_each(|item| self.learn(item)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
        let more = self.recent.len().saturating_sub(RECENT);
        self.recent.drain(..more);
    }

    /// An id for a field or parameter of this name: mostly one of its kind.
    pub fn id(&self, u: &mut Unstructured<'_>, name: &str) -> Result<String> {
        let kind = stem(name);
        let ids = self.by_kind.get(kind).map(Vec::as_slice).unwrap_or_default();
        let recent = || self.recent.iter().rev();
        let of_kind: Vec<_> = recent().filter(|(of, _)| of == kind || of == "id").collect();
        Ok(match u.int_in_range(0..=9)? {
            0..=4 if !ids.is_empty() => u.choose(ids)?.clone(),
            5..=7 if !of_kind.is_empty() => u.choose(&of_kind)?.1.clone(),
            8 if !self.recent.is_empty() => u.choose(&self.recent)?.1.clone(),
            9 => (*u.choose(ODD)?).to_owned(),
            _ => {
                let all: Vec<_> = self.ids().collect();
                all.get(u.choose_index(all.len().max(1))?)
                    .map(|id| (*id).clone())
                    .unwrap_or_default()
            }
        })
    }
}

/// `invoice` of `invoice_id`; `id` of `id`.
fn stem(name: &str) -> &str {
    let stem = name.trim_end_matches("_id");
    match stem {
        "bill_payment" | "refund_payment" | "payment" | "business" => stem,
        other => other.rsplit_once("_to_").map_or(other, |(_, last)| last),
    }
}

/// Every word of the documents: names of fields and parameters, and what an enum lists.
pub fn words(documents: &Documents) -> Vec<String> {
    let mut words = BTreeSet::new();
    for document in &documents.all {
        collect(&document.root, &mut words);
    }
    words.extend(ODD.iter().map(|word| (*word).to_owned()));
    words.into_iter().collect()
}

fn collect(value: &Value, words: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            let listed = fields.get("enum").and_then(Value::as_array).into_iter().flatten();
            words.extend(listed.filter_map(Value::as_str).map(str::to_owned));
            let properties = fields.get("properties").and_then(Value::as_object);
            words.extend(properties.into_iter().flat_map(|it| it.keys().cloned()));
            if fields.contains_key("in") {
                words.extend(fields.get("name").and_then(Value::as_str).map(str::to_owned));
            }
            fields.values().for_each(|value| collect(value, words));
        }
        Value::Array(items) => items.iter().for_each(|value| collect(value, words)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
