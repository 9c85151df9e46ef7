//! The journal: what a world was sent and answered, what was odd in it, and what is missing.

mod verify;

use serde_json::{Value, json};

use super::pay_all;
use crate::support::*;

/// The journal of a world; `query` begins with `?` or is empty.
async fn journal(sandbox: &Sandbox, world: &str, query: &str) -> Value {
    let path = format!("requests{query}");
    sandbox.control("GET", &path, world, Value::Null).await.expect(200).body
}

/// The numbers of the entries that pass a filter, as they are listed.
async fn numbers(sandbox: &Sandbox, query: &str) -> Vec<u64> {
    let list = journal(sandbox, "default", query).await;
    let entries = list["entries"].as_array().unwrap().iter();
    entries.map(|entry| entry["number"].as_u64().unwrap()).collect()
}

/// The one entry of a call, by the id that its client saw.
async fn entry(sandbox: &Sandbox, answer: &Answer) -> Value {
    let path = format!("requests/{}", answer.header("x-request-id"));
    sandbox.control("GET", &path, "default", Value::Null).await.expect(200).body
}

/// The rules of findings with their places, in order.
fn found<'a>(findings: &'a Value) -> Vec<(&'a str, &'a str, &'a str)> {
    let text = |finding: &'a Value, name: &str| finding[name].as_str().unwrap();
    let findings = findings.as_array().unwrap().iter();
    findings.map(|it| (text(it, "place"), text(it, "at"), text(it, "rule"))).collect()
}

#[tokio::test]
async fn a_call_is_found_by_the_id_that_its_client_saw() {
    let sandbox = Sandbox::start();
    let noon = json!({ "now": "2031-05-01T12:00:00Z", "frozen": true });
    sandbox.control("PUT", "clock", "default", noon).await.expect(200);
    let partner = sandbox.partner().await;
    let path = format!("{PAYMENTS}?dry=1");
    let call =
        partner.call("POST", &path).header("x-request-id", "ticket 7/8").header("x-mine", "a");
    let made = call.header("x-mine", "b").json(&pay_all()).send().await.expect(201);
    let found = sandbox.control("GET", "requests/ticket%207%2F8", "default", Value::Null).await;
    let found = found.expect(200).body;
    for (name, is) in [
        ("number", json!(2)),
        ("request_id", json!("ticket 7/8")),
        ("at", json!("2031-05-01T12:00:00Z")),
        ("world", json!("default")),
        ("provider", json!("thredfi")),
        ("operation", json!("create_invoice_payment")),
        ("method", json!("POST")),
        ("path", json!(PAYMENTS)),
        ("query", json!("dry=1")),
        ("status", json!(201)),
        ("violations", json!([])),
    ] {
        assert_eq!(found[name], is, "{name}");
    }
    assert!(found.get("forced").is_none(), "{found}");
    assert!(found["took_us"].as_i64().unwrap() > 0);
    assert_eq!(found["request"]["body"], pay_all());
    assert_eq!(found["request"]["bytes"], pay_all().to_string().len());
    assert_eq!(found["request"]["headers"]["x-mine"], "a, b");
    assert_eq!(found["response"]["body"], made.body);
    sandbox.control("GET", "requests/nobody", "default", Value::Null).await.expect(404);
    sandbox.control("GET", "requests/ticket%207%2F8", GUEST, Value::Null).await.expect(404);
}

