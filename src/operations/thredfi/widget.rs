//! The tag `Widget`: counts, menu and categories, as far as the public widget reads them.

use super::wire::number;
use super::{Thredfi, api, types};
use crate::domain::{BillStatus, InvoiceStatus};
use crate::operations::{Cx, Failure};

impl api::WidgetApi for Thredfi {
    fn get_ar_stats(
        cx: &mut Cx<'_>,
        _request: api::GetArStatsRequest,
    ) -> Result<api::GetArStatsReply, Failure> {
        let ledger = cx.ledger()?;
        let unpaid = [InvoiceStatus::Draft, InvoiceStatus::Sent, InvoiceStatus::PartiallyPaid];
        let unpaid = unpaid.into_iter().map(|status| ledger.invoices_in(status)).sum();
        Ok(api::GetArStatsReply::Ok(types::ArStats {
            invoices: types::ArInvoiceCounts {
                all: number(ledger.invoices().len())?,
                unpaid: number(unpaid)?,
                paid: number(ledger.invoices_in(InvoiceStatus::Paid))?,
            },
            credit_notes: types::ArCreditNoteCounts {
                all: 0,
                draft: 0,
                sent: 0,
                partially_applied: 0,
                applied: 0,
                void: 0,
            },
        }))
    }

    fn get_ap_stats(
        cx: &mut Cx<'_>,
        _request: api::GetApStatsRequest,
    ) -> Result<api::GetApStatsReply, Failure> {
        let ledger = cx.ledger()?;
        // The widget's own tab of what is unpaid asks for voided ones, too.
        let unpaid = [BillStatus::Received, BillStatus::PartiallyPaid, BillStatus::Void];
        let unpaid = unpaid.into_iter().map(|status| ledger.bills_in(status)).sum();
        Ok(api::GetApStatsReply::Ok(types::ApStats {
            bills: types::ApBillCounts {
                all: number(ledger.bills().len())?,
                unpaid: number(unpaid)?,
                paid: number(ledger.bills_in(BillStatus::Paid))?,
            },
            vendor_credits: types::ApVendorCreditCounts { all: 0, unapplied: 0, applied: 0 },
        }))
    }

    fn get_menu_config(
        _cx: &mut Cx<'_>,
        _request: api::GetMenuConfigRequest,
    ) -> Result<api::GetMenuConfigReply, Failure> {
        let menu = types::MenuPages {
            insights: true,
            tasks: false,
            bank_transactions: true,
            reports: false,
            general_ledger: false,
            accounts_payable: true,
            accounts_receivable: true,
        };
        let sub_menu_tabs = types::MenuTabs { reports_cashflow_statement: false };
        let data = types::MenuConfigData { menu, sub_menu_tabs };
        Ok(api::GetMenuConfigReply::Ok(types::MenuConfig { data }))
    }

    fn list_transaction_categories(
        _cx: &mut Cx<'_>,
        _request: api::ListTransactionCategoriesRequest,
    ) -> Result<api::ListTransactionCategoriesReply, Failure> {
        let results = CATEGORIES.iter().map(|(id, name, subcategories)| {
            let sub = |(id, name): &(&str, &str)| types::TransactionSubcategory {
                id: (*id).to_owned(),
                name: (*name).to_owned(),
            };
            types::TransactionCategory {
                id: (*id).to_owned(),
                name: (*name).to_owned(),
                subcategories: subcategories.iter().map(sub).collect(),
            }
        });
        let results = results.collect();
        Ok(api::ListTransactionCategoriesReply::Ok(types::TransactionCategories { results }))
    }
}

/// A group of categories: its id, its name, and the categories in it, each with its id and name.
type Category = (&'static str, &'static str, &'static [(&'static str, &'static str)]);

/// The categories that a bank transaction can be given.
const CATEGORIES: &[Category] = &[
    ("income", "Income", &[("income-sales", "Sales revenue")]),
    (
        "expenses",
        "Expenses",
        &[("expenses-materials", "Raw materials"), ("expenses-fees", "Bank and processing fees")],
    ),
];
