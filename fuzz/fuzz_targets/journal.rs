//! What the journal shows of a call: `json`, `form` or `header NAME` on the first line, and then the
//! body or the value, in which `$S` stands for a secret. Held: where every `$S` is the value of a
//! name that says it is secret, as a second reading finds here, nothing that is shown holds it; what
//! is kept is no longer than the limits say.
#![no_main]

use std::sync::Arc;

use bytes::Bytes;
use libfuzzer_sys::{Corpus, fuzz_mutator, fuzz_target};
use sandbook::state::journal::{Call, Headers, Journal, JournalBudget, JournalLimits, Message};
use sandbook_fuzz::mutation::{Kind, mutate};
use serde_json::Value;

/// What stands for a secret; its last four characters may be shown. Nothing in it looks like a name
/// or an escape.
const SECRET: &str = "HUSH0123456789abcdefghEND4";
const HIDDEN: &str = "HUSH0123456789abcdefgh";

fuzz_target!(|data: &[u8]| -> Corpus {
    let Some((kind, text)) = std::str::from_utf8(data).ok().and_then(|it| it.split_once('\n'))
    else {
        return Corpus::Reject;
    };
    let text = text.replace("$S", SECRET);
    let mut call = Call { request_id: "r".to_owned(), ..Call::default() };
    let secret = match kind.split_once(' ') {
        None if kind == "json" => {
            call.request = Message::new(Headers::default(), Bytes::from(text.clone()));
            call.understood = serde_json::from_str(&text).ok();
            call.understood.as_ref().is_some_and(|value| in_json(value, there(&text)))
        }
        None if kind == "form" => {
            call.response = Message::new(Headers::default(), Bytes::from(text.clone()));
            call.query.clone_from(&text);
            in_form(&text)
        }
        Some(("header", name)) => {
            call.request = Message::new(Headers::of([(name, &text)]), Bytes::new());
            text.contains(SECRET) && there(name) == 0 && in_header(name)
        }
        _ => return Corpus::Reject,
    };
    let budget = Arc::new(JournalBudget::new(1 << 20));
    let journal = Journal::new(JournalLimits { entries: 4, bytes: 1 << 18 }, budget);
    journal.push(call);
    let Some(kept) = journal.get("r") else { return Corpus::Keep };
    if secret {
        let all = format!("{kept:?}");
        assert!(!all.contains(HIDDEN), "a secret is shown: {all}");
    }
    Corpus::Keep
});

fn there(text: &str) -> usize {
    text.matches(HIDDEN).count()
}

/// Whether there is a secret, and none elsewhere: each of them all stands under such a name.
fn in_json(value: &Value, all: usize) -> bool {
    fn count(value: &Value, named: bool, found: &mut usize) {
        match value {
            Value::Object(fields) => {
                for (name, value) in fields {
                    count(value, named || is_secret(name), found);
                }
            }
            Value::Array(items) => items.iter().for_each(|item| count(item, named, found)),
            Value::String(text) if named => *found += there(text),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
    let mut found = 0;
    count(value, false, &mut found);
    found > 0 && found == all
}

fn in_form(text: &str) -> bool {
    let pairs = form_urlencoded::parse(text.as_bytes());
    let secrets = pairs.filter(|(name, _)| is_secret(name)).map(|(_, value)| there(&value));
    let found: usize = secrets.sum();
    found > 0 && found == there(text)
}

fn in_header(name: &str) -> bool {
    let proof =
        ["authorization", "proxy-authorization"].iter().any(|it| name.eq_ignore_ascii_case(it));
    let cookie = ["cookie", "set-cookie"].iter().any(|it| name.eq_ignore_ascii_case(it));
    proof || cookie || is_secret(name)
}

fn is_secret(name: &str) -> bool {
    // Again, and not the program's own: a stem that goes there is found missing here.
    const WORDS: &[&str] = &[
        "accesskey",
        "apikey",
        "assertion",
        "authentication",
        "authkey",
        "authorization",
        "credential",
        "jwt",
        "passphrase",
        "passwd",
        "password",
        "privatekey",
        "pwd",
        "secret",
        "sessionid",
        "signingkey",
        "token",
    ];
    name.split(['[', ']', '.']).any(|part| {
        let letters = part.chars().filter(char::is_ascii_alphanumeric);
        let letters = letters.collect::<String>().to_ascii_lowercase();
        WORDS.iter().any(|word| letters.ends_with(word))
    })
}

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    let kind = if data.starts_with(b"json\n") { Kind::Json } else { Kind::Text };
    mutate(data, size, max_size, seed, kind, false)
});
