//! The journal as it is written: server-sent events.

use std::io::{Read, Write};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::pay_all;
use crate::program::{Program, finish};
use crate::support::*;

/// One event of a stream.
#[derive(Debug)]
struct Event {
    name: String,
    id: String,
    data: Value,
}

/// Somebody who listens to the journal of the default world.
struct Listener {
    answer: reqwest::Response,
    text: String,
}

impl Listener {
    /// Listens from when the head has come on.
    async fn to(sandbox: &Sandbox, query: &str, headers: &[(&str, &str)]) -> Self {
        let mut call = sandbox.call("GET", &format!("/_sandbox/requests/stream{query}"));
        for (name, value) in headers {
            call = call.header(name, value);
        }
        let answer = call.attempt().await.unwrap();
        assert_eq!(answer.status(), 200);
        assert_eq!(answer.headers()["content-type"], "text/event-stream");
        Self { answer, text: String::new() }
    }

    /// The next event; none where the stream has ended.
    async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some((event, rest)) = self.text.split_once("\n\n") {
                let (event, rest) = (event.to_owned(), rest.to_owned());
                self.text = rest;
                if event.starts_with(':') {
                    continue;
                }
                return Some(parsed(&event));
            }
            let piece = tokio::time::timeout(PATIENCE, self.answer.chunk()).await;
            let piece = piece.expect("an event or an end").unwrap()?;
            self.text.push_str(std::str::from_utf8(&piece).unwrap());
        }
    }

    /// The number of the next entry.
    async fn number(&mut self) -> Option<i64> {
        self.next().await.map(|event| event.data["number"].as_i64().unwrap())
    }
}

/// Far more than anything here takes.
const PATIENCE: Duration = Duration::from_secs(40);

fn parsed(event: &str) -> Event {
    let line = |name: &str| {
        let found = event.lines().find_map(|line| line.strip_prefix(name));
        found.unwrap_or_default().to_owned()
    };
    let data = serde_json::from_str(&line("data: ")).unwrap();
    Event { name: line("event: "), id: line("id: "), data }
}

#[tokio::test]
async fn an_entry_is_told_as_it_is_made_and_as_the_journal_has_it() {
    let sandbox = Sandbox::start();
    let partner = sandbox.partner().await;
    let mut listener = Listener::to(&sandbox, "", &[]).await;
    let made = partner.pay(pay_all()).await.expect(201);
    let event = listener.next().await.unwrap();
    assert_eq!((event.name.as_str(), event.id.as_str()), ("request", "2"));
    let path = format!("requests/{}", made.header("x-request-id"));
    let entry = sandbox.control("GET", &path, "default", Value::Null).await.expect(200).body;
    assert_eq!(event.data, entry);
}

#[tokio::test]
async fn whoever_comes_back_hears_what_was_missed_first() {
    let sandbox = Sandbox::start();
    let partner = sandbox.partner().await;
    for _ in 0..3 {
        partner.get(PAYMENTS).await.expect(200);
    }
    let (mut all, mut since, mut last, mut both) = (
        Listener::to(&sandbox, "?since=0", &[]).await,
        Listener::to(&sandbox, "?since=2", &[]).await,
        Listener::to(&sandbox, "", &[("last-event-id", "3")]).await,
        Listener::to(&sandbox, "?since=3", &[("last-event-id", "1")]).await,
    );
    partner.get(PAYMENTS).await.expect(200);
    for (listener, numbers) in
        [(&mut all, 1..=5), (&mut since, 3..=5), (&mut last, 4..=5), (&mut both, 4..=5)]
    {
        for number in numbers {
            assert_eq!(listener.number().await, Some(number));
        }
    }
}

#[tokio::test]
async fn a_listener_hears_what_it_asked_for_of_its_own_world() {
    let sandbox = Sandbox::start();
    let (partner, guest) = (sandbox.partner().await, sandbox.partner_as(GUEST).await);
    let query = "?since=0&operation=create_invoice_payment&status=4xx";
    let mut refused = Listener::to(&sandbox, query, &[]).await;
    let mut odd = Listener::to(&sandbox, "?remarks=true&method=GET&provider=thredfi", &[]).await;
    guest.pay(json!({})).await.expect(400);
    partner.pay(pay_all()).await.expect(201); // 2
    partner.pay(json!({})).await.expect(400); // 3
    partner.get(&format!("{PAYMENTS}?dry=1")).await.expect(200); // 4
    partner.pay(pay_all()).await.expect(422); // 5
    assert_eq!((refused.number().await, refused.number().await), (Some(3), Some(5)));
    assert_eq!(odd.number().await, Some(4));
    for (query, at) in
        [("?status=x", "status"), ("?operation=x", "operation"), ("?since=x", "since")]
    {
        let path = format!("/_sandbox/requests/stream{query}");
        let refused = sandbox.call("GET", &path).send().await.expect(400);
        assert_eq!(refused.body["errors"][0]["at"], at);
    }
}

