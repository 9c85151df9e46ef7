//! What is secret in a call, made unreadable before it is kept. Of a token its last characters
//! stay, so that two can be told apart. What may hold a secret and cannot be read is not kept.

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
const STEMS: &[&str] =
    &["token", "secret", "password", "pass_word", "pass-word", "apikey", "api_key", "api-key"];

/// What may hide such a name, in JSON and in a form.
const ESCAPES: &[&str] = &["\\u", "%"];

/// The value of a header without its secret; `None` where it holds none.
pub(super) fn header(name: &str, value: &str) -> Option<String> {
    let is = |known: &&str| name.eq_ignore_ascii_case(known);
    if ["cookie", "set-cookie"].iter().any(is) || is_secret(name) {
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
        Value::String(text) if text.contains(['{', '=']) && may_name_secret(text) => {
            *value = Value::from(MASK);
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Whether a header of this name is kept masked.
pub fn is_secret_header(name: &str) -> bool {
    header(name, "Bearer proof").is_some()
}

/// Whether some of a body is kept masked.
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

/// The same of a text in which nothing is escaped any more.
fn may_name_secret(text: &str) -> bool {
    let is_stem = |found: aho_corasick::Match| found.pattern().as_usize() < STEMS.len();
    SEARCH.as_ref().is_none_or(|search| search.find_iter(text).any(is_stem))
}

static SEARCH: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    let words = STEMS.iter().chain(ESCAPES);
    AhoCorasick::builder().ascii_case_insensitive(true).build(words).ok()
});

/// Whether a name, or a part of one as `auth[api_key]` has it, is that of a secret.
fn is_secret(name: &str) -> bool {
    name.split(['[', ']', '.']).any(|part| {
        let part = part.trim_end_matches(['-', '_']).to_ascii_lowercase();
        STEMS.iter().any(|stem| part.ends_with(stem))
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
mod tests {
    use serde_json::json;

    use super::*;

    const UNREAD: &str = "bytes that may hold a secret and cannot be read)";

    fn shown(text: &str) -> String {
        String::from_utf8(body(text.as_bytes(), 1000).into_owned()).expect("it was UTF-8")
    }

    #[test]
    fn of_what_proves_a_caller_only_the_name_and_the_end_are_shown() {
        let id = "2b80c3cc-91a3-43b8-b8a7-5a3a1a6f5b5c";
        let of = |pair: String| format!("Basic {}", STANDARD.encode(pair));
        let (basic, known) = (of(format!("{id}:sandbox-api-key")), format!("Basic {id}:***"));
        let swapped = of(format!("sandbox-api-key:{id}"));
        let digits = of(format!("{}:x", id.replace('-', "")));
        let cases = [
            ("Authorization", "Bearer dz_sandbox_default", "Bearer ***ault"),
            ("authorization", "bearer short", "bearer ***"),
            ("AUTHORIZATION", &basic, &known),
            ("Authorization", &swapped, "Basic ***"),
            ("Authorization", &digits, "Basic ***"),
            ("Authorization", "Basic no base64!", "Basic ***"),
            ("Authorization", "Digest username=a", "Digest ***"),
            ("Authorization", "secret", "***"),
            ("Cookie", "a=b", "***"),
            ("X-Api-Key", "sandbox-api-key", "***"),
            ("X-Auth-Token", "a-long-token-of-somebody", "***"),
        ];
        for (name, sent, kept) in cases {
            assert_eq!(header(name, sent).as_deref(), Some(kept), "{name}: {sent}");
        }
        assert_eq!(header("content-type", "application/json"), None);
        assert_eq!(header("idempotency-key", "k"), None);
    }

    #[test]
    fn secrets_in_json_are_masked_whatever_they_are() {
        let cases = [
            (
                r#"{"access_token" : "eyJhbGciOiJIUzI1NiJ9.e30.abcd" , "expires_in":3600.0}"#,
                r#"{"access_token":"***abcd","expires_in":3600.0}"#,
            ),
            (r#"[{"client_secret":"a\"b,c"},{"a":1}]"#, r#"[{"client_secret":"***"},{"a":1}]"#),
            (r#"{"api_key":12345}"#, r#"{"api_key":"***"}"#),
            (r#"{"api_key":["S"]}"#, r#"{"api_key":"***"}"#),
            (r#"{"api_key":{"v":"S"}}"#, r#"{"api_key":"***"}"#),
            (r#"{"a":{"apiKey":"S"}}"#, r#"{"a":{"apiKey":"***"}}"#),
            (r#"{"clientSecret":"S"}"#, r#"{"clientSecret":"***"}"#),
            (r#"{"Password":"S"}"#, r#"{"Password":"***"}"#),
            (r#"{"pass_word":"S"}"#, r#"{"pass_word":"***"}"#),
            (r#"{"api_key_":"S"}"#, r#"{"api_key_":"***"}"#),
            // What the search before does not find is no name of a secret here, either.
            (r#"{"api_-key":"S","token_type":"b"}"#, r#"{"api_-key":"S","token_type":"b"}"#),
            ("\u{feff}{\"api_key\":\"S\"}", r#"{"api_key":"***"}"#),
            (r#"{"client\u005fsecret":"x"}"#, r#"{"client_secret":"***"}"#),
            (r#"{"a":{"api_key":"S"},"a":1}"#, r#"{"a":1}"#),
            (r#"{"a":"{\"api_key\":\"S\"}"}"#, r#"{"a":"***"}"#),
            (r#"{"note":"the client_secret: x"}"#, r#"{"note":"the client_secret: x"}"#),
            (r#"{"token_type":"Bearer"}"#, r#"{"token_type":"Bearer"}"#),
            (r#"["api_key","x"]"#, r#"["api_key","x"]"#),
        ];
        for (sent, kept) in cases {
            assert_eq!(shown(sent), kept);
        }
    }

    #[test]
    fn what_may_hold_a_secret_and_cannot_be_read_is_not_kept() {
        let part = |head: &str| format!("--b\r\nContent-Disposition: form-data; {head}\r\n\r\nS");
        let deep = format!("{}\"api_key\"{}", "[".repeat(500), "]".repeat(500));
        for sent in [
            "{'client_secret':'S'}",
            "{client_secret:\"S\"}",
            r#"{"client_secret":"cut in the mid"#,
            "<client_secret>S</client_secret>",
            "client_secret: S",
            "client_secret:S",
            "client_secret=S&a=b c",
            &part("name=\"client_secret\""),
            &format!("preamble\r\n{}", part("NAME=\"client_secret\"")),
            &part("name =\"client_secret\""),
            &part("name=client_secret; x=y"),
            &deep,
        ] {
            assert_eq!(shown(sent), format!("({} {UNREAD}", sent.len()));
        }
        let (sent, not_utf8) = (b"client_secret=\xff", "(15 bytes");
        assert!(body(sent, 99).starts_with(not_utf8.as_bytes()));
    }

    #[test]
    fn secrets_in_forms_and_queries_are_masked() {
        for (sent, kept) in [
            ("grant_type=x&client%5Fsecret=abc&a=%20", "grant_type=x&client%5Fsecret=***&a=%20"),
            ("auth[api_key]=S&api_key[]=S", "auth[api_key]=***&api_key[]=***"),
            ("auth%5Bapi_key%5D=S", "auth%5Bapi_key%5D=***"),
            ("ACCESS_TOKEN=S&token=S&page=1", "ACCESS_TOKEN=***&token=***&page=1"),
            ("grant_type=refresh_token&a", "grant_type=refresh_token&a"),
            ("a=1;client_secret=S&b=2", "a=***&b=2"),
            ("back=https%3A%2F%2Fx%3Ftoken%3DS", "back=***"),
            ("q=50%25&date=2031-05-01T12:00:00Z", "q=50%25&date=2031-05-01T12:00:00Z"),
        ] {
            assert_eq!(shown(sent), kept);
            assert_eq!(query(sent), kept);
        }
        assert_eq!(query("client_secret:S"), "***");
    }

    #[test]
    fn a_long_body_is_read_whole_and_then_cut() {
        let long = json!({ "api_key": "S", "note": "é".repeat(100) }).to_string();
        let kept = body(long.as_bytes(), 51).into_owned();
        let kept = String::from_utf8(kept).expect("no character is cut");
        assert!(kept.starts_with(r#"{"api_key":"***","note":"éé"#), "{kept}");
        assert!(kept.len() <= 51);
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
        assert!(matches!(body(br#"{"amount_cents": 1}"#, 99), Cow::Borrowed(_)));
        assert!(matches!(query("page=1"), Cow::Borrowed(_)));
    }
}
