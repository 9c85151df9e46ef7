//! That everything in some books can be answered: fixtures are written by hand, and what a document
//! does not let through must be found before it is served.

use serde::Serialize;

use super::{types, wire, wording};
use crate::contract::Contract;
use crate::domain::Ledger;
use crate::operations::Failure;

/// The first record of a partner's books that could not be answered, and why.
pub(super) fn unanswerable(contract: &Contract, ledger: &Ledger) -> Option<String> {
    let currency = ledger.business().base_currency;
    if wire::currency::<types::InvoicePaymentListCurrency>(currency).is_err() {
        return Some(format!("base_currency {currency} is none of the platform's"));
    }
    payments(contract, ledger).or_else(|| payables(contract, ledger))
}

fn payments(contract: &Contract, ledger: &Ledger) -> Option<String> {
    let payments = ledger.payments().iter().find_map(|payment| {
        let reply = wire::payments::listed(ledger, payment);
        let problem = breach(contract, "get_invoice_payment", 200, reply)?;
        Some(format!("payment {}: {problem}", payment.id))
    });
    payments.or_else(|| {
        ledger.bill_payments().iter().find_map(|payment| {
            let reply = wire::bill_payments::bill_payment(ledger, payment);
            let problem = breach(contract, "get_bill_payment", 200, reply)?;
            Some(format!("bill payment {}: {problem}", payment.id))
        })
    })
}

fn payables(contract: &Contract, ledger: &Ledger) -> Option<String> {
    let vendors = ledger.vendors().iter().find_map(|vendor| {
        let problem = breach(contract, "get_vendor", 200, wire::vendors::vendor(vendor))?;
        Some(format!("vendor {}: {problem}", vendor.id))
    });
    let bills = || {
        ledger.bills().iter().find_map(|bill| {
            let reply = wire::bills::bill(ledger, bill, bill.updated_at);
            let problem = breach(contract, "get_bill", 200, reply)?;
            Some(format!("bill {}: {problem}", bill.id))
        })
    };
    let transactions = || {
        ledger.transactions().iter().find_map(|transaction| {
            let row = wire::bank::transaction(ledger, transaction);
            let reply = row.and_then(wire::bank::single);
            let problem = breach(contract, "list_bank_transactions", 200, reply)?;
            Some(format!("bank transaction {}: {problem}", transaction.id))
        })
    };
    let payouts = || {
        ledger.payouts().iter().find_map(|payout| {
            let reply = wire::payouts::payout(ledger, payout);
            let problem = breach(contract, "get_payout", 200, reply)?;
            Some(format!("payout {}: {problem}", payout.id))
        })
    };
    vendors.or_else(bills).or_else(transactions).or_else(payouts)
}

fn breach<T: Serialize>(
    contract: &Contract,
    operation: &str,
    status: u16,
    reply: Result<T, Failure>,
) -> Option<String> {
    let reply = match reply {
        Ok(reply) => serde_json::to_value(reply).ok()?,
        Err(Failure::Defect(problem)) => return Some(problem),
        Err(other) => return Some(format!("{other:?}")),
    };
    let found = contract.operation(operation)?.check_reply(status, &reply);
    let mut fields = wording::field_errors(&found).into_iter();
    fields
        .next()
        .map(|(field, texts)| format!("{field}: {}", texts[0].as_str().unwrap_or_default()))
}
