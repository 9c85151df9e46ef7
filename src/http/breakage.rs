//! What a fault does to a whole answer on its way out: it is lost, cut or comes drop by drop.

use std::convert::Infallible;
use std::io;
use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use bytes::Bytes;
use futures_util::{StreamExt, stream};

use super::line::Line;
use crate::state::faults::Break;

/// The answer as the fault lets it out. `body` is what the answer holds.
pub(super) fn broken(answer: Response, body: &Bytes, how: Break, line: Option<&Line>) -> Response {
    let (mut parts, whole) = answer.into_parts();
    let length = HeaderValue::from(body.len());
    match how {
        Break::Reset => {
            if let Some(line) = line {
                line.reset();
            }
            Response::from_parts(parts, whole)
        }
        // There is nothing to cut: the head is all there is.
        Break::Cut { .. } if body.is_empty() => {
            broken(Response::from_parts(parts, whole), body, Break::Reset, line)
        }
        Break::Cut { after_bytes } => {
            let end = after_bytes.unwrap_or(body.len() / 2).min(body.len().saturating_sub(1));
            let lost = io::Error::from(io::ErrorKind::ConnectionReset);
            let pieces = [Ok(body.slice(..end)), Err(lost)];
            // The length is that of the whole: a client can tell that something is missing.
            parts.headers.insert(header::CONTENT_LENGTH, length);
            let pieces = stream::iter(pieces).then(|piece| async {
                // What was written before has left by then.
                tokio::time::sleep(Duration::from_millis(1)).await;
                piece
            });
            Response::from_parts(parts, Body::from_stream(pieces))
        }
        Break::Drip { bytes, every } => {
            parts.headers.insert(header::CONTENT_LENGTH, length);
            Response::from_parts(parts, Body::from_stream(drops(body.clone(), bytes, every)))
        }
    }
}

fn drops(
    body: Bytes,
    size: usize,
    every: Duration,
) -> impl stream::Stream<Item = Result<Bytes, Infallible>> {
    stream::unfold((body, true), move |(mut left, first)| async move {
        if left.is_empty() {
            return None;
        }
        if !first {
            tokio::time::sleep(every).await;
        }
        let piece = left.split_to(size.clamp(1, left.len()));
        Some((Ok(piece), (left, false)))
    })
}
