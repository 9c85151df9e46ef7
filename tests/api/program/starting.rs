//! How the program starts: what it prints, its options, its environment, its fixtures.

use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::time::Instant;

use serde_json::json;

use super::{HEALTH, PATIENCE, Program, ask, assert_json_lines, ended, finish, sandbook, signal};
use crate::support::*;

#[test]
fn the_greeting_says_where_and_as_whom() {
    let program = Program::start(&[]);
    let base = format!("http://localhost:{}", program.port);
    for text in [&*base, PARTNER, API_KEY, BUSINESS, DZ_TOKEN, DZ_BUSINESS] {
        assert!(program.greeting.contains(text), "{text}: {}", program.greeting);
    }
    for name in ["thredfi", "dayzero"] {
        let path = format!("/openapi/{name}.json");
        assert!(program.greeting.contains(&format!("{base}{path}")));
        assert_eq!(program.ask(&format!("GET {path}"), "", "").0, 200);
    }
    assert_eq!(runs_the_curl_line(&program.greeting), 200);
}

/// The greeting's `curl -X POST -u USER:PASSWORD http://HOST:PORT/PATH`, done without curl.
fn runs_the_curl_line(greeting: &str) -> u16 {
    let (_, line) = greeting.split_once("curl -X POST -u ").unwrap();
    let (user, url) = line.trim().split_once(" http://").unwrap();
    let (address, path) = url.split_once('/').unwrap();
    let (user, password) = user.split_once(':').unwrap();
    let headers = format!("authorization: {}\r\n", basic(user, password));
    ask(address, &format!("POST /{path}"), &headers, "").0
}

#[test]
fn the_curl_line_of_the_greeting_works_wherever_it_listens() {
    // Of the loopback network, and yet not what `localhost` names.
    let program = Program::start(&["--host", "127.0.0.2"]);
    assert!(program.greeting.contains("127.0.0.2"), "{}", program.greeting);
    assert_eq!(runs_the_curl_line(&program.greeting), 200);
}

#[test]
fn the_greeting_promises_no_worlds_that_it_does_not_give() {
    let program = Program::start(&["--no-auto-worlds"]);
    assert!(!program.greeting.contains("a world of its own"), "{}", program.greeting);
}

#[test]
fn port_0_picks_a_free_port() {
    let (one, two) = (Program::start(&[]), Program::start(&[]));
    assert_ne!(one.port, two.port);
    for program in [one, two] {
        assert!(program.port != 0);
        assert_eq!(program.ask(HEALTH, "", "").0, 200);
    }
}

#[test]
fn quiet_says_nothing() {
    for option in ["--quiet", "-q"] {
        let port = unused_port(20_000);
        let mut child = sandbook(&[option, "--port", &port.to_string()]).spawn().unwrap();
        let until = Instant::now() + PATIENCE;
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(Instant::now() < until && child.try_wait().unwrap().is_none());
            std::thread::yield_now();
        }
        assert_eq!(ask(&format!("127.0.0.1:{port}"), HEALTH, "", "").0, 200);
        signal(child.id(), "TERM");
        let output = finish(child);
        assert_eq!(output.status.code(), Some(0));
        assert_eq!((output.stdout, output.stderr), (Vec::new(), Vec::new()));
    }
}

#[test]
fn a_taken_port_is_one_line_and_status_2() {
    let first = Program::start(&[]);
    let port = first.port.to_string();
    let (status, out, err) = ended(sandbook(&["--port", &port]));
    assert_eq!((status, &*out), (Some(2), ""));
    assert_eq!(err.lines().count(), 1, "{err}");
    assert!(err.contains(&port) && err.contains("in use"), "{err}");
    assert_eq!(first.ask(HEALTH, "", "").0, 200);
}

const BAD_OPTIONS: [(&[&str], &str); 11] = [
    (&["--nope"], "--nope"),
    (&["nope"], "nope"),
    (&["--port", "x"], "--port"),
    (&["--port", "70000"], "70000"),
    (&["--max-worlds", "0"], "--max-worlds"),
    (&["--rate-limit", "5/day"], "100/s, 600/m, 5/h"),
    (&["--bill-payment-status", "maybe"], "maybe"),
    (&["--log-format", "xml"], "xml"),
    (&["--log", "a=b=c"], "--log"),
    (&["--host", "192.0.2.1", "--port", "0"], "192.0.2.1"),
    (&["--jwt-secret", ""], "--jwt-secret"),
];

