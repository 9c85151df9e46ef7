//! The rules of the house that the compiler does not hold: floors, forbidden words, sizes, names
//! and openings. Reads the sources; names nothing of them.

use std::fs;
use std::path::Path;

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// The rooms under `src/`, from the ground up: a file names rooms on floors below its own only.
const FLOORS: &[(&str, u8)] = &[
    ("domain", 0),
    ("contract", 0),
    ("state", 1),
    ("operations", 2),
    ("control", 3),
    ("http", 4),
    // The roof: files beside `lib.rs` put the rooms together, and no room knows them.
    ("lib", ROOF),
    ("main", ROOF),
    ("config", ROOF),
    ("greeting", ROOF),
    ("sandbox", ROOF),
    ("clients", ROOF),
    ("commands", ROOF),
    ("documents", ROOF),
    ("telemetry", ROOF),
];

const ROOF: u8 = 5;

/// What a room never writes, be it a crate, a keyword or a type.
const FORBIDDEN: &[(&str, &[&str])] = &[
    ("domain", &["axum", "tokio", "dashmap", "hyper_util", "tower", "tower_http", "async"]),
    ("contract", &["axum", "tokio", "dashmap", "hyper_util", "tower", "tower_http", "async"]),
    ("state", &["axum", "tokio", "hyper_util", "tower", "tower_http", "async"]),
    (
        "operations",
        &["axum", "tokio", "dashmap", "hyper_util", "tower", "tower_http", "async", "Store"],
    ),
    ("control", &["axum", "tokio", "dashmap", "hyper_util", "tower", "tower_http", "async"]),
];

/// As [`FORBIDDEN`], but allowed in tests: the rules are not made of JSON, a test may read some.
const FORBIDDEN_OUTSIDE_TESTS: &[(&str, &[&str])] = &[("domain", &["serde_json"])];

/// Where people have written Rust.
const ALL: &[&str] = &[
    "src",
    "codegen",
    "build.rs",
    "tests",
    "benches",
    "examples",
    "fuzz/src",
    "fuzz/fuzz_targets",
];

const LONGEST: usize = 400;

const NAMELESS: &[&str] =
    &["utils", "util", "helpers", "helper", "common", "services", "managers", "manager", "dto"];

#[test]
fn a_room_names_only_rooms_on_floors_below_its_own() {
    assert_none(&broken_floors(&sources(&["src"])));
}

#[test]
fn a_room_never_writes_the_words_that_belong_elsewhere() {
    assert_none(&broken_words(&sources(&["src"])));
}

#[test]
fn only_the_reader_of_documents_knows_yaml() {
    let files = sources(&["src", "codegen", "build.rs"]);
    let knows = |text: &str| words(text).iter().any(|word| word.text == "serde_saphyr");
    let strangers = files.iter().filter(|(path, _)| !path.starts_with("codegen/read/"));
    let found = strangers.filter(|(_, text)| knows(text));
    assert_none(&found.map(|(path, _)| format!("{path} names serde_saphyr")).collect::<Vec<_>>());
}

#[test]
fn only_the_program_knows_where_spans_go() {
    let exports = ["opentelemetry_otlp", "opentelemetry_sdk"];
    let knows = |text: &str| words(text).iter().any(|word| exports.contains(&&*word.text));
    let files = sources(&["src"]);
    let found = files.iter().filter(|(path, text)| path != "src/telemetry.rs" && knows(text));
    assert_none(&found.map(|(path, _)| format!("{path} names an exporter")).collect::<Vec<_>>());
}

#[test]
fn the_generator_and_the_sandbox_do_not_know_each_other() {
    let mut found = Vec::new();
    for (path, text) in sources(&["src", "codegen"]) {
        let other = if path.starts_with("src/") { "codegen" } else { "sandbook" };
        if words(&text).iter().any(|word| word.text == other) {
            found.push(format!("{path} names {other}"));
        }
    }
    assert_none(&found);
}

