//! What is secret in a call, made unreadable before it is shown. Of a token its last characters
//! stay, so that two can be told apart. What may hold a secret and cannot be read is not shown.

mod names;

use std::borrow::Cow;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::percent_decode_str;
use serde_json::Value;
use uuid::Uuid;

use self::names::{gives_value, is_secret, may_hold_pairs, may_name_secret, names_secret};

const MASK: &str = "***";

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

/// A body without its secrets. It is read as JSON or as a form, by how it begins, because what a
/// client says of it may be wrong. Of one that is neither, and may hold a secret, only the length is
/// said.
pub(super) fn body(bytes: &[u8]) -> Cow<'_, [u8]> {
    let text = String::from_utf8_lossy(bytes);
    let masked = if may_name_secret(&text) { without_secrets(&text, bytes.len()) } else { None };
    masked.map_or(Cow::Borrowed(bytes), |masked| Cow::Owned(masked.into_bytes()))
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
