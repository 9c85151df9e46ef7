//! What a request means that the document only calls text: words, days and moments, ids, and what
//! is looked for.

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use uuid::Uuid;

use crate::operations::Failure;

/// A refusal of one field; the text is all that Day Zero shows of it.
pub(super) fn refusal(field: &str, text: &str) -> Failure {
    Failure::Fields(vec![(field.to_owned(), text.to_owned())])
}

/// The items of a comma list; an empty one does not filter.
pub(super) fn listed(list: Option<&str>) -> Vec<String> {
    let items = list.unwrap_or_default().split(',').map(str::trim);
    items.filter(|item| !item.is_empty()).map(str::to_owned).collect()
}

/// The words of a comma list, each of which must be one of these; `-` is as good as `_` in them.
///
/// # Errors
/// [`Failure::Fields`] names the field, the word and the known ones.
pub(super) fn words(
    field: &str,
    list: Option<&str>,
    known: &[&str],
) -> Result<Vec<String>, Failure> {
    let words = listed(list).into_iter().map(|sent| {
        let word = sent.replace('-', "_");
        if known.contains(&word.as_str()) {
            return Ok(word);
        }
        Err(unknown(field, field, &sent, known))
    });
    words.collect()
}

/// That a word is none of those that are known.
pub(super) fn unknown(field: &str, what: &str, word: &str, known: &[&str]) -> Failure {
    refusal(field, &format!("Unknown {what} '{word}'; known: {}", known.join(", ")))
}

/// A moment that may be written as a day, which is its beginning. Without a zone it is UTC.
///
/// # Errors
/// [`Failure::Fields`] names the field and the forms.
pub(super) fn moment(field: &str, text: &str) -> Result<DateTime<Utc>, Failure> {
    let zoned = || DateTime::parse_from_rfc3339(text).ok().map(|moment| moment.to_utc());
    let plain = || text.parse::<NaiveDateTime>().ok().map(|moment| moment.and_utc());
    let day = || {
        let day = text.parse::<NaiveDate>().ok().filter(|_| text.len() == 10)?;
        Some(day.and_time(NaiveTime::MIN).and_utc())
    };
    let moment = zoned().or_else(plain).or_else(day);
    moment.filter(|it| (1..=9999).contains(&it.year())).ok_or_else(|| {
        let forms = "send a date (2026-02-10) or a date with a time (2026-02-10T12:00:00Z)";
        refusal(field, &format!("Invalid {field} '{text}': {forms}"))
    })
}

/// As [`moment`], of a field that may be left out.
///
/// # Errors
/// As [`moment`].
pub(super) fn maybe_moment(
    field: &str,
    text: Option<&str>,
) -> Result<Option<DateTime<Utc>>, Failure> {
    text.map(|text| moment(field, text)).transpose()
}

/// An id that the document calls a text.
pub(super) fn id(text: &str) -> Option<Uuid> {
    Uuid::parse_str(text).ok()
}

/// The one id that a filter lets through.
pub(super) struct Only(Option<String>);

impl Only {
    /// An empty text does not filter; one that can be no id lets nothing through.
    pub(super) fn new(text: Option<&str>) -> Self {
        Self(text.filter(|text| !text.is_empty()).map(str::to_owned))
    }

    /// Whether this is the id, or none is asked for.
    pub(super) fn is(&self, found: Uuid) -> bool {
        self.0.as_deref().is_none_or(|text| id(text) == Some(found))
    }
}

/// A text that is looked for in any case of letters.
pub(super) struct Needle(Option<String>);

impl Needle {
    pub(super) fn new(text: Option<&str>) -> Self {
        Self(text.filter(|text| !text.is_empty()).map(str::to_lowercase))
    }

    /// Whether it is in one of these texts, or nothing is looked for.
    pub(super) fn is_in(&self, texts: &[&str]) -> bool {
        let Some(needle) = &self.0 else { return true };
        texts.iter().any(|text| text.to_lowercase().contains(needle))
    }
}
