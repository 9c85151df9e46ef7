//! What `codegen/read` makes of spec files: here files, merging and checks, on tiny documents; the rest in the modules.

#[path = "codegen_read/downgrade.rs"]
mod downgrade;
#[path = "codegen_read/examples.rs"]
mod examples;
#[path = "codegen_read/marks.rs"]
mod marks;
#[path = "api/support/not_simulated.rs"]
mod not_simulated;
#[path = "codegen_read/operations.rs"]
mod operations;
#[path = "codegen_read/overlay.rs"]
mod overlay;
#[path = "codegen_read/provided.rs"]
mod provided;
#[path = "../codegen/read/mod.rs"]
mod read;
#[path = "codegen_read/readme.rs"]
mod readme;

use std::{fs, path::PathBuf};

use serde_json::{Value, json};

/// A folder of specs that belongs to one test.
struct Specs(PathBuf);

impl Specs {
    fn new(test: &str) -> Self {
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("codegen_read").join(test);
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(folder.join("p")).expect("the folder for tests is writable");
        Self(folder)
    }

    fn with(self, file: &str, text: &str) -> Self {
        let file = self.0.join(file);
        fs::create_dir_all(file.parent().expect("a file has a folder")).expect("writable");
        fs::write(file, text).expect("the folder for tests is writable");
        self
    }

    fn root(&self) -> Value {
        read::read(&self.0, "p").map(|document| document.root).expect("the specs are right")
    }

    /// The error as text, with file names relative to the folder of specs.
    fn refusal(&self) -> String {
        match read::read(&self.0, "p") {
            Ok(document) => panic!("no error, but {}", document.root),
            Err(error) => error.to_string().replace(&format!("{}/", self.0.display()), ""),
        }
    }
}

/// A document of one operation, `GET /<name>`, with operationId `<name>`.
fn document(name: &str, more: &str) -> String {
    format!(
        "openapi: 3.0.3\ninfo: {{title: T, version: '1'}}\npaths:\n  /{name}:\n    get: {{operationId: {name}, \
         responses: {{'200': {{description: ok}}}}}}\n{more}"
    )
}

#[test]
fn fragments_in_yaml_and_json_become_one_document() {
    let json = json!({"openapi": "3.0.1", "info": {"title": "other", "version": "2"},
                      "paths": {"/b": {"get": {"operationId": "b", "responses": {}}}}});
    let specs = Specs::new("fragments")
        .with("p/1.yaml", &document("a", "tags: [{name: x}]\n"))
        .with("p/2.json", &json.to_string())
        .with("p/3.yml", &document("c", "tags: [{name: x}, {name: y}]\n"))
        .with("p/README.md", "not a spec")
        .with("p/deeper/4.yaml", "not read");
    let document = read::read(&specs.0, "p").expect("the specs are right");
    assert_eq!(document.provider, "p");
    assert_eq!(document.root["openapi"], "3.0.3");
    assert_eq!(
        document.root["info"],
        json!({"title": "T", "version": "1"}),
        "the first file says it"
    );
    let paths: Vec<_> = document.root["paths"].as_object().expect("an object").keys().collect();
    assert_eq!(paths, ["/a", "/b", "/c"]);
    assert_eq!(document.root["tags"], json!([{"name": "x"}, {"name": "y"}]));
}

#[test]
fn methods_of_one_path_come_together_from_two_files() {
    let post =
        document("a", "").replace("get:", "post:").replace("operationId: a", "operationId: a2");
    let specs = Specs::new("methods").with("p/1.yaml", &document("a", "")).with("p/2.yaml", &post);
    let root = specs.root();
    assert_eq!(root["paths"]["/a"]["get"]["operationId"], "a");
    assert_eq!(root["paths"]["/a"]["post"]["operationId"], "a2");
}

#[test]
fn a_method_described_twice_is_refused() {
    let again = document("a", "").replace("operationId: a", "operationId: other");
    let specs = Specs::new("twice").with("p/1.yaml", &document("a", "")).with("p/2.yaml", &again);
    assert_eq!(
        specs.refusal(),
        "p/2.yaml#/paths/~1a/get: is described a second time, after p/1.yaml"
    );
}

#[test]
fn a_keyword_that_no_value_can_be_held_to_is_refused_where_it_stands() {
    let schema = "{type: object, properties: {schema: {type: array, items: {pattern: x}}}}";
    let components = format!("components: {{schemas: {{S: {schema}}}}}\n");
    let specs = Specs::new("keyword").with("p/1.yaml", &document("a", &components));
    let place = "p/1.yaml#/components/schemas/S/properties/schema/items/pattern: ";
    assert!(specs.refusal().starts_with(place), "{}", specs.refusal());
}

#[test]
fn what_one_path_says_for_all_methods_does_not_reach_another_file() {
    let parameters = "    parameters: [{name: q, in: query, schema: {type: string}}]\n";
    let post = document("a", parameters)
        .replace("get:", "post:")
        .replace("operationId: a", "operationId: b");
    let specs =
        Specs::new("path_wide").with("p/1.yaml", &document("a", "")).with("p/2.yaml", &post);
    assert_eq!(
        specs.refusal(),
        "p/2.yaml#/paths/~1a/parameters: must equal, or be absent like, that of p/1.yaml"
    );
}

#[test]
fn equal_components_are_one_and_unequal_ones_are_refused() {
    let error = "components: {schemas: {Error: {type: object, description: one}}}\n";
    let same = "components: {schemas: {Error: {description: one, type: object}, More: {}}}\n";
    let specs = Specs::new("components")
        .with("p/1.yaml", &document("a", error))
        .with("p/2.yaml", &document("b", same));
    let schemas = &specs.root()["components"]["schemas"];
    assert_eq!(*schemas, json!({"Error": {"type": "object", "description": "one"}, "More": {}}));

    let specs = specs
        .with("p/3.yaml", &document("c", &error.replace("description: one", "description: three")));
    assert_eq!(
        specs.refusal(),
        "p/3.yaml#/components/schemas/Error: differs from what stands there in p/1.yaml"
    );
}

