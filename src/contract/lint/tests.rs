//! Each rule on a small document: sound as it is, and with one thing made wrong.

use serde_json::{Value, json};

use super::*;
use crate::contract::Problem;

/// A document in which nothing is wrong.
fn sound() -> Value {
    let json = |schema: Value| json!({ "application/json": { "schema": schema } });
    let of = |name: &str| json!({ "$ref": format!("#/components/schemas/{name}") });
    json!({
        "openapi": "3.0.3",
        "security": [{ "Key": [] }],
        "paths": {
            "/shelves/{shelf_id}/books/": {
                "parameters": [{
                    "in": "path", "name": "shelf_id", "required": true, "example": 7,
                    "schema": { "type": "integer", "minimum": 1 },
                }],
                "post": {
                    "operationId": "add",
                    "requestBody": { "required": true, "content": json(of("NewBook")) },
                    "responses": { "201": { "content": json(of("Book")) } },
                },
                "get": {
                    "operationId": "list",
                    "parameters": [{
                        "in": "query", "name": "order", "description": "Which comes first",
                        "schema": { "type": "string", "enum": ["asc", "desc"], "default": "asc" },
                    }],
                    "responses": { "200": { "content": json(of("Books")) } },
                },
            },
        },
        "components": {
            "securitySchemes": { "Key": { "type": "http", "scheme": "bearer" } },
            "schemas": {
                "NewBook": {
                    "type": "object",
                    "required": ["title"],
                    "properties": {
                        "title": { "type": "string", "maxLength": 9, "description": "Its title" },
                        "email": { "type": "string", "format": "email" },
                        "currency": { "type": "string", "enum": ["EUR"] },
                    },
                    "example": { "title": "Emma" },
                },
                "Book": {
                    "type": "object",
                    "required": ["title", "status", "email", "lost_at", "created_at"],
                    "properties": {
                        "title": { "type": "string", "maxLength": 9 },
                        "status": { "type": "string" },
                        "email": { "type": "string" },
                        "currency": { "type": "string", "enum": ["EUR", "GBP"] },
                        "lost_at": { "type": "string", "format": "date-time", "nullable": true },
                        "created_at": { "type": "string", "format": "date-time" },
                    },
                },
                "Books": {
                    "type": "object",
                    "required": ["results"],
                    "properties": {
                        "results": {
                            "type": "array", "items": { "$ref": "#/components/schemas/Book" },
                        },
                        "count": { "type": "integer" },
                    },
                },
            },
        },
    })
}

const POST: &str = "/paths/~1shelves~1{shelf_id}~1books~1/post";
const GET: &str = "/paths/~1shelves~1{shelf_id}~1books~1/get";
const NEW: &str = "/components/schemas/NewBook";
const BOOK: &str = "/components/schemas/Book";

/// What is wrong once these places hold these values: each place and its fault.
fn wrong(changes: &[(&str, Value)]) -> Vec<(String, Fault)> {
    let mut document = sound();
    for (pointer, value) in changes {
        let (above, key) = pointer.rsplit_once('/').expect("a place below the root");
        let key = key.replace("~1", "/");
        match document.pointer_mut(above).expect("it is there") {
            Value::Object(fields) => drop(fields.insert(key, value.clone())),
            Value::Array(items) => items.push(value.clone()),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
                panic!("{above} has no parts")
            }
        }
    }
    lint(&document, &BTreeMap::new()).into_iter().map(|it| (it.pointer, it.fault)).collect()
}

/// The one thing that is wrong after one change.
fn one(pointer: &str, value: Value) -> (String, Fault) {
    let found = wrong(&[(pointer, value)]);
    let [one] = found.as_slice() else { panic!("{pointer}: {found:?}") };
    one.clone()
}

#[test]
fn nothing_is_wrong_with_a_sound_document() {
    assert_eq!(wrong(&[]), []);
}

