//! What is secret in a call, made unreadable before it is shown. Of a token its last characters
//! stay, so that two can be told apart. What may hold a secret and cannot be read is not shown.

use std::borrow::Cow;
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::percent_decode_str;
use serde_json::Value;
use uuid::Uuid;

const MASK: &str = "***";

/// How the name of a secret ends, in lower case, and so what stands in whatever names one.
const STEMS: &[&str] = &[
    "access-key",
    "access_key",
    "accesskey",
    "api-key",
    "api_key",
    "apikey",
    "auth-key",
    "auth_key",
    "authkey",
    "authentication",
    "authorization",
    "credential",
    "jwt",
    "pass-word",
    "pass_word",
    "passphrase",
    "passwd",
    "password",
    "private-key",
    "private_key",
    "privatekey",
    "pwd",
    "secret",
    "signing-key",
    "signing_key",
    "signingkey",
    "token",
];

/// What may stand behind that: `secret_key`, `tokenValue`, `password_confirmation`.
const SUFFIXES: &[&str] = &["confirmation", "key", "value"];

/// The schemes of an Authorization header that are shown.
const SCHEMES: &[&str] = &["basic", "bearer", "digest", "negotiate"];

/// What may hide such a name, in JSON and in a form.
const ESCAPES: &[&str] = &["\\u", "%"];

/// The value of a header without its secret; `None` where it holds none.
pub(super) fn header(name: &str, value: &str) -> Option<String> {
    let is = |known: &&str| name.eq_ignore_ascii_case(known);
    let proves = ["authorization", "proxy-authorization"].iter().any(is);
    if ["cookie", "set-cookie"].iter().any(is) || (is_secret(name) && !proves) {
        return Some(MASK.to_owned());
    }
    if ["referer", "location"].iter().any(is) {
        let (address, asked) = value.split_once('?')?;
        let masked = query(asked);
        return (masked != asked).then(|| format!("{address}?{masked}"));
    }
    if !proves {
        return None;
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

/// A query without its secrets; of one that cannot be read nothing.
pub(super) fn query(query: &str) -> Cow<'_, str> {
    if !may_hold_secret(query.as_bytes()) {
        return Cow::Borrowed(query);
    }
    Cow::Owned(pairs(query).unwrap_or_else(|| MASK.to_owned()))
}

/// The first `most` bytes of a body without its secrets. It is read as JSON or as a form, by how it
/// begins, because what a client says of it may be wrong. Of one that is neither, and may hold a
/// secret, only the length is said.
pub(super) fn body(bytes: &[u8], most: usize) -> Cow<'_, [u8]> {
    let start = &bytes[..bytes.len().min(most)];
    if !may_hold_secret(start) {
        return Cow::Borrowed(start);
    }
    // The whole is read, as its beginning alone would be no JSON.
    let readable = std::str::from_utf8(bytes).ok().and_then(text);
    let mut kept = readable.unwrap_or_else(|| {
        format!("({} bytes that may hold a secret and cannot be read)", bytes.len())
    });
    kept.truncate(kept.floor_char_boundary(most));
    Cow::Owned(kept.into_bytes())
}

/// A body that was understood, without its secrets.
pub(super) fn value(value: &mut Value) {
    match value {
        Value::Object(fields) => {
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

/// Whether a header of this name is shown masked.
pub fn is_secret_header(name: &str) -> bool {
    header(name, "Bearer proof").is_some()
}

/// Whether some of a body is shown masked.
pub fn holds_secret(body: &Value) -> bool {
    let mut masked = body.clone();
    value(&mut masked);
    masked != *body
}

/// Most bodies hold none, and that is seen in one pass.
fn may_hold_secret(bytes: &[u8]) -> bool {
    // Without a search, which a few short words do not deny, everything is looked at.
    SEARCH.as_ref().is_none_or(|search| search.is_match(bytes))
}

/// Whether a text names a secret, however deep its signs are escaped.
fn may_name_secret(text: &str) -> bool {
    has_stem(&unescaped(text))
}

fn has_stem(plain: &str) -> bool {
    let is_stem = |found: aho_corasick::Match| found.pattern().as_usize() < STEMS.len();
    SEARCH.as_ref().is_none_or(|search| search.find_iter(plain).any(is_stem))
}

/// Whether a text names a secret and may give it a value.
fn may_hold_pairs(text: &str) -> bool {
    let plain = unescaped(text);
    plain.contains(['{', '=']) && has_stem(&plain)
}

/// A text without the escapes of forms and of JSON, and of those in a text of theirs.
fn unescaped(text: &str) -> Cow<'_, str> {
    let mut plain = Cow::Borrowed(text);
    // Nobody writes a name deeper than this by accident, and whoever tries to hide one can.
    for _layer in 0..4 {
        if !plain.contains('%') && !plain.contains("\\u") {
            break;
        }
        let decoded = percent_decode_str(&plain).decode_utf8_lossy().into_owned();
        let mut parts = decoded.split("\\u");
        let mut next = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let sign = part.get(..4).and_then(|hex| u32::from_str_radix(hex, 16).ok());
            match sign.and_then(char::from_u32) {
                Some(sign) => next.extend([&*sign.to_string(), &part[4..]]),
                None => next.extend(["\\u", part]),
            }
        }
        plain = Cow::Owned(next);
    }
    plain
}

static SEARCH: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    let words = STEMS.iter().chain(ESCAPES);
    AhoCorasick::builder().ascii_case_insensitive(true).build(words).ok()
});

/// Whether a name, or a part of one as `auth[api_key]` has it, is that of a secret.
fn is_secret(name: &str) -> bool {
    name.split(['[', ']', '.']).any(|part| {
        let part = part.to_ascii_lowercase();
        let mut part = part.as_str();
        loop {
            // `passwords`, `api_key_2`.
            part = part.trim_end_matches(|it: char| it.is_ascii_digit() || "-_s".contains(it));
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

/// JSON or a form without its secrets; none where it is neither.
fn text(text: &str) -> Option<String> {
    let text = text.trim_start_matches('\u{feff}').trim();
    if text.starts_with(['{', '[', '"']) {
        let mut read = serde_json::from_str(text).ok()?;
        value(&mut read);
        return Some(read.to_string());
    }
    pairs(text)
}

/// A form without its secrets; none where it is no form, or names a secret where a form has no name.
fn pairs(text: &str) -> Option<String> {
    if text.contains(|it: char| it.is_whitespace() || it.is_control() || "\"'<>{}".contains(it)) {
        return None;
    }
    let pairs = text.split('&').map(pair);
    Some(pairs.collect::<Option<Vec<_>>>()?.join("&"))
}

fn pair(pair: &str) -> Option<Cow<'_, str>> {
    let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
    let [read_name, read_value] =
        [name, value].map(|it| percent_decode_str(it).decode_utf8_lossy());
    if pair.contains('=') && is_secret(&read_name) {
        return Some(Cow::Owned(format!("{name}={}", masked(&read_name, value))));
    }
    // A word such as `refresh_token` is no secret, but what holds one among other things may be.
    let is_word = |text: &str| text.chars().all(|it| it.is_alphanumeric() || "_-.[]".contains(it));
    let is_plain = |text: &str| is_word(text) || !may_name_secret(text);
    if !pair.contains('=') || !is_plain(&read_name) {
        return is_plain(&read_name).then_some(Cow::Borrowed(pair));
    }
    let shown = if is_plain(&read_value) { value } else { MASK };
    Some(Cow::Owned(format!("{name}={shown}")))
}

#[cfg(test)]
mod tests;
