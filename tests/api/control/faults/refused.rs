//! Rules that would never strike, or make no sense: each is refused where it is set.

use serde_json::{Value, json};

use crate::support::*;

#[tokio::test]
async fn a_rule_that_could_never_strike_is_refused_with_what_would() {
    let sandbox = Sandbox::start();
    let then =
        |then: Value| json!({ "when": { "operation": "create_invoice_payment" }, "then": then });
    let when = |when: Value| json!({ "when": when, "then": { "status": 404 } });
    for (rule, at, says) in [
        (json!({}), "#/then", "Required"),
        (then(json!({})), "#/then", "latency"),
        (then(json!({ "status": 418 })), "#/then/status", "409, 413, 415, 422"),
        (then(json!({ "status": 99 })), "#/then/status", "equal to 200"),
        (
            then(json!({ "status": 201, "example": "Nope" })),
            "#/then/example",
            "CreatePaymentResponse(UKPub)",
        ),
        (
            then(json!({ "status": 409, "body": { "detail": "no" } })),
            "#/then/body",
            "no such body for 409",
        ),
        (
            then(json!({ "status": 201, "example": "CreatePaymentResponse(UKPub)", "body": {} })),
            "#/then/body",
            "not both",
        ),
        (then(json!({ "body": {} })), "#/then/body", "`status`"),
        (then(json!({ "latency": { "kind": "fixed" } })), "#/then/latency", "`ms`"),
        (
            then(json!({ "latency": { "kind": "uniform", "min_ms": 2, "max_ms": 1 } })),
            "#/then/latency",
            "longer",
        ),
        (
            then(json!({ "latency": { "kind": "fixed", "ms": 300_001 } })),
            "#/then/latency/ms",
            "300000",
        ),
        (
            then(json!({ "connection": { "kind": "reset", "bytes": 1 } })),
            "#/then/connection",
            "nothing beside",
        ),
        (then(json!({ "connection": { "kind": "melt" } })), "#/then/connection/kind", "drip"),
        (
            when(json!({ "operation": "create_invoce_payment" })),
            "#/when/operation",
            "nearest is create_invoice_payment.",
        ),
        (
            when(json!({ "operation": "dayzero/create_invoice_payment" })),
            "#/when/operation",
            "nearest is create_invoice_payment_api_v1",
        ),
        (when(json!({ "provider": "stripe" })), "#/when/provider", "thredfi, dayzero"),
        (
            when(json!({ "operation": "create_invoice_payment", "method": "GET" })),
            "#/when/method",
            "another method",
        ),
        (when(json!({ "nth": 0 })), "#/when/nth", "equal to 1"),
        (when(json!({ "chance": 1.5 })), "#/when/chance", "equal to 1"),
        (when(json!({ "operation_id": "x" })), "#/when/operation_id", "no such thing"),
    ] {
        let refused = sandbox.control("POST", "faults", "default", rule.clone()).await.expect(400);
        let errors = refused.body["errors"].as_array().unwrap();
        let found = errors.iter().find(|error| error["at"] == at);
        let detail = found.and_then(|error| error["detail"].as_str()).unwrap_or_default();
        assert!(detail.contains(says), "{rule}: {}", refused.body);
    }
    let list = sandbox.control("GET", "faults", "default", Value::Null).await.expect(200).body;
    assert_eq!(list, json!({ "faults": [] }));
}

#[tokio::test]
async fn a_world_has_a_hundred_rules_and_says_so() {
    let sandbox = Sandbox::start();
    let add = async || {
        let rule = json!({ "then": { "latency": { "kind": "fixed", "ms": 0 } } });
        sandbox.control("POST", "faults", GUEST, rule).await
    };
    for _ in 0..100 {
        add().await.expect(201);
    }
    let full = add().await.expect(409);
    assert!(full.body["detail"].as_str().unwrap().contains("100"), "{}", full.body);
    sandbox.control("DELETE", "faults/7", GUEST, Value::Null).await.expect(204);
    assert_eq!(add().await.expect(201).body["id"], 101);
}
