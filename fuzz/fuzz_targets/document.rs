//! API documents in YAML or JSON, one or several with `%%%` between them, as the build reads them:
//! merged, brought down to `OpenAPI` 3.0.3, checked. Held: reading is the same every time; what is
//! read is read again as it was written, and stays the same; where the contract can be made, its
//! samples keep it, and no request is beyond it.
#![no_main]

use libfuzzer_sys::{Corpus, fuzz_mutator, fuzz_target};
use sandbook::contract::{Body, Contract, Incoming};
use sandbook_fuzz::CUT;
use sandbook_fuzz::mutation::{Kind, mutate};
use serde_json::{Value, json};

#[path = "../../codegen/read/mod.rs"]
#[expect(dead_code, reason = "only the reading of texts is used")]
mod read;

fuzz_target!(|data: &[u8]| -> Corpus {
    let Ok(text) = std::str::from_utf8(data) else { return Corpus::Reject };
    let parts: Vec<&str> = text.split(CUT).collect();
    let Ok(document) = read::of_texts(&parts, None) else { return Corpus::Keep };
    let again = read::of_texts(&parts, None).map(|document| document.root).ok();
    assert_eq!(again.as_ref(), Some(&document.root), "read a second time");
    let written = document.root.to_string();
    match read::of_texts(&[&written], None) {
        Ok(again) => assert_eq!(again.root, document.root, "written and read again"),
        Err(error) => panic!("what was read is refused once it is written: {error}\n{written}"),
    }
    promised(&document.root);
    Corpus::Keep
});

/// The contract of a document holds what it says of itself.
fn promised(root: &Value) {
    let Ok(contract) = Contract::new(root) else { return };
    let paths = root["paths"].as_object().into_iter().flatten();
    let operations = paths.flat_map(|(_, item)| item.as_object().into_iter().flatten());
    let ids = operations.filter_map(|(_, operation)| operation["operationId"].as_str());
    for operation in ids.filter_map(|id| contract.operation(id)) {
        for status in operation.documented() {
            if let Ok(sample) = operation.sample(status, None) {
                let found = operation.check_reply(status, &sample);
                assert!(found.is_empty(), "the sample {sample} of {status}: {found:?}");
            }
        }
        for value in [json!({}), json!([1, "a", null]), json!({ "a": { "b": 1.5 } })] {
            let body = Body::Json(value.to_string().into());
            let asked = Incoming { path: &[], query: "a=1&b=&c", headers: &|_| None, body };
            let checked = operation.read(asked);
            drop(operation.survey("a=1&b=&c", &checked.input));
            let pairs =
                vec![("a[0][b]".to_owned(), "1".to_owned()), ("a.c".to_owned(), String::new())];
            let flat =
                Incoming { path: &[], query: "", headers: &|_| None, body: Body::Flat(pairs) };
            drop(operation.read(flat));
        }
    }
}

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    mutate(data, size, max_size, seed, Kind::Yaml, false)
});
