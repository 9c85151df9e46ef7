//! The README's table of operations, which is written from the documents.

use std::{env, fmt::Write as _, fs};

use crate::{
    not_simulated::not_simulated,
    operations::{PROVIDERS, operations, vendors_files},
};

const README: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/README.md");
const BEGIN: &str =
    "<!-- operations: written by SANDBOOK_WRITE=1 cargo test --test codegen_read readme -->\n";
const END: &str = "<!-- operations end -->";

#[test]
fn the_readmes_table_of_operations_is_that_of_the_documents() {
    let readme = fs::read_to_string(README).expect("there is a README");
    let (before, rest) = readme.split_once(BEGIN).expect("the README has a place for the table");
    let (there, after) = rest.split_once(END).expect("the place of the table has an end");
    let table = table();
    if env::var_os("SANDBOOK_WRITE").is_some() {
        fs::write(README, [before, BEGIN, &table, END, after].concat()).expect("writable");
    } else {
        assert!(there == table, "the README's table is not up to date; it says how to write it");
    }
}

#[test]
fn every_operation_that_is_not_simulated_is_marked_in_the_table() {
    let table = table();
    for operation in not_simulated() {
        let (id, reason) = (format!("| `{}` |", operation.id), operation.reason);
        let marked = |row: &str| {
            let file = format!("(specs/{}/", operation.provider);
            row.contains(&id)
                && row.contains(&file)
                && row.contains(&format!("simulated: {reason}"))
        };
        assert_eq!(table.lines().filter(|row| marked(row)).count(), 1, "{id}");
    }
    let rows = PROVIDERS.into_iter().flat_map(operations).count();
    assert_eq!(table.lines().count(), rows + 2, "a row each, below two lines of head");
}

fn table() -> String {
    let (vendors, missing) = (vendors_files(), not_simulated());
    let mut table =
        "| operation | operationId | document | source |\n|---|---|---|---|\n".to_owned();
    for provider in PROVIDERS {
        for operation in operations(provider) {
            let (method, path, id) =
                (operation.method.to_uppercase(), operation.path, operation.id());
            let file = &operation.file;
            let name = file.rsplit('/').next().unwrap_or(file);
            let source = if vendors.contains_key(file) {
                "vendor"
            } else {
                operation.value["x-sandbook-source"].as_str().unwrap_or("unknown")
            };
            let missing = missing.iter().find(|it| (&*it.provider, &*it.id) == (provider, id));
            let missing = missing.map(|it| format!("; not simulated: {}", it.reason));
            let _ = writeln!(
                table,
                "| `{method} {path}` | `{id}` | [{name}](specs/{file}) | {source}{} |",
                missing.unwrap_or_default()
            );
        }
    }
    table
}
