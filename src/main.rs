//! The program: options, tracing, bind, serve, stop. No routes.

use std::io::{IsTerminal, Read, Write};
use std::net::TcpStream;
use std::process::ExitCode;
use std::time::Duration;

use clap::builder::BoolishValueParser;
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
    #[arg(long, short, env = "SANDBOOK_QUIET", value_parser = BoolishValueParser::new())]
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
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(told) if !told.use_stderr() => {
            say(&told.to_string());
            return ExitCode::SUCCESS;
        }
        Err(wrong) => return fail(&one_line(&wrong.to_string()), USAGE),
    };
    if matches!(cli.command, Some(Command::Health)) {
        return match health(&cli.config) {
            Ok(()) => ExitCode::SUCCESS,
            Err(problem) => fail(&problem, 1),
        };
    }
    if let Err(problem) = log(&cli) {
        return fail(&problem, USAGE);
    }
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(problem) => return fail(&format!("no threads to serve with: {problem}"), 1),
    };
    let served = runtime.block_on(async {
        // Signals are listened for before anything else: who sees the port open may send one.
        let stop = stop_signal()?;
        let house = match House::build(&cli.config) {
            Ok(house) => house,
            Err(problem) => return Ok(fail(&problem.to_string(), USAGE)),
        };
        if !cli.quiet {
            say(house.greeting());
        }
        house.serve_until(stop).await.map(|()| ExitCode::SUCCESS)
    });
    served.unwrap_or_else(|problem: std::io::Error| fail(&problem.to_string(), 1))
}

/// What is wrong with an option, without the lines on how to ask for help.
fn one_line(text: &str) -> String {
    let lines = text.lines().map(str::trim).take_while(|line| !line.starts_with("Usage:"));
    let lines = lines.filter(|line| !line.is_empty() && !line.starts_with("For more information"));
    let text = lines.collect::<Vec<_>>().join(" ");
    text.strip_prefix("error: ").unwrap_or(&text).to_owned()
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
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal());
    match cli.log_format {
        LogFormat::Text => lines.init(),
        LogFormat::Json => lines.json().init(),
    }
    Ok(())
}

/// Asks the server on this machine. Plain HTTP over a socket, so that an image needs no curl.
fn health(config: &Config) -> Result<(), String> {
    let host = match config.host.as_str() {
        "0.0.0.0" => "127.0.0.1",
        "::" | "[::]" => "::1",
        other => other.trim_matches(['[', ']']),
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
