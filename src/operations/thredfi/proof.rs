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
    receivable(contract, ledger).or_else(|| {
        ledger.bill_payments().iter().find_map(|payment| {
            let reply = wire::bill_payments::bill_payment(ledger, payment);
            let problem = breach(contract, "create_bill_payment_allocation", 201, reply)?;
            Some(format!("bill payment {}: {problem}", payment.id))
        })
    })
}

/// The same of the business itself and of what its customers owe, pay and get back.
fn receivable(contract: &Contract, ledger: &Ledger) -> Option<String> {
    let business = ledger.business();
    let itself = breach(contract, "get_business", 200, wire::parties::business(business));
    let itself = itself.map(|problem| format!("business {}: {problem}", business.id));
    let customers = || {
        ledger.customers().iter().find_map(|customer| {
            let reply = wire::parties::customer(ledger, customer);
            let problem = breach(contract, "get_customer", 200, reply)?;
            Some(format!("customer {}: {problem}", customer.id))
        })
    };
    let invoices = || {
        ledger.invoices().iter().find_map(|invoice| {
            let reply = wire::invoices::invoice(ledger, invoice, invoice.created_at);
            let problem = breach(contract, "fetch_invoice", 200, reply)?;
            Some(format!("invoice {}: {problem}", invoice.id))
        })
    };
    let payments = || {
        ledger.payments().iter().find_map(|payment| {
            let reply = wire::payments::listed(ledger, payment);
            let problem = breach(contract, "get_invoice_payment", 200, reply)?;
            Some(format!("payment {}: {problem}", payment.id))
        })
    };
    let refunds = || {
        ledger.refunds().iter().find_map(|refund| {
            let problem =
                breach(contract, "get_refund", 200, wire::refunds::refund(ledger, refund))?;
            Some(format!("refund {}: {problem}", refund.id))
        })
    };
    itself.or_else(customers).or_else(payments).or_else(invoices).or_else(refunds)
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
