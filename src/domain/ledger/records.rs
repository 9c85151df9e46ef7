//! Books as plain values: every record in full, and from them the same books again.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Discord, Ledger};
use crate::domain::{
    Bill, BillPayment, Business, Customer, Invoice, LinkedPayment, Match, Payment, Payout, Refund,
    RefundPayment, Transaction, Vendor,
};

/// Every record of some books as it stands, kind by kind, each kind by id.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[expect(missing_docs, reason = "each is the records of its kind")]
pub struct Records {
    pub customers: Vec<Arc<Customer>>,
    pub vendors: Vec<Arc<Vendor>>,
    pub invoices: Vec<Arc<Invoice>>,
    pub bills: Vec<Arc<Bill>>,
    pub bank_transactions: Vec<Arc<Transaction>>,
    pub payments: Vec<Arc<Payment>>,
    pub bill_payments: Vec<Arc<BillPayment>>,
    pub linked_payments: Vec<Arc<LinkedPayment>>,
    pub refunds: Vec<Arc<Refund>>,
    pub refund_payments: Vec<Arc<RefundPayment>>,
    pub reconciliations: Vec<Arc<Match>>,
    pub payouts: Vec<Arc<Payout>>,
}

impl Ledger {
    /// Every record, shared.
    pub fn records(&self) -> Records {
        Records {
            customers: self.customers.all(),
            vendors: self.vendors.all(),
            invoices: self.invoices.all(),
            bills: self.bills.all(),
            bank_transactions: self.transactions.all(),
            payments: self.payments.all(),
            bill_payments: self.bill_payments.all(),
            linked_payments: self.links.all(),
            refunds: self.refunds.all(),
            refund_payments: self.refund_payments.all(),
            reconciliations: self.matches.all(),
            payouts: self.payouts.all(),
        }
    }

    /// The books that have these records after so many changes. The records are taken as they
    /// stand, in any order: what a payment does to an invoice is in the invoice already. So
    /// all of them are held against each other.
    ///
    /// # Errors
    /// The first [`Discord`].
    pub fn restore(business: Business, records: &Records, changes: u64) -> Result<Self, Discord> {
        let mut books = Self { changes, ..Self::new(business) };
        macro_rules! put {
            ($($list:ident $put:ident,)*) => {$(
                for (index, record) in records.$list.iter().enumerate() {
                    if books.$put(record).is_some() {
                        let (list, id) = (stringify!($list), record.id.to_string());
                        let field = "id".to_owned();
                        let problem = format!("{id} is taken already; an id may stand once");
                        return Err(Discord { list, index, id, field, problem });
                    }
                }
            )*};
        }
        put! {
            customers put_customer,
            vendors put_vendor,
            invoices put_invoice,
            bills put_bill,
            bank_transactions put_transaction,
            payments put_payment,
            bill_payments put_bill_payment,
            linked_payments put_link,
            refunds put_refund,
            refund_payments put_refund_payment,
            reconciliations put_match,
            payouts put_payout,
        }
        books.agrees_with(records)?;
        Ok(books)
    }
}
