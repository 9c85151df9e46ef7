//! The rules for recording and changing a customer's payment (BEHAVIOUR 4, seed 000).

use chrono::{DateTime, Utc};

use super::{Ledger, allocate};
use crate::domain::{
    Cents, CustomerId, Error, Fault, FaultKind, FaultPlace, Ids, InvoiceId, Matched, NewAllocation,
    NewPayment, Payment, PaymentId, PaymentPatch, PaymentStatus,
};

impl Ledger {
    /// Plans the recording of a payment with all of its allocations, or says why not.
    ///
    /// # Errors
    /// [`Error::Faults`], [`Error::CurrencyMismatch`], [`Error::OtherCustomer`],
    /// [`Error::InvoiceNotPayable`], [`Error::Overflow`], [`Error::ExceedsPayment`] and
    /// [`Error::ExceedsOutstanding`], in this order.
    pub fn plan_payment(
        &self,
        new: NewPayment,
        ids: &mut Ids,
        now: DateTime<Utc>,
    ) -> Result<Payment, Error> {
        let base = self.business().base_currency;
        self.payment_faults(&new)?;
        if let Some(sent) = &new.currency {
            allocate::same_currency(sent, base)?;
        }
        self.check_allocations(new.customer, new.total, &new.allocations, None)?;
        let allocations = allocate::lines(new.allocations, &[], ids, now);
        Ok(Payment {
            id: PaymentId(ids.v4()),
            customer: new.customer,
            total: new.total,
            currency: base,
            date: new.date,
            method: new.method,
            status: PaymentStatus::Completed,
            reference: new.reference,
            external_id: new.external_id,
            bank_reference: new.bank_reference,
            processor_reference: new.processor_reference,
            processor: new.processor,
            fee: new.fee.max(Cents::ZERO),
            note: new.note,
            metadata: new.metadata,
            idempotency_key: new.idempotency_key,
            allocations,
            tags: Vec::new(),
            failure_reason: String::new(),
            completed_at: Some(now),
            failed_at: None,
            created_at: now,
            updated_at: now,
        })
    }

    /// Plans a change of a payment. Failing or cancelling it gives its allocations back.
    ///
    /// # Errors
    /// [`Error::Faults`], [`Error::State`], [`Error::Reconciled`], [`Error::PartlyRefunded`], and
    /// for new allocations those of [`Ledger::plan_payment`].
    pub fn plan_payment_change(
        &self,
        payment: &Payment,
        patch: PaymentPatch,
        ids: &mut Ids,
        now: DateTime<Utc>,
    ) -> Result<Payment, Error> {
        self.payments.owns(&payment.id, patch.external_id.as_deref().unwrap_or_default())?;
        let mut after = Payment { updated_at: now, ..payment.clone() };
        if let Some(reason) = patch.failure_reason {
            after.failure_reason = reason;
        }
        if let Some(status) = patch.status.filter(|status| *status != payment.status) {
            let (from, next) = (payment.status.word(), payment.status.next());
            if !next.contains(&status) {
                return Err(illegal(payment, from, status.word(), next));
            }
            if status == PaymentStatus::Failed && after.failure_reason.is_empty() {
                let (place, kind) = (FaultPlace::FailureReason, FaultKind::Required);
                return Err(Error::Faults(vec![Fault { place, kind }]));
            }
            self.enter(&mut after, status, now)?;
        }
        if let Some(lines) = patch.allocations {
            self.reallocate(payment, &mut after, lines, ids, now)?;
        }
        macro_rules! set {
            ($($field:ident)*) => {$(
                if let Some($field) = patch.$field {
                    after.$field = $field;
                }
            )*};
        }
        set!(date method reference external_id bank_reference processor_reference processor fee note
            metadata tags);
        Ok(after)
    }

    /// Plans the cancelling of a payment that is pending or failed (`POST …/delete/`).
    ///
    /// # Errors
    /// [`Error::State`] and [`Error::Reconciled`].
    pub fn plan_payment_cancel(
        &self,
        payment: &Payment,
        now: DateTime<Utc>,
    ) -> Result<Payment, Error> {
        if !matches!(payment.status, PaymentStatus::Pending | PaymentStatus::Failed) {
            let to = PaymentStatus::Cancelled.word();
            return Err(illegal(payment, payment.status.word(), to, payment.status.next()));
        }
        let mut after = Payment { updated_at: now, ..payment.clone() };
        self.enter(&mut after, PaymentStatus::Cancelled, now)?;
        Ok(after)
    }

