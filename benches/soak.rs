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

/// Nor does one through fewer.
const FEWEST: usize = 20;

/// So that the limit is reached soon and worlds go all the time.
const MAX_WORLDS: &str = "1000";

/// How many worlds take turns to be filled and reset.
const RESET_IN_TURN: u64 = 20;

/// How many calls a world is filled with at least; the last second may bring more than are missing.
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

/// What is resident when a world is full.
struct Sample {
    /// Since the beginning.
    minutes: f64,
    /// How many calls the world was filled with.
    calls: f64,
    mib: f64,
}

fn main() -> ExitCode {
    exit(measure())
}

fn measure() -> Result<(), String> {
    let options = Options::parse();
    // That it works is all that a test asks.
    let (minutes, seconds) = if options.bench { (options.minutes, 1) } else { (0.01, 0) };
    let length = Duration::from_secs_f64(minutes * 60.0);
    let server = Server::sandbox(&programs::sandbox(), &["--max-worlds", MAX_WORLDS])?;
    let (began, mut samples, mut calls, mut turn) = (Instant::now(), Vec::new(), 0.0, 0);
    while began.elapsed() < length {
        let mut made = 0.0;
        while made < CALLS_A_WORLD && began.elapsed() < length {
            made += some(&server, turn, seconds)?;
        }
        calls += made;
        // The last world is not full.
        if made >= CALLS_A_WORLD {
            let minutes = began.elapsed().as_secs_f64() / 60.0;
            let mib = server.memory()?.resident / 1024.0;
            samples.push(Sample { minutes, calls: made, mib });
        }
        let world = partner(turn % RESET_IN_TURN + 1);
        ask(&server, &Call::reset(&world))?;
        turn += 1;
    }
    let first = samples.partition_point(|it| it.minutes <= minutes / 3.0);
    let last = &samples[first..];
    let mut report = Report::default();
    report.say(&format!(
        "{} calls in {minutes} minutes, and a world filled and reset {} times.",
        grouped(calls),
        samples.len(),
    ));
    if length < ENOUGH {
        report.say("That is too short to say whether memory stays flat.");
        return Ok(());
    }
    if last.len() < FEWEST {
        return Err(format!("{} full worlds do not say whether memory is flat", last.len()));
    }
    let (mean, gain) = gain(last);
    let is_flat = gain <= BOUND;
    report.say(&format!(
        "In the last two thirds {mean:.1} MiB resident on average when a world is full; a straight \
         line through them, with what a fuller world takes set aside, gains {:.1} % of that (bound: \
         {:.0} %): {}.",
        gain * 100.0,
        BOUND * 100.0,
        if is_flat { "flat" } else { "it grows" },
    ));
    if let Some(page) = &options.write {
        let points = samples.iter().map(|it| (it.minutes, it.mib)).collect();
        let plot = Plot {
            title: "Memory under mixed calls, with worlds that are filled, reset and pushed out",
            x: Axis::linear("minutes"),
            y: Axis::linear("MiB resident"),
            lines: vec![Line { name: "sandbook".to_owned(), points }],
        };
        plot.write(&page.with_extension("").join("soak.svg"))?;
        report.write(page, "soak")?;
    }
    if is_flat { Ok(()) } else { Err("memory is not flat".to_owned()) }
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

/// The mean of what was resident, and what a straight line through it gains from the first sample to
/// the last, as a part of it. What is resident with a fuller world is more, and a faster machine fills
/// them more, which is no growth: that part is taken out first.
fn gain(samples: &[Sample]) -> (f64, f64) {
    let column = |of: fn(&Sample) -> f64| samples.iter().map(of).collect::<Vec<_>>();
    let (minutes, calls, mib) =
        (column(|it| it.minutes), column(|it| it.calls), column(|it| it.mib));
    let slope = slope(&without(&calls, &minutes), &without(&calls, &mib));
    let length = minutes.last().expect("some") - minutes.first().expect("some");
    (mean(&mib), slope * length / mean(&mib))
}

/// The second numbers without what a straight line explains of them by the first.
fn without(first: &[f64], second: &[f64]) -> Vec<f64> {
    let (slope, middle) = (slope(first, second), mean(first));
    first.iter().zip(second).map(|(x, y)| y - slope * (x - middle)).collect()
}

/// How much the second numbers rise where the first rise by one.
fn slope(first: &[f64], second: &[f64]) -> f64 {
    let (middle, mean) = (mean(first), mean(second));
    let both: f64 = first.iter().zip(second).map(|(x, y)| (x - middle) * (y - mean)).sum();
    let square: f64 = first.iter().map(|x| (x - middle).powi(2)).sum();
    if square > 0.0 { both / square } else { 0.0 }
}

fn mean(numbers: &[f64]) -> f64 {
    numbers.iter().sum::<f64>() / f64::from(u32::try_from(numbers.len()).expect("few"))
}
