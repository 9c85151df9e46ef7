//! JSON bodies against the contract of an operation. Held: what is malformed is what `serde_json`
//! cannot read, and the place of it is in the body; what is accepted is accepted again as it was
//! understood, and stays the same; it decodes into the operation's own type, and the operation
//! answers as it documents.
#![no_main]

use bytes::Bytes;
use libfuzzer_sys::{Corpus, fuzz_mutator, fuzz_target};
use sandbook::contract::{Body, Problem};
use sandbook_fuzz::house::House;
use sandbook_fuzz::mutation::{Kind, mutate};
use sandbook_fuzz::operation;
use serde_json::Value;

fuzz_target!(|data: &[u8]| -> Corpus {
    let Some((row, body)) = operation::named(data).filter(|(row, _)| !row.media.is_empty()) else {
        return Corpus::Reject;
    };
    let (house, documents) = House::get();
    let contract = documents.contract(house, row);
    let checked = operation::read(row, "", Body::Json(Bytes::copy_from_slice(body)));
    let malformed = checked.found.iter().find_map(|it| match &it.problem {
        Problem::Malformed { position, .. } => Some(*position),
        _ => None,
    });
    let unread = serde_json::from_slice::<Value>(body).is_err() && !body.is_empty();
    assert_eq!(malformed.is_some(), unread, "malformed is what is no JSON: {:?}", checked.found);
    assert!(malformed.is_none_or(|position| position <= body.len()), "a place beyond the body");
    drop(contract.survey("", &checked.input));
    if let Ok(input) = checked.verdict() {
        operation::accepted_again(row, &input);
        operation::run(row, input);
    }
    Corpus::Keep
});

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    mutate(data, size, max_size, seed, Kind::Json, true)
});
