//! What is noted of a call while it lives, and where it goes at the end: into the journal of the
//! world that it was made of, and into its span.

use std::sync::Arc;
use std::time::Instant;

use axum::http::request::Parts;
use bytes::Bytes;
use serde_json::Value;

use super::span::Span;
use super::{App, auth};
use crate::contract::Survey;
use crate::operations::Reply;
use crate::state::World;
use crate::state::faults::Break;
use crate::state::journal::{Call, Finding, Headers, Message};

/// What is noted of one call.
pub(super) struct Notes {
    began: Instant,
    span: Span,
    /// The provider and the operation by their names, and its number among all operations.
    pub(super) operation: Option<(&'static str, &'static str, usize)>,
    /// The world that its credentials opened.
    pub(super) world: Option<Arc<World>>,
    /// Whether that world had been given up and began anew with it.
    pub(super) recreated: bool,
    /// The body of a form, as it was understood.
    pub(super) understood: Option<Value>,
    /// What broke the contract.
    pub(super) violations: Vec<Finding>,
    /// What it exercised, and what was odd in it.
    pub(super) survey: Survey,
    /// What stood in for the ordinary answer, if anything.
    pub(super) forced: Option<String>,
    /// What becomes of the answer on its way out.
    pub(super) breakage: Option<Break>,
    /// Whether the world is still there, once that was asked.
    current: Option<bool>,
}

impl Notes {
    /// The notes of a call that begins. `route` is the path as the document has it.
    pub(super) fn begin(parts: &Parts, id: &str, route: Option<&'static str>) -> Self {
        Self {
            began: Instant::now(),
            span: Span::begin(parts, id, route),
            operation: None,
            world: None,
            recreated: false,
            understood: None,
            violations: Vec::new(),
            survey: Survey::default(),
            forced: None,
            breakage: None,
            current: None,
        }
    }

    /// What became of the call's world, if that is not what the caller would think: it began anew
    /// with the call, or went while the call was under way and took what the call did with it.
    pub(super) fn fate(&mut self, app: &App) -> Option<&'static str> {
        self.current = self.world.as_deref().map(|world| app.store.is_current(world));
        let gone = self.current == Some(false);
        if self.recreated { Some("recreated") } else { gone.then_some("replaced") }
    }

    /// Counts what the call has exercised, ends its span, and enters it into the journal.
    pub(super) fn close(self, app: &App, parts: &Parts, id: &str, body: &Bytes, reply: &Reply) {
        let named = self.operation.map(|(provider, id, _)| (provider, id));
        let (took, forced) = (self.began.elapsed(), self.forced.is_some());
        app.store.metrics().count(named, reply.status, took, forced);
        // A call that opened no world stands where its credentials point to, or else where somebody
        // who has lost it would look first.
        let world = self.world.or_else(|| auth::whose(app, &parts.headers));
        if let Some((_, _, number)) = self.operation {
            app.store.exercise(world.as_deref(), number, reply.status, &self.survey);
        }
        let replayed = reply.headers.iter().any(|(name, _)| *name == "idempotent-replayed");
        let forced = self.forced.or_else(|| replayed.then(|| "replay".to_owned()));
        let name = world.as_deref().map(World::name);
        self.span.end(named, name, reply.status, forced.as_deref());
        // The journal of a world that was reset meanwhile is not the one that the call was made in.
        let kept = |world: &Arc<World>| {
            app.store.keeps_journals()
                && self.current.unwrap_or_else(|| app.store.is_current(world))
        };
        let Some(world) = world.filter(kept) else { return };
        let (provider, operation) = named.unzip();
        let call = Call {
            request_id: id.to_owned(),
            at: world.clock().now(),
            provider,
            operation,
            method: parts.method.to_string(),
            path: parts.uri.path().to_owned(),
            query: parts.uri.query().unwrap_or_default().to_owned(),
            request: Message::new(Headers::of(&parts.headers), body.clone()),
            understood: self.understood,
            status: reply.status,
            response: answered(reply),
            took,
            violations: self.violations,
            remarks: Finding::of_remarks(&self.survey.remarks),
            forced,
        };
        app.store.note(&world, call);
    }
}

fn answered(reply: &Reply) -> Message {
    let headers = reply.headers.iter().map(|(name, value)| (name, value));
    Message::new(Headers::of(headers), reply.body.clone())
}
