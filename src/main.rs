//! The program: options, tracing, bind, serve, stop. No routes.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Parser, Subcommand, ValueEnum};
use sandbook::{Config, House};
use tracing_subscriber::EnvFilter;

/// A faithful sandbox for bookkeeping APIs.
#[derive(Parser)]
#[command(name = "sandbook", version, about)]
struct Cli {
    #[command(flatten)]
    config: Config,

    /// Say nothing at the start.
    #[arg(long, short, env = "SANDBOOK_QUIET")]
    quiet: bool,

    /// How log lines are written, on standard error.
    #[arg(long, env = "SANDBOOK_LOG_FORMAT", value_enum, default_value_t = LogFormat::Text)]
    log_format: LogFormat,

    /// What is logged: a level, or directives such as `sandbook=debug`.
    #[arg(long, env = "SANDBOOK_LOG", default_value = "info")]
    log: String,

    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Clone, Copy, ValueEnum)]
enum LogFormat {
    Text,
    Json,
}

#[derive(Subcommand)]
enum Command {
    /// Ask a running server whether it is well: status 0 if so. For a container's HEALTHCHECK.
    Health,
}

/// A taken port, a bad option, bad fixtures: the caller's to mend.
const USAGE: u8 = 2;

fn main() -> ExitCode {
    let cli = Cli::parse();
    if matches!(cli.command, Some(Command::Health)) {
        return match health(&cli.config) {
            Ok(()) => ExitCode::SUCCESS,
            Err(problem) => fail(&problem, 1),
        };
    }
    if let Err(problem) = log(&cli) {
        return fail(&problem, USAGE);
    }
    let house = match House::build(&cli.config) {
        Ok(house) => house,
        Err(problem) => return fail(&problem.to_string(), USAGE),
    };
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(problem) => return fail(&format!("no threads to serve with: {problem}"), 1),
    };
    let served = runtime.block_on(async {
        // Listening for signals begins before the greeting: whoever has read it may send one.
        let stop = stop_signal()?;
        if !cli.quiet {
            say(&greeting(house.port()));
        }
        house.serve_until(stop).await
    });
    match served {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => fail(&problem.to_string(), 1),
    }
}

/// SIGTERM or SIGINT, whichever comes first.
#[cfg(unix)]
fn stop_signal() -> std::io::Result<impl Future<Output = ()> + Send + 'static> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut terminate, mut interrupt) =
        (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

/// Ctrl-C.
#[cfg(not(unix))]
fn stop_signal() -> std::io::Result<impl Future<Output = ()> + Send + 'static> {
    Ok(async { drop(tokio::signal::ctrl_c().await) })
}

fn log(cli: &Cli) -> Result<(), String> {
    let filter = EnvFilter::try_new(&cli.log)
        .map_err(|problem| format!("--log {:?}: {problem}", cli.log))?;
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    match cli.log_format {
        LogFormat::Text => lines.init(),
        LogFormat::Json => lines.json().init(),
    }
    Ok(())
}

/// What the start says: where, as whom, and a line that works.
fn greeting(port: u16) -> String {
    let base = format!("http://localhost:{port}");
    format!(
        "\
sandbook {version} listens on {base}

  Thredfi    partner   2b80c3cc-0c33-4a40-8777-7cc14625941a
             API key   sandbox-api-key
             business  3c90c3cc-0d44-4b50-8888-8dd25736052a (GBP)
             document  {base}/openapi/thredfi.json
  Day Zero   token     dz_sandbox_default
             business  019ab37c-b051-7000-8000-000000000001 (USD)
             document  {base}/openapi/dayzero.json
  Any other partner UUID with the same API key, and any dz_sandbox_<name>, is a world of its own.

  curl -X POST -u 2b80c3cc-0c33-4a40-8777-7cc14625941a:sandbox-api-key {base}/v1/platform/oauth2/token/
",
        version = env!("CARGO_PKG_VERSION"),
    )
}

/// Asks the server on this machine. Plain HTTP over a socket, so that an image needs no curl.
fn health(config: &Config) -> Result<(), String> {
    let host = match config.host.as_str() {
        "0.0.0.0" => "127.0.0.1",
        "::" | "[::]" => "::1",
        other => other,
    };
    let limit = Some(Duration::from_secs(3));
    let ask = || -> std::io::Result<String> {
        let mut socket = TcpStream::connect((host, config.port))?;
        socket.set_read_timeout(limit)?;
        socket.set_write_timeout(limit)?;
        let request =
            "GET /_sandbox/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
        socket.write_all(request.as_bytes())?;
        let mut answer = String::new();
        socket.take(64 * 1024).read_to_string(&mut answer)?;
        Ok(answer)
    };
    let answer = ask().map_err(|problem| format!("{host}:{}: {problem}", config.port))?;
    if answer.starts_with("HTTP/1.1 200 ") {
        return Ok(());
    }
    let line = answer.lines().next().unwrap_or("no answer");
    Err(format!("{host}:{} is not well: {line}", config.port))
}

#[expect(clippy::print_stdout, reason = "the greeting is what the program says to a person")]
fn say(text: &str) {
    // A closed pipe is no reason not to serve.
    let mut out = std::io::stdout().lock();
    let _closed = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

#[expect(clippy::print_stderr, reason = "the one line that says why the program ends")]
fn fail(problem: &str, status: u8) -> ExitCode {
    eprintln!("sandbook: {problem}");
    ExitCode::from(status)
}
