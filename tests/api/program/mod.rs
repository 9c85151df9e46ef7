//! The program itself: options, environment, what it prints, how it stops (BEHAVIOUR 9).

mod asking;
mod documents;
mod running;
mod starting;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use serde_json::Value;

use crate::support::*;

/// Far more than anything here takes.
const PATIENCE: Duration = Duration::from_secs(40);

/// The program with these arguments, and none of the environment that would change it.
fn sandbook(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sandbook"));
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("SANDBOOK_")) {
        command.env_remove(name);
    }
    command
}

/// What a program that ends by itself has said.
fn ended(mut command: Command) -> (Option<i32>, String, String) {
    let output = finish(command.spawn().unwrap());
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

/// Waits for its end; one that does not come is a failure, not a test that hangs.
pub(crate) fn finish(child: Child) -> Output {
    let pid = child.id();
    let (tell, told) = mpsc::channel();
    std::thread::spawn(move || tell.send(child.wait_with_output()));
    let Ok(output) = told.recv_timeout(PATIENCE) else {
        signal(pid, "KILL");
        panic!("the program does not end");
    };
    output.unwrap()
}

fn signal(pid: u32, name: &str) {
    let sent = Command::new("kill").args(["-s", name, &pid.to_string()]).status().unwrap();
    assert!(sent.success());
}

/// A server that has said that it listens. It goes when it is dropped.
pub(crate) struct Program {
    pub(crate) child: Option<Child>,
    greeting: String,
    pub(crate) port: u16,
}

impl Program {
    pub(crate) fn start(arguments: &[&str]) -> Self {
        Self::run(sandbook(&[&["--port", "0"], arguments].concat()))
    }

    fn run(mut command: Command) -> Self {
        let mut child = command.spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.as_mut().unwrap());
        let mut greeting = String::new();
        while !greeting.contains("curl ") {
            let read = lines.read_line(&mut greeting).unwrap();
            assert!(read > 0, "it ended: {:?}", finish(child));
        }
        let (_, url) = greeting.split_once(" listens on ").unwrap();
        let (_, port) = url.lines().next().unwrap().rsplit_once(':').unwrap();
        let port = port.parse().unwrap();
        Self { child: Some(child), greeting, port }
    }

    pub(crate) fn signal(&self, name: &str) {
        signal(self.child.as_ref().unwrap().id(), name);
    }

    /// Stops it with a signal, and answers what was left to say.
    fn stop(mut self, name: &str) -> Output {
        self.signal(name);
        finish(self.child.take().unwrap())
    }

    fn ask(&self, request: &str, headers: &str, body: &str) -> (u16, String) {
        ask(&format!("127.0.0.1:{}", self.port), request, headers, body)
    }

    fn token(&self, partner: &str, api_key: &str) -> (u16, Value) {
        let headers = format!("authorization: {}\r\n", basic(partner, api_key));
        let (status, body) = self.ask(&format!("POST {PARTNER_TOKEN}"), &headers, "");
        (status, serde_json::from_str(&body).unwrap())
    }

    /// Posts JSON as the first partner.
    fn post(&self, path: &str, body: &Value) -> (u16, Value) {
        let (_, token) = self.token(PARTNER, API_KEY);
        let token = token["access_token"].as_str().unwrap();
        let headers =
            format!("authorization: Bearer {token}\r\ncontent-type: application/json\r\n");
        let (status, body) = self.ask(&format!("POST {path}"), &headers, &body.to_string());
        (status, serde_json::from_str(&body).unwrap())
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ended = child.kill();
            let _gone = child.wait();
        }
    }
}

/// One request on a connection of its own: status and body.
fn ask(address: &str, request: &str, headers: &str, body: &str) -> (u16, String) {
    let mut socket = TcpStream::connect(address).unwrap();
    let length = body.len();
    write!(
        socket,
        "{request} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: {length}\r\n\
         {headers}\r\n{body}"
    )
    .unwrap();
    read_answer(&mut socket)
}

fn read_answer(socket: &mut TcpStream) -> (u16, String) {
    socket.set_read_timeout(Some(PATIENCE)).unwrap();
    let mut answer = String::new();
    socket.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_owned())
}

const HEALTH: &str = "GET /_sandbox/health";

fn assert_json_lines(stderr: &[u8]) {
    let text = std::str::from_utf8(stderr).unwrap();
    let lines: Vec<Value> =
        text.lines().map(|line| serde_json::from_str(line).expect(line)).collect();
    let answered = lines.iter().find(|line| line["fields"]["request_id"] == "ticket 7");
    let answered = answered.or(lines.first()).unwrap();
    assert!(answered["level"].is_string() && answered["timestamp"].is_string(), "{answered}");
}
