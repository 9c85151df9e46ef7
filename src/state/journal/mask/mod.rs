//! What is secret in a call, made unreadable before it is shown. Of a token its last characters
//! stay, so that two can be told apart. What may hold a secret and cannot be read is not shown.

use std::borrow::Cow;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::percent_decode_str;
use serde_json::Value;
use uuid::Uuid;

const MASK: &str = "***";

/// How the name of a secret ends, by its letters alone and in lower case: `API-Key` is `apikey`.
const STEMS: &[&str] = &[
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

/// What may stand behind that: `secret_key`, `tokenValue`, `password_confirmation`, `passwords`.
const SUFFIXES: &[&str] = &[
    "again",
    "confirm",
    "confirmation",
    "current",
    "hash",
    "key",
    "new",
    "old",
    "pem",
    "repeat",
    "s",
    "value",
];

/// How the second word begins where a name is written in two, as in prose: `API key`.
const SECOND_WORDS: &[&str] = &["id", "key", "phrase"];

/// The schemes of an Authorization header that are shown.
const SCHEMES: &[&str] = &["basic", "bearer", "digest", "negotiate"];

/// The value of a header without its secret; `None` where it holds none.
pub(super) fn header(name: &str, value: &str) -> Option<String> {
    let is = |known: &&str| name.eq_ignore_ascii_case(known);
    let proves = ["authorization", "proxy-authorization"].iter().any(is);
    if ["cookie", "set-cookie"].iter().any(is) || (is_secret(name) && !proves) {
        return Some(MASK.to_owned());
    }
    if !proves {
        let masked = address(value);
        return (masked != value).then(|| masked.into_owned());
    }
    let Some((scheme, proof)) = value.trim().split_once(' ') else { return Some(MASK.to_owned()) };
    let proof = proof.trim();
    // What is no scheme is a proof that holds a space.
    if !SCHEMES.iter().any(|known| scheme.eq_ignore_ascii_case(known)) {
        return Some(MASK.to_owned());
    }
    let shown = if scheme.eq_ignore_ascii_case("basic") {
        user(proof).map_or(MASK.to_owned(), |user| format!("{user}:{MASK}"))
    } else if scheme.eq_ignore_ascii_case("bearer") {
        end_of(proof)
    } else {
        MASK.to_owned()
    };
    Some(format!("{scheme} {shown}"))
}

/// A query without its secrets.
pub(super) fn query(query: &str) -> Cow<'_, str> {
    if !may_name_secret(query) {
        return Cow::Borrowed(query);
    }
    let pairs = query.split('&').map(|it| pair(it).unwrap_or(Cow::Borrowed(MASK)));
    Cow::Owned(pairs.collect::<Vec<_>>().join("&"))
}

/// Each name of a query and its value, decoded, without its secrets; what is shown as a mask alone is
/// left out.
pub(super) fn pairs_of_query(query: &str) -> impl Iterator<Item = (String, String)> {
    query.split('&').filter_map(|it| {
        let pair = pair(it)?;
        let (name, value) = form_urlencoded::parse(pair.as_bytes()).next()?;
        Some((name.into_owned(), value.into_owned()))
    })
}

/// The first `most` bytes of a body without its secrets. It is read as JSON or as a form, by how it
/// begins, because what a client says of it may be wrong. Of one that is neither, and may hold a
/// secret, only the length is said.
pub(super) fn body(bytes: &[u8], most: usize) -> Cow<'_, [u8]> {
    let text = String::from_utf8_lossy(bytes);
    let masked = if may_name_secret(&text) { without_secrets(&text, bytes.len()) } else { None };
    match masked {
        None => Cow::Borrowed(&bytes[..bytes.len().min(most)]),
        Some(mut kept) => {
            // The whole was read, as its beginning alone would be no JSON.
            kept.truncate(kept.floor_char_boundary(most));
            Cow::Owned(kept.into_bytes())
        }
    }
}

