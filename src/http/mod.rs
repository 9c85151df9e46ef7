//! Floor 4: the only floor that speaks HTTP. The tables become routes in `routes`; one request's life
//! is `serve`, on one screen.

mod auth;
mod body;
mod breakage;
mod claim;
mod control;
mod forced;
mod front;
#[cfg(fuzzing)]
#[doc(hidden)]
pub mod fuzzing;
mod identity;
mod judges;
mod line;
mod listen;
mod nearest;
mod prefer;
mod record;
mod routes;
mod serve;
mod span;
mod stream;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;

pub use control::{ControlRoom, Gate, Open};
pub use front::Front;
pub use judges::Judges;
pub use listen::{Listening, bind, serve_until};
pub use routes::Routes;

use crate::operations::{Provider, Reply, Settings};
use crate::state::{Store, Tokens};

/// What every request is answered from.
pub struct App {
    /// The books of every world.
    pub store: Arc<Store>,
    /// Signs and checks tokens.
    pub tokens: Tokens,
    /// What the server was told.
    pub settings: Settings,
    /// The APIs that are stood in for.
    pub providers: Vec<Provider>,
    /// Who holds every reply to its document, where the server was told so.
    pub judges: Option<Judges>,
}

fn json(text: &'static str) -> Response {
    let mut response = Response::new(Body::from(text));
    let kind = HeaderValue::from_static("application/json");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}

/// A reply as HTTP.
fn response(reply: Reply) -> Response {
    let Reply { status, body, headers } = reply;
    let has_body = !body.is_empty();
    let mut response = Response::new(Body::from(body));
    *response.status_mut() =
        StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    if has_body {
        let kind = HeaderValue::from_static("application/json");
        response.headers_mut().insert(header::CONTENT_TYPE, kind);
    }
    for (name, value) in headers {
        if let Ok(value) = HeaderValue::from_str(&value) {
            response.headers_mut().insert(HeaderName::from_static(name), value);
        }
    }
    response
}
