//! The documents' own examples: every request succeeds in a fresh world with nothing else done,
//! and every example keeps its schema.

use serde_json::Value;

use crate::support::*;

/// Every request example of a document: path, method and body.
fn requests(document: &Value) -> Vec<(String, String, Value)> {
    let mut found = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let media = &operation["requestBody"]["content"]["application/json"];
            let schema = match media["schema"]["$ref"].as_str() {
                Some(reference) => document.pointer(&reference[1..]).unwrap(),
                None => &media["schema"],
            };
            let named = media["examples"].as_object().into_iter().flatten();
            let values = named.map(|(_, example)| &example["value"]);
            for value in values.chain(media.get("example")).chain(schema.get("example")) {
                found.push((path.clone(), method.to_uppercase(), value.clone()));
            }
        }
    }
    found
}

#[tokio::test]
async fn every_request_example_of_thredfi_succeeds_in_a_fresh_world() {
    let requests = requests(&document("thredfi"));
    assert!(requests.len() >= 3, "two payments and a token at least");
    for (path, method, body) in requests {
        let sandbox = Sandbox::start();
        let path = path.replace("{business_id}", BUSINESS);
        let call = if path == PARTNER_TOKEN {
            let authorization = basic(body["client_id"].as_str().unwrap_or(PARTNER), API_KEY);
            sandbox.call(&method, &path).header("authorization", &authorization)
        } else {
            sandbox.partner().await.call(&method, &path)
        };
        let answer = call.json(&body).send().await;
        assert!((200..300).contains(&answer.status), "{path} {body}: {}", answer.body);
    }
}

#[tokio::test]
async fn every_request_example_of_day_zero_succeeds_in_a_fresh_world() {
    let requests = requests(&document("dayzero"));
    assert!(!requests.is_empty());
    for (path, method, body) in requests {
        let sandbox = Sandbox::start();
        let path = path.replace("{invoice_id}", "019ab37c-1001-7000-8000-000000000001");
        let answer = sandbox.dayzero().call(&method, &path).json(&body).send().await.expect(201);
        // The document's own answer, as far as its ids are ids.
        assert_eq!(answer.body["paid_on"], "2026-02-10T00:00:00Z");
        assert_eq!(answer.body["transaction"]["counterparty"], "Acme Corp");
    }
}

#[test]
fn every_example_of_a_reply_keeps_its_schema() {
    for provider in ["thredfi", "dayzero"] {
        let document = document(provider);
        let mut seen = 0;
        for (path, item) in document["paths"].as_object().unwrap() {
            for (method, operation) in item.as_object().unwrap() {
                for (status, response) in operation["responses"].as_object().unwrap() {
                    let media = &response["content"]["application/json"];
                    let named = media["examples"].as_object().into_iter().flatten();
                    for value in
                        named.map(|(_, example)| &example["value"]).chain(media.get("example"))
                    {
                        let problems = schema_problems(&document, &media["schema"], value);
                        assert!(problems.is_empty(), "{method} {path} {status}: {problems:?}");
                        seen += 1;
                    }
                }
            }
        }
        assert!(seen > 0, "{provider} has examples");
    }
}

#[tokio::test]
async fn the_served_documents_are_the_embedded_ones_and_mark_what_is_ours() {
    let sandbox = Sandbox::start();
    for provider in ["thredfi", "dayzero"] {
        let served =
            sandbox.call("GET", &format!("/openapi/{provider}.json")).send().await.expect(200);
        assert_eq!(served.header("content-type"), "application/json");
        assert_eq!(served.body, document(provider));
        assert!(served.body["openapi"].as_str().unwrap().starts_with("3.0"), "{provider}");
    }
    let document = document("thredfi");
    for path in [PARTNER_TOKEN, "/v1/platform/{business_id}/oauth2/token/"] {
        assert_eq!(document["paths"][path]["post"]["x-sandbox-source"], "docs");
    }
}
