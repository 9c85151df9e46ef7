//! Whether memory stays flat: mixed calls as fast as they are answered, payments made in a world
//! that is then reset, and ever new worlds that push out old ones.
//!
//! `cargo bench --bench soak -- --minutes 30`
//! `SANDBOOK=path` measures another build. It fails where memory grows.

mod load;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::Parser;
use load::caller::{ask, token};
use load::calls::{Call, NUMBER, partner};
use load::plot::{Axis, Line, Plot};
use load::report::{Report, grouped};
use load::server::Server;
use load::wrk::load_all;
use load::{exit, programs};

/// How much of its memory a server may gain in the last two thirds of a run, as a straight line
/// through what was sampled.
const BOUND: f64 = 0.05;

/// Below this a line through the samples says nothing.
const ENOUGH: Duration = Duration::from_mins(5);

/// So that the limit is reached soon and worlds go all the time.
const MAX_WORLDS: &str = "1000";

/// How many worlds take turns to be filled and reset.
const RESET_IN_TURN: u64 = 20;

/// How many calls a world is filled with. Filled for so many seconds, it would say how fast the
/// machine is, and a machine that gets faster would look like memory that grows.
const CALLS_A_WORLD: f64 = 100_000.0;

#[derive(Parser)]
struct Options {
    /// How long.
    #[arg(long, default_value_t = 30.0)]
    minutes: f64,
    /// The page whose figures are to be these; the plot goes into a folder of its name.
    #[arg(long)]
    write: Option<PathBuf>,
    /// What cargo says when it is to be measured; `cargo test` does not.
    #[arg(long, hide = true)]
    bench: bool,
}

/// What was sampled: after so many minutes so many MiB.
type Samples = Vec<(f64, f64)>;

fn main() -> ExitCode {
    exit(measure())
}

fn measure() -> Result<(), String> {
    let options = Options::parse();
    // That it works is all that a test asks.
    let (minutes, seconds) = if options.bench { (options.minutes, 1) } else { (0.01, 0) };
    let length = Duration::from_secs_f64(minutes * 60.0);
    let server = Server::sandbox(&programs::sandbox(), &["--max-worlds", MAX_WORLDS])?;
    let (began, mut samples, mut calls, mut turn) = (Instant::now(), Samples::new(), 0.0, 0);
    while began.elapsed() < length {
        let mut made = 0.0;
        while made < CALLS_A_WORLD && began.elapsed() < length {
            made += some(&server, turn, seconds)?;
        }
        calls += made;
        // The last world is not full.
        if made >= CALLS_A_WORLD || samples.is_empty() {
            let resident = server.memory()?.resident / 1024.0;
            samples.push((began.elapsed().as_secs_f64() / 60.0, resident));
        }
        let world = partner(turn % RESET_IN_TURN + 1);
        ask(&server, &Call::reset(&world))?;
        turn += 1;
    }
    let last: Samples = samples.iter().copied().filter(|it| it.0 > minutes / 3.0).collect();
    let (mean, gain) = gain(&last);
    let verdict = if gain <= BOUND { "flat" } else { "it grows" };
    let mut report = Report::default();
    report.say(&format!(
        "{} calls in {minutes} minutes, and a world filled and reset {turn} times. In the last two \
         thirds {mean:.1} MiB resident on average; a straight line through them gains {:.1} % of \
         that (bound: {:.0} %): {verdict}.",
        grouped(calls),
        gain * 100.0,
        BOUND * 100.0,
    ));
    if let Some(page) = &options.write {
        let plot = Plot {
            title: "Memory under mixed calls, with worlds that are filled, reset and pushed out",
            x: Axis::linear("minutes"),
            y: Axis::linear("MiB resident"),
            lines: vec![Line { name: "sandbook".to_owned(), points: samples }],
        };
        plot.write(&page.with_extension("").join("soak.svg"))?;
        report.write(page, "soak")?;
    }
    if length >= ENOUGH && gain > BOUND { Err("memory is not flat".to_owned()) } else { Ok(()) }
}

/// Some seconds of calls, half of which change something; answers how many.
fn some(server: &Server, turn: u64, seconds: u32) -> Result<f64, String> {
    let opens = token(server, turn % RESET_IN_TURN + 1)?;
    let calls = [
        Call::create(&opens),
        Call::payment(&opens),
        Call::create(&opens),
        Call::payments(&opens, ""),
        Call::token(turn % RESET_IN_TURN + 1),
        // A world that nobody has seen before.
        Call::invoices(&format!("s{turn}-{NUMBER}")),
    ];
    Ok(load_all(server, &calls, 1, seconds)?.calls)
}

/// The mean of the samples, and what a straight line through them gains from the first to the last,
/// as a part of it.
fn gain(samples: &Samples) -> (f64, f64) {
    let count = f64::from(u32::try_from(samples.len()).expect("nobody soaks for years"));
    let mean = |of: fn(&(f64, f64)) -> f64| samples.iter().map(of).sum::<f64>() / count;
    let (middle, mean) = (mean(|it| it.0), mean(|it| it.1));
    let above: f64 = samples.iter().map(|it| (it.0 - middle) * (it.1 - mean)).sum();
    let square: f64 = samples.iter().map(|it| (it.0 - middle).powi(2)).sum();
    let length = samples.last().map_or(0.0, |it| it.0) - samples.first().map_or(0.0, |it| it.0);
    // A line needs two samples.
    let slope = if square > 0.0 { above / square } else { 0.0 };
    (mean, slope * length / mean)
}
