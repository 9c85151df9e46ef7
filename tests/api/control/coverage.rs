//! Coverage: what the calls have exercised of everything that the documents promise, and what never.

use serde_json::{Value, json};

use super::pay_all;
use crate::support::*;

async fn coverage(sandbox: &Sandbox, query: &str) -> Value {
    sandbox.call("GET", &format!("/_sandbox/coverage{query}")).send().await.expect(200).body
}

fn operation<'a>(report: &'a Value, id: &str) -> &'a Value {
    let all = report["operations"].as_array().unwrap();
    all.iter().find(|it| it["operation"] == id).unwrap_or_else(|| panic!("no {id}"))
}

fn names(items: &Value) -> Vec<&str> {
    items.as_array().unwrap().iter().map(|it| it["name"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_call_covers_its_operation_status_fields_and_values_and_no_other() {
    let sandbox = Sandbox::start();
    let before = coverage(&sandbox, "").await;
    assert_eq!(
        (&before["total"]["covered"], &before["total"]["percent"]),
        (&json!(0), &json!(0.0))
    );
    assert_eq!(before["kinds"]["operations"]["total"], 72);
    let guest = sandbox.partner_as(GUEST).await;
    let mut body = pay_all();
    body["payment_method"] = "check".into();
    guest.pay(body).await.expect(201);
    guest.pay(json!({ "currency": "XYZ", "allocations": [{}] })).await.expect(400);
    guest.get(&format!("{PAYMENTS}?page_size=1&sort=amount")).await.expect(200);
    let after = coverage(&sandbox, "").await;
    let create = operation(&after, "create_invoice_payment");
    assert_eq!(create["calls"], 2);
    let covered = names(&create["covered"]);
    for item in [
        "201",
        "400",
        "customer_id",
        "allocations[].invoice_id",
        "payment_method",
        "payment_method=check",
        "currency",
    ] {
        assert!(covered.contains(&item), "{item} of {covered:?}");
    }
    let never = names(&create["never"]);
    for item in ["409", "payment_method=stripe", "note"] {
        assert!(never.contains(&item), "{item} of {never:?}");
    }
    let list = operation(&after, "list_invoice_payments");
    assert!(names(&list["covered"]).contains(&"page_size"), "{list}");
    assert!(names(&list["never"]).contains(&"customer_id"), "{list}");
    // The token, the payments, the list.
    assert_eq!(after["kinds"]["operations"]["covered"], 3);
}

#[tokio::test]
async fn it_is_kept_by_world_and_over_all_and_outlives_resets_and_worlds() {
    let sandbox = Sandbox::start();
    let guest = sandbox.partner_as(GUEST).await;
    guest.get(PAYMENTS).await.expect(200);
    let calls = async |query: &str| {
        operation(&coverage(&sandbox, query).await, "list_invoice_payments")["calls"].clone()
    };
    let (own, other) = (format!("?world={GUEST}"), "?world=default");
    assert_eq!(
        (calls(&own).await, calls(other).await, calls("").await),
        (1.into(), 0.into(), 1.into())
    );
    sandbox.control("POST", "reset", GUEST, Value::Null).await.expect(204);
    assert_eq!(calls(&own).await, 1);
    sandbox.call("DELETE", &format!("/_sandbox/worlds/{GUEST}")).send().await.expect(204);
    assert_eq!(calls("").await, 1);
    sandbox.call("DELETE", "/_sandbox/coverage").send().await.expect(204);
    assert_eq!(calls("").await, 0);
}

#[tokio::test]
async fn one_provider_and_the_called_operations_can_be_asked_for_alone() {
    let sandbox = Sandbox::start();
    sandbox.partner().await.get(PAYMENTS).await.expect(200);
    let thredfi = coverage(&sandbox, "?provider=thredfi").await;
    assert_eq!(
        thredfi["kinds"]["operations"],
        json!({ "covered": 2, "total": 51, "percent": 3.9 })
    );
    let called = coverage(&sandbox, "?called=true").await;
    assert_eq!(
        called["kinds"]["operations"],
        json!({ "covered": 2, "total": 2, "percent": 100.0 })
    );
    assert!(called["total"]["percent"].as_f64().unwrap() < 100.0);
    let wrong = sandbox.call("GET", "/_sandbox/coverage?provider=xero").send().await.expect(400);
    assert!(wrong.body["detail"].as_str().unwrap().contains("thredfi, dayzero"), "{}", wrong.body);
}

#[tokio::test]
async fn the_same_comes_as_a_page_as_junit_and_in_one_line() {
    let sandbox = Sandbox::start();
    sandbox.partner().await.get(PAYMENTS).await.expect(200);
    let ask = async |what: &str| {
        let answer =
            sandbox.call("GET", &format!("/_sandbox/coverage.{what}")).send().await.expect(200);
        (answer.header("content-type").to_owned(), answer.body.as_str().unwrap().to_owned())
    };
    let summary = coverage(&sandbox, "").await["summary"].as_str().unwrap().to_owned();
    let (kind, line) = ask("txt").await;
    assert_eq!((kind.as_str(), line.trim_end()), ("text/plain", summary.as_str()));
    let (kind, page) = ask("html").await;
    assert!(kind == "text/html" && page.contains("list_invoice_payments"), "{kind}");
    // Nothing that would have to be fetched.
    assert!(!page.contains("src=") && !page.contains("<link"));
    let (kind, xml) = ask("xml").await;
    assert!(kind == "application/xml" && xml.contains("<testsuite"), "{kind}: {xml:.300}");
    assert!(xml.contains("list_invoice_payments"));
}
