//! Filters and verdicts.

use super::*;
use crate::contract::{Oddity, Place, Problem, Remark, Step, Violation};

/// Four calls: paid, refused, listed, paid in a form.
fn journal() -> Journal {
    let journal = super::journal(100, usize::MAX);
    journal.push(call("paid", 201));
    let path = vec![Step::Field("lines".to_owned()), Step::Index(1), Step::Field("x".to_owned())];
    let (place, problem, input) = (Place::Body, Problem::Missing, Value::Null);
    let violation = Violation { place, path, problem, input };
    let violations = Finding::of_violations(&[violation]);
    journal.push(Call { violations, ..call("refused", 422) });
    journal.push(other("listed"));
    let body = Bytes::from_static(b"amount_cents=1");
    let understood = Some(json!({ "amount_cents": 1 }));
    let request = Message::new(Headers::default(), body);
    journal.push(Call { request, understood, ..call("form", 201) });
    journal
}

fn found(filter: &Filter) -> Vec<String> {
    let excerpt = journal().filter(filter);
    excerpt.entries.iter().map(|entry| entry.call().request_id.clone()).collect()
}

fn verdict(expectation: &Expectation) -> Verdict {
    journal().verify(expectation)
}

fn pay(body: Value) -> Expectation {
    Expectation { operation: Some("pay".to_owned()), body: Some(body), ..Expectation::default() }
}

#[test]
fn a_filter_picks_what_passes_all_of_it() {
    let text = |text: &str| Some(text.to_owned());
    let of = |set: fn(&mut Filter, Option<String>), value: &str| {
        let mut filter = Filter::default();
        set(&mut filter, text(value));
        found(&filter)
    };
    assert_eq!(of(|it, value| it.operation = value, "list"), ["listed"]);
    assert_eq!(of(|it, value| it.provider = value, "dayzero").len(), 0);
    assert_eq!(of(|it, value| it.method = value, "get"), ["listed"]);
    assert_eq!(of(|it, value| it.path = value, "/v1/businesses/{any}/payments").len(), 4);
    assert_eq!(of(|it, value| it.path = value, "/v1/businesses/{any}").len(), 0);
    assert_eq!(of(|it, value| it.path = value, "/v1/businesses/2/payments").len(), 0);
    let statuses = |text| Filter { status: Statuses::parse(text), ..Filter::default() };
    assert_eq!(found(&statuses("4xx")), ["refused"]);
    assert_eq!(found(&statuses("201")), ["form", "paid"]);
    assert_eq!(found(&Filter { since: Some(2), ..Filter::default() }), ["form", "listed"]);
    assert_eq!(found(&Filter { with_remarks: true, ..Filter::default() }), ["refused"]);
}

#[test]
fn a_status_or_a_class_reads_and_nothing_else_does() {
    assert_eq!(Statuses::parse("422"), Some(Statuses::One(422)));
    assert_eq!(Statuses::parse("5xx"), Some(Statuses::Class(5)));
    for wrong in ["", "xx", "0xx", "6xx", "42", "600", "-1", "4x"] {
        assert_eq!(Statuses::parse(wrong), None, "{wrong}");
    }
}

#[test]
fn what_breaks_the_contract_is_said_with_its_place() {
    let entry = journal().get("refused").expect("it is kept");
    let [finding] = &entry.unmasked().violations[..] else { panic!("{entry:?}") };
    assert_eq!(
        (finding.place, finding.at.as_str(), finding.rule),
        ("body", "lines[1].x", "missing")
    );
    let remark =
        |place, oddity| Remark { place, path: vec![Step::Field("é".repeat(500))], oddity };
    let remarks = [
        remark(Place::Body, Oddity::Unknown),
        remark(Place::Query, Oddity::Unknown),
        remark(Place::Body, Oddity::Deprecated),
    ];
    let found = Finding::of_remarks(&remarks);
    let rules: Vec<_> = found.iter().map(|finding| finding.rule).collect();
    assert_eq!(rules, ["unknown_field", "unknown_parameter", "deprecated"]);
    assert!(found[0].at.len() < 300 && found[0].at.ends_with('…'));
}

#[test]
fn of_very_many_violations_the_first_are_kept_and_the_rest_counted() {
    let violation = |at: usize| {
        let (place, problem, input) = (Place::Body, Problem::Missing, Value::Null);
        Violation { place, path: vec![Step::Index(at)], problem, input }
    };
    let found = Finding::of_violations(&(0..250).map(violation).collect::<Vec<_>>());
    assert_eq!(found.len(), 101);
    assert_eq!((found[100].rule, found[100].detail.as_str()), ("more", "150 more are not listed."));
}

