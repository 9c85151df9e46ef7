//! The tag `invoices`: add payment to invoice (seed 004; BEHAVIOUR 6).

use super::{DayZero, api, types};
use crate::domain::{Cents, InvoiceId, Ledger, Linked, LinkedPayment, NewLink, TransactionId};
use crate::operations::{Cx, Failure};

impl api::InvoicesApi for DayZero {
    fn create_invoice_payment(
        cx: &mut Cx<'_>,
        request: api::CreateInvoicePaymentRequest,
    ) -> Result<api::CreateInvoicePaymentReply, Failure> {
        let new = NewLink {
            document: Linked::Invoice(InvoiceId(request.invoice_id)),
            transaction: TransactionId(request.body.transaction_id),
            amount: Cents::new(request.body.amount),
            paid_on: request.body.paid_on,
        };
        let link = cx.ledger()?.plan_link(new, &mut cx.ids()?, cx.now)?;
        let ledger = cx.apply(link.clone())?;
        Ok(api::CreateInvoicePaymentReply::Created(payment(ledger, &link)?))
    }
}

/// A link as Day Zero answers it, with its transaction.
fn payment(
    ledger: &Ledger,
    link: &LinkedPayment,
) -> Result<types::InvoicePaymentResponse, Failure> {
    let Linked::Invoice(invoice) = link.document else {
        return Err(Failure::Defect(format!("payment {} is of no invoice", link.id)));
    };
    let transaction = ledger
        .transaction(&link.transaction)
        .ok_or_else(|| Failure::Defect(format!("no transaction of payment {}", link.id)))?;
    let currency = transaction.currency.code().to_owned();
    Ok(types::InvoicePaymentResponse {
        id: link.id.to_string(),
        invoice_id: invoice.to_string(),
        transaction_id: link.transaction.to_string(),
        amount: link.amount.get(),
        currency: currency.clone(),
        paid_on: link.paid_on,
        created_at: link.created_at,
        updated_at: link.created_at,
        business_id: ledger.business().id.to_string(),
        transaction: Some(types::InvoicePaymentTransactionSummary {
            id: transaction.id.to_string(),
            amount: transaction.amount.get(),
            currency,
            datetime: transaction.date,
            counterparty: transaction.counterparty.clone(),
            description: transaction.description.clone(),
            ledger_id: transaction.ledger_id.clone(),
        }),
    })
}
