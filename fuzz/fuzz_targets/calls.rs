//! Sessions of up to twelve calls of both APIs on the house in memory. Held: no panic and no 5xx but
//! a forced one; every answer keeps its document; a refused call and a read change nothing; the
//! books add up after every change; a repeated call with its key answers the same bytes; an export
//! reads back the same; the same calls in a fresh world answer the same.
#![no_main]

use std::sync::OnceLock;

use libfuzzer_sys::arbitrary::{Result, Unstructured};
use libfuzzer_sys::{Corpus, fuzz_target};
use sandbook_fuzz::house::House;
use sandbook_fuzz::pool::Pool;
use sandbook_fuzz::session::Session;
use sandbook_fuzz::transcript;

fuzz_target!(init: transcript::on_panic(), |data: &[u8]| -> Corpus {
    play(&mut Unstructured::new(data)).map_or(Corpus::Reject, |()| Corpus::Keep)
});

fn play(u: &mut Unstructured<'_>) -> Result<()> {
    static POOL: OnceLock<Pool> = OnceLock::new();
    let (house, documents) = House::get();
    let pool = POOL.get_or_init(|| Pool::of_fixtures(house)).clone();
    let rows: Vec<_> =
        (0..documents.rows.len()).filter(|&row| documents.rows[row].document < 2).collect();
    let twice = u.ratio(1, 4)?;
    let mut session = Session::begin(house, documents, pool);
    session.play(u, &rows)?;
    session.end(twice);
    Ok(())
}
