//! Floor 3: the only floor that speaks HTTP. The table becomes routes here, in one loop; one
//! request's life is `serve`, on one screen.

mod auth;
mod body;
mod breakage;
mod claim;
mod control;
mod forced;
mod identity;
mod line;
mod listen;
mod nearest;
mod prefer;
mod record;
mod serve;
mod span;
mod stream;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use axum::routing::any;
use tower_http::cors::{AllowHeaders, AllowMethods, AllowOrigin, CorsLayer, ExposeHeaders};
use tower_http::timeout::RequestBodyTimeoutLayer;

pub use control::{ControlRoom, Gate, Open, control_router};
pub use listen::{Listening, bind, serve_until};

use crate::operations::{Provider, Reply, Settings};
use crate::state::{Store, Tokens};

/// How long a body may stand still.
const BODY_TIMEOUT: Duration = Duration::from_secs(30);

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
}

/// One path of a provider, with the operations it has: indexes into the provider and its table.
struct Route {
    provider: usize,
    operations: Vec<usize>,
    /// The number that the provider's first operation has among those of all providers.
    first: usize,
}

/// The routes of every provider, their documents, and the answers of paths that nobody has.
pub fn router(app: &Arc<App>) -> Router {
    let mut router = Router::new();
    let mut first = 0;
    for (index, provider) in app.providers.iter().enumerate() {
        for (path, operations) in paths(provider.operations.iter().map(|row| row.path)) {
            let route = Arc::new(Route { provider: index, operations, first });
            // Both spellings answer, never by redirect: a redirected POST would lose its body.
            let bare = path.trim_end_matches('/');
            for spelling in [bare.to_owned(), format!("{bare}/")] {
                let (app, route) = (Arc::clone(app), Arc::clone(&route));
                let answer = move |request: Request| {
                    let (app, route) = (Arc::clone(&app), Arc::clone(&route));
                    async move { serve::answer(&app, &route, request).await }
                };
                router = router.route(&spelling, any(answer));
            }
        }
        first += provider.operations.len();
        let document = provider.document;
        let serve_document = move || async move { json(document) };
        router = router
            .route(&format!("/openapi/{}.json", provider.name), axum::routing::get(serve_document));
    }
    let app = Arc::clone(app);
    router.fallback(move |request: Request| {
        let app = Arc::clone(&app);
        async move { serve::nowhere(&app, request).await }
    })
}

/// What every answer has, the control room's too: a request id, CORS, and limits of time.
pub fn finish(router: Router) -> Router {
    router
        .layer(RequestBodyTimeoutLayer::new(BODY_TIMEOUT))
        .layer(cors())
        .layer(axum::middleware::from_fn(identity::identify))
}

/// The paths of a table, each with the rows that have it.
fn paths(table: impl Iterator<Item = &'static str>) -> BTreeMap<&'static str, Vec<usize>> {
    let mut paths: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for (index, path) in table.enumerate() {
        paths.entry(path).or_default().push(index);
    }
    paths
}

/// Any origin may call and may read what the APIs answer in headers: the public widget loads
/// nothing without it (BEHAVIOUR 9).
fn cors() -> CorsLayer {
    let exposed = ["x-request-id", "idempotent-replayed", "sandbox-world", "retry-after", "allow"];
    CorsLayer::new()
        .allow_origin(AllowOrigin::any())
        .allow_methods(AllowMethods::list(
            ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
                .iter()
                .filter_map(|method| method.parse().ok()),
        ))
        .allow_headers(AllowHeaders::mirror_request())
        .expose_headers(ExposeHeaders::list(exposed.map(HeaderName::from_static)))
        .max_age(Duration::from_mins(10))
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
