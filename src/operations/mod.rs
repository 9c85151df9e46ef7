//! Floor 2: wire shapes in, rules applied, wire shapes out.
//!
//! One folder a provider, one file a tag. The traits, requests, replies and the table of
//! operations are generated from the provider's documents; what is written here is behaviour. No
//! store, no axum, nothing that waits.

pub mod dayzero;
mod failure;
pub mod instant;
mod served;
#[cfg(test)]
mod tests;
pub mod thredfi;

use std::cell::{Cell, RefCell};
use std::sync::Arc;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use uuid::Uuid;

pub use failure::{BodyLoss, Failure, Forbidden, Resource, Unauthenticated};

use crate::contract::{Contract, Problem, Violation};
use crate::domain::{
    BillId, BillPaymentId, BillPaymentStatus, BusinessId, Change, CustomerId, Ids, InvoiceId,
    Ledger, PaymentId, RefundPaymentId, Register, VendorId,
};
use crate::state::{FixtureError, Fixtures, Tokens};

/// One API that the sandbox stands in for.
pub struct Provider {
    /// Its name, as in `/openapi/<name>.json`.
    pub name: &'static str,
    /// Its document: the vendor's, merged and corrected, as JSON.
    pub document: &'static str,
    /// The way back from it to the files without our corrections, for [`as_published`](crate::contract::as_published).
    pub undo: &'static str,
    /// What the document promises.
    pub contract: Contract,
    /// Its operations, each with what runs it.
    pub operations: Vec<Operation>,
    /// How callers prove who they are.
    pub scheme: Scheme,
    /// What its paths begin with: an unknown path below it is answered in its words.
    pub prefix: &'static str,
    /// What a body of no bytes is to it.
    pub empty_body: EmptyBody,
    /// Its words for a failure that belongs to no operation.
    pub word: fn(Failure, &str) -> Reply,
    /// What in some books could not be answered as the document promises, if anything.
    pub unanswerable: fn(&Contract, &Ledger) -> Option<String>,
}

/// What a body of no bytes is, where one is required.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EmptyBody {
    /// An object without fields, as to Django: each field that is required is missing.
    IsEmptyObject,
    /// No body, as to `FastAPI`: the body itself is missing.
    IsNothing,
}

/// How callers prove who they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// Basic for a token, Bearer JWTs for the rest; the business is in the path (BEHAVIOUR 2).
    Thredfi,
    /// A Bearer token `dz_…`; the business is in `x-business-id` (BEHAVIOUR 6).
    DayZero,
}

impl Scheme {
    /// Whether the owner of a business calls this way.
    pub fn is_of(self, owner: &str) -> bool {
        match self {
            Self::Thredfi => Uuid::parse_str(owner).is_ok(),
            Self::DayZero => Uuid::parse_str(owner).is_err(),
        }
    }
}

/// One row of a provider's table.
pub struct Operation {
    /// The `operationId` in the document.
    pub id: &'static str,
    /// Its tag.
    pub tag: &'static str,
    /// Its HTTP method, in capitals.
    pub method: &'static str,
    /// Its path, with parameters in braces.
    pub path: &'static str,
    /// Where the description comes from when it is not the vendor's (`x-sandbook-source`).
    pub source: &'static str,
    /// The security schemes it names, any one of which will do.
    pub security: &'static [&'static str],
    /// The documented statuses.
    pub statuses: &'static [u16],
    /// Runs it on a checked request.
    pub run: fn(&mut Cx<'_>, Map<String, Value>) -> Result<Reply, Failure>,
    /// Words a failure as this operation documents it; the text is the request's id.
    pub refuse: fn(Failure, &str) -> Reply,
}

/// How many bytes a thread keeps to write answers in: nearly all are shorter.
const MOST_ROOM: usize = 64 * 1024;

/// An answer, before HTTP.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// Its status.
    pub status: u16,
    /// Its body: JSON, or nothing.
    pub body: Bytes,
    /// Headers beyond those of every answer.
    pub headers: Vec<(&'static str, String)>,
}

