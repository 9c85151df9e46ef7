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
    let payments = ledger.payments().iter().find_map(|payment| {
        let problem =
            breach(contract, "get_invoice_payment", 200, wire::payments::listed(ledger, payment))?;
        Some(format!("payment {}: {problem}", payment.id))
    });
    payments.or_else(|| {
        ledger.bill_payments().iter().find_map(|payment| {
            let reply = wire::bill_payments::bill_payment(ledger, payment);
            let problem = breach(contract, "create_bill_payment_allocation", 201, reply)?;
            Some(format!("bill payment {}: {problem}", payment.id))
        })
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
    let found = contract.operation(operation)?.check_reply(status, &reply);
    let mut fields = wording::field_errors(&found).into_iter();
    fields
        .next()
        .map(|(field, texts)| format!("{field}: {}", texts[0].as_str().unwrap_or_default()))
}
