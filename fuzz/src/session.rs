//! Calls one after another on the house in memory, and what each answer is held to.

use std::sync::Arc;

use axum::http::Method;
use libfuzzer_sys::arbitrary::{Result, Unstructured};
use sandbook::operations;
use sandbook::state::{Fixtures, Moment};
use serde_json::Value;

use crate::books::Books;
use crate::documents::Documents;
use crate::house::{Answer, House};
use crate::pool::Pool;
use crate::requests::{Call, Caller};
use crate::transcript;

/// The most calls of one session.
const MOST: usize = 12;

/// One input: calls drawn from it, and the answers.
pub struct Session<'d> {
    caller: Caller<'d>,
    /// What was called, in order, and answered.
    calls: Vec<(Call, Answer)>,
    /// What the default world held at first, and what it holds now.
    first: Books,
    now: Books,
    /// Whether the control room was called: then faults may strike, and times may come.
    controlled: bool,
}

impl<'d> Session<'d> {
    /// A session that begins with the fixtures.
    pub fn begin(house: &'d House, documents: &'d Documents, pool: Pool) -> Self {
        transcript::begin();
        let first = Books::of(&house.app.store, &house.begin());
        let now = first.clone();
        let caller = Caller { house, documents, pool };
        Self { caller, calls: Vec::new(), first, now, controlled: false }
    }

    /// Plays calls of these operations until the input is used up.
    ///
    /// # Errors
    /// Where nothing can be drawn.
    pub fn play(&mut self, u: &mut Unstructured<'_>, rows: &[usize]) -> Result<()> {
        while !u.is_empty() && self.calls.len() < MOST {
            let mut call = self.caller.draw(u, rows)?;
            // Known, so that a second run answers the same, and the journal can be asked for it.
            let id = format!("r{}", self.calls.len());
            call.headers.entry("x-request-id").or_insert(id.parse().expect("it is plain"));
            if call.request().is_none() {
                continue;
            }
            transcript::note(call.line());
            let answer = self.call(&call);
            self.caller.pool.learn(&answer.value());
            self.calls.push((call, answer));
        }
        Ok(())
    }

    fn call(&mut self, call: &Call) -> Answer {
        let house = self.caller.house;
        let store = &house.app.store;
        let row = call.row.map(|row| &self.caller.documents.rows[row]);
        let control = row.is_some_and(|row| row.document == 2);
        let answer = self.answer(call);
        let after = Books::of(store, &house.world());
        let difference = self.now.difference(&after, control || answer.status == 401);
        self.controlled |= control;

        let forced = call.asks_the_sandbox() || (self.controlled && !control);
        assert!(forced || answer.status < 500, "an answer of {}", answer.status);
        assert!(!answer.header("x-request-id").is_empty(), "no X-Request-Id");
        if let Some(row) = row.filter(|_| answer.body.is_some() && call.row.is_some()) {
            let stream = answer.header("content-type").starts_with("text/event-stream");
            let contract = self.caller.documents.contract(house, row);
            // A stream has no end, and its text is the journal's.
            let value = if stream { Value::from("") } else { answer.value() };
            let found = contract.check_reply(answer.status, &value);
            assert!(found.is_empty(), "{} breaks its document: {found:?}", row.id);
        }
        let reads = call.method == Method::GET || call.method == Method::HEAD;
        if (answer.status >= 400 || reads) && !self.controlled {
            assert!(difference.is_none(), "an answer of {} changed {difference:?}", answer.status);
        }
        if control && answer.status >= 400 {
            assert!(
                difference.is_none(),
                "a control refused with {} changed {difference:?}",
                answer.status
            );
        }
        if difference.is_some() {
            after.audit().unwrap_or_else(|problem| panic!("{problem}"));
        }
        let keyed = row.is_some_and(|row| row.takes_key())
            && call.headers.get("idempotency-key").is_some_and(|key| !key.is_empty());
        if keyed && !forced && answer.status < 300 {
            self.replayed(call, &answer, &after);
        }
        self.now = after;
        answer
    }

    /// The same call with the same key again: the same bytes, and nothing happens.
    fn replayed(&self, call: &Call, first: &Answer, after: &Books) {
        let again = self.answer(call);
        assert_eq!(again.status, 200, "a repeated call");
        assert_eq!(again.body, first.body, "a repeated call answers other bytes");
        assert_eq!(again.header("idempotent-replayed"), "true", "a repeated call");
        let now = Books::of(&self.caller.house.app.store, &self.caller.house.world());
        let difference = after.difference(&now, true);
        assert!(difference.is_none(), "a repeated call changed {difference:?}");
    }

    fn answer(&self, call: &Call) -> Answer {
        let request = call.request().expect("it was one before");
        let answer = self.caller.house.answer(request);
        let body = answer.body.as_deref().map(String::from_utf8_lossy);
        let body = body.as_deref().unwrap_or("(broken off)").chars().take(600).collect::<String>();
        transcript::note(format!("  -> {} {body}", answer.status));
        answer
    }

    /// That the books can be written down and read back, where they have changed, and that the same
    /// calls answer the same where `twice` says so.
    pub fn end(self, twice: bool) {
        if self.first.difference(&self.now, false).is_some() {
            self.written_and_read();
        }
        if twice && !self.controlled {
            self.from_the_beginning();
        }
    }

    fn written_and_read(&self) {
        let house = self.caller.house;
        let (store, world) = (&house.app.store, house.world());
        let files = store.moment(&world).export(store.directory());
        let fixtures = Fixtures::import(&files, store.directory());
        let fixtures =
            fixtures.unwrap_or_else(|error| panic!("its own export is refused: {error}"));
        let answerable = operations::answerable(&fixtures, &house.app.providers);
        answerable.unwrap_or_else(|error| panic!("its own export cannot be answered: {error}"));
        let again = Moment::of(Arc::new(fixtures)).export(store.directory());
        assert!(files == again, "an export read back is written otherwise");
    }

    fn from_the_beginning(&self) {
        transcript::note("once more, from the beginning".to_owned());
        self.caller.house.begin();
        for (call, first) in &self.calls {
            let again = self.answer(call);
            // What the answer quotes is the call's own id, unless that is none: then it is drawn.
            let own = first.header("x-request-id") == again.header("x-request-id");
            let body = |answer: &Answer| answer.body.clone().filter(|_| own);
            let (first, again) = ((first.status, body(first)), (again.status, body(&again)));
            assert_eq!(again, first, "the second time");
        }
    }
}
