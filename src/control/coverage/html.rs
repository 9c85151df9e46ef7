//! The report as a page that needs nothing but itself: no script, no address of anything else.

use super::{escaped, text};
use crate::state::coverage::{OperationReport, Report, Share};

const STYLE: &str = "\
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif }
body { max-width: 70rem; margin: 2rem auto; padding: 0 1rem }
table { border-collapse: collapse; width: 100%; margin-bottom: 2rem }
th, td { text-align: left; vertical-align: top; padding: .3rem .6rem; border-bottom: 1px solid #8884 }
td.number { text-align: right; white-space: nowrap }
meter { width: 8rem }
code { font: 13px ui-monospace, monospace; overflow-wrap: anywhere }
ul { margin: .2rem 0; padding-left: 1.2rem }
summary { cursor: pointer }
.kind, .source { opacity: .7 }
.never { color: #c0392b }
";

/// The report as an HTML document.
pub(super) fn html(report: &Report) -> String {
    let line = escaped(&text(report));
    let kinds = report.kinds.each();
    let all = [("everything", report.total)];
    let kinds = all.iter().chain(&kinds).map(|(name, share)| kind(name, *share));
    let kinds = kinds.collect::<Vec<_>>().concat();
    let operations = report.operations.iter().map(operation).collect::<Vec<_>>().concat();
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n\
         <title>sandbook coverage</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n\
         <h1>Coverage</h1>\n<p>{line}</p>\n\
         <table>\n<tr><th>Of</th><th>Exercised</th><th></th><th></th></tr>\n{kinds}</table>\n\
         <h2>Operations</h2>\n\
         <table>\n<tr><th>Operation</th><th>Calls</th><th>Exercised</th><th></th><th></th></tr>\n\
         {operations}</table>\n</body>\n</html>\n"
    )
}

fn kind(name: &str, share: Share) -> String {
    format!("<tr><td>{}</td>{}</tr>\n", escaped(name), cells(share))
}

fn operation(report: &OperationReport) -> String {
    let OperationReport { provider, operation, method, path, source, calls, .. } = report;
    let [provider, operation, method, path] =
        [provider, operation, method, path].map(|it| escaped(it));
    let source = if source.is_empty() {
        String::new()
    } else {
        format!(" <span class=\"source\">({})</span>", escaped(source))
    };
    let covered = report.covered.iter().map(|it| {
        let times = format!(" <span class=\"kind\">{} times</span>", it.calls);
        listed(it.kind.name(), &it.name, &times)
    });
    let never = report.never.iter().map(|it| listed(it.kind.name(), &it.name, ""));
    let covered = folded("Exercised", "covered", &covered.collect::<Vec<_>>());
    let never = folded("Never exercised", "never", &never.collect::<Vec<_>>());
    format!(
        "<tr><td>{provider}: {operation}{source}<br><code>{method} {path}</code>\
         {covered}{never}</td><td class=\"number\">{calls}</td>{}</tr>\n",
        cells(report.share)
    )
}

fn cells(share: Share) -> String {
    let Share { covered, total, percent } = share;
    format!(
        "<td class=\"number\">{covered} of {total}</td>\
         <td><meter min=\"0\" max=\"100\" low=\"50\" high=\"80\" optimum=\"100\" \
         value=\"{percent:.1}\"></meter></td><td class=\"number\">{percent:.1} %</td>"
    )
}

fn listed(kind: &str, name: &str, rest: &str) -> String {
    let name = escaped(name);
    format!("<li><span class=\"kind\">{kind}</span> <code>{name}</code>{rest}</li>\n")
}

fn folded(title: &str, class: &str, items: &[String]) -> String {
    if items.is_empty() {
        return String::new();
    }
    let (count, items) = (items.len(), items.concat());
    format!(
        "<details><summary class=\"{class}\">{title}: {count}</summary>\n<ul>\n{items}</ul></details>"
    )
}
