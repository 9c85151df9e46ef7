//! The journal: bounded, numbered, watched, asked.

mod bounds;
mod questions;

use super::*;
use bytes::Bytes;
use serde_json::{Value, json};

const BODY: &str = r#"{"amount_cents":450000.0,"allocations":[{"id":"a"},{"id":"b"}],"x":null}"#;

fn journal(entries: usize, bytes: usize) -> Journal {
    Journal::new(JournalLimits { entries, bytes }, Arc::new(JournalBudget::new(usize::MAX)))
}

fn call(request_id: &str, status: u16) -> Call {
    let headers = Headers::of([("Content-Type", "application/json")]);
    Call {
        request_id: request_id.to_owned(),
        provider: Some("thredfi"),
        operation: Some("pay"),
        method: "POST".to_owned(),
        path: "/v1/businesses/1/payments/".to_owned(),
        query: "page=2&q=a+b".to_owned(),
        request: Message::new(headers, Bytes::from_static(BODY.as_bytes())),
        status,
        ..Call::default()
    }
}

fn other(request_id: &str) -> Call {
    let (method, operation) = ("GET".to_owned(), Some("list"));
    Call { method, operation, request: Message::default(), ..call(request_id, 200) }
}
