//! The documents' own examples: every request succeeds in a fresh world with nothing else done,
//! and every example keeps its schema.

use serde_json::Value;

use crate::support::*;

/// Whose ids the paths take where the parameter has no `example` of its own: path, parameter, id of
/// the fixtures. A pending payment, drafts where something is changed, else what is open.
const IDS: &[(&str, &str, &str)] = &[
    (
        "/v1/platform/businesses/{business_id}/invoices/payments/{payment_id}/",
        "payment_id",
        "7a80c3cc-4a88-4f94-8ccc-000000000030",
    ),
    ("/v1/platform/businesses/{business_id}/invoices/{invoice_id}/", "invoice_id", DRAFT_INVOICE),
    (
        "/v1/platform/businesses/{business_id}/invoices/refunds/{refund_id}/payments/",
        "refund_id",
        "dd90c3cc-af66-4a77-8bbb-000000000001",
    ),
    (DZ_PAYMENTS, "invoice_id", "019ab37c-1001-7000-8000-000000000001"),
    ("/api/v1/bills/{bill_id}/receipt", "bill_id", "019ab37c-4001-7000-8000-000000000003"),
    ("/api/v1/bills/{bill_id}/payments", "bill_id", "019ab37c-4001-7000-8000-000000000001"),
];

const DZ_PAYMENTS: &str = "/api/v1/invoices/{invoice_id}/payments";

/// A request example of a document.
struct Example {
    method: String,
    /// As the document has it, with parameters in braces.
    path: String,
    operation: Value,
    body: Value,
}

impl Example {
    fn id(&self) -> &str {
        self.operation["operationId"].as_str().unwrap()
    }

    /// The path with its parameters filled in.
    fn filled(&self) -> String {
        let mut filled = self.path.replace("{business_id}", BUSINESS);
        for parameter in self.operation["parameters"].as_array().into_iter().flatten() {
            if let ("path", Some(id)) =
                (parameter["in"].as_str().unwrap(), parameter["example"].as_str())
            {
                let name = parameter["name"].as_str().unwrap();
                filled = filled.replace(&format!("{{{name}}}"), id);
            }
        }
        for (_, name, id) in IDS.iter().filter(|(path, ..)| *path == self.path) {
            filled = filled.replace(&format!("{{{name}}}"), id);
        }
        assert!(!filled.contains('{'), "{}: say in IDS what fills {filled}", self.id());
        filled
    }

    /// Sends it to a sandbox of its own, by somebody whom the operation lets in.
    async fn send(&self) -> Answer {
        let sandbox = Sandbox::start();
        let path = self.filled();
        let schemes = self.operation["security"].as_array().into_iter().flatten();
        let schemes: Vec<_> = schemes.flat_map(|it| it.as_object().unwrap().keys()).collect();
        let lets_in = |names: &[&str]| schemes.iter().any(|scheme| names.contains(&&***scheme));
        let call = if path.starts_with("/api/") {
            sandbox.dayzero().call(&self.method, &path)
        } else if schemes == ["BasicAuth"] {
            let partner = self.body["client_id"].as_str().unwrap_or(PARTNER);
            sandbox.call(&self.method, &path).header("authorization", &basic(partner, API_KEY))
        } else if lets_in(&["PartnerJWT", "BearerUnscoped"]) {
            sandbox.partner().await.call(&self.method, &path)
        } else {
            let mut caller = sandbox.partner().await;
            let place = format!("/v1/platform/{BUSINESS}/oauth2/token/");
            let answer = caller.call("POST", &place).send().await.expect(200);
            answer.body["access_token"].as_str().unwrap().clone_into(&mut caller.bearer);
            caller.call(&self.method, &path)
        };
        call.json(&self.body).send().await
    }
}

/// Every request example of a provider's document.
fn requests(provider: &str) -> Vec<Example> {
    let document = document(provider);
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
            for body in values.chain(media.get("example")).chain(schema.get("example")) {
                found.push(Example {
                    method: method.to_uppercase(),
                    path: path.clone(),
                    operation: operation.clone(),
                    body: body.clone(),
                });
            }
        }
    }
    found
}

/// Sends every request example but those of the operations that `build.rs` lists as not simulated.
/// That the answer is a documented one, which 501 is not, is checked with every answer.
async fn every_request_example_succeeds(provider: &str) {
    let not_simulated = not_simulated();
    let listed =
        |id: &str| not_simulated.iter().any(|it| (&*it.provider, &*it.id) == (provider, id));
    let (skipped, sent): (Vec<_>, Vec<_>) =
        requests(provider).into_iter().partition(|example| listed(example.id()));
    assert!(!sent.is_empty(), "of {} examples not one is sent", skipped.len());
    for example in sent {
        let answer = example.send().await;
        let (id, body) = (example.id(), &example.body);
        assert!((200..300).contains(&answer.status), "{id} {body}: {}", answer.body);
    }
}

#[tokio::test]
async fn every_request_example_of_thredfi_succeeds_in_a_fresh_sandbox() {
    every_request_example_succeeds("thredfi").await;
}

#[tokio::test]
async fn every_request_example_of_day_zero_succeeds_in_a_fresh_sandbox() {
    every_request_example_succeeds("dayzero").await;
}

#[test]
fn every_path_of_a_request_example_can_be_filled_in() {
    for provider in ["thredfi", "dayzero"] {
        let examples = requests(provider);
        assert!(examples.iter().all(|example| example.filled().starts_with('/')));
        for (path, name, _) in IDS.iter().filter(|(path, ..)| is_of(path) == provider) {
            let used = examples.iter().any(|it| it.path == *path && path.contains(name));
            assert!(used, "no example needs {name} in {path}");
        }
    }
}

fn is_of(path: &str) -> &str {
    if path.starts_with("/api/") { "dayzero" } else { "thredfi" }
}

#[tokio::test]
async fn day_zeros_own_example_is_answered_as_the_document_answers_it() {
    let mut examples = requests("dayzero").into_iter().filter(|it| it.path == DZ_PAYMENTS);
    let answer = examples.next().unwrap().send().await.expect(201);
    // As far as its ids are ids.
    assert_eq!(answer.body["paid_on"], "2026-02-10T00:00:00Z");
    assert_eq!(answer.body["transaction"]["counterparty"], "Acme Corp");
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
    for provider in ["thredfi", "dayzero", "sandbox"] {
        let served =
            sandbox.call("GET", &format!("/openapi/{provider}.json")).send().await.expect(200);
        assert_eq!(served.header("content-type"), "application/json");
        assert_eq!(served.body, document(provider));
        assert!(served.body["openapi"].as_str().unwrap().starts_with("3.0"), "{provider}");
    }
    let token = &document("thredfi")["paths"][PARTNER_TOKEN]["post"];
    assert_eq!(token["x-sandbook-source"], "docs");
    // The older spelling, which the first documents of ours had.
    assert_eq!(token["x-sandbox-source"], "docs");
}
