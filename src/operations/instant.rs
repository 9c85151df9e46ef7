//! Instants as JSON has them, straight to text: generated types name these where a field is one.
//! What is written is what chrono writes, which takes ten times as long over it.

use chrono::{DateTime, Datelike, Timelike, Utc};
use serde::{Serialize, Serializer};

/// Writes an instant, such as `2026-03-31T09:30:00.250Z`.
///
/// # Errors
/// Those of the serializer.
pub fn write<S: Serializer>(at: &DateTime<Utc>, serializer: S) -> Result<S::Ok, S::Error> {
    let mut room = [0; LONGEST];
    match text(at, &mut room) {
        Some(text) => serializer.serialize_str(text),
        None => at.serialize(serializer),
    }
}

/// Writes an instant or `null`.
///
/// # Errors
/// Those of the serializer.
pub fn write_option<S: Serializer>(
    at: &Option<DateTime<Utc>>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match at {
        Some(at) => write(at, serializer),
        None => serializer.serialize_none(),
    }
}

const LONGEST: usize = "2026-03-31T09:30:00.123456789Z".len();

/// The text, where the year has four digits and the second is no leap second: others are chrono's.
fn text<'a>(at: &DateTime<Utc>, room: &'a mut [u8; LONGEST]) -> Option<&'a str> {
    let (date, time) = (at.date_naive(), at.time());
    let year = u32::try_from(date.year()).ok().filter(|year| *year <= 9999)?;
    let nanos = Some(time.nanosecond()).filter(|nanos| *nanos < 1_000_000_000)?;
    let mut end = 0;
    let mut put = |number: u32, digits: usize, behind: u8| {
        let mut rest = number;
        for place in room.get_mut(end..end + digits)?.iter_mut().rev() {
            *place = b'0' + u8::try_from(rest % 10).ok()?;
            rest /= 10;
        }
        *room.get_mut(end + digits)? = behind;
        end += digits + 1;
        Some(())
    };
    put(year, 4, b'-')?;
    put(date.month(), 2, b'-')?;
    put(date.day(), 2, b'T')?;
    put(time.hour(), 2, b':')?;
    put(time.minute(), 2, b':')?;
    put(time.second(), 2, if nanos == 0 { b'Z' } else { b'.' })?;
    match (nanos, nanos % 1_000_000, nanos % 1000) {
        (0, ..) => {}
        (_, 0, _) => put(nanos / 1_000_000, 3, b'Z')?,
        (_, _, 0) => put(nanos / 1000, 6, b'Z')?,
        (..) => put(nanos, 9, b'Z')?,
    }
    std::str::from_utf8(room.get(..end)?).ok()
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use proptest::prelude::*;

    use super::*;

    fn ours(at: DateTime<Utc>) -> String {
        let mut text = Vec::new();
        write(&at, &mut serde_json::Serializer::new(&mut text)).expect("a Vec takes it");
        String::from_utf8(text).expect("it is text")
    }

    #[test]
    fn an_instant_is_written_as_chrono_writes_it() {
        let second = DateTime::from_timestamp(1_774_949_400, 0).expect("a time");
        for nanos in [0, 1, 999, 1000, 250_000_000, 999_999_999, 123_456_000] {
            let at = second + TimeDelta::nanoseconds(nanos);
            assert_eq!(ours(at), serde_json::to_string(&at).expect("a text"));
        }
        for at in [DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC] {
            assert_eq!(ours(at), serde_json::to_string(&at).expect("a text"));
        }
        let leap = "2016-12-31T23:59:60.5Z".parse::<DateTime<Utc>>().expect("a leap second");
        assert_eq!(ours(leap), serde_json::to_string(&leap).expect("a text"));
    }

    proptest! {
        #[test]
        fn so_is_any_other(seconds in -70_000_000_000_i64..260_000_000_000, nanos in 0_u32..1_000_000_000) {
            let at = DateTime::from_timestamp(seconds, nanos).expect("within chrono's years");
            prop_assert_eq!(ours(at), serde_json::to_string(&at).expect("a text"));
        }
    }
}
