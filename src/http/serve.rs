//! The whole life of a request, in order, on one screen.

use std::panic::AssertUnwindSafe;

use axum::extract::{RawPathParams, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method};
use axum::middleware::Next;
use axum::response::Response;
use chrono::{DateTime, Utc};
use futures_util::FutureExt;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{App, Route, auth, body, nearest, response};
use crate::contract::{Incoming, OperationContract};
use crate::domain::Ledger;
use crate::operations::{Caller, Cx, Failure, Operation, Reply};
use crate::state::{Recall, Replay, ReplayKey, Tenant};

/// The header by which a client makes a create safe to repeat (BEHAVIOUR 5).
const IDEMPOTENCY_KEY: &str = "Idempotency-Key";

/// What a request is known by: the client's `X-Request-Id`, or one of ours.
#[derive(Debug, Clone)]
struct RequestId(String);

/// Answers a request on a path that some operation has.
pub(super) async fn answer(
    app: &App,
    route: &Route,
    parameters: Option<RawPathParams>,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    let id = request_id(&parts);
    let provider = &app.providers[route.provider];
    let rows = || route.operations.iter().map(|&row| &provider.operations[row]);
    let method = if parts.method == Method::HEAD { "GET" } else { parts.method.as_str() };
    let Some(operation) = rows().find(|operation| operation.method == method) else {
        return response(not_allowed(provider.word, rows(), &id));
    };
    let (Some(parameters), Some(contract)) =
        (parameters, provider.contract.operation(operation.id))
    else {
        return response((provider.word)(unknown(app, parts.uri.path()), &id));
    };
    let path: Vec<_> = parameters.iter().map(|(k, v)| (k.to_owned(), v.to_owned())).collect();
    let visit = Visit { app, operation, contract, parts: &parts, path: &path };
    // A panic is a defect of ours: it is logged and answered, and the server lives on.
    let life = AssertUnwindSafe(visit.live(provider.scheme, body, &id)).catch_unwind();
    let reply = life.await.unwrap_or_else(|panic| {
        (operation.refuse)(Failure::Defect(format!("panic: {}", words(&*panic))), &id)
    });
    response(reply)
}

/// One request on its way through the house.
struct Visit<'a> {
    app: &'a App,
    operation: &'a Operation,
    contract: &'a OperationContract,
    parts: &'a Parts,
    path: &'a [(String, String)],
}

impl Visit<'_> {
    async fn live(
        &self,
        scheme: crate::operations::Scheme,
        body: axum::body::Body,
        id: &str,
    ) -> Reply {
        let refuse = |failure| (self.operation.refuse)(failure, id);
        // 1. Who calls, and about which business of which world?
        let entry = match auth::enter(
            scheme,
            self.app,
            self.operation.security,
            &self.parts.headers,
            self.path,
        ) {
            Ok(entry) => entry,
            Err(failure) => return refuse(failure),
        };
        // 2. What is asked, and does it keep the contract?
        let reply = match self.read(body).await {
            Ok(input) => self.run(&entry, input).unwrap_or_else(refuse),
            Err(failure) => refuse(failure),
        };
        if entry.recreated {
            return reply.with_header("sandbox-world", "recreated".to_owned());
        }
        reply
    }

    async fn read(&self, body: axum::body::Body) -> Result<Map<String, Value>, Failure> {
        let headers = &self.parts.headers;
        let body = body::read(self.contract.body(), headers, body).await?;
        let header = |name: &str| text_header(headers, name);
        let incoming = Incoming {
            path: self.path,
            query: self.parts.uri.query().unwrap_or_default(),
            headers: &header,
            body,
        };
        self.contract.check(incoming).map_err(Failure::Invalid)
    }

    /// 3. The books, held for one synchronous section: seen before? the operation; remember.
    fn run(&self, entry: &auth::Entry, input: Map<String, Value>) -> Result<Reply, Failure> {
        let now = entry.world.clock().now();
        let Some(business) = entry.caller.business else {
            return (self.operation.run)(&mut self.cx(&entry.caller, now, None), input);
        };
        let claim = self.claim(&input);
        let work = |tenant: &mut Tenant| {
            if let Some((key, fingerprint)) = &claim {
                match tenant.replays.recall(key, *fingerprint, now) {
                    Recall::Unseen => {}
                    Recall::Same(body) => {
                        let reply = Reply { status: 200, body, headers: Vec::new() };
                        return Ok(reply.with_header("idempotent-replayed", "true".to_owned()));
                    }
                    Recall::Different => return Err(Failure::KeyReused),
                }
            }
            let books = Some(&mut tenant.ledger);
            let reply = (self.operation.run)(&mut self.cx(&entry.caller, now, books), input)?;
            if let Some((key, fingerprint)) = claim
                && (200..300).contains(&reply.status)
            {
                let body = reply.body.clone();
                tenant.replays.remember(key, Replay { fingerprint, body, at: now });
            }
            Ok(reply)
        };
        let missing = || Failure::Defect(format!("no books of business {business}"));
        self.app.store.with(&entry.world, business, work).ok_or_else(missing)?
    }

    fn cx<'b>(
        &'b self,
        caller: &'b Caller,
        now: DateTime<Utc>,
        books: Option<&'b mut Ledger>,
    ) -> Cx<'b> {
        let (settings, tokens, seed) = (self.app.settings, &self.app.tokens, self.app.store.seed());
        Cx { caller, now, settings, tokens, seed, books }
    }

    /// The key, where the operation takes one and the client sent one, with a digest of the body as
    /// it was understood: the same body in another order or another media type is the same.
    fn claim(&self, input: &Map<String, Value>) -> Option<(ReplayKey, [u8; 32])> {
        let key = input.get(IDEMPOTENCY_KEY)?.as_str()?.to_owned();
        let mut digest = Sha256::new();
        digest_value(input.get("body").unwrap_or(&Value::Null), &mut digest);
        let path = self.parts.uri.path().trim_end_matches('/').to_owned();
        let key = ReplayKey { operation: self.operation.id, path, key };
        Some((key, digest.finalize().into()))
    }
}

