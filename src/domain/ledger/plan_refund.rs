//! The rules for giving money back to a customer.

use chrono::{DateTime, Utc};

use super::Ledger;
use crate::domain::{
    AllocationId, Cents, Change, Error, Fault, FaultKind, FaultPlace, Ids, Invoice, InvoiceId,
    Limit, NewRefund, NewRefundPayment, Payment, PaymentStatus, Refund, RefundId, RefundPayment,
    RefundPaymentId, RefundSource, RefundStatus,
};

impl Ledger {
    /// Plans a refund of an invoice: at most what completed payments brought and was not given back. It
    /// takes from the oldest payment first; a payment that is given back whole becomes refunded.
    ///
    /// # Errors
    /// [`Error::Faults`] and [`Error::Exceeds`].
    pub fn plan_refund(
        &self,
        new: NewRefund,
        ids: &mut Ids,
        now: DateTime<Utc>,
    ) -> Result<(RefundId, Change), Error> {
        let unknown = || {
            let (place, kind) = (FaultPlace::TheInvoice, FaultKind::Unknown(new.invoice.0));
            Error::Faults(vec![Fault { place, kind }])
        };
        let invoice = self.invoice(new.invoice).ok_or_else(unknown)?;
        let most = self.refundable(invoice);
        let amount = new.amount.unwrap_or(most);
        if amount > most || amount <= Cents::ZERO {
            return Err(Error::Exceeds { limit: Limit::Paid, amount, most });
        }
        let sources = self.sources(invoice.id, amount);
        let refund = Refund {
            id: RefundId(ids.v4()),
            external_id: new.external_id,
            invoice: invoice.id,
            customer: invoice.customer,
            amount,
            sent: Cents::ZERO,
            method: new.method,
            processor: new.processor,
            fee: new.fee,
            reference: new.reference,
            memo: new.memo,
            allocation: AllocationId(ids.v4()),
            sources,
            completed_at: new.completed_at.unwrap_or(now),
            created_at: now,
            updated_at: now,
        };
        let whole = refund.sources.iter().filter_map(|source| {
            let payment = self.payment(source.payment)?;
            let back = self.refunded_of(payment).moved_by(source.amount);
            let after =
                || Payment { status: PaymentStatus::Refunded, updated_at: now, ..payment.clone() };
            (back >= payment.total).then(after)
        });
        let whole: Vec<_> = whole.map(Change::Payment).collect();
        let id = refund.id;
        let changes = std::iter::once(Change::Refund(refund)).chain(whole).collect();
        Ok((id, Change::Together(changes)))
    }

    /// Plans a payment of a refund.
    ///
    /// # Errors
    /// [`Error::State`] where all has been sent; [`Error::Exceeds`].
    pub fn plan_refund_payment(
        &self,
        refund: &Refund,
        new: NewRefundPayment,
        ids: &mut Ids,
        now: DateTime<Utc>,
    ) -> Result<RefundPayment, Error> {
        if refund.status() == RefundStatus::Paid {
            let (from, to) = (RefundStatus::Paid.word(), "sent");
            let (what, allowed) = ("refund", Vec::new());
            return Err(Error::State { what, id: refund.id.0, from, to, allowed });
        }
        let most = refund.remaining();
        if new.amount > most {
            return Err(Error::Exceeds { limit: Limit::Refund, amount: new.amount, most });
        }
        Ok(RefundPayment {
            id: RefundPaymentId(ids.v4()),
            external_id: new.external_id,
            refund: refund.id,
            amount: new.amount,
            method: new.method,
            processor: new.processor,
            fee: new.fee,
            memo: new.memo,
            tags: new.tags,
            completed_at: new.completed_at.unwrap_or(now),
            created_at: now,
        })
    }

    /// What payments that have come brought an invoice, less what was given back, in cents.
    pub fn refundable(&self, invoice: &Invoice) -> Cents {
        let brought = self.payments_of(invoice.id).filter(|payment| has_come(payment));
        let lines = brought.flat_map(|payment| &payment.allocations);
        let lines = lines.filter(|line| line.document == invoice.id);
        let brought = lines.fold(Cents::ZERO, |sum, line| sum.moved_by(line.amount));
        brought.minus(invoice.refunded).unwrap_or(Cents::ZERO).max(Cents::ZERO)
    }

    /// What of a payment refunds have given back, in cents.
    pub fn refunded_of(&self, payment: &Payment) -> Cents {
        let sources = self.refunds_from(payment.id).flat_map(|refund| &refund.sources);
        let sources = sources.filter(|source| source.payment == payment.id);
        sources.fold(Cents::ZERO, |sum, source| sum.moved_by(source.amount))
    }

    /// Which payments of an invoice `amount` comes from, the oldest first.
    fn sources(&self, invoice: InvoiceId, amount: Cents) -> Vec<RefundSource> {
        let mut payments: Vec<_> = self.payments_of(invoice).filter(|it| has_come(it)).collect();
        payments.sort_by_key(|payment| (payment.created_at, payment.id));
        let mut left = amount;
        let mut sources = Vec::new();
        for payment in payments {
            let lines = payment.allocations.iter().filter(|line| line.document == invoice);
            let brought = lines.fold(Cents::ZERO, |sum, line| sum.moved_by(line.amount));
            let given: Cents = self
                .refunds_of(invoice)
                .flat_map(|refund| &refund.sources)
                .filter(|source| source.payment == payment.id)
                .fold(Cents::ZERO, |sum, source| sum.moved_by(source.amount));
            let take = brought.minus(given).unwrap_or(Cents::ZERO).min(left);
            if take > Cents::ZERO {
                sources.push(RefundSource { payment: payment.id, amount: take });
                left = left.minus(take).unwrap_or(Cents::ZERO);
            }
        }
        sources
    }
}

/// Only money that has come can go back.
pub(super) fn has_come(payment: &Payment) -> bool {
    matches!(payment.status, PaymentStatus::Completed | PaymentStatus::Refunded)
}