#[test]
fn a_bad_option_is_named_with_status_2() {
    for (arguments, names) in BAD_OPTIONS {
        let (status, out, err) = ended(sandbook(arguments));
        assert_eq!((status, &*out), (Some(2), ""), "{arguments:?}");
        assert!(err.contains(names), "{arguments:?}: {err}");
    }
}

#[test]
fn a_bad_option_is_one_line() {
    for (arguments, _) in BAD_OPTIONS {
        let (_, _, err) = ended(sandbook(arguments));
        assert_eq!(err.lines().count(), 1, "{arguments:?}: {err}");
    }
}

/// A copy of the fixtures with one text of one file changed; an empty text replaces the file.
fn fixtures(name: &str, file: &str, from: &str, to: &str) -> PathBuf {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::create_dir_all(folder.join("books")).unwrap();
    let books = std::fs::read_dir(source.join("books")).unwrap();
    let books = books.map(|entry| Path::new("books").join(entry.unwrap().file_name()));
    for path in books.chain([PathBuf::from("partners.json")]) {
        let mut text = std::fs::read_to_string(source.join(&path)).unwrap();
        if path == Path::new(file) {
            assert!(text.contains(from), "{from} is not in {file}");
            text = if from.is_empty() { to.to_owned() } else { text.replacen(from, to, 1) };
        }
        std::fs::write(folder.join(path), text).unwrap();
    }
    folder
}

#[test]
fn bad_fixtures_are_named_with_file_and_place_and_status_2() {
    let book = "books/brewery-gbp.json";
    let long = format!("\"reference\": \"{}\"", "x".repeat(101));
    for (name, file, from, to, says) in [
        (
            "sum",
            book,
            "\"outstanding\": 450000",
            "\"outstanding\": 449999",
            "#/invoices/0/outstanding: ",
        ),
        (
            "dangling",
            book,
            "\"customer\": \"4d90",
            "\"customer\": \"0000",
            "#/invoices/0/customer: ",
        ),
        (
            "no-euro-price",
            book,
            "\"total\": 450000,",
            "\"total\": 450000, \"currency\": \"EUR\",",
            "#/invoices/0/currency: EUR is not the GBP",
        ),
        (
            "void",
            book,
            "\"lifecycle\": \"sent\", \"due_on\": \"2023-09-21\"",
            "\"lifecycle\": \"void\", \"due_on\": \"2023-09-21\"",
            "#/payments/0/allocations/0/document: ",
        ),
        ("fee", book, "\"fee\": 860", "\"fee\": -860", "#/payments/0/fee: "),
        ("check", book, "\"check_number\": \"000117\", ", "", "#/bill_payments/2/check_number: "),
        ("year", book, "\"date\": \"2023-09-07\"", "\"date\": \"+12023-09-07\"", ", line "),
        (
            "wire",
            book,
            "\"method\": \"credit_card\"",
            "\"method\": \"wire\"",
            ": payment 7a80c3cc-",
        ),
        (
            "australia",
            "books/brewery-eur.json",
            "\"base_currency\": \"EUR\"",
            "\"base_currency\": \"AUD\"",
            ": base_currency AUD",
        ),
        (
            "long",
            book,
            "\"reference\": \"PAY-2023-0001\"",
            &long,
            ": payment 7a80c3cc-4a88-4f94-8ccc-000000000001: payment_reference: ",
        ),
        (
            "sweden",
            "books/studio-usd.json",
            "\"base_currency\": \"USD\"",
            "\"base_currency\": \"SEK\"",
            ": base_currency SEK",
        ),
        (
            "norway",
            "books/studio-usd.json",
            "\"currency\": \"EUR\"",
            "\"currency\": \"NOK\"",
            ": bank transaction 019ab37c-7001-7000-8000-000000000003: NOK",
        ),
        ("owner", "books/studio-usd.json", "dz_sandbox_default", "dz_x", "#/business/owner: "),
        ("unknown-field", book, "\"name\"", "\"nmae\"", ", line 2, column "),
        ("broken", book, "", "{\n\"business\": {]", ", line 2, column "),
        ("partners", "partners.json", "", "[]", ", line 1, column "),
    ] {
        let folder = fixtures(&format!("bad-{name}"), file, from, to);
        let folder = folder.to_str().unwrap();
        let (status, out, err) = ended(sandbook(&["--port", "0", "--fixtures", folder]));
        assert_eq!((status, &*out), (Some(2), ""), "{name}");
        assert_eq!(err.lines().count(), 1, "{err}");
        assert!(err.contains(&format!("{file}{says}")), "{name}: {err}");
    }
    let (status, _, err) = ended(sandbook(&["--port", "0", "--fixtures", "/no/such/folder"]));
    assert_eq!((status, err.lines().count()), (Some(2), 1), "{err}");
    assert!(err.contains("/no/such/folder"), "{err}");
}

