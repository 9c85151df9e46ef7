//! How fast the sandbox is beside a bare axum server that gives the same bytes, call by call, and
//! how long both take to start and what they hold when idle. In one run and in turns, as ratios:
//! the machine does other things, too, and those disturb both alike.
//!
//! Server and client have a core each (`load/server.rs`). Beside the calls a second stands the
//! server's own time on its core for a call: that ratio holds on a busy machine, too.
//!
//! `cargo bench --bench speed -- --rounds 15 --only get`
//! `SANDBOOK=path` measures another build, `SANDBOOK_BASELINE=path` one more beside it.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "the figures are what it is for")]

mod load;

use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::Parser;
use load::bare::Answer;
use load::calls::{Call, ask, token};
use load::figures::{Spread, Target};
use load::server::{Memory, Server};
use load::wrk::{Rate, load};

#[derive(Parser)]
struct Options {
    /// How often each is measured.
    #[arg(long, default_value_t = 11)]
    rounds: u32,
    /// How long a call is made in each round.
    #[arg(long, default_value_t = 1)]
    seconds: u32,
    /// Only what has this in its name.
    #[arg(long, default_value = "")]
    only: String,
    /// What cargo says when it is to be measured; `cargo test` does not.
    #[arg(long, hide = true)]
    bench: bool,
}

struct Work {
    name: &'static str,
    call: fn(token: &str, world: u64) -> Call,
    target: Target,
}

const WORK: [Work; 4] = [
    Work {
        name: "GET by id",
        call: |token, _| Call::payment(token),
        target: Target::AtLeast(0.85),
    },
    Work {
        name: "GET list, 20 rows",
        call: |token, _| Call::payments(token, ""),
        target: Target::AtLeast(0.60),
    },
    Work {
        name: "POST create",
        call: |token, _| Call::create(token),
        target: Target::AtLeast(0.60),
    },
    Work { name: "POST token", call: |_, world| Call::token(world), target: Target::Unstated },
];

fn main() -> ExitCode {
    load::run(|| {
        let mut options = Options::parse();
        if !options.bench {
            // It works: that is all that a test asks.
            options.rounds = 1;
        }
        let programs = programs();
        let scratch = Path::new(env!("CARGO_TARGET_TMPDIR")).join("speed.json");
        calls(&options, &programs, &scratch)?;
        starts(&options, &programs, &scratch)
    })
}

/// The builds that are measured, by name; the first is what the targets are about.
fn programs() -> Vec<(&'static str, String)> {
    let own =
        std::env::var("SANDBOOK").unwrap_or_else(|_| env!("CARGO_BIN_EXE_sandbook").to_owned());
    let baseline = std::env::var("SANDBOOK_BASELINE").ok();
    [Some(("sandbox", own)), baseline.map(|it| ("baseline", it))].into_iter().flatten().collect()
}

