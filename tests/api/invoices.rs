//! Write, list and fetch invoices: numbers, filters, refusals.

use serde_json::{Value, json};

use crate::support::*;

/// An invoice of 1000 to the first customer, with these fields as well or instead.
fn body(more: Value) -> Value {
    let mut body = json!({
        "external_id": "inv-1", "sent_at": "2024-03-20", "customer_id": CUSTOMER,
        "line_items": [{ "unit_price": 1000 }],
    });
    let Value::Object(more) = more else { panic!("{more} is no object") };
    for (field, value) in more {
        body[field] = value;
    }
    body
}

#[tokio::test]
async fn every_number_follows_from_the_lines() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    let before = caller.get(&format!("{CUSTOMERS}{CUSTOMER}/")).await.body;
    let invoice = caller
        .post(
            INVOICES,
            body(json!({
                "due_at": "2024-04-19T09:00:00Z", "additional_discount": 100, "tips": 50,
                "additional_sales_taxes_total": 30, "currency": "GBP", "memo": "Thank you.",
                "transaction_tags": ["keg"], "metadata": { "order": 7 },
                "line_items": [
                    { "quantity": 1.5, "unit_price": 333, "discount_amount": 20, "external_id": "l1",
                      "description": "Ale", "product": "Keg", "account_identifier": { "id": "4000" },
                      "sales_taxes": [{ "amount": 96, "discount_amount": 4, "tax_account": "2200" }] },
                    { "unit_price_cents": 1000, "account_code": "4010" },
                ],
            })),
        )
        .await
        .expect(201)
        .body;
    for (field, value) in [
        ("status", json!("SENT")),
        ("subtotal", json!(1480)),
        ("total_amount", json!(1480 - 100 + 92 + 30 + 50)),
        ("outstanding_balance", json!(1552)),
        ("sent_at", json!("2024-03-20T00:00:00Z")),
        ("is_overdue", json!(true)),
        ("paid_at", Value::Null),
        ("document", Value::Null),
        ("invoice_type", json!("invoice")),
        ("memo", json!("Thank you.")),
        ("transaction_tags", json!(["keg"])),
        ("metadata", json!({ "order": 7 })),
        ("payment_allocations", json!([])),
    ] {
        assert_eq!(invoice[field], value, "{field}");
    }
    let (first, second) = (&invoice["line_items"][0], &invoice["line_items"][1]);
    assert_eq!((&first["subtotal"], &first["total_amount"]), (&json!(480), &json!(572)));
    assert_eq!(first["sales_taxes_total"], 92);
    assert_eq!(first["account_identifier"], json!({ "id": "4000" }));
    assert_eq!(
        first["sales_taxes"],
        json!([{ "amount": 96, "discount_amount": 4, "tax_account": "2200" }])
    );
    assert_eq!((&second["quantity"], &second["account_identifier"]), (&json!(1.0), &json!("4010")));
    let owed = before["outstanding_balance"].as_i64().unwrap() + 1552;
    assert_eq!(invoice["customer"]["outstanding_balance"], owed);
    let id = invoice["id"].as_str().unwrap();
    assert_eq!(caller.get(&format!("{INVOICES}{id}/")).await.expect(200).body, invoice);
}

#[tokio::test]
async fn an_invoice_without_a_number_gets_one_that_is_free() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    let listed = caller.get(&format!("{INVOICES}?page_size=100")).await.body;
    let listed = listed["results"].as_array().unwrap();
    let mut numbers: Vec<_> = listed.iter().map(|it| it["invoice_number"].clone()).collect();
    for external_id in ["a", "b", "c"] {
        let made = caller.post(INVOICES, body(json!({ "external_id": external_id }))).await;
        let number = made.expect(201).body["invoice_number"].clone();
        assert!(!numbers.contains(&number), "{number}");
        numbers.push(number);
    }
    let own = body(json!({ "external_id": "d", "invoice_number": "2024/7" }));
    assert_eq!(caller.post(INVOICES, own).await.body["invoice_number"], "2024/7");
}

