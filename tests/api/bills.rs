//! Bills: list, create, get.

use serde_json::{Value, json};

use crate::support::*;

const BILLS: &str = "/v1/platform/businesses/3c90c3cc-0d44-4b50-8888-8dd25736052a/bills/";
const ACCOUNT: &str = "be90c3cc-8d44-4e55-8fff-000000005001";

fn body(external_id: &str) -> Value {
    json!({ "external_id": external_id, "vendor_id": VENDOR,
        "line_items": [{ "quantity": 1, "unit_price": 12_000 }] })
}

async fn numbers(caller: &Caller<'_>, query: &str) -> Vec<String> {
    let list = caller.get(&format!("{BILLS}?{query}")).await.expect(200).body;
    let rows = list["results"].as_array().unwrap().iter();
    rows.map(|row| row["bill_number"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_bill_adds_its_lines_up() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    let request = json!({
        "external_id": "b-1", "vendor_id": VENDOR, "vendor_bill_number": "EKH-1",
        "bill_date": "2024-03-18", "issue_date": "2024-03-01", "due_at": "2024-04-18T00:00:00Z",
        "terms": "net_30", "purchase_order_number": "PO-1", "reference_numbers": ["r"],
        "attachment_urls": ["https://files.example/1.pdf"], "memo": "Goldings",
        "line_items": [
            { "product": "Goldings", "quantity": 12.5, "unit_price": 1800,
              "account_identifier": { "type": "AccountId", "id": ACCOUNT },
              "sales_taxes": [{ "amount": 4000 }, { "amount": 500 }] },
            { "product": "Delivery", "quantity": 1, "unit_price": 2500,
              "account_identifier": "5000" },
        ],
    });
    let bill = caller.post(BILLS, request).await.expect(201).body;
    for (field, value) in [
        ("status", json!("RECEIVED")),
        ("subtotal", json!(25_000)),
        ("total_amount", json!(29_500)),
        ("outstanding_balance", json!(29_500)),
        ("additional_sales_taxes_total", json!(0)),
        ("bill_number", json!("BILL-0008")),
        ("issue_date", json!("2024-03-18")),
        ("terms", json!("net_30")),
        ("currency", json!("GBP")),
        ("is_overdue", json!(true)),
        ("bill_payment_allocations", json!([])),
        ("document", Value::Null),
        ("paid_at", Value::Null),
        ("reference_numbers", json!(["r"])),
    ] {
        assert_eq!(bill[field], value, "{field}");
    }
    let [first, second] = [&bill["line_items"][0], &bill["line_items"][1]];
    assert_eq!((&first["subtotal"], &first["total_amount"]), (&json!(22_500), &json!(27_000)));
    assert_eq!((&first["tax_rate"], &second["tax_rate"]), (&json!(20.0), &json!(0.0)));
    assert_eq!(first["account_identifier"], json!({ "type": "AccountId", "id": ACCOUNT }));
    assert_eq!((&second["account_identifier"], &first["bill_id"]), (&Value::Null, &bill["id"]));
    assert_eq!(bill["vendor"]["company_name"], "East Kent Hop Growers");
    let path = format!("{BILLS}{}/", bill["id"].as_str().unwrap());
    assert_eq!(caller.get(&path).await.expect(200).body, bill);
}

#[tokio::test]
async fn payments_take_a_bill_from_received_to_paid() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    let path = format!("{BILLS}{BILL_1}/");
    let statuses = [(20_000, "PARTIALLY_PAID", 40_000), (40_000, "PAID", 0)];
    for (amount, status, outstanding) in statuses {
        let pay = json!({ "vendor_id": VENDOR, "amount_cents": amount, "payment_method": "wire",
            "allocations": [{ "bill_id": BILL_1, "amount_cents": amount }] });
        caller.post(BILL_PAYMENTS, pay).await.expect(201);
        let bill = caller.get(&path).await.expect(200).body;
        assert_eq!(
            (&bill["status"], &bill["outstanding_balance"]),
            (&json!(status), &json!(outstanding))
        );
        assert_eq!(bill["paid_at"].is_string(), status == "PAID");
        assert_eq!(bill["is_overdue"], status != "PAID");
    }
    let bill = caller.get(&path).await.body;
    let lines = bill["bill_payment_allocations"].as_array().unwrap();
    assert!(lines.len() == 2 && lines.iter().all(|line| line["payment_method"] == "wire"));
}

#[tokio::test]
async fn what_a_bill_names_must_hold() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    let without = json!({ "external_id": "b", "line_items": [
        { "quantity": 1, "unit_price": 1 }, { "quantity": 0.000_01, "unit_price": 1 }] });
    let refused = caller.post(BILLS, without).await.refused(400, "validation_error");
    assert_eq!(refused.fields(), ["line_items[1].quantity", "vendor_id"]);
    let text = "Ensure this value is between 0.0001 and 900719925474.";
    assert_eq!(refused.field("line_items[1].quantity"), text);
    let mut unknown = body("b");
    unknown["vendor_id"] = json!(NOTHING);
    let refused = caller.post(BILLS, unknown.clone()).await.refused(400, "validation_error");
    assert_eq!(refused.fields(), ["vendor_id"]);
    unknown.as_object_mut().unwrap().remove("vendor_id");
    unknown["vendor_external_id"] = json!("nobody");
    let refused = caller.post(BILLS, unknown).await.refused(400, "validation_error");
    assert_eq!(refused.fields(), ["vendor_external_id"]);
    let mut euros = body("b");
    euros["currency"] = json!("EUR");
    let refused = caller.post(BILLS, euros).await.refused(422, "currency_mismatch");
    assert_eq!(refused.body["detail"]["base_currency"], "GBP");
    let mut huge = body("b");
    huge["line_items"][0]["unit_price"] = json!(i64::MAX);
    huge["line_items"][0]["quantity"] = json!(2);
    caller.post(BILLS, huge).await.refused(422, "amount_overflow");
    let refused = caller.post(BILLS, json!({})).await.refused(400, "validation_error");
    assert_eq!(refused.fields(), ["external_id", "line_items"]);
    assert_eq!(caller.get(BILLS).await.body["count"], 7);
}