impl Reply {
    /// An answer with a JSON body.
    pub fn json<T: Serialize>(status: u16, body: &T) -> Self {
        thread_local! {
            /// Where answers are written: it has grown to what they take, and each is then kept in
            /// just as many bytes as it has.
            static ROOM: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
        }
        let written = ROOM.with_borrow_mut(|room| {
            room.clear();
            let written = sonic_rs::to_writer(&mut *room, body);
            let body = written.map(|()| Bytes::copy_from_slice(room));
            room.shrink_to(MOST_ROOM);
            body
        });
        match written {
            Ok(body) => Self { status, body, headers: Vec::new() },
            // Wire types are plain data with text keys, which always serialise.
            Err(error) => {
                tracing::error!(%error, "a defect of the sandbox: an answer does not serialise");
                Self::empty(500)
            }
        }
    }

    /// An answer without a body.
    pub fn empty(status: u16) -> Self {
        Self { status, body: Bytes::new(), headers: Vec::new() }
    }

    /// Whether it is a body with 200 and nothing else.
    pub fn is_plain(&self) -> bool {
        self.status == 200 && self.headers.is_empty()
    }

    /// The same answer with one more header.
    #[must_use]
    pub fn with_header(mut self, name: &'static str, value: String) -> Self {
        self.headers.push((name, value));
        self
    }
}

/// That an operation's document has this status. Implemented by the generated replies, so that
/// what is not documented does not compile.
pub trait Says<const STATUS: u16> {
    /// What the document puts in the body.
    type Body;

    /// The reply with this status.
    fn say(body: Self::Body) -> Self;
}

/// That somebody wrote down in which words an operation refuses.
pub trait Refuses {
    /// The failure as the operation documents it.
    fn refuse(failure: Failure, request_id: &str) -> Reply;
}

/// Who calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The UUID or token that was presented.
    pub name: Arc<str>,
    /// Whose businesses it reaches: the name, or for a guest the owner whose copy it has.
    pub owner: Arc<str>,
    /// The business that the call is about, where it is about one.
    pub business: Option<BusinessId>,
}

/// What the server was told at its start that operations need to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// What a bill payment starts as.
    pub bill_payment_status: BillPaymentStatus,
}

/// What one operation may touch.
pub struct Cx<'a> {
    /// Who calls.
    pub caller: &'a Caller,
    /// What time it is in the world.
    pub time: Time,
    /// What the server was told.
    pub settings: Settings,
    /// Signs tokens.
    pub tokens: &'a Tokens,
    /// What ids are made from.
    pub seed: u64,
    /// What the call is about.
    pub hold: Hold<'a>,
    /// The bill payments that the call has read one by one, which may end them (BEHAVIOUR 8).
    pub read: &'a mut Vec<BillPaymentId>,
}

/// The time of one call, which remembers whether it was asked for: an answer that does not hang on it
/// is good for as long as the books are the same.
pub struct Time {
    now: DateTime<Utc>,
    asked: Cell<bool>,
}

impl Time {
    /// This time, UTC.
    pub fn at(now: DateTime<Utc>) -> Self {
        Self { now, asked: Cell::new(false) }
    }

    /// Whether anybody has asked what time it is.
    pub fn was_asked(&self) -> bool {
        self.asked.get()
    }
}

/// What is held for one call alone.
pub enum Hold<'a> {
    /// One business's books.
    Books(&'a mut Ledger),
    /// Which businesses there are, for a call about no one business.
    Register(&'a mut Register),
}

impl Cx<'_> {
    /// What time it is in the world, UTC.
    pub fn now(&self) -> DateTime<Utc> {
        self.time.asked.set(true);
        self.time.now
    }

    /// The books as they are.
    ///
    /// # Errors
    /// [`Failure::Defect`] for an operation without a business, which has no books.
    pub fn ledger(&self) -> Result<&Ledger, Failure> {
        match &self.hold {
            Hold::Books(ledger) => Ok(ledger),
            Hold::Register(_) => Err(no_books()),
        }
    }

    /// The ids of the change that is being planned.
    ///
    /// # Errors
    /// As [`Cx::ledger`].
    pub fn ids(&self) -> Result<Ids, Failure> {
        Ok(self.ledger()?.ids(self.seed))
    }

    /// Changes the books, and shows them as they are then.
    ///
    /// # Errors
    /// As [`Cx::ledger`].
    pub fn apply(&mut self, change: impl Into<Change>) -> Result<&Ledger, Failure> {
        match &mut self.hold {
            Hold::Books(ledger) => {
                ledger.apply(change.into());
                Ok(ledger)
            }
            Hold::Register(_) => Err(no_books()),
        }
    }

    /// Which businesses there are.
    ///
    /// # Errors
    /// [`Failure::Defect`] for an operation about one business.
    pub fn register(&mut self) -> Result<&mut Register, Failure> {
        match &mut self.hold {
            Hold::Register(register) => Ok(register),
            Hold::Books(_) => {
                Err(Failure::Defect("an operation about one business asked for all".to_owned()))
            }
        }
    }
}

