//! "Operation X was called n times with a body that matches": yes, or no with the calls that came
//! nearest and what is different in them.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};

use super::call::{Call, Entry, Headers, Message};
use super::compare::{self, Difference};
use super::filter::{Statuses, is_like};
use super::mask;

/// Which calls are expected, and how many. Everything that is set must hold; without a number one
/// call at least is expected.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Expectation {
    /// Of this provider.
    pub provider: Option<String>,
    /// Of this operation, by its `operationId`.
    pub operation: Option<String>,
    /// With this method, in any case.
    pub method: Option<String>,
    /// On this path; a segment in braces stands for any one, a final slash for nothing.
    pub path: Option<String>,
    /// With such a status.
    pub status: Option<Statuses>,
    /// With these texts in the query; `null` for a name that must not be there.
    pub query: Map<String, Value>,
    /// With these headers, as the journal shows them; `null` for one that must not be there.
    pub headers: Map<String, Value>,
    /// With a body that has all this: of an object the named fields, of an array every element,
    /// numbers by value. A secret, of which the mask is compared, matches nothing but that.
    pub body: Option<Value>,
    /// Only calls with a number above this one.
    pub since: Option<u64>,
    /// So many, not one more or less.
    pub exactly: Option<u64>,
    /// So many or more.
    pub at_least: Option<u64>,
    /// So many or fewer.
    pub at_most: Option<u64>,
}

/// Whether the calls were as expected.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    /// Whether as many calls match as were expected.
    pub verified: bool,
    /// How many match.
    pub count: u64,
    /// What was expected, in words.
    pub expected: String,
    /// Whether every call could be looked at. If not, the count may be too low.
    pub complete: bool,
    /// How many calls of the window the journal no longer has.
    pub dropped: u64,
    /// How many kept calls would match if the part of their body that was cut off does.
    pub cut: u64,
    /// The newest calls that match, at most ten.
    pub matching: Vec<Summary>,
    /// Where too few match: the three calls that came nearest, the nearest first.
    pub nearest: Vec<Miss>,
}

/// A call in short.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// Its number in its world.
    pub number: u64,
    /// What its client knows it by.
    pub request_id: String,
    /// When it was answered, UTC, on the world's clock.
    pub at: DateTime<Utc>,
    /// Its operation, if it has one.
    pub operation: Option<&'static str>,
    /// Its method.
    pub method: String,
    /// Its path.
    pub path: String,
    /// The status of its answer.
    pub status: u16,
}

/// A call that does not match.
#[derive(Debug, Clone, PartialEq)]
pub struct Miss {
    /// Which call.
    pub call: Summary,
    /// How far from matching: a wrong field counts 1, a wrong status 3, a wrong operation, method
    /// or path 100.
    pub distance: u64,
    /// What is different, at most twenty.
    pub differences: Vec<Difference>,
}

const MATCHING: usize = 10;
const NEAREST: usize = 3;
const DIFFERENCES: usize = 20;

impl Expectation {
    /// Judges these calls, oldest first; so many more are gone.
    pub(super) fn judge(&self, entries: &[Arc<Entry>], dropped: u64) -> Verdict {
        let (mut count, mut cut) = (0, 0);
        let (mut matching, mut misses) = (Vec::new(), Vec::new());
        for entry in entries.iter().rev() {
            let differences = self.differences(entry);
            if differences.is_empty() {
                count += 1;
                if matching.len() < MATCHING {
                    matching.push(Summary::of(entry));
                }
            } else {
                cut += u64::from(is_only_cut(&differences, entry.unmasked()));
                misses.push((distance(&differences), entry, differences));
            }
        }
        let (least, most) = self.bounds();
        let too_few = count < least;
        let mut nearest = Vec::new();
        if too_few {
            // Sorting keeps the newest first among those that are equally near.
            misses.sort_by_key(|(distance, ..)| *distance);
            let miss = |(distance, entry, mut differences): (u64, &Arc<Entry>, Vec<Difference>)| {
                differences.truncate(DIFFERENCES);
                Miss { call: Summary::of(entry), distance, differences }
            };
            nearest = misses.into_iter().take(NEAREST).map(miss).collect();
        }
        let complete = dropped == 0 && cut == 0;
        // What is gone may have matched, too.
        let at_worst = count.saturating_add(dropped).saturating_add(cut);
        let verified = !too_few && most.is_none_or(|most| at_worst <= most);
        let expected = self.words();
        Verdict { verified, count, expected, complete, dropped, cut, matching, nearest }
    }

    fn bounds(&self) -> (u64, Option<u64>) {
        let most = [self.exactly, self.at_most].into_iter().flatten().min();
        let least = self.exactly.max(self.at_least);
        (least.unwrap_or(u64::from(most.is_none())), most)
    }

