//! Doors for the fuzzer (docs/fuzzing.md): parsers of this floor that nobody else has to reach.
//! Compiled with `--cfg fuzzing` alone; nothing is decided here.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body as HttpBody;
use axum::http::{HeaderMap, HeaderValue, header};
use bytes::Bytes;
use futures_util::stream;
use serde_json::{Map, Value};

use super::body::Sent;
use super::prefer::Wish;
use super::{App, auth, body, routes};
use crate::contract::{Body, BodyContract};
use crate::operations::{Caller, EmptyBody, Failure, Scheme};
use crate::state::World;

/// What [`body::read`] makes of a body of this media type that comes in pieces of at most `piece`
/// bytes; `None` where the type is no header's value.
///
/// # Errors
/// Why there is no body.
pub fn read_body(
    contract: &BodyContract,
    media: &[u8],
    bytes: &[u8],
    piece: usize,
) -> Option<Result<Body, Failure>> {
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_bytes(media).ok()?);
    let pieces: Vec<_> = bytes.chunks(piece.max(1)).map(Bytes::copy_from_slice).collect();
    let pieces = stream::iter(pieces.into_iter().map(Ok::<_, std::convert::Infallible>));
    let mut sent = Sent::from(HttpBody::from_stream(pieces));
    let read = body::read(contract, EmptyBody::IsNothing, body::LIMIT, &headers, &mut sent);
    // Everything is in memory: nothing waits, though it would know how long.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().ok()?;
    Some(runtime.block_on(read).map_err(Failure::from))
}

/// What is asked of the sandbox itself: a status, an example, to wait so long.
pub type Asked = (Option<u16>, Option<String>, Option<Duration>);

/// What `Prefer` headers ask, as [`Wish::preferred`] reads them.
///
/// # Errors
/// The sentence that refuses it.
pub fn preferred(headers: &HeaderMap) -> Result<Option<Asked>, String> {
    asked(Wish::preferred(headers))
}

/// What a magic value in a checked request asks, as [`Wish::magic`] reads it.
///
/// # Errors
/// The sentence that refuses it.
pub fn magic(provider: &str, input: &Map<String, Value>) -> Result<Option<Asked>, String> {
    asked(Wish::magic(provider, input))
}

fn asked(wish: Result<Option<Wish>, super::prefer::Unclear>) -> Result<Option<Asked>, String> {
    let parts = |wish: Wish| (wish.code, wish.example, wish.delay);
    wish.map(|wish| wish.map(parts)).map_err(|unclear| unclear.1)
}

/// The parameters of a path, as [`routes::parameters`] reads them; `None` where the path is not as
/// the template says.
pub fn parameters(template: &str, path: &str) -> Option<Vec<(String, String)>> {
    let mut doors = matchit::Router::new();
    doors.insert(template, ()).ok()?;
    Some(routes::parameters(&doors.at(path).ok()?.params))
}

/// Who is let in with these headers, as [`auth::enter`] decides.
///
/// # Errors
/// Why nobody is.
pub fn enter(
    app: &App,
    scheme: Scheme,
    security: &[&str],
    headers: &HeaderMap,
    path: &[(String, String)],
) -> Result<(Caller, Arc<World>), Failure> {
    let entry = auth::enter(scheme, app, security, headers, path, &mut false)?;
    Ok((entry.caller, entry.world))
}