#[test]
fn an_example_a_default_or_a_choice_that_breaks_its_schema_is_found_where_it_breaks_it() {
    let media = format!("{POST}/requestBody/content/application~1json");
    let long = json!("Sense and Sensibility");
    for (place, value, at, problem) in [
        (format!("{NEW}/example"), json!({ "title": 7 }), "/title", Problem::NotString),
        (format!("{NEW}/example"), json!({}), "/title", Problem::Missing),
        (
            format!("{media}/example"),
            json!({ "title": null }),
            "/title",
            Problem::Null(Some(crate::contract::Kind::Text)),
        ),
        (format!("{BOOK}/properties/title/example"), long, "", Problem::TooLong { max: 9 }),
        (
            format!("{BOOK}/properties/created_at/example"),
            json!("2026-02-10"),
            "",
            Problem::BadDateTime,
        ),
    ] {
        let (pointer, fault) = one(&place, value);
        assert_eq!(pointer, format!("{place}{at}"));
        assert!(
            matches!(&fault, Fault::Example { problem: it, .. } if *it == problem),
            "{fault:?}"
        );
    }
    let named = json!({ "Short": { "value": { "title": "Emma", "currency": "card" } } });
    let (pointer, fault) = one(&format!("{media}/examples"), named);
    assert_eq!(pointer, format!("{media}/examples/Short/value/currency"));
    assert!(matches!(fault, Fault::Example { value, .. } if value == "card"));
    let schema = format!("{GET}/parameters/0/schema");
    assert_eq!(one(&format!("{schema}/default"), json!("up")).0, format!("{schema}/default"));
    assert_eq!(one(&format!("{schema}/enum/2"), json!(3)).0, format!("{schema}/enum/2"));
    let parameter = "/paths/~1shelves~1{shelf_id}~1books~1/parameters/0";
    assert_eq!(one(&format!("{parameter}/example"), json!(0)).0, format!("{parameter}/example"));
}

#[test]
fn a_status_that_is_answered_and_not_documented_is_found_with_what_leads_to_it() {
    let answer = |status| Answer { status, why: "a reason" };
    let served = |answers| Served { answers, refuses: Vec::new() };
    let told = BTreeMap::from([
        ("add", served(vec![answer(201), answer(409), answer(413)])),
        ("list", served(vec![answer(200)])),
    ]);
    let found = lint(&sound(), &told);
    let missing = Fault::Undocumented(vec![answer(409), answer(413)]);
    let expected = Finding { pointer: format!("{POST}/responses"), fault: missing, kept: None };
    assert_eq!(found, [expected]);
    let mut classes = sound();
    let responses = classes.pointer_mut(&format!("{POST}/responses")).expect("it is there");
    responses["4XX"] = json!({ "description": "refused" });
    assert_eq!(lint(&classes, &told), []);
}

#[test]
fn a_scheme_that_is_named_and_not_taken_is_found_once() {
    let mut document = sound();
    for at in [POST, GET] {
        document.pointer_mut(at).expect("it is there")["security"] = json!([{ "Key": [] }]);
    }
    let served = Served { answers: Vec::new(), refuses: vec!["Key", "Other"] };
    let told = BTreeMap::from([("add", served.clone()), ("list", served)]);
    let found = lint(&document, &told);
    let [Finding { pointer, fault, .. }] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!((pointer.as_str(), fault), ("/components/securitySchemes/Key", &Fault::Refused(2)));
}

#[test]
fn a_body_without_a_schema_is_found() {
    let media = json!({ "application/json": { "example": { "detail": "no" } } });
    let (pointer, fault) = one(&format!("{GET}/responses/404"), json!({ "content": media }));
    assert_eq!(fault, Fault::NoSchema);
    assert_eq!(pointer, format!("{GET}/responses/404/content/application~1json"));
}

#[test]
fn what_is_required_and_cannot_be_known_is_found() {
    let dated = json!({ "type": "string", "format": "date-time" });
    let lost = format!("{BOOK}/properties/lost_at");
    let event = Fault::Unknowable(Unknowable::Event);
    assert_eq!(one(&lost, dated.clone()), (lost.clone(), event));
    // Where the request has to say it, it is known.
    let told = [
        (lost.as_str(), dated.clone()),
        (&format!("{NEW}/properties/lost_at"), dated),
        (&format!("{NEW}/required/1"), json!("lost_at")),
        (&format!("{NEW}/example/lost_at"), json!("2026-02-10T00:00:00Z")),
    ];
    assert_eq!(wrong(&told), []);
    let email = format!("{BOOK}/properties/email");
    let address = Fault::Unknowable(Unknowable::Address);
    assert_eq!(one(&email, json!({ "type": "string", "format": "email" })), (email, address));
    let bare = Fault::Unknowable(Unknowable::Bare);
    let shelf =
        json!({ "in": "query", "name": "room", "required": true, "schema": { "type": "string" } });
    assert_eq!(one(&format!("{GET}/parameters/1"), shelf).1, bare);
    let title = format!("{NEW}/properties/title");
    let silent =
        [(title.as_str(), json!({ "type": "string" })), (&format!("{NEW}/example"), json!(null))];
    let found = wrong(&silent);
    assert!(found.contains(&(title, bare)), "{found:?}");
}

