//! The report as `JUnit` XML: a suite for each provider, a case for each operation, which fails with
//! what of it was never exercised.

use super::escaped;
use crate::state::coverage::{OperationReport, Report};

/// The report as an XML document.
pub(super) fn junit(report: &Report) -> String {
    let mut providers = Vec::<&str>::new();
    for operation in &report.operations {
        if !providers.contains(&operation.provider.as_str()) {
            providers.push(&operation.provider);
        }
    }
    let suites = providers.into_iter().map(|provider| {
        let of = report.operations.iter().filter(|it| it.provider == provider);
        suite(provider, &of.collect::<Vec<_>>())
    });
    let suites = suites.collect::<Vec<_>>().concat();
    let (tests, failures) = counted(report.operations.iter());
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <testsuites name=\"sandbook coverage\" tests=\"{tests}\" failures=\"{failures}\">\n\
         {suites}</testsuites>\n"
    )
}

fn suite(provider: &str, operations: &[&OperationReport]) -> String {
    let (tests, failures) = counted(operations.iter().copied());
    let cases = operations.iter().map(|operation| case(operation)).collect::<Vec<_>>().concat();
    let name = escaped(provider);
    format!(
        "  <testsuite name=\"{name}\" tests=\"{tests}\" failures=\"{failures}\" errors=\"0\" \
         skipped=\"0\">\n{cases}  </testsuite>\n"
    )
}

fn case(operation: &OperationReport) -> String {
    let OperationReport { provider, operation: id, method, path, share, never, .. } = operation;
    let name = escaped(&format!("{id} ({method} {path})"));
    let opening = format!("    <testcase classname=\"{}\" name=\"{name}\"", escaped(provider));
    if never.is_empty() {
        return format!("{opening}/>\n");
    }
    let lines: Vec<_> = never.iter().map(|it| format!("{} {}", it.kind.name(), it.name)).collect();
    let (covered, total, text) = (share.covered, share.total, escaped(&lines.join("\n")));
    format!(
        "{opening}>\n      <failure type=\"coverage\" message=\"{covered} of {total} exercised\">\
         Never exercised:\n{text}</failure>\n    </testcase>\n"
    )
}

fn counted<'a>(operations: impl Iterator<Item = &'a OperationReport>) -> (usize, usize) {
    operations.fold((0, 0), |(tests, failures), operation| {
        (tests + 1, failures + usize::from(!operation.never.is_empty()))
    })
}
