//! The program: options, tracing, bind, serve, stop. No routes.

mod commands;
mod documents;
#[cfg(feature = "otel")]
mod telemetry;

use std::io::{IsTerminal, Write};
use std::process::ExitCode;

use clap::builder::BoolishValueParser;
use clap::{Parser, ValueEnum};
use commands::Command;
use sandbook::{Config, House};
use tracing_subscriber::EnvFilter;

/// Every call makes and drops a hundred small things; and musl's own allocator, which the image would
/// have, takes one lock for all threads.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

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

/// A taken port, a bad option, bad fixtures: the caller's to mend.
const USAGE: u8 = 2;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(told) if !told.use_stderr() => {
            return print(&told.to_string());
        }
        Err(wrong) => return fail(&one_line(&wrong.to_string()), USAGE),
    };
    if let Some(command) = &cli.command {
        return match commands::run(command, &cli.config) {
            Ok(said) => print(&said),
            Err(refused) => {
                say(&refused.said);
                fail(&refused.problem, 1)
            }
        };
    }
    if let Err(problem) = log(&cli) {
        return fail(&problem, USAGE);
    }
    // Dropped after the runtime: what the last calls leave goes out, too.
    #[cfg(feature = "otel")]
    let _traces = match telemetry::Traces::start() {
        Ok(traces) => traces,
        Err(problem) => return fail(&problem, USAGE),
    };
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

/// What was asked for. Who reads no further, as `head` does, has what they wanted; where it can be
/// written nowhere nobody has it.
fn print(text: &str) -> ExitCode {
    match write(text) {
        Err(problem) if problem.kind() != std::io::ErrorKind::BrokenPipe => {
            fail(&format!("standard output: cannot be written: {problem}"), 1)
        }
        Ok(()) | Err(_) => ExitCode::SUCCESS,
    }
}

fn say(text: &str) {
    // A closed pipe is no reason not to serve.
    let _closed = write(text);
}

fn write(text: &str) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush())
}

fn fail(problem: &str, status: u8) -> ExitCode {
    // Who cannot be told why still learns by the status that it failed.
    let _untold = writeln!(std::io::stderr(), "sandbook: {problem}");
    ExitCode::from(status)
}
