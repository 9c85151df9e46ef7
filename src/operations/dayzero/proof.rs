//! That everything in some books can be answered: fixtures are written by hand, and what the
//! document does not let through must be found before it is served.

use serde::Serialize;

use super::lists::Slice;
use super::{types, wire, wording};
use crate::contract::Contract;
use crate::domain::{Currency, Ledger, Linked};
use crate::operations::Failure;

/// The first record of some books that could not be answered, and why.
pub(super) fn unanswerable(contract: &Contract, ledger: &Ledger) -> Option<String> {
    if let Some(problem) = currencies(ledger) {
        return Some(problem);
    }
    let invoices = ledger.invoices().iter().find_map(|invoice| {
        let reply = wire::invoices::invoice(ledger, invoice);
        let problem = breach(contract, "get_invoice_api_v1_invoices__invoice_id__get", 200, reply)?;
        Some(format!("invoice {}: {problem}", invoice.id))
    });
    invoices.or_else(|| bills(contract, ledger)).or_else(|| transactions(contract, ledger)).or_else(
        || {
            ledger.links().iter().find_map(|link| {
                let problem = match link.document {
                    Linked::Invoice(_) => breach(
                        contract,
                        "create_invoice_payment_api_v1_invoices__invoice_id__payments_post",
                        201,
                        wire::invoices::payment(ledger, link),
                    ),
                    Linked::Bill(_) => breach(
                        contract,
                        "create_bill_payment_api_v1_bills__bill_id__payments_post",
                        201,
                        wire::bills::payment(ledger, link),
                    ),
                };
                Some(format!("linked payment {}: {}", link.id, problem?))
            })
        },
    )
}

/// The document types currencies as texts, and says which there are.
fn currencies(ledger: &Ledger) -> Option<String> {
    let foreign = |currency: Currency| currency.code().parse::<types::CurrencyCode>().is_err();
    let base = ledger.business().base_currency;
    if foreign(base) {
        return Some(format!("base_currency {base} is none of the platform's"));
    }
    let of = |what: &str, id: String, currency: Currency| {
        foreign(currency).then(|| format!("{what} {id}: {currency} is none of the platform's"))
    };
    let invoices = ledger.invoices().iter();
    let mut invoices = invoices.map(|it| of("invoice", it.id.to_string(), it.currency));
    let transactions = ledger.transactions().iter();
    let mut transactions =
        transactions.map(|it| of("bank transaction", it.id.to_string(), it.currency));
    invoices.find_map(|it| it).or_else(|| transactions.find_map(|it| it))
}

fn bills(contract: &Contract, ledger: &Ledger) -> Option<String> {
    ledger.bills().iter().find_map(|bill| {
        let reply = wire::bills::bill(ledger, bill);
        let problem = breach(contract, "get_bill_api_v1_bills__bill_id__get", 200, reply)?;
        Some(format!("bill {}: {problem}", bill.id))
    })
}

/// No operation answers one transaction, so each is a list.
fn transactions(contract: &Contract, ledger: &Ledger) -> Option<String> {
    ledger.transactions().iter().find_map(|transaction| {
        let items = vec![ledger.transactions().shared(&transaction.id)?];
        let slice = Slice { items, next_cursor: None, has_more: false, total_count: None };
        let reply = Ok(wire::transactions::page(ledger, slice));
        let problem = breach(contract, "list_transactions_api_v1_transactions_get", 200, reply)?;
        Some(format!("bank transaction {}: {problem}", transaction.id))
    })
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
    let Some(operation) = contract.operation(operation) else {
        return Some(format!("the document has no {operation}"));
    };
    let found = wording::located(&operation.check_reply(status, &reply)).detail?;
    let first = serde_json::to_value(found.first()?).ok()?;
    let loc = first["loc"].as_array().into_iter().flatten().skip(1);
    let place: Vec<_> =
        loc.map(|it| it.as_str().map_or_else(|| it.to_string(), str::to_owned)).collect();
    Some(format!("{}: {}", place.join("."), first["msg"].as_str().unwrap_or_default()))
}
