//! The kinds of things that can be wrong with a document, as facts without words.

use serde_json::Value;

use super::Answer;
use crate::contract::Problem;

/// What is wrong at a place of a document.
#[derive(Debug, Clone, PartialEq)]
pub enum Fault {
    /// A value that breaks the schema it stands for: in an example, a default or an enum.
    Example {
        /// The value that is wrong; where one is missing, the object that lacks it.
        value: Value,
        /// What is wrong with it.
        problem: Problem,
    },
    /// An operation that answers what it does not document: these statuses.
    Undocumented(Vec<Answer>),
    /// A security scheme that so many operations name, and do not take.
    Refused(usize),
    /// A body without a schema: nothing holds it to anything.
    NoSchema,
    /// What is required, and nobody can know.
    Unknowable(Unknowable),
    /// A request takes what the record that comes of it cannot hold.
    Wider {
        /// What limits the record.
        limit: Limit,
        /// Where the record says so.
        record: String,
    },
    /// What only a description says, and a schema could.
    Prose(Said),
    /// `nullable` without a `type` beside it, which the letter of 3.0.3 ignores.
    Nullable,
    /// A schema that no value can be held to, in the words of the compiler.
    Unfit(String),
    /// A lower bound above its upper bound.
    Crossed {
        /// The keyword of the lower one.
        least: &'static str,
        /// The keyword of the upper one.
        most: &'static str,
    },
    /// A name that is required and declared nowhere.
    Undeclared(String),
    /// A reference to what is not there.
    Dangling(String),
    /// A component that nothing refers to.
    Unused,
    /// An operation without an operationId.
    NoId,
    /// An operationId that another operation has, too, at this pointer.
    SameId(String),
    /// A path that differs from another one, at this pointer, in the names of its parameters only.
    SamePath(String),
    /// What is wrong with a parameter.
    Parameter(Parameter),
    /// A reason to keep what is not there: nothing of this rule is wrong here.
    KeptInVain(String),
}

/// Why nobody can know it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unknowable {
    /// An answer must have the time of something that need not have happened.
    Event,
    /// An answer must have an address that no request asks for.
    Address,
    /// A request must have a text of which nothing is said.
    Bare,
}

/// A limit that one schema has and another does not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Limit {
    /// At most so many characters.
    Length(u64),
    /// One of so many values.
    Values(Vec<Value>),
}

/// What a description says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// That there is a header of this name.
    Header(String),
    /// That it should not be used any more.
    Deprecated,
    /// That it is one of these.
    Values(Vec<String>),
}

/// What can be wrong with a parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Parameter {
    /// The path has this name, and no parameter does.
    Undeclared(String),
    /// The path has no such name.
    Astray(String),
    /// It is in the path, and not required.
    Optional(String),
    /// It is there twice.
    Twice(String),
    /// A header of this name is ignored: other parts of the document say what is sent in it.
    Ignored(String),
}

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The document says less than it could.
    Warning,
    /// Who takes the document at its word goes wrong.
    Error,
}

impl Fault {
    /// The name of the rule, as marks and programs write it.
    pub fn rule(&self) -> &'static str {
        match self {
            Self::Example { .. } => "example",
            Self::Undocumented(_) => "status",
            Self::Refused(_) => "scheme",
            Self::NoSchema => "no-schema",
            Self::Unknowable(_) => "unknowable",
            Self::Wider { .. } => "wider",
            Self::Prose(_) => "prose",
            Self::Nullable => "nullable",
            Self::Unfit(_) | Self::Crossed { .. } | Self::Undeclared(_) => "schema",
            Self::Dangling(_) => "reference",
            Self::Unused => "unused",
            Self::NoId | Self::SameId(_) => "operation-id",
            Self::SamePath(_) => "path",
            Self::Parameter(_) => "parameter",
            Self::KeptInVain(_) => "kept",
        }
    }

    /// How bad it is.
    pub fn severity(&self) -> Severity {
        match self {
            Self::NoSchema
            | Self::Unknowable(Unknowable::Bare)
            | Self::Prose(_)
            | Self::Nullable
            | Self::Unused
            | Self::Parameter(Parameter::Ignored(_))
            | Self::KeptInVain(_) => Severity::Warning,
            Self::Example { .. }
            | Self::Undocumented(_)
            | Self::Refused(_)
            | Self::Unknowable(Unknowable::Event | Unknowable::Address)
            | Self::Wider { .. }
            | Self::Unfit(_)
            | Self::Crossed { .. }
            | Self::Undeclared(_)
            | Self::Dangling(_)
            | Self::NoId
            | Self::SameId(_)
            | Self::SamePath(_)
            | Self::Parameter(
                Parameter::Undeclared(_)
                | Parameter::Astray(_)
                | Parameter::Optional(_)
                | Parameter::Twice(_),
            ) => Severity::Error,
        }
    }
}