#[test]
fn every_file_opens_with_what_lives_in_it() {
    let files = sources(ALL);
    let silent = files.iter().filter(|(_, text)| !text.starts_with("//! "));
    assert_none(&silent.map(|(path, _)| format!("{path} opens without `//!`")).collect::<Vec<_>>());
}

#[test]
fn no_file_is_longer_than_a_person_reads() {
    let files = sources(ALL);
    let long = files.iter().map(|(path, text)| (path, text.lines().count()));
    let long = long.filter(|(_, lines)| *lines > LONGEST);
    assert_none(&long.map(|(path, lines)| format!("{path} has {lines} lines")).collect::<Vec<_>>());
}

#[test]
fn no_file_or_folder_has_a_name_that_says_nothing() {
    let files = sources(ALL);
    let nameless =
        |path: &str| path.trim_end_matches(".rs").split('/').any(|part| NAMELESS.contains(&part));
    let found = files.iter().filter(|(path, _)| nameless(path));
    assert_none(&found.map(|(path, _)| path.clone()).collect::<Vec<_>>());
}

#[test]
fn no_file_names_a_place_on_somebodys_machine() {
    // In two pieces, so that this file does not find itself.
    let places = [("/wo", "rk/"), ("/ho", "me/"), ("/ro", "ot/"), ("/Us", "ers/"), ("/tm", "p/")];
    let places = places.map(|(first, second)| format!("{first}{second}"));
    let others = ["docs", "README.md", ".ci", "fuzz/run", "fuzz/build", "fuzz/keep"];
    let folders = [ALL, &others].concat();
    let mut found = Vec::new();
    for (path, text) in texts(&folders, &|_| true) {
        found.extend(
            places.iter().filter(|p| text.contains(*p)).map(|p| format!("{path} names {p}")),
        );
    }
    assert_none(&found);
}

#[test]
fn nothing_is_unsafe() {
    let files = sources(ALL);
    let found = files.iter().filter(|(_, text)| words(text).iter().any(|w| w.text == "unsafe"));
    assert_none(&found.map(|(path, _)| format!("{path} is unsafe")).collect::<Vec<_>>());
}

#[test]
fn a_wrong_import_is_found_and_both_ends_are_named() {
    let wrong = |path: &str, text: &str, names: &str| {
        let found = broken_floors(&[(path.to_owned(), format!("//! A file.\n{text}"))]);
        let [problem] = found.as_slice() else { panic!("{path}: {text}: {found:?}") };
        assert!(problem.contains(path) && problem.contains(names), "{problem}");
    };
    wrong("src/domain/x.rs", "use crate::http::App;", "http");
    wrong("src/domain/x.rs", "use crate::{state::Store};", "state");
    wrong("src/domain/mod.rs", "use super::operations::Cx;", "operations");
    wrong("src/domain/ledger/x.rs", "fn f(app: &super::super::super::http::App) {}", "http");
    wrong("src/domain/x.rs", "mod tests { use super::super::super::{money, state}; }", "state");
    wrong("src/state/mod.rs", "use crate::config::Config;", "config");
    wrong("src/domain/x.rs", "use self::super::super::state::Store;", "state");
    wrong("src/operations/thredfi/wire.rs", "pub(crate) use crate::http::App;", "http");
    // Two rooms on one floor.
    wrong("src/domain/x.rs", "use crate::contract::Step;", "contract");
    wrong("src/control/mod.rs", "use crate::http::App;", "http");
    // The whole house at once would hide every name.
    wrong("src/http/x.rs", "use crate::*;", "*");
}

#[test]
fn a_right_import_is_let_be() {
    let right = |path: &str, text: &str| {
        assert_none(&broken_floors(&[(path.to_owned(), text.to_owned())]));
    };
    right("src/domain/x.rs", "use super::{Cents, Ids}; use crate::domain::Error;");
    right("src/domain/x.rs", "mod tests { use super::*; use super::super::money; }");
    right("src/http/x.rs", "use crate::{contract::Step, domain, operations::Cx, state::Store};");
    right("src/sandbox.rs", "use crate::config::Config; use crate::{control, http};");
    right(
        "src/domain/x.rs",
        "//! See [`crate::http`].\n/// Not crate::http.\nconst A: &str = \"crate::http\";",
    );
}