    fn differences(&self, entry: &Entry) -> Vec<Difference> {
        let (call, mut found) = (entry.unmasked(), Vec::new());
        let mut differ = |place, wanted: &Option<String>, is: Option<&str>, same: bool| {
            if let Some(wanted) = wanted.as_ref().filter(|_| !same) {
                found.push(Difference::new(place, "", wanted.as_str(), is.map(Value::from)));
            }
        };
        let is = |wanted: &Option<String>, is: Option<&str>| wanted.as_deref() == is;
        differ("provider", &self.provider, call.provider, is(&self.provider, call.provider));
        differ("operation", &self.operation, call.operation, is(&self.operation, call.operation));
        let method = self.method.as_ref().is_some_and(|it| it.eq_ignore_ascii_case(&call.method));
        differ("method", &self.method, Some(&call.method), method);
        let path = self.path.as_ref().is_some_and(|pattern| is_like(pattern, &call.path));
        differ("path", &self.path, Some(&call.path), path);
        if !found.is_empty() {
            // What another operation was sent in detail helps nobody.
            return found;
        }
        if let Some(statuses) = self.status.filter(|statuses| !statuses.have(call.status)) {
            let expected = statuses.to_string();
            found.push(Difference::new("status", "", expected, Some(Value::from(call.status))));
        }
        // What nobody asks for is not masked: a journal may be long.
        if !self.query.is_empty() {
            self.query_differences(&call.query, &mut found);
        }
        if !self.headers.is_empty() {
            self.header_differences(call, &mut found);
        }
        if let Some(wanted) = &self.body {
            match entry.understood() {
                Some(is) => compare::body(wanted, &is, "", &mut found),
                None => found.push(unreadable(&call.request, wanted)),
            }
        }
        found
    }

    fn query_differences(&self, query: &str, found: &mut Vec<Difference>) {
        let sent: Vec<_> = mask::pairs_of_query(query).collect();
        for (name, wanted) in &self.query {
            let of_name = sent.iter().filter(|(sent, _)| sent == name);
            let values: Vec<_> = of_name.map(|(_, value)| value).collect();
            let wanted_text = text(wanted);
            let same = match &wanted_text {
                Some(wanted) => values.contains(&wanted),
                None => values.is_empty(),
            };
            if !same {
                let actual = values.last().map(|value| Value::from(value.as_str()));
                found.push(Difference::new("query", name, wanted.clone(), actual));
            }
        }
    }

    fn header_differences(&self, call: &Call, found: &mut Vec<Difference>) {
        let asked = |name: &str| self.headers.keys().any(|it| it.eq_ignore_ascii_case(name));
        let sent = call.request.headers.iter().filter(|(name, _)| asked(name));
        let sent = Headers::of(sent.collect::<Vec<_>>()).shown().lists();
        for (name, wanted) in &self.headers {
            let is = sent.get(&name.to_ascii_lowercase()).cloned();
            let wanted = text(wanted);
            if wanted != is {
                found.push(Difference::new("header", name, wanted, is.map(Value::from)));
            }
        }
    }

    /// "exactly 2 calls of `create_bill` answered 201, with a body that matches".
    fn words(&self) -> String {
        let calls = |count: u64| format!("{count} call{}", if count == 1 { "" } else { "s" });
        let mut said = match self.bounds() {
            (least, Some(most)) if least == most => format!("exactly {}", calls(least)),
            (0, Some(most)) => format!("at most {}", calls(most)),
            (least, Some(most)) => format!("{least} to {}", calls(most)),
            (least, None) => format!("at least {}", calls(least)),
        };
        let parts = [
            (" of", self.operation.clone().or(self.provider.clone())),
            (" by", self.method.clone()),
            (" on", self.path.clone()),
            (" answered", self.status.map(|statuses| statuses.to_string())),
        ];
        for (word, part) in parts {
            said.extend(part.map(|part| format!("{word} {part}")));
        }
        let with = [
            ("a query", !self.query.is_empty()),
            ("headers", !self.headers.is_empty()),
            ("a body", self.body.is_some()),
        ];
        let with: Vec<_> = with.iter().filter(|(_, is)| *is).map(|(name, _)| *name).collect();
        if !with.is_empty() {
            said.extend([", with ", &with.join(", "), " as given"]);
        }
        said
    }
}

impl Summary {
    fn of(entry: &Entry) -> Self {
        let call = entry.unmasked();
        Self {
            number: entry.number,
            request_id: call.request_id.clone(),
            at: call.at,
            operation: call.operation,
            method: call.method.clone(),
            path: call.path.clone(),
            status: call.status,
        }
    }
}

fn distance(differences: &[Difference]) -> u64 {
    let weight = |difference: &Difference| match difference.place {
        "provider" | "operation" | "method" | "path" => 100,
        "status" => 3,
        _ => 1,
    };
    differences.iter().map(weight).sum()
}

/// A body that is not there, or of which only the beginning is.
fn unreadable(request: &Message, wanted: &Value) -> Difference {
    let said = || format!("(of {} bytes only the first are kept)", request.length);
    Difference::new("body", "", wanted.clone(), request.is_cut().then(said).map(Value::from))
}

/// Whether a call may match, were its body not cut.
fn is_only_cut(differences: &[Difference], call: &Call) -> bool {
    call.request.is_cut() && differences.iter().all(|it| it.place == "body")
}

/// What a query or a header would say; none for `null`.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
            Some(value.to_string())
        }
    }
}
