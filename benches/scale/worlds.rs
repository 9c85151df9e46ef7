//! Many worlds.

use std::time::Duration;

use super::Options;
use crate::load::caller::{Caller, stated_memory, token};
use crate::load::calls::{Call, ITEM, NUMBER};
use crate::load::figures::{Spread, Target};
use crate::load::programs;
use crate::load::report::{Report, grouped};
use crate::load::server::Server;
use crate::load::wrk::{Rate, load, load_all};

/// A server with so many worlds.
struct Filled {
    worlds: u32,
    server: Server,
    /// Of each world when it was made, and when it had answered once.
    kib: [f64; 2],
    /// The latter, as the control room has it.
    stated: f64,
}

impl Filled {
    fn start(worlds: u32) -> Result<Self, String> {
        let options = ["--max-worlds", "1000000"];
        let server = Server::sandbox(&programs::sandbox(), &options)?;
        let name = format!("w{NUMBER}");
        let caller = Caller::new(&server);
        let empty = server.memory()?.own;
        each(&server, &caller, &Call::new_world(&name), 0..worlds)?;
        let untouched = server.memory()?.own;
        each(&server, &caller, &Call::invoices(&name), 0..worlds)?;
        let touched = server.memory()?.own;
        let of_each = |kib: f64| kib / f64::from(worlds);
        let kib = [of_each(untouched - empty), of_each(touched - empty)];
        let stated = of_each(stated_memory(&server)? / 1024.0);
        Ok(Self { worlds, server, kib, stated })
    }
}

/// Makes a call with each of these numbers; answers the server's time on a core for one, in µs.
fn each(
    server: &Server,
    caller: &Caller,
    call: &Call,
    numbers: std::ops::Range<u32>,
) -> Result<f64, String> {
    let (before, count) = (server.time_on_core()?, numbers.len());
    for number in numbers {
        caller.ask(call, number)?;
    }
    let took: Duration = server.time_on_core()?.saturating_sub(before);
    Ok(took.as_secs_f64() * 1e6 / f64::from(u32::try_from(count).expect("it was one")))
}

pub(crate) fn measure(options: &Options, report: &mut Report) -> Result<(), String> {
    let filled = options.worlds.iter().map(|worlds| Filled::start(*worlds));
    let filled: Vec<Filled> = filled.collect::<Result<_, _>>()?;
    report.table(&[
        "worlds    ",
        "untouched ",
        "target       ",
        "once called",
        "as stated  ",
        "GET in one   ",
        "GET over all in turn",
    ]);
    let (mut one, mut all) = (vec![Vec::new(); filled.len()], vec![Vec::new(); filled.len()]);
    for _ in 0..options.rounds {
        for (it, (one, all)) in filled.iter().zip(one.iter_mut().zip(&mut all)) {
            let call = Call::payment(&token(&it.server, 0)?).anew();
            one.push(load(&it.server, &call, options.seconds)?);
            let call = Call::invoices(&format!("w{ITEM}")).anew();
            all.push(load_all(&it.server, &[call], it.worlds, options.seconds)?);
        }
    }
    for (it, (one, all)) in filled.iter().zip(one.iter().zip(&all)) {
        let core = |rates: &[Rate]| {
            format!("{:.1} µs", Spread::of(rates.iter().map(|rate| rate.core_us)).median)
        };
        // One world is too small for what a system says of memory.
        let many = it.worlds >= 1000;
        let if_many = |text: String| if many { text } else { String::new() };
        let sure = |target: Target, figure: f64| if_many(target.verdict(Spread::of([figure])));
        report.row(&[
            grouped(f64::from(it.worlds)),
            if_many(format!("{:.1} KiB", it.kib[0])),
            sure(Target::AtMost(4.0), it.kib[0]),
            if_many(format!("{:.1} KiB", it.kib[1])),
            if_many(format!("{:.1} KiB", it.stated)),
            core(one),
            core(all),
        ]);
    }
    making(options, report)?;
    beyond_the_limit(&filled, report)
}

/// What it takes to make a world: by how much a call in a world that nobody has seen takes longer
/// than one in a world that is there.
fn making(options: &Options, report: &mut Report) -> Result<(), String> {
    let server = Server::sandbox(&programs::sandbox(), &["--max-worlds", "10000000"])?;
    let mut more = Vec::new();
    for round in 0..options.rounds {
        let old = load(&server, &Call::invoices("old").anew(), options.seconds)?;
        let new = Call::invoices(&format!("new{round}-{NUMBER}")).anew();
        more.push(load(&server, &new, options.seconds)?.core_us - old.core_us);
    }
    let more = Spread::of(more);
    let verdict = Target::AtMost(20.0).verdict(more);
    report.say("");
    report.say(&format!("A first call in a new world takes {more} µs of a core more: {verdict}."));
    Ok(())
}

/// What it takes to make a world where another must go for it.
fn beyond_the_limit(filled: &[Filled], report: &mut Report) -> Result<(), String> {
    let most = filled.iter().map(|it| it.worlds).filter(|worlds| *worlds <= 10_000).max();
    let worlds = most.unwrap_or(1000);
    let server = Server::sandbox(&programs::sandbox(), &["--max-worlds", &worlds.to_string()])?;
    let caller = Caller::new(&server);
    let call = Call::new_world(&format!("w{NUMBER}"));
    each(&server, &caller, &call, 0..worlds)?;
    let over = each(&server, &caller, &call, worlds..2 * worlds)?;
    let count = grouped(f64::from(worlds));
    report.say("");
    report.say(&format!("A call that makes a world where there may be {count}, and one goes for it: {over:.1} µs of a core."));
    Ok(())
}
