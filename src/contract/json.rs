//! Bytes of a body to a JSON value, or to what is wrong with them.

use bytes::Bytes;
use serde_json::Value;

use super::violation::Problem;

/// The value in `bytes`, which may nest 128 deep (`serde_json`'s own limit).
pub(super) fn read(bytes: &Bytes) -> Result<Value, Problem> {
    serde_json::from_slice(bytes).map_err(|error| malformed(bytes, &error))
}

/// Whether a string in `bytes` can hold a NUL character. JSON has to write one
/// as an escape, so that a body without it need not be searched again.
pub(super) fn may_hold_nul(bytes: &Bytes) -> bool {
    bytes.contains(&b'\\') && bytes.windows(6).any(|window| window == br"\u0000")
}

fn malformed(bytes: &Bytes, error: &serde_json::Error) -> Problem {
    let (line, column) = (error.line(), error.column());
    let starts = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(at, _)| at + 1);
    let start = std::iter::once(0).chain(starts).nth(line.saturating_sub(1)).unwrap_or(0);
    let position = if error.is_eof() { bytes.len() } else { (start + column).saturating_sub(1) };
    let words = error.to_string();
    let message = words.split_once(" at line ").map_or(words.as_str(), |(said, _)| said).to_owned();
    Problem::Malformed { message, line, column, position: position.min(bytes.len()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(body: &'static [u8]) -> (String, usize, usize, usize) {
        match read(&Bytes::from_static(body)) {
            Err(Problem::Malformed { message, line, column, position }) => {
                (message, line, column, position)
            }
            other => panic!("not malformed: {other:?}"),
        }
    }

    #[test]
    fn the_position_is_that_of_the_offending_byte() {
        assert_eq!(found(b"{\"a\": x}"), ("expected value".into(), 1, 7, 6));
        assert_eq!(found(b"{\n \"a\": x}"), ("expected value".into(), 2, 7, 8));
        assert_eq!(found(b"{} {}"), ("trailing characters".into(), 1, 4, 3));
        assert_eq!(found(b"{\"a\": 1"), ("EOF while parsing an object".into(), 1, 7, 7));
        assert_eq!(found(b"  "), ("EOF while parsing a value".into(), 1, 2, 2));
        assert_eq!(found(b"\xff").3, 0);
    }

    #[test]
    fn no_bytes_make_it_panic() {
        let bodies: [&'static [u8]; 8] =
            [b"\n", b"\"\n\"", b"\"\xff\"", b"\"\\u12\"", b"\"\\ud800\"", b"1e999", b"-", b"\n\n]"];
        for body in bodies {
            let (message, .., position) = found(body);
            assert!(!message.contains(" at line ") && position <= body.len(), "{message}");
        }
    }

    #[test]
    fn nesting_deeper_than_128_is_malformed() {
        let deep = |by: usize| Bytes::from("[".repeat(by) + &"]".repeat(by));
        assert!(read(&deep(127)).is_ok());
        for by in [129, 500_000] {
            let Err(Problem::Malformed { message, .. }) = read(&deep(by)) else { panic!("{by}") };
            assert_eq!(message, "recursion limit exceeded");
        }
    }

    #[test]
    fn only_an_escape_can_be_a_nul() {
        assert!(may_hold_nul(&Bytes::from_static(br#"{"a":"x\u0000"}"#)));
        assert!(!may_hold_nul(&Bytes::from_static(br#"{"a":"\n u0000"}"#)));
    }
}
