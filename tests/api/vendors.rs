//! Vendors: list, create, get.

use serde_json::json;

use crate::support::*;

const VENDORS: &str = "/v1/platform/businesses/3c90c3cc-0d44-4b50-8888-8dd25736052a/vendors/";

#[tokio::test]
async fn a_vendor_that_was_created_is_answered_by_get_and_leads_the_list() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    let body = json!({
        "external_id": "v-1", "company_name": "Malt & Sons", "email": "ap@malt.example",
        "office_phone": "+442075550100", "address_string": "1 Mill Lane", "memo": "Malt",
        "transaction_tags": ["malt", { "key": "site", "value": 2 }], "country": "GB",
    });
    let created = caller.post(VENDORS, body.clone()).await.expect(201).body;
    for field in ["external_id", "company_name", "email", "office_phone", "address_string", "memo"]
    {
        assert_eq!(created[field], body[field], "{field}");
    }
    assert_eq!(created["transaction_tags"], body["transaction_tags"]);
    assert_eq!((&created["type"], &created["status"]), (&json!("VendorData"), &json!("ACTIVE")));
    assert_eq!((&created["individual_name"], &created["documents"]), (&json!(""), &json!([])));
    let path = format!("{VENDORS}{}/", created["id"].as_str().unwrap());
    assert_eq!(caller.get(&path).await.expect(200).body, created);
    let list = caller.get(VENDORS).await.expect(200).body;
    assert_eq!((&list["count"], &list["results"][0]), (&json!(3), &created));
}

#[tokio::test]
async fn a_vendor_has_a_name() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    for body in [json!({}), json!({ "company_name": " ", "individual_name": "" })] {
        let refused = caller.post(VENDORS, body).await.refused(400, "validation_error");
        assert_eq!(refused.fields(), ["company_name"]);
    }
    let body = json!({ "individual_name": "A Cooper" });
    let created = caller.post(VENDORS, body).await.expect(201).body;
    assert_eq!(created["company_name"], "");
}

#[tokio::test]
async fn a_known_external_id_answers_the_vendor_that_has_it() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    let body = json!({ "external_id": "v-1", "company_name": "Malt & Sons" });
    let first = caller.post(VENDORS, body).await.expect(201).body;
    let other = json!({ "external_id": "v-1", "company_name": "Another" });
    assert_eq!(caller.post(VENDORS, other).await.expect(200).body, first);
    assert_eq!(caller.get(VENDORS).await.body["count"], 3);
}

#[tokio::test]
async fn the_filters_read_ids_and_names() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    let body = json!({ "external_id": "Ext-77", "individual_name": "A Cooper" });
    caller.post(VENDORS, body).await.expect(201);
    for (query, count) in [
        ("", 3),
        ("external_id=Ext-77", 1),
        ("external_id=ext-77", 0),
        ("external_id_contains=ext", 1),
        ("name=A+Cooper", 1),
        ("name=a+cooper", 0),
        ("name_contains=HOP", 1),
        ("name_contains=o&page_size=1", 3),
        ("include_archived=true", 3),
    ] {
        let list = caller.get(&format!("{VENDORS}?{query}")).await.expect(200).body;
        assert_eq!(list["count"], count, "{query}");
        assert_eq!(list["page_info"]["total_count"], count, "{query}");
    }
    caller.get(&format!("{VENDORS}?page=2")).await.refused(404, "not_found");
    caller.get(&format!("{VENDORS}?page=0")).await.refused(400, "validation_error");
}

#[tokio::test]
async fn a_vendor_that_this_business_does_not_have_is_not_found() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    caller.get(&format!("{VENDORS}{NOTHING}/")).await.refused(404, "vendor_not_found");
    let elsewhere = format!("{VENDORS}{VENDOR}/").replace(BUSINESS, EUR_BUSINESS);
    caller.get(&elsewhere).await.refused(404, "vendor_not_found");
    let seeded = caller.get(&format!("{VENDORS}{VENDOR}/")).await.expect(200).body;
    assert_eq!(seeded["address_string"], "Oast Lane 2, Faversham, ME13 8XZ, GB");
}
