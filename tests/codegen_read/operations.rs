//! Every operation that the sandbox serves, with the file that it stands in, and which files are the vendors'.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    sync::LazyLock,
};

use serde_json::Value;

use crate::read::{self, Document};

/// In the order of the README.
pub(crate) const PROVIDERS: [&str; 2] = ["thredfi", "dayzero"];
pub(crate) const METHODS: [&str; 8] =
    ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

pub(crate) fn specs() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/specs"))
}

/// A provider's document as it is served, read once for all tests.
pub(crate) fn provided(provider: &str) -> &'static Document {
    static ALL: LazyLock<Vec<Document>> = LazyLock::new(|| {
        let read = |provider| read::read(specs(), provider);
        PROVIDERS.map(|name| read(name).unwrap_or_else(|error| panic!("{error}"))).into()
    });
    ALL.iter().find(|document| document.provider == provider).expect("one of the providers")
}

/// One operation of a provider's document.
pub(crate) struct Operation {
    /// The file it stands in, as `provider/name`.
    pub(crate) file: String,
    /// In lower case, as in the document.
    pub(crate) method: &'static str,
    pub(crate) path: &'static str,
    pub(crate) value: &'static Value,
}

impl Operation {
    pub(crate) fn id(&self) -> &'static str {
        self.value["operationId"].as_str().expect("an operation has a name")
    }
}

/// The operations of a provider, by path, then method.
pub(crate) fn operations(provider: &str) -> Vec<Operation> {
    let document = provided(provider);
    let paths: BTreeMap<&'static str, &'static Value> = document.root["paths"]
        .as_object()
        .expect("a document has paths")
        .iter()
        .map(|(path, item)| (path.as_str(), item))
        .collect();
    let mut found = Vec::new();
    for (path, item) in paths {
        for method in METHODS {
            let Some(value) = item.get(method) else { continue };
            let pointer = format!("/paths/{}/{method}", path.replace('~', "~0").replace('/', "~1"));
            let file = document.origin(&pointer).strip_prefix(specs()).expect("a file of specs");
            let file = file.to_str().expect("a name in UTF-8").to_owned();
            found.push(Operation { file, method, path, value });
        }
    }
    assert!(!found.is_empty(), "{provider} has no operation");
    found
}

/// The vendors' files with the checksums that the README of the specs gives them.
pub(crate) fn vendors_files() -> BTreeMap<String, String> {
    let readme = fs::read_to_string(specs().join("README.md")).expect("specs has a README");
    let rows = readme.lines().filter(|line| line.starts_with("| `"));
    let listed = rows.filter_map(|row| {
        let cells: Vec<&str> = row.split('|').map(|cell| cell.trim().trim_matches('`')).collect();
        let [_, file, _, _, _, sum, _] = cells[..] else { return None };
        Some((file.to_owned(), sum.to_owned()))
    });
    listed.collect()
}

/// Every file in the providers' folders, as `provider/name`.
pub(crate) fn files() -> Vec<String> {
    let folders = PROVIDERS.map(|provider| fs::read_dir(specs().join(provider)));
    let entries = folders.into_iter().flat_map(|folder| folder.expect("the provider has a folder"));
    let paths = entries.map(|entry| entry.expect("readable").path());
    let relative = |path: PathBuf| {
        let path = path.strip_prefix(specs()).expect("a file of specs");
        path.to_str().expect("a name in UTF-8").to_owned()
    };
    paths.map(relative).collect()
}
