//! Bad input of every kind, at both providers: each is refused in the provider's words, and the
//! next good request on the same server is served.

mod raw;

use serde_json::{Value, json};

use crate::support::*;

const LIMIT: usize = 1024 * 1024;

/// An amount that stands nowhere else in a body.
const AMOUNT: i64 = 777;

/// An operation that takes a body, and a good one for it.
struct Door<'a> {
    caller: Caller<'a>,
    path: String,
    good: Value,
    /// The field that holds the amount.
    amount: &'static str,
    /// One that holds a text.
    text: &'static str,
    dayzero: bool,
}

impl Door<'_> {
    async fn send(&self, body: impl Into<reqwest::Body>) -> Answer {
        self.caller.call("POST", &self.path).body("application/json", body).send().await
    }

    /// That the whole body is refused.
    fn refuses_whole(&self, answer: &Answer, thredfi: &str, dayzero: &str) {
        if self.dayzero {
            assert_eq!(answer.status, 422, "{}", answer.body);
            let error = &answer.body["detail"][0];
            assert_eq!((&error["type"], &error["loc"][0]), (&json!(dayzero), &json!("body")));
        } else {
            assert_eq!((answer.status, answer.code()), (400, "validation_error"));
            let said = answer.field("non_field_errors");
            assert!(said.starts_with(thredfi), "{}", answer.body);
        }
    }

    /// That one field is refused, and nothing else.
    fn refuses_field(&self, answer: &Answer, field: &str, thredfi: &str, dayzero: &str) {
        if self.dayzero {
            assert_eq!(answer.status, 422, "{}", answer.body);
            let errors = answer.body["detail"].as_array().unwrap();
            let [error] = &errors[..] else { panic!("{}", answer.body) };
            assert_eq!(error["loc"], json!(["body", field]));
            assert_eq!(error["type"], dayzero, "{}", answer.body);
        } else {
            assert_eq!((answer.status, answer.code()), (400, "validation_error"));
            assert_eq!(answer.fields(), [field], "{}", answer.body);
            assert!(answer.field(field).starts_with(thredfi), "{}", answer.body);
        }
    }

    fn refuses_with(&self, answer: &Answer, status: u16, code: &str) {
        assert_eq!(answer.status, status, "{}", answer.body);
        if self.dayzero {
            assert!(answer.body["detail"].is_string(), "{}", answer.body);
        } else {
            assert_eq!(answer.code(), code);
        }
    }
}

async fn doors(sandbox: &Sandbox) -> [Door<'_>; 3] {
    [
        Door {
            caller: sandbox.partner().await,
            path: PAYMENTS.to_owned(),
            good: json!({ "customer_id": CUSTOMER, "total_amount_cents": AMOUNT }),
            amount: "total_amount_cents",
            text: "payment_reference",
            dayzero: false,
        },
        Door {
            caller: sandbox.partner().await,
            path: BILL_PAYMENTS.to_owned(),
            good: json!({ "vendor_id": VENDOR, "amount_cents": AMOUNT }),
            amount: "amount_cents",
            text: "memo",
            dayzero: false,
        },
        Door {
            caller: sandbox.dayzero(),
            path: dz_payments(1),
            good: json!({ "transaction_id": DEPOSIT, "amount": AMOUNT }),
            amount: "amount",
            text: "transaction_id",
            dayzero: true,
        },
    ]
}

/// That both providers still do a day's work.
async fn still_serves(sandbox: &Sandbox) {
    let caller = sandbox.partner().await;
    let body = json!({ "customer_id": CUSTOMER, "total_amount_cents": 1 });
    caller.pay(body).await.expect(201);
    let body = json!({ "transaction_id": DEPOSIT, "amount": 1 });
    sandbox.dayzero().post(&dz_payments(2), body).await.expect(201);
}