#[tokio::test]
async fn a_known_external_id_answers_the_invoice_that_has_it() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    let first = caller.post(INVOICES, body(json!({}))).await.expect(201).body;
    let other = body(json!({ "line_items": [{ "unit_price": 5 }] }));
    assert_eq!(caller.post(INVOICES, other).await.expect(200).body, first);
    let count = caller.get(&format!("{INVOICES}?search=inv-1")).await.body["count"].clone();
    assert_eq!(count, 1);
}

#[tokio::test]
async fn payments_come_with_the_invoice_or_nothing_does() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    let paid = body(json!({ "payments": [
        { "total_amount_cents": 600, "payment_method": "stripe", "payment_date": "2024-03-21" },
        { "total_amount_cents": 400, "external_id": "pay-2" },
    ] }));
    let invoice = caller.post(INVOICES, paid).await.expect(201).body;
    assert_eq!((&invoice["status"], &invoice["outstanding_balance"]), (&json!("PAID"), &json!(0)));
    assert_eq!(invoice["paid_at"], invoice["created_at"]);
    let lines = invoice["payment_allocations"].as_array().unwrap();
    let first = lines.iter().find(|line| line["amount_cents"] == 600).unwrap();
    assert_eq!(first["payment_method"], "stripe");
    assert_eq!(first["payment_date"], "2024-03-21T00:00:00Z");
    let payment = caller.payment(first["payment_id"].as_str().unwrap()).await;
    assert_eq!(payment["allocations"][0]["invoice_id"], invoice["id"]);

    let count = |answer: Answer| answer.body["count"].as_i64().unwrap();
    let (invoices, payments) =
        (count(caller.get(INVOICES).await), count(caller.get(PAYMENTS).await));
    let more = body(json!({ "external_id": "inv-2", "payments": [
        { "total_amount_cents": 600 }, { "total_amount_cents": 401 },
    ] }));
    let refused = caller.post(INVOICES, more).await;
    let refused = refused.refused(422, "allocation_exceeds_outstanding");
    assert_eq!(refused.fields(), ["payments[1].total_amount_cents"]);
    let draft = body(json!({ "external_id": "inv-2", "sent_at": null,
        "payments": [{ "total_amount_cents": 1 }] }));
    let refused = caller.post(INVOICES, draft).await.refused(422, "invoice_not_payable");
    assert_eq!(refused.fields(), ["payments[0].invoice_id"]);
    assert_eq!(count(caller.get(INVOICES).await), invoices);
    assert_eq!(count(caller.get(PAYMENTS).await), payments);
}

#[tokio::test]
async fn a_draft_and_one_for_the_record_owe_nothing() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    let owed = |invoice: &Value| invoice["customer"]["outstanding_balance"].as_i64().unwrap();
    let draft = caller.post(INVOICES, body(json!({ "sent_at": null }))).await.expect(201).body;
    assert_eq!((&draft["status"], &draft["sent_at"]), (&json!("DRAFT"), &Value::Null));
    assert_eq!(draft["outstanding_balance"], 1000);
    let void = body(json!({ "external_id": "v", "voided_at": "2024-03-21" }));
    let void = caller.post(INVOICES, void).await.expect(201).body;
    assert_eq!(
        (&void["status"], &void["outstanding_balance"], &void["voided_at"]),
        (&json!("VOIDED"), &json!(0), &json!("2024-03-21T00:00:00Z"))
    );
    assert_eq!(owed(&draft), owed(&void));
}

#[tokio::test]
async fn taxes_on_the_whole_may_come_one_by_one() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    let taxes = json!([{ "amount": 30, "name": "VAT" }, { "amount": 12 }]);
    let made = caller.post(INVOICES, body(json!({ "additional_sales_taxes": taxes }))).await;
    assert_eq!(made.expect(201).body["additional_sales_taxes_total"], 42);
    let both = json!({ "external_id": "b", "additional_sales_taxes": taxes,
        "additional_sales_taxes_total": 5 });
    assert_eq!(caller.post(INVOICES, body(both)).await.expect(201).body["total_amount"], 1005);
    let bad = json!({ "external_id": "c",
        "additional_sales_taxes": [{}, { "amount": "x" }, { "amount": -1 }] });
    let refused = caller.post(INVOICES, body(bad)).await.refused(400, "validation_error");
    assert_eq!(refused.fields().len(), 3);
    assert_eq!(refused.field("additional_sales_taxes[0].amount"), "This field is required.");
}

