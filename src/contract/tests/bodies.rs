//! JSON bodies.

use super::*;
use crate::contract::Kind;

#[test]
fn every_wrong_field_is_named_at_once_in_the_order_of_the_document() {
    let body = json!({
        "method": "card",
        "allocations": [{ "amount_cents": 0 }, 7, { "invoice_id": "x", "amount_cents": "5" }],
        "metadata": [],
        "amount_cents": 4.5,
    });
    let methods = vec![json!("cash"), json!("check")];
    assert_eq!(
        refused(whole(&body)),
        [
            ("customer_id".to_owned(), Problem::Missing),
            ("amount_cents".to_owned(), Problem::Fraction),
            ("allocations[0].invoice_id".to_owned(), Problem::Missing),
            ("allocations[0].amount_cents".to_owned(), Problem::Below { min: 1, exclusive: false }),
            ("allocations[1]".to_owned(), Problem::NotObject),
            ("allocations[2].invoice_id".to_owned(), Problem::BadUuid),
            ("allocations[2].amount_cents".to_owned(), Problem::NotInteger),
            ("method".to_owned(), Problem::NotInEnum(methods)),
            ("metadata".to_owned(), Problem::NotObject),
        ]
    );
}

#[test]
fn a_wrong_value_gives_one_violation_that_carries_it() {
    let cases = [
        ("customer_id", json!(5), Problem::NotString),
        ("customer_id", Value::Null, Problem::Null(Some(Kind::Text))),
        ("amount_cents", json!(true), Problem::NotInteger),
        ("amount_cents", json!("5"), Problem::NotInteger),
        ("amount_cents", json!(9_223_372_036_854_775_808_u64), Problem::BeyondI64),
        ("amount_cents", json!(1e300), Problem::BeyondI64),
        ("amount_cents", json!(9_223_372_036_854_775_808.0), Problem::BeyondI64),
        ("amount_cents", json!(-9_223_372_036_854_775_808.0), Problem::BeyondI64),
        ("amount_cents", json!(i64::MIN), Problem::Below { min: 1, exclusive: false }),
        ("allocations", json!({}), Problem::NotArray),
        ("payment_date", json!("2024-02-30"), Problem::BadDate),
        ("currency", json!(""), Problem::TooShort { min: 1 }),
        ("currency", json!("££££"), Problem::TooLong { max: 3 }),
        ("settled", json!(1), Problem::NotBoolean),
        ("rate", json!("0.5"), Problem::NotNumber),
        ("rate", json!(1), Problem::Above { max: 1, exclusive: true }),
        ("rate", json!(-0.5), Problem::Below { min: 0, exclusive: false }),
        ("small", json!(1_i64 << 31), Problem::Above { max: (1 << 31) - 1, exclusive: false }),
        ("either", json!([]), Problem::NoAlternative),
        ("either", Value::Null, Problem::Null(None)),
        ("email", json!("crown"), Problem::BadEmail),
        ("inner", json!(3), Problem::NotObject),
        ("references", Value::Null, Problem::Null(Some(Kind::Object))),
        ("note", json!("a\0b"), Problem::NulCharacter),
        ("method", json!("a\0b"), Problem::NotInEnum(vec![json!("cash"), json!("check")])),
    ];
    for (name, value, problem) in cases {
        let found = send(&contract(), "", with(name, value.clone())).expect_err(name);
        let [violation] = found.as_slice() else { panic!("{name}: {found:?}") };
        assert_eq!(dotted(&violation.path), name);
        assert_eq!(violation.problem, problem, "{name}");
        assert_eq!(violation.input, value, "{name}");
    }
}

#[test]
fn four_allocations_are_too_many() {
    let one = json!({ "invoice_id": CUSTOMER, "amount_cents": 1 });
    let four = with("allocations", json!([one, one, one, one]));
    assert_eq!(refused(four), [("allocations".to_owned(), Problem::TooManyItems { max: 3 })]);
}

#[test]
fn what_passes_comes_out_as_it_was_but_for_integral_floats() {
    let body = br#"{"z": {"unknown": [1.0]}, "customer_id": "4d90c3cc1e555c6199999ee36847163b",
        "amount_cents": 1e3, "rate": 0.0, "small": null, "inner": null, "free": null, "metadata": {"a": 2.0},
        "either": 5.0, "allocations": [{"invoice_id": "4d90c3cc-1e55-5c61-9999-9ee36847163b", "amount_cents": 5.0}]}"#;
    let value = taken(Body::Json(Bytes::from_static(body)));
    let text = value.to_string();
    assert!(text.contains(r#""amount_cents":1000,"#), "{text}");
    assert!(text.contains(r#""amount_cents":5}"#), "{text}");
    assert!(text.contains(r#""either":5,"#), "{text}");
    assert!(text.starts_with(r#"{"z":{"unknown":[1.0]}"#), "{text}");
    assert_eq!(value["metadata"], json!({ "a": 2.0 }));
}

#[test]
fn a_nul_character_is_found_wherever_it_hides() {
    let body = json!({
        "customer_id": CUSTOMER, "amount_cents": 1, "z\0": 1, "y": ["\0"],
        "metadata": { "deep": [{ "k": "a\0" }], "k\0": 1 }, "free": "\0", "either": 1, "tags": ["\0"],
    });
    let found = refused(whole(&body)).into_iter().map(|(path, problem)| {
        assert_eq!(problem, Problem::NulCharacter);
        path
    });
    let expected =
        ["metadata.deep[0].k", "metadata.k\0", "free", "tags[0]", "z\0", "y[0]"].map(str::to_owned);
    assert_eq!(found.collect::<Vec<_>>(), expected);
}

#[test]
fn a_body_that_is_missing_or_no_json_is_one_violation_at_the_root() {
    for nothing in [Body::Absent, Body::Json(Bytes::new())] {
        assert_eq!(refused(nothing), [(String::new(), Problem::Missing)]);
    }
    for bad in ["{", " ", "{} x", "\u{feff}{}"] {
        let found = refused(Body::Json(Bytes::from(bad)));
        assert!(matches!(found.as_slice(), [(path, Problem::Malformed { .. })] if path.is_empty()));
    }
    assert_eq!(refused(whole(&Value::Null)), [(String::new(), Problem::Null(Some(Kind::Object)))]);
    assert_eq!(refused(whole(&json!([]))), [(String::new(), Problem::NotObject)]);
}

#[test]
fn a_form_without_fields_lacks_each_that_is_required() {
    let missing = |field: &str| (field.to_owned(), Problem::Missing);
    let found = refused(Body::Flat(Vec::new()));
    assert_eq!(found, [missing("customer_id"), missing("amount_cents")]);
}

#[test]
fn of_a_flood_the_first_thousand_are_named_and_the_rest_counted() {
    let body = json!({ "customer_id": CUSTOMER, "amount_cents": 1, "tags": vec![0; 1500] });
    let found = refused(whole(&body));
    // The list itself may be too long, too.
    assert_eq!(found.len(), 1001);
    let Some((path, Problem::More(more))) = found.last() else { panic!("{:?}", found.last()) };
    assert!(path.is_empty());
    assert!((500..=501).contains(more), "{more}");
}

#[test]
fn a_schema_may_contain_itself() {
    let mut body = json!({ "customer_id": CUSTOMER, "amount_cents": 0 });
    for _ in 0..20 {
        body = json!({ "customer_id": CUSTOMER, "amount_cents": 1, "inner": body });
    }
    let found = refused(whole(&body));
    let [(path, Problem::Below { .. })] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!(path.matches("inner").count(), 20);
}