#[tokio::test]
async fn a_body_that_is_no_json_is_refused() {
    let sandbox = Sandbox::start();
    for door in doors(&sandbox).await {
        let good = door.good.to_string();
        let deep = format!(r#"{{"a": {}{}}}"#, "[".repeat(5000), "]".repeat(5000));
        let objects = format!("{}1{}", r#"{"a":"#.repeat(5000), "}".repeat(5000));
        for body in [
            good[..good.len() - 1].into(),
            good[..good.len() / 2].into(),
            format!("{good} {good}").into_bytes(),
            format!("{good}x").into_bytes(),
            [&good.as_bytes()[..good.len() - 1], b", \"x\": \"\xff\xfe\"}"].concat(),
            b"\xff\xfe\x00\x01".to_vec(),
            b"customer_id=1".to_vec(),
            b"   ".to_vec(),
            b"NaN".to_vec(),
            deep.into_bytes(),
            objects.into_bytes(),
        ] {
            let answer = door.send(body).await;
            door.refuses_whole(&answer, "JSON parse error - ", "json_invalid");
            still_serves(&sandbox).await;
        }
        for (body, got) in [("[]", "list"), ("7", "int"), (r#""x""#, "str"), ("true", "bool")] {
            let thredfi = format!("Invalid data. Expected a dictionary, but got {got}.");
            let answer = door.send(body).await;
            door.refuses_whole(&answer, &thredfi, "model_attributes_type");
        }
        still_serves(&sandbox).await;
    }
}

#[tokio::test]
async fn an_empty_body_lacks_every_required_field() {
    let sandbox = Sandbox::start();
    for door in doors(&sandbox).await {
        let typed = door.send("").await;
        let untyped = door.caller.call("POST", &door.path).send().await;
        for answer in [typed, untyped] {
            if door.dayzero {
                door.refuses_whole(&answer, "", "missing");
                continue;
            }
            let answer = answer.refused(400, "validation_error");
            let required: Vec<_> = door.good.as_object().unwrap().keys().collect();
            for field in required {
                assert_eq!(answer.field(field), "This field is required.", "{}", answer.body);
            }
        }
        still_serves(&sandbox).await;
    }
}

#[tokio::test]
async fn a_number_that_is_no_amount_is_refused() {
    let sandbox = Sandbox::start();
    let integer = "A valid integer is required.";
    for door in doors(&sandbox).await {
        let good = door.good.to_string();
        for (number, thredfi, dayzero) in [
            ("9223372036854775808", integer, "int_parsing_size"),
            ("-9223372036854775809", integer, "int_parsing_size"),
            ("99999999999999999999", integer, "int_parsing_size"),
            ("1e308", integer, "int_parsing_size"),
            ("4.5", integer, "int_from_float"),
            ("-0.5", integer, "int_from_float"),
            ("true", integer, "int_type"),
            ("false", integer, "int_type"),
            ("[]", integer, "int_type"),
            (r#""twelve""#, integer, "int_parsing"),
            ("null", "This field may not be null.", "int_type"),
            ("0", "Ensure this value is greater than or equal to 1.", "greater_than"),
            ("-0.0", "Ensure this value is greater than or equal to 1.", "greater_than"),
            ("-9223372036854775808", "Ensure this value is greater than", "greater_than"),
        ] {
            let body = good.replace(&AMOUNT.to_string(), number);
            assert_ne!(body, good);
            let answer = door.send(body).await;
            door.refuses_field(&answer, door.amount, thredfi, dayzero);
        }
        let answer = door.send(good.replace(&AMOUNT.to_string(), "1e999")).await;
        assert!([400, 422].contains(&answer.status), "{}", answer.body);
        still_serves(&sandbox).await;
    }
}

#[tokio::test]
async fn an_integer_written_as_a_float_is_that_integer() {
    let sandbox = Sandbox::start();
    for door in doors(&sandbox).await {
        for (number, value) in [("4500.0", 4500), ("4.5e3", 4500), ("45E2", 4500)] {
            let body = door.good.to_string().replace(&AMOUNT.to_string(), number);
            let answer = door.send(body).await.expect(201);
            let body = answer.body.get("payment").unwrap_or(&answer.body);
            assert_eq!(body[door.amount], value, "{number}");
        }
    }
    let caller = sandbox.partner().await;
    let most = json!({ "customer_id": CUSTOMER, "total_amount_cents": i64::MAX });
    let answer = caller.pay(most).await.expect(201);
    assert_eq!(answer.body["payment"]["unapplied_amount_cents"], i64::MAX);
    caller.get(&format!("{PAYMENTS}?sort=amount")).await.expect(200);
}

#[tokio::test]
async fn a_nul_character_is_refused_wherever_it_stands() {
    let sandbox = Sandbox::start();
    let text = "Null characters are not allowed.";
    for door in doors(&sandbox).await {
        let mut body = door.good.clone();
        body[door.text] = json!("a\0b");
        let answer = door.caller.post(&door.path, body).await;
        door.refuses_field(&answer, door.text, text, "value_error");
        still_serves(&sandbox).await;
    }
    let caller = sandbox.partner().await;
    for (metadata, field) in [
        (json!({ "a": "\0" }), "metadata.a"),
        (json!({ "a": [1, { "b": "x\0" }] }), "metadata.a[1].b"),
        (json!({ "a\0": 1 }), "metadata.a\0"),
    ] {
        let body =
            json!({ "customer_id": CUSTOMER, "total_amount_cents": 1, "metadata": metadata });
        let answer = caller.pay(body).await.refused(400, "validation_error");
        assert_eq!(answer.fields(), [field]);
        let body = json!({ "vendor_id": VENDOR, "amount_cents": 1, "metadata": metadata });
        let answer = caller.post(BILL_PAYMENTS, body).await.refused(400, "validation_error");
        assert_eq!(answer.fields(), [field]);
    }
    let form = format!("customer_id={CUSTOMER}&total_amount_cents=1&note=a%00b");
    let call = caller.call("POST", PAYMENTS).body("application/x-www-form-urlencoded", form);
    assert_eq!(call.send().await.refused(400, "validation_error").field("note"), text);
    let answer = caller.get(&format!("{PAYMENTS}?search=a%00b")).await;
    assert_eq!(answer.refused(400, "validation_error").field("search"), text);
    still_serves(&sandbox).await;
}

#[tokio::test]
async fn text_that_is_no_utf_8_is_named() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    let text = "Not a valid string. Use UTF-8.";
    let form = format!("customer_id={CUSTOMER}&total_amount_cents=1&note=%ff%fe");
    let multipart =
        b"--b\r\ncontent-disposition: form-data; name=\"note\"\r\n\r\n\xff\r\n--b--\r\n";
    for (kind, body) in [
        ("application/x-www-form-urlencoded", form.into_bytes()),
        ("multipart/form-data; boundary=b", multipart.to_vec()),
    ] {
        let answer = caller.call("POST", PAYMENTS).body(kind, body).send().await;
        assert_eq!(answer.refused(400, "validation_error").field("note"), text, "{kind}");
    }
    let answer = caller.get(&format!("{PAYMENTS}?search=%ff")).await;
    assert_eq!(answer.refused(400, "validation_error").field("search"), text);
    still_serves(&sandbox).await;
}

#[tokio::test]
async fn a_body_of_more_than_a_mebibyte_is_refused() {
    let sandbox = Sandbox::start();
    for door in doors(&sandbox).await {
        let good = door.good.to_string();
        // In a field, so that the length survives a proxy that writes JSON anew.
        let padded = |size: usize| {
            let (open, close) = (r#"{"padding":""#, &format!("\",{}", &good[1..]));
            format!("{open}{}{close}", " ".repeat(size - open.len() - close.len()))
        };
        door.send(padded(LIMIT)).await.expect(201);
        for size in [LIMIT + 1, 2 * LIMIT] {
            let answer = door.send(padded(size)).await;
            door.refuses_with(&answer, 413, "payload_too_large");
            assert!(answer.body.to_string().contains(&LIMIT.to_string()), "{}", answer.body);
            still_serves(&sandbox).await;
        }
        // In chunks nobody says beforehand how much will come.
        let chunks = (0..128).map(|_| Ok::<_, std::io::Error>(" ".repeat(16 * 1024)));
        let body = reqwest::Body::wrap_stream(futures_util::stream::iter(chunks));
        door.refuses_with(&door.send(body).await, 413, "payload_too_large");
        still_serves(&sandbox).await;
    }
    let call =
        sandbox.call("POST", PARTNER_TOKEN).header("authorization", &basic(PARTNER, API_KEY));
    let call = call.body("application/json", " ".repeat(2 * LIMIT));
    call.send().await.refused(413, "payload_too_large");
}

#[tokio::test]
async fn a_large_body_that_nobody_reads_does_not_cost_the_answer() {
    let sandbox = Sandbox::start();
    let dayzero = dz_payments(1);
    for (method, path, status) in [
        ("POST", PAYMENTS, 401),
        ("POST", BILL_PAYMENTS, 401),
        ("POST", PARTNER_TOKEN, 401),
        ("POST", &dayzero, 401),
        ("POST", "/v1/platform/nowhere", 404),
        ("PUT", PAYMENTS, 405),
    ] {
        for size in [LIMIT, 4 * LIMIT] {
            let call = sandbox.call(method, path).body("application/json", " ".repeat(size));
            call.send().await.expect(status);
        }
        still_serves(&sandbox).await;
    }
}

#[tokio::test]
async fn a_body_of_another_kind_is_refused() {
    let sandbox = Sandbox::start();
    for door in doors(&sandbox).await {
        let good = door.good.to_string();
        let untyped = door.caller.call("POST", &door.path).untyped(good.clone());
        door.refuses_with(&untyped.send().await, 415, "unsupported_media_type");
        for kind in [
            "text/plain",
            "application/xml",
            "application/jsonp",
            "application/octet-stream",
            "multipart/form-data",
            "json",
            ";",
            "é",
        ] {
            let answer = door.caller.call("POST", &door.path).body(kind, good.clone()).send().await;
            door.refuses_with(&answer, 415, "unsupported_media_type");
            assert!(answer.body.to_string().contains("application/json"), "{}", answer.body);
        }
        still_serves(&sandbox).await;
    }
    let broken = "--b\r\ncontent-disposition: form-data; name=\"customer_id\"\r\n\r\nx";
    let call = sandbox.partner().await.call("POST", PAYMENTS);
    let answer = call.body("multipart/form-data; boundary=b", broken).send().await;
    answer.refused(400, "validation_error");
    still_serves(&sandbox).await;
}

#[tokio::test]
async fn a_forged_authorization_opens_nothing() {
    let sandbox = Sandbox::start();
    let long = format!("Bearer {}", "a".repeat(60_000));
    for header in [
        "Bearer",
        "Bearer ",
        "Bearer x",
        "Bearer a.b.c",
        "Bearer eyJhbGciOiJub25lIn0.e30.",
        "Bearer dz_live_0123456789",
        "Bearer dz_sandbox_",
        "Bearer é",
        "Basic !!!",
        "Token x",
        ",",
        &long,
    ] {
        let call = |path: &str| sandbox.call("POST", path).header("authorization", header);
        for path in [PAYMENTS, BILL_PAYMENTS, PARTNER_TOKEN] {
            call(path).send().await.expect(401);
        }
        let answer = call(&dz_payments(1)).header("x-business-id", DZ_BUSINESS).send().await;
        assert_eq!(answer.expect(401).body, json!({ "detail": "Not authenticated" }));
        still_serves(&sandbox).await;
    }
}
