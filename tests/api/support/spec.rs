//! The served documents as the judge of every reply, by the `jsonschema` crate: not by our own
//! checker.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use jsonschema::Validator;
use serde_json::{Map, Value, json};

use super::Answer;

const DOCUMENTS: [(&str, &str); 3] = [
    ("sandbox", include_str!(concat!(env!("OUT_DIR"), "/sandbox.json"))),
    ("thredfi", include_str!(concat!(env!("OUT_DIR"), "/thredfi.json"))),
    ("dayzero", include_str!(concat!(env!("OUT_DIR"), "/dayzero.json"))),
];

/// A provider's document, as it is embedded. That it is what the sandbox serves has a test.
pub(crate) fn document(provider: &str) -> Value {
    let (_, text) = DOCUMENTS.iter().find(|(name, _)| *name == provider).unwrap();
    serde_json::from_str(text).unwrap()
}

/// Fails the test where the reply is not what its operation documents.
pub(super) fn check(method: &str, path: &str, answer: &Answer) {
    let bare = path.split('?').next().unwrap().trim_end_matches('/');
    let what = format!("{method} {path} -> {} {}", answer.status, answer.body);
    assert!(!answer.header("x-request-id").is_empty(), "no X-Request-Id: {what}");
    if bare.starts_with("/v1/") && answer.status >= 400 && method != "HEAD" {
        let body = &answer.body;
        assert_eq!(body["request_id"], answer.header("x-request-id"), "{what}");
        for field in ["error_code", "message"] {
            assert!(body[field].is_string(), "no {field}: {what}");
        }
        assert!(body["detail"].is_object(), "no detail: {what}");
        let bearer = answer.header("www-authenticate") == r#"Bearer realm="api""#;
        assert_eq!(answer.status == 401, bearer, "WWW-Authenticate: {what}");
    }
    let routes = routes().iter().filter(|route| matches(&route.path, bare));
    let mut routes = routes.peekable();
    if routes.peek().is_none() || answer.status == 405 {
        return;
    }
    let verb = if method == "HEAD" { "GET" } else { method };
    let Some(route) = routes.find(|route| route.method.eq_ignore_ascii_case(verb)) else { return };
    let Some(reply) = route.replies.get(&answer.status) else {
        panic!("an undocumented status: {what}");
    };
    if method == "HEAD" {
        return;
    }
    let validator = reply.validator.get_or_init(|| validator(&document(route.of), &reply.schema));
    let problems: Vec<_> = validator.iter_errors(&answer.body).map(|it| it.to_string()).collect();
    assert!(problems.is_empty(), "{what}\nbreaks its schema: {problems:?}");
}

/// What is wrong with a value under a schema of a document.
pub(crate) fn schema_problems(document: &Value, schema: &Value, value: &Value) -> Vec<String> {
    let validator = validator(document, schema);
    validator.iter_errors(value).map(|it| format!("{}: {it}", it.instance_path())).collect()
}

struct Route {
    /// The provider.
    of: &'static str,
    method: String,
    path: String,
    replies: BTreeMap<u16, Reply>,
}

/// A documented reply. Its validator is made when there is a reply to judge: a test meets a few of
/// hundreds.
struct Reply {
    schema: Value,
    validator: OnceLock<Validator>,
}

fn routes() -> &'static [Route] {
    static ROUTES: OnceLock<Vec<Route>> = OnceLock::new();
    ROUTES.get_or_init(|| {
        let mut all: Vec<_> = DOCUMENTS.iter().flat_map(|(name, _)| routes_of(name)).collect();
        // A path without a parameter comes before one whose parameter would take it in.
        all.sort_by_key(|route| route.path.matches('{').count());
        all
    })
}

fn routes_of(of: &'static str) -> Vec<Route> {
    let document = document(of);
    let mut routes = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let Some(responses) = operation.get("responses").and_then(Value::as_object) else {
                continue;
            };
            let replies = responses.iter().map(|(status, response)| {
                let (document, mut response) = (&document, response);
                if let Some(shared) = response["$ref"].as_str() {
                    response = document.pointer(shared.trim_start_matches('#')).unwrap();
                }
                let content = response["content"].as_object();
                let media = content.and_then(|content| content.iter().next());
                let json = response["content"].get("application/json");
                let schema = json.or(media.map(|(_, entry)| entry));
                let schema =
                    schema.map_or(json!({ "type": "null" }), |entry| entry["schema"].clone());
                (status.parse().unwrap(), Reply { schema, validator: OnceLock::new() })
            });
            let (method, path) = (method.clone(), path.trim_end_matches('/').to_owned());
            routes.push(Route { of, method, path, replies: replies.collect() });
        }
    }
    routes
}

fn matches(template: &str, path: &str) -> bool {
    let (template, path): (Vec<_>, Vec<_>) =
        (template.split('/').collect(), path.split('/').collect());
    template.len() == path.len()
        && template.iter().zip(path).all(|(part, asked)| part.starts_with('{') || *part == asked)
}

fn validator(document: &Value, schema: &Value) -> Validator {
    let mut root = modern(schema);
    let components = json!({ "schemas": modern_each(&document["components"]["schemas"]) });
    root.as_object_mut().unwrap().insert("components".to_owned(), components);
    jsonschema::draft202012::options().should_validate_formats(true).build(&root).unwrap()
}

fn modern_each(schemas: &Value) -> Value {
    let schemas = schemas.as_object().cloned().unwrap_or_default();
    schemas.into_iter().map(|(name, schema)| (name, modern(&schema))).collect::<Map<_, _>>().into()
}

/// A schema of OpenAPI 3.0 as today's JSON Schema, which has neither `nullable` nor boolean bounds.
fn modern(schema: &Value) -> Value {
    match schema {
        Value::Object(fields) => {
            let mut fields: Map<_, _> =
                fields.iter().map(|(name, value)| (name.clone(), modern(value))).collect();
            for (bound, strict) in
                [("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")]
            {
                if fields.get(strict).is_some_and(Value::is_boolean)
                    && fields.remove(strict) == Some(Value::Bool(true))
                    && let Some(value) = fields.remove(bound)
                {
                    fields.insert(strict.to_owned(), value);
                }
            }
            if fields.get("nullable").is_some_and(Value::is_boolean)
                && fields.remove("nullable") == Some(Value::Bool(true))
            {
                return json!({ "anyOf": [fields, { "type": "null" }] });
            }
            Value::Object(fields)
        }
        Value::Array(items) => items.iter().map(modern).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => schema.clone(),
    }
}
