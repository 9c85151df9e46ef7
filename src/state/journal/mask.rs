//! What is secret in a call, made unreadable before it is kept. Of a token its last characters
//! stay, so that two can be told apart.

use std::borrow::Cow;
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use memchr::memmem;
use percent_encoding::percent_decode_str;
use serde_json::Value;

const MASK: &str = "***";

/// The fields of bodies and queries that hold a secret. Of those that hold a token the end stays.
const SECRETS: &[&str] = &["access_token", "refresh_token", "client_secret", "api_key", "password"];

/// The value of a header without its secret; `None` where it holds none.
pub(super) fn header(name: &str, value: &str) -> Option<String> {
    let is = |known: &&str| name.eq_ignore_ascii_case(known);
    if ["cookie", "set-cookie", "x-api-key", "api-key"].iter().any(is) {
        return Some(MASK.to_owned());
    }
    if !["authorization", "proxy-authorization"].iter().any(is) {
        return None;
    }
    let Some((scheme, proof)) = value.trim().split_once(' ') else { return Some(MASK.to_owned()) };
    let proof = proof.trim();
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
    if may_hold_secret(query.as_bytes()) { Cow::Owned(pairs(query)) } else { Cow::Borrowed(query) }
}

/// A body without its secrets: JSON, a form or a multipart, whole or cut. It is told apart by how
/// it begins, because what a client says of it may be wrong.
pub(super) fn body(bytes: &[u8]) -> Cow<'_, [u8]> {
    if !may_hold_secret(bytes) {
        return Cow::Borrowed(bytes);
    }
    let start = bytes.trim_ascii_start();
    Cow::Owned(if start.starts_with(b"--") {
        multipart(bytes)
    } else if start.starts_with(b"{") || start.starts_with(b"[") {
        json(bytes)
    } else {
        pairs(&String::from_utf8_lossy(bytes)).into_bytes()
    })
}

/// A body that was understood, without its secrets.
pub(super) fn value(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                if SECRETS.contains(&name.as_str()) {
                    *field = Value::from(masked(name, field.as_str().unwrap_or_default()));
                } else {
                    self::value(field);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(self::value),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Most bodies hold none, and that is seen at the speed of memory. A name may be escaped, in a form
/// and in JSON: then it takes a closer look.
fn may_hold_secret(bytes: &[u8]) -> bool {
    static STEMS: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
        AhoCorasick::new(["_token", "_secret", "api_key", "password", "%", "\\u"]).ok()
    });
    // Without a search, which six short words do not deny, everything is looked at.
    STEMS.as_ref().is_none_or(|stems| stems.is_match(bytes))
}

fn masked(name: &str, secret: &str) -> String {
    if name.ends_with("_token") { end_of(secret) } else { MASK.to_owned() }
}

/// The mask, and the last four characters of what is long enough to spare them.
fn end_of(secret: &str) -> String {
    let end = secret.len().checked_sub(4).filter(|_| secret.len() >= 16);
    let end = end.and_then(|at| secret.get(at..)).filter(|end| !end.contains('\\'));
    format!("{MASK}{}", end.unwrap_or_default())
}

fn user(proof: &str) -> Option<String> {
    let text = String::from_utf8(STANDARD.decode(proof).ok()?).ok()?;
    text.split_once(':').map(|(user, _)| user.to_owned())
}

fn pairs(text: &str) -> String {
    let pair = |pair: &str| {
        let (name, secret) = pair.split_once('=')?;
        let decoded = percent_decode_str(name).decode_utf8_lossy();
        let known = SECRETS.contains(&decoded.as_ref());
        known.then(|| format!("{name}={}", masked(&decoded, secret)))
    };
    let pairs = text.split('&').map(|it| pair(it).map_or(Cow::Borrowed(it), Cow::Owned));
    pairs.collect::<Vec<_>>().join("&")
}

/// Masks what stands behind the name of a secret, and leaves every other byte as it came.
fn json(bytes: &[u8]) -> Vec<u8> {
    let mut kept = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at] != b'"' {
            kept.push(bytes[at]);
            at += 1;
            continue;
        }
        let name = string(bytes, at);
        kept.extend_from_slice(name);
        at += name.len();
        let read = serde_json::from_slice::<String>(name).unwrap_or_default();
        let Some(secret) = SECRETS.iter().find(|secret| **secret == read) else { continue };
        let rest = &bytes[at..];
        let Some(colon) = rest.trim_ascii_start().strip_prefix(b":") else { continue };
        let value = colon.trim_ascii_start();
        kept.extend_from_slice(&rest[..rest.len() - value.len()]);
        at = bytes.len() - value.len();
        let whole = match value.first() {
            Some(b'"') => string(bytes, at).len(),
            // What is no text is no secret, but for a number that should have been one.
            Some(b'0'..=b'9' | b'-') => {
                let ends = |byte: &u8| matches!(byte, b',' | b'}' | b']');
                value.iter().position(ends).unwrap_or(value.len())
            }
            _ => continue,
        };
        let text = String::from_utf8_lossy(&value[..whole]);
        kept.extend_from_slice(
            format!("\"{}\"", masked(secret, text.trim_matches('"'))).as_bytes(),
        );
        at += whole;
    }
    kept
}

