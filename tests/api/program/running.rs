//! What the program does while it runs, and how it stops.
//!
//! A client that never ends its headers is cut off after 30 seconds, which one test waits for.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::{
    HEALTH, PATIENCE, Program, ask, assert_json_lines, ended, finish, read_answer, sandbook,
};
use crate::support::*;

#[test]
fn health_is_0_on_a_running_server_and_1_on_none() {
    let program = Program::start(&[]);
    let port = program.port.to_string();
    for arguments in [["health", "--port", &port], ["--port", &port, "health"]] {
        assert_eq!(ended(sandbook(&arguments)), (Some(0), String::new(), String::new()));
    }
    assert_eq!(program.stop("TERM").status.code(), Some(0));
    let (status, out, err) = ended(sandbook(&["health", "--port", &port]));
    assert_eq!((status, &*out, err.lines().count()), (Some(1), "", 1), "{err}");
}

#[test]
fn sigterm_lets_a_running_call_end_and_exits_0() {
    for name in ["TERM", "INT"] {
        let mut program = Program::start(&[]);
        let connect = || TcpStream::connect(("127.0.0.1", program.port));
        let (_, token) = program.token(PARTNER, API_KEY);
        let token = token["access_token"].as_str().unwrap();
        let body = json!({ "customer_id": CUSTOMER, "total_amount_cents": 7 }).to_string();
        let (first, rest) = body.split_at(body.len() / 2);

        let mut slow = connect().unwrap();
        slow.set_read_timeout(Some(PATIENCE)).unwrap();
        let length = body.len();
        write!(
            slow,
            "POST {PAYMENTS} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\n\
             content-type: application/json\r\ncontent-length: {length}\r\n\
             expect: 100-continue\r\n\r\n"
        )
        .unwrap();
        // Told to go on, the client knows that its call is running.
        let mut goes_on = [0; 25];
        slow.read_exact(&mut goes_on).unwrap();
        assert_eq!(&goes_on, b"HTTP/1.1 100 Continue\r\n\r\n");
        slow.write_all(first.as_bytes()).unwrap();

        program.signal(name);
        let until = Instant::now() + PATIENCE;
        while connect().is_ok() {
            assert!(Instant::now() < until, "it still takes connections");
            std::thread::yield_now();
        }
        slow.write_all(rest.as_bytes()).unwrap();
        let (status, answer) = read_answer(&mut slow);
        assert_eq!(status, 201, "{answer}");
        assert!(answer.contains("\"total_amount_cents\":7"), "{answer}");
        assert_eq!(finish(program.child.take().unwrap()).status.code(), Some(0));
    }
}

#[test]
fn an_idle_connection_does_not_hold_up_the_end() {
    let program = Program::start(&[]);
    let mut idle = TcpStream::connect(("127.0.0.1", program.port)).unwrap();
    idle.write_all(b"GET /_sandbox/health HTTP/1.1\r\nhost: x\r\n\r\n").unwrap();
    idle.read_exact(&mut [0; 12]).unwrap();
    let begun = Instant::now();
    assert_eq!(program.stop("TERM").status.code(), Some(0));
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
}

#[test]
fn the_log_can_be_lines_of_json_that_name_the_request() {
    let program = Program::start(&["--log-format", "json", "--log", "sandbook=debug"]);
    assert_eq!(program.ask(HEALTH, "x-request-id: ticket 7\r\n", "").0, 200);
    let stderr = program.stop("TERM").stderr;
    assert_json_lines(&stderr);
    assert!(String::from_utf8(stderr).unwrap().contains("\"ticket 7\""));
}

#[test]
fn a_log_that_goes_to_a_file_has_no_colours() {
    let program = Program::start(&["--log", "sandbook=debug"]);
    assert_eq!(program.ask(HEALTH, "", "").0, 200);
    let stderr = program.stop("TERM").stderr;
    assert!(!stderr.is_empty() && !stderr.contains(&0x1b), "{}", stderr.escape_ascii());
}

#[test]
fn without_auto_worlds_an_unknown_credential_opens_nothing() {
    let link = json!({ "transaction_id": DEPOSIT, "amount": 1 }).to_string();
    let dayzero = |program: &Program, token: &str| {
        let headers = format!(
            "authorization: Bearer {token}\r\nx-business-id: {DZ_BUSINESS}\r\n\
             content-type: application/json\r\n"
        );
        program.ask(&format!("POST {}", dz_payments(1)), &headers, &link).0
    };
    let open = Program::start(&[]);
    assert_eq!((open.token(GUEST, API_KEY).0, dayzero(&open, "dz_sandbox_x")), (200, 201));
    let shut = Program::start(&["--no-auto-worlds"]);
    let (status, body) = shut.token(GUEST, API_KEY);
    assert_eq!((status, &body["error_code"]), (401, &json!("invalid_credentials")));
    assert_eq!(dayzero(&shut, "dz_sandbox_x"), 401);
    assert_eq!((shut.token(PARTNER, API_KEY).0, dayzero(&shut, DZ_TOKEN)), (200, 201));
}

#[test]
fn bill_payments_may_start_pending() {
    let body = json!({ "vendor_id": VENDOR, "amount_cents": 1 });
    let program = Program::start(&["--bill-payment-status", "pending"]);
    let (status, payment) = program.post(BILL_PAYMENTS, &body);
    assert_eq!((status, &payment["status"]), (201, &json!("pending")));
    assert_eq!(payment["completed_at"], Value::Null);
    let (_, payment) = Program::start(&[]).post(BILL_PAYMENTS, &body);
    assert_eq!(payment["status"], "completed");
    assert_eq!(payment["completed_at"], payment["created_at"]);
}

#[test]
fn localhost_answers_on_ipv6_too() {
    if TcpListener::bind("[::1]:0").is_err() {
        return; // A machine without IPv6 has nothing to answer on.
    }
    let program = Program::start(&[]);
    for address in ["127.0.0.1", "[::1]"] {
        assert_eq!(ask(&format!("{address}:{}", program.port), HEALTH, "", "").0, 200);
    }
}

#[test]
fn a_client_that_never_ends_its_headers_is_cut_off() {
    let program = Program::start(&[]);
    let mut slow = TcpStream::connect(("127.0.0.1", program.port)).unwrap();
    slow.set_read_timeout(Some(PATIENCE)).unwrap();
    slow.write_all(b"GET /_sandbox/health HTTP/1.1\r\nhost: ").unwrap();
    let mut answer = Vec::new();
    slow.read_to_end(&mut answer).unwrap();
    assert_eq!(program.ask(HEALTH, "", "").0, 200);
}
