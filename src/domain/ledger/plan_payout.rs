//! The rules for a payment processor's settlement.

use chrono::{DateTime, Utc};

use super::{Ledger, allocate};
use crate::domain::{
    Cents, Error, Fault, FaultKind, FaultPlace, Ids, NewPayout, NotPayableOut, Payment, PaymentId,
    PaymentStatus, Payout, PayoutId, PayoutStatus, RefundPayment, RefundPaymentId,
};

impl Ledger {
    /// Plans the recording of a settlement, or the change of the one that has its `external_id`.
    ///
    /// # Errors
    /// [`Error::Faults`], [`Error::CurrencyMismatch`], [`Error::NotPayableOut`] and
    /// [`Error::Overflow`].
    pub fn plan_payout(
        &self,
        new: NewPayout,
        ids: &mut Ids,
        now: DateTime<Utc>,
    ) -> Result<Payout, Error> {
        let base = self.business().base_currency;
        let mut faults = Vec::new();
        let payments: Vec<_> = new.payments.iter().map(|id| id.0).collect();
        faults.extend(repeated_or_unknown(&payments, FaultPlace::SettledPayment, |position| {
            self.payment(new.payments[position]).is_some()
        }));
        let refunds: Vec<_> = new.refund_payments.iter().map(|id| id.0).collect();
        let place = FaultPlace::SettledRefundPayment;
        faults.extend(repeated_or_unknown(&refunds, place, |position| {
            self.refund_payments().get(&new.refund_payments[position]).is_some()
        }));
        if !faults.is_empty() {
            return Err(Error::Faults(faults));
        }
        allocate::same_currency(&new.currency, base)?;
        let known = self.payouts().by_external_id(&new.external_id);
        self.payable_out(&new.payments, known)?;
        self.sent_once(&new.refund_payments, known)?;
        let payout = Payout {
            id: known.map_or_else(|| PayoutId(ids.v4()), |known| known.id),
            external_id: new.external_id,
            processor: new.processor,
            processor_id: new.processor_id,
            paid_out: new.paid_out,
            fee: new.fee,
            additional_refunds: new.additional_refunds,
            currency: base,
            status: new.status,
            payments: new.payments,
            refund_payments: new.refund_payments,
            reference: new.reference,
            memo: new.memo,
            metadata: new.metadata,
            completed_at: new.completed_at,
            created_at: known.map_or(now, |known| known.created_at),
            updated_at: now,
        };
        self.settled(&payout).ok_or(Error::Overflow)?;
        Ok(payout)
    }

    /// Only what came can be paid out, and only once: settlements that failed do not count.
    fn payable_out(&self, payments: &[PaymentId], known: Option<&Payout>) -> Result<(), Error> {
        let elsewhere = |id| {
            let mut others = self.live_payouts_of(id);
            others.find(|other| known.is_none_or(|known| known.id != other.id)).map(|it| it.id.0)
        };
        let lines = payments.iter().enumerate().filter_map(|(position, id)| {
            let payment = self.payment(*id)?;
            let (status, payout) = (payment.status, elsewhere(*id));
            let came = matches!(status, PaymentStatus::Completed | PaymentStatus::Refunded);
            let bad = !came || payout.is_some();
            let status = status.word();
            bad.then_some(NotPayableOut { position, payment: id.0, status, payout })
        });
        let lines: Vec<_> = lines.collect();
        if lines.is_empty() { Ok(()) } else { Err(Error::NotPayableOut(lines)) }
    }

    /// The settlements of a payment that did not fail.
    pub(super) fn live_payouts_of(&self, payment: PaymentId) -> impl Iterator<Item = &Payout> {
        self.payouts_of(payment).filter(|payout| is_live(payout))
    }

    /// That none of these refund payments is in another settlement.
    fn sent_once(&self, sent: &[RefundPaymentId], known: Option<&Payout>) -> Result<(), Error> {
        let others = self.payouts().iter().filter(|other| is_live(other));
        let mut others = others.filter(|other| known.is_none_or(|known| known.id != other.id));
        let twice = others.find_map(|payout| {
            let id = payout.refund_payments.iter().find(|id| sent.contains(id))?;
            Some(Error::Settled { payment: id.0, payout: payout.id.0 })
        });
        twice.map_or(Ok(()), Err)
    }

    /// What follows from a settlement; `None` where it does not fit in 64 bits.
    pub fn settled(&self, payout: &Payout) -> Option<Settled> {
        let payments = payout.payments.iter().filter_map(|id| self.payment(*id));
        let gross = Cents::sum(payments.map(|payment| payment.total))?;
        let refunds = payout.refund_payments.iter();
        let refunds = refunds.filter_map(|id| self.refund_payments().get(id));
        let refunds = Cents::sum(refunds.map(|payment| payment.amount))?;
        let refunds = refunds.plus(payout.additional_refunds)?;
        let expected = gross.minus(refunds)?.minus(payout.fee)?;
        let net = payout.paid_out.minus(payout.fee)?;
        let variance = payout.paid_out.minus(expected)?;
        Some(Settled { gross, refunds, expected, net, variance })
    }

    /// The payments of a settlement.
    pub fn settled_payments(&self, payout: &Payout) -> Vec<&Payment> {
        payout.payments.iter().filter_map(|id| self.payment(*id)).collect()
    }

    /// The refund payments of a settlement.
    pub fn settled_refunds(&self, payout: &Payout) -> Vec<&RefundPayment> {
        let ids = payout.refund_payments.iter();
        ids.filter_map(|id| self.refund_payments().get(id)).collect()
    }
}

/// What follows from a settlement, in cents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settled {
    /// What its payments come to.
    pub gross: Cents,
    /// What its refund payments come to, with the additional refunds.
    pub refunds: Cents,
    /// What should have been paid out: gross less refunds less fee.
    pub expected: Cents,
    /// What was paid out less the fee.
    pub net: Cents,
    /// What was paid out less what should have been.
    pub variance: Cents,
}

fn repeated_or_unknown(
    ids: &[uuid::Uuid],
    place: fn(usize) -> FaultPlace,
    known: impl Fn(usize) -> bool,
) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (position, id) in ids.iter().enumerate() {
        let kind = match ids[..position].iter().position(|other| other == id) {
            Some(first) => FaultKind::Repeated { first },
            None if known(position) => continue,
            None => FaultKind::Unknown(*id),
        };
        faults.push(Fault { place: place(position), kind });
    }
    faults
}

pub(super) fn is_live(payout: &Payout) -> bool {
    match payout.status {
        PayoutStatus::Pending | PayoutStatus::Paid => true,
        PayoutStatus::Failed | PayoutStatus::Cancelled => false,
    }
}