#[test]
fn a_body_matches_by_its_named_fields_and_numbers_by_value() {
    let verdict =
        verdict(&pay(json!({ "allocations": [{}, { "id": "b" }], "amount_cents": 450_000 })));
    assert!(verdict.verified && verdict.complete);
    assert_eq!(verdict.count, 2);
    let matching: Vec<_> = verdict.matching.iter().map(|call| call.number).collect();
    assert_eq!(matching, [2, 1]);
    assert_eq!(verdict.nearest, []);
    assert_eq!(verdict.expected, "at least 1 call of pay, with a body as given");
}

#[test]
fn a_form_matches_as_it_was_understood() {
    let verdict = verdict(&Expectation { exactly: Some(1), ..pay(json!({ "amount_cents": 1.0 })) });
    assert!(verdict.verified, "{verdict:?}");
}

#[test]
fn no_names_the_nearest_misses_and_what_differs() {
    let wanted = json!({ "allocations": [{ "id": "a" }], "amount_cents": 2, "x/y": true });
    let verdict = verdict(&pay(wanted));
    assert!(!verdict.verified);
    assert_eq!(verdict.count, 0);
    let near: Vec<_> =
        verdict.nearest.iter().map(|miss| (miss.call.number, miss.distance)).collect();
    // The newest of those that are equally near comes first; another operation is far.
    assert_eq!(near, [(4, 3), (2, 3), (1, 3)]);
    let differences: Vec<_> = verdict.nearest[1]
        .differences
        .iter()
        .map(|it| (it.place, it.at.as_str(), it.expected.clone(), it.actual.clone()))
        .collect();
    let expected = [
        ("body", "/allocations/1", Value::Null, Some(json!({ "id": "b" }))),
        ("body", "/amount_cents", json!(2), Some(json!(450_000.0))),
        ("body", "/x~1y", json!(true), None),
    ];
    assert_eq!(differences, expected);
}

#[test]
fn a_null_that_is_expected_is_a_null_that_was_sent() {
    let (sent, not_sent) = (json!({ "x": null }), json!({ "amount_cents": 1, "x": null }));
    assert_eq!(verdict(&pay(sent)).count, 2);
    assert_eq!(verdict(&pay(not_sent)).count, 0);
}

#[test]
fn head_and_numbers_of_calls_are_verified() {
    let count = |expectation: Expectation| {
        let verdict = verdict(&expectation);
        (verdict.verified, verdict.count)
    };
    let any = Expectation::default;
    let method = Some("post".to_owned());
    assert_eq!(count(Expectation { method, at_most: Some(3), ..any() }), (true, 3));
    assert_eq!(count(Expectation { status: Some(Statuses::Class(2)), ..any() }), (true, 3));
    assert_eq!(count(Expectation { exactly: Some(2), ..any() }), (false, 4));
    assert_eq!(count(Expectation { at_least: Some(5), ..any() }), (false, 4));
    assert_eq!(count(Expectation { at_most: Some(3), ..any() }), (false, 4));
    assert_eq!(count(Expectation { since: Some(3), at_most: Some(1), ..any() }), (true, 1));
    let none = Expectation { operation: Some("void".to_owned()), exactly: Some(0), ..any() };
    assert_eq!(count(none), (true, 0));
}

#[test]
fn query_and_headers_are_verified_and_null_means_absent() {
    let count = |query: Value, headers: Value| {
        let Value::Object(query) = query else { panic!("an object") };
        let Value::Object(headers) = headers else { panic!("an object") };
        verdict(&Expectation { query, headers, ..Expectation::default() }).count
    };
    assert_eq!(count(json!({ "page": 2, "q": "a b", "sort": null }), json!({})), 4);
    assert_eq!(count(json!({ "page": 3 }), json!({})), 0);
    assert_eq!(count(json!({ "page": null }), json!({})), 0);
    assert_eq!(count(json!({}), json!({ "content-type": "application/json" })), 2);
    assert_eq!(count(json!({}), json!({ "content-type": null })), 2);
}

#[test]
fn a_header_is_compared_as_it_is_shown() {
    let journal = super::journal(9, usize::MAX);
    let headers = Headers::of([("referer", "http://a/?token=abc&b=1")]);
    journal.push(Call { request: Message::new(headers, Bytes::new()), ..call("a", 200) });
    let ask = |text: Option<&str>| {
        let headers = [("Referer".to_owned(), json!(text))].into_iter().collect();
        journal.verify(&Expectation { headers, ..Expectation::default() })
    };
    let texts = ["http://a/?token=***&b=1", "http://a/?token=abc&b=1"];
    assert_eq!(texts.map(|text| ask(Some(text)).count), [1, 0]);
    let there = &ask(None).nearest[0].differences[0].actual;
    assert_eq!(there, &Some(json!("http://a/?token=***&b=1")));
}