#[test]
fn a_folder_of_fixtures_takes_the_place_of_the_embedded_ones() {
    let from = format!("\"{PARTNER}\", \"api_key\": \"{API_KEY}\"");
    let to = format!("\"{PARTNER}\", \"api_key\": \"my-own-key\"");
    let folder = fixtures("good", "partners.json", &from, &to);
    let program = Program::start(&["--fixtures", folder.to_str().unwrap()]);
    assert_eq!(program.token(PARTNER, "my-own-key").0, 200);
    assert_eq!(program.token(PARTNER, API_KEY).0, 401);
    assert_eq!(runs_the_curl_line(&program.greeting), 200, "{}", program.greeting);
}

#[test]
fn every_option_has_an_environment_variable() {
    let with = |variables: &[(&str, &str)], arguments: &[&str]| {
        let mut command = sandbook(arguments);
        command.envs(variables.iter().copied());
        command
    };
    let pending = json!({ "vendor_id": VENDOR, "amount_cents": 1 });
    let program = Program::run(with(
        &[
            ("SANDBOOK_HOST", "127.0.0.1"),
            ("SANDBOOK_PORT", "0"),
            ("SANDBOOK_BILL_PAYMENT_STATUS", "pending"),
            ("SANDBOOK_NO_AUTO_WORLDS", "true"),
            ("SANDBOOK_LOG", "sandbook=debug"),
            ("SANDBOOK_LOG_FORMAT", "json"),
        ],
        &[],
    ));
    assert_ne!(program.port, 8000);
    assert_eq!(program.post(BILL_PAYMENTS, &pending).1["status"], "pending");
    assert_eq!(program.token(GUEST, API_KEY).0, 401);
    assert_json_lines(&program.stop("TERM").stderr);

    for (name, bad) in [
        ("SANDBOOK_PORT", "x"),
        ("SANDBOOK_MAX_WORLDS", "0"),
        ("SANDBOOK_SEED", "x"),
        ("SANDBOOK_FIXTURES", "/no/such/folder"),
        ("SANDBOOK_QUIET", "perhaps"),
        ("SANDBOOK_OPEN_CONTROL", "perhaps"),
    ] {
        let arguments: &[&str] = if name == "SANDBOOK_PORT" { &[] } else { &["--port", "0"] };
        let (status, _, err) = ended(with(&[(name, bad)], arguments));
        assert_eq!(status, Some(2), "{name}: {err}");
    }
    // An argument counts for more than the environment.
    Program::run(with(&[("SANDBOOK_PORT", "x")], &["--port", "0"]));
}

#[test]
fn a_secret_of_the_environment_signs_the_tokens() {
    let ours = Program::start(&[]);
    let mut command = sandbook(&["--port", "0"]);
    command.env("SANDBOOK_JWT_SECRET", "another");
    let theirs = Program::run(command);
    let (_, token) = ours.token(PARTNER, API_KEY);
    let bearer = format!("authorization: Bearer {}\r\n", token["access_token"].as_str().unwrap());
    assert_eq!(ours.ask(&format!("GET {PAYMENTS}"), &bearer, "").0, 200);
    assert_eq!(theirs.ask(&format!("GET {PAYMENTS}"), &bearer, "").0, 401);
}

/// A port that nobody has, below those that the system gives for port 0.
fn unused_port(from: u16) -> u16 {
    let free = |port: &u16| {
        TcpListener::bind(("127.0.0.1", *port)).is_ok()
            && TcpStream::connect(("::1", *port)).is_err()
    };
    let start = from + u16::try_from(std::process::id() % 500).unwrap();
    (start..start + 400).find(free).unwrap()
}

#[test]
fn an_owner_may_be_written_in_capitals() {
    let owner = |partner: &str| format!("\"owner\": \"{partner}\"");
    let capitals = owner(&PARTNER.to_ascii_uppercase());
    let folder = fixtures("capitals", "books/brewery-gbp.json", &owner(PARTNER), &capitals);
    let program = Program::start(&["--fixtures", folder.to_str().unwrap()]);
    let payment = json!({ "customer_id": CUSTOMER, "total_amount_cents": 5 });
    assert_eq!(program.post(PAYMENTS, &payment).0, 201);
}
