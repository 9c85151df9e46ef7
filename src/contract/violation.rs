//! What can be wrong with a request or a reply, as facts without words.
//!
//! Each provider says these facts in its own language, so no sentence meant for
//! a client may stand here.

use serde_json::Value;

use super::pointer::below;

/// One thing that breaks the document, and where.
#[derive(Debug, Clone, PartialEq)]
pub struct Violation {
    /// The part of the message it was found in.
    pub place: Place,
    /// The way to it from the root of that part; empty for the whole body. A
    /// parameter is one field, by its documented name.
    pub path: Vec<Step>,
    /// What is wrong there.
    pub problem: Problem,
    /// What was sent there; for a field that is missing, the object that lacks
    /// it; `Null` where nothing was sent at all. Text stays text in the places
    /// that hold nothing else (path, query, header, forms).
    pub input: Value,
}

impl Violation {
    /// Where it is: `#/payment/id` in a body, elsewhere the name of the parameter or header.
    pub fn at(&self) -> String {
        let pointer = self.pointer();
        match self.place {
            Place::Body => format!("#{pointer}"),
            Place::Path | Place::Query | Place::Header => {
                pointer.trim_start_matches('/').to_owned()
            }
        }
    }

    /// The way to it as a JSON pointer (RFC 6901).
    pub fn pointer(&self) -> String {
        self.path.iter().fold(String::new(), |at, step| match step {
            Step::Field(name) => below(&at, name),
            Step::Index(index) => format!("{at}/{index}"),
        })
    }
}

/// A part of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Place {
    /// A parameter in the path.
    Path,
    /// A parameter in the query.
    Query,
    /// A header.
    Header,
    /// The body, of a request or of a reply.
    Body,
}

/// One step down into a value.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Step {
    /// A field of an object, or the name of a parameter.
    Field(String),
    /// An element of an array, from 0.
    Index(usize),
}

/// What is wrong at a place.
#[derive(Debug, Clone, PartialEq)]
pub enum Problem {
    /// Required, and not there.
    Missing,
    /// `null` where the document allows none: where it wants this, if it says what.
    Null(Option<Kind>),
    /// Another JSON type than a boolean.
    NotBoolean,
    /// Another JSON type than a number, where an integer is due.
    NotInteger,
    /// A number with a fraction, where an integer is due.
    Fraction,
    /// An integer outside the 64 signed bits that the sandbox counts in.
    BeyondI64,
    /// Another JSON type than a number.
    NotNumber,
    /// Another JSON type than a string.
    NotString,
    /// Another JSON type than an array.
    NotArray,
    /// Another JSON type than an object.
    NotObject,
    /// None of these values, which are all that the document allows. At the
    /// root of a reply: a status that is none of these.
    NotInEnum(Vec<Value>),
    /// Fewer than `min` characters.
    TooShort {
        /// The least number of characters.
        min: u64,
    },
    /// More than `max` characters.
    TooLong {
        /// The greatest number of characters.
        max: u64,
    },
    /// A number below `min`, or equal to it where `exclusive`.
    Below {
        /// The bound.
        min: i64,
        /// Whether the bound itself is refused.
        exclusive: bool,
    },
    /// A number above `max`, or equal to it where `exclusive`.
    Above {
        /// The bound.
        max: i64,
        /// Whether the bound itself is refused.
        exclusive: bool,
    },
    /// Fewer than `min` elements.
    TooFewItems {
        /// The least number of elements.
        min: u64,
    },
    /// More than `max` elements.
    TooManyItems {
        /// The greatest number of elements.
        max: u64,
    },
    /// No UUID.
    BadUuid,
    /// No date of the form `YYYY-MM-DD` that the calendar has.
    BadDate,
    /// No date and time as RFC 3339 writes them.
    BadDateTime,
    /// No email address.
    BadEmail,
    /// A NUL character in a string or a key, which no database of text takes.
    NulCharacter,
    /// A body that is no JSON.
    Malformed {
        /// What was wrong or expected, in the words of the JSON parser.
        message: String,
        /// The line, from 1.
        line: usize,
        /// The column in bytes, from 1; 0 is before the first byte of the line.
        column: usize,
        /// The offset in bytes from the start of the body, from 0.
        position: usize,
    },
    /// Bytes that are no UTF-8, where text is due.
    NotUtf8,
    /// None of the alternatives (`anyOf`), or not exactly one (`oneOf`).
    NoAlternative,
    /// The text of a parameter or of a form's field does not read as this.
    Unparsable(Kind),
    /// There is something where the document allows nothing: a field where
    /// `additionalProperties` is false, a body under a status without one.
    Undeclared,
    /// The id of a thing of this kind (`x-sandbox-references`) that is not known. A contract cannot
    /// tell: it claims so of every id, but only beside other violations, and whoever has the books
    /// strikes out those that are known.
    Unknown {
        /// What the id is of, in the document's word.
        kind: String,
    },
    /// So many more violations than are listed.
    More(usize),
}

/// What a text should have read as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// `true` or `false`, in the spellings that forms use.
    Boolean,
    /// Decimal digits with an optional sign.
    Integer,
    /// A number as JSON writes it.
    Number,
    /// A JSON array.
    Array,
    /// A JSON object.
    Object,
    /// A string.
    Text,
    /// The name of a form's field, such as `allocations[0][invoice_id]`; the
    /// name itself is the violation's input.
    Name,
}
