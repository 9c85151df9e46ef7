//! The control room over HTTP: who may come in, and one call's life.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::Request;
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::Response;
use futures_util::FutureExt;
use serde_json::Value;
use sha2::{Digest, Sha256};
use tokio::sync::watch;

use super::body::Sent;
use super::identity::Identity;
use super::line::Line;
use super::{App, body, nearest, serve, stream};
use crate::contract::{
    Checked, Incoming, Oddity, OperationContract, Place, Problem, Step, Violation,
};
use crate::control::{Control, Cx, Failure, Operation, Reply};
use crate::operations::EmptyBody;
use crate::state::journal::TooManyListeners;

/// The most a body may hold here, in bytes: an import brings a whole world.
const LIMIT: usize = 64 * 1024 * 1024;

/// The one operation that loopback may always call.
const HEALTH: &str = "get_health";

/// The control room, and what it acts on.
pub struct ControlRoom {
    /// What it can do.
    pub control: Control,
    /// Every world, and the APIs.
    pub app: Arc<App>,
    /// Who may come in.
    pub gate: Gate,
    /// Becomes true when the server stops: then streams end.
    pub stop: watch::Receiver<bool>,
}

/// Who may come in (BEHAVIOUR 8).
#[derive(Clone)]
pub struct Gate {
    /// The `--control-token`: whoever shows it may, and nobody else.
    pub token: Option<String>,
    /// Who may come in without a token.
    pub open: Open,
}

/// Who may come in where no control token is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Open {
    /// Anybody: the server was told so.
    Anybody,
    /// This machine: the server listens on loopback alone. A page of somebody else's that a browser
    /// on this machine shows is not this machine.
    Machine,
    /// Nobody.
    Nobody,
}

/// Answers a request on a path that some rows of the table have; `path` has its parameters, decoded.
pub(super) async fn answer(
    room: &ControlRoom,
    rows: &[usize],
    path: &[(String, String)],
    request: Request,
    identity: &Identity,
) -> Response {
    let (parts, body) = request.into_parts();
    let mut sent = Sent::from(body);
    let rows = || rows.iter().map(|&row| &room.control.operations[row]);
    let method = if parts.method == Method::HEAD { "GET" } else { parts.method.as_str() };
    let answer = match rows().find(|operation| operation.method == method) {
        None => match room.gate.knows(&parts) {
            Ok(()) => not_allowed(rows()),
            Err(failure) => response(crate::control::reply(failure)),
        },
        Some(operation) => {
            let mut after = After::default();
            // A panic is a defect of ours: it is logged and answered, and the server lives on.
            let call = Call { operation, path, parts: &parts, identity };
            let life = live(room, &call, &mut sent, &mut after);
            let life = AssertUnwindSafe(life).catch_unwind().await;
            let done = life.unwrap_or_else(|panic| {
                Err(Failure::Defect(format!("panic: {}", serve::words(&*panic))))
            });
            let mut reply = done.unwrap_or_else(operation.refuse);
            if let Some(judges) = &room.app.judges {
                let (metrics, judged) = (room.app.store.metrics(), (reply, after.stream.is_some()));
                let judged = judges.control(metrics, operation, judged, &identity.id);
                reply = judged.unwrap_or_else(|instead| {
                    after.stream = None;
                    instead
                });
            }
            let mut answer = response(reply);
            if let Some(events) = after.stream {
                *answer.body_mut() = events;
            }
            if after.recreated {
                let name = header::HeaderName::from_static("sandbox-world");
                answer.headers_mut().insert(name, HeaderValue::from_static("recreated"));
            }
            answer
        }
    };
    body::discard(&parts.headers, sent).await;
    answer
}

/// One call, as it came in.
struct Call<'a> {
    operation: &'a Operation,
    path: &'a [(String, String)],
    parts: &'a Parts,
    identity: &'a Identity,
}

