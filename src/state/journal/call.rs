//! One call, as it came in and as it was answered, and what of it is kept.

use std::borrow::Cow;
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
    /// The headers, in the order in which they came.
    pub headers: Vec<(String, String)>,
    /// The body; in an entry its first [`KEPT_OF_A_BODY`] bytes.
    pub body: Bytes,
    /// How long the whole body was, in bytes.
    pub length: usize,
}

impl Message {
    /// A message as it came.
    pub fn new(headers: Vec<(String, String)>, body: Bytes) -> Self {
        let length = body.len();
        Self { headers, body, length }
    }

    /// The value of a header, by its name in any case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        headers.find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// Whether only the beginning of the body is here.
    pub fn is_cut(&self) -> bool {
        self.length > KEPT_OF_A_BODY
    }

    fn keep(&mut self) {
        for (name, value) in &mut self.headers {
            if let Some(masked) = mask::header(name, value) {
                *value = masked;
            }
        }
        // A copy, as the bytes may be a part of a larger buffer that would live on with them.
        self.body = Bytes::from(mask::body(&self.body, KEPT_OF_A_BODY).into_owned());
    }

    fn weight(&self) -> usize {
        let header = |(name, value): &(String, String)| text(name) + text(value);
        self.headers.iter().map(header).sum::<usize>() + self.body.len()
    }
}

/// A call that is kept: its secrets are masked, its bodies cut.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Its number in its world, from 1, without gaps.
    pub number: u64,
    /// The call.
    pub call: Call,
    weight: usize,
}

impl Entry {
    /// An entry that has no number yet.
    pub(super) fn new(mut call: Call) -> Self {
        call.request.keep();
        call.response.keep();
        if let Cow::Owned(masked) = mask::query(&call.query) {
            call.query = masked;
        }
        if call.request.is_cut() {
            call.understood = None;
        }
        if let Some(understood) = &mut call.understood {
            mask::value(understood);
        }
        let weight = size_of::<Self>() + weight(&call);
        Self { number: 0, call, weight }
    }

    /// How many bytes it takes, about.
    pub fn weight(&self) -> usize {
        self.weight
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
