//! Whether a text names a secret, however it is written. Three questions, as names stand where
//! everything is a name, where a value is given, or anywhere in what cannot be read.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

/// How the name of a secret ends, by its letters alone and in lower case: `API-Key` is `apikey`.
const STEMS: &[&str] = &[
    "accesskey",
    "apikey",
    "assertion",
    "authentication",
    "authkey",
    "authorization",
    "credential",
    "jwt",
    "passphrase",
    "passwd",
    "password",
    "privatekey",
    "pwd",
    "secret",
    "sessionid",
    "signingkey",
    "token",
];

/// What may stand behind that: `secret_key`, `tokenValue`, `password_confirmation`, `passwords`.
const SUFFIXES: &[&str] = &[
    "again",
    "confirm",
    "confirmation",
    "current",
    "hash",
    "key",
    "new",
    "old",
    "pem",
    "repeat",
    "s",
    "value",
];

/// What the second word begins with where a name is written in two, as in prose: `API key`, `API keys`.
const SECOND_WORDS: &[&str] = &["id", "key", "phrase", "word"];

/// Whether a text can name a secret at all, however it is written: a quick look, which most pass
/// that do not.
pub(super) fn may_name_secret(text: &str) -> bool {
    let names = |text: &str| {
        let letters = letters(text);
        STEMS.iter().any(|stem| letters.contains(stem))
    };
    layers(text).any(|text| names(&text) || (text.contains('%') && names(&without_percent(&text))))
}

/// What comes behind each name of a secret in a text. A name is a word, or some that stand together.
fn behind_secrets(text: &str) -> impl Iterator<Item = &str> {
    /// No name of several words is longer, in bytes.
    const LONGEST: usize = 100;
    let (mut rest, mut name) = (text, String::new());
    std::iter::from_fn(move || {
        loop {
            let (between, mut word) = rest.split_at(rest.find(is_of_word)?);
            let end = word.find(|it| !is_of_word(it)).unwrap_or(word.len());
            (rest, word) = (&word[end..], &word[..end]);
            // A point behind a word ends a sentence.
            let together = between.chars().all(joins) && !name.ends_with('.');
            if !together || !goes_on(word) || name.len() > LONGEST {
                name.clear();
            }
            name.push_str(word);
            // Signs alone, as in `API - Key`, make no other name.
            if word.contains(char::is_alphanumeric) && is_secret(&name) {
                return Some(rest);
            }
        }
    })
}

/// Whether a word can be another one of a name: `key` behind `API`, and not `Ken` behind `to`.
fn goes_on(word: &str) -> bool {
    let letters = letters(word);
    SECOND_WORDS.iter().any(|begins| letters.starts_with(begins))
        || SUFFIXES.contains(&letters.as_str())
        || !word.contains(char::is_alphabetic)
}

/// What names of parameters and fields are written with.
fn is_of_word(sign: char) -> bool {
    sign.is_alphanumeric() || "_-.[]".contains(sign)
}

/// Whether a sign may stand between the words of a name, or between the pieces of one that is broken
/// by signs that nobody sees. All others stand between two names.
fn joins(sign: char) -> bool {
    const LINE_ENDS: &str = "\n\r\u{b}\u{c}\u{85}\u{2028}\u{2029}";
    let blank = sign.is_whitespace() || sign.is_control();
    (blank && !LINE_ENDS.contains(sign))
        || matches!(sign, '+' | '/' | '\\' | '\u{2010}' | '\u{2011}' | '\u{fffd}')
        || matches!(sign, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}')
        || matches!(sign, '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}')
}

/// Whether a text has the name of a secret as a word of its own, in quotes, or where a form has one.
pub(super) fn names_secret(text: &str) -> bool {
    layers(text).any(|text| {
        let mut quoted = ['"', '\''].iter().flat_map(|sign| text.split(*sign).skip(1).step_by(2));
        let mut of_form = form_urlencoded::parse(text.as_bytes()).map(|(name, _)| name);
        behind_secrets(&text).next().is_some()
            || quoted.any(is_secret)
            || of_form.any(|name| is_secret(&name))
    })
}

