//! How fast the sandbox is beside a bare axum server that gives the same bytes, call by call, and
//! how long both take to start and what they hold when idle. In one run and in turns, as ratios:
//! the machine does other things, too, and those disturb both alike.
//!
//! Server and client have a core each (`load/server.rs`). Beside the ratio of the calls a second
//! stands that of the server's own time on its core for a call, which holds on a busy machine, too;
//! a target holds where both do.
//!
//! `cargo bench --bench speed -- --rounds 15 --only list`
//! `SANDBOOK=path` measures another build, `SANDBOOK_BASELINE=path` one more beside it.

mod load;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::Parser;
use load::caller::{ask, token};
use load::calls::Call;
use load::figures::{Spread, Target};
use load::report::{Report, grouped};
use load::server::{Memory, NO_OPTIONS, Server};
use load::wrk::{Rate, load};
use load::{answer, exit, programs};

#[derive(Parser)]
struct Options {
    /// How often each is measured.
    #[arg(long, default_value_t = 11)]
    rounds: u32,
    /// How many seconds a call is made in each round.
    #[arg(long, default_value_t = 1)]
    seconds: u32,
    /// Only what has this in its name.
    #[arg(long, default_value = "")]
    only: String,
    /// The page whose figures are to be these.
    #[arg(long)]
    write: Option<PathBuf>,
    /// What cargo says when it is to be measured; `cargo test` does not.
    #[arg(long, hide = true)]
    bench: bool,
}

struct Work {
    name: &'static str,
    call: fn(token: &str, world: u64) -> Call,
    target: Target,
}

const WORK: [Work; 6] = [
    Work {
        name: "GET by id",
        call: |token, _| Call::payment(token),
        target: Target::AtLeast(0.85),
    },
    Work {
        name: "GET by id, asked anew",
        call: |token, _| Call::payment(token).anew(),
        target: Target::AtLeast(0.85),
    },
    Work {
        name: "GET list, 20 rows",
        call: |token, _| Call::payments(token, ""),
        target: Target::AtLeast(0.60),
    },
    Work {
        name: "GET list, asked anew",
        call: |token, _| Call::payments(token, "").anew(),
        target: Target::AtLeast(0.60),
    },
    Work {
        name: "POST create, with a key",
        call: |token, _| Call::create(token),
        target: Target::AtLeast(0.60),
    },
    Work { name: "POST token", call: |_, world| Call::token(world), target: Target::Unstated },
];

const STARTS: &str = "start and memory";

/// The servers of a run: the bare one, and the builds of the sandbox by name. The targets are
/// about the first.
struct Field {
    bare: PathBuf,
    sandboxes: Vec<(&'static str, String)>,
    answers: PathBuf,
}

fn main() -> ExitCode {
    exit(measure())
}

fn measure() -> Result<(), String> {
    let mut options = Options::parse();
    if !options.bench {
        // It works: that is all that a test asks.
        (options.rounds, options.seconds) = (1, 0);
    }
    let baseline = programs::baseline().map(|program| ("baseline", program));
    let field = Field {
        bare: programs::bare()?,
        sandboxes: std::iter::once(("sandbox", programs::sandbox())).chain(baseline).collect(),
        answers: programs::scratch("speed.json"),
    };
    let mut report = Report::default();
    if WORK.iter().any(|work| work.name.contains(&options.only)) {
        field.calls(&options, &mut report)?;
    }
    if STARTS.contains(&options.only) {
        field.starts(options.rounds * 5, &mut report)?;
    }
    options.write.map_or(Ok(()), |page| report.write(&page, "speed"))
}

impl Field {
    fn names(&self) -> impl Iterator<Item = &'static str> {
        std::iter::once("bare axum").chain(self.sandboxes.iter().map(|(name, _)| *name))
    }

