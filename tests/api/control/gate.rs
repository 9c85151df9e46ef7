//! Who may come into the control room: whoever shows the token; without one, loopback.

use std::io::{Read, Write};
use std::net::{TcpStream, UdpSocket};

use crate::support::*;

#[tokio::test]
async fn with_a_control_token_nobody_comes_in_without_it() {
    let control_token = Some("s3cret".to_owned());
    let sandbox = Sandbox::with(sandbook::Config { control_token, ..sandbook::Config::default() });
    let ask = async |path: &str, token: Option<&str>| {
        let call = sandbox.call("GET", &format!("/_sandbox/{path}"));
        match token {
            Some(token) => call.header("authorization", token).send().await,
            None => call.send().await,
        }
    };
    for wrong in [None, Some("Bearer s3cre"), Some("Bearer"), Some("Basic s3cret"), Some("Bearer ")]
    {
        let refused = ask("worlds", wrong).await.expect(401);
        assert_eq!(refused.header("www-authenticate"), r#"Bearer realm="control""#);
        // What there is, is nobody's business either.
        ask("nothing", wrong).await.expect(401);
    }
    ask("worlds", Some("Bearer s3cret")).await.expect(200);
    ask("nothing", Some("bearer s3cret")).await.expect(404);
    // A container asks itself how it is.
    ask("health", None).await.expect(200);
    // The APIs ask for their own credentials alone.
    sandbox.partner().await.get(PAYMENTS).await.expect(200);
}

#[tokio::test]
async fn a_page_of_another_origin_and_a_name_that_leads_here_are_not_this_machine() {
    let sandbox = Sandbox::start();
    let ask = async |name: &str, value: &str| {
        sandbox.call("POST", "/_sandbox/reset").header(name, value).send().await.status
    };
    for (name, value) in [
        ("origin", "https://evil.example"),
        ("origin", "null"),
        ("host", "evil.example"),
        ("host", "127.0.0.1.evil.example:8000"),
        ("host", "localhost:80@evil.example"),
        ("host", "evil.example@a.localhost"),
        ("host", "evil.example/.localhost"),
        ("host", ".localhost"),
        ("host", "a..localhost"),
        ("host", "[localhost]"),
        ("host", "evil://localhost"),
        ("host", "[::1].evil.example"),
        ("host", "[::1]evil.example:8000"),
        ("host", "[::1"),
        ("host", "localhost:evil.example"),
        ("origin", "http://[::1]evil"),
        ("origin", "evil://localhost"),
        ("origin", "http://evil.example@a.localhost"),
    ] {
        assert_eq!(ask(name, value).await, 403, "{name}: {value}");
    }
    for (name, value) in [
        ("origin", "http://localhost:3000"),
        ("origin", "http://[::1]:3000"),
        ("host", "localhost:8000"),
        ("host", "127.0.0.2"),
        ("host", "[::1]:8000"),
        ("host", "[::ffff:127.0.0.1]"),
        ("host", "App.LOCALHOST:8000"),
        ("host", "localhost."),
        ("host", "my_app.dev.localhost"),
    ] {
        assert_eq!(ask(name, value).await, 204, "{name}: {value}");
    }
    // Whoever shows the token may come from wherever they like.
    let control_token = Some(" s3cret\n".to_owned());
    let sandbox = Sandbox::with(sandbook::Config { control_token, ..sandbook::Config::default() });
    let call = sandbox.call("POST", "/_sandbox/reset").header("origin", "https://app.example");
    call.header("authorization", "Bearer s3cret").send().await.expect(204);
}

/// An address of this machine that is not loopback; no packet is sent to find it.
fn outside() -> Option<std::net::IpAddr> {
    let socket = UdpSocket::bind("0.0.0.0:0").ok()?;
    socket.connect("192.0.2.1:9").ok()?;
    let address = socket.local_addr().ok()?.ip();
    (!address.is_loopback() && !address.is_unspecified()).then_some(address)
}

fn status(address: std::net::IpAddr, port: u16, method: &str, path: &str, headers: &str) -> u16 {
    let mut socket = TcpStream::connect((address, port)).unwrap();
    let head = format!("{method} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{headers}");
    socket.write_all(format!("{head}Content-Length: 0\r\n\r\n").as_bytes()).unwrap();
    let mut answer = String::new();
    socket.read_to_string(&mut answer).unwrap();
    answer.split(' ').nth(1).unwrap().parse().unwrap()
}

/// Serves on every address of the machine until the test ends.
fn everywhere(config: sandbook::Config) -> (u16, tokio::runtime::Runtime) {
    let config = sandbook::Config { host: "0.0.0.0".to_owned(), port: 0, ..config };
    let house = sandbook::House::build(&config).unwrap();
    let port = house.port();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.spawn(house.serve_until(std::future::pending()));
    (port, runtime)
}

/// Every operation of the control room, its parameters filled in.
fn controls() -> Vec<(String, String)> {
    let document = document("sandbox");
    let paths = document["paths"].as_object().unwrap();
    let mut all = Vec::new();
    for (path, item) in paths {
        let path = path.replace("{world}", "x").replace("{name}", "x").replace("{id}", "1");
        let path = path.replace("{request_id}", "x");
        let methods = ["get", "post", "put", "delete"];
        let known = methods.iter().filter(|method| item.get(**method).is_some());
        all.extend(known.map(|method| (method.to_uppercase(), path.clone())));
    }
    all
}

#[test]
fn nothing_answers_an_address_that_is_not_loopback_without_a_token() {
    let Some(outside) = outside() else {
        // Not through `eprintln!`: what a test that passes prints would be kept from the reader.
        let skipped = b"!!! SKIPPED: this machine has no address but loopback\n";
        std::io::stderr().write_all(skipped).unwrap();
        return;
    };
    let controls = controls();
    assert!(controls.len() > 25);
    let (port, closed) = everywhere(sandbook::Config::default());
    for (method, path) in &controls {
        assert_eq!(status(outside, port, method, path, ""), 403, "{method} {path}");
    }
    for (method, path) in
        [("PATCH", "/_sandbox/worlds"), ("GET", "/_sandbox"), ("GET", "/_sandbox/")]
    {
        assert_eq!(status(outside, port, method, path, ""), 403, "{method} {path}");
    }
    // Loopback asks how it is; more than that only where nobody else could ask at all.
    let loopback = std::net::Ipv4Addr::LOCALHOST.into();
    assert_eq!(status(loopback, port, "GET", "/_sandbox/health", ""), 200);
    assert_eq!(status(loopback, port, "GET", "/_sandbox/worlds", ""), 403);
    closed.shutdown_background();

    let control_token = Some("s3cret".to_owned());
    let (port, guarded) =
        everywhere(sandbook::Config { control_token, ..sandbook::Config::default() });
    for (method, path) in &controls {
        assert_eq!(status(outside, port, method, path, ""), 401, "{method} {path}");
    }
    let token = "Authorization: Bearer s3cret\r\n";
    assert_eq!(status(outside, port, "GET", "/_sandbox/worlds", token), 200);
    guarded.shutdown_background();

    let (port, open) =
        everywhere(sandbook::Config { open_control: true, ..sandbook::Config::default() });
    assert_eq!(status(outside, port, "GET", "/_sandbox/worlds", ""), 200);
    open.shutdown_background();
}
