//! Bad input that no HTTP client would send: bytes on a socket.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::{Duration, Instant};

use serde_json::json;

use super::still_serves;
use crate::support::*;

#[tokio::test]
async fn a_header_that_is_no_text_or_has_no_end_is_refused() {
    let sandbox = Sandbox::start();
    let bearer = format!("authorization: Bearer {}", sandbox.partner().await.bearer);
    let dayzero = format!("authorization: Bearer {DZ_TOKEN}");
    let pay = format!("POST {PAYMENTS}");
    let link = format!("POST {}", dz_payments(1));
    let (long_key, long_id) = ("k".repeat(60_000), "x".repeat(60_000));
    let (long_key, long_id) =
        (format!("idempotency-key: {long_key}"), format!("x-business-id: {long_id}"));
    let endless = format!("x-more: {}", "x".repeat(2_000_000));
    let many = "x-more: x\r\n".repeat(500);
    for (line, headers, status, says) in [
        (
            &pay,
            [bearer.as_bytes(), b"idempotency-key: \xff\xfe"],
            400,
            "Not a valid string. Use UTF-8.",
        ),
        (
            &pay,
            [bearer.as_bytes(), long_key.as_bytes()],
            400,
            "Ensure this field has no more than 255",
        ),
        (&pay, [bearer.as_bytes(), b"x-request-id: \xff"], 400, "validation_error"),
        (&pay, [b"authorization: \xff", b"a: b"], 401, "authentication_required"),
        (&link, [b"authorization: Bearer \xff", b"x-business-id: x"], 401, "Not authenticated"),
        (&link, [dayzero.as_bytes(), b"x-business-id: \xff"], 404, "Resource not found"),
        (&link, [dayzero.as_bytes(), long_id.as_bytes()], 404, "Resource not found"),
        (&pay, [bearer.as_bytes(), endless.as_bytes()], 431, ""),
        (&pay, [bearer.as_bytes(), many.as_bytes()], 431, ""),
    ] {
        let answer = raw(&sandbox, &request(line.as_bytes(), &headers));
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{says}: {answer}");
        assert!(answer.contains(says), "{says}: {answer}");
        still_serves(&sandbox).await;
    }
    let answer = raw(
        &sandbox,
        &[
            request(
                pay.as_bytes(),
                &[bearer.as_bytes(), b"content-type: \xff", b"content-length: 2"],
            ),
            b"{}".to_vec(),
        ]
        .concat(),
    );
    assert!(answer.starts_with("HTTP/1.1 415 "), "{answer}");
    still_serves(&sandbox).await;
}

#[tokio::test]
async fn a_bearer_token_that_is_no_text_is_no_token() {
    let sandbox = Sandbox::start();
    for token in [&b"authorization: Bearer \xff\xfe"[..], "authorization: Bearer é".as_bytes()] {
        let answer = raw(&sandbox, &request(format!("GET {PAYMENTS}").as_bytes(), &[token]));
        assert!(
            answer.starts_with("HTTP/1.1 401 ") && answer.contains("invalid_token"),
            "{answer}"
        );
        still_serves(&sandbox).await;
    }
}

#[tokio::test]
async fn a_path_that_is_no_path_names_nothing() {
    let sandbox = Sandbox::start();
    let bearer = format!("authorization: Bearer {}", sandbox.partner().await.bearer);
    let dayzero = format!("authorization: Bearer {DZ_TOKEN}\r\nx-business-id: {DZ_BUSINESS}");
    for part in [
        "%ff%fe",
        "%00",
        "%zz",
        "%",
        "%2",
        "%2e%2e%2f",
        "..%2f..%2fetc%2fpasswd",
        "..",
        "{}",
        "%F0%9F%92%A9",
        "'--",
        "a%0d%0ab",
        &"a".repeat(60_000),
    ] {
        for path in [
            format!("/v1/platform/businesses/{part}/invoices/payments/"),
            format!("{PAYMENTS}{part}/"),
            format!("/v1/platform/{part}"),
        ] {
            let answer =
                raw(&sandbox, &request(format!("GET {path}").as_bytes(), &[bearer.as_bytes()]));
            assert!(answer.starts_with("HTTP/1.1 404 "), "{path}: {answer}");
            assert!(answer.contains("_found\""), "{path}: {answer}");
        }
        let path = format!("POST /api/v1/invoices/{part}/payments");
        let answer = raw(&sandbox, &request(path.as_bytes(), &[dayzero.as_bytes()]));
        let named = answer.starts_with("HTTP/1.1 404 ") || answer.starts_with("HTTP/1.1 422 ");
        assert!(named && answer.contains("\"detail\""), "{path}: {answer}");
        still_serves(&sandbox).await;
    }
    for prefix in ["/v1/platform/", "/api/v1/", "/"] {
        let line = format!("GET {prefix}{}", "a".repeat(100_000));
        let answer = raw(&sandbox, &request(line.as_bytes(), &[]));
        assert!(answer.starts_with("HTTP/1.1 414 "), "{answer}");
        still_serves(&sandbox).await;
    }
}

