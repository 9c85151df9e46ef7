//! What a request is known by, in its answer, in the log and to a client that asks: its id. And the
//! connection that it came by.

use std::cell::RefCell;

use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, Method};
use axum::response::Response;
use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{RngCore, SeedableRng};
use tracing::Level;
use uuid::Uuid;

use super::line::Line;

/// The header that says the id, in either direction.
static REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// What a request was given, and what is logged of it at its end.
pub(super) struct Identity {
    /// The client's own `X-Request-Id`, or one of ours.
    pub(super) id: String,
    /// The connection that it came by; none where it was handed over without one.
    pub(super) line: Option<Line>,
    /// Its method and path, where the log is to say them.
    logged: Option<(Method, String)>,
}

impl Identity {
    /// Gives a request its id: the client's own is kept.
    pub(super) fn give(request: &Request, line: Option<Line>) -> Self {
        let sent = request.headers().get(&REQUEST_ID).filter(|id| {
            (1..=255).contains(&id.len()) && id.to_str().is_ok_and(|text| !text.trim().is_empty())
        });
        let id = sent.and_then(|id| id.to_str().ok().map(str::to_owned)).unwrap_or_else(new_id);
        let said = || (request.method().clone(), request.uri().path().to_owned());
        Self { id, line, logged: tracing::enabled!(Level::DEBUG).then(said) }
    }

    /// Shows the id in the answer.
    pub(super) fn show(self, response: &mut Response) {
        let Self { id, logged, .. } = self;
        if let Some((method, path)) = logged {
            tracing::debug!(%method, path, status = response.status().as_u16(), request_id = id, "answered");
        }
        if let Ok(value) = HeaderValue::try_from(id) {
            response.headers_mut().insert(&REQUEST_ID, value);
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "the one home of ids that nothing depends on")]
fn new_id() -> String {
    thread_local! {
        /// The system is asked once a thread: asking it for every call would cost more than the id.
        static DICE: RefCell<Xoshiro256PlusPlus> =
            RefCell::new(Xoshiro256PlusPlus::seed_from_u64(Uuid::new_v4().as_u64_pair().1));
    }
    let mut random = [0; 16];
    DICE.with_borrow_mut(|dice| dice.fill_bytes(&mut random));
    uuid::Builder::from_random_bytes(random).into_uuid().to_string()
}