/// Answers a request on a path that no operation has.
pub(super) fn nowhere(app: &App, request: &Request) -> Response {
    let path = request.uri().path();
    let provider = app.providers.iter().find(|provider| path.starts_with(provider.prefix));
    let word = provider.or(app.providers.first()).map(|provider| provider.word);
    let id = request.extensions().get::<RequestId>().map_or("", |id| id.0.as_str());
    let failure = unknown(app, path);
    response(word.map_or_else(|| Reply::empty(404), |word| word(failure, id)))
}

/// Gives a request its id, and shows it in the answer: the client's own is kept.
pub(super) async fn identify(mut request: Request, next: Next) -> Response {
    let sent = request.headers().get("x-request-id").filter(|id| {
        (1..=255).contains(&id.len()) && id.to_str().is_ok_and(|text| !text.trim().is_empty())
    });
    let id = sent.and_then(|id| id.to_str().ok().map(str::to_owned)).unwrap_or_else(new_id);
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    request.extensions_mut().insert(RequestId(id.clone()));
    let mut response = next.run(request).await;
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert("x-request-id", value);
    }
    tracing::debug!(%method, path, status = response.status().as_u16(), request_id = id, "answered");
    response
}

#[expect(clippy::disallowed_methods, reason = "the one home of ids that nothing depends on")]
fn new_id() -> String {
    Uuid::new_v4().to_string()
}

fn request_id(parts: &Parts) -> String {
    parts.extensions.get::<RequestId>().map_or_else(String::new, |id| id.0.clone())
}

fn unknown(app: &App, asked: &str) -> Failure {
    let rows = app.providers.iter().flat_map(|provider| &provider.operations);
    let nearest = nearest::operation(rows, asked);
    Failure::UnknownPath { asked: asked.to_owned(), nearest }
}

fn not_allowed<'a>(
    word: fn(Failure, &str) -> Reply,
    rows: impl Iterator<Item = &'a Operation>,
    id: &str,
) -> Reply {
    let mut allowed: Vec<_> = rows.map(|operation| operation.method).collect();
    if allowed.contains(&"GET") {
        allowed.push("HEAD");
    }
    allowed.push("OPTIONS");
    allowed.sort_unstable();
    let header = allowed.join(", ");
    word(Failure::MethodNotAllowed { allowed }, id).with_header("allow", header)
}

fn text_header(headers: &HeaderMap, name: &str) -> Option<Result<String, ()>> {
    let value = headers.get(name)?;
    Some(std::str::from_utf8(value.as_bytes()).map(str::to_owned).map_err(|_| ()))
}

/// Feeds a value to a digest so that equal values, whatever the order of their fields, give equal
/// digests. The depth is that of the JSON parser, at most 128.
fn digest_value(value: &Value, digest: &mut Sha256) {
    match value {
        Value::Object(fields) => {
            let mut names: Vec<_> = fields.keys().collect();
            names.sort_unstable();
            digest.update(b"{");
            for name in names {
                digest.update(name.len().to_be_bytes());
                digest.update(name);
                digest_value(&fields[name], digest);
            }
            digest.update(b"}");
        }
        Value::Array(items) => {
            digest.update(b"[");
            for item in items {
                digest_value(item, digest);
            }
            digest.update(b"]");
        }
        Value::String(text) => {
            digest.update(b"s");
            digest.update(text.len().to_be_bytes());
            digest.update(text);
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {
            digest.update(value.to_string());
            digest.update(b";");
        }
    }
}

fn words(panic: &(dyn std::any::Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("no message")
}
