//! What a request is known by, in its answer, in the log and to a client that asks: its id.

use axum::extract::Request;
use axum::http::{Extensions, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use uuid::Uuid;

/// The client's own `X-Request-Id`, or one of ours.
#[derive(Debug, Clone)]
struct RequestId(String);

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

/// The id that [`identify`] gave a request.
pub(super) fn request_id(extensions: &Extensions) -> &str {
    extensions.get::<RequestId>().map_or("", |id| id.0.as_str())
}