#[test]
fn a_request_that_takes_what_its_record_cannot_hold_is_found() {
    let title = format!("{NEW}/properties/title");
    let (pointer, fault) = one(&format!("{title}/maxLength"), json!(10));
    let record = format!("{BOOK}/properties/title");
    assert_eq!((pointer, fault), (title, Fault::Wider { limit: Limit::Length(9), record }));
    let currency = format!("{NEW}/properties/currency");
    let (pointer, fault) = one(&currency, json!({ "type": "string" }));
    let limit = Limit::Values(vec![json!("EUR"), json!("GBP")]);
    let record = format!("{BOOK}/properties/currency");
    assert_eq!((pointer, fault), (currency, Fault::Wider { limit, record }));
}

#[test]
fn what_only_a_description_says_is_found() {
    let text = json!("Adds a book. Send an `Idempotency-Key` header to be safe.");
    let (pointer, fault) = one(&format!("{POST}/description"), text);
    let header = Fault::Prose(Said::Header("Idempotency-Key".to_owned()));
    assert_eq!((pointer, fault), (format!("{POST}/parameters"), header));
    let old = json!({ "type": "string", "description": "Legacy field" });
    let note = format!("{BOOK}/properties/note");
    assert_eq!(one(&note, old), (note, Fault::Prose(Said::Deprecated)));
    let sort = json!({
        "in": "query", "name": "sort", "description": "Sort field (title, created_at).",
        "schema": { "type": "string" },
    });
    let values = vec!["title".to_owned(), "created_at".to_owned()];
    assert_eq!(
        one(&format!("{GET}/parameters/1"), sort.clone()).1,
        Fault::Prose(Said::Values(values))
    );
    for open in ["Sort field (title, etc.)", "Sort field (a title)", "The deprecated one"] {
        let mut sort = sort.clone();
        sort["description"] = json!(open);
        assert_eq!(wrong(&[(&format!("{GET}/parameters/1"), sort)]), [], "{open}");
    }
}

#[test]
fn schemas_that_contradict_themselves_are_found() {
    let place = format!("{BOOK}/properties/odd");
    for (schema, fault) in [
        (json!({ "nullable": true, "allOf": [{ "type": "string" }] }), Fault::Nullable),
        (
            json!({ "type": "string", "minLength": 3, "maxLength": 2 }),
            Fault::Crossed { least: "minLength", most: "maxLength" },
        ),
        (
            json!({ "type": "integer", "minimum": 2, "maximum": 2, "exclusiveMinimum": true }),
            Fault::Crossed { least: "minimum", most: "maximum" },
        ),
    ] {
        assert_eq!(one(&place, schema), (place.clone(), fault));
    }
    let (pointer, fault) = one(&place, json!({ "type": "string", "format": "hostname" }));
    assert_eq!(pointer, format!("{place}/format"));
    assert_eq!(fault, Fault::Unfit("hostname is no known format of string".to_owned()));
    let (pointer, fault) = one(&place, json!({ "type": "object", "required": ["a"] }));
    assert_eq!(
        (pointer, fault),
        (format!("{place}/required/0"), Fault::Undeclared("a".to_owned()))
    );
    let parts = json!({ "allOf": [{ "required": ["a"] }, { "properties": { "a": { "type": "string" } } }] });
    assert_eq!(wrong(&[(&place, parts)]), []);
}

