//! What a call asks of the sandbox itself: a documented answer, or to wait. By the `Prefer` header
//! (RFC 7240, with the names that Prism has), or by a magic value in the body (BEHAVIOUR 8).

use std::time::Duration;

use axum::http::{HeaderMap, HeaderName};
use serde_json::{Map, Value};

use crate::operations::{Failure, Operation, Provider, Reply};
use crate::state::magic::{PLACES, PREFIX, WORDS};

/// The longest that a call may ask to wait.
const LONGEST: Duration = Duration::from_mins(1);

/// The header that asks.
static PREFER: HeaderName = HeaderName::from_static("prefer");

/// What one call asks of the sandbox.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Wish {
    /// The status to answer.
    pub(super) code: Option<u16>,
    /// The example to answer.
    pub(super) example: Option<String>,
    /// How long to wait first.
    pub(super) delay: Option<Duration>,
    /// Where it was asked.
    pub(super) source: Source,
}

/// Where a call says what it asks of the sandbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    /// In the `Prefer` header.
    Prefer,
    /// In this field of the body.
    Magic(&'static str),
}

/// A wish that cannot be granted: the header or field that it stands in, and why.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Unclear(pub(super) Source, pub(super) String);

impl Wish {
    /// What a checked request asks, if anything: in its headers, or else in its body.
    pub(super) fn of(
        provider: &str,
        headers: &HeaderMap,
        input: &Map<String, Value>,
    ) -> Result<Option<Self>, Unclear> {
        Ok(match Self::preferred(headers)? {
            Some(wish) => Some(wish),
            None => Self::magic(provider, input)?,
        })
    }

    /// What the `Prefer` headers ask, if anything. Other preferences are other servers' business.
    pub(super) fn preferred(headers: &HeaderMap) -> Result<Option<Self>, Unclear> {
        let mut wish = Self::none(Source::Prefer);
        for header in headers.get_all(&PREFER) {
            for (name, value) in preferences(&String::from_utf8_lossy(header.as_bytes())) {
                wish.add(&name, &value)?;
            }
        }
        let asked = wish.code.is_some() || wish.example.is_some() || wish.delay.is_some();
        Ok(asked.then_some(wish))
    }

    /// What a magic value in the body of a checked request asks, if there is one.
    pub(super) fn magic(
        provider: &str,
        input: &Map<String, Value>,
    ) -> Result<Option<Self>, Unclear> {
        let Some(body) = input.get("body") else { return Ok(None) };
        let places = PLACES.iter().filter(|places| places.provider == provider);
        for field in places.flat_map(|places| places.fields) {
            let value = field.split('.').try_fold(body, |at, step| at.get(step));
            let text = value.and_then(Value::as_str);
            let Some(asked) = text.and_then(|text| text.strip_prefix(PREFIX)) else { continue };
            let mut wish = Self::none(Source::Magic(field));
            for part in asked.split(',') {
                let (name, value) = part.split_once('=').unwrap_or((part, ""));
                if !wish.add(name.trim(), value.trim())? {
                    let known = WORDS.map(|word| word.example).join(", ");
                    let problem = format!("`{PREFIX}{part}` is no magic value; these are: {known}");
                    return Err(Unclear(wish.source, problem));
                }
            }
            return Ok(Some(wish));
        }
        Ok(None)
    }

