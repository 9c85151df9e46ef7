//! One call, as it came in and as it was answered, and what of it is kept.
//!
//! Every call comes by here and few are ever asked for: what a call is made of is kept as it is,
//! shared where it can be, and its secrets are masked when it is shown.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::string::FromUtf8Error;
use std::time::Duration;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use serde_json::Value;

use super::findings::Finding;
use super::mask;

/// The most bytes that are kept of a body.
pub const KEPT_OF_A_BODY: usize = 64 * 1024;

/// One call, as whoever answered it saw it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Call {
    /// What the client knows it by.
    pub request_id: String,
    /// When it was answered, UTC, on the world's clock.
    pub at: DateTime<Utc>,
    /// Whose API it was made of, if of any.
    pub provider: Option<&'static str>,
    /// The operation that was called, if there is one.
    pub operation: Option<&'static str>,
    /// The HTTP method.
    pub method: String,
    /// The path as it was sent.
    pub path: String,
    /// The query as it was sent, without its `?`.
    pub query: String,
    /// What was asked.
    pub request: Message,
    /// The body of a form as it was understood. JSON is read again from its bytes when need be.
    pub understood: Option<Value>,
    /// The status of the answer.
    pub status: u16,
    /// What was answered.
    pub response: Message,
    /// How long the answer took, in real time.
    pub took: Duration,
    /// What broke the contract.
    pub violations: Vec<Finding>,
    /// What did not break it and is odd all the same.
    pub remarks: Vec<Finding>,
    /// Why the answer is not the operation's own, if it is not: a fault, `Prefer`, a replay.
    pub forced: Option<String>,
}

/// One side of a call.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Message {
    /// The headers.
    pub headers: Headers,
    /// The body; in an entry at most [`KEPT_OF_A_BODY`] bytes of it.
    pub body: Bytes,
    /// How long the whole body was, in bytes.
    pub length: usize,
    kept: Kept,
}

/// What is kept of a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Kept {
    /// All of it, as it came.
    #[default]
    Whole,
    /// What is shown of all of it, which is not as long as it was.
    Masked,
    /// The beginning of what would be shown of it.
    Beginning,
}

/// Headers in the order in which they came, in one text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Headers {
    /// Names and values in turns, each with a line feed behind it, which is in no header.
    lines: String,
}

impl Headers {
    /// Each name with its value.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        let mut lines = self.lines.split_terminator('\n');
        std::iter::from_fn(move || Some((lines.next()?, lines.next()?)))
    }

    /// What each name has, in lower case: a header that was sent twice is one list, as HTTP has it.
    pub fn lists(&self) -> BTreeMap<String, String> {
        let mut lists: BTreeMap<String, String> = BTreeMap::new();
        for (name, value) in self.iter() {
            lists
                .entry(name.to_ascii_lowercase())
                .and_modify(|list| list.extend([", ", value]))
                .or_insert_with(|| value.to_owned());
        }
        lists
    }

    /// Headers in this order, names and values as bytes. What is no UTF-8 in them becomes U+FFFD.
    pub fn of<N: AsRef<[u8]>, V: AsRef<[u8]>>(
        headers: impl IntoIterator<Item = (N, V)> + Clone,
    ) -> Self {
        let size = |(name, value): (N, V)| name.as_ref().len() + value.as_ref().len() + 2;
        let mut lines = Vec::with_capacity(headers.clone().into_iter().map(size).sum());
        for (name, value) in headers {
            line(name.as_ref(), &mut lines);
            line(value.as_ref(), &mut lines);
        }
        let lossy = |error: FromUtf8Error| String::from_utf8_lossy(error.as_bytes()).into_owned();
        Self { lines: String::from_utf8(lines).unwrap_or_else(lossy) }
    }

    /// The same without their secrets.
    pub(super) fn shown(&self) -> Self {
        let shown = |(name, value)| {
            let masked = mask::header(name, value);
            (name, masked.unwrap_or_else(|| value.to_owned()))
        };
        Self::of(self.iter().map(shown).collect::<Vec<_>>())
    }
}

/// Puts a text onto a line of its own. No header that came over HTTP has more.
fn line(text: &[u8], lines: &mut Vec<u8>) {
    let from = lines.len();
    lines.extend_from_slice(text);
    if text.contains(&b'\n') {
        lines[from..].iter_mut().filter(|byte| **byte == b'\n').for_each(|byte| *byte = b' ');
    }
    lines.push(b'\n');
}

impl Message {
    /// A message as it came.
    pub fn new(headers: Headers, body: Bytes) -> Self {
        let length = body.len();
        Self { headers, body, length, kept: Kept::Whole }
    }

    /// Whether only the beginning of the body is here.
    pub fn is_cut(&self) -> bool {
        self.kept == Kept::Beginning
    }

    /// Gives up what is too much of a body. What is left can not be read any more, so its secrets go
    /// here, as the whole is read for them.
    fn cut(&mut self) {
        if self.body.len() <= KEPT_OF_A_BODY {
            return;
        }
        let masked = mask::body(&self.body);
        let is_inside = |at: usize| masked.get(at).is_some_and(|byte| byte & 0xc0 == 0x80);
        let most = KEPT_OF_A_BODY.min(masked.len());
        // No character has more bytes.
        let end = (most.saturating_sub(3)..=most).rev().find(|at| !is_inside(*at)).unwrap_or(most);
        let kept = if end < masked.len() { Kept::Beginning } else { Kept::Masked };
        (self.body, self.kept) = (Bytes::copy_from_slice(&masked[..end]), kept);
    }