fn no_books() -> Failure {
    Failure::Defect("an operation without a business asked for books".to_owned())
}

/// A checked request as the operation's own type.
///
/// # Errors
/// [`Failure::Defect`]: the check promises that this cannot fail.
pub fn decode<T: DeserializeOwned>(input: Map<String, Value>) -> Result<T, Failure> {
    serde_json::from_value(Value::Object(input))
        .map_err(|error| Failure::Defect(format!("a checked request does not decode: {error}")))
}

/// Every provider. A new one is a folder here, a folder in `specs`, and a line.
pub fn providers() -> Vec<Provider> {
    vec![thredfi::provider(), dayzero::provider()]
}

/// That each provider can answer what is in the books of its callers.
///
/// # Errors
/// [`FixtureError`] names the file of the books that could not be answered.
pub fn answerable(fixtures: &Fixtures, providers: &[Provider]) -> Result<(), FixtureError> {
    for (file, ledger) in fixtures.books() {
        let Some(owner) = &ledger.business().owner else { continue };
        let problem = providers
            .iter()
            .filter(|provider| provider.scheme.is_of(owner))
            .find_map(|provider| (provider.unanswerable)(&provider.contract, ledger));
        if let Some(problem) = problem {
            return Err(FixtureError { file: file.to_owned(), place: String::new(), problem });
        }
    }
    for (file, place, id, body) in fixtures.answers() {
        let contracts = providers.iter().filter_map(|provider| provider.contract.operation(&id));
        let fits = contracts.into_iter().any(|contract| {
            let body = serde_json::from_slice::<Value>(&body);
            body.is_ok_and(|body| {
                contract.documented().any(|status| {
                    (200..300).contains(&status) && contract.check_reply(status, &body).is_empty()
                })
            })
        });
        if !fits {
            let problem = format!("no operation {id} answers with this body");
            return Err(FixtureError { file, place, problem });
        }
    }
    Ok(())
}

/// What is wrong with a request once the books have been asked: of the ids in it, only those that
/// they do not know.
pub fn unknown_to(ledger: &Ledger, mut found: Vec<Violation>) -> Vec<Violation> {
    found.retain(|violation| {
        let Problem::Unknown { kind } = &violation.problem else { return true };
        !knows(ledger, kind, &violation.input)
    });
    found
}

/// Whether the books have this id, of what the document calls `kind`. What is no id has been found
/// wrong already.
fn knows(ledger: &Ledger, kind: &str, id: &Value) -> bool {
    let Some(id) = id.as_str().and_then(|id| Uuid::parse_str(id).ok()) else { return true };
    match kind {
        "customer" => ledger.customer(CustomerId(id)).is_some(),
        "vendor" => ledger.vendor(VendorId(id)).is_some(),
        "invoice" => ledger.invoice(InvoiceId(id)).is_some(),
        "bill" => ledger.bill(BillId(id)).is_some(),
        "payment" => ledger.payment(PaymentId(id)).is_some(),
        "bill payment" => ledger.bill_payment(BillPaymentId(id)).is_some(),
        "refund payment" => ledger.refund_payments().get(&RefundPaymentId(id)).is_some(),
        _ => true,
    }
}

/// Whether the statuses that `errors.rs` can word are those that the document has: checked while
/// compiling.
pub(crate) const fn same(worded: &[u16], documented: &[u16]) -> bool {
    if worded.len() != documented.len() {
        return false;
    }
    let mut index = 0;
    while index < worded.len() {
        if worded[index] != documented[index] {
            return false;
        }
        index += 1;
    }
    true
}
