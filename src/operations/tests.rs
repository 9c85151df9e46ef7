//! Refusals that no book and no request brings about, in every operation's words.

use serde_json::Value;

use super::*;

/// Every operation of every provider refuses so, and keeps its document doing it.
fn each(judge: impl Fn(&Operation) -> Vec<(u16, Failure, &'static str)>) -> Vec<Reply> {
    let mut replies = Vec::new();
    for provider in providers() {
        for operation in &provider.operations {
            for (status, failure, says) in judge(operation) {
                let reply = (operation.refuse)(failure, "mine");
                let body = serde_json::from_slice(&reply.body).expect("JSON");
                let contract = provider.contract.operation(operation.id).expect("its contract");
                assert_eq!(reply.status, status, "{}", operation.id);
                assert_eq!(contract.check_reply(status, &body), [], "{} {body}", operation.id);
                assert!(body.to_string().contains(says), "{} {body}", operation.id);
                replies.push(reply);
            }
        }
    }
    assert!(!replies.is_empty());
    replies
}

fn retry_after(reply: &Reply) -> Option<&str> {
    let mut headers = reply.headers.iter();
    headers.find(|(name, _)| *name == "retry-after").map(|(_, value)| value.as_str())
}

#[test]
fn every_documented_refusal_can_be_forced_and_says_so() {
    let replies = each(|operation| {
        let refusals = operation.statuses.iter().copied().filter(|status| *status >= 400);
        let forced = |status| (status, Failure::Forced { status, by: "Prefer" }, "Prefer");
        refusals.map(forced).collect()
    });
    for reply in replies {
        assert_eq!(retry_after(&reply), (reply.status == 429).then_some("1"), "{reply:?}");
    }
}

#[test]
fn a_forced_refusal_has_the_code_and_detail_of_a_true_one() {
    let thredfi = thredfi::provider();
    let codes = [
        (400, "validation_error"),
        (401, "invalid_token"),
        (403, "permission_denied"),
        (404, "not_found"),
        (409, "conflict"),
        (413, "payload_too_large"),
        (415, "unsupported_media_type"),
        (422, "unprocessable"),
        (429, "rate_limited"),
        (500, "internal_error"),
    ];
    for (status, code) in codes {
        let reply = (thredfi.word)(Failure::Forced { status, by: "fault" }, "mine");
        let body: Value = serde_json::from_slice(&reply.body).expect("JSON");
        assert_eq!((reply.status, &body["error_code"]), (status, &Value::from(code)));
        assert_eq!(body["detail"].get("field_errors").is_some(), status == 400, "{body}");
        let challenged = reply.headers.iter().any(|(name, _)| *name == "www-authenticate");
        assert_eq!(challenged, status == 401);
    }
}

#[test]
fn every_operation_documents_what_a_caller_over_the_limit_is_told() {
    let over = |_: &Operation| vec![(429, Failure::TooManyRequests { retry_after: 60 }, "60")];
    for reply in each(over) {
        assert_eq!(retry_after(&reply), Some("60"), "{reply:?}");
    }
}

#[test]
fn a_caller_over_the_limit_is_told_in_how_many_seconds_to_come_back() {
    for provider in providers() {
        let reply = (provider.word)(Failure::TooManyRequests { retry_after: 7 }, "mine");
        assert_eq!((reply.status, retry_after(&reply)), (429, Some("7")), "{}", provider.name);
        let body: Value = serde_json::from_slice(&reply.body).expect("JSON");
        let seconds = match provider.scheme {
            Scheme::Thredfi => body["detail"]["retry_after_seconds"].to_string(),
            Scheme::DayZero => body["detail"].to_string(),
        };
        assert!(seconds.contains('7'), "{body}");
    }
}

#[test]
fn an_excerpt_promises_what_the_whole_document_promises() {
    for provider in providers() {
        let document = serde_json::from_str(provider.document).expect("it is JSON");
        let whole = Contract::new(&document).expect("it can be compiled");
        for operation in &provider.operations {
            let (id, documented) = (operation.id, operation.statuses);
            let ours = provider.contract.operation(id).expect("its excerpt can be compiled");
            let theirs = whole.operation(id).expect("it is in the document");
            assert_eq!(ours.inventory().items(), theirs.inventory().items(), "{id}");
            for &status in documented {
                assert_eq!(ours.sample(status, None), theirs.sample(status, None), "{id} {status}");
            }
        }
    }
}

#[test]
fn an_excerpt_leaves_out_nothing_but_prose() {
    /// Every key of the whole is in the excerpt, with the same below it, but for what describes; in
    /// what is `named` by its author every word may be a name.
    fn same(excerpt: &Value, whole: &Value, named: bool, at: &str) {
        const PROSE: [&str; 5] = ["description", "externalDocs", "summary", "tags", "title"];
        const NAMED: [&str; 6] =
            ["examples", "headers", "parameters", "properties", "responses", "schemas"];
        match (excerpt, whole) {
            (Value::Object(excerpt), Value::Object(whole)) => {
                let prose = |name: &String| !named && PROSE.contains(&name.as_str());
                for (name, value) in whole.iter().filter(|(name, _)| !prose(name)) {
                    let at = format!("{at}/{name}");
                    let ours = excerpt.get(name).unwrap_or_else(|| panic!("{at} is missing"));
                    if ["default", "enum", "example", "value"].contains(&name.as_str()) && !named {
                        assert_eq!(ours, value, "{at}");
                    } else {
                        same(ours, value, !named && NAMED.contains(&name.as_str()), &at);
                    }
                }
                assert!(excerpt.keys().all(|name| whole.contains_key(name)), "{at} has more");
            }
            (Value::Array(excerpt), Value::Array(whole)) => {
                assert_eq!(excerpt.len(), whole.len(), "{at}");
                for (index, (ours, value)) in excerpt.iter().zip(whole).enumerate() {
                    same(ours, value, false, &format!("{at}/{index}"));
                }
            }
            (excerpt, whole) => assert_eq!(excerpt, whole, "{at}"),
        }
    }

    for (provider, excerpts) in
        [("thredfi", super::thredfi::EXCERPTS), ("dayzero", super::dayzero::EXCERPTS)]
    {
        let providers = providers();
        let provider = providers.iter().find(|it| it.name == provider).expect("it is there");
        let whole: Value = serde_json::from_str(provider.document).expect("JSON");
        for (id, text) in excerpts {
            let operation =
                provider.operations.iter().find(|it| it.id == *id).expect("it is there");
            let excerpt: Value = serde_json::from_str(text).expect("JSON");
            let (path, method) = (operation.path, operation.method.to_lowercase());
            let of = |document: &Value| document["paths"][path][&method].clone();
            same(&of(&excerpt), &of(&whole), false, id);
            let shared = |document: &Value| document["paths"][path]["parameters"].clone();
            same(&shared(&excerpt), &shared(&whole), false, id);
            let mut targets: Vec<&str> =
                text.split("\"$ref\":\"#").skip(1).filter_map(|it| it.split('"').next()).collect();
            targets.dedup();
            assert!(!targets.is_empty() || !text.contains("$ref"), "{id}");
            for target in targets {
                let of = |document: &Value| document.pointer(target).cloned();
                let (ours, theirs) = (of(&excerpt), of(&whole));
                same(&ours.expect("it is copied"), &theirs.expect("it is there"), false, target);
            }
        }
    }
}

#[test]
fn the_books_that_the_program_carries_can_be_answered() {
    let fixtures = Fixtures::embedded().expect("they hold");
    assert_eq!(answerable(&fixtures, &providers()).map_err(|error| error.to_string()), Ok(()));
}
