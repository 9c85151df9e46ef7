//! What the control room costs calls that do not use it: the same calls to this build, to this build
//! without a journal, and to another build, in turns and in one run. Only the ratios mean anything:
//! the machine does other things, too.
//!
//! `cargo bench --bench plain_path` compares with and without a journal.
//! `SANDBOOK_BASELINE=path/to/another/sandbook` adds a build from before.
#![expect(clippy::print_stdout, reason = "the figures are what it is for")]
#![expect(clippy::unwrap_used, reason = "a measurement that cannot go on has failed")]

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const ROUNDS: usize = 15;
const TIME: Duration = Duration::from_millis(400);
const CONNECTIONS: usize = 4;

const BOOKS: &str = "/v1/platform/businesses/3c90c3cc-0d44-4b50-8888-8dd25736052a";
const CUSTOMER: &str = "4d90c3cc-1e55-5c61-9999-9ee36847163b";

/// A server that runs while it is held.
struct Server {
    name: &'static str,
    child: Child,
    port: u16,
}

impl Server {
    fn start(name: &'static str, program: &str, options: &[&str]) -> Self {
        let mut command = Command::new(program);
        command.args(["--host", "127.0.0.1", "--port", "0"]).args(options).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let greeting = lines.next().unwrap().unwrap();
        let port = greeting.rsplit(':').next().unwrap().trim().parse().unwrap();
        // The rest of the greeting must not fill the pipe.
        std::thread::spawn(move || lines.for_each(drop));
        Self { name, child, port }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _gone_already = self.child.kill();
        let _status = self.child.wait();
    }
}

/// A kind of call: how the nth of them is written.
struct Work {
    name: &'static str,
    call: fn(token: &str, n: u64) -> String,
}

const WORK: [Work; 3] = [
    Work {
        name: "GET by id",
        call: |token, _| get(token, "/invoices/payments/7a80c3cc-4a88-4f94-8ccc-000000000001/"),
    },
    Work { name: "GET list, 20 rows", call: |token, _| get(token, "/invoices/payments/") },
    Work { name: "POST create, validated, with a key", call: post },
];

fn get(token: &str, path: &str) -> String {
    format!("GET {BOOKS}{path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\r\n")
}

fn post(token: &str, n: u64) -> String {
    let body = format!(
        r#"{{"customer_id":"{CUSTOMER}","total_amount_cents":5,"payment_method":"check","note":"n{n}"}}"#
    );
    format!(
        "POST {BOOKS}/invoices/payments/ HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: application/json\r\nIdempotency-Key: k{n}\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

/// A connection that is kept, and what of the answers was read.
struct Connection {
    socket: TcpStream,
    buffer: Vec<u8>,
}

impl Connection {
    async fn open(port: u16) -> Self {
        let socket = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
        socket.set_nodelay(true).unwrap();
        Self { socket, buffer: Vec::with_capacity(64 * 1024) }
    }

    /// Sends a call and reads its answer whole.
    async fn call(&mut self, call: &str) -> (u16, String) {
        self.socket.write_all(call.as_bytes()).await.unwrap();
        self.buffer.clear();
        let (mut head, mut length) = (None, 0);
        loop {
            if head.is_none()
                && let Some(end) = self.buffer.windows(4).position(|it| it == b"\r\n\r\n")
            {
                let text = std::str::from_utf8(&self.buffer[..end]).unwrap().to_ascii_lowercase();
                let stated = text.lines().find_map(|line| line.strip_prefix("content-length: "));
                length = stated.map_or(0, |it| it.trim().parse().unwrap());
                head = Some(end + 4);
            }
            if let Some(head) = head
                && self.buffer.len() >= head + length
            {
                let status = std::str::from_utf8(&self.buffer[9..12]).unwrap().parse().unwrap();
                return (status, String::from_utf8(self.buffer[head..].to_vec()).unwrap());
            }
            assert!(self.socket.read_buf(&mut self.buffer).await.unwrap() > 0, "it hung up");
        }
    }
}

/// A token for a partner of this number, whose world nobody else uses.
async fn token(port: u16, world: u64) -> String {
    use base64::Engine;
    let partner = format!("0f0e0d0c-0b0a-4908-8706-{world:012x}:sandbox-api-key");
    let basic = base64::prelude::BASE64_STANDARD.encode(partner);
    let call = format!(
        "POST /v1/platform/oauth2/token/ HTTP/1.1\r\nHost: x\r\nAuthorization: Basic {basic}\r\n\
         Content-Length: 0\r\n\r\n"
    );
    let (status, body) = Connection::open(port).await.call(&call).await;
    assert_eq!(status, 200, "{body}");
    let value: serde_json::Value = serde_json::from_str(&body).unwrap();
    value["access_token"].as_str().unwrap().to_owned()
}

async fn calls_a_second(server: &Server, work: &Work, world: u64) -> f64 {
    let token = token(server.port, world).await;
    let mut tasks = tokio::task::JoinSet::new();
    let began = Instant::now();
    for task in 0..CONNECTIONS as u64 {
        let (token, port, call) = (token.clone(), server.port, work.call);
        tasks.spawn(async move {
            let mut connection = Connection::open(port).await;
            let (mut done, mut n) = (0_u32, task);
            while began.elapsed() < TIME {
                let (status, body) = connection.call(&call(&token, n)).await;
                assert!(status == 200 || status == 201, "{status}: {body}");
                (done, n) = (done + 1, n + CONNECTIONS as u64);
            }
            done
        });
    }
    let mut done = 0;
    while let Some(task) = tasks.join_next().await {
        done += task.unwrap();
    }
    f64::from(done) / began.elapsed().as_secs_f64()
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

#[tokio::main]
async fn main() {
    // `cargo test --benches` runs this as well: it measures nothing then.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let own = env!("CARGO_BIN_EXE_sandbook");
    let mut servers = vec![
        Server::start("this build", own, &[]),
        Server::start("no journal", own, &["--journal-entries", "0"]),
    ];
    let baseline = std::env::var("SANDBOOK_BASELINE").ok();
    if let Some(program) = &baseline {
        servers.push(Server::start("baseline", program, &[]));
    }
    for work in &WORK {
        let mut rounds: Vec<Vec<f64>> = vec![Vec::new(); servers.len()];
        for round in 0..ROUNDS as u64 {
            for (server, figures) in servers.iter().zip(&mut rounds) {
                figures.push(calls_a_second(server, work, round).await);
            }
        }
        println!("{}", work.name);
        for (server, figures) in servers.iter().zip(&rounds) {
            // Round by round, as what disturbs one server disturbs the next alike.
            let ratios = figures.iter().zip(&rounds[0]).map(|(other, this)| this / other).collect();
            let (each, ratio) = (median(figures.clone()), median(ratios));
            println!("  {:<12} {each:>9.0} calls/s   this build / it {ratio:.2}", server.name);
        }
    }
}
