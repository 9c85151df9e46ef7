//! One request in every media type: JSON, forms, multipart (BEHAVIOUR 3).

use serde_json::{Value, json};

use crate::support::*;

const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";
const MULTIPART: &str = "multipart/form-data; boundary=\"the boundary\"";

/// A body of a flat kind.
fn flat(kind: &str, parts: &[(&str, &str)]) -> String {
    if kind == FORM {
        return form_urlencoded::Serializer::new(String::new()).extend_pairs(parts).finish();
    }
    let part = |(name, value): &(&str, &str)| {
        format!(
            "--the boundary\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
        )
    };
    parts.iter().map(part).collect::<String>() + "--the boundary--\r\n"
}

/// What a fresh sandbox answers, but for the times.
async fn answer(path: &str, kind: &str, body: String) -> Value {
    let sandbox = Sandbox::start();
    let answer = sandbox.partner().await.call("POST", path).body(kind, body).send().await;
    timeless(answer.expect(201).body)
}

fn timeless(mut value: Value) -> Value {
    match &mut value {
        Value::Object(fields) => {
            fields.retain(|name, _| !name.ends_with("_at") && name != "allocation_date");
            fields.values_mut().for_each(|field| *field = timeless(field.take()));
        }
        Value::Array(items) => items.iter_mut().for_each(|item| *item = timeless(item.take())),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
    value
}

/// The three ways to write a list of two lines in a flat body.
fn spellings(id: &str, first: &str, second: &str, amount: &str) -> [Vec<(String, String)>; 3] {
    let lines = [(first, "300"), (second, "200")];
    let each = |spell: &dyn Fn(usize, &str) -> String| {
        let pairs = lines.iter().enumerate().flat_map(|(index, (document, cents))| {
            let name = |field: &str| spell(index, field);
            [(name(id), (*document).to_owned()), (name(amount), (*cents).to_owned())]
        });
        pairs.collect::<Vec<_>>()
    };
    let text = json!([{ id: first, amount: 300 }, { id: second, amount: 200 }]).to_string();
    [
        each(&|index, field| format!("allocations[{index}][{field}]")),
        each(&|index, field| format!("allocations[{index}].{field}")),
        vec![("allocations".to_owned(), text)],
    ]
}

#[tokio::test]
async fn a_payment_is_the_same_in_every_media_type() {
    let body = json!({
        "customer_id": CUSTOMER, "total_amount_cents": 1000, "currency": "GBP",
        "payment_date": "2024-03-20", "payment_method": "credit_card",
        "payment_reference": "Zahlung & Größe + 100 %", "external_id": "ext=1",
        "note": "two\nlines", "processing_fee_cents": 15, "payment_processor": "Stripe",
        "references": { "bank_reference": "FPS-1", "payment_reference": "ch_1" },
        "metadata": { "pub": "Crown", "table": "7" },
        "allocations": [
            { "invoice_id": INV_0042, "amount_cents": 300 },
            { "invoice_id": INV_0043, "amount_cents": 200 },
        ],
    });
    let expected = answer(PAYMENTS, JSON, body.to_string()).await;
    assert_eq!(expected["payment"]["applied_invoices"].as_array().unwrap().len(), 2);
    assert_eq!(expected["payment"]["metadata"], json!({ "pub": "Crown", "table": "7" }));
    assert_eq!(expected["payment"]["bank_reference"], "FPS-1");
    let plain = [
        ("customer_id", CUSTOMER),
        ("total_amount_cents", "1000"),
        ("currency", "GBP"),
        ("payment_date", "2024-03-20"),
        ("payment_method", "credit_card"),
        ("payment_reference", "Zahlung & Größe + 100 %"),
        ("external_id", "ext=1"),
        ("note", "two\nlines"),
        ("processing_fee_cents", "15"),
        ("payment_processor", "Stripe"),
    ];
    let objects = [
        vec![
            ("references[bank_reference]", "FPS-1"),
            ("references[payment_reference]", "ch_1"),
            ("metadata[pub]", "Crown"),
            ("metadata[table]", "7"),
        ],
        vec![
            ("references.bank_reference", "FPS-1"),
            ("references.payment_reference", "ch_1"),
            ("metadata.pub", "Crown"),
            ("metadata.table", "7"),
        ],
        vec![
            ("references", r#"{"bank_reference": "FPS-1", "payment_reference": "ch_1"}"#),
            ("metadata", r#"{"pub": "Crown", "table": "7"}"#),
        ],
    ];
    let lists = spellings("invoice_id", INV_0042, INV_0043, "amount_cents");
    for kind in [FORM, MULTIPART] {
        for (list, objects) in lists.iter().zip(&objects) {
            let list = list.iter().map(|(name, value)| (&**name, &**value));
            let parts: Vec<_> = plain.iter().chain(objects).copied().chain(list).collect();
            let sent = flat(kind, &parts);
            assert_eq!(answer(PAYMENTS, kind, sent.clone()).await, expected, "{sent}");
        }
    }
}

#[tokio::test]
async fn a_bill_payment_is_the_same_in_every_media_type() {
    let body = json!({
        "vendor_id": VENDOR, "amount_cents": 500, "payment_date": "2024-03-20",
        "payment_method": "check", "check_number": "000123", "memo": "hops",
        "metadata": { "order": { "lines": [1, 2] } },
        "allocations": [
            { "bill_id": BILL_1, "amount_cents": 300 },
            { "bill_id": BILL_2, "amount_cents": 200 },
        ],
    });
    let expected = answer(BILL_PAYMENTS, JSON, body.to_string()).await;
    assert_eq!(expected["is_fully_allocated"], true);
    let plain = [
        ("vendor_id", VENDOR),
        ("amount_cents", "500"),
        ("payment_date", "2024-03-20"),
        ("payment_method", "check"),
        ("check_number", "000123"),
        ("memo", "hops"),
        ("metadata", r#"{"order": {"lines": [1, 2]}}"#),
    ];
    for kind in [FORM, MULTIPART] {
        for list in &spellings("bill_id", BILL_1, BILL_2, "amount_cents") {
            let list = list.iter().map(|(name, value)| (&**name, &**value));
            let parts: Vec<_> = plain.iter().copied().chain(list).collect();
            let sent = flat(kind, &parts);
            assert_eq!(answer(BILL_PAYMENTS, kind, sent.clone()).await, expected, "{sent}");
        }
    }
}

#[tokio::test]
async fn a_wrong_field_of_a_form_has_the_name_that_it_has_in_json() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    let body = json!({
        "total_amount_cents": 0, "payment_method": "card", "payment_date": "x",
        "references": { "bank_reference": "x".repeat(101) },
        "allocations": [
            { "invoice_id": "x", "amount_cents": 1 }, { "amount_cents": 0 },
        ],
    });
    let expected = caller.pay(body).await.refused(400, "validation_error");
    assert_eq!(expected.fields().len(), 8);
    let long = "x".repeat(101);
    for dots in [false, true] {
        let spell = |name: &str| {
            if dots { name.replace('[', ".").replace(']', "") } else { name.to_owned() }
        };
        let names = [
            ("total_amount_cents", "0"),
            ("payment_method", "card"),
            ("payment_date", "x"),
            ("references[bank_reference]", &*long),
            ("allocations[0][invoice_id]", "x"),
            ("allocations[0][amount_cents]", "1"),
            ("allocations[1][amount_cents]", "0"),
        ];
        let names = names.map(|(name, value)| (spell(name), value));
        let parts: Vec<_> = names.iter().map(|(name, value)| (&**name, *value)).collect();
        for kind in [FORM, MULTIPART] {
            let call = caller.call("POST", PAYMENTS).body(kind, flat(kind, &parts));
            let answer = call.send().await.refused(400, "validation_error");
            assert_eq!(answer.body["detail"], expected.body["detail"], "{kind}");
        }
    }
}

#[tokio::test]
async fn text_in_a_form_that_is_no_number_or_list_is_named() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    for (name, value, field, text) in [
        ("total_amount_cents", "12.50", "total_amount_cents", "A valid integer is required."),
        ("total_amount_cents", "lots", "total_amount_cents", "A valid integer is required."),
        ("total_amount_cents", "9223372036854775808", "total_amount_cents", "A valid integer"),
        ("total_amount_cents", "", "total_amount_cents", "A valid integer is required."),
        ("allocations", "x", "allocations", "Expected a list of items"),
        ("metadata", "x", "metadata", "Invalid data. Expected a dictionary"),
        ("allocations[0][amount_cents]", "x", "allocations[0].amount_cents", "A valid integer"),
    ] {
        for kind in [FORM, MULTIPART] {
            // The last value of a name counts.
            let parts = [
                ("customer_id", CUSTOMER),
                ("total_amount_cents", "1"),
                ("allocations[0][invoice_id]", INV_0042),
                ("allocations[0][amount_cents]", "1"),
                (name, value),
            ];
            let skip = if name == "allocations" { 2 } else { 0 };
            let parts: Vec<_> = parts[..2].iter().chain(&parts[2 + skip..]).copied().collect();
            let call = caller.call("POST", PAYMENTS).body(kind, flat(kind, &parts));
            let answer = call.send().await.refused(400, "validation_error");
            assert_eq!(answer.fields(), [field], "{name}={value}");
            assert!(answer.field(field).starts_with(text), "{name}={value}: {}", answer.body);
        }
    }
}

#[tokio::test]
async fn a_field_left_empty_in_a_form_is_left_out() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    for kind in [FORM, MULTIPART] {
        let parts = [
            ("customer_id", CUSTOMER),
            ("total_amount_cents", "1"),
            ("payment_date", ""),
            ("payment_method", ""),
            ("currency", ""),
            ("processing_fee_cents", ""),
            ("allocations", ""),
            ("note", ""),
        ];
        let call = caller.call("POST", PAYMENTS).body(kind, flat(kind, &parts));
        let answer = call.send().await.expect(201);
        assert_eq!(answer.body["payment"]["currency"], "GBP");
        assert_eq!(answer.body["payment"]["payment_method"], "bank_transfer");
    }
}

#[tokio::test]
async fn a_body_that_needs_no_field_may_be_left_out() {
    let document = document("thredfi");
    let paths = document["paths"].as_object().unwrap().values().filter_map(Value::as_object);
    let mut optional = 0;
    for (_, operation) in paths.flatten() {
        let body = &operation["requestBody"];
        let Some(reference) = body["content"][JSON]["schema"]["$ref"].as_str() else { continue };
        let schema = document.pointer(reference.trim_start_matches('#')).unwrap();
        let needs_none = schema["required"].as_array().is_none_or(Vec::is_empty);
        assert_eq!(body["required"] != true, needs_none, "{}", operation["operationId"]);
        optional += usize::from(needs_none);
    }
    assert!(optional > 0);
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    let pending = "7a80c3cc-4a88-4f94-8ccc-000000000030";
    let before = caller.payment(pending).await;
    caller.call("PATCH", &format!("{PAYMENTS}{pending}/")).send().await.expect(200);
    let mut after = caller.payment(pending).await;
    after["updated_at"] = before["updated_at"].clone();
    assert_eq!(after, before);
}

#[tokio::test]
async fn the_media_type_may_have_parameters_and_any_case() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    let pairs = [("customer_id", CUSTOMER), ("total_amount_cents", "1")];
    let body = json!({ "customer_id": CUSTOMER, "total_amount_cents": 1 }).to_string();
    for (kind, body) in [
        ("application/json; charset=utf-8", body.clone()),
        ("Application/JSON;charset=UTF-8", body.clone()),
        ("  application/json  ", body),
        ("application/x-www-form-urlencoded; charset=UTF-8", flat(FORM, &pairs)),
        ("APPLICATION/X-WWW-Form-Urlencoded", flat(FORM, &pairs)),
        ("Multipart/Form-Data; charset=utf-8; boundary=\"the boundary\"", flat(MULTIPART, &pairs)),
    ] {
        caller.call("POST", PAYMENTS).body(kind, body).send().await.expect(201);
    }
    let caller = sandbox.dayzero();
    let body = json!({ "transaction_id": DEPOSIT, "amount": 1 }).to_string();
    for kind in ["application/json; charset=utf-8", "Application/JSON"] {
        caller.call("POST", &dz_payments(1)).body(kind, body.clone()).send().await.expect(201);
    }
}

