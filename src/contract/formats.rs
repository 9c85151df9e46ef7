//! The string formats: what counts as a UUID, a date, an instant, an address.
//!
//! Whatever passes here must decode into the generated type of that format, so
//! each test ends at the parser that the decode uses.

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use uuid::Uuid;

use super::violation::Problem;

/// The formats that constrain a string.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Uuid,
    /// UUIDs with commas between them: how the documents write a list in a query.
    UuidList,
    Date,
    DateTime,
    Email,
}

impl Format {
    /// What is wrong with `text` as this format.
    pub(super) fn problem(self, text: &str) -> Option<Problem> {
        match self {
            Self::Uuid => Uuid::parse_str(text).is_err().then_some(Problem::BadUuid),
            Self::UuidList => (!is_uuid_list(text)).then_some(Problem::BadUuid),
            Self::Date => (!is_date(text)).then_some(Problem::BadDate),
            Self::DateTime => (!is_date_time(text)).then_some(Problem::BadDateTime),
            Self::Email => (!is_email(text)).then_some(Problem::BadEmail),
        }
    }
}

/// Blanks around the commas are nobody's harm.
fn is_uuid_list(text: &str) -> bool {
    text.split(',').all(|part| Uuid::parse_str(part.trim()).is_ok())
}

/// Chrono alone would also take `2024-3-2` and `+2024-03-02`.
fn is_date(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() == 10
        && bytes.iter().enumerate().all(|(at, byte)| match at {
            4 | 7 => *byte == b'-',
            _ => byte.is_ascii_digit(),
        })
        && text.parse::<NaiveDate>().is_ok_and(|date| date.year() > 0)
}

/// The second parser is the one that the decode uses. It takes more than RFC
/// 3339 has, hence the first. An instant is answered in UTC, where it must have
/// a year of four digits too, and one that most calendars know: there is no year 0.
fn is_date_time(text: &str) -> bool {
    DateTime::parse_from_rfc3339(text).is_ok()
        && text.parse::<DateTime<Utc>>().is_ok_and(|utc| (1..=9999).contains(&utc.year()))
}

/// The unquoted addresses of RFC 5321: anything rarer is a typing mistake.
fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    let is_atom = |atom: &str| {
        !atom.is_empty()
            && atom
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+/=?^_`{|}~-".contains(&byte))
    };
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    local.len() <= 64
        && domain.len() <= 255
        && local.split('.').all(is_atom)
        && domain.split('.').all(is_label)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, from_value};

    use super::*;

    fn takes(format: Format, text: &str) -> bool {
        format.problem(text).is_none()
    }

    #[test]
    fn a_date_is_ten_characters_that_the_calendar_has() {
        for good in ["2024-03-20", "2024-02-29", "0001-01-01", "9999-12-31"] {
            assert!(takes(Format::Date, good), "{good}");
            from_value::<NaiveDate>(Value::from(good)).expect("an accepted date decodes");
        }
        for bad in [
            "",
            "2023-02-29",
            "2024-3-2",
            "+2024-03-02",
            "2024-03-20T00:00:00Z",
            "20240320",
            "２０２４",
        ] {
            assert!(!takes(Format::Date, bad), "{bad}");
        }
    }

    #[test]
    fn every_accepted_instant_decodes() {
        let good = [
            "2024-03-20T09:30:00Z",
            "2024-03-20t09:30:00z",
            "2024-03-20T09:30:00.123456789+01:00",
            "2024-03-20T09:30:00-00:00",
            "2016-12-31T23:59:60Z",
            "0001-01-01T00:00:00Z",
            "9999-12-31T23:59:59Z",
        ];
        for text in good {
            assert!(takes(Format::DateTime, text), "{text}");
        }
        let odd = [
            "",
            "2024-03-20",
            "2024-03-20T09:30:00",
            "2024-03-20 09:30:00Z",
            "2024-03-20T09:30Z",
            "2024-03-20T09:30:00 +01:00",
            "2024-03-20T09:30:00+0100",
            "2024-03-20T09:30:61Z",
            "2024-03-20T24:00:00Z",
            "2024-03-20T09:30:00+24:00",
            "2024-03-20T09:30:00+99:99",
            "+12024-03-20T09:30:00Z",
            "2024-03-20T09:30:00Zulu",
            " 2024-03-20T09:30:00Z",
        ];
        for text in good.into_iter().chain(odd) {
            let decoded = from_value::<DateTime<Utc>>(Value::from(text));
            assert!(!takes(Format::DateTime, text) || decoded.is_ok(), "{text}: {decoded:?}");
        }
        let beyond = ["0000-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59"];
        let bad = ["", "2024-03-20", "2024-03-20T09:30:00", "2024-03-20T09:30:61Z"];
        for bad in bad.into_iter().chain(beyond) {
            assert!(!takes(Format::DateTime, bad), "{bad}");
        }
    }

    #[test]
    fn a_uuid_is_what_the_uuid_crate_reads() {
        for good in ["3c90c3cc-0d44-4b50-8888-8dd25736052a", "3C90C3CC0D444B5088888DD25736052A"] {
            assert!(takes(Format::Uuid, good), "{good}");
            from_value::<Uuid>(Value::from(good)).expect("an accepted UUID decodes");
        }
        for bad in ["", "7a80c3cc-4g88-8f94-cccc-cgg69180496e", "3c90c3cc-0d44-4b50-8888"] {
            assert!(!takes(Format::Uuid, bad), "{bad}");
        }
    }

    #[test]
    fn an_address_has_a_local_part_and_a_domain() {
        for good in ["accounts@crownpub.example", "a.b+c@x-y.co.uk", "root@localhost"] {
            assert!(takes(Format::Email, good), "{good}");
        }
        for bad in ["", "crown", "@x.example", "a@", "a b@x.example", "a@x..y", "a@-x.example"] {
            assert!(!takes(Format::Email, bad), "{bad}");
        }
    }
}