#[test]
fn a_header_that_was_sent_twice_is_compared_as_one_list() {
    let journal = super::journal(9, usize::MAX);
    let headers = Headers::of([("X-A", "1"), ("b", "2"), ("x-a", "token=3")]);
    journal.push(Call { request: Message::new(headers, Bytes::new()), ..call("a", 200) });
    let count = |text: &str| {
        let headers = [("x-a".to_owned(), json!(text))].into_iter().collect();
        journal.verify(&Expectation { headers, ..Expectation::default() }).count
    };
    assert_eq!([count("1, ***"), count("1"), count("1, token=3")], [1, 0, 0]);
}

#[test]
fn a_body_that_is_a_text_is_compared_as_one() {
    let journal = super::journal(9, usize::MAX);
    let request = Message::new(Headers::default(), Bytes::from_static(b"plain"));
    journal.push(Call { request, ..call("a", 200) });
    let count = |text: &str| {
        journal.verify(&Expectation { body: Some(json!(text)), ..Expectation::default() }).count
    };
    assert_eq!([count("plain"), count("other")], [1, 0]);
}

#[test]
fn a_body_is_compared_as_it_is_shown() {
    let journal = super::journal(9, usize::MAX);
    let request = Message::new(
        Headers::default(),
        Bytes::from_static("\u{feff}{\"note\":\"x\",\"b\":\"token\"}".as_bytes()),
    );
    journal.push(Call { request, ..call("a", 200) });
    let expected = Expectation { body: Some(json!({ "note": "x" })), ..Expectation::default() };
    assert_eq!(journal.verify(&expected).count, 1);
}

#[test]
fn a_verdict_says_when_calls_are_gone_or_cut() {
    let journal = super::journal(2, usize::MAX);
    for id in ["a", "b", "c"] {
        journal.push(call(id, 200));
    }
    let all = journal.verify(&Expectation { at_least: Some(3), ..Expectation::default() });
    assert_eq!((all.verified, all.complete, all.dropped), (false, false, 1));
    let few = |at_most| Expectation { at_most: Some(at_most), ..Expectation::default() };
    // Two are here, and one is gone.
    assert!(!journal.verify(&few(2)).verified);
    assert!(journal.verify(&few(3)).verified);
    let since = Expectation { since: Some(1), exactly: Some(2), ..Expectation::default() };
    let window = journal.verify(&since);
    assert_eq!((window.verified, window.complete, window.dropped), (true, true, 0));
    let long = format!(r#"{{"note":"{}"}}"#, "x".repeat(KEPT_OF_A_BODY));
    let request = Message::new(Headers::default(), Bytes::from(long));
    journal.push(Call { request, ..call("long", 200) });
    let cut = journal.verify(&Expectation { since: Some(3), ..pay(json!({ "note": "y" })) });
    assert_eq!((cut.count, cut.complete, cut.cut), (0, false, 1));
    // All of it is kept, as what made it long is masked.
    let secret = format!(r#"{{"note":"x","token":"{}"}}"#, "x".repeat(KEPT_OF_A_BODY));
    let request = Message::new(Headers::default(), Bytes::from(secret));
    journal.push(Call { request, ..call("secret", 200) });
    let whole = journal.verify(&Expectation { since: Some(4), ..pay(json!({ "note": "y" })) });
    assert_eq!((whole.count, whole.complete, whole.cut), (0, true, 0));
    // So is what a form brought.
    let form = format!("note=x&token={}", "x".repeat(KEPT_OF_A_BODY));
    let request = Message::new(Headers::default(), Bytes::from(form));
    let understood = Some(json!({ "note": "x", "token": "x".repeat(KEPT_OF_A_BODY) }));
    journal.push(Call { request, understood, ..call("form", 200) });
    let whole = journal.verify(&Expectation { since: Some(5), ..pay(json!({ "note": "x" })) });
    assert_eq!((whole.count, whole.complete, whole.cut), (1, true, 0));
    // What is kept of it happens to be JSON.
    let more = format!(r#"{{"note":"x"}}{}{{"note":"y"}}"#, " ".repeat(KEPT_OF_A_BODY));
    let request = Message::new(Headers::default(), Bytes::from(more));
    journal.push(Call { request, ..call("more", 200) });
    let cut = journal.verify(&Expectation { since: Some(6), ..pay(json!({ "note": "y" })) });
    assert_eq!((cut.count, cut.complete, cut.cut), (0, false, 1));
}