#[tokio::test]
async fn a_replay_in_another_media_type_is_the_same_request() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    let keyed = || caller.call("POST", PAYMENTS).header("idempotency-key", "k");
    let body = json!({ "customer_id": CUSTOMER, "total_amount_cents": 1 });
    let first = keyed().json(&body).send().await.expect(201);
    let pairs = [("customer_id", CUSTOMER), ("total_amount_cents", "1")];
    for kind in [FORM, MULTIPART] {
        let again = keyed().body(kind, flat(kind, &pairs)).send().await.expect(200);
        assert_eq!(again.bytes, first.bytes, "{kind}");
    }
}

#[tokio::test]
async fn day_zero_takes_json_only() {
    let sandbox = Sandbox::start();
    let caller = sandbox.dayzero();
    let pairs = [("transaction_id", DEPOSIT), ("amount", "1")];
    for kind in [FORM, MULTIPART] {
        let call = caller.call("POST", &dz_payments(1)).body(kind, flat(kind, &pairs));
        let answer = call.send().await.expect(415);
        let detail = answer.body["detail"].as_str().unwrap();
        assert!(detail.contains(JSON), "{detail}");
    }
}

#[tokio::test]
async fn a_form_without_fields_lacks_each_that_is_required() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    for (kind, body) in
        [(FORM, ""), (FORM, "&&"), (MULTIPART, "--the boundary--\r\n"), ("application/json", "")]
    {
        let answer = caller.call("POST", PAYMENTS).body(kind, body).send().await;
        let answer = answer.refused(400, "validation_error");
        assert_eq!(answer.fields(), ["customer_id", "total_amount_cents"], "{kind} {body:?}");
    }
}
