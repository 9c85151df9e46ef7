//! The report on one line, for a log.

use crate::state::coverage::Report;

/// `sandbook coverage: 41.3 % (312 of 756): operations 20/72, statuses 61/300, …`, without a line
/// end.
pub(super) fn text(report: &Report) -> String {
    let kinds = report.kinds.each();
    let kinds = kinds.map(|(name, share)| format!("{name} {}/{}", share.covered, share.total));
    let (total, kinds) = (report.total, kinds.join(", "));
    format!(
        "sandbook coverage: {:.1} % ({} of {}): {kinds}",
        total.percent, total.covered, total.total
    )
}
