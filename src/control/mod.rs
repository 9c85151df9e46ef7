//! Floor 3: the control room under `/_sandbox`: what the real platforms cannot do. It acts through
//! the store alone and never runs an operation.

use std::sync::Arc;

use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get, post};
use axum::{Json, Router};
use serde::Serialize;
use serde_json::json;

use crate::state::{Store, WorldName};

/// What the control room acts on.
#[derive(Clone)]
struct Room {
    store: Arc<Store>,
    open: bool,
}

/// The control room's routes. `open` says whether anybody who reaches the server may change
/// things: true on loopback, or where the operator said so.
pub fn router(store: Arc<Store>, open: bool) -> Router {
    Router::new()
        .route("/_sandbox/health", get(health).fallback(wrong_method))
        .route("/_sandbox/reset", post(reset).fallback(wrong_method))
        .route("/_sandbox/{*path}", any(unknown))
        .with_state(Room { store, open })
}

/// What `GET /_sandbox/health` answers.
#[derive(Serialize)]
struct Health {
    status: &'static str,
    version: &'static str,
    worlds: usize,
}

async fn health(State(room): State<Room>) -> Json<Health> {
    let version = env!("CARGO_PKG_VERSION");
    Json(Health { status: "ok", version, worlds: room.store.worlds() })
}

/// Gives a world its starting books back. 204, also for a world that nobody has used: its books
/// are the starting ones.
async fn reset(State(room): State<Room>, RawQuery(query): RawQuery) -> Response {
    if !room.open {
        let detail = "The control room answers on loopback only; start with --open-control to \
                      open it.";
        return problem(StatusCode::FORBIDDEN, "Control is closed", detail);
    }
    let query = query.unwrap_or_default();
    let pairs: Vec<_> = form_urlencoded::parse(query.as_bytes()).collect();
    let name = match pairs.as_slice() {
        [] => Some(WorldName::default()),
        [(key, name)] if key == "world" => {
            let name = name.strip_prefix("dz_sandbox_").unwrap_or(name);
            room.store.directory().world(name)
        }
        _ => {
            let detail = "Reset takes one parameter, world, and takes it once.";
            return problem(StatusCode::BAD_REQUEST, "Unknown parameter", detail);
        }
    };
    let Some(name) = name else {
        let detail = "A world's name has 1 to 64 letters, digits, '-', '_' or '.'.";
        return problem(StatusCode::BAD_REQUEST, "No such world", detail);
    };
    room.store.reset(&name);
    StatusCode::NO_CONTENT.into_response()
}

async fn unknown() -> Response {
    let detail = "The control room has GET /_sandbox/health and POST /_sandbox/reset?world=NAME.";
    problem(StatusCode::NOT_FOUND, "No such control", detail)
}

async fn wrong_method() -> Response {
    let detail = "Health is read with GET, a reset is a POST.";
    problem(StatusCode::METHOD_NOT_ALLOWED, "Another method", detail)
}

/// An error as RFC 9457 writes it.
fn problem(status: StatusCode, title: &str, detail: &str) -> Response {
    let body = json!({ "type": "about:blank", "title": title, "status": status.as_u16(), "detail": detail });
    let kind = [(axum::http::header::CONTENT_TYPE, "application/problem+json")];
    (status, kind, body.to_string()).into_response()
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::Request;
    use tower::ServiceExt;

    use super::*;
    use crate::state::{Fixtures, Limits};

    async fn ask(open: bool, method: &str, path: &str) -> StatusCode {
        let fixtures = Fixtures::embedded().expect("they hold");
        let store = Arc::new(Store::new(fixtures, Limits { worlds: 1, seed: 0 }));
        let request = Request::builder().method(method).uri(path).body(Body::empty());
        let answer = router(store, open).oneshot(request.expect("a request")).await;
        answer.expect("a router always answers").status()
    }

    #[tokio::test]
    async fn where_the_control_room_is_closed_only_health_answers() {
        assert_eq!(ask(false, "POST", "/_sandbox/reset").await, StatusCode::FORBIDDEN);
        assert_eq!(ask(false, "GET", "/_sandbox/health").await, StatusCode::OK);
        assert_eq!(ask(true, "POST", "/_sandbox/reset").await, StatusCode::NO_CONTENT);
    }
}