fn calls(
    options: &Options,
    programs: &[(&'static str, String)],
    scratch: &Path,
) -> Result<(), String> {
    println!(
        "{:<20}{:>10}{:>12}{:>14}   bare ÷ it (middle half)   target",
        "", "", "calls/s", "µs of a core"
    );
    let servers = programs.iter().map(|(_, program)| Server::sandbox(program, &[]));
    let servers: Vec<Server> = servers.collect::<Result<_, _>>()?;
    for work in WORK.iter().filter(|work| work.name.contains(&options.only)) {
        let opening = token(servers[0].base(), 0)?;
        let answer = ask(servers[0].base(), &(work.call)(&opening, 0))?;
        write(scratch, &[answer])?;
        let bare = Server::bare(scratch)?;
        let all: Vec<&Server> = std::iter::once(&bare).chain(&servers).collect();
        let mut rounds: Vec<Vec<Rate>> = vec![Vec::new(); all.len()];
        // The first round warms up.
        for round in 0..=u64::from(options.rounds) {
            let mut turns: Vec<usize> = (0..all.len()).collect();
            if round % 2 == 1 {
                turns.reverse();
            }
            for turn in turns {
                // Every round has a world of its own: what it makes is not in the way of the next.
                let token =
                    if turn == 0 { String::new() } else { token(all[turn].base(), round + 1)? };
                let rate = load(all[turn], &(work.call)(&token, round + 1), options.seconds)?;
                if round > 0 {
                    rounds[turn].push(rate);
                }
            }
        }
        println!("{}", work.name);
        let names = std::iter::once("bare").chain(programs.iter().map(|(name, _)| *name));
        for (turn, (name, rates)) in names.zip(&rounds).enumerate() {
            let speed = Spread::of(rates.iter().map(|rate| rate.calls_a_second));
            let core = Spread::of(rates.iter().map(|rate| rate.core_us));
            print!("{:<20}{name:>10}{:>12.0}{:>14.1}", "", speed.median, core.median);
            if turn == 0 {
                println!();
                continue;
            }
            let ratio = Spread::of(
                rates
                    .iter()
                    .zip(&rounds[0])
                    .map(|(it, bare)| it.calls_a_second / bare.calls_a_second),
            );
            let by_core = Spread::of(
                rates.iter().zip(&rounds[0]).map(|(it, bare)| bare.core_us / it.core_us),
            );
            let target = if turn == 1 { work.target } else { Target::Unstated };
            println!("   {ratio:<20} by core {by_core:<20} {}", target.verdict(ratio));
        }
    }
    Ok(())
}

/// From exec to the first answer, and the memory of a server that has given one answer.
fn starts(
    options: &Options,
    programs: &[(&'static str, String)],
    scratch: &Path,
) -> Result<(), String> {
    if !"start and memory".contains(&options.only) {
        return Ok(());
    }
    let opening = Server::sandbox_anywhere(&programs[0].1)?;
    // The secret of tokens is fixed: this one opens every server of the run.
    let call = Call::payment(&token(opening.base(), 0)?);
    write(scratch, &[ask(opening.base(), &call)?])?;
    drop(opening);
    let bare = || Server::bare_anywhere(scratch);
    let mut rounds: Vec<Vec<(f64, Memory)>> = vec![Vec::new(); programs.len() + 1];
    for _ in 0..options.rounds * 5 {
        rounds[0].push(start(&bare, &call)?);
        for (turn, (_, program)) in programs.iter().enumerate() {
            rounds[turn + 1].push(start(&|| Server::sandbox_anywhere(program), &call)?);
        }
    }
    println!(
        "{:<20}{:>10}{:>12}{:>14}{:>14}",
        "start and memory", "", "ms", "RSS KiB", "of it own"
    );
    let names = std::iter::once("bare").chain(programs.iter().map(|(name, _)| *name));
    for (turn, (name, starts)) in names.zip(&rounds).enumerate() {
        let of = |figure: fn(&(f64, Memory)) -> f64| Spread::of(starts.iter().map(figure));
        let ratio = |figure: fn(&(f64, Memory)) -> f64| {
            Spread::of(starts.iter().zip(&rounds[0]).map(|(it, bare)| figure(it) / figure(bare)))
        };
        let (ms, resident, own) = (of(|it| it.0), of(|it| it.1.resident), of(|it| it.1.own));
        println!(
            "{:<20}{name:>10}{:>12.1}{:>14.0}{:>14.0}",
            "", ms.median, resident.median, own.median
        );
        if turn > 0 {
            let (time, memory) = (ratio(|it| it.0), ratio(|it| it.1.resident));
            let targets = if turn == 1 {
                (Target::AtMost(1.5), Target::AtMost(2.0))
            } else {
                (Target::Unstated, Target::Unstated)
            };
            println!("  exec to first answer ÷ bare   {time:<20} {}", targets.0.verdict(time));
            println!("  idle RSS ÷ bare               {memory:<20} {}", targets.1.verdict(memory));
        }
    }
    Ok(())
}

fn start(
    server: &dyn Fn() -> Result<Server, String>,
    call: &Call,
) -> Result<(f64, Memory), String> {
    let began = Instant::now();
    let server = server()?;
    ask(server.base(), call)?;
    let took = began.elapsed();
    // What the start itself still does is no part of being idle.
    std::thread::sleep(Duration::from_millis(50));
    Ok((took.as_secs_f64() * 1e3, server.memory()?))
}

fn write(file: &Path, answers: &[Answer]) -> Result<(), String> {
    let text = serde_json::to_string(answers).map_err(|problem| problem.to_string())?;
    std::fs::write(file, text).map_err(|problem| format!("{}: {problem}", file.display()))
}