#[tokio::test]
async fn everything_wrong_in_an_invoice_is_named_at_once() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    let bad = json!({ "sent_at": "soon", "due_at": "2024-13-01", "customer_id": null,
        "customer_external_id": "nobody",
        "line_items": [{ "unit_price": 1 }, { "quantity": 0.000_01 }] });
    let mut bad = body(bad);
    bad.as_object_mut().unwrap().remove("customer_id");
    let refused = caller.post(INVOICES, bad).await.refused(400, "validation_error");
    let mut fields = refused.fields();
    fields.sort_unstable();
    assert_eq!(
        fields,
        [
            "customer_external_id",
            "due_at",
            "line_items[1].quantity",
            "line_items[1].unit_price",
            "sent_at"
        ]
    );
    assert!(refused.field("sent_at").contains("YYYY-MM-DD"));
    assert!(refused.field("line_items[1].unit_price").contains("unit_price_cents"));
    let nobody = body(json!({ "customer_id": NOTHING }));
    let refused = caller.post(INVOICES, nobody).await.refused(400, "validation_error");
    assert_eq!(refused.fields(), ["customer_id"]);
    let mut none = body(json!({}));
    none.as_object_mut().unwrap().remove("customer_id");
    let refused = caller.post(INVOICES, none).await.refused(400, "validation_error");
    assert!(refused.field("customer_id").contains("customer_external_id"));
}

#[tokio::test]
async fn an_invoice_keeps_to_the_base_currency_and_to_what_can_be_counted() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    let refuse =
        async |more: Value, code: &str| caller.post(INVOICES, body(more)).await.refused(422, code);
    let refused = refuse(json!({ "currency": "EUR" }), "currency_mismatch").await;
    assert_eq!(refused.body["detail"]["base_currency"], "GBP");
    let refused = refuse(json!({ "additional_discount": 1001 }), "negative_total").await;
    assert_eq!(refused.body["detail"]["total_amount_cents"], -1);
    let most = json!([{ "unit_price": i64::MAX }, { "unit_price": i64::MAX }]);
    refuse(json!({ "line_items": most }), "amount_overflow").await;
}

#[tokio::test]
async fn the_customer_may_be_named_by_the_integrators_own_id() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    let customer = json!({ "external_id": "cust-7", "company_name": "The Swan" });
    let customer = caller.post(CUSTOMERS, customer).await.expect(201).body;
    let mut named = body(json!({ "customer_external_id": "cust-7" }));
    named.as_object_mut().unwrap().remove("customer_id");
    let invoice = caller.post(INVOICES, named).await.expect(201).body;
    assert_eq!(invoice["customer"]["id"], customer["id"]);
    assert_eq!(invoice["customer"]["display_name"], "The Swan");
}

#[tokio::test]
async fn the_list_begins_with_drafts_and_then_with_what_was_sent_last() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    let mut all = Vec::new();
    for page in 1.. {
        let answer = caller.get(&format!("{INVOICES}?page={page}&page_size=9")).await.expect(200);
        all.extend(answer.body["results"].as_array().unwrap().clone());
        if answer.body["page_info"]["total_pages"] == page {
            assert_eq!(answer.body["count"], all.len());
            break;
        }
    }
    assert_eq!((&all[0]["status"], &all[0]["sent_at"]), (&json!("DRAFT"), &Value::Null));
    let sent: Vec<_> = all.iter().filter_map(|it| it["sent_at"].as_str()).collect();
    assert!(sent.is_sorted_by(|a, b| a >= b));
    assert_eq!(sent.len() + 1, all.len());
    caller.get(&format!("{INVOICES}?page=999")).await.refused(404, "not_found");
}

/// Whether an invoice should pass a filter.
type Keep<'a> = &'a dyn Fn(&Value) -> bool;

