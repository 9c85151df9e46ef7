//! The rules for documents that are written first and count later, as Day Zero has them: an
//! invoice gets its number when it is finalized, a bill its amount when it is received.

use chrono::{DateTime, Utc};

use super::{Ledger, NewBill, NewInvoice};
use crate::domain::{
    Bill, BillLifecycle, BillStatus, Cents, Error, Ids, Invoice, InvoiceLifecycle, InvoiceStatus,
};

/// What has come in for a bill that was expected. What is `None` stays, but for the day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BillReceipt {
    /// What it asks for, in cents.
    pub total: Cents,
    /// When it came, UTC.
    pub received_at: DateTime<Utc>,
    /// When it falls due, UTC.
    pub due_at: Option<DateTime<Utc>>,
    /// Where what came with it can be read.
    pub attachment: Option<String>,
}

impl Ledger {
    /// Plans the writing of an invoice as a draft without a number.
    ///
    /// # Errors
    /// Those of [`Ledger::plan_invoice`].
    pub fn plan_draft(
        &self,
        new: NewInvoice,
        ids: &mut Ids,
        now: DateTime<Utc>,
    ) -> Result<Invoice, Error> {
        let draft = NewInvoice { sent_at: None, voided_at: None, ..new };
        Ok(Invoice { number: String::new(), ..self.plan_invoice(draft, ids, now)? })
    }

    /// Plans the finalizing of a draft, which gets a number where it has none: the prefix and a
    /// count.
    ///
    /// # Errors
    /// Those of [`Ledger::plan_sending`].
    pub fn plan_finalizing(
        &self,
        invoice: &Invoice,
        prefix: &str,
        now: DateTime<Utc>,
    ) -> Result<Invoice, Error> {
        let mut sent = self.plan_sending(invoice, now)?;
        if sent.number.is_empty() {
            // Nothing becomes a draft again, so with each finalizing there is one more.
            let finalized = self.invoices().len() - self.invoices_in(InvoiceStatus::Draft);
            let taken = |number: &String| self.invoices().iter().any(|it| it.number == *number);
            let numbers = (finalized + 1..).map(|count| format!("{prefix}{count:04}"));
            sent.number = numbers.into_iter().find(|number| !taken(number)).unwrap_or_default();
        }
        Ok(sent)
    }

    /// Plans the taking back of an open invoice: one that was sent, and that nobody has paid
    /// anything on.
    ///
    /// # Errors
    /// [`Error::State`].
    pub fn plan_voiding(&self, invoice: &Invoice, now: DateTime<Utc>) -> Result<Invoice, Error> {
        let from = match invoice.status() {
            InvoiceStatus::Sent => {
                let lifecycle = InvoiceLifecycle::Void;
                let (voided_at, updated_at) = (Some(now), now);
                return Ok(Invoice { lifecycle, voided_at, updated_at, ..invoice.clone() });
            }
            InvoiceStatus::Draft => "draft",
            InvoiceStatus::PartiallyPaid => "partially paid",
            InvoiceStatus::Paid => "paid",
            InvoiceStatus::Refunded => "refunded",
            InvoiceStatus::Void => "void",
            InvoiceStatus::WrittenOff => "written off",
        };
        let (what, to) = ("invoice", "voided");
        Err(Error::State { what, id: invoice.id.0, from, to, allowed: Vec::new() })
    }

    /// Plans the writing down of a bill that has not come yet, and of what it may come to.
    ///
    /// # Errors
    /// Those of [`Ledger::plan_bill`].
    pub fn plan_expected_bill(
        &self,
        new: NewBill,
        expected: Option<Cents>,
        ids: &mut Ids,
        now: DateTime<Utc>,
    ) -> Result<Bill, Error> {
        let total = expected.unwrap_or(Cents::ZERO);
        let draft = NewBill { total, lifecycle: BillLifecycle::Draft, received_at: None, ..new };
        Ok(Bill { expected, ..self.plan_bill(draft, ids, now)? })
    }

    /// Plans the coming of a bill that was expected. From then on what came is what it asks for,
    /// whatever lines it was expected with.
    ///
    /// # Errors
    /// [`Error::State`].
    pub fn plan_receipt(
        &self,
        bill: &Bill,
        receipt: BillReceipt,
        now: DateTime<Utc>,
    ) -> Result<Bill, Error> {
        let from = match bill.status() {
            BillStatus::Draft => {
                let mut attachments = bill.attachments.clone();
                attachments.splice(..0, receipt.attachment);
                return Ok(Bill {
                    lines: Vec::new(),
                    total: receipt.total,
                    lifecycle: BillLifecycle::Received,
                    received_at: Some(receipt.received_at),
                    due_at: receipt.due_at.or(bill.due_at),
                    attachments,
                    updated_at: now,
                    ..bill.clone()
                });
            }
            BillStatus::Received => "received",
            BillStatus::PartiallyPaid => "partially paid",
            BillStatus::Paid => "paid",
            BillStatus::Void => "void",
        };
        let (what, to) = ("bill", "received");
        Err(Error::State { what, id: bill.id.0, from, to, allowed: Vec::new() })
    }
}