async fn live(
    room: &ControlRoom,
    call: &Call<'_>,
    sent: &mut Sent,
    after: &mut After,
) -> Result<Reply, Failure> {
    let &Call { operation, path, parts, identity } = call;
    // 1. May the caller come in?
    room.gate.admit(operation, parts, identity)?;
    // 2. What is asked, and does it keep the document?
    let contract = room.control.contract.operation(operation.id);
    let missing = || Failure::Defect(format!("the contract of {} is missing", operation.id));
    let contract = contract.ok_or_else(missing)?;
    let body = match contract.body() {
        Some(asked) => body::read(asked, EmptyBody::IsNothing, LIMIT, &parts.headers, sent).await?,
        None => crate::contract::Body::Absent,
    };
    let query = parts.uri.query().unwrap_or_default();
    let headers = |name: &str| serve::text_header(&parts.headers, name);
    let incoming = Incoming { path, query, headers: &headers, body };
    let mut checked = contract.read(incoming);
    checked.found.extend(astray(contract, query, &checked));
    let input = checked.verdict().map_err(Failure::Invalid)?;
    // 3. The worlds.
    let providers = &room.app.providers;
    let mut cx = Cx { store: &room.app.store, providers, recreated: false, watch: None };
    let reply = (operation.run)(&mut cx, input);
    after.recreated = cx.recreated;
    if let Some(watch) = cx.watch {
        let full = |full: TooManyListeners| Failure::Conflict(full.to_string());
        after.stream = Some(stream::events(watch, room.stop.clone()).map_err(full)?);
    }
    reply
}

/// What a call leaves beside its answer.
#[derive(Default)]
struct After {
    /// Whether its world began anew with it.
    recreated: bool,
    /// What the answer goes on with.
    stream: Option<Body>,
}

/// Parameters of the query that nobody asked for, or that came twice: a control that is misspelt
/// would act on another world than was meant.
fn astray(contract: &OperationContract, query: &str, checked: &Checked) -> Vec<Violation> {
    let violation = |path: Vec<Step>, problem| {
        let (place, input) = (Place::Query, Value::Null);
        Violation { place, path, problem, input }
    };
    let remarks = contract.survey(query, &checked.input).remarks.into_iter();
    let unknown = remarks.filter(|it| it.place == Place::Query && it.oddity == Oddity::Unknown);
    let mut found: Vec<_> = unknown.map(|it| violation(it.path, Problem::Undeclared)).collect();
    let mut seen = BTreeSet::new();
    for (name, _) in form_urlencoded::parse(query.as_bytes()) {
        if !seen.insert(name.clone()) {
            let path = vec![Step::Field(name.into_owned())];
            found.push(violation(path, Problem::TooManyItems { max: 1 }));
        }
    }
    found
}

/// Answers a request on a path below the control room's that it does not have.
pub(super) async fn nowhere(room: &ControlRoom, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let rows = room.control.operations.iter().map(|row| (row.method, row.path));
    let nearest = nearest::operation(rows, parts.method.as_str(), parts.uri.path());
    let failure = match room.gate.knows(&parts) {
        Ok(()) => Failure::UnknownPath { nearest },
        Err(failure) => failure,
    };
    body::discard(&parts.headers, Sent::from(body)).await;
    response(crate::control::reply(failure))
}

fn not_allowed<'a>(rows: impl Iterator<Item = &'a Operation>) -> Response {
    let allowed = serve::methods(rows.map(|operation| operation.method));
    let header = allowed.join(", ");
    let mut answer = response(crate::control::reply(Failure::MethodNotAllowed { allowed }));
    if let Ok(value) = HeaderValue::from_str(&header) {
        answer.headers_mut().insert(header::ALLOW, value);
    }
    answer
}

impl Gate {
    fn admit(
        &self,
        operation: &Operation,
        parts: &Parts,
        identity: &Identity,
    ) -> Result<(), Failure> {
        // A container asks itself how it is, whatever else is closed.
        if operation.id == HEALTH && identity.line.as_ref().is_some_and(Line::is_local) {
            return Ok(());
        }
        self.knows(parts)
    }