#[tokio::test]
async fn no_secret_stands_in_the_journal() {
    let sandbox = Sandbox::start();
    let basic_proof = basic(PARTNER, API_KEY);
    let proof = |call: Call| call.header("authorization", &basic_proof);
    let form = "grant_type=client_credentials&client_secret=s3cret-of-a-form";
    let kind = "application/x-www-form-urlencoded";
    proof(sandbox.call("POST", PARTNER_TOKEN)).body(kind, form).send().await;
    let body = json!({ "client_secret": "s3cret-of-json", "grant_type": "other" });
    proof(sandbox.call("POST", PARTNER_TOKEN)).json(&body).send().await;
    let cut = sandbox.call("POST", PARTNER_TOKEN);
    proof(cut).body("application/json", r#"{"client_secret": "s3cret-of-broken"#).send().await;
    sandbox.token(PARTNER, "s3cret-of-nobody").await.expect(401);
    sandbox.token("s3cret-in-the-place-of-a-user", PARTNER).await.expect(401);
    let json = "application/json";
    for (kind, body) in [
        (json, r#"{"api_key":["s3cret"]}"#),
        (json, r#"{"clientSecret":{"v":"s3cret"}}"#),
        (json, "\u{feff}{\"Password\":\"s3cret\"}"),
        (json, "{'client_secret':'s3cret'}"),
        (kind, "auth[api_key]=s3cret"),
        (
            "multipart/form-data; boundary=b",
            "x\r\n--b\r\nContent-Disposition: form-data; NAME=\"client_secret\"\r\n\r\ns3cret\r\n--b--\r\n",
        ),
    ] {
        proof(sandbox.call("POST", PARTNER_TOKEN)).body(kind, body).send().await;
    }
    let partner = sandbox.partner().await;
    let path = format!("/v1/platform/{BUSINESS}/oauth2/token/");
    let scoped = partner.call("POST", &path).send().await.expect(200).body;
    partner.get(&format!("{PAYMENTS}?api_key=s3cret-of-a-query")).await;
    partner.get("/v1/nowhere?ACCESS_TOKEN=s3cret-of-nowhere").await.expect(404);
    let call = partner.call("GET", PAYMENTS).header("cookie", "s3cret-of-a-cookie");
    call.header("x-api-key", "s3cret-of-a-key").header("x-auth-token", "s3cret").send().await;
    sandbox.call("GET", PAYMENTS).header("authorization", "s3cret-alone").send().await;
    sandbox.dayzero().get("/api/v1/invoices").await.expect(200);

    let text = journal(&sandbox, "default", "?limit=1000").await.to_string();
    let scoped = scoped["access_token"].as_str().unwrap();
    let encoded = basic_proof.strip_prefix("Basic ").unwrap();
    for secret in ["s3cret", API_KEY, encoded, &partner.bearer, scoped, DZ_TOKEN] {
        assert!(!text.contains(secret), "{secret} stands in {text}");
    }
    // Who called can still be told, and two tokens apart.
    assert!(text.contains(&format!("Basic {PARTNER}:***")), "{text}");
    let end = &partner.bearer[partner.bearer.len() - 4..];
    assert!(text.contains(&format!("Bearer ***{end}")), "{text}");
}

#[tokio::test]
async fn what_broke_the_contract_and_what_stretched_it_is_said() {
    let sandbox = Sandbox::start();
    let partner = sandbox.partner().await;
    let wrong = json!({ "total_amount_cents": "5", "currency": "XXX",
        "allocations": [{ "invoice_id": INV_0042, "amount_cents": 0 }] });
    let refused = entry(&sandbox, &partner.pay(wrong).await.expect(400)).await;
    let expected = [
        ("body", "allocations[0].amount_cents", "out_of_range"),
        ("body", "currency", "not_in_enum"),
        ("body", "customer_id", "missing"),
        ("body", "total_amount_cents", "wrong_type"),
    ];
    let mut violations = found(&refused["violations"]);
    violations.sort_unstable();
    assert_eq!(violations, expected, "{refused}");

    let mut odd = pay_all();
    odd["notes"] = json!("the old way");
    odd["color"] = json!("red");
    odd["allocations"][0]["colour"] = json!("red");
    let made = partner.post(&format!("{PAYMENTS}?dry_run=true"), odd).await.expect(201);
    let made = entry(&sandbox, &made).await;
    assert_eq!(made["violations"], json!([]));
    let mut remarks = found(&made["remarks"]);
    remarks.sort_unstable();
    let expected = [
        ("body", "allocations[0].colour", "unknown_field"),
        ("body", "color", "unknown_field"),
        ("body", "notes", "deprecated"),
        ("query", "dry_run", "unknown_parameter"),
    ];
    assert_eq!(remarks, expected, "{made}");
    partner.get(PAYMENTS).await.expect(200);
    assert_eq!(numbers(&sandbox, "?remarks=true").await, [3, 2]);
}

#[tokio::test]
async fn an_id_that_names_nothing_is_a_violation_beside_others_and_one_that_does_is_none() {
    let sandbox = Sandbox::start();
    let partner = sandbox.partner().await;
    let mut body = pay_all();
    body["allocations"][0]["invoice_id"] = json!(NOTHING);
    body["currency"] = json!("XXX");
    let refused = entry(&sandbox, &partner.pay(body).await.expect(400)).await;
    let mut violations = found(&refused["violations"]);
    violations.sort_unstable();
    let expected =
        [("body", "allocations[0].invoice_id", "unknown_id"), ("body", "currency", "not_in_enum")];
    assert_eq!(violations, expected);
}

#[tokio::test]
async fn calls_that_no_operation_answered_are_there_too() {
    let sandbox = Sandbox::start();
    let partner = sandbox.partner().await;
    let lost =
        entry(&sandbox, &partner.post("/v1/platform/nowhere", json!({ "a": 1 })).await.expect(404))
            .await;
    let other = entry(&sandbox, &partner.call("DELETE", PAYMENTS).send().await.expect(405)).await;
    let nobody = entry(&sandbox, &sandbox.call("GET", PAYMENTS).send().await.expect(401)).await;
    assert!(lost.get("operation").is_none() && other.get("operation").is_none());
    assert_eq!(nobody["operation"], "list_invoice_payments");
    assert_eq!([&lost["status"], &other["status"], &nobody["status"]], [404, 405, 401]);
    let replay = || partner.call("POST", PAYMENTS).header("idempotency-key", "k").json(&pay_all());
    replay().send().await.expect(201);
    let again = entry(&sandbox, &replay().send().await.expect(200)).await;
    assert_eq!(again["forced"], "replay");
}

#[tokio::test]
async fn an_expired_token_stands_in_the_journal_of_its_own_world() {
    let sandbox = Sandbox::start();
    let guest = sandbox.partner_as(GUEST).await;
    sandbox.control("POST", "clock/advance", GUEST, json!({ "hours": 2 })).await.expect(200);
    guest.get(PAYMENTS).await.refused(401, "invalid_token");
    let list = journal(&sandbox, GUEST, "").await;
    assert_eq!((&list["matched"], &list["entries"][0]["status"]), (&json!(2), &json!(401)));
    assert_eq!(journal(&sandbox, "default", "").await["matched"], 0);
}

#[tokio::test]
async fn no_world_is_given_up_for_the_journal_of_a_call_that_nobody_made() {
    let config = sandbook::Config { max_worlds: 1, ..sandbook::Config::default() };
    let sandbox = Sandbox::with(config);
    let guest = sandbox.partner_as(GUEST).await;
    sandbox.call("GET", PAYMENTS).send().await.expect(401);
    sandbox.call("GET", "/v1/nowhere").send().await.expect(404);
    assert_eq!(guest.get(PAYMENTS).await.expect(200).header("sandbox-world"), "");
    assert_eq!(journal(&sandbox, GUEST, "").await["matched"], 2);
}

#[tokio::test]
async fn the_journal_is_filtered_newest_first() {
    let sandbox = Sandbox::start();
    let (partner, dayzero) = (sandbox.partner().await, sandbox.dayzero());
    partner.pay(pay_all()).await.expect(201); // 2
    partner.pay(pay_all()).await.expect(422); // 3
    partner.get(&format!("{INVOICES}{INV_0042}/")).await.expect(200); // 4
    dayzero.get("/api/v1/invoices").await.expect(200); // 5
    let by_path = format!("?path={INVOICES}{{invoice_id}}&method=GET");
    for (query, expected) in [
        ("", &[5, 4, 3, 2, 1][..]),
        ("?limit=2", &[5, 4]),
        ("?since=3", &[5, 4]),
        ("?provider=dayzero", &[5]),
        ("?operation=create_invoice_payment", &[3, 2]),
        ("?operation=thredfi/create_invoice_payment&status=422", &[3]),
        ("?status=2xx&method=GET", &[5, 4]),
        ("?status=4xx", &[3]),
        (&by_path, &[4]),
        ("?remarks=true", &[]),
    ] {
        assert_eq!(numbers(&sandbox, query).await, expected, "{query}");
    }
    let list = journal(&sandbox, "default", "?limit=2").await;
    assert_eq!((&list["matched"], &list["kept"], &list["last"]), (&json!(5), &json!(5), &json!(5)));
    for (query, at) in [
        ("?status=abc", "status"),
        ("?operation=create_invoce_payment", "operation"),
        ("?provider=stripe", "provider"),
        ("?limit=0", "limit"),
        ("?state=4xx", "state"),
    ] {
        let refused =
            sandbox.control("GET", &format!("requests{query}"), "default", Value::Null).await;
        assert_eq!(refused.expect(400).body["errors"][0]["at"], at, "{query}");
    }
}

#[tokio::test]
async fn a_journal_is_emptied_alone_or_with_its_world_and_other_worlds_see_nothing() {
    let sandbox = Sandbox::start();
    sandbox.partner().await.pay(pay_all()).await.expect(201);
    sandbox.control("GET", "requests", GUEST, Value::Null).await.expect(404);
    for (method, path) in [("DELETE", "requests"), ("POST", "reset")] {
        sandbox.token(PARTNER, API_KEY).await.expect(200);
        sandbox.control(method, path, GUEST, Value::Null).await.expect(204);
        assert!(journal(&sandbox, "default", "").await["kept"].as_i64().unwrap() > 0);
        sandbox.control(method, path, "default", Value::Null).await.expect(204);
        let list = journal(&sandbox, "default", "").await;
        let empty = (&list["kept"], &list["dropped"], &list["complete"]);
        assert_eq!(empty, (&json!(0), &json!(0), &json!(true)), "{path}");
    }
}

#[tokio::test]
async fn a_full_journal_gives_up_the_oldest_and_says_how_many() {
    let sandbox =
        Sandbox::with(sandbook::Config { journal_entries: 3, ..sandbook::Config::default() });
    let partner = sandbox.partner().await;
    for _ in 0..4 {
        partner.get(PAYMENTS).await.expect(200);
    }
    assert_eq!(numbers(&sandbox, "").await, [5, 4, 3]);
    let list = journal(&sandbox, "default", "").await;
    let counts = (&list["kept"], &list["dropped"], &list["complete"], &list["last"]);
    assert_eq!(counts, (&json!(3), &json!(2), &json!(false), &json!(5)));
    // Nothing is missing behind the second.
    assert_eq!(journal(&sandbox, "default", "?since=2").await["complete"], true);
    assert_eq!(journal(&sandbox, "default", "?since=1").await["complete"], false);
}

#[tokio::test]
async fn a_journal_has_a_share_of_the_bytes_of_all() {
    let config = sandbook::Config { journal_bytes: 80_000, ..sandbook::Config::default() };
    let sandbox = Sandbox::with(config);
    let partner = sandbox.partner().await;
    for _ in 0..20 {
        partner.get(&format!("{PAYMENTS}?page_size=1")).await.expect(200);
    }
    let list = journal(&sandbox, "default", "").await;
    let count = |name: &str| list[name].as_i64().unwrap();
    assert!(count("kept") > 0 && count("dropped") > 0, "{} {}", list["kept"], list["dropped"]);
    assert_eq!(count("kept") + count("dropped"), 21);
    let worlds = sandbox.call("GET", "/_sandbox/worlds").send().await.expect(200).body;
    assert!(worlds["journal_bytes"].as_i64().unwrap() <= 20_000, "{worlds}");
    assert_eq!(worlds["journal_limit_bytes"], 80_000);
}

#[tokio::test]
async fn of_a_long_body_the_beginning_is_kept() {
    let sandbox = Sandbox::start();
    let partner = sandbox.partner().await;
    let long =
        json!({ "customer_id": CUSTOMER, "total_amount_cents": 5, "color": "r".repeat(70_000) });
    let made = entry(&sandbox, &partner.pay(long.clone()).await.expect(201)).await;
    assert_eq!(made["request"]["bytes"], long.to_string().len());
    assert_eq!(made["request"]["truncated"], true);
    assert_eq!(made["request"]["body"].as_str().unwrap().len(), 64 * 1024);
}

#[tokio::test]
async fn without_a_journal_nothing_is_said_of_what_was_sent() {
    let sandbox =
        Sandbox::with(sandbook::Config { journal_entries: 0, ..sandbook::Config::default() });
    sandbox.partner().await;
    for (method, path, body) in [
        ("GET", "requests", Value::Null),
        ("GET", "requests/x", Value::Null),
        ("GET", "requests/stream", Value::Null),
        ("POST", "requests/verify", json!({ "exactly": 0 })),
    ] {
        let refused = sandbox.control(method, path, "default", body).await.expect(404);
        assert!(refused.body["detail"].as_str().unwrap().contains("--journal-entries 0"), "{path}");
    }
}
