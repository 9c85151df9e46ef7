//! The rules for paying an invoice or a bill out of a bank transaction (BEHAVIOUR 6, seed 004).

use chrono::{DateTime, NaiveTime, Utc};

use super::Ledger;
use crate::domain::{
    BillLifecycle, Cents, Change, Currency, Error, Ids, InvoiceStatus, Limit, LinkId, Linked,
    LinkedPayment, NewLink, Transaction,
};

impl Ledger {
    /// Plans the taking back of a link: what it took goes back to the transaction.
    pub fn plan_unlink(&self, link: &LinkedPayment, now: DateTime<Utc>) -> Change {
        Change::Unlinked { id: link.id, at: now }
    }

    /// Plans the linking of a transaction to an invoice or a bill, or says why not. More than the
    /// document is owed is allowed; more than the transaction has left is not. Only a deposit can
    /// pay an invoice; a bill takes of either.
    ///
    /// # Errors
    /// [`Error::UnknownTransaction`], [`Error::UnknownDocument`], [`Error::ClosedInvoice`], [`Error::DraftInvoice`],
    /// [`Error::DraftBill`], [`Error::VoidBill`], [`Error::Withdrawal`],
    /// [`Error::TransactionCurrency`], [`Error::Exceeds`] and [`Error::Overflow`], in this order.
    pub fn plan_link(
        &self,
        new: NewLink,
        ids: &mut Ids,
        now: DateTime<Utc>,
    ) -> Result<LinkedPayment, Error> {
        let transaction = self.transaction(&new.transaction).ok_or(Error::UnknownTransaction)?;
        let (currency, allocated) = self.payable(new.document)?;
        let pays_invoice = matches!(new.document, Linked::Invoice(_));
        if pays_invoice && transaction.amount < Cents::ZERO {
            return Err(Error::Withdrawal { amount: transaction.amount });
        }
        if transaction.currency != currency {
            let (transaction, pays) = (transaction.currency, new.document);
            return Err(Error::TransactionCurrency { transaction, document: currency, pays });
        }
        let most = transaction.remaining();
        if new.amount > most {
            return Err(Error::Exceeds { limit: Limit::Transaction, amount: new.amount, most });
        }
        allocated.plus(new.amount).ok_or(Error::Overflow)?;
        Ok(LinkedPayment {
            id: LinkId(ids.v7()),
            document: new.document,
            paid_on: new.paid_on.unwrap_or_else(|| midnight(transaction)),
            transaction: new.transaction,
            amount: new.amount,
            created_at: now,
        })
    }

    /// The currency of what is to be paid, and what has been paid on it.
    fn payable(&self, document: Linked) -> Result<(Currency, Cents), Error> {
        match document {
            Linked::Invoice(id) => {
                let invoice = self.invoice(id).ok_or(Error::UnknownDocument)?;
                match invoice.status() {
                    InvoiceStatus::Sent
                    | InvoiceStatus::PartiallyPaid
                    | InvoiceStatus::Paid
                    | InvoiceStatus::Refunded => Ok((invoice.currency, invoice.allocated)),
                    InvoiceStatus::Draft => Err(Error::DraftInvoice),
                    status @ (InvoiceStatus::Void | InvoiceStatus::WrittenOff) => {
                        Err(Error::ClosedInvoice { status })
                    }
                }
            }
            Linked::Bill(id) => {
                let bill = self.bill(id).ok_or(Error::UnknownDocument)?;
                match bill.lifecycle {
                    BillLifecycle::Received => Ok((bill.currency, bill.allocated)),
                    BillLifecycle::Draft => Err(Error::DraftBill),
                    BillLifecycle::Void => Err(Error::VoidBill),
                }
            }
        }
    }
}

fn midnight(transaction: &Transaction) -> DateTime<Utc> {
    transaction.date.and_time(NaiveTime::MIN).and_utc()
}