#[test]
fn an_operation_keeps_what_its_file_says_for_all() {
    let secured = "security: [{Key: []}]\nservers: [{url: 'https://b'}]\n";
    let specs = Specs::new("root_wide")
        .with("p/1.yaml", &document("a", ""))
        .with("p/2.yaml", &document("b", secured));
    let root = specs.root();
    assert_eq!(root["security"], Value::Null);
    assert_eq!(root["paths"]["/a"]["get"]["security"], Value::Null);
    assert_eq!(root["paths"]["/b"]["get"]["security"], json!([{"Key": []}]));
    assert_eq!(root["paths"]["/b"]["get"]["servers"], json!([{"url": "https://b"}]));
}

#[test]
fn an_operation_id_used_twice_is_refused_with_both_places() {
    let again = document("b", "").replace("operationId: b", "operationId: a");
    let specs = Specs::new("ids").with("p/1.yaml", &document("a", "")).with("p/2.yaml", &again);
    let problem = "`a` is also the operationId at p/1.yaml#/paths/~1a/get/operationId";
    assert_eq!(specs.refusal(), format!("p/2.yaml#/paths/~1b/get/operationId: {problem}"));
}

#[test]
fn a_reference_that_leads_nowhere_names_the_file_it_stands_in() {
    for (target, problem) in [
        ("#/components/schemas/B", "nothing stands at `#/components/schemas/B`"),
        ("b.yaml#/B", "`b.yaml#/B` leads out of the document"),
        ("https://e.org/b", "`https://e.org/b` leads out of the document"),
        ("#/components/schemas/A", "`#/components/schemas/A` refers to itself"),
    ] {
        let broken = format!("components: {{schemas: {{A: {{$ref: '{target}'}}}}}}\n");
        let specs = Specs::new("dangling")
            .with("p/1.yaml", &document("a", ""))
            .with("p/2.yaml", &document("b", &broken));
        assert_eq!(specs.refusal(), format!("p/2.yaml#/components/schemas/A/$ref: {problem}"));
    }
}

#[test]
fn a_reference_inside_data_or_as_a_name_is_none() {
    let data = "components: {schemas: {A: {example: {$ref: nowhere}, default: {$ref: nowhere}, x-y: {$ref: '#/z'}, \
                properties: {$ref: {type: string}, example: {$ref: '#/components/schemas/B'}}}, B: {}}}\n";
    let specs = Specs::new("data").with("p/1.yaml", &document("a", data));
    assert_eq!(specs.root()["components"]["schemas"]["A"]["example"]["$ref"], "nowhere");

    let named = data.replace("B: {}", "C: {}");
    let refusal = specs.with("p/1.yaml", &document("a", &named)).refusal();
    assert!(
        refusal.starts_with("p/1.yaml#/components/schemas/A/properties/example/$ref: "),
        "{refusal}"
    );
}

#[test]
fn yaml_scalars_are_what_they_look_like() {
    let scalars =
        "x-s: [NO, yes, on, true, 012, 1_000, 7, 1.5, ~, '7', 2024-03-20]\nx-m: {200: a}\n";
    let root = Specs::new("scalars").with("p/1.yaml", &document("a", scalars)).root();
    let read = json!(["NO", "yes", "on", true, "012", "1_000", 7, 1.5, null, "7", "2024-03-20"]);
    assert_eq!(root["x-s"], read);
    assert_eq!(root["x-m"], json!({"200": "a"}));
}

#[test]
fn a_file_that_does_not_parse_is_named_with_its_line() {
    let specs =
        Specs::new("syntax").with("p/1.yaml", &document("a", "x-y:\n  b: 1\n  c: 2\n  b: 3\n"));
    let refusal = specs.refusal();
    assert!(refusal.starts_with("p/1.yaml: ") && refusal.contains("line 9"), "{refusal}");
    assert!(refusal.contains("duplicate"), "{refusal}");

    let refusal = specs.with("p/1.yaml", "a: 1\nb: [1, 2\nc: }\n").refusal();
    assert!(refusal.starts_with("p/1.yaml: ") && refusal.contains("line "), "{refusal}");

    let specs =
        Specs::new("syntax").with("p/1.json", "{\"a\": 1,\n \"b\": {\"c\": 1,\n \"c\": 2}}");
    let refusal = specs.refusal();
    assert!(refusal.starts_with("p/1.json: duplicate key `c` at line 3"), "{refusal}");

    let refusal = specs.with("p/1.json", "{\"a\": 1,\n").refusal();
    assert!(refusal.starts_with("p/1.json: ") && refusal.contains("line 2"), "{refusal}");
}

#[test]
fn a_folder_without_specs_and_a_file_that_is_no_document_are_refused() {
    let specs = Specs::new("empty");
    assert_eq!(specs.refusal(), "p: there is no *.yaml, *.yml or *.json in this folder");
    let specs = specs.with("p/1.yaml", "openapi: 3.0.3\ninfo: {}\n");
    assert_eq!(specs.refusal(), "p/1.yaml: has no `paths` that is an object");
    let specs = specs.with("p/1.yaml", &document("a", "componets: {}\n"));
    assert_eq!(specs.refusal(), "p/1.yaml#/componets: is no part of an OpenAPI document");
    let specs = specs.with("p/1.yaml", "swagger: '2.0'\n");
    assert_eq!(
        specs.refusal(),
        "p/1.yaml#/openapi: must be a version of OpenAPI 3.0 or 3.1, as text"
    );
}
