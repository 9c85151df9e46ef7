//! Many payments in one business.

use std::ffi::OsStr;
use std::time::Instant;

use super::Options;
use crate::load::answer;
use crate::load::books::{Books, ID, customer};
use crate::load::caller::{ask, stated_memory, token};
use crate::load::calls::{Call, ITEM};
use crate::load::figures::{Spread, Target};
use crate::load::plot::{Axis, Line, Plot};
use crate::load::programs;
use crate::load::report::{Report, grouped};
use crate::load::server::{Memory, NO_OPTIONS, Server};
use crate::load::wrk::{Rate, load, load_all};

/// A kind of call, made of books of so many payments.
struct Work {
    name: &'static str,
    call: fn(token: &str, payments: u32) -> Call,
    target: Target,
}

const WORK: [Work; 8] = [
    Work {
        name: "GET by id, any of them",
        call: |token, _| Call::payment_of(token, &format!("{ID}{ITEM}")),
        target: Target::AtMost(1.3),
    },
    Work {
        name: "GET list, default order",
        call: |token, _| Call::payments(token, ""),
        target: Target::AtMost(1.3),
    },
    Work {
        name: "GET list, by amount",
        call: |token, _| Call::payments(token, "?sort=amount&order=asc"),
        target: Target::Unstated,
    },
    Work {
        name: "GET list, the page in the middle",
        call: |token, payments| Call::payments(token, &format!("?page={}", payments / 40)),
        target: Target::Unstated,
    },
    Work {
        name: "GET list, of one customer",
        call: |token, _| Call::payments(token, &format!("?customer_id={}", customer(1))),
        target: Target::Unstated,
    },
    Work {
        name: "GET list, of one day",
        call: |token, _| {
            Call::payments(token, "?date_from=2022-03-05T00:00:00Z&date_to=2022-03-05T00:00:00Z")
        },
        target: Target::Unstated,
    },
    Work {
        name: "GET list, every fourth by its method",
        call: |token, _| Call::payments(token, "?method=check"),
        target: Target::Unstated,
    },
    Work {
        name: "POST create, with a key",
        call: |token, _| Call::create(token),
        target: Target::AtMost(1.3),
    },
];

/// A server with books of one size.
struct Sized {
    books: Books,
    server: Server,
    token: String,
    ms: f64,
    memory: Memory,
}

impl Sized {
    fn start(payments: u32) -> Result<Self, String> {
        let folder = programs::scratch(&format!("books-{payments}"));
        let books = Books::write(folder, payments)?;
        let options = [OsStr::new("--fixtures"), books.folder().as_os_str()];
        let began = Instant::now();
        let server = Server::sandbox(&programs::sandbox(), &options)?;
        let token = token(&server, 0)?;
        let ms = began.elapsed().as_secs_f64() * 1e3;
        let memory = server.memory()?;
        Ok(Self { books, server, token, ms, memory })
    }
}

pub(crate) fn measure(options: &Options, report: &mut Report) -> Result<(), String> {
    let sizes = options.payments.iter().map(|payments| Sized::start(*payments));
    let sizes: Vec<Sized> = sizes.collect::<Result<_, _>>()?;
    let lines = calls(&sizes, options, report)?;
    if let Some(page) = &options.write {
        let plot = Plot {
            title: "What a call costs, by the payments in its business",
            x: Axis::logarithmic("payments"),
            y: Axis::logarithmic("µs of a core"),
            lines,
        };
        plot.write(&page.with_extension("").join("payments.svg"))?;
    }
    report.say("");
    beside_bare(sizes.last().expect("there is a size"), options, report)?;
    report.say("");
    memory(&sizes, options, report)
}

fn calls(sizes: &[Sized], options: &Options, report: &mut Report) -> Result<Vec<Line>, String> {
    let mut lines = Vec::new();
    let mut head = vec![format!("{:<36}", "µs of a core, by payments")];
    head.extend(sizes.iter().map(|size| format!("{:<9}", grouped(f64::from(size.books.payments)))));
    head.extend([
        "most ÷ fewest     ".into(),
        "calls/s, fewest ÷ most".into(),
        "target       ".into(),
    ]);
    report.table(&head.iter().map(String::as_str).collect::<Vec<_>>());
    for work in &WORK {
        let rates = rounds(sizes, work, options)?;
        let last = rates.len() - 1;
        let pairs = || rates[last].iter().zip(&rates[0]);
        let by_core = Spread::of(pairs().map(|(most, fewest)| most.core_us / fewest.core_us));
        let ratio =
            Spread::of(pairs().map(|(most, fewest)| fewest.calls_a_second / most.calls_a_second));
        let mut row = vec![work.name.to_owned()];
        let core = |rates: &Vec<Rate>| Spread::of(rates.iter().map(|rate| rate.core_us)).median;
        let core: Vec<f64> = rates.iter().map(core).collect();
        row.extend(core.iter().map(|core| format!("{core:.1}")));
        row.extend([by_core.to_string(), ratio.to_string(), work.target.verdict(by_core)]);
        report.row(&row);
        let payments = sizes.iter().map(|size| f64::from(size.books.payments));
        lines.push(Line { name: work.name.to_owned(), points: payments.zip(core).collect() });
    }
    Ok(lines)
}

