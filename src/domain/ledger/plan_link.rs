//! The rules for paying an invoice out of a bank transaction (BEHAVIOUR 6, seed 004).

use chrono::{DateTime, NaiveTime, Utc};

use super::Ledger;
use crate::domain::{
    Cents, Error, Ids, InvoiceStatus, LinkId, LinkedPayment, NewLink, Transaction,
};

impl Ledger {
    /// Plans the linking of a deposit to an invoice, or says why not. More than the invoice is
    /// owed is allowed; more than the deposit has left is not.
    ///
    /// # Errors
    /// [`Error::UnknownInvoice`], [`Error::UnknownTransaction`], [`Error::ClosedInvoice`],
    /// [`Error::DraftInvoice`], [`Error::Withdrawal`], [`Error::TransactionCurrency`],
    /// [`Error::ExceedsTransaction`] and [`Error::Overflow`], in this order.
    pub fn plan_link(
        &self,
        new: NewLink,
        ids: &mut Ids,
        now: DateTime<Utc>,
    ) -> Result<LinkedPayment, Error> {
        let invoice = self.invoice(new.invoice).ok_or(Error::UnknownInvoice)?;
        let transaction = self.transaction(&new.transaction).ok_or(Error::UnknownTransaction)?;
        match invoice.status() {
            InvoiceStatus::Sent | InvoiceStatus::PartiallyPaid | InvoiceStatus::Paid => {}
            InvoiceStatus::Draft => return Err(Error::DraftInvoice),
            status @ (InvoiceStatus::Void | InvoiceStatus::WrittenOff) => {
                return Err(Error::ClosedInvoice { status });
            }
        }
        if transaction.amount < Cents::ZERO {
            return Err(Error::Withdrawal { amount: transaction.amount });
        }
        if transaction.currency != invoice.currency {
            let (transaction, invoice) = (transaction.currency, invoice.currency);
            return Err(Error::TransactionCurrency { transaction, invoice });
        }
        let remaining = transaction.remaining();
        if new.amount > remaining {
            return Err(Error::ExceedsTransaction { amount: new.amount, remaining });
        }
        invoice.allocated.plus(new.amount).ok_or(Error::Overflow)?;
        Ok(LinkedPayment {
            id: LinkId(ids.v7()),
            invoice: new.invoice,
            paid_on: new.paid_on.unwrap_or_else(|| midnight(transaction)),
            transaction: new.transaction,
            amount: new.amount,
            created_at: now,
        })
    }
}

fn midnight(transaction: &Transaction) -> DateTime<Utc> {
    transaction.date.and_time(NaiveTime::MIN).and_utc()
}
