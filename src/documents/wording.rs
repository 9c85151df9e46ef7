//! What is wrong with a document, in words for whoever mends it: what it is, and what would be
//! right.

use sandbook::contract::Problem;
use sandbook::contract::lint::{Answer, Fault, Limit, Parameter, Said, Unknowable};
use sandbook::state::journal;
use serde_json::Value;

/// What is wrong, and what would be right: a sentence each.
pub(super) fn words(fault: &Fault) -> (String, String) {
    match fault {
        Fault::Example { value, problem } => {
            let (_, right) = journal::words(problem);
            let missing = *problem == Problem::Missing;
            let what = if missing { "The example".to_owned() } else { short(value) };
            (format!("{what} breaks its schema."), right)
        }
        Fault::Undocumented(answers) => {
            let listed: Vec<_> =
                answers.iter().map(|Answer { status, why }| format!("{status} ({why})")).collect();
            (
                format!("Answers {} and does not say so.", listed.join(", ")),
                "Each belongs among the responses.".to_owned(),
            )
        }
        Fault::Refused(operations) => (
            format!("{operations} operations name it, and none of them takes it."),
            "Name it where it is taken.".to_owned(),
        ),
        Fault::NoSchema => {
            plain("Has no schema: nothing holds a body to anything.", "Say what a body is.")
        }
        Fault::Unknowable(Unknowable::Event) => plain(
            "Is required and never null, and is the time of something that need not have happened.",
            "Make it nullable, or not required.",
        ),
        Fault::Unknowable(Unknowable::Address) => plain(
            "Is required and must be an address, which no request has to give.",
            "Make it nullable, or take the format away.",
        ),
        Fault::Unknowable(Unknowable::Bare) => plain(
            "Is required, and nothing says what it may be.",
            "Give it a description, a format, an enum or an example.",
        ),
        Fault::Wider { limit, record } => {
            let limit = match limit {
                Limit::Length(most) => format!("at most {most} characters"),
                Limit::Values(values) => format!("one of {}", list(values)),
            };
            (
                format!("Takes what cannot be answered: #{record} holds {limit}."),
                "Give both the same limit.".to_owned(),
            )
        }
        Fault::Prose(Said::Header(name)) => (
            format!("The text names the header {name}, which is no parameter."),
            "Declare it.".to_owned(),
        ),
        Fault::Prose(Said::Deprecated) => plain(
            "Only the text says that it is not to be used any more.",
            "Mark it `deprecated: true`.",
        ),
        Fault::Prose(Said::Values(values)) => (
            format!("Only the text says that it is one of {}.", values.join(", ")),
            "Say it as an enum.".to_owned(),
        ),
        Fault::Nullable => plain(
            "Is nullable without a type, which the letter of OpenAPI 3.0.3 ignores.",
            "Name the type beside it.",
        ),
        Fault::Unfit(problem) => {
            (format!("As a schema it {problem}."), "Say it in keywords that hold.".to_owned())
        }
        Fault::Crossed { least, most } => {
            (format!("{least} is above {most}: no value fits."), "One of them is wrong.".to_owned())
        }
        Fault::Undeclared(name) => (
            format!("{name:?} is required and not among the properties."),
            "Declare it, or do not require it.".to_owned(),
        ),
        Fault::Dangling(target) => (
            format!("{target} is not in the document."),
            "Define it, or name one that is.".to_owned(),
        ),
        Fault::Unused => plain("Nothing refers to it.", "Take it out, or use it."),
        Fault::NoId => plain("Has no operationId.", "Give it one: programs call it by that name."),
        Fault::SameId(other) => (
            format!("Has the operationId of #{other}."),
            "Each operation needs its own.".to_owned(),
        ),
        Fault::SamePath(other) => (
            format!("Is the same path as #{other} but for the names of its parameters."),
            "Only one of them can be reached.".to_owned(),
        ),
        Fault::Parameter(parameter) => misfit(parameter),
        Fault::KeptInVain(rule) => (
            format!(
                "Gives a reason to keep what the rule {rule:?} finds, and it finds nothing here."
            ),
            "Take it out, or give a reason that is a text.".to_owned(),
        ),
    }
}

fn misfit(parameter: &Parameter) -> (String, String) {
    match parameter {
        Parameter::Undeclared(name) => (
            format!("{name:?} is in the path, and no parameter says what it is."),
            "Declare it as a parameter in path.".to_owned(),
        ),
        Parameter::Astray(name) => (
            format!("{name:?} is declared as a part of the path, which has no such part."),
            "Name a part of the path.".to_owned(),
        ),
        Parameter::Optional(name) => (
            format!("{name:?} is in the path and not required."),
            "Say `required: true`.".to_owned(),
        ),
        Parameter::Twice(name) => {
            (format!("{name:?} is declared twice."), "Once is enough.".to_owned())
        }
        Parameter::Ignored(name) => (
            format!("The header {name:?} is declared, and OpenAPI ignores such a parameter."),
            "Security schemes and media types say what is sent in it.".to_owned(),
        ),
    }
}

fn plain(what: &str, right: &str) -> (String, String) {
    (what.to_owned(), right.to_owned())
}

/// A value as JSON; of a long one its beginning.
fn short(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(60) {
        None => text,
        Some((end, _)) => format!("{}…", &text[..end]),
    }
}

fn list(values: &[Value]) -> String {
    values.iter().map(Value::to_string).collect::<Vec<_>>().join(", ")
}