    fn enter(
        &self,
        after: &mut Payment,
        status: PaymentStatus,
        now: DateTime<Utc>,
    ) -> Result<(), Error> {
        after.status = status;
        match status {
            PaymentStatus::Completed => after.completed_at = Some(now),
            PaymentStatus::Failed | PaymentStatus::Cancelled => {
                if self.matches_of(Matched::Payment(after.id)).next().is_some() {
                    return Err(Error::Reconciled { payment: after.id.0 });
                }
                if status == PaymentStatus::Failed {
                    after.failed_at = Some(now);
                }
                after.allocations.clear();
            }
            PaymentStatus::Pending | PaymentStatus::Processing | PaymentStatus::Refunded => {}
        }
        Ok(())
    }

    /// Puts other allocations in the place of those that a payment has.
    fn reallocate(
        &self,
        before: &Payment,
        after: &mut Payment,
        lines: Vec<NewAllocation<InvoiceId>>,
        ids: &mut Ids,
        now: DateTime<Utc>,
    ) -> Result<(), Error> {
        match after.status {
            PaymentStatus::Pending | PaymentStatus::Processing | PaymentStatus::Completed => {}
            PaymentStatus::Failed | PaymentStatus::Cancelled | PaymentStatus::Refunded => {
                if lines.is_empty() {
                    return Ok(());
                }
                return Err(illegal(before, after.status.word(), "allocated", &[]));
            }
        }
        if self.refunds_from(before.id).next().is_some() {
            return Err(Error::PartlyRefunded { payment: before.id.0 });
        }
        let documents: Vec<_> = lines.iter().map(|a| a.document.0).collect();
        let faults = allocate::faults(&allocate::INVOICES, &documents, |id| {
            self.invoice(InvoiceId(id)).is_some()
        });
        if !faults.is_empty() {
            return Err(Error::Faults(faults));
        }
        self.check_allocations(before.customer, before.total, &lines, Some(before))?;
        after.allocations = allocate::lines(lines, &before.allocations, ids, now);
        Ok(())
    }

    /// The rules for what a payment goes to. What `instead_of` has allocated counts as given back.
    fn check_allocations(
        &self,
        customer: CustomerId,
        total: Cents,
        lines: &[NewAllocation<InvoiceId>],
        instead_of: Option<&Payment>,
    ) -> Result<(), Error> {
        let lines: Vec<_> = lines.iter().map(|a| (a.document.0, a.amount)).collect();
        allocate::check(&allocate::INVOICES, customer.0, total, &lines, |id| {
            let invoice = self.invoice(InvoiceId(id))?;
            let own = instead_of.into_iter().flat_map(|payment| &payment.allocations);
            let own = own.filter(|line| line.document == invoice.id).map(|line| line.amount);
            Some(allocate::Owed {
                owner: invoice.customer.0,
                outstanding: invoice.outstanding_without(own),
                status: invoice.status(),
            })
        })
    }

    fn payment_faults(&self, new: &NewPayment) -> Result<(), Error> {
        let mut faults = Vec::new();
        if self.customer(new.customer).is_none() {
            let kind = FaultKind::Unknown(new.customer.0);
            faults.push(Fault { place: FaultPlace::Customer, kind });
        }
        let documents: Vec<_> = new.allocations.iter().map(|a| a.document.0).collect();
        faults.extend(allocate::faults(&allocate::INVOICES, &documents, |id| {
            self.invoice(InvoiceId(id)).is_some()
        }));
        if faults.is_empty() { Ok(()) } else { Err(Error::Faults(faults)) }
    }
}

fn illegal(
    payment: &Payment,
    from: &'static str,
    to: &'static str,
    next: &[PaymentStatus],
) -> Error {
    let allowed = next.iter().map(|status| status.word()).collect();
    Error::State { what: "payment", id: payment.id.0, from, to, allowed }
}
