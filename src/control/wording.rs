//! The control room's words for every failure: RFC 9457 problems that say what is wrong, where, and
//! what would be right.

use super::{Refuses, Reply, api, types};
use crate::contract::Violation;
use crate::operations::{BodyLoss, Says};
use crate::state::journal::words;

/// Why there is no ordinary answer.
#[derive(Debug, Clone, PartialEq)]
pub enum Failure {
    /// The request breaks the document: every violation at once.
    Invalid(Vec<Violation>),
    /// Places that the document lets pass and that are still wrong, each with what is right.
    Wrong(Vec<(String, String)>),
    /// What is named is not there.
    NotFound(String),
    /// It cannot be done as things stand.
    Conflict(String),
    /// The body is of another kind than JSON.
    UnsupportedMediaType {
        /// What was sent.
        sent: String,
    },
    /// The body is larger than the server takes.
    BodyTooLarge {
        /// The most it takes, in bytes.
        limit: usize,
    },
    /// The body did not come whole.
    BodyLost(BodyLoss),
    /// A control token is set, and was not shown.
    TokenNeeded,
    /// Only loopback may come in, and this is not it.
    Closed,
    /// No operation has this path.
    UnknownPath {
        /// The operation whose path is closest.
        nearest: String,
    },
    /// The path has operations, but not with this method.
    MethodNotAllowed {
        /// The methods it has.
        allowed: Vec<&'static str>,
    },
    /// The answer that was made breaks the document, and the server was told to say so instead.
    Breach {
        /// The status of that answer.
        status: u16,
        /// What is wrong with it.
        found: Vec<Violation>,
    },
    /// A defect of ours. The text is for the log, never for the client.
    Defect(String),
}

/// A failure that belongs to no operation.
pub fn reply(failure: Failure) -> Reply {
    let problem = word(failure);
    Reply::json(u16::try_from(problem.status).unwrap_or(500), &problem)
}

fn word(failure: Failure) -> types::Problem {
    let (status, title, detail) = match failure {
        Failure::Invalid(violations) => {
            let errors = violations.iter().map(|it| (it.at(), words(&it.problem).1)).collect();
            return invalid(errors);
        }
        Failure::Wrong(errors) => return invalid(errors),
        Failure::NotFound(detail) => (404, "Not there", detail),
        Failure::Conflict(detail) => (409, "Not as things stand", detail),
        Failure::UnsupportedMediaType { sent } => {
            (415, "Not JSON", format!("The body is {sent:?}; send application/json."))
        }
        Failure::BodyTooLarge { limit } => {
            (413, "Too large", format!("The body is larger than {limit} bytes."))
        }
        Failure::BodyLost(BodyLoss::TimedOut) => {
            (400, "Bad request", "The body did not arrive in time.".to_owned())
        }
        Failure::BodyLost(BodyLoss::Broken) => {
            (400, "Bad request", "The body could not be read to its end.".to_owned())
        }
        Failure::TokenNeeded => (
            401,
            "Control token needed",
            "Send the server's --control-token as `Authorization: Bearer TOKEN`.".to_owned(),
        ),
        Failure::Closed => (
            403,
            "Control is closed",
            "Without a --control-token the control room answers only where the server listens on \
             loopback alone and is called by that name, no page of another origin, or where it was \
             started with --open-control."
                .to_owned(),
        ),
        Failure::UnknownPath { nearest } => {
            (404, "No such control", format!("No control has this path; nearest: {nearest}."))
        }
        Failure::MethodNotAllowed { allowed } => {
            (405, "Another method", format!("This path takes {}.", allowed.join(", ")))
        }
        Failure::Breach { status, found } => {
            let errors: Vec<_> = found.iter().map(|it| (it.at(), words(&it.problem).1)).collect();
            let detail =
                format!("The answer of {status} that was made is not what its document says.");
            return with_errors(500, "The answer breaks its document", Some(detail), errors);
        }
        Failure::Defect(text) => {
            tracing::error!(defect = %text, "a defect of the control room");
            (500, "A defect of the sandbox", "The log says more.".to_owned())
        }
    };
    problem(status, title, detail, None)
}

fn problem(
    status: i64,
    title: &str,
    detail: String,
    errors: Option<Vec<types::ProblemErrorsItem>>,
) -> types::Problem {
    types::Problem {
        type_: "about:blank".to_owned(),
        title: title.to_owned(),
        status,
        detail,
        errors,
    }
}

fn invalid(errors: Vec<(String, String)>) -> types::Problem {
    with_errors(400, "Bad request", None, errors)
}

/// A problem with what is wrong, place by place; the detail says the same where there is no other.
fn with_errors(
    status: i64,
    title: &str,
    detail: Option<String>,
    errors: Vec<(String, String)>,
) -> types::Problem {
    let all =
        || errors.iter().map(|(at, text)| format!("{at}: {text}")).collect::<Vec<_>>().join(" ");
    let detail = detail.unwrap_or_else(all);
    let errors = errors.into_iter().map(|(at, detail)| types::ProblemErrorsItem { at, detail });
    problem(status, title, detail, Some(errors.collect()))
}

/// Which operation refuses with which statuses. A status that is taken out of the document, or one
/// that is added to it and not here, does not compile.
macro_rules! refuses {
    ($($reply:ident: $($status:literal)*;)*) => {$(
        impl Refuses for api::$reply {
            fn refuse(failure: Failure) -> Reply {
                let problem = word(failure);
                match problem.status {
                    $($status => <Self as Says<$status>>::say(problem).into_reply(),)*
                    other => {
                        let status = u16::try_from(other).unwrap_or(500);
                        if status != 500 {
                            tracing::error!(status, "an undocumented refusal");
                        }
                        Reply::json(status, &problem)
                    }
                }
            }
        }
        const _: () = assert!(crate::operations::same(&[$($status),*], api::$reply::REFUSALS));
    )*};
}

refuses! {
    GetClockReply: 400 401 403 404;
    SetClockReply: 400 401 403 404 413 415;
    AdvanceClockReply: 400 401 403 404 413 415;
    ClearCoverageReply: 400 401 403 404;
    GetCoverageReply: 400 401 403 404;
    GetCoverageHtmlReply: 400 401 403 404;
    GetCoverageTxtReply: 400 401 403 404;
    GetCoverageXmlReply: 400 401 403 404;
    ClearFaultsReply: 400 401 403 404;
    ListFaultsReply: 400 401 403 404;
    AddFaultReply: 400 401 403 404 409 413 415;
    RemoveFaultReply: 400 401 403 404;
    GetHealthReply: 400 401 403;
    ListMagicReply: 400 401 403;
    GetMetricsReply: 400 401 403;
    ClearRequestsReply: 400 401 403 404;
    ListRequestsReply: 400 401 403 404;
    StreamRequestsReply: 400 401 403 404 409;
    VerifyRequestsReply: 400 401 403 404 413 415;
    GetRequestReply: 400 401 403 404;
    ResetWorldReply: 400 401 403 404;
    ListSnapshotsReply: 400 401 403 404;
    TakeSnapshotReply: 400 401 403 404 409 413 415;
    DeleteSnapshotReply: 400 401 403 404;
    RestoreSnapshotReply: 400 401 403 404;
    ExportStateReply: 400 401 403 404;
    ImportStateReply: 400 401 403 404 413 415;
    GetTransitionsReply: 400 401 403 404;
    SetTransitionsReply: 400 401 403 404 413 415;
    ListWorldsReply: 400 401 403;
    CreateWorldReply: 400 401 403 404 409 413 415;
    DeleteWorldReply: 400 401 403 404;
    GetWorldReply: 400 401 403 404;
}