/// A body that was understood, without its secrets.
pub(super) fn value(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            if fields.keys().any(|name| gives_value(name)) {
                *fields = std::mem::take(fields).into_iter().map(nameless).collect();
            }
            for (name, field) in fields {
                if is_secret(name) {
                    *field = Value::from(masked(name, field.as_str().unwrap_or_default()));
                } else {
                    self::value(field);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(self::value),
        // JSON or a form may stand in a text.
        Value::String(text) if may_hold_pairs(text) => *value = Value::from(MASK),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// What stands for the name of a field or parameter: itself, or the mask where a secret is in it.
pub(super) fn name(name: &str) -> &str {
    if gives_value(name) { MASK } else { name }
}

/// A field, with a mask for all of it where a secret is in its name.
fn nameless((name, field): (String, Value)) -> (String, Value) {
    if gives_value(&name) { (MASK.to_owned(), Value::from(MASK)) } else { (name, field) }
}

/// Whether some of a header's value is shown masked.
pub fn holds_secret_in_header(name: &str, value: &str) -> bool {
    header(name, value).is_some()
}

/// Whether a parameter of a query is shown masked, its value or all of it; `None` is a value that
/// nobody names.
pub fn holds_secret_in_query(name: &str, value: Option<&str>) -> bool {
    gives_value(name) || value.is_some_and(|value| is_secret(name) || may_hold_pairs(value))
}

/// Whether some of a body is shown masked.
pub fn holds_secret(body: &Value) -> bool {
    let mut masked = body.clone();
    value(&mut masked);
    masked != *body
}

/// Whether a text can name a secret at all, however it is written: a quick look, which most pass
/// that do not.
fn may_name_secret(text: &str) -> bool {
    // A tab or a line feed in a name is written as a sign and a letter, which is none of the name's.
    let short = ["\\b", "\\f", "\\n", "\\r", "\\t"];
    let without = |text: &str| short.iter().fold(text.to_owned(), |text, it| text.replace(it, ""));
    let names = |text: &str| {
        let letters = letters(text);
        STEMS.iter().any(|stem| letters.contains(stem))
    };
    // Each layer: what looks like an escape may be a part of a name.
    layers(text).any(|text| names(&text) || (text.contains('\\') && names(&without(&text))))
}

/// What comes behind each name of a secret among the words of a text.
fn behind_secrets(text: &str) -> impl Iterator<Item = &str> {
    let (mut rest, mut before) = (text, "");
    std::iter::from_fn(move || {
        loop {
            let word = &rest[rest.find(is_of_word)?..];
            let end = word.find(|it| !is_of_word(it)).unwrap_or(word.len());
            rest = &word[end..];
            let word = &word[..end];
            let first = std::mem::replace(&mut before, word);
            if is_secret(word) || is_secret_in_two(first, word) {
                return Some(rest);
            }
        }
    })
}

/// Whether two words are the name of a secret. Only some can be the second of them: `to Ken` is none.
fn is_secret_in_two(first: &str, second: &str) -> bool {
    let begins = |word: &&str| {
        second.get(..word.len()).is_some_and(|beginning| beginning.eq_ignore_ascii_case(word))
    };
    SECOND_WORDS.iter().any(begins) && is_secret(&format!("{first}{second}"))
}

/// What the names of parameters and fields are written with.
fn is_of_word(sign: char) -> bool {
    sign.is_alphanumeric() || "_-.[]".contains(sign)
}

/// Whether a text has the name of a secret as a word of its own, in quotes, or where a form has one.
fn names_secret(text: &str) -> bool {
    let text = unescaped(text);
    let mut quoted = ['"', '\''].iter().flat_map(|sign| text.split(*sign).skip(1).step_by(2));
    let mut of_form = form_urlencoded::parse(text.as_bytes()).map(|(name, _)| name);
    behind_secrets(&text).next().is_some()
        || quoted.any(is_secret)
        || of_form.any(|name| is_secret(&name))
}

/// Whether a text names a secret and may give it a value, as JSON and forms do. A colon alone does
/// not: `the API key: see below` is prose.
fn may_hold_pairs(text: &str) -> bool {
    let text = unescaped(text);
    let json = text.contains('{');
    behind_secrets(&text).any(|rest| {
        let quoted = rest.starts_with(['"', '\'', '\\']);
        let sign = rest.trim_start_matches(['"', '\'', '\\', ' ', '\t', '\r', '\n']);
        sign.starts_with('=') || (sign.starts_with(':') && (json || quoted))
    })
}

/// Whether what should be a name holds that of a secret and a value for it: `password: 1234`. No name
/// is prose, so any sign that can stand between the two will do.
fn gives_value(name: &str) -> bool {
    let name = unescaped(name);
    behind_secrets(&name).any(|rest| {
        let rest = rest.trim_start();
        let value = rest.trim_start_matches(|it: char| !it.is_alphanumeric());
        rest.starts_with([':', '=', '"', '\'', '\\', '>']) && !value.is_empty()
    })
}

/// The letters and digits of a text, in lower case: what is left of a name however it is written.
fn letters(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).map(|it| it.to_ascii_lowercase()).collect()
}

/// A text without the escapes of forms and of JSON, and of those in a text of theirs.
fn unescaped(text: &str) -> Cow<'_, str> {
    layers(text).last().unwrap_or_default()
}

/// A text as it is, and then without one layer of escapes more each time.
fn layers(text: &str) -> impl Iterator<Item = Cow<'_, str>> {
    // Nobody writes a name deeper than this by accident, and whoever tries to hide one can.
    const DEEPEST: usize = 4;
    let next = |text: &Cow<'_, str>| {
        (text.contains('%') || text.contains("\\u")).then(|| Cow::Owned(decoded(text)))
    };
    std::iter::successors(Some(Cow::Borrowed(text)), next).take(1 + DEEPEST)
}

