//! The renderings of one report.

use super::*;
use crate::state::coverage::{
    Exercised, Kind, OperationReport, Report, Share, Shares, Unexercised,
};

fn share(covered: usize, total: usize, percent: f64) -> Share {
    Share { covered, total, percent }
}

fn operation(provider: &str, operation: &str, never: &[&str]) -> OperationReport {
    let kind = Kind::EnumValue;
    let never = never.iter().map(|name| Unexercised { kind, name: (*name).to_owned() }).collect();
    OperationReport {
        provider: provider.to_owned(),
        operation: operation.to_owned(),
        method: "POST".to_owned(),
        path: "/bills/{id}".to_owned(),
        source: "docs".to_owned(),
        calls: 7,
        share: share(1, 3, 33.3),
        covered: vec![Exercised { kind: Kind::Status, name: "201".to_owned(), calls: 5 }],
        never,
    }
}

fn report() -> Report {
    let statuses = share(1, 2, 50.0);
    Report {
        total: share(312, 756, 41.2),
        kinds: Shares { operations: share(2, 3, 66.6), statuses, ..Shares::default() },
        operations: vec![
            operation("thredfi", "create", &["a=<b>&\"c\"", "method=\u{1}"]),
            operation("dayzero", "finalize", &[]),
            operation("thredfi", "void", &["x=y"]),
        ],
    }
}

#[test]
fn the_line_says_the_whole_and_each_kind() {
    let expected = "sandbook coverage: 41.2 % (312 of 756): operations 2/3, statuses 1/2, \
                    fields 0/0, enum values 0/0, query parameters 0/0, headers 0/0";
    assert_eq!(text(&report()), expected);
}

#[test]
fn junit_has_a_suite_for_each_provider_and_a_failure_for_each_gap() {
    let expected = r#"<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="sandbook coverage" tests="3" failures="2">
  <testsuite name="thredfi" tests="2" failures="2" errors="0" skipped="0">
    <testcase classname="thredfi" name="create (POST /bills/{id})">
      <failure type="coverage" message="1 of 3 exercised">Never exercised:
enum value a=&lt;b&gt;&amp;&quot;c&quot;
enum value method=�</failure>
    </testcase>
    <testcase classname="thredfi" name="void (POST /bills/{id})">
      <failure type="coverage" message="1 of 3 exercised">Never exercised:
enum value x=y</failure>
    </testcase>
  </testsuite>
  <testsuite name="dayzero" tests="1" failures="0" errors="0" skipped="0">
    <testcase classname="dayzero" name="finalize (POST /bills/{id})"/>
  </testsuite>
</testsuites>
"#;
    assert_eq!(junit(&report()), expected);
}

#[test]
fn the_page_says_all_of_it_and_nothing_of_a_name_is_markup() {
    let page = html(&report());
    for said in [
        "41.2 % (312 of 756)",
        "thredfi: create",
        "<code>POST /bills/{id}</code>",
        "<span class=\"source\">(docs)</span>",
        "Never exercised: 2",
        "a=&lt;b&gt;&amp;&quot;c&quot;",
        "<code>201</code> <span class=\"kind\">5 times</span>",
        "<td class=\"number\">1 of 3</td>",
        "value=\"33.3\"",
    ] {
        assert!(page.contains(said), "{said}");
    }
    assert!(!page.contains("<b>"));
}

#[test]
fn the_page_needs_nothing_but_itself() {
    let page = html(&report());
    for elsewhere in ["http", "src=", "href=", "url(", "@import", "<script"] {
        assert!(!page.contains(elsewhere), "{elsewhere}");
    }
}

#[test]
fn every_element_of_the_page_is_closed() {
    let page = html(&report());
    for element in ["table", "tr", "td", "th", "details", "summary", "ul", "li", "code", "span"] {
        let opened = page.matches(&format!("<{element}>")).count()
            + page.matches(&format!("<{element} ")).count();
        assert_eq!(opened, page.matches(&format!("</{element}>")).count(), "{element}");
        assert!(opened > 0, "{element}");
    }
}
