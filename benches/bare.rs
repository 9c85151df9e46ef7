//! The bare server: axum and nothing else, which gives the answers of the file that it is handed.
//! What any server costs; it knows nothing of the sandbox, and has its runtime, its allocator and
//! its profile.
//!
//! A program of its own, as what it holds and how it starts are measured, too.

#[path = "load/answer.rs"]
mod answer;

use std::error::Error;
use std::io::Write;

use answer::Answer;
use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::Response;
use axum::routing::{get, post};
use bytes::Bytes;
use serde_json::Value;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> Result<(), Box<dyn Error>> {
    let file = std::env::args().nth(1).ok_or("bare needs a file of answers")?;
    let answers: Vec<Answer> = serde_json::from_slice(&std::fs::read(file)?)?;
    let mut router = Router::new();
    for answer in answers {
        router = add(router, answer)?;
    }
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        writeln!(std::io::stdout(), "http://{}", listener.local_addr()?)?;
        Ok(axum::serve(listener, router).await?)
    })
}

fn add(router: Router, answer: Answer) -> Result<Router, Box<dyn Error>> {
    let Answer { method, path, json, status, headers: texts, body } = answer;
    let (status, body) = (StatusCode::from_u16(status)?, Bytes::from(body));
    let mut headers = HeaderMap::new();
    for (name, value) in texts {
        headers.append(HeaderName::try_from(name)?, HeaderValue::try_from(value)?);
    }
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
    Ok(router.route(&path, handler))
}
