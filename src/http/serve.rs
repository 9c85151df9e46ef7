//! The whole life of a request, in order, on one screen.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use axum::extract::Request;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method};
use axum::response::Response;
use bytes::Bytes;
use futures_util::FutureExt;
use serde_json::{Map, Value};

use super::body::Sent;
use super::claim::Claim;
use super::forced::forced;
use super::identity::Identity;
use super::prefer::{Wish, refuse_wish};
use super::record::Notes;
use super::routes::Route;
use super::{App, auth, body, breakage, nearest, response};
use crate::contract::{Checked, Incoming, OperationContract, Problem, Violation};
use crate::domain::{BillPaymentId, BusinessId, Ledger};
use crate::operations::{
    Cx, Failure, Hold, Operation, Provider, Reply, Settings, Time, unknown_to,
};
use crate::state::faults;
use crate::state::journal::Finding;
use crate::state::{Counter, Question, Recall, Replay, Replays, Tenant};

/// Answers a request on a path that some operation has.
///
/// `path` has the parameters of its path, decoded.
pub(super) async fn answer(
    app: &App,
    route: &Route,
    path: &[(String, String)],
    request: Request,
    identity: &Identity,
) -> Response {
    let (parts, body) = request.into_parts();
    let mut sent = Sent::from(body);
    let (provider, id) = (&app.providers[route.provider], identity.id.as_str());
    let rows = || route.operations.iter().map(|row| &provider.operations[row.at]);
    let method = if parts.method == Method::HEAD { "GET" } else { parts.method.as_str() };
    let mut notes = Notes::begin(&parts, id, rows().next().map(|operation| operation.path));
    let row = rows().position(|operation| operation.method == method);
    let reply = match row.map(|row| &route.operations[row]) {
        None => not_allowed(provider.word, rows(), id),
        Some(row) => {
            let operation = &provider.operations[row.at];
            let contract = row.clause.as_ref().and_then(|clause| clause.ready());
            let visit = Visit { app, provider, operation, contract, parts: &parts, path, id };
            notes.operation = Some((provider.name, operation.id, route.first + row.at));
            // A panic is a defect of ours: it is logged and answered, and the server lives on.
            let life = AssertUnwindSafe(visit.live(&mut sent, &mut notes)).catch_unwind().await;
            let done = life
                .unwrap_or_else(|panic| Err(Failure::Defect(format!("panic: {}", words(&*panic)))));
            let reply = done.unwrap_or_else(|failure| (operation.refuse)(failure, id));
            match &app.judges {
                None => reply,
                Some(judges) => judges.reply(app.store.metrics(), (provider, operation), reply, id),
            }
        }
    };
    let body = sent.bytes.clone();
    body::discard(&parts.headers, sent).await;
    // Nothing waits from here on: what became of the world is so when the call is entered, too.
    // Whatever the answer is, the caller must learn that its books are gone.
    let reply = match notes.fate(app) {
        Some(fate) => reply.with_header("sandbox-world", fate.to_owned()),
        None => reply,
    };
    let (answered, how) = (reply.body.clone(), notes.breakage);
    notes.close(app, &parts, id, &body, &reply);
    let answer = response(reply);
    match how {
        None => answer,
        Some(how) => breakage::broken(answer, &answered, how, identity.line.as_ref()),
    }
}

/// One request on its way through the house.
struct Visit<'a> {
    app: &'a App,
    provider: &'a Provider,
    operation: &'a Operation,
    contract: Option<&'a OperationContract>,
    parts: &'a Parts,
    path: &'a [(String, String)],
    /// By which the request is known.
    id: &'a str,
}

