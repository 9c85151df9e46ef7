//! Bodies of the kind `multipart/form-data`: an `operationId`, the media type with its boundary, and
//! the body. Held: the pairs that are read are read again where they are written once more, as a
//! multipart and as a form; how the body comes in pieces is nothing to it; what is accepted says as
//! JSON what it said in parts; it decodes, and the operation answers as it documents.
#![no_main]

use libfuzzer_sys::{Corpus, fuzz_mutator, fuzz_target};
use sandbook::contract::Body;
use sandbook_fuzz::mutation::{Kind, mutate};
use sandbook_fuzz::{operation, requests};

const FORM: &str = "application/x-www-form-urlencoded";

fuzz_target!(|data: &[u8]| -> Corpus {
    let Some((row, rest)) = operation::named(data).filter(|(row, _)| row.media.len() > 1) else {
        return Corpus::Reject;
    };
    let Some(end) = rest.iter().position(|byte| *byte == b'\n') else { return Corpus::Reject };
    let Ok(media) = std::str::from_utf8(&rest[..end]) else { return Corpus::Reject };
    let body = &rest[end + 1..];
    if !media.trim_start().to_ascii_lowercase().starts_with("multipart/form-data") {
        return Corpus::Reject;
    }
    let read = operation::read_body(row, media, body, body.len());
    let in_pieces = operation::read_body(row, media, body, 3);
    assert_eq!(format!("{read:?}"), format!("{in_pieces:?}"), "it comes in pieces");
    let Ok(read) = read else { return Corpus::Keep };
    if let Body::Flat(pairs) = &read {
        let form = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
        again(row, pairs, FORM, form.as_bytes());
        // A name is written as it is: then no sign in it may end it.
        let plain = |(name, text): &(String, String)| {
            !name.contains(['"', '\\', '\r', '\n']) && !text.contains("--boundary")
        };
        if pairs.iter().all(plain) {
            let parts = requests::multipart(pairs, "boundary");
            again(row, pairs, "multipart/form-data; boundary=boundary", &parts);
        }
    }
    operation::flat(row, read);
    Corpus::Keep
});

fn again(
    row: &sandbook_fuzz::documents::Row,
    pairs: &[(String, String)],
    media: &str,
    body: &[u8],
) {
    match operation::read_body(row, media, body, body.len()) {
        Ok(Body::Flat(again)) => assert_eq!(again, pairs, "written again as {media}"),
        // A form of no pairs is no bytes.
        Ok(Body::Absent) => assert!(pairs.is_empty(), "written again as {media}"),
        other => panic!("{pairs:?} written again as {media}: {other:?}"),
    }
}

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    mutate(data, size, max_size, seed, Kind::Text, true)
});
