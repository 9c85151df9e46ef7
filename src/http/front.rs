//! What every request meets first and every answer last, the control room's too: an id, and what a
//! browser wants to know before it lets a page see anything (CORS).

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::BoxError;
use axum::body::{Body, HttpBody};
use axum::extract::Request;
use axum::http::{self, HeaderMap, HeaderValue, Method, header};
use axum::response::Response;
use bytes::Bytes;
use tower::{Layer, Service, ServiceExt, service_fn};
use tower_http::cors::{AllowHeaders, AllowMethods, AllowOrigin, CorsLayer};

use super::Routes;
use super::identity::Identity;
use super::line::Line;

/// The server as a service, one for each connection.
#[derive(Clone)]
pub struct Front {
    routes: Arc<Routes>,
    line: Option<Line>,
}

impl Front {
    /// The front of these routes.
    pub fn of(routes: Routes) -> Self {
        Self { routes: Arc::new(routes), line: None }
    }

    /// The same for one connection.
    pub(super) fn on(self, line: Line) -> Self {
        Self { line: Some(line), ..self }
    }
}

impl<B> Service<http::Request<B>> for Front
where
    B: HttpBody<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    type Response = Response;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<B>) -> Self::Future {
        let Self { routes, line } = self.clone();
        Box::pin(async move { Ok(answer(&routes, line, request.map(Body::new)).await) })
    }
}

async fn answer(routes: &Routes, line: Option<Line>, request: Request) -> Response {
    let identity = Identity::give(&request, line);
    let mut response = if request.method() == Method::OPTIONS {
        preflight(request).await
    } else {
        let mut response = routes.answer(request, &identity).await;
        readable(response.headers_mut());
        response
    };
    identity.show(&mut response);
    response
}

/// Any origin may call and may read what the APIs answer in headers: the public widget loads
/// nothing without it (BEHAVIOUR 9).
fn readable(headers: &mut HeaderMap) {
    const EXPOSED: &str = "x-request-id,idempotent-replayed,sandbox-world,retry-after,allow";
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(EXPOSED));
}

/// What a browser asks before it sends a call: whether it may.
async fn preflight(request: Request) -> Response {
    let methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
    let layer = CorsLayer::new()
        .allow_origin(AllowOrigin::any())
        .allow_methods(AllowMethods::list(methods.iter().filter_map(|it| it.parse().ok())))
        .allow_headers(AllowHeaders::mirror_request())
        .max_age(Duration::from_mins(10));
    // It answers every OPTIONS itself.
    let nobody =
        service_fn(|_: Request| async { Ok::<_, Infallible>(Response::<Body>::default()) });
    match layer.layer(nobody).oneshot(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    }
}