/// The rates at every size, round by round and in turns. New payments are made in a world of each
/// round.
fn rounds(sizes: &[Sized], work: &Work, options: &Options) -> Result<Vec<Vec<Rate>>, String> {
    let mut rates: Vec<Vec<Rate>> = vec![Vec::new(); sizes.len()];
    // The first round warms up.
    for round in 0..=u64::from(options.rounds) {
        for (size, rates) in sizes.iter().zip(&mut rates) {
            let payments = size.books.payments;
            let call = (work.call)(&token(&size.server, round + 1)?, payments);
            // What is asked again is no search in the books.
            let call = if call.body.is_none() { call.anew() } else { call };
            let rate = load_all(&size.server, &[call], payments, options.seconds)?;
            if round > 0 {
                rates.push(rate);
            }
        }
    }
    Ok(rates)
}

fn beside_bare(size: &Sized, options: &Options, report: &mut Report) -> Result<(), String> {
    let answers = programs::scratch("scale.json");
    let again = Call::payments(&size.token, "");
    answer::keep(&answers, &ask(&size.server, &again)?)?;
    let bare = Server::bare(&programs::bare()?, &answers)?;
    report.table(&[
        "call                                 ",
        "calls/s ÷ bare   ",
        "bare ÷ by core   ",
        "target       ",
    ]);
    let anew = again.clone().anew();
    for (how, call) in [(", asked again", again), (", asked anew", anew)] {
        let mut rates = Vec::new();
        // The first round warms up.
        for round in 0..=options.rounds {
            let ask = |server| load(server, &call, options.seconds);
            let pair = if round % 2 == 0 {
                let first = ask(&bare)?;
                (first, ask(&size.server)?)
            } else {
                let second = ask(&size.server)?;
                (ask(&bare)?, second)
            };
            if round > 0 {
                rates.push(pair);
            }
        }
        let pairs = || rates.iter();
        let ratio = Spread::of(pairs().map(|(bare, it)| it.calls_a_second / bare.calls_a_second));
        let by_core = Spread::of(pairs().map(|(bare, it)| bare.core_us / it.core_us));
        report.row(&[
            format!("GET list, 20 of {}{how}", grouped(f64::from(size.books.payments))),
            ratio.to_string(),
            by_core.to_string(),
            Target::AtLeast(0.60).verdict(ratio.worse(by_core)),
        ]);
    }
    Ok(())
}

fn memory(sizes: &[Sized], options: &Options, report: &mut Report) -> Result<(), String> {
    report.table(&[
        "payments        ",
        "exec to first answer",
        "RSS        ",
        "bytes a payment",
        "as stated",
    ]);
    let first = &sizes[0];
    for size in sizes {
        let more = size.books.payments - first.books.payments;
        let bytes = (size.memory.own - first.memory.own) * 1024.0 / f64::from(more);
        report.row(&[
            grouped(f64::from(size.books.payments)),
            format!("{:.1} ms", size.ms),
            format!("{} KiB", grouped(size.memory.resident)),
            if more == 0 { String::new() } else { grouped(bytes) },
            String::new(),
        ]);
    }
    // The journal fills first: it takes no more room after that.
    let server = Server::sandbox(&programs::sandbox(), &NO_OPTIONS)?;
    let token = token(&server, 1)?;
    load(&server, &Call::payment(&token), options.seconds)?;
    let (before, stated_before) = (server.memory()?, stated_memory(&server)?);
    let made = load(&server, &Call::create(&token), 2 * options.seconds)?.calls;
    let (after, stated) = (server.memory()?, stated_memory(&server)?);
    let bytes = (after.own - before.own) * 1024.0 / made;
    report.row(&[
        format!("made: {}", grouped(made)),
        String::new(),
        format!("{} KiB", grouped(after.resident)),
        grouped(bytes),
        grouped((stated - stated_before) / made),
    ]);
    Ok(())
}
