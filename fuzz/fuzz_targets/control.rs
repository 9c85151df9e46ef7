//! Sessions that use the control room, with calls of the APIs between: faults, clocks, transitions,
//! snapshots, imports, journal filters. Held: no panic; no 5xx of the control room; every answer
//! keeps its document, under faults, too; a control that refuses changes nothing; the books add up
//! after every change, and an export reads back the same.
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
    // Two controls to one call of an API.
    let is = |row: &usize| documents.rows[*row].document == 2;
    let controls = (0..documents.rows.len()).filter(is);
    let others = (0..documents.rows.len()).filter(|row| !is(row));
    let rows: Vec<_> =
        controls.clone().chain(controls.clone()).chain(controls).chain(others).collect();
    let mut session = Session::begin(house, documents, pool);
    session.play(u, &rows)?;
    session.end(false);
    Ok(())
}