#[test]
fn references_to_nothing_and_components_for_nothing_are_found() {
    let place = format!("{BOOK}/properties/odd");
    let (pointer, fault) = one(&place, json!({ "$ref": "#/components/schemas/Nobody" }));
    let target = "#/components/schemas/Nobody".to_owned();
    assert_eq!((pointer, fault), (format!("{place}/$ref"), Fault::Dangling(target)));
    let extra = "/components/schemas/Extra";
    assert_eq!(one(extra, json!({ "type": "string" })), (extra.to_owned(), Fault::Unused));
    let scheme = "/components/securitySchemes/Extra";
    assert_eq!(one(scheme, json!({ "type": "http" })), (scheme.to_owned(), Fault::Unused));
    let security = format!("{GET}/security");
    let (pointer, fault) = one(&security, json!([{ "Nobody": [] }]));
    let nobody = Fault::Dangling("Nobody".to_owned());
    assert_eq!((pointer, fault), (format!("{security}/0/Nobody"), nobody));
}

#[test]
fn operations_that_cannot_be_told_apart_are_found() {
    assert_eq!(one(&format!("{GET}/operationId"), json!("")), (GET.to_owned(), Fault::NoId));
    let (pointer, fault) = one(&format!("{GET}/operationId"), json!("add"));
    // In the order of the methods: get comes before post.
    assert_eq!((pointer, fault), (format!("{POST}/operationId"), Fault::SameId(GET.to_owned())));
    let other = "/paths/~1shelves~1{id}~1books~1";
    let item = json!({
        "parameters": [{ "in": "path", "name": "id", "required": true, "schema": { "type": "integer" } }],
        "delete": { "operationId": "clear", "responses": {} },
    });
    let (pointer, fault) = one(other, item);
    let first = Fault::SamePath("/paths/~1shelves~1{shelf_id}~1books~1".to_owned());
    assert_eq!((pointer.as_str(), fault), (other, first));
}

#[test]
fn parameters_that_do_not_fit_are_found() {
    let list = format!("{GET}/parameters");
    let parameter = |place: &str, name: &str, required: bool| json!({ "in": place, "name": name, "required": required, "schema": { "type": "integer" } });
    let name = |name: &str| name.to_owned();
    for (added, fault) in [
        (parameter("path", "room_id", true), Parameter::Astray(name("room_id"))),
        (parameter("path", "shelf_id", false), Parameter::Optional(name("shelf_id"))),
        (parameter("query", "order", false), Parameter::Twice(name("order"))),
        (parameter("header", "Authorization", false), Parameter::Ignored(name("Authorization"))),
    ] {
        let found = one(&format!("{list}/1"), added);
        assert_eq!(found, (format!("{list}/1"), Fault::Parameter(fault)));
    }
    let shared = "/paths/~1shelves~1{shelf_id}~1books~1/parameters";
    let undeclared = Fault::Parameter(Parameter::Undeclared(name("shelf_id")));
    let found = wrong(&[(shared, json!([]))]);
    let expected = [GET, POST].map(|at| (format!("{at}/parameters"), undeclared.clone()));
    assert_eq!(found, expected);
}

#[test]
fn a_reason_keeps_what_is_wrong_below_it_and_a_reason_for_nothing_is_found() {
    let extra = json!({ "type": "string", "x-sandbook-kept": { "unused": "It is for later." } });
    let mut document = sound();
    document["components"]["schemas"]["Extra"] = extra;
    let found = lint(&document, &BTreeMap::new());
    let [Finding { fault: Fault::Unused, kept: Some(reason), .. }] = found.as_slice() else {
        panic!("{found:?}")
    };
    assert_eq!(reason, "It is for later.");
    // The reason of another rule, or one that says nothing, keeps nothing.
    for mark in [json!({ "prose": "It is for later." }), json!({ "unused": "" })] {
        document["components"]["schemas"]["Extra"]["x-sandbook-kept"] = mark.clone();
        let found = lint(&document, &BTreeMap::new());
        let [unused, vain] = found.as_slice() else { panic!("{found:?}") };
        assert_eq!((&unused.fault, &unused.kept), (&Fault::Unused, &None), "{mark}");
        let rule = mark.as_object().and_then(|mark| mark.keys().next()).expect("a rule");
        assert_eq!(vain.fault, Fault::KeptInVain(rule.clone()));
        assert_eq!(vain.pointer, format!("/components/schemas/Extra/x-sandbook-kept/{rule}"));
    }
}