    fn calls(&self, options: &Options, report: &mut Report) -> Result<(), String> {
        let servers =
            self.sandboxes.iter().map(|(_, program)| Server::sandbox(program, &NO_OPTIONS));
        let servers: Vec<Server> = servers.collect::<Result<_, _>>()?;
        report.table(&[
            "call                   ",
            "server   ",
            "calls/s",
            "µs of core",
            "calls/s ÷ bare  ",
            "bare ÷ by core  ",
            "target       ",
        ]);
        for work in WORK.iter().filter(|work| work.name.contains(&options.only)) {
            let opening = token(&servers[0], 0)?;
            answer::keep(&self.answers, &ask(&servers[0], &(work.call)(&opening, 0))?)?;
            let bare = Server::bare(&self.bare, &self.answers)?;
            let all: Vec<&Server> = std::iter::once(&bare).chain(&servers).collect();
            let rates = rounds(&all, work, options)?;
            for (turn, (name, own)) in self.names().zip(&rates).enumerate() {
                let speed = Spread::of(own.iter().map(|it| it.calls_a_second)).median;
                let core = Spread::of(own.iter().map(|it| it.core_us)).median;
                // Round by round, as what disturbs one server disturbs the next alike.
                let pairs = || own.iter().zip(&rates[0]);
                let ratio =
                    Spread::of(pairs().map(|(it, bare)| it.calls_a_second / bare.calls_a_second));
                let by_core = Spread::of(pairs().map(|(it, bare)| bare.core_us / it.core_us));
                let beside = |text: String| if turn == 0 { String::new() } else { text };
                report.row(&[
                    if turn == 0 { work.name.to_owned() } else { String::new() },
                    name.to_owned(),
                    grouped(speed),
                    format!("{core:.1}"),
                    beside(ratio.to_string()),
                    beside(by_core.to_string()),
                    // A client that got no core of its own flatters the slower server.
                    if turn == 1 {
                        work.target.verdict(ratio.worse(by_core))
                    } else {
                        String::new()
                    },
                ]);
            }
        }
        Ok(())
    }

    /// From exec to the first answer, and the memory of a server that has given one answer.
    fn starts(&self, rounds: u32, report: &mut Report) -> Result<(), String> {
        let opening = Server::sandbox(&self.sandboxes[0].1, &NO_OPTIONS)?;
        // The secret of tokens is fixed: this one opens every server of the run.
        let call = Call::payment(&token(&opening, 0)?);
        answer::keep(&self.answers, &ask(&opening, &call)?)?;
        drop(opening);
        let mut starts: Vec<Vec<(f64, Memory)>> = vec![Vec::new(); self.sandboxes.len() + 1];
        for _ in 0..rounds {
            starts[0].push(start(|| Server::bare_anywhere(&self.bare, &self.answers), &call)?);
            for (turn, (_, program)) in self.sandboxes.iter().enumerate() {
                starts[turn + 1].push(start(|| Server::sandbox_anywhere(program), &call)?);
            }
        }
        report.say("");
        report.table(&[
            "start and idle    ",
            "server   ",
            "exec to first answer",
            "÷ bare           ",
            "target       ",
            "idle RSS  ",
            "of it own ",
            "÷ bare           ",
            "target       ",
        ]);
        for (turn, (name, own)) in self.names().zip(&starts).enumerate() {
            let of = |figure: fn(&(f64, Memory)) -> f64| {
                let ratios = own.iter().zip(&starts[0]).map(|(it, bare)| figure(it) / figure(bare));
                (Spread::of(own.iter().map(figure)).median, Spread::of(ratios))
            };
            let ((ms, slower), (resident, larger)) = (of(|it| it.0), of(|it| it.1.resident));
            let beside = |text: String| if turn == 0 { String::new() } else { text };
            let judged = |text: String| if turn == 1 { text } else { String::new() };
            report.row(&[
                String::new(),
                name.to_owned(),
                format!("{ms:.2} ms"),
                beside(slower.to_string()),
                judged(Target::AtMost(1.5).verdict(slower)),
                format!("{} KiB", grouped(resident)),
                format!("{} KiB", grouped(of(|it| it.1.own).0)),
                beside(larger.to_string()),
                judged(Target::AtMost(2.0).verdict(larger)),
            ]);
        }
        Ok(())
    }
}

/// The rates of every server, round by round and in turns.
fn rounds(servers: &[&Server], work: &Work, options: &Options) -> Result<Vec<Vec<Rate>>, String> {
    let mut rates: Vec<Vec<Rate>> = vec![Vec::new(); servers.len()];
    // The first round warms up.
    for round in 0..=u64::from(options.rounds) {
        let mut turns: Vec<usize> = (0..servers.len()).collect();
        if round % 2 == 1 {
            turns.reverse();
        }
        for turn in turns {
            let server = servers[turn];
            // Every round has a world of its own: what it makes is not in the way of the next.
            let world = round + 1;
            let token = if turn == 0 { String::new() } else { token(server, world)? };
            let rate = load(server, &(work.call)(&token, world), options.seconds)?;
            if round > 0 {
                rates[turn].push(rate);
            }
        }
    }
    Ok(rates)
}

/// Starts a server, and answers after how many milliseconds it gave its first answer.
fn start(
    server: impl Fn() -> Result<Server, String>,
    call: &Call,
) -> Result<(f64, Memory), String> {
    let began = Instant::now();
    let server = server()?;
    ask(&server, call)?;
    let took = began.elapsed();
    // What a start still does in the background is no part of being idle.
    std::thread::sleep(Duration::from_millis(50));
    Ok((took.as_secs_f64() * 1e3, server.memory()?))
}