impl Visit<'_> {
    async fn live(&self, sent: &mut Sent, notes: &mut Notes) -> Result<Reply, Failure> {
        // 1. Who calls, and about which business of which world?
        let entry = auth::enter(
            self.provider.scheme,
            self.app,
            self.operation.security,
            &self.parts.headers,
            self.path,
            &mut notes.recreated,
        )?;
        notes.world = Some(Arc::clone(&entry.world));
        // 2. Has the caller calls left?
        if let Some(limiter) = &entry.world.controls().limiter {
            let left = limiter.take(&entry.caller.owner, entry.world.clock().now());
            left.map_err(|retry_after| Failure::TooManyRequests { retry_after })?;
        }
        // 3. What is asked, and does it keep the contract?
        let Checked { input, found } = self.read(sent, notes).await?;
        if !found.is_empty() {
            let found = self.struck(&entry, found);
            notes.violations = Finding::of_violations(&found);
            return Err(Failure::Invalid(found));
        }
        // 4. Is something else wished, or wrong? Nothing is held while a call waits.
        if let Some(reply) = self.instead(&entry, &input, notes).await? {
            return Ok(reply);
        }
        // 5. The books.
        self.run(&entry, input)
    }

    async fn read(&self, sent: &mut Sent, notes: &mut Notes) -> Result<Checked, Failure> {
        let contract = self.contract()?;
        let headers = &self.parts.headers;
        let empty = self.provider.empty_body;
        let body = match contract.body() {
            Some(asked) => body::read(asked, empty, body::LIMIT, headers, sent).await?,
            None => crate::contract::Body::Absent,
        };
        let flat = matches!(body, crate::contract::Body::Flat(_));
        let header = |name: &str| text_header(headers, name);
        let query = self.parts.uri.query().unwrap_or_default();
        let checked = contract.read(Incoming { path: self.path, query, headers: &header, body });
        notes.survey = contract.survey(query, &checked.input);
        notes.understood = checked.input.get("body").filter(|_| flat).cloned();
        Ok(checked)
    }

    fn contract(&self) -> Result<&OperationContract, Failure> {
        let id = self.operation.id;
        self.contract.ok_or_else(|| Failure::Defect(format!("the contract of {id} is missing")))
    }

    /// What is answered though no operation came to it: what the call itself wishes, or what a
    /// fault makes of it.
    async fn instead(
        &self,
        entry: &auth::Entry,
        input: &Map<String, Value>,
        notes: &mut Notes,
    ) -> Result<Option<Reply>, Failure> {
        let (contract, id) = (self.contract()?, self.id);
        let unclear = |why| refuse_wish(self.provider, self.operation, why, id);
        let wish = match Wish::of(self.provider.name, &self.parts.headers, input) {
            Ok(wish) => wish,
            Err(why) => return Ok(Some(unclear(why))),
        };
        if let Some(wish) = wish {
            notes.forced = Some(wish.by().to_owned());
            tokio::time::sleep(wish.delay.unwrap_or_default()).await;
            match wish.reply(self.operation, contract, id) {
                Ok(None) => {}
                Ok(reply) => return Ok(reply),
                Err(why) => return Ok(Some(unclear(why))),
            }
        }
        let Some(hit) = self.hit(entry, contract) else { return Ok(None) };
        notes.forced = Some(format!("fault {}", hit.id));
        notes.breakage = hit.rule.then.connection;
        tokio::time::sleep(hit.delay.unwrap_or_default()).await;
        let Some(answer) = &hit.rule.then.answer else { return Ok(None) };
        if let Some(body) = &answer.body {
            return Ok(Some(Reply::json(answer.status, body)));
        }
        let asked = (answer.status, answer.example.as_deref());
        let undocumented = |why| Failure::Defect(format!("a fault without an answer: {why:?}"));
        forced(self.operation, contract, asked, "fault", id).map(Some).map_err(undocumented)
    }

    /// The fault that strikes the call, if one does.
    fn hit(&self, entry: &auth::Entry, contract: &OperationContract) -> Option<faults::Hit> {
        let documents = |answer: &faults::Answer| match &answer.body {
            Some(body) => contract.check_reply(answer.status, body).is_empty(),
            None => contract.sample(answer.status, answer.example.as_deref()).is_ok(),
        };
        let values = |name: &str| {
            let values = self.parts.headers.get_all(name).iter();
            values.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned()).collect()
        };
        let call = faults::Call {
            provider: self.provider.name,
            operation: self.operation.id,
            method: self.operation.method,
            header: &values,
            documents: &documents,
        };
        entry.world.controls().faults.pick(&call)
    }

    /// What is wrong, with the ids struck out that the books know.
    fn struck(&self, entry: &auth::Entry, found: Vec<Violation>) -> Vec<Violation> {
        let refers = |it: &Violation| matches!(it.problem, Problem::Unknown { .. });
        let business = entry.caller.business.filter(|_| found.iter().any(refers));
        let Some(business) = business else { return found };
        let strike = |tenant: &mut Tenant| unknown_to(&tenant.ledger, found);
        self.app.store.with(&entry.world, business, strike).unwrap_or_default()
    }

    /// The books, or the register of businesses, held for one synchronous section.
    fn run(&self, entry: &auth::Entry, input: Map<String, Value>) -> Result<Reply, Failure> {
        let store = &self.app.store;
        let Some(business) = entry.caller.business else {
            return store.with_register(&entry.world, |counter| {
                let Counter { register, replays } = counter;
                self.once(entry, input, replays, Hold::Register(register), &mut Vec::new())
                    .map(|once| once.reply)
            });
        };
        let work = |tenant: &mut Tenant| {
            let (Tenant { ledger, replays, reads }, mut read) = (tenant, Vec::new());
            let asked = self.question(entry, business, ledger);
            if let Some(body) = asked.and_then(|asked| store.answers().get(&asked)) {
                return Ok(Reply { status: 200, body, headers: Vec::new() });
            }
            let once = self.once(entry, input, replays, Hold::Books(ledger), &mut read);
            entry.world.controls().transitions.count(ledger, reads, &read);
            let Once { reply, timeless } = once?;
            // What was read may count, and what hangs on the time is another answer soon.
            if let Some(asked) = asked.filter(|_| reply.is_plain() && timeless && read.is_empty()) {
                store.answers().keep(&asked, &reply.body);
            }
            Ok(reply)
        };
        let missing = || Failure::Defect(format!("no books of business {business}"));
        store.with(&entry.world, business, work).ok_or_else(missing)?
    }

    /// What a read asks of these books.
    fn question(
        &self,
        entry: &auth::Entry,
        business: BusinessId,
        ledger: &Ledger,
    ) -> Option<Question<'_>> {
        let uri = &self.parts.uri;
        (self.operation.method == "GET").then(|| Question {
            world: entry.world.number(),
            business,
            changes: ledger.changes(),
            path: uri.path(),
            query: uri.query().unwrap_or_default(),
        })
    }

    /// Seen before? the operation; remember.
    fn once(
        &self,
        entry: &auth::Entry,
        input: Map<String, Value>,
        replays: &mut Replays,
        hold: Hold<'_>,
        read: &mut Vec<BillPaymentId>,
    ) -> Result<Once, Failure> {
        // The time is read when it is this call's turn, so that times go up with the changes.
        let now = entry.world.clock().now();
        let claim = Claim::of(self.operation.id, self.path, &entry.caller, &input);
        if let Some(Claim { key, fingerprint }) = &claim {
            match replays.recall(key, *fingerprint, now) {
                Recall::Unseen => {}
                Recall::Same(body) => {
                    let reply = Reply { status: 200, body, headers: Vec::new() };
                    let reply = reply.with_header("idempotent-replayed", "true".to_owned());
                    return Ok(Once { reply, timeless: false });
                }
                Recall::Different => return Err(Failure::KeyReused),
            }
        }
        let (tokens, seed) = (&self.app.tokens, self.app.store.seed());
        let starts_as = entry.world.controls().transitions.get().starts_as;
        let bill_payment_status = starts_as.unwrap_or(self.app.settings.bill_payment_status);
        let settings = Settings { bill_payment_status };
        let time = Time::at(now);
        let mut cx = Cx { caller: &entry.caller, time, settings, tokens, seed, hold, read };
        let reply = (self.operation.run)(&mut cx, input)?;
        let timeless = !cx.time.was_asked();
        if let Some(Claim { key, fingerprint }) = claim
            && (200..300).contains(&reply.status)
        {
            let body = reply.body.clone();
            replays.remember(key, Replay { fingerprint, body, at: now });
        }
        Ok(Once { reply, timeless })
    }
}

