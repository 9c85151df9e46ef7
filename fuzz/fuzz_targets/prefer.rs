//! `Prefer` headers, a line each, and the same text as a magic value in a body. Held: a status is
//! from 100 to 599 and a delay at most a minute; what is asked, written out plainly, asks the same;
//! a magic value asks what the header of the same words asks.
#![no_main]

use std::time::Duration;

use axum::http::{HeaderMap, HeaderValue};
use libfuzzer_sys::{Corpus, fuzz_mutator, fuzz_target};
use sandbook::http::fuzzing::{Asked, magic, preferred};
use sandbook_fuzz::mutation::{Kind, mutate};
use serde_json::{Map, Value, json};

fuzz_target!(|data: &[u8]| -> Corpus {
    let mut headers = HeaderMap::new();
    for line in data.split(|byte| *byte == b'\n') {
        let Ok(value) = HeaderValue::from_bytes(line) else { return Corpus::Reject };
        headers.append("prefer", value);
    }
    let asked = preferred(&headers);
    if let Ok(Some(asked)) = &asked {
        assert_eq!(preferred(&header(&written(asked))).as_ref(), Ok(&Some(asked.clone())), "again");
        holds(asked);
    }
    let Ok(text) = std::str::from_utf8(data) else { return Corpus::Keep };
    let by_magic = magic("thredfi", &body(&format!("sandbox:{text}")));
    if let Ok(Some(asked)) = &by_magic {
        holds(asked);
        // The header knows quotes, semicolons and several lines, and ignores what it does not know.
        if !text.contains(['"', ';', '\n', '\\']) {
            assert_eq!(preferred(&header(text)), by_magic, "the header of the same words");
        }
    }
    assert_eq!(magic("dayzero", &body(text)), Ok(None), "a field of another provider");
    Corpus::Keep
});

fn holds((code, example, delay): &Asked) {
    assert!(code.is_none_or(|code| (100..600).contains(&code)), "{code:?} is no status");
    assert!(delay.is_none_or(|delay| delay <= Duration::from_mins(1)), "{delay:?} is too long");
    assert!(example.as_ref().is_none_or(|name| !name.is_empty()), "an example without a name");
}

fn written((code, example, delay): &Asked) -> String {
    let quoted = |name: &String| name.replace('\\', "\\\\").replace('"', "\\\"");
    let parts = [
        code.map(|code| format!("code={code}")),
        example.as_ref().map(|name| format!("example=\"{}\"", quoted(name))),
        delay.map(|delay| format!("delay={}ms", delay.as_millis())),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

fn header(text: &str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    // A text that is no header's value is asked by nobody.
    if let Ok(value) = HeaderValue::from_bytes(text.as_bytes()) {
        headers.insert("prefer", value);
    }
    headers
}

fn body(text: &str) -> Map<String, Value> {
    Map::from_iter([("body".to_owned(), json!({ "payment_reference": text }))])
}

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    mutate(data, size, max_size, seed, Kind::Text, false)
});
