//! Form-encoded and multipart bodies.

use proptest::collection::vec;
use proptest::prelude::*;

use super::super::Kind;
use super::*;

const INVOICE: &str = "5e90c3cc-2f66-6d72-aaaa-aff47958274c";

#[test]
fn every_way_to_write_an_array_of_objects_gives_the_same_body() {
    let whole = format!(r#"[{{"invoice_id":"{INVOICE}","amount_cents":5}}]"#);
    let one = &whole[1..whole.len() - 1];
    let expected = json!({ "customer_id": CUSTOMER, "amount_cents": 1,
        "allocations": [{ "invoice_id": INVOICE, "amount_cents": 5 }] });
    let named = |id, amount| taken(form(&[(id, INVOICE), (amount, "5")]));
    assert_eq!(named("allocations[0][invoice_id]", "allocations[0][amount_cents]"), expected);
    assert_eq!(named("allocations[0].invoice_id", "allocations.0.amount_cents"), expected);
    assert_eq!(named("allocations[7][invoice_id]", "allocations[007].amount_cents"), expected);
    assert_eq!(named("allocations[][invoice_id]", "allocations[][amount_cents]"), expected);
    assert_eq!(taken(form(&[("allocations", &whole)])), expected);
    assert_eq!(taken(form(&[("allocations", one)])), expected);
    assert_eq!(taken(form(&[("allocations[]", one)])), expected);
    assert_eq!(taken(form(&[("allocations[3]", one)])), expected);
}

#[test]
fn repeated_parts_are_elements() {
    let one = format!(r#"{{"invoice_id":"{INVOICE}","amount_cents":5}}"#);
    let body =
        taken(form(&[("allocations", &one), ("allocations", &one), ("tags", "a"), ("tags", "b")]));
    assert_eq!(body["allocations"].as_array().map(Vec::len), Some(2));
    assert_eq!(body["tags"], json!(["a", "b"]));
    let body = taken(form(&[
        ("allocations[][invoice_id]", INVOICE),
        ("allocations[][amount_cents]", "1"),
        ("allocations[][invoice_id]", INVOICE),
        ("allocations[][amount_cents]", "2"),
        ("tags[]", "a"),
        ("tags[]", "b"),
    ]));
    assert_eq!(body["allocations"][1], json!({ "invoice_id": INVOICE, "amount_cents": 2 }));
    assert_eq!(body["tags"], json!(["a", "b"]));
}

#[test]
fn indexes_order_the_elements_and_cost_nothing() {
    let pairs = [("tags[18446744073709551615]", "c"), ("tags[9]", "a"), ("tags[10]", "b")];
    assert_eq!(taken(form(&pairs))["tags"], json!(["a", "b", "c"]));
    let found =
        refused(form(&[("tags[18446744073709551616]", "d"), ("tags[x]", "e"), ("tags[-1]", "f")]));
    assert_eq!(found, vec![("tags".to_owned(), Problem::Unparsable(Kind::Name)); 3]);
}

#[test]
fn texts_read_as_what_the_schema_asks_for() {
    let body = taken(form(&[
        ("settled", "True"),
        ("rate", "0.5"),
        ("small", "-3"),
        ("either", "7"),
        ("note", "5"),
        ("references[bank_reference]", "FPS"),
        ("references.other", ""),
        ("metadata[source.of]", "1"),
        ("metadata[list][0]", "true"),
        ("free", r#"{"a": 1}"#),
        ("amount_cents", "2"),
    ]));
    let expected = json!({
        "customer_id": CUSTOMER, "amount_cents": 2, "settled": true, "rate": 0.5, "small": -3,
        "either": 7, "note": "5", "references": { "bank_reference": "FPS", "other": "" },
        "metadata": { "source.of": "1", "list": ["true"] }, "free": { "a": 1 },
    });
    assert_eq!(body, expected);
    assert_eq!(
        taken(form(&[("metadata", r#"{"a": 1}"#), ("metadata[b]", "2")]))["metadata"],
        json!({ "a": 1, "b": "2" })
    );
    assert_eq!(taken(form(&[("either", "2024-03-20"), ("free", "x")]))["either"], "2024-03-20");
}

#[test]
fn a_text_that_does_not_read_is_named_where_a_json_body_would_name_it() {
    let unparsable = |kind| Problem::Unparsable(kind);
    let cases = [
        ("amount_cents", "4.5", "amount_cents", unparsable(Kind::Integer)),
        ("amount_cents", "1e3", "amount_cents", unparsable(Kind::Integer)),
        ("amount_cents", "", "amount_cents", unparsable(Kind::Integer)),
        ("amount_cents", "9223372036854775808", "amount_cents", Problem::BeyondI64),
        ("amount_cents", "0", "amount_cents", Problem::Below { min: 1, exclusive: false }),
        ("amount_cents[x]", "1", "amount_cents", Problem::NotInteger),
        ("customer_id", "", "customer_id", Problem::BadUuid),
        ("settled", "yes", "settled", unparsable(Kind::Boolean)),
        ("rate", "NaN", "rate", unparsable(Kind::Number)),
        ("metadata", "x", "metadata", unparsable(Kind::Object)),
        ("allocations", "[{", "allocations", unparsable(Kind::Array)),
        ("allocations[4]", "x", "allocations[0]", unparsable(Kind::Object)),
        ("references[a][b]", "1", "references.a", Problem::NotString),
        ("method", "card", "method", Problem::NotInEnum(vec![json!("cash"), json!("check")])),
        ("note", "a\0b", "note", Problem::NulCharacter),
        ("either", "x", "either", Problem::NoAlternative),
    ];
    for (name, text, path, problem) in cases {
        let pairs = [("customer_id", CUSTOMER), ("amount_cents", "1"), (name, text)];
        // A name that goes on must stand alone, as the text of the field itself wins.
        let body = pairs.iter().filter(|(other, _)| *other == name || *other != path);
        let pairs = body.map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
        assert_eq!(refused(Body::Flat(pairs)), [(path.to_owned(), problem)], "{name}={text}");
    }
    let nested = refused(form(&[("allocations[5].amount_cents", "x")]));
    assert_eq!(nested[0], ("allocations[0].invoice_id".to_owned(), Problem::Missing));
    assert_eq!(
        nested[1],
        ("allocations[0].amount_cents".to_owned(), Problem::Unparsable(Kind::Integer))
    );
}

#[test]
fn an_optional_field_left_empty_is_left_out() {
    let names =
        ["allocations", "payment_date", "currency", "method", "metadata", "settled", "rate"];
    let pairs: Vec<_> = names.iter().map(|name| (*name, "")).chain([("note", "")]).collect();
    assert_eq!(
        taken(form(&pairs)),
        json!({ "customer_id": CUSTOMER, "amount_cents": 1, "note": "" })
    );
}

#[test]
fn json_inside_a_part_is_held_to_the_rules_of_json() {
    let found = refused(form(&[(
        "allocations",
        &format!(r#"[{{"invoice_id":"{INVOICE}","amount_cents":"5"}}]"#),
    )]));
    assert_eq!(found, [("allocations[0].amount_cents".to_owned(), Problem::NotInteger)]);
}

#[test]
fn no_name_breaks_the_reader() {
    let names =
        ["", "[", "]", "[]", "[][]", "a[", "a]", "a.b.c", "x[][", "é[0", "customer_id.", "\0"];
    for name in names {
        let _either_way = send(&contract(), "", form(&[(name, "1"), (name, "2")]));
    }
    let deep = format!("metadata{}", "[a]".repeat(300_000));
    let found = send(&contract(), "", form(&[(&deep, "1")])).expect_err("too deep");
    assert_eq!(dotted(&found[0].path), "metadata");
    assert_eq!(found[0].problem, Problem::Unparsable(Kind::Name));
    assert_eq!(found[0].input, Value::from(deep));
}

#[test]
fn a_part_that_is_no_text_is_named() {
    let body = Body::NotText { part: "note".to_owned() };
    assert_eq!(refused(body), [("note".to_owned(), Problem::NotUtf8)]);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_sent_is_answered(
        pairs in vec((
            "(allocations|metadata|tags|inner|either|amount_cents|x)?(\\[[a-c0-2]?\\]|\\.[a-c0-2]|[\\[\\].é]){0,4}",
            "\\[?\\{?(1|x|true|\"|\u{0}|-)?\\}?\\]?",
        ), 0..8),
    ) {
        let Body::Flat(mut sound) = form(&[]) else { unreachable!("a form is flat") };
        sound.extend(pairs);
        if let Ok(values) = send(&contract(), "", Body::Flat(sound)) {
            prop_assert!(send(&contract(), "", whole(&values["body"])).is_ok(), "{values:?}");
        }
    }
}