/// What came of an operation.
struct Once {
    reply: Reply,
    /// Whether it would have been the same at any other time.
    timeless: bool,
}

/// Answers a request on a path that no operation has.
pub(super) async fn nowhere(app: &App, request: Request, identity: &Identity) -> Response {
    let (parts, body) = request.into_parts();
    let notes = Notes::begin(&parts, &identity.id, None);
    let asked = parts.uri.path();
    let provider = app.providers.iter().find(|provider| asked.starts_with(provider.prefix));
    let word = provider.or(app.providers.first()).map(|provider| provider.word);
    let rows = app.providers.iter().flat_map(|provider| &provider.operations);
    let rows = rows.map(|row| (row.method, row.path));
    let nearest = nearest::operation(rows, parts.method.as_str(), asked);
    let failure = Failure::UnknownPath { asked: asked.to_owned(), nearest };
    let reply = word.map_or_else(|| Reply::empty(404), |word| word(failure, &identity.id));
    body::discard(&parts.headers, Sent::from(body)).await;
    notes.close(app, &parts, &identity.id, &Bytes::new(), &reply);
    response(reply)
}

fn not_allowed<'a>(
    word: fn(Failure, &str) -> Reply,
    rows: impl Iterator<Item = &'a Operation>,
    id: &str,
) -> Reply {
    let mut allowed = methods(rows.map(|operation| operation.method));
    allowed.push("OPTIONS");
    allowed.sort_unstable();
    let header = allowed.join(", ");
    word(Failure::MethodNotAllowed { allowed }, id).with_header("allow", header)
}

/// The methods of a path, in order, with the one that each GET brings along.
pub(super) fn methods(rows: impl Iterator<Item = &'static str>) -> Vec<&'static str> {
    let mut methods: Vec<_> = rows.collect();
    if methods.contains(&"GET") {
        methods.push("HEAD");
    }
    methods.sort_unstable();
    methods
}

pub(super) fn text_header(headers: &HeaderMap, name: &str) -> Option<Result<String, ()>> {
    let value = headers.get(name)?;
    Some(std::str::from_utf8(value.as_bytes()).map(str::to_owned).map_err(|_| ()))
}

pub(super) fn words(panic: &(dyn std::any::Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("no message")
}
