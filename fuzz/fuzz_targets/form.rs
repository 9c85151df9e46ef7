//! Bodies of the kind `application/x-www-form-urlencoded`. Held: the pairs are those that the crate
//! `form_urlencoded` reads, and what is no UTF-8 is named; how the body comes in pieces is nothing
//! to it; what is accepted says as JSON what it said as a form; it decodes, and the operation
//! answers as it documents.
#![no_main]

use libfuzzer_sys::{Corpus, fuzz_mutator, fuzz_target};
use sandbook::contract::Body;
use sandbook_fuzz::mutation::{Kind, mutate};
use sandbook_fuzz::operation;

const FORM: &str = "application/x-www-form-urlencoded";

fuzz_target!(|data: &[u8]| -> Corpus {
    let flat = |row: &sandbook_fuzz::documents::Row| row.media.iter().any(|media| media == FORM);
    let Some((row, body)) = operation::named(data).filter(|(row, _)| flat(row)) else {
        return Corpus::Reject;
    };
    let read = operation::read_body(row, FORM, body, body.len());
    let in_pieces = operation::read_body(row, FORM, body, 3);
    assert_eq!(format!("{read:?}"), format!("{in_pieces:?}"), "it comes in pieces");
    let reference: Vec<(String, String)> = form_urlencoded::parse(body).into_owned().collect();
    match &read {
        Ok(Body::Flat(pairs)) => assert_eq!(*pairs, reference, "other pairs"),
        // Whatever was replaced was no UTF-8.
        Ok(Body::NotText { .. }) => {
            let replaced = |(name, value): &(String, String)| {
                name.contains('\u{fffd}') || value.contains('\u{fffd}')
            };
            assert!(reference.iter().any(replaced), "all of it is UTF-8");
        }
        Ok(Body::Absent | Body::Json(_)) => assert!(body.is_empty(), "a form is none"),
        Err(failure) => panic!("a form is refused: {failure:?}"),
    }
    operation::flat(row, read.expect("it is none of the errors above"));
    Corpus::Keep
});

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    mutate(data, size, max_size, seed, Kind::Pairs, true)
});
