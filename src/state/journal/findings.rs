//! What is wrong or odd in a call, in words for whoever reads a journal. The provider's own words
//! for the same facts are in the answer.

use serde_json::Value;

use super::mask;
use crate::contract::{Kind, Oddity, Place, Problem, Remark, Step, Violation};

/// One thing that is wrong or odd in a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Where: `path`, `query`, `header` or `body`.
    pub place: &'static str,
    /// The name of the parameter, or the way down the body: `allocations[1].amount_cents`.
    pub at: String,
    /// What, as a word that programs may rely on: `missing`, `not_in_enum`, `unknown_field`.
    pub rule: &'static str,
    /// The same as a person would say it.
    pub detail: String,
}

/// How many of one call are kept.
const MOST: usize = 100;

/// The longest path that is kept, in bytes: the names of unknown fields are their sender's.
const LONGEST: usize = 256;

impl Finding {
    /// What broke the contract: the first 100, and how many more there were.
    pub fn of_violations(violations: &[Violation]) -> Vec<Self> {
        let said = violations.iter().map(|violation| {
            let (rule, detail) = words(&violation.problem);
            Self::new(violation.place, &violation.path, rule, detail)
        });
        let left_out = violations.len().saturating_sub(MOST);
        let more = (left_out > 0).then(|| {
            let (rule, detail) = said_of_more(left_out);
            Self::new(Place::Body, &[], rule, detail)
        });
        said.take(MOST).chain(more).collect()
    }

    /// What is odd.
    pub fn of_remarks(remarks: &[Remark]) -> Vec<Self> {
        let finding = |remark: &Remark| {
            let (rule, detail) = match (remark.oddity, remark.place) {
                (Oddity::Unknown, Place::Body) => {
                    ("unknown_field", "The document has no such field; it was ignored.".to_owned())
                }
                (Oddity::Unknown, Place::Path | Place::Query | Place::Header) => (
                    "unknown_parameter",
                    "The document has no such parameter; it was ignored.".to_owned(),
                ),
                (Oddity::Deprecated, _) => {
                    ("deprecated", "The document asks not to send it any more.".to_owned())
                }
                (Oddity::More(count), _) => said_of_more(count),
            };
            Self::new(remark.place, &remark.path, rule, detail)
        };
        remarks.iter().map(finding).collect()
    }

    /// The same without a secret in its sender's names.
    pub(super) fn shown(&self) -> Self {
        Self { at: mask::name(&self.at).to_owned(), ..self.clone() }
    }

    pub(super) fn weight(&self) -> usize {
        size_of::<Self>() + self.at.len() + self.detail.len()
    }

    fn new(place: Place, path: &[Step], rule: &'static str, detail: String) -> Self {
        let place = match place {
            Place::Path => "path",
            Place::Query => "query",
            Place::Header => "header",
            Place::Body => "body",
        };
        Self { place, at: dotted(path), rule, detail }
    }
}

fn dotted(path: &[Step]) -> String {
    let mut said = String::new();
    for step in path {
        match step {
            Step::Field(name) if said.is_empty() => said.push_str(name),
            Step::Field(name) => said.extend([".", name]),
            Step::Index(index) => said.extend(["[", &index.to_string(), "]"]),
        }
    }
    if said.len() > LONGEST {
        said.truncate(said.floor_char_boundary(LONGEST));
        said.push('…');
    }
    said
}

fn said_of_more(count: usize) -> (&'static str, String) {
    ("more", format!("{count} more are not listed."))
}

/// What is wrong, as a word that programs may rely on and as a person would say it.
pub fn words(problem: &Problem) -> (&'static str, String) {
    let wrong_type = |what: &str| ("wrong_type", format!("Must be {what}."));
    match problem {
        Problem::Missing => ("missing", "Required, and not there.".to_owned()),
        Problem::Null(_) => ("null", "May not be null.".to_owned()),
        Problem::NotBoolean => wrong_type("a boolean"),
        Problem::NotInteger => wrong_type("an integer"),
        Problem::Fraction => wrong_type("an integer, without a fraction"),
        Problem::NotNumber => wrong_type("a number"),
        Problem::NotString => wrong_type("a string"),
        Problem::NotArray => wrong_type("an array"),
        Problem::NotObject => wrong_type("an object"),
        Problem::NotUtf8 => wrong_type("text in UTF-8"),
        Problem::Unparsable(kind) => ("unparsable", format!("Does not read as {}.", named(*kind))),
        Problem::BeyondI64 => ("out_of_range", "Must be an integer of 64 bits.".to_owned()),
        Problem::NotInEnum(choices) => {
            ("not_in_enum", format!("Must be one of {}.", list(choices)))
        }
        Problem::TooShort { min } => ("too_short", format!("At least {min} characters.")),
        Problem::TooLong { max } => ("too_long", format!("At most {max} characters.")),
        Problem::Below { min, exclusive } => ("out_of_range", bound("greater", *min, *exclusive)),
        Problem::Above { max, exclusive } => ("out_of_range", bound("less", *max, *exclusive)),
        Problem::TooFewItems { min } => ("too_few_items", format!("At least {min} elements.")),
        Problem::TooManyItems { max } => ("too_many_items", format!("At most {max} elements.")),
        Problem::BadUuid => ("bad_format", "Must be a UUID.".to_owned()),
        Problem::BadDate => ("bad_format", "Must be a date, YYYY-MM-DD.".to_owned()),
        Problem::BadDateTime => ("bad_format", "Must be a date and time, RFC 3339.".to_owned()),
        Problem::BadEmail => ("bad_format", "Must be an email address.".to_owned()),
        Problem::NulCharacter => ("bad_format", "May hold no NUL character.".to_owned()),
        Problem::Malformed { message, line, column, .. } => {
            ("malformed", format!("No JSON: {message} at line {line}, column {column}."))
        }
        Problem::NoAlternative => ("no_alternative", "Fits none of the alternatives.".to_owned()),
        Problem::Undeclared => ("unknown_field", "The document allows no such thing.".to_owned()),
        Problem::Unknown { kind } => ("unknown_id", format!("There is no such {kind}.")),
        Problem::More(count) => said_of_more(*count),
    }
}

fn bound(than: &str, limit: i64, exclusive: bool) -> String {
    let or_equal = if exclusive { "" } else { " or equal to" };
    format!("Must be {than} than{or_equal} {limit}.")
}

fn named(kind: Kind) -> &'static str {
    match kind {
        Kind::Boolean => "a boolean",
        Kind::Integer => "an integer",
        Kind::Number => "a number",
        Kind::Array => "a JSON array",
        Kind::Object => "a JSON object",
        Kind::Text => "text",
        Kind::Name => "the name of a field",
    }
}

fn list(choices: &[Value]) -> String {
    choices.iter().map(Value::to_string).collect::<Vec<_>>().join(", ")
}