    fn knows(&self, parts: &Parts) -> Result<(), Failure> {
        let Some(token) = &self.token else {
            // A target may name a host of its own, which then counts.
            let machine = || {
                parts.uri.host().is_none_or(is_own)
                    && own_name(parts, header::HOST, |it| Some(it))
                    && own_name(parts, header::ORIGIN, of_origin)
            };
            return match self.open {
                Open::Anybody => Ok(()),
                Open::Machine if machine() => Ok(()),
                Open::Machine | Open::Nobody => Err(Failure::Closed),
            };
        };
        let shown = parts.headers.get(header::AUTHORIZATION).map(HeaderValue::as_bytes);
        let shown = shown.and_then(|value| {
            let (scheme, shown) = value.split_at_checked(7)?;
            scheme.eq_ignore_ascii_case(b"bearer ").then_some(shown.trim_ascii())
        });
        // Digests, so that the time it takes says nothing about the token.
        let same = |shown: &[u8]| Sha256::digest(shown) == Sha256::digest(token.as_bytes());
        if shown.is_some_and(same) { Ok(()) } else { Err(Failure::TokenNeeded) }
    }
}

/// Whether a header, where it is there, names this machine. What a browser sends for a page of
/// somebody else's does not, even if that page's name leads here.
fn own_name(parts: &Parts, name: header::HeaderName, host: fn(&str) -> Option<&str>) -> bool {
    let values = parts.headers.get_all(name);
    values.iter().all(|value| value.to_str().ok().and_then(host).is_some_and(is_own))
}

/// The host of a page's origin.
fn of_origin(origin: &str) -> Option<&str> {
    let (scheme, host) = origin.split_once("://")?;
    ["http", "https"].contains(&scheme).then_some(host)
}

/// Whether a host, with a port or without, is this machine.
fn is_own(host: &str) -> bool {
    let bracketed = host.strip_prefix('[').and_then(|rest| rest.split_once(']'));
    let split = || host.split_at(host.find(':').unwrap_or(host.len()));
    let (name, behind) = bracketed.unwrap_or_else(split);
    let is_port = |port: &str| port.bytes().all(|it| it.is_ascii_digit());
    let ends = behind.is_empty() || behind.strip_prefix(':').is_some_and(is_port);
    ends && match bracketed {
        Some((address, _)) => address.parse::<Ipv6Addr>().is_ok_and(|it| is_loopback(it.into())),
        None => is_own_name(name.strip_suffix('.').unwrap_or(name)),
    }
}

/// Whether a name or an IPv4 address is this machine: every name below `localhost` is (RFC 6761).
fn is_own_name(name: &str) -> bool {
    let is_label = |label: &str| {
        let is_of_label = |it: u8| it.is_ascii_alphanumeric() || b"-_".contains(&it);
        !label.is_empty() && label.bytes().all(is_of_label)
    };
    let lower = name.to_ascii_lowercase();
    lower == "localhost"
        || lower.strip_suffix(".localhost").is_some_and(|name| name.split('.').all(is_label))
        || lower.parse::<Ipv4Addr>().is_ok_and(|it| is_loopback(it.into()))
}

fn is_loopback(address: IpAddr) -> bool {
    address.to_canonical().is_loopback()
}

fn response(reply: Reply) -> Response {
    let mut response = Response::new(Body::from(reply.body));
    *response.status_mut() =
        StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    if !reply.media.is_empty() {
        let kind = HeaderValue::from_static(reply.media);
        response.headers_mut().insert(header::CONTENT_TYPE, kind);
    }
    if reply.status == 401 {
        let scheme = HeaderValue::from_static(r#"Bearer realm="control""#);
        response.headers_mut().insert(header::WWW_AUTHENTICATE, scheme);
    }
    response
}
