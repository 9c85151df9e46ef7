//! The generator, judged by what it writes for a small API, and by what it refuses. Nothing here
//! runs what was generated: that it compiles and behaves is what all the other tests show.

use std::{env, fs, path::Path};

use serde_json::Value;

#[path = "../codegen/mod.rs"]
mod codegen;

use codegen::{Generated, generate, read::Document};

/// An operation of the tiny API, to break.
const ADD: &str = "/paths/~1v1~1{shelf_id}~1books~1/post";
const LIST: &str = "/paths/~1v1~1{shelf_id}~1books~1/get";

#[test]
fn a_tiny_api_becomes_the_golden_files() {
    let made = generated(tiny()).expect("the tiny API is sound");
    for (file, text) in [("tiny_api.rs", &made.api), ("tiny_types.rs", &made.types)] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(file);
        if env::var_os("UPDATE_GOLDEN").is_some() {
            fs::write(&path, text).expect("the golden folder can be written");
        }
        let golden = fs::read_to_string(&path).unwrap_or_default();
        assert!(
            golden == *text,
            "{file} differs; UPDATE_GOLDEN=1 rewrites it, and the diff shows what changed"
        );
    }
}

#[test]
fn the_output_is_the_same_every_time() {
    let (one, two) = (generated(tiny()).expect("sound"), generated(tiny()).expect("sound"));
    assert_eq!((one.api, one.types, one.client), (two.api, two.types, two.client));
}

#[test]
fn the_served_document_stays_whole() {
    let made = generated(tiny()).expect("sound");
    assert_eq!(serde_json::from_str::<Value>(&made.document).expect("JSON"), tiny());
}

#[test]
fn the_real_documents_generate() {
    let specs = Path::new(env!("CARGO_MANIFEST_DIR")).join("specs");
    for provider in ["dayzero", "sandbox", "thredfi"] {
        let document =
            codegen::read::read(&specs, provider).unwrap_or_else(|problem| panic!("{problem}"));
        let made = generate(&document, &[]).unwrap_or_else(|problem| panic!("{problem}"));
        assert_no_doctest(&made);
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
        made.write(folder, provider).expect("the scratch folder can be written");
        let written =
            fs::read_to_string(folder.join(format!("{provider}_api.rs"))).expect("it was written");
        assert_eq!(written, made.api);
    }
}

#[test]
fn no_description_becomes_a_doctest() {
    assert_no_doctest(&generated(tiny()).expect("sound"));
}

#[test]
fn an_operation_without_behaviour_keeps_its_row_and_leaves_its_trait() {
    let document = Document::of("tiny", tiny());
    let made = generate(&document, &["clear_shelf"]).expect("the operation is known");
    assert!(made.api.contains("run: |_, _| Err(Failure::NotSimulated),"));
    assert!(made.api.contains("refuse: <ClearShelfReply as Refuses>::refuse,"));
    assert!(!made.api.contains("ShelfCareApi") && !made.api.contains("fn clear_shelf"));
    let problem = generate(&document, &["clear_shelv"]).err().expect("nobody knows it").to_string();
    assert!(problem.starts_with("build.rs") && problem.contains("`clear_shelv`"), "{problem}");
}

#[test]
fn what_cannot_be_generated_names_the_place() {
    for probe in probes(include_str!("golden/refused.yaml")) {
        let fact = &probe["fact"];
        let problem = generated(changed(&probe)).err();
        let problem = problem.unwrap_or_else(|| panic!("{fact}: it was generated")).to_string();
        assert!(problem.starts_with("specs/tiny"), "{fact}: {problem}");
        assert!(problem.contains(text(&probe, "says")), "{fact}: {problem}");
    }
}

#[test]
fn what_progenitor_cannot_take_is_narrowed() {
    for probe in probes(include_str!("golden/narrowed.yaml")) {
        let fact = &probe["fact"];
        let made = generated(changed(&probe)).unwrap_or_else(|problem| panic!("{fact}: {problem}"));
        let all = [made.api, made.types, made.client].join("\n");
        assert!(all.contains(text(&probe, "makes")), "{fact}: it is not there");
        syn::parse_file(&all).unwrap_or_else(|problem| panic!("{fact}: {problem}"));
    }
}

fn probes(yaml: &str) -> Vec<Value> {
    serde_saphyr::from_str(yaml).expect("the probes are YAML")
}

fn text<'a>(probe: &'a Value, key: &str) -> &'a str {
    probe[key].as_str().unwrap_or_else(|| panic!("{}: no `{key}`", probe["fact"]))
}

/// The tiny API with what the probe puts into it.
fn changed(probe: &Value) -> Value {
    let mut root = tiny();
    if probe.get("at").is_some() {
        put(&mut root, text(probe, "at"), probe.get("put"));
    }
    root
}

fn tiny() -> Value {
    serde_saphyr::from_str(include_str!("golden/tiny.yaml")).expect("the tiny API is YAML")
}

fn generated(root: Value) -> Result<Generated, codegen::read::SpecError> {
    generate(&Document::of("tiny", root), &[])
}

/// Puts `value` where `at` points, making objects on the way; without a value what is there goes.
fn put(root: &mut Value, at: &str, value: Option<&Value>) {
    let at = at.replace("ADD", ADD).replace("LIST", LIST);
    let (parent, last) = at.rsplit_once('/').expect("a pointer has a step");
    let last = last.replace("~1", "/");
    let mut place = root;
    for step in parent.split('/').skip(1) {
        place = match step.parse::<usize>() {
            Ok(index) if place.is_array() => &mut place[index],
            Ok(_) | Err(_) => &mut place[step.replace("~1", "/")],
        };
    }
    match (place, value) {
        (Value::Array(items), Some(value)) => {
            items[last.parse::<usize>().expect("an index")] = value.clone();
        }
        (place, Some(value)) => place[last] = value.clone(),
        (place, None) => drop(place.as_object_mut().map(|members| members.shift_remove(&last))),
    }
}

/// rustdoc runs what is fenced, unless as another language, and what is indented by four spaces.
fn assert_no_doctest(made: &Generated) {
    for text in [&made.api, &made.types, &made.client] {
        let (mut fenced, mut block) = (false, false);
        for line in text.lines() {
            let line = line.trim_end();
            let words = if block { Some(line) } else { line.trim_start().strip_prefix("///") };
            let words = words.or_else(|| line.trim_start().strip_prefix("/**"));
            block = (block || line.trim_start().starts_with("/**")) && !line.ends_with("*/");
            let Some(words) = words else { continue };
            if words.trim_start().starts_with("```") {
                assert!(fenced || words.trim() == "```json", "a fence: {line}");
                fenced = !fenced;
            }
            assert!(
                fenced || !words.trim_start_matches('/').starts_with("     "),
                "an indented line: {line}"
            );
        }
    }
}