/// The JSON string that begins at `at`, with its quotes; to the end where it was cut.
fn string(bytes: &[u8], at: usize) -> &[u8] {
    let mut end = at + 1;
    while end < bytes.len() && bytes[end] != b'"' {
        end += if bytes[end] == b'\\' { 2 } else { 1 };
    }
    &bytes[at..bytes.len().min(end + 1)]
}

fn multipart(bytes: &[u8]) -> Vec<u8> {
    let mut kept = bytes.to_vec();
    for secret in SECRETS {
        for name in [format!("name=\"{secret}\""), format!("name={secret}\r\n")] {
            let mut from = 0;
            while let Some(found) = memmem::find(&kept[from..], name.as_bytes()) {
                from += found + name.len();
                // The line may end in the name, so the empty line after it may begin there, too.
                let head = from.saturating_sub(2);
                let Some(head_end) = memmem::find(&kept[head..], b"\r\n\r\n") else { break };
                let start = head + head_end + 4;
                let length = memmem::find(&kept[start..], b"\r\n--");
                let end = length.map_or(kept.len(), |length| start + length);
                let text = String::from_utf8_lossy(&kept[start..end]).into_owned();
                kept.splice(start..end, masked(secret, &text).into_bytes());
                from = start;
            }
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn shown(text: &str) -> String {
        String::from_utf8(body(text.as_bytes()).into_owned()).expect("it was UTF-8")
    }

    #[test]
    fn of_what_proves_a_caller_only_the_name_and_the_end_are_shown() {
        let basic = format!("Basic {}", STANDARD.encode("2b80c3cc:sandbox-api-key"));
        let cases = [
            ("Authorization", "Bearer dz_sandbox_default", "Bearer ***ault"),
            ("authorization", "bearer short", "bearer ***"),
            ("AUTHORIZATION", &basic, "Basic 2b80c3cc:***"),
            ("Authorization", "Basic no base64!", "Basic ***"),
            ("Authorization", "Digest username=a", "Digest ***"),
            ("Authorization", "secret", "***"),
            ("Cookie", "a=b", "***"),
            ("X-Api-Key", "sandbox-api-key", "***"),
        ];
        for (name, sent, kept) in cases {
            assert_eq!(header(name, sent).as_deref(), Some(kept), "{name}: {sent}");
        }
        assert_eq!(header("content-type", "application/json"), None);
    }

    #[test]
    fn secrets_in_json_are_masked_and_no_other_byte_is_touched() {
        let cases = [
            (
                r#"{ "access_token" : "eyJhbGciOiJIUzI1NiJ9.e30.abcd" , "expires_in":3600.0}"#,
                r#"{ "access_token" : "***abcd" , "expires_in":3600.0}"#,
            ),
            (r#"[{"client_secret":"a\"b,c"},{"a":1}]"#, r#"[{"client_secret":"***"},{"a":1}]"#),
            (r#"{"api_key":12345}"#, r#"{"api_key":"***"}"#),
            (r#"{"password":null,"client_secret":"#, r#"{"password":null,"client_secret":"#),
            (r#"{"client_secret":"cut in the mid"#, r#"{"client_secret":"***""#),
            (r#"{"note":"the client_secret: \"x\""}"#, r#"{"note":"the client_secret: \"x\""}"#),
            (r#"["api_key","x"]"#, r#"["api_key","x"]"#),
            (r#"{"client\u005fsecret":"x"}"#, r#"{"client\u005fsecret":"***"}"#),
        ];
        for (sent, kept) in cases {
            assert_eq!(shown(sent), kept);
        }
    }

    #[test]
    fn secrets_in_forms_queries_and_multiparts_are_masked() {
        assert_eq!(
            shown("grant_type=x&client%5Fsecret=abc&a=%20"),
            "grant_type=x&client%5Fsecret=***&a=%20"
        );
        assert_eq!(query("page=1&api_key=abc"), "page=1&api_key=***");
        let part = |name: &str, value: &str| {
            format!("--b\r\nContent-Disposition: form-data; {name}\r\n\r\n{value}\r\n")
        };
        for name in ["name=\"client_secret\"", "name=client_secret"] {
            let whole = |value| part(name, value) + &part("name=\"a\"", "1") + "--b--\r\n";
            assert_eq!(shown(&whole("abc")), whole("***"));
        }
        let cut = part("name=\"password\"", "cut in the mid");
        assert_eq!(shown(cut.trim_end()), part("name=\"password\"", "***").trim_end());
    }

    #[test]
    fn secrets_are_masked_in_what_was_understood() {
        let mut understood = json!({ "a": [{ "client_secret": "x" }], "api_key": 5, "b": 1 });
        value(&mut understood);
        assert_eq!(
            understood,
            json!({ "a": [{ "client_secret": "***" }], "api_key": "***", "b": 1 })
        );
    }

    #[test]
    fn a_body_without_a_secret_is_not_copied() {
        assert!(matches!(body(br#"{"amount_cents": 1}"#), Cow::Borrowed(_)));
        assert!(matches!(query("page=1"), Cow::Borrowed(_)));
    }
}