/// A text without its outermost escapes.
fn decoded(text: &str) -> String {
    let text = percent_decode_str(text).decode_utf8_lossy();
    let mut parts = text.split("\\u");
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        match part.get(..4).and_then(|hex| u32::from_str_radix(hex, 16).ok()) {
            Some(sign) => {
                // Half of a pair is no letter of any name.
                plain.push(char::from_u32(sign).unwrap_or(char::REPLACEMENT_CHARACTER));
                plain.push_str(&part[4..]);
            }
            None => plain.extend(["\\u", part]),
        }
    }
    plain
}

/// Whether a name, or a part of one as `auth[api_key]` has it, is that of a secret.
fn is_secret(name: &str) -> bool {
    std::iter::once(name).chain(name.split(['[', ']', '.'])).any(|part| {
        let part = letters(part);
        let mut part = part.as_str();
        loop {
            // `api_key_2`.
            part = part.trim_end_matches(|it: char| it.is_ascii_digit());
            if STEMS.iter().any(|stem| part.ends_with(stem)) {
                return true;
            }
            match SUFFIXES.iter().find_map(|suffix| part.strip_suffix(suffix)) {
                Some(rest) => part = rest,
                None => return false,
            }
        }
    })
}

fn masked(name: &str, secret: &str) -> String {
    let is_token = name.to_ascii_lowercase().ends_with("token");
    if is_token { end_of(secret) } else { MASK.to_owned() }
}

/// The mask, and the last four characters of what is long enough to spare them.
fn end_of(secret: &str) -> String {
    let end = secret.len().checked_sub(4).filter(|_| secret.len() >= 16);
    format!("{MASK}{}", end.and_then(|at| secret.get(at..)).unwrap_or_default())
}

/// Whoever the proof names; no other user than a partner's id, as the two may be swapped.
fn user(proof: &str) -> Option<Uuid> {
    let text = String::from_utf8(STANDARD.decode(proof).ok()?).ok()?;
    let (user, _) = text.split_once(':')?;
    // A key may be 32 digits, which would be read as an id as well.
    Uuid::try_parse(user).ok().filter(|id| id.to_string().eq_ignore_ascii_case(user))
}

/// A body of so many bytes without its secrets; none where it can stay as it is.
fn without_secrets(sent: &str, length: usize) -> Option<String> {
    let text = sent.trim_start_matches('\u{feff}').trim();
    if text.starts_with(['{', '[', '"'])
        && let Ok(mut read) = serde_json::from_str::<Value>(text)
    {
        value(&mut read);
        // Written anew even where nothing is masked: of a name that stands twice one value was lost,
        // which may have been a secret's.
        return Some(read.to_string());
    }
    match pairs(text) {
        Some(masked) => (masked != text).then_some(masked),
        None => names_secret(text)
            .then(|| format!("({length} bytes that may hold a secret and cannot be read)")),
    }
}

/// A form without its secrets; none where it is no form, or names a secret where a form has no name.
fn pairs(text: &str) -> Option<String> {
    if text.contains(|it: char| {
        it.is_whitespace() || it.is_control() || "\"'<>{}\u{fffd}".contains(it)
    }) {
        return None;
    }
    let pairs = text.split('&').map(pair);
    Some(pairs.collect::<Option<Vec<_>>>()?.join("&"))
}

/// A pair of a form or a query without its secret; none where one is in its name.
fn pair(pair: &str) -> Option<Cow<'_, str>> {
    let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
    let [read_name, read_value] = [name, value].map(|it| {
        let spaced = it.replace('+', " ");
        percent_decode_str(&spaced).decode_utf8_lossy().into_owned()
    });
    if gives_value(&read_name) {
        return None;
    }
    if pair.contains('=') && is_secret(&read_name) {
        return Some(Cow::Owned(format!("{name}={}", masked(&read_name, value))));
    }
    let hides = may_hold_pairs(&read_value);
    Some(if hides { Cow::Owned(format!("{name}={MASK}")) } else { Cow::Borrowed(pair) })
}

/// What may be an address without the secrets of its query and fragment; nothing of one that holds
/// some elsewhere.
fn address(text: &str) -> Cow<'_, str> {
    if !may_hold_pairs(text) {
        return Cow::Borrowed(text);
    }
    let path = text.split(['?', '#']).next().unwrap_or_default();
    if path.len() == text.len() || may_hold_pairs(path) {
        return Cow::Borrowed(MASK);
    }
    let asked = text[path.len()..].split_inclusive(['?', '#']);
    let asked = asked.map(|part| match part.strip_suffix(['?', '#']) {
        Some(head) => format!("{}{}", query(head), &part[head.len()..]),
        None => query(part).into_owned(),
    });
    Cow::Owned(std::iter::once(path.to_owned()).chain(asked).collect())
}

#[cfg(test)]
mod tests;