#[tokio::test]
async fn a_known_external_id_answers_the_bill_that_has_it() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    let first = caller.post(BILLS, body("b-1")).await.expect(201).body;
    assert_eq!(caller.post(BILLS, body("b-1")).await.expect(200).body, first);
    assert_eq!(caller.get(BILLS).await.body["count"], 8);
}

#[tokio::test]
async fn the_last_received_bill_leads_and_the_filters_narrow() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    let all = numbers(&caller, "").await;
    let order = [6, 2, 1, 3, 5, 4, 7].map(|n| format!("BILL-000{n}"));
    assert_eq!(all, order);
    let first = numbers(&caller, "page_size=3").await;
    let second = numbers(&caller, "page_size=3&page=2").await;
    assert_eq!([first, second].concat(), order[..6]);
    let other = "8a90c3cc-5a11-4b22-8ccc-c11111111112";
    for (query, expected) in [
        ("status=draft".to_owned(), &[6][..]),
        ("status=received,PAID".to_owned(), &[2, 1, 4]),
        ("status=voided".to_owned(), &[7]),
        ("status=overdue".to_owned(), &[2, 1, 5]),
        (format!("vendor_id={other}"), &[5, 4]),
        (format!("vendor_id={other},{VENDOR}"), &[6, 2, 1, 3, 5, 4, 7]),
        (format!("vendor_id={NOTHING}"), &[]),
        ("search=ekh-778".to_owned(), &[2, 1]),
        ("search=glass".to_owned(), &[5, 4]),
        ("due_at_start=2024-04-03T00:00:00Z&due_at_end=2024-04-07T00:00:00Z".to_owned(), &[2, 1]),
    ] {
        let expected: Vec<_> = expected.iter().map(|n| format!("BILL-000{n}")).collect();
        assert_eq!(numbers(&caller, &query).await, expected, "{query}");
    }
    let refused =
        caller.get(&format!("{BILLS}?status=open")).await.refused(400, "validation_error");
    assert!(refused.field("status").contains("overdue"), "{}", refused.body);
}

#[tokio::test]
async fn a_voided_bill_has_nothing_outstanding_and_an_unknown_one_is_not_found() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    let void = caller.get(&format!("{BILLS}9b90c3cc-6b22-4c33-8ddd-d22222222227/")).await;
    let void = void.expect(200).body;
    assert_eq!((&void["status"], &void["outstanding_balance"]), (&json!("VOIDED"), &json!(0)));
    assert!(void["voided_at"].is_string() && void["is_overdue"] == false);
    caller.get(&format!("{BILLS}{NOTHING}/")).await.refused(404, "bill_not_found");
}
