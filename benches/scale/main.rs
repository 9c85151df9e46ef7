//! What calls, payments and worlds cost where there are many of them: 10², 10⁴ and 10⁶ payments in
//! one business; 1, 10³ and 10⁵ worlds. As ratios in one run and in turns, and as bytes.
//!
//! `cargo bench --bench scale -- --rounds 7 --only worlds`
//! `cargo bench --bench scale -- --payments 100,10000 --worlds 1000`
//! `SANDBOOK=path` measures another build.

#[path = "../load/mod.rs"]
mod load;
mod payments;
mod worlds;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use load::exit;
use load::report::Report;

#[derive(Parser)]
struct Options {
    /// How often each call is measured.
    #[arg(long, default_value_t = 7)]
    rounds: u32,
    /// How many seconds a call is made in each round.
    #[arg(long, default_value_t = 1)]
    seconds: u32,
    /// The sizes of the books, ascending.
    #[arg(long, value_delimiter = ',', default_values_t = [100, 10_000, 1_000_000])]
    payments: Vec<u32>,
    /// How many worlds there are, ascending.
    #[arg(long, value_delimiter = ',', default_values_t = [1, 1000, 100_000])]
    worlds: Vec<u32>,
    /// `payments` or `worlds`; both without it.
    #[arg(long, default_value = "")]
    only: String,
    /// The page whose figures are to be these.
    #[arg(long)]
    write: Option<PathBuf>,
    /// What cargo says when it is to be measured; `cargo test` does not.
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() -> ExitCode {
    exit(measure())
}

fn measure() -> Result<(), String> {
    let mut options = Options::parse();
    if !options.bench {
        // It works: that is all that a test asks.
        let (payments, worlds) = (vec![100, 200], vec![1, 10]);
        options = Options { rounds: 1, seconds: 0, payments, worlds, write: None, ..options };
    }
    let chapters: [(&str, Chapter); 2] =
        [("payments", payments::measure), ("worlds", worlds::measure)];
    for (name, measure) in chapters.into_iter().filter(|(name, _)| name.contains(&options.only)) {
        let mut report = Report::default();
        measure(&options, &mut report)?;
        if let Some(page) = &options.write {
            report.write(page, name)?;
        }
    }
    Ok(())
}

type Chapter = fn(&Options, &mut Report) -> Result<(), String>;
