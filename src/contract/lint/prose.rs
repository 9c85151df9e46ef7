//! What only a description says: to people, and to no program that reads the document.

use super::places::{Places, Spot};
use super::{Fault, Found, Said};

pub(super) fn check(places: &Places<'_>, found: &mut Found) {
    for operation in &places.operations {
        let declared = |name: &str| {
            let is = |it: &Spot<'_>| it.text("name").eq_ignore_ascii_case(name);
            operation.parameters.iter().any(is)
        };
        let said = ["summary", "description"].into_iter().map(|key| operation.at.text(key));
        for name in said.filter_map(header).filter(|name| !declared(name)) {
            found.add(format!("{}/parameters", operation.at.pointer), prose(Said::Header(name)));
        }
    }
    for carrier in places.carriers.iter().filter(|it| !it.text("in").is_empty()) {
        // The description of a parameter stands beside its schema, not in it.
        let text = carrier.text("description");
        let schema = carrier.get("schema").and_then(|schema| places.resolve(schema));
        let listed =
            schema.filter(|it| it.text("type") == "string" && it.value.get("enum").is_none());
        if let Some(values) = listed.and_then(|_| values(text)) {
            found.add(&carrier.pointer, prose(Said::Values(values)));
        }
        deprecated(carrier, found);
    }
    for schema in &places.schemas {
        deprecated(schema, found);
    }
}

fn prose(said: Said) -> Fault {
    Fault::Prose(said)
}

fn deprecated(spot: &Spot<'_>, found: &mut Found) {
    let first = spot.text("description").split([' ', ':', '.', ',']).next().unwrap_or_default();
    let old = ["deprecated", "legacy", "obsolete"];
    if old.iter().any(|word| first.eq_ignore_ascii_case(word)) && !spot.flag("deprecated") {
        found.add(&spot.pointer, prose(Said::Deprecated));
    }
}

/// The header that a text names, as in "by the Idempotency-Key header".
fn header(text: &str) -> Option<String> {
    let bare = |word: &str| word.trim_matches(|it: char| !it.is_ascii_alphanumeric()).to_owned();
    let words: Vec<_> = text.split_whitespace().map(bare).collect();
    let named = |pair: &[String]| {
        let (name, what) = (&pair[0], &pair[1]);
        let inner = name.starts_with(|it: char| it.is_ascii_uppercase() || it == 'x');
        (inner && name.contains('-') && what == "header").then(|| name.clone())
    };
    words.windows(2).find_map(named)
}

/// The words in brackets, where they are all there is: "(asc, desc)", and not "(card, cash, etc.)".
fn values(text: &str) -> Option<Vec<String>> {
    let (_, rest) = text.split_once('(')?;
    let (listed, _) = rest.split_once(')')?;
    let values: Vec<_> = listed.split(", ").map(str::to_owned).collect();
    let is_word = |it: &String| {
        let mut bytes = it.bytes();
        !it.is_empty() && bytes.all(|byte| byte.is_ascii_lowercase() || byte == b'_')
    };
    (values.len() > 1 && values.iter().all(is_word)).then_some(values)
}