#[tokio::test]
async fn every_filter_lets_through_exactly_what_it_says() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    caller.post(INVOICES, body(json!({ "memo": "Casks for May" }))).await.expect(201);
    let all = caller.get(&format!("{INVOICES}?page_size=100")).await.body;
    let all = all["results"].as_array().unwrap();
    let total = |it: &Value| it["total_amount"].as_i64().unwrap();
    let at = |it: &Value, field: &str| it[field].as_str().unwrap_or_default().to_owned();
    let status = |it: &Value, of: &[&str]| of.contains(&it["status"].as_str().unwrap());
    let both = format!("customer_id={CUSTOMER},{SECOND_CUSTOMER}");
    let cases: [(&str, Keep); 16] = [
        (&both, &|it| [CUSTOMER, SECOND_CUSTOMER].contains(&&*at(&it["customer"], "id"))),
        ("customer_external_id=nobody", &|_| false),
        ("min_amount=18500&max_amount=60000", &|it| (18_500..=60_000).contains(&total(it))),
        ("due_at_start=2024-04-14", &|it| *at(it, "due_at") >= *"2024-04-14"),
        ("due_at_end=2023-10-03T00:00:00Z", &|it| {
            !it["due_at"].is_null() && *at(it, "due_at") <= *"2023-10-03T00:00:00Z"
        }),
        ("sent_at_start=2024-03-20", &|it| *at(it, "sent_at") >= *"2024-03-20"),
        ("sent_at_end=2023-09-03", &|it| {
            !it["sent_at"].is_null() && *at(it, "sent_at") <= *"2023-09-03T00:00:00Z"
        }),
        ("status=draft", &|it| status(it, &["DRAFT"])),
        ("status=issued,%20PAID", &|it| status(it, &["SENT", "PAID"])),
        ("status=sent,draft,issued,partially_paid", &|it| {
            status(it, &["SENT", "DRAFT", "PARTIALLY_PAID"])
        }),
        ("status=overdue", &|it| it["is_overdue"] == true),
        ("status=voided,written_off", &|it| status(it, &["VOIDED", "WRITTEN_OFF"])),
        ("status=partially_written_off", &|_| false),
        ("search=inv-004", &|it| at(it, "invoice_number").starts_with("INV-004")),
        ("search=RAILWAY", &|it| it["customer"]["id"] == SECOND_CUSTOMER),
        ("memo_contains=CASKS", &|it| it["external_id"] == "inv-1"),
    ];
    for (query, keep) in cases {
        let found = caller.get(&format!("{INVOICES}?page_size=100&{query}")).await.expect(200);
        let expected: Vec<_> = all.iter().filter(|it| keep(it)).collect();
        assert_eq!(found.body["count"], expected.len(), "{query}");
        let found: Vec<_> = found.body["results"].as_array().unwrap().iter().collect();
        assert_eq!(found, expected, "{query}");
    }
    let bad = format!("{INVOICES}?status=open&sent_at_start=x&due_at_end=y&min_amount=z");
    let refused = caller.get(&bad).await.refused(400, "validation_error");
    assert_eq!(refused.fields(), ["min_amount"]);
    let bad = format!("{INVOICES}?status=open&sent_at_start=x&due_at_end=y");
    let refused = caller.get(&bad).await.refused(400, "validation_error");
    assert_eq!(refused.fields(), ["due_at_end", "sent_at_start", "status"]);
    assert!(refused.field("status").contains("partially_written_off"));
    caller.get(&format!("{INVOICES}?params=1&status=&search=")).await.expect(200);
}

#[tokio::test]
async fn what_was_given_up_is_no_longer_outstanding() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    let invoice = caller.get(&format!("{INVOICES}5e90c3cc-2f66-6d72-aaaa-000000000047/")).await;
    let invoice = invoice.expect(200).body;
    assert_eq!(invoice["status"], "WRITTEN_OFF");
    assert_eq!(
        (&invoice["outstanding_balance"], &invoice["is_overdue"]),
        (&json!(0), &json!(false))
    );
    assert_eq!(invoice["write_offs"][0]["amount_cents"], 33_000);
}

#[tokio::test]
async fn an_invoice_that_is_not_there_is_not_found() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    for id in [NOTHING, "not-an-id"] {
        caller.get(&format!("{INVOICES}{id}/")).await.refused(404, "invoice_not_found");
    }
    let foreign = format!("/v1/platform/businesses/{OTHERS_BUSINESS}/invoices/");
    caller.get(&foreign).await.refused(404, "business_not_found");
}
