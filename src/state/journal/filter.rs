//! Picking entries out of a journal.

use std::sync::Arc;

use super::call::Entry;

/// Which entries are wanted: those that pass everything that is set.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
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
    /// With a number above this one.
    pub since: Option<u64>,
    /// Only those in which something broke the contract or was odd.
    pub with_remarks: bool,
}

/// One status, or a class of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Statuses {
    /// This one.
    One(u16),
    /// The hundred that begins with this digit.
    Class(u16),
}

/// What a filter found, and how complete the journal is.
#[derive(Debug, Clone, PartialEq)]
pub struct Excerpt {
    /// The entries that passed, the newest first.
    pub entries: Vec<Arc<Entry>>,
    /// How many entries the journal keeps.
    pub kept: usize,
    /// How many entries are gone because there was no room for them.
    pub dropped: u64,
    /// The number of the newest entry that there ever was; 0 before the first.
    pub last: u64,
}

impl Filter {
    /// The entries that pass, the newest first, of these, which have the oldest first.
    pub(super) fn pick(&self, mut entries: Vec<Arc<Entry>>) -> Vec<Arc<Entry>> {
        entries.reverse();
        entries.retain(|entry| self.passes(entry));
        entries
    }

    /// Whether one entry passes.
    pub fn passes(&self, entry: &Entry) -> bool {
        let call = entry.unmasked();
        let same = |wanted: &Option<String>, is: Option<&str>| {
            wanted.as_deref().is_none_or(|wanted| Some(wanted) == is)
        };
        self.since.is_none_or(|since| entry.number > since)
            && same(&self.provider, call.provider)
            && same(&self.operation, call.operation)
            && self.method.as_ref().is_none_or(|it| it.eq_ignore_ascii_case(&call.method))
            && self.path.as_ref().is_none_or(|pattern| is_like(pattern, &call.path))
            && self.status.is_none_or(|statuses| statuses.have(call.status))
            && (!self.with_remarks || !call.violations.is_empty() || !call.remarks.is_empty())
    }
}

impl Statuses {
    /// Reads `422` or `4xx`.
    pub fn parse(text: &str) -> Option<Self> {
        let class = text.strip_suffix("xx").or_else(|| text.strip_suffix("XX"));
        let (digits, most) = class.map_or((text, 599), |class| (class, 5));
        let number = digits.parse::<u16>().ok()?;
        let least = if class.is_some() { 1 } else { 100 };
        let made = if class.is_some() { Self::Class(number) } else { Self::One(number) };
        (least..=most).contains(&number).then_some(made)
    }

    /// Whether the status is among them.
    pub fn have(self, status: u16) -> bool {
        match self {
            Self::One(one) => one == status,
            Self::Class(class) => class == status / 100,
        }
    }
}

impl std::fmt::Display for Statuses {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::One(one) => write!(f, "{one}"),
            Self::Class(class) => write!(f, "{class}xx"),
        }
    }
}

/// Whether a path is as the pattern says.
pub(super) fn is_like(pattern: &str, path: &str) -> bool {
    let segments = |path| str::trim_end_matches(path, '/').split('/');
    let any = |wanted: &str| wanted.starts_with('{') && wanted.ends_with('}');
    let fits = |(wanted, is): (&str, &str)| wanted == is || (any(wanted) && !is.is_empty());
    segments(pattern).count() == segments(path).count()
        && segments(pattern).zip(segments(path)).all(fits)
}