#[test]
fn a_forbidden_word_is_found_outside_texts_and_comments() {
    let found = |path: &str, text: &str| broken_words(&[(path.to_owned(), text.to_owned())]);
    let [axum] = found("src/operations/x.rs", "use axum::Router;").try_into().expect("one word");
    let axum: String = axum;
    assert!(axum.contains("src/operations/x.rs") && axum.contains("axum"), "{axum}");
    assert_eq!(found("src/operations/x.rs", "async fn f() {}").len(), 1);
    assert_eq!(found("src/domain/x.rs", "use serde_json::Value;").len(), 1);
    assert_none(&found("src/domain/x.rs", "#[cfg(test)] mod tests { use serde_json::Value; }"));
    assert_none(&found("src/domain/ledger/tests.rs", "use serde_json::Value;"));
    assert_none(&found("src/operations/x.rs", "//! No axum.\nconst A: &str = \"axum\";"));
}

/// Every place where a room names one that is not below it, as a sentence.
fn broken_floors(files: &[(String, String)]) -> Vec<String> {
    let mut found = Vec::new();
    for (path, text) in files {
        let module = module(path);
        let own = module.first().map_or("lib", String::as_str);
        let Some(floor) = floor(own) else {
            found.push(format!("{path} is in no room that FLOORS knows"));
            continue;
        };
        for name in names_from_the_root(text, &module) {
            let below = floor == ROOF
                || name == own
                || match self::floor(&name) {
                    Some(named) => named < floor,
                    // Not a room: a macro or an item of the crate's root, of which there is none.
                    None => name != "*",
                };
            if !below {
                found.push(format!(
                    "{path} is in `{own}` (floor {floor}) and names `{name}`, which is not below it"
                ));
            }
        }
    }
    found
}

fn broken_words(files: &[(String, String)]) -> Vec<String> {
    let mut found = Vec::new();
    for (path, text) in files {
        let module = module(path);
        let Some(room) = module.first() else { continue };
        let test_file = module.iter().any(|part| part == "tests");
        let of = |rules: &[(&str, &'static [&'static str])]| {
            let rules = rules.iter().filter(|(of, _)| of == room);
            rules.flat_map(|(_, words)| words.iter().copied()).collect::<Vec<_>>()
        };
        let (always, outside_tests) = (of(FORBIDDEN), of(FORBIDDEN_OUTSIDE_TESTS));
        for word in words(text) {
            let in_test = test_file || word.modules.iter().any(|module| module == "tests");
            let text = word.text.as_str();
            if always.contains(&text) || (outside_tests.contains(&text) && !in_test) {
                found.push(format!("{path} is in `{room}` and names `{text}`"));
            }
        }
    }
    found
}

fn floor(room: &str) -> Option<u8> {
    FLOORS.iter().find(|(name, _)| *name == room).map(|(_, floor)| *floor)
}

/// `src/domain/ledger/mod.rs` is `domain::ledger`; `src/lib.rs` is the root.
fn module(path: &str) -> Vec<String> {
    let path = path.trim_start_matches("src/").trim_end_matches(".rs");
    let mut parts: Vec<_> = path.split('/').map(str::to_owned).collect();
    if parts.last().is_some_and(|last| last == "mod" || last == "lib") {
        parts.pop();
    }
    parts
}

/// An identifier or keyword, or a mark of punctuation, outside comments and texts.
struct Word {
    text: String,
    /// The inline modules that it stands in.
    modules: Vec<String>,
}

fn words(text: &str) -> Vec<Word> {
    let tokens: TokenStream = text.parse().expect("a source is made of tokens");
    let mut words = Vec::new();
    collect(tokens, &mut Vec::new(), &mut words);
    words
}

