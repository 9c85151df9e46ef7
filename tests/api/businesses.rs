//! Open, list and get businesses.

use serde_json::{Value, json};

use crate::support::*;

const BUSINESSES: &str = "/v1/platform/businesses/";

fn body(external_id: &str) -> Value {
    json!({ "external_id": external_id, "legal_name": "Quayside Taverns Limited",
        "entity_type": "Limited", "email": "accounts@quayside-taverns.example" })
}

async fn ids(caller: &Caller<'_>, query: &str) -> Vec<String> {
    let answer = caller.get(&format!("{BUSINESSES}?{query}")).await.expect(200);
    let results = answer.body["results"].as_array().unwrap();
    assert_eq!(answer.body["count"], results.len());
    results.iter().map(|it| it["external_id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_business_is_opened_once_with_empty_books() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    let made = caller.post(BUSINESSES, body("tavern-1")).await.expect(201).body;
    for (field, value) in [
        ("name", json!("Quayside Taverns Limited")),
        ("entity_type", json!("limited")),
        ("country", json!("GB")),
        ("base_currency", json!("GBP")),
        ("accounting_method", json!("accrual")),
        ("fiscal_year_end", Value::Null),
        ("is_active", json!(true)),
        ("metadata", json!({})),
    ] {
        assert_eq!(made[field], value, "{field}");
    }
    assert_eq!(made["_meta"]["created"], true);
    let known = caller.post(BUSINESSES, body("tavern-1")).await.expect(200).body;
    assert_eq!((&known["id"], &known["_meta"]["created"]), (&made["id"], &json!(false)));

    let path = format!("{BUSINESSES}{}/", made["id"].as_str().unwrap());
    let got = caller.get(&path).await.expect(200).body;
    assert_eq!((&got["id"], &got["legal_name"]), (&made["id"], &made["legal_name"]));
    for list in ["customers", "invoices", "invoices/refunds", "invoices/payments"] {
        let empty = caller.get(&format!("{path}{list}/")).await.expect(200).body;
        assert_eq!((&empty["count"], &empty["page_info"]["total_pages"]), (&json!(0), &json!(1)));
    }
    let customer = json!({ "name": "The Swan" });
    caller.post(&format!("{path}customers/"), customer).await.expect(201);
    let theirs = caller.get(CUSTOMERS).await.body;
    assert_eq!(theirs["count"], 6);
}

#[tokio::test]
async fn the_older_name_of_the_currency_counts_and_the_country_checks_the_form() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    let mut euro = body("e");
    for (field, value) in [("currency", "EUR"), ("country", "DE"), ("entity_type", "GmbH")] {
        euro[field] = json!(value);
    }
    let made = caller.post(BUSINESSES, euro.clone()).await.expect(201).body;
    assert_eq!((&made["base_currency"], &made["entity_type"]), (&json!("EUR"), &json!("gmbh")));
    euro["base_currency"] = json!("SEK");
    euro["external_id"] = json!("s");
    assert_eq!(caller.post(BUSINESSES, euro).await.body["base_currency"], "SEK");
    let mut wrong = body("w");
    wrong["entity_type"] = json!("gmbh");
    let refused = caller.post(BUSINESSES, wrong).await.refused(400, "validation_error");
    assert!(refused.field("entity_type").contains("sole_trader"), "{}", refused.body);
    let refused = caller.post(BUSINESSES, json!({})).await.refused(400, "validation_error");
    let mut fields = refused.fields();
    fields.sort_unstable();
    assert_eq!(fields, ["email", "entity_type", "external_id", "legal_name"]);
}

#[tokio::test]
async fn a_partner_lists_its_own_businesses_the_newest_first() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    caller.post(BUSINESSES, body("tavern-1")).await.expect(201);
    let all = ids(&caller, "").await;
    assert_eq!(all.len(), 3);
    assert_eq!(all[0], "tavern-1");
    for (query, expected) in [
        ("country=gb&search=brewery", vec!["harbour-brewery"]),
        ("entity_type=LIMITED", vec!["tavern-1", "harbour-brewery"]),
        ("external_id=tavern-1", vec!["tavern-1"]),
        ("search=QUAYSIDE", vec!["tavern-1"]),
        ("is_archived=true", vec![]),
    ] {
        assert_eq!(ids(&caller, query).await, expected, "{query}");
    }
    let other = sandbox.partner_as(OTHER_PARTNER).await;
    assert_eq!(ids(&other, "").await.len(), 1);
    let made = other.post(BUSINESSES, body("tavern-1")).await.expect(201).body;
    let path = format!("{BUSINESSES}{}/", made["id"].as_str().unwrap());
    caller.get(&path).await.refused(404, "business_not_found");
}

#[tokio::test]
async fn a_business_token_reads_its_business_and_no_list() {
    let sandbox = Sandbox::start();
    let mut caller = sandbox.partner().await;
    let token = caller.call("POST", &format!("/v1/platform/{BUSINESS}/oauth2/token/"));
    let token = token.send().await.expect(200).body["access_token"].clone();
    token.as_str().unwrap().clone_into(&mut caller.bearer);
    let got = caller.get(&format!("{BUSINESSES}{BUSINESS}/")).await.expect(200).body;
    assert_eq!(
        (&got["name"], &got["legal_name"]),
        (&json!("Harbour Brewery"), &json!("Harbour Brewery Limited"))
    );
    assert_eq!(got["external_id"], "harbour-brewery");
    caller.get(BUSINESSES).await.refused(403, "permission_denied");
    caller.post(BUSINESSES, body("x")).await.refused(403, "permission_denied");
    let other = format!("{BUSINESSES}{EUR_BUSINESS}/");
    caller.get(&other).await.refused(403, "permission_denied");
}
