//! The bare server: axum and nothing else, which gives the answers that it was handed. What a
//! server costs at least; knows nothing of the sandbox.

use std::io::Write;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::Response;
use axum::routing::{get, post};
use bytes::Bytes;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The argument that makes a program of measurements the bare server.
pub(crate) const WORD: &str = "serve-bare";

/// An answer that was once given, byte for byte.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Answer {
    pub(crate) method: String,
    /// The path that was called, without its query.
    pub(crate) path: String,
    /// Whether JSON was sent: then the bare server parses it, too.
    pub(crate) json: bool,
    pub(crate) status: u16,
    /// As they came, but for those that hyper writes itself.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

/// Serves the answers of a file until it is killed, with the runtime that the sandbox has.
pub(crate) fn serve(answers: Option<String>) -> Result<(), String> {
    let file = answers.ok_or("serve-bare needs a file of answers")?;
    let text = std::fs::read_to_string(&file).map_err(|problem| format!("{file}: {problem}"))?;
    let answers: Vec<Answer> =
        serde_json::from_str(&text).map_err(|problem| format!("{file}: {problem}"))?;
    let router = answers.into_iter().fold(Router::new(), add);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let serving = async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        writeln!(std::io::stdout(), "http://{}", listener.local_addr()?)?;
        axum::serve(listener, router).await
    };
    runtime.and_then(|it| it.block_on(serving)).map_err(|problem| format!("bare: {problem}"))
}

fn add(router: Router, answer: Answer) -> Router {
    let Answer { method, path, json, status, headers, body } = answer;
    let status = StatusCode::from_u16(status).expect("a server answered so");
    let headers: HeaderMap = headers
        .into_iter()
        .map(|(name, value)| {
            let name: HeaderName = name.parse().expect("a server sent it");
            (name, HeaderValue::from_str(&value).expect("a server sent it"))
        })
        .collect();
    let body = Bytes::from(body);
    let reply = move || {
        let mut response = Response::new(Body::from(body.clone()));
        *response.status_mut() = status;
        response.headers_mut().clone_from(&headers);
        response
    };
    let handler = match (method.as_str(), json) {
        ("GET", _) => get(move || async move { reply() }),
        (_, false) => post(move || async move { reply() }),
        (_, true) => post(move |sent: axum::Json<Value>| async move {
            std::hint::black_box(&sent);
            reply()
        }),
    };
    router.route(&path, handler)
}