    /// The same without its secrets.
    pub(super) fn shown(&self) -> Self {
        let (headers, body) = (self.headers.shown(), self.shown_body());
        Self { headers, body, length: self.length, kept: self.kept }
    }

    fn shown_body(&self) -> Bytes {
        match self.kept {
            Kept::Whole => match mask::body(&self.body) {
                Cow::Owned(masked) => Bytes::from(masked),
                Cow::Borrowed(_) => self.body.clone(),
            },
            Kept::Masked | Kept::Beginning => self.body.clone(),
        }
    }

    /// What the body says: its JSON, else its text. None where there is none.
    pub fn said(&self) -> Option<Value> {
        said(&self.body)
    }

    fn weight(&self) -> usize {
        self.headers.lines.len() + self.body.len()
    }
}

fn said(body: &[u8]) -> Option<Value> {
    let text = |_error| Value::from(String::from_utf8_lossy(body));
    (!body.is_empty()).then(|| serde_json::from_slice(body).unwrap_or_else(text))
}

/// A call that is kept, its bodies cut.
#[derive(Clone, PartialEq)]
pub struct Entry {
    /// Its number in its world, from 1, without gaps.
    pub number: u64,
    call: Call,
    weight: usize,
}

impl Entry {
    /// An entry that has no number yet.
    pub(super) fn new(mut call: Call) -> Self {
        call.request.cut();
        call.response.cut();
        if call.request.kept == Kept::Masked {
            call.understood.iter_mut().for_each(mask::value);
            // A body in parts is masked by a short line, whatever was understood of it.
            if call.understood.as_ref().map_or(0, text_within) > KEPT_OF_A_BODY {
                call.request.kept = Kept::Beginning;
            }
        }
        if call.request.is_cut() {
            call.understood = None;
        }
        let weight = size_of::<Self>() + weight(&call);
        Self { number: 0, call, weight }
    }

    /// The call, its secrets masked.
    pub fn call(&self) -> Call {
        let shown = |findings: &[Finding]| findings.iter().map(Finding::shown).collect();
        Call {
            query: mask::query(&self.call.query).into_owned(),
            request: self.call.request.shown(),
            understood: self.shown_form(),
            response: self.call.response.shown(),
            violations: shown(&self.call.violations),
            remarks: shown(&self.call.remarks),
            ..self.call.clone()
        }
    }

    /// The body of the request as it was understood, its secrets masked: of a form what the call
    /// brought, else what its JSON says, else its text. None where there is no body, or only the
    /// beginning of one.
    pub(super) fn understood(&self) -> Option<Value> {
        let request = &self.call.request;
        let body = || if request.is_cut() { None } else { said(&request.shown_body()) };
        self.shown_form().or_else(body)
    }

    /// What a form brought, its secrets masked; once only, as a mask is not masked again.
    fn shown_form(&self) -> Option<Value> {
        let mut form = self.call.understood.clone()?;
        if self.call.request.kept == Kept::Whole {
            mask::value(&mut form);
        }
        Some(form)
    }

    /// The call as it was, for what asks for none of its secrets.
    pub(super) fn unmasked(&self) -> &Call {
        &self.call
    }

    /// How many bytes it takes, about.
    pub fn weight(&self) -> usize {
        self.weight
    }
}

/// As whoever asks for the entry sees it: a log must not say more.
impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Entry")
            .field("number", &self.number)
            .field("call", &self.call())
            .finish_non_exhaustive()
    }
}

fn weight(call: &Call) -> usize {
    let texts = [&call.request_id, &call.method, &call.path, &call.query];
    let texts: usize = texts.into_iter().chain(&call.forced).map(|it| text(it)).sum();
    let findings: usize = call.violations.iter().chain(&call.remarks).map(Finding::weight).sum();
    let understood = call.understood.as_ref().map_or(0, depth_first);
    texts + findings + understood + call.request.weight() + call.response.weight()
}

fn text(text: &str) -> usize {
    size_of::<String>() + text.len()
}

/// How much text there is in a body that was understood, in bytes.
fn text_within(value: &Value) -> usize {
    match value {
        Value::String(text) => text.len(),
        Value::Array(items) => items.iter().map(text_within).sum(),
        Value::Object(fields) => fields.iter().map(|(name, it)| name.len() + text_within(it)).sum(),
        Value::Null | Value::Bool(_) | Value::Number(_) => 0,
    }
}

fn depth_first(value: &Value) -> usize {
    let parts = match value {
        Value::String(text) => text.len(),
        Value::Array(items) => items.iter().map(depth_first).sum(),
        // The table that finds a field by its name takes about as much again as the name.
        Value::Object(fields) => fields.iter().map(|(k, v)| 2 * text(k) + depth_first(v)).sum(),
        Value::Null | Value::Bool(_) | Value::Number(_) => 0,
    };
    size_of::<Value>() + parts
}