#[tokio::test]
async fn a_stream_goes_on_through_a_reset_and_ends_with_its_world() {
    let sandbox = Sandbox::start();
    sandbox.partner().await;
    let mut listener = Listener::to(&sandbox, "", &[]).await;
    sandbox.control("POST", "reset", "default", Value::Null).await.expect(204);
    sandbox.partner().await;
    assert_eq!(listener.number().await, Some(2));
    sandbox.call("DELETE", "/_sandbox/worlds/default").send().await.expect(204);
    assert!(listener.next().await.is_none());
}

#[tokio::test]
async fn a_listener_that_is_too_slow_is_told_how_many_it_missed() {
    // Long queries, so that what lies on the way to the listener is soon full.
    const CALLS: usize = 800;
    let config = sandbook::Config { journal_entries: 1, ..sandbook::Config::default() };
    let sandbox = Sandbox::with(config);
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4096).unwrap();
    let address = sandbox.url().trim_start_matches("http://").parse().unwrap();
    let mut slow = socket.connect(address).await.unwrap();
    let head = "GET /_sandbox/requests/stream HTTP/1.1\r\nhost: localhost\r\n\r\n";
    slow.write_all(head.as_bytes()).await.unwrap();
    let mut status = [0; 15];
    slow.read_exact(&mut status).await.unwrap();
    assert_eq!(&status, b"HTTP/1.1 200 OK");
    let path = format!("{PAYMENTS}?{}", "x".repeat(16_000));
    for _ in 0..CALLS {
        sandbox.call("GET", &path).attempt().await.unwrap();
    }
    let (mut text, mut piece) = (Vec::new(), vec![0; 1 << 16]);
    let end = format!("\nid: {CALLS}\n");
    while !text.windows(end.len()).rev().take(1 << 17).any(|it| it == end.as_bytes()) {
        let read = tokio::time::timeout(PATIENCE, slow.read(&mut piece)).await.expect("in time");
        text.extend_from_slice(&piece[..read.unwrap()]);
    }
    let text = String::from_utf8_lossy(&text);
    let missed = text.split("data: {\"missed\":").skip(1).map(|rest| {
        let (number, _) = rest.split_once('}').unwrap();
        number.parse::<usize>().unwrap()
    });
    let (missed, told) = (missed.sum::<usize>(), text.matches("\nid: ").count());
    assert!(missed > 0 && told > 0, "{missed} and {told}");
    assert_eq!(missed + told, CALLS);
}

#[tokio::test]
async fn a_world_has_so_many_listeners_and_the_next_is_told() {
    let sandbox = Sandbox::start();
    let mut listeners = Vec::new();
    for _ in 0..64 {
        listeners.push(Listener::to(&sandbox, "", &[]).await);
    }
    let refused = sandbox.call("GET", "/_sandbox/requests/stream").send().await.expect(409);
    assert!(refused.body["detail"].as_str().unwrap().contains("64"), "{}", refused.body);
    Listener::to(&sandbox, &format!("?world={GUEST}"), &[]).await;
    sandbox.partner().await;
    for listener in &mut listeners {
        assert_eq!(listener.number().await, Some(1));
    }
}

#[tokio::test]
async fn a_journal_without_a_bound_of_its_own_is_streamed_as_any() {
    let config = sandbook::Config { journal_entries: usize::MAX, ..sandbook::Config::default() };
    let sandbox = Sandbox::with(config);
    sandbox.partner().await;
    assert_eq!(Listener::to(&sandbox, "?since=0", &[]).await.number().await, Some(1));
}

#[test]
fn a_server_that_stops_ends_its_streams() {
    let mut program = Program::start(&[]);
    let mut stream = std::net::TcpStream::connect(("127.0.0.1", program.port)).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.write_all(b"GET /_sandbox/requests/stream HTTP/1.1\r\nhost: localhost\r\n\r\n").unwrap();
    stream.read_exact(&mut [0; 15]).unwrap();
    let begun = Instant::now();
    program.signal("TERM");
    let mut rest = String::new();
    stream.read_to_string(&mut rest).unwrap();
    // The last piece of a chunked body: it ended, and was not cut.
    assert!(rest.ends_with("\r\n0\r\n\r\n"), "{rest:?}");
    assert_eq!(finish(program.child.take().unwrap()).status.code(), Some(0));
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
}
