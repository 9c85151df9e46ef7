//! Overlays in YAML or JSON, applied to a small document. Held: applying is the same every time; what
//! is removed is what a second reading, written here, leaves out of the document; a corrected
//! document that is one is read as it stands.
#![no_main]

use std::collections::BTreeSet;

use libfuzzer_sys::{Corpus, fuzz_mutator, fuzz_target};
use sandbook::contract::pointer::below;
use sandbook_fuzz::mutation::{Kind, mutate};
use serde_json::{Map, Value};
use serde_json_path::JsonPath;

#[path = "../../codegen/read/mod.rs"]
#[expect(dead_code, reason = "only the reading of texts is used")]
mod read;

const SMALL: &str = include_str!("../../tests/golden/tiny.yaml");

fuzz_target!(|data: &[u8]| -> Corpus {
    let Ok(text) = std::str::from_utf8(data) else { return Corpus::Reject };
    let Ok(corrected) = read::of_texts(&[SMALL], Some(text)) else { return Corpus::Keep };
    let again = read::of_texts(&[SMALL], Some(text)).map(|document| document.root).ok();
    assert_eq!(again.as_ref(), Some(&corrected.root), "applied a second time");
    let written = corrected.root.to_string();
    if let Ok(read) = read::of_texts(&[&written], None) {
        assert_eq!(read.root, corrected.root, "the corrected document, read again");
    }
    if let Some(removed) = removed(text) {
        assert_eq!(corrected.root, removed, "what is left");
    }
    Corpus::Keep
});

/// The small document without what an overlay of removals takes out of it; `None` where an action
/// is none.
fn removed(overlay: &str) -> Option<Value> {
    let overlay: Value = serde_saphyr::from_str(overlay).ok()?;
    let plain = read::of_texts(&[SMALL], None).expect("the small document is right").root;
    overlay["actions"].as_array()?.iter().try_fold(plain, |root, action| {
        action["remove"].as_bool().filter(|remove| *remove)?;
        let target = JsonPath::parse(action["target"].as_str()?).ok()?;
        let places = target.query_located(&root);
        let places = places.locations().map(serde_json_path::NormalizedPath::to_json_pointer);
        Some(without(&root, "", &places.collect()))
    })
}

fn without(value: &Value, at: &str, places: &BTreeSet<String>) -> Value {
    let step = |name: &str| below(at, name);
    match value {
        Value::Object(fields) => {
            let left = fields.iter().filter(|(name, _)| !places.contains(&step(name)));
            let left =
                left.map(|(name, value)| (name.clone(), without(value, &step(name), places)));
            Value::Object(left.collect::<Map<_, _>>())
        }
        Value::Array(items) => {
            let items =
                items.iter().enumerate().map(|(index, item)| (step(&index.to_string()), item));
            let left = items.filter(|(at, _)| !places.contains(at));
            Value::Array(left.map(|(at, item)| without(item, &at, places)).collect())
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.clone(),
    }
}

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    mutate(data, size, max_size, seed, Kind::Yaml, false)
});
