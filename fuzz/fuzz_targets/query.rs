//! Paths and queries: an `operationId`, a path of it, and a query. Held: the parameters of the path
//! are its segments, decoded; what is accepted is accepted again as it was understood; filters and
//! pages decode, the operation answers as it documents, and one that reads changes nothing; what
//! nobody asked for makes no other answer.
#![no_main]

use libfuzzer_sys::{Corpus, fuzz_mutator, fuzz_target};
use percent_encoding::percent_decode_str;
use sandbook::contract::Body;
use sandbook::http::fuzzing::parameters;
use sandbook_fuzz::mutation::{Kind, mutate};
use sandbook_fuzz::{operation, requests};

fuzz_target!(|data: &[u8]| -> Corpus {
    let Some((row, rest)) = operation::named(data) else { return Corpus::Reject };
    let Some((path, query)) = std::str::from_utf8(rest).ok().and_then(|it| it.split_once('\n'))
    else {
        return Corpus::Reject;
    };
    let Some(found) = parameters(row.path, path) else { return Corpus::Reject };
    let segments: Vec<_> = path.split('/').collect();
    let named = row.path.split('/').enumerate().filter(|(_, part)| part.starts_with('{'));
    let expected = named.filter_map(|(at, name)| {
        let text = percent_decode_str(segments.get(at)?).decode_utf8_lossy().into_owned();
        Some((name.trim_matches(['{', '}']).to_owned(), text))
    });
    assert_eq!(found, expected.collect::<Vec<_>>(), "parameters of the path");

    let checked = operation::read_at(row, &found, query, Body::Absent);
    let Ok(input) = checked.verdict() else { return Corpus::Keep };
    let mut written = form_urlencoded::Serializer::new(String::new());
    for (place, name, _) in &row.parameters {
        if let Some(value) = input.get(name).filter(|_| place == "query") {
            written.append_pair(name, &requests::text(value));
        }
    }
    let written = written.finish();
    let again = operation::read_at(row, &found, &written, Body::Absent).verdict();
    assert_eq!(again.as_ref(), Ok(&input), "{query} written again as {written}");
    let odd = format!("{query}&nobody[asked]=%00");
    let odd = operation::read_at(row, &found, &odd, Body::Absent).verdict();
    assert_eq!(odd.as_ref(), Ok(&input), "what nobody asked for");
    operation::run(row, input);
    Corpus::Keep
});

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    mutate(data, size, max_size, seed, Kind::Pairs, true)
});
