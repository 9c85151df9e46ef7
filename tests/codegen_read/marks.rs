//! Whose an operation is: the vendors' files are untouched and their operations unmarked; every other
//! operation is ours, and says where it was taken from and why.

use std::{collections::BTreeSet, fmt::Write as _, fs};

use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::operations::{METHODS, PROVIDERS, files, operations, specs, vendors_files};

/// Where an operation of ours may come from: the provider's guides, its public packages, or neither.
const SOURCES: [&str; 3] = ["docs", "sdk", "inferred"];

#[test]
fn the_vendors_files_are_byte_for_byte_those_of_the_readme() {
    let vendors = vendors_files();
    assert!(!vendors.is_empty(), "the README of the specs lists the vendors' files");
    for (file, sum) in vendors {
        let bytes = fs::read(specs().join(&file)).unwrap_or_else(|error| panic!("{file}: {error}"));
        let digest = Sha256::digest(bytes).iter().fold(String::new(), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        });
        assert_eq!(digest, sum, "{file}");
    }
}

#[test]
fn every_operation_of_the_vendors_is_there_and_unmarked() {
    for file in vendors_files().into_keys() {
        let (provider, _) = file.split_once('/').expect("a file in a folder");
        let text = fs::read_to_string(specs().join(&file)).expect("a document is text");
        let theirs: Value = serde_saphyr::from_str(&text).expect("a document parses");
        let served = operations(provider);
        let mut seen = 0;
        for (path, item) in theirs["paths"].as_object().expect("a document has paths") {
            for (method, id) in METHODS.iter().map(|method| (method, &item[method]["operationId"]))
            {
                if id.is_null() {
                    continue;
                }
                let served = served.iter().find(|it| it.path == path && it.method == *method);
                let served = served.unwrap_or_else(|| panic!("{method} {path} is not served"));
                assert_eq!((served.id().into(), &served.file), (id.clone(), &file));
                assert_eq!(marks(served.value), [] as [&str; 0], "{id} is the vendor's");
                seen += 1;
            }
        }
        assert!(seen > 0, "{file} describes nothing");
    }
}

#[test]
fn every_other_operation_is_marked_as_ours() {
    let vendors = vendors_files();
    for operation in PROVIDERS.into_iter().flat_map(operations) {
        if vendors.contains_key(&operation.file) {
            continue;
        }
        let place = format!("{}: {}", operation.file, operation.id());
        let source = operation.value["x-sandbook-source"].as_str();
        assert!(source.is_some_and(|it| SOURCES.contains(&it)), "{place} says {source:?}");
        let reason = operation.value["x-sandbook-reason"].as_str().unwrap_or_default();
        assert!(!reason.trim().is_empty(), "{place} gives no reason");
        assert_eq!(reason.lines().count(), 1, "{place} gives its reason in one line: {reason}");
    }
}

#[test]
fn every_file_of_the_providers_describes_an_operation_and_has_its_row() {
    let used: BTreeSet<_> =
        PROVIDERS.into_iter().flat_map(operations).map(|operation| operation.file).collect();
    assert_eq!(used, files().into_iter().collect());
    let readme = fs::read_to_string(specs().join("README.md")).expect("specs has a README");
    for file in used {
        let row = format!("| `{file}` | ");
        assert_eq!(readme.lines().filter(|line| line.starts_with(&row)).count(), 1, "{file}");
    }
}

#[test]
fn every_operation_with_an_idempotency_key_says_what_a_replay_and_a_reuse_answer() {
    let mut seen = 0;
    for operation in PROVIDERS.into_iter().flat_map(operations) {
        let parameters = operation.value["parameters"].as_array();
        let key = |it: &Value| it["in"] == "header" && it["name"] == "Idempotency-Key";
        if parameters.is_some_and(|all| all.iter().any(key)) {
            // 201 is the answer of what only creates; a match answers 200 the first time, too.
            for status in ["200", "409"] {
                let reply = &operation.value["responses"][status];
                assert!(reply.is_object(), "{} documents no {status}", operation.id());
            }
            seen += 1;
        }
    }
    assert!(seen > 0, "no operation has the key");
}

/// What an operation says of itself that only ours may say.
fn marks(operation: &Value) -> Vec<&String> {
    let keys = operation.as_object().expect("an operation is an object").keys();
    keys.filter(|key| key.starts_with("x-sandb")).collect()
}