fn collect(tokens: TokenStream, modules: &mut Vec<String>, words: &mut Vec<Word>) {
    let mut recent = (String::new(), String::new());
    for token in tokens {
        let text = match token {
            TokenTree::Group(group) => {
                let inline = recent.0 == "mod" && group.delimiter() == Delimiter::Brace;
                if inline {
                    modules.push(recent.1.clone());
                }
                let (open, close) = match group.delimiter() {
                    Delimiter::Brace => ("{", "}"),
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::None => ("", ""),
                };
                words.push(Word { text: open.to_owned(), modules: modules.clone() });
                collect(group.stream(), modules, words);
                words.push(Word { text: close.to_owned(), modules: modules.clone() });
                if inline {
                    modules.pop();
                }
                close.to_owned()
            }
            TokenTree::Literal(_) => "literal".to_owned(),
            TokenTree::Ident(word) => word.to_string(),
            TokenTree::Punct(mark) => mark.to_string(),
        };
        if !matches!(text.as_str(), "}" | ")" | "]") {
            words.push(Word { text: text.clone(), modules: modules.clone() });
        }
        recent = (recent.1, text);
    }
}

/// The first segments of every path that reaches the crate's root, by `crate` or by `super`.
fn names_from_the_root(text: &str, module: &[String]) -> Vec<String> {
    let words = words(text);
    let is = |at: usize, text: &str| words.get(at).is_some_and(|word| word.text == text);
    let colons = |at: usize| is(at, ":") && is(at + 1, ":");
    let mut names = Vec::new();
    for start in 0..words.len() {
        let continues = start >= 3 && colons(start - 2) && is(start - 3, "super");
        let mut depth = module.len() + words[start].modules.len();
        let mut at = start;
        if is(at, "crate") && colons(at + 1) {
            depth = 0;
            at += 3;
        } else if is(at, "super") && !continues {
            while is(at, "super") && colons(at + 1) {
                depth = depth.saturating_sub(1);
                at += 3;
            }
        } else {
            continue;
        }
        if depth > 0 || at == start {
            continue;
        }
        if !is(at, "{") {
            names.extend(words.get(at).map(|word| word.text.clone()));
            continue;
        }
        // `{a::B, c::{D, E}}`: what follows the brace or a comma at this depth.
        let (mut nested, mut first) = (0, true);
        for word in &words[at..] {
            match word.text.as_str() {
                "{" => nested += 1,
                "}" => nested -= 1,
                "," if nested == 1 => first = true,
                name if nested == 1 && first => {
                    names.push(name.to_owned());
                    first = false;
                }
                _ => {}
            }
            if nested == 0 {
                break;
            }
        }
    }
    names
}

/// The Rust files under these folders, with their texts; generated samples are left out.
fn sources(roots: &[&str]) -> Vec<(String, String)> {
    let rust = |path: &str| Path::new(path).extension().is_some_and(|kind| kind == "rs");
    texts(roots, &|path| rust(path) && !path.starts_with("tests/golden/"))
}

fn texts(roots: &[&str], wanted: &dyn Fn(&str) -> bool) -> Vec<(String, String)> {
    let top = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    for root in roots {
        walk(top, root, wanted, &mut found);
    }
    assert!(!found.is_empty(), "nothing to read under {roots:?}");
    found
}

fn walk(top: &Path, path: &str, wanted: &dyn Fn(&str) -> bool, found: &mut Vec<(String, String)>) {
    let place = top.join(path);
    if place.is_file() {
        if wanted(path) {
            let text = fs::read_to_string(&place).expect("a source is text");
            found.push((path.to_owned(), text));
        }
        return;
    }
    let entries = fs::read_dir(&place).expect("a folder of the house");
    let mut names: Vec<_> = entries
        .map(|entry| entry.expect("a folder of the house").file_name())
        .map(|name| name.into_string().expect("a name is text"))
        .collect();
    names.sort();
    for name in names {
        walk(top, &format!("{path}/{name}"), wanted, found);
    }
}

fn assert_none(problems: &[String]) {
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}
