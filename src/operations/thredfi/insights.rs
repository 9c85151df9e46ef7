//! The tag `Insights`: what the landing page of the public widget shows, all of which follows from
//! the invoices and bills.

use chrono::{DateTime, Datelike, NaiveDate, Utc};

use super::{Thredfi, api, wire};
use crate::domain::Period;
use crate::operations::{Cx, Failure};

/// The most months that a period may touch: a century.
const MOST_MONTHS: usize = 1_200;

impl api::InsightsApi for Thredfi {
    fn get_financial_summary(
        cx: &mut Cx<'_>,
        request: api::GetFinancialSummaryRequest,
    ) -> Result<api::GetFinancialSummaryReply, Failure> {
        let period = period(request.start_date, request.end_date, cx.now())?;
        let ledger = cx.ledger()?;
        let summary = wire::insights::summary(ledger, &ledger.months_of(period))?;
        Ok(api::GetFinancialSummaryReply::Ok(summary))
    }

    fn get_expense_breakdown(
        cx: &mut Cx<'_>,
        request: api::GetExpenseBreakdownRequest,
    ) -> Result<api::GetExpenseBreakdownReply, Failure> {
        let period = period(request.start_date, request.end_date, cx.now())?;
        let ledger = cx.ledger()?;
        let breakdown = wire::insights::breakdown(ledger, &ledger.spent_by_account(period))?;
        Ok(api::GetExpenseBreakdownReply::Ok(breakdown))
    }

    fn get_ar_aging(
        cx: &mut Cx<'_>,
        _request: api::GetArAgingRequest,
    ) -> Result<api::GetArAgingReply, Failure> {
        let ledger = cx.ledger()?;
        let aging = wire::insights::receivables(ledger, &ledger.receivables(cx.now()))?;
        Ok(api::GetArAgingReply::Ok(aging))
    }

    fn get_ap_aging(
        cx: &mut Cx<'_>,
        _request: api::GetApAgingRequest,
    ) -> Result<api::GetApAgingReply, Failure> {
        let ledger = cx.ledger()?;
        let aging = wire::insights::payables(ledger, &ledger.payables(cx.now()))?;
        Ok(api::GetApAgingReply::Ok(aging))
    }
}

/// The period that was asked for; the current year where nothing was.
fn period(
    first: Option<NaiveDate>,
    last: Option<NaiveDate>,
    now: DateTime<Utc>,
) -> Result<Period, Failure> {
    let day = |month, day| NaiveDate::from_ymd_opt(now.year(), month, day);
    let today = now.date_naive();
    let first = first.or(day(1, 1)).unwrap_or(today);
    let last = last.or(day(12, 31)).unwrap_or(today);
    let period = Period { first, last };
    let text = match period.months() {
        0 => format!("Ensure this date is not before start_date, {first}."),
        months if months > MOST_MONTHS => {
            format!("Ensure the period has at most {MOST_MONTHS} months.")
        }
        _ => return Ok(period),
    };
    Err(Failure::Fields(vec![("end_date".to_owned(), text)]))
}