#[tokio::test]
async fn what_is_no_http_does_not_stop_the_server() {
    let sandbox = Sandbox::start();
    let post = format!("POST {PAYMENTS}");
    let with = |headers: &[&[u8]]| request(post.as_bytes(), headers);
    for bytes in [
        b"\x00\x01\x02\x03\xff\xfe garbage \r\n\r\n".to_vec(),
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n".to_vec(),
        b"GET /_sandbox/health HTTP/9.9\r\n\r\n".to_vec(),
        request(b"GET /_sandbox/health", &[b"no colon"]),
        request(b"G\x7fT /_sandbox/health", &[]),
        with(&[b"content-length: -1"]),
        with(&[b"content-length: x"]),
        with(&[b"content-length: 1", b"content-length: 2"]),
        with(&[b"transfer-encoding: gzip"]),
    ] {
        let answer = raw(&sandbox, &bytes);
        assert!(answer.starts_with("HTTP/1.1 400 "), "{}: {answer}", bytes.escape_ascii());
        still_serves(&sandbox).await;
    }
}

#[tokio::test]
async fn http_2_is_not_spoken() {
    let sandbox = Sandbox::start();
    assert_eq!(raw(&sandbox, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), "");
    still_serves(&sandbox).await;
}

#[tokio::test]
async fn a_connection_that_says_nothing_or_half_a_request_is_closed_after_thirty_seconds() {
    let sandbox = Sandbox::start();
    let began = Instant::now();
    let beginnings: [&[u8]; 3] = [b"", b"GET / H", b"PRI * HT"];
    let sockets = beginnings.map(|bytes| {
        let mut socket = connect(&sandbox);
        socket.write_all(bytes).unwrap();
        socket.set_read_timeout(Some(Duration::from_mins(1))).unwrap();
        socket
    });
    for (mut socket, bytes) in sockets.into_iter().zip(beginnings) {
        let closed = socket.read_to_end(&mut Vec::new());
        assert!(closed.is_ok(), "{bytes:?}: {closed:?}");
        let took = began.elapsed().as_secs();
        assert!((29..50).contains(&took), "{bytes:?}: {took} s");
    }
}

#[tokio::test]
async fn a_target_that_names_another_host_is_no_way_into_the_control_room() {
    let sandbox = Sandbox::start();
    for (host, status) in [("localhost", 200), ("127.0.0.1:1", 200), ("evil.example", 403)] {
        let line = format!("GET http://{host}/_sandbox/worlds");
        let answer = raw(&sandbox, &request(line.as_bytes(), &[]));
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{host}: {answer}");
    }
}

#[tokio::test]
async fn a_request_that_breaks_off_records_nothing() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    let before = caller.get(PAYMENTS).await.body["count"].as_i64().unwrap();
    let bearer = format!("authorization: Bearer {}", caller.bearer);
    let body = json!({ "customer_id": CUSTOMER, "total_amount_cents": 1 }).to_string();
    let with = |header: &str, body: &str| {
        let head = [bearer.as_bytes(), b"content-type: application/json", header.as_bytes()];
        [&request(format!("POST {PAYMENTS}").as_bytes(), &head), body.as_bytes()].concat()
    };
    let (more, size) = (format!("content-length: {}", body.len() + 1), body.len());
    let mut served = 0;
    for bytes in [
        Vec::new(),
        b"POS".to_vec(),
        b"GET /_sandbox/health HTTP/1.1\r\nhost: loc".to_vec(),
        with("content-length: 99", ""),
        with(&more, &body),
        with("transfer-encoding: chunked", "zz\r\n"),
        with("transfer-encoding: chunked", &format!("{size:x}\r\n{}", &body[..9])),
        with("transfer-encoding: chunked", &format!("{size:x}\r\n{body}\r\n")),
        with("transfer-encoding: chunked", &format!("{:x}\r\n{body}\r\n0\r\n", size + 1)),
    ] {
        let mut socket = connect(&sandbox);
        socket.write_all(&bytes).unwrap();
        socket.shutdown(Shutdown::Write).unwrap();
        let mut answer = String::new();
        let _reset = socket.read_to_string(&mut answer);
        let refused = answer.is_empty() || answer.starts_with("HTTP/1.1 400 ");
        assert!(refused, "{}: {answer}", bytes.escape_ascii());
        still_serves(&sandbox).await;
        served += 1;
    }
    let after = caller.get(PAYMENTS).await.body["count"].as_i64().unwrap();
    assert_eq!(after - before, served, "only those of the good requests in between");
}

fn connect(sandbox: &Sandbox) -> TcpStream {
    let socket = TcpStream::connect(sandbox.url().strip_prefix("http://").unwrap()).unwrap();
    socket.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    socket
}

/// What the server says to these bytes until it closes the connection.
fn raw(sandbox: &Sandbox, bytes: &[u8]) -> String {
    let mut socket = connect(sandbox);
    // A server that has heard enough may close before everything is written.
    let _closed = socket.write_all(bytes);
    let mut answer = Vec::new();
    let _reset = socket.read_to_end(&mut answer);
    String::from_utf8(answer).unwrap()
}

fn request(line: &[u8], headers: &[&[u8]]) -> Vec<u8> {
    let mut bytes = line.to_vec();
    bytes.extend_from_slice(b" HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n");
    for header in headers {
        bytes.extend_from_slice(header);
        bytes.extend_from_slice(b"\r\n");
    }
    bytes.extend_from_slice(b"\r\n");
    bytes
}