    /// What asked, in a word.
    pub(super) fn by(&self) -> &'static str {
        match self.source {
            Source::Prefer => "Prefer",
            Source::Magic(_) => "magic value",
        }
    }

    fn none(source: Source) -> Self {
        Self { code: None, example: None, delay: None, source }
    }

    /// Takes one thing that is asked; of the same thing twice, the first counts. False where the
    /// name says nothing here.
    fn add(&mut self, name: &str, value: &str) -> Result<bool, Unclear> {
        let refuse = |what: &str| {
            Unclear(self.source, format!("{} is {what}", self.source.quoted(name, value)))
        };
        match name {
            "code" => {
                let code = value.parse().ok().filter(|code| (100..600).contains(code));
                let code = code.ok_or_else(|| refuse("no status; write one such as code=422"))?;
                self.code.get_or_insert(code);
            }
            "example" if value.is_empty() => return Err(refuse("no example: it has no name")),
            "example" => drop(self.example.get_or_insert_with(|| value.to_owned())),
            "delay" => {
                let wrong = "no delay; write one such as 2s or 250ms, at most 60s";
                let delay = delay(value).ok_or_else(|| refuse(wrong))?;
                self.delay.get_or_insert(delay);
            }
            _ => return Ok(false),
        }
        Ok(true)
    }
}

impl Source {
    /// A part of a wish as it was written.
    pub(super) fn quoted(self, name: &str, value: &str) -> String {
        match self {
            Self::Prefer => format!("`Prefer: {name}={value}`"),
            Self::Magic(_) => format!("`{PREFIX}{name}={value}`"),
        }
    }
}

/// The 400 for a wish that cannot be granted: the operation's own, or, as it need not document
/// one, the provider's.
pub(super) fn refuse_wish(
    provider: &Provider,
    operation: &Operation,
    Unclear(source, problem): Unclear,
    request_id: &str,
) -> Reply {
    let field = match source {
        Source::Prefer => "Prefer",
        Source::Magic(field) => field,
    };
    let failure = Failure::Fields(vec![(field.to_owned(), problem)]);
    let documented = operation.statuses.contains(&400);
    (if documented { operation.refuse } else { provider.word })(failure, request_id)
}

/// The preferences of one header, each a name in lower case and a value without its quotes.
fn preferences(header: &str) -> Vec<(String, String)> {
    let (mut parts, mut part) = (Vec::new(), String::new());
    let (mut quoted, mut escaped) = (false, false);
    for sign in header.chars() {
        match sign {
            '\\' if quoted && !escaped => {
                escaped = true;
                continue;
            }
            '"' if !escaped => quoted = !quoted,
            ',' | ';' if !quoted => parts.push(std::mem::take(&mut part)),
            sign => part.push(sign),
        }
        escaped = false;
    }
    parts.push(part);
    let pair = |part: &String| {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        (name.trim().to_ascii_lowercase(), value.trim().to_owned())
    };
    parts.iter().map(pair).collect()
}