/// What comes behind a name once quotes, blanks and what else may end it are gone, the signs of `more`
/// among them, and whether a quote of JSON was. A slash ends no name, as in `/token/:id`.
fn past_its_end<'a>(rest: &'a str, more: &str) -> (&'a str, bool) {
    let ends = |sign: char| {
        let of_word = is_of_word(sign) && !sign.is_alphanumeric();
        of_word || sign.is_whitespace() || joins(sign) || "\"'‘’“”„«»".contains(sign)
    };
    let past = rest.trim_start_matches(|it| it != '/' && (ends(it) || more.contains(it)));
    (past, rest[..rest.len() - past.len()].contains(['"', '\'', '\\']))
}

/// Whether a text names a secret and may give it a value, as JSON and forms do. A colon alone does
/// not: `the API key: see below` is prose, and so is what typographers quote.
pub(super) fn may_hold_pairs(text: &str) -> bool {
    layers(text).any(|text| {
        let json = text.contains('{');
        behind_secrets(&text).any(|rest| {
            let (sign, quoted) = past_its_end(rest, "");
            sign.starts_with('=') || (sign.starts_with(':') && (json || quoted))
        })
    })
}

/// Whether what should be a name holds that of a secret and a value for it: `password: 1234`. No name
/// is prose, so any sign that can stand between the two will do.
pub(super) fn gives_value(name: &str) -> bool {
    layers(name).any(|name| {
        behind_secrets(&name).any(|rest| {
            let between = rest.find(char::is_alphanumeric).map_or("", |value| &rest[..value]);
            let (sign, quoted) = past_its_end(between, ")!");
            quoted || sign.starts_with([':', '=', '>'])
        })
    })
}

/// The letters and digits of a text, in lower case: what is left of a name however it is written.
fn letters(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).map(|it| it.to_ascii_lowercase()).collect()
}

/// A text as it is, and then without one layer of escapes more each time: those of JSON, or where it
/// has none those of forms. Every layer is looked at, as what looks like an escape may be none.
fn layers(text: &str) -> impl Iterator<Item = Cow<'_, str>> {
    // Nobody writes a name deeper than this by accident, and whoever tries to hide one can.
    const DEEPEST: usize = 6;
    let next = |text: &Cow<'_, str>| {
        let of_json = || text.contains('\\').then(|| without_escapes_of_json(text));
        let of_form = || text.contains('%').then(|| without_percent(text).into_owned());
        let other = |plain: &String| plain != text;
        of_json().filter(other).or_else(|| of_form().filter(other)).map(Cow::Owned)
    };
    std::iter::successors(Some(Cow::Borrowed(text)), next).take(1 + DEEPEST)
}

fn without_percent(text: &str) -> Cow<'_, str> {
    percent_decode_str(text).decode_utf8_lossy()
}

/// A text with each escape of JSON read, wherever it stands.
fn without_escapes_of_json(text: &str) -> String {
    let mut pieces = text.split('\\');
    let mut plain = pieces.next().unwrap_or_default().to_owned();
    while let Some(piece) = pieces.next() {
        let hex = piece.strip_prefix('u').and_then(|rest| rest.get(..4));
        let sign = hex.and_then(|hex| u32::from_str_radix(hex, 16).ok());
        let (sign, rest) = match (sign, piece.chars().next()) {
            // Half of a pair is no letter of any name.
            (Some(sign), _) => (char::from_u32(sign).unwrap_or('\u{fffd}'), &piece[5..]),
            (None, Some('n' | 'r')) => ('\n', &piece[1..]),
            (None, Some('b' | 'f' | 't')) => (' ', &piece[1..]),
            (None, Some('"' | '/')) => {
                plain.push_str(piece);
                continue;
            }
            (None, Some(_)) => ('\\', piece),
            // A backslash that is escaped: what is behind it is as it stands.
            (None, None) => ('\\', pieces.next().unwrap_or_default()),
        };
        plain.push(sign);
        plain.push_str(rest);
    }
    plain
}

/// Whether a name, or a part of one as `auth[api_key]` has it, is that of a secret.
pub(super) fn is_secret(name: &str) -> bool {
    std::iter::once(name).chain(name.split(['[', ']', '.'])).any(|part| {
        let part = letters(part);
        let mut part = part.as_str();
        loop {
            // `api_key_2`.
            part = part.trim_end_matches(|it: char| it.is_ascii_digit());
            if STEMS.iter().any(|stem| part.ends_with(stem)) {
                return true;
            }
            match SUFFIXES.iter().find_map(|suffix| part.strip_suffix(suffix)) {
                Some(rest) => part = rest,
                None => return false,
            }
        }
    })
}
