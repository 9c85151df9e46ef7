//! A rule: which calls it is about, and what happens to them. Whose turn it is is not known here.

use std::time::Duration;

use serde_json::Value;

use super::latency::{LONGEST, Latency};

/// Which calls go wrong, and how. What is left out holds for every call.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Rule {
    /// What somebody calls it.
    pub name: Option<String>,
    /// Its operation: an operationId, or `provider/operationId`.
    pub operation: Option<String>,
    /// The provider, such as `thredfi`.
    pub provider: Option<String>,
    /// The HTTP method.
    pub method: Option<String>,
    /// A header that is there, and its value where it counts.
    pub header: Option<(String, Option<String>)>,
    /// Not the first so many of these calls.
    pub after: Option<u64>,
    /// Only this one of them, from 1.
    pub nth: Option<u64>,
    /// Only each so-many-th of them.
    pub every: Option<u64>,
    /// At most so often.
    pub count: Option<u64>,
    /// Only this share of them, 0 to 1, as the dice fall.
    pub chance: Option<f64>,
    /// What happens.
    pub then: Harm,
}

/// What happens to a call: a delay, then an answer instead of the true one, on a connection that
/// breaks; each is optional.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Harm {
    /// How long it waits first.
    pub delay: Option<Latency>,
    /// What it is answered, without being run.
    pub answer: Option<Answer>,
    /// What becomes of the connection while it is answered.
    pub connection: Option<Break>,
}

/// An answer that the operation did not come to.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The example of the document by its name.
    pub example: Option<String>,
    /// A body of one's own.
    pub body: Option<Value>,
}

/// How a connection breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Break {
    /// It is reset before a byte is answered.
    Reset,
    /// It ends within the body.
    Cut {
        /// After so many bytes of the body; without it, in the middle.
        after_bytes: Option<usize>,
    },
    /// The body comes slowly.
    Drip {
        /// So many bytes at a time.
        bytes: usize,
        /// So long apart.
        every: Duration,
    },
}

/// A call, as rules look at it.
#[derive(Clone, Copy)]
pub struct Call<'a> {
    /// The provider.
    pub provider: &'a str,
    /// The operationId.
    pub operation: &'a str,
    /// The HTTP method.
    pub method: &'a str,
    /// The values of a header by its name, whose case does not count.
    pub header: &'a dyn Fn(&str) -> Vec<String>,
    /// Whether the operation documents an answer.
    pub documents: &'a dyn Fn(&Answer) -> bool,
}

impl Rule {
    /// Whether it is about this call, whose turn it may or may not be.
    pub(super) fn is_about(&self, call: &Call<'_>) -> bool {
        let header = self.header.as_ref().is_none_or(|(name, value)| {
            let sent = (call.header)(name);
            value.as_ref().map_or(!sent.is_empty(), |value| sent.contains(value))
        });
        header
            && self.names(call.provider, call.operation, call.method)
            && self.then.answer.as_ref().is_none_or(|answer| (call.documents)(answer))
    }

    /// Whether it is about calls of this operation.
    pub fn names(&self, provider: &str, operation: &str, method: &str) -> bool {
        let same = |wanted: &Option<String>, is: &str| {
            wanted.as_deref().is_none_or(|wanted| wanted.eq_ignore_ascii_case(is))
        };
        self.operation.as_deref().is_none_or(|named| match named.split_once('/') {
            Some((of, id)) => of == provider && id == operation,
            None => named == operation,
        }) && same(&self.provider, provider)
            && same(&self.method, method)
    }

    /// Everything in it that makes no sense: the field by its name, and a sentence.
    pub fn problems(&self) -> Vec<(&'static str, String)> {
        let mut found = Vec::new();
        let counts = [("nth", self.nth), ("every", self.every), ("count", self.count)];
        for (name, count) in counts {
            if count == Some(0) {
                found.push((name, format!("{name} counts from 1")));
            }
        }
        if self.chance.is_some_and(|chance| !(0.0..=1.0).contains(&chance)) {
            found.push(("chance", "a chance is a share from 0 to 1".to_owned()));
        }
        if self.then == Harm::default() {
            let none = "a rule does something: latency, a status or a broken connection";
            found.push(("then", none.to_owned()));
        }
        found.extend(self.then.delay.and_then(Latency::problem).map(|text| ("then.delay", text)));
        if let Some(answer) = &self.then.answer {
            if !(200..600).contains(&answer.status) {
                found.push(("then.answer.status", "a status is from 200 to 599".to_owned()));
            }
            if answer.example.is_some() && answer.body.is_some() {
                let two = "an answer has an example or a body, not both".to_owned();
                found.push(("then.answer.body", two));
            }
        }
        if let Some(Break::Drip { bytes, every }) = self.then.connection {
            if bytes == 0 {
                found.push(("then.connection.bytes", "a drip has 1 byte at least".to_owned()));
            }
            if every > LONGEST {
                let most = format!("a drip comes every {} seconds at least", LONGEST.as_secs());
                found.push(("then.connection.every", most));
            }
        }
        found
    }
}
