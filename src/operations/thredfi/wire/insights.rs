//! What follows from the books together, for the landing page.

use std::collections::BTreeMap;

use super::super::types;
use super::{PURCHASES, currency, lost};
use crate::domain::{Aged, Aging, Cents, CustomerId, Ledger, Month, VendorId};
use crate::operations::Failure;

/// Revenue, expenses and profit by month, and in all.
pub(in crate::operations::thredfi) fn summary(
    ledger: &Ledger,
    months: &[Month],
) -> Result<types::FinancialSummary, Failure> {
    let trend = |month: &Month| types::FinancialSummaryTrend {
        period_start: month.first,
        revenue_cents: month.revenue.get(),
        expenses_cents: month.expenses.get(),
        net_profit_cents: profit(month.revenue.get(), month.expenses.get()),
    };
    let trends: Vec<_> = months.iter().map(trend).collect();
    let revenue = sum(trends.iter().map(|month| month.revenue_cents));
    let expenses = sum(trends.iter().map(|month| month.expenses_cents));
    Ok(types::FinancialSummary {
        currency: currency(ledger.business().base_currency)?,
        summary: types::FinancialSummaryTotals {
            total_revenue_cents: revenue,
            total_expenses_cents: expenses,
            net_profit_cents: profit(revenue, expenses),
        },
        trends,
    })
}

/// Expenses by account, of which there is one group.
pub(in crate::operations::thredfi) fn breakdown(
    ledger: &Ledger,
    accounts: &BTreeMap<String, Cents>,
) -> Result<types::ExpenseBreakdown, Failure> {
    // An account that a line names is known by its id alone: the sandbox keeps no chart of them.
    let account = |(id, amount): (&String, &Cents)| {
        let (id, name) =
            if id.is_empty() { (PURCHASES.id, PURCHASES.name) } else { (&**id, &**id) };
        types::ExpenseAccount {
            account_id: id.to_owned(),
            account_name: name.to_owned(),
            amount_cents: amount.get(),
        }
    };
    let accounts: Vec<_> = accounts.iter().map(account).collect();
    let total_expenses_cents = sum(accounts.iter().map(|account| account.amount_cents));
    let groups = (!accounts.is_empty()).then_some(types::ExpenseCategory { accounts });
    Ok(types::ExpenseBreakdown {
        total_expenses_cents,
        currency: currency(ledger.business().base_currency)?,
        categories: groups.into_iter().collect(),
    })
}

/// What customers owe.
pub(in crate::operations::thredfi) fn receivables(
    ledger: &Ledger,
    aged: &[Aged<CustomerId>],
) -> Result<types::ArAging, Failure> {
    let customers = aged.iter().map(|Aged { party, aging }| {
        let customer = ledger.customer(*party).ok_or_else(|| lost("customer", party))?;
        Ok(types::ArAgingCustomer {
            customer_id: customer.id.0,
            customer_name: customer.name.clone(),
            total_outstanding_cents: aging.total.get(),
            aging_buckets: buckets(aging),
        })
    });
    let customers = customers.collect::<Result<_, Failure>>()?;
    Ok(types::ArAging { currency: currency(ledger.business().base_currency)?, customers })
}

/// What vendors are owed.
pub(in crate::operations::thredfi) fn payables(
    ledger: &Ledger,
    aged: &[Aged<VendorId>],
) -> Result<types::ApAging, Failure> {
    let vendors = aged.iter().map(|Aged { party, aging }| {
        let vendor = ledger.vendor(*party).ok_or_else(|| lost("vendor", party))?;
        Ok(types::ApAgingVendor {
            vendor_id: vendor.id.0,
            vendor_name: vendor.name.clone(),
            total_outstanding_cents: aging.total.get(),
            aging_buckets: buckets(aging),
        })
    });
    let vendors = vendors.collect::<Result<_, Failure>>()?;
    Ok(types::ApAging { currency: currency(ledger.business().base_currency)?, vendors })
}

fn buckets(aging: &Aging) -> types::AgingBuckets {
    let [first, second, third, rest] = aging.late.map(Cents::get);
    types::AgingBuckets {
        x1_30_days: first,
        x31_60_days: second,
        x61_90_days: third,
        over_90_days: rest,
    }
}

fn profit(revenue: i64, expenses: i64) -> i64 {
    revenue.saturating_sub(expenses)
}

/// A sum for show: at the largest number where it does not fit.
fn sum(amounts: impl Iterator<Item = i64>) -> i64 {
    amounts.fold(0, i64::saturating_add)
}
