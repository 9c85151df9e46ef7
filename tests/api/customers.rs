//! Enter, list, get and archive customers.

use serde_json::{Value, json};

use crate::support::*;

async fn names(caller: &Caller<'_>, query: &str) -> Vec<String> {
    let answer = caller.get(&format!("{CUSTOMERS}?page_size=100&{query}")).await.expect(200);
    let results = answer.body["results"].as_array().unwrap();
    assert_eq!(answer.body["count"], results.len());
    results.iter().map(|it| it["display_name"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_customer_answers_with_every_field() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    let body = json!({
        "external_id": "c-1", "reference_number": "R1", "individual_name": "Landlord",
        "company_name": "The Swan Ltd", "email": "bar@swan.example", "mobile_phone": "1",
        "office_phone": "2", "address_line1": "1 High Street", "city": "Leeds",
        "postal_code": "LS1", "country": "GB", "vat_number": "GB1", "tax_exempt": true,
        "status": "blocked", "transaction_tags": ["pub", { "id": 7 }], "notes": "Quiet.",
        "metadata": { "crm": [1] }, "payment_terms_days": 14, "credit_limit_cents": 5000,
    });
    let made = caller.post(CUSTOMERS, body.clone()).await.expect(201).body;
    for (field, value) in body.as_object().unwrap() {
        assert_eq!(made[field], *value, "{field}");
    }
    for (field, value) in [
        ("display_name", json!("The Swan Ltd")),
        ("full_address", json!("1 High Street, Leeds, LS1, GB")),
        ("credit_limit", json!(5000)),
        ("outstanding_balance", json!(0)),
        ("is_active", json!(false)),
        ("is_archived", json!(false)),
        ("archived_at", Value::Null),
        ("documents", json!([])),
    ] {
        assert_eq!(made[field], value, "{field}");
    }
    let id = made["id"].as_str().unwrap();
    assert_eq!(caller.get(&format!("{CUSTOMERS}{id}/")).await.expect(200).body, made);
    assert_eq!(
        caller.post(CUSTOMERS, json!({ "external_id": "c-1" })).await.expect(200).body,
        made
    );
}

#[tokio::test]
async fn a_customer_needs_a_name_and_one_will_do() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    let refused = caller.post(CUSTOMERS, json!({ "email": "a@b.example" })).await;
    let refused = refused.refused(400, "validation_error");
    assert_eq!(refused.fields(), ["company_name"]);
    for (field, name) in [
        ("individual_name", "One"),
        ("company_name", "Two"),
        ("display_name", "Three"),
        ("name", "Four"),
    ] {
        let made = caller.post(CUSTOMERS, json!({ field: name })).await.expect(201);
        assert_eq!(made.body["display_name"], name);
    }
    let bad = json!({ "company_name": "X", "email": "no", "status": "archived",
        "payment_terms_days": -1 });
    let refused = caller.post(CUSTOMERS, bad).await.refused(400, "validation_error");
    let mut fields = refused.fields();
    fields.sort_unstable();
    assert_eq!(fields, ["email", "payment_terms_days", "status"]);
}

#[tokio::test]
async fn customers_are_listed_by_the_name_to_show_and_filtered() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    let swan = json!({ "external_id": "Swan-1", "name": "a swan", "company_name": "Swan Ltd" });
    caller.post(CUSTOMERS, swan).await.expect(201);
    let all = names(&caller, "").await;
    assert_eq!(all.len(), 7);
    assert_eq!(all[0], "a swan");
    assert!(all.is_sorted_by_key(|name| name.to_lowercase()));
    let paged = caller.get(&format!("{CUSTOMERS}?page=2&page_size=4")).await.expect(200).body;
    assert_eq!(paged["page_info"]["total_pages"], 2);
    assert_eq!(paged["results"].as_array().unwrap().len(), 3);
    for (query, expected) in [
        ("external_id=Swan-1", vec!["a swan"]),
        ("external_id=swan-1", vec![]),
        ("external_id_contains=swan", vec!["a swan"]),
        ("name=Swan%20Ltd", vec!["a swan"]),
        ("name=swan", vec![]),
        ("name_contains=HOUNDS", vec!["The Fox & Hounds"]),
        ("name_contains=", all.iter().map(String::as_str).collect()),
    ] {
        assert_eq!(names(&caller, query).await, expected, "{query}");
    }
}

#[tokio::test]
async fn an_archived_customer_is_hidden_and_keeps_what_it_owes() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    let path = format!("{CUSTOMERS}{CUSTOMER}/");
    let before = caller.get(&path).await.expect(200).body;
    let archived = caller.post(&format!("{path}archive/"), json!({ "notes": 1 })).await.expect(200);
    assert_eq!(
        (&archived.body["status"], &archived.body["is_archived"], &archived.body["is_active"]),
        (&json!("archived"), &json!(true), &json!(false))
    );
    assert_eq!(archived.body["archived_at"], archived.body["updated_at"]);
    assert_eq!(archived.body["outstanding_balance"], before["outstanding_balance"]);
    assert_eq!(caller.get(&path).await.expect(200).body, archived.body);
    assert_eq!(names(&caller, "").await.len(), 5);
    assert_eq!(names(&caller, "include_archived=true").await.len(), 6);
    assert_eq!(names(&caller, "name_contains=crown").await.len(), 0);
    assert_eq!(names(&caller, "name_contains=crown&include_archived=true").await.len(), 1);
    let again = caller.post(&format!("{path}archive/"), json!({})).await;
    again.refused(409, "invalid_state_transition");
    let nobody = format!("{CUSTOMERS}{NOTHING}/");
    caller.get(&nobody).await.refused(404, "customer_not_found");
    caller.post(&format!("{nobody}archive/"), json!({})).await.refused(404, "customer_not_found");
}