fn delay(text: &str) -> Option<Duration> {
    let duration = match text.strip_suffix("ms") {
        Some(number) => Duration::from_millis(number.parse().ok()?),
        None => Duration::from_secs(text.strip_suffix('s')?.parse().ok()?),
    };
    (duration <= LONGEST).then_some(duration)
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;
    use serde_json::json;

    use super::*;

    fn preferred(headers: &[&'static str]) -> Result<Option<Wish>, Unclear> {
        let mut map = HeaderMap::new();
        for header in headers {
            map.append("prefer", HeaderValue::from_static(header));
        }
        Wish::preferred(&map)
    }

    fn magic(provider: &str, body: Value) -> Result<Option<Wish>, Unclear> {
        let mut input = Map::new();
        input.insert("body".to_owned(), body);
        Wish::magic(provider, &input)
    }

    fn wish(code: Option<u16>, example: Option<&str>, millis: Option<u64>) -> Wish {
        let example = example.map(str::to_owned);
        Wish { code, example, delay: millis.map(Duration::from_millis), source: Source::Prefer }
    }

    #[test]
    fn preferences_stand_in_one_header_or_several_with_quotes_or_without() {
        let both = Ok(Some(wish(Some(409), Some("Not, found; \"here\""), Some(2000))));
        for headers in [
            &[r#"code=409, example="Not, found; \"here\"", delay=2s"#][..],
            &[r#"Code = "409" ; Example = "Not, found; \"here\"";delay=2000ms"#],
            &["code=409", r#"example="Not, found; \"here\"""#, "delay=2s"],
        ] {
            assert_eq!(preferred(headers), both, "{headers:?}");
        }
    }

    #[test]
    fn what_other_servers_prefer_is_ignored() {
        assert_eq!(preferred(&[]), Ok(None));
        assert_eq!(
            preferred(&["respond-async, wait=10", "return=minimal;foo=\"a,code=409\""]),
            Ok(None)
        );
        assert_eq!(preferred(&["dynamic=true, code=404"]), Ok(Some(wish(Some(404), None, None))));
    }

    #[test]
    fn of_two_preferences_of_one_name_the_first_counts() {
        assert_eq!(preferred(&["code=404", "code=409"]), Ok(Some(wish(Some(404), None, None))));
    }

    #[test]
    fn a_preference_that_says_nothing_is_refused_as_it_was_written() {
        for (header, says) in [
            ("code=abc", "`Prefer: code=abc` is no status; write one such as code=422"),
            ("code", "`Prefer: code=` is no status; write one such as code=422"),
            ("code=700", "`Prefer: code=700` is no status; write one such as code=422"),
            ("example", "`Prefer: example=` is no example: it has no name"),
            (
                "delay=5",
                "`Prefer: delay=5` is no delay; write one such as 2s or 250ms, at most 60s",
            ),
        ] {
            let refused = Unclear(Source::Prefer, says.to_owned());
            assert_eq!(preferred(&[header]), Err(refused), "{header}");
        }
    }

    #[test]
    fn a_call_waits_a_minute_at_most() {
        for (text, millis) in [("2s", 2000), ("0s", 0), ("250ms", 250), ("60s", 60_000)] {
            assert_eq!(delay(text), Some(Duration::from_millis(millis)), "{text}");
        }
        for text in ["", "s", "ms", "2", "-1s", "1.5s", "61s", "60001ms", "99999999999999999999s"] {
            assert_eq!(delay(text), None, "{text}");
        }
    }

    #[test]
    fn a_magic_value_stands_where_the_provider_has_a_reference() {
        let at = |field| {
            Ok(Some(Wish { source: Source::Magic(field), ..wish(Some(409), None, Some(2000)) }))
        };
        let text = "sandbox:code=409,delay=2s";
        assert_eq!(magic("thredfi", json!({ "payment_reference": text })), at("payment_reference"));
        let nested =
            json!({ "payment_reference": "mine", "references": { "payment_reference": text } });
        assert_eq!(magic("thredfi", nested), at("references.payment_reference"));
        assert_eq!(magic("dayzero", json!({ "transaction_id": text })), at("transaction_id"));
        for other in [
            json!({ "transaction_id": text }),
            json!({ "payment_reference": "Sandbox: code=409" }),
            json!({ "payment_reference": null, "references": text }),
            json!([text]),
        ] {
            assert_eq!(magic("thredfi", other.clone()), Ok(None), "{other}");
        }
        assert_eq!(Wish::magic("thredfi", &Map::new()), Ok(None));
    }

    #[test]
    fn every_word_of_the_table_is_understood_and_no_other() {
        for word in WORDS {
            let wish = magic("dayzero", json!({ "transaction_id": word.example }));
            assert!(matches!(wish, Ok(Some(_))), "{word:?}: {wish:?}");
            assert!(word.example.contains(word.name), "{word:?}");
        }
        for text in
            ["sandbox:", "sandbox:nope=1", "sandbox:code=409,,", "sandbox:code=409;delay=2s"]
        {
            let Err(Unclear(source, says)) = magic("dayzero", json!({ "transaction_id": text }))
            else {
                panic!("{text} is understood");
            };
            assert_eq!(source, Source::Magic("transaction_id"));
            let known = says.contains("such as code=422")
                || WORDS.iter().all(|word| says.contains(word.example));
            assert!(known, "{says}");
        }
    }
}
