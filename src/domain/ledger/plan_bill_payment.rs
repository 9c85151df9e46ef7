//! The rules for recording and changing a payment to a vendor (BEHAVIOUR 4, seed 001).

use chrono::{DateTime, Utc};

use super::{Ledger, allocate};
use crate::domain::{
    BillId, BillPayment, BillPaymentId, BillPaymentPatch, BillPaymentStatus, Cents, Error, Fault,
    FaultKind, FaultPlace, Ids, Matched, NewAllocation, NewBillPayment, PaymentMethod, VendorId,
};

impl Ledger {
    /// Plans the recording of a bill payment with all of its allocations, or says why not.
    ///
    /// # Errors
    /// [`Error::Faults`], [`Error::CurrencyMismatch`], [`Error::OtherVendor`],
    /// [`Error::BillNotPayable`], [`Error::Overflow`], [`Error::ExceedsPayment`] and
    /// [`Error::ExceedsOutstanding`], in this order.
    pub fn plan_bill_payment(
        &self,
        new: NewBillPayment,
        ids: &mut Ids,
        now: DateTime<Utc>,
    ) -> Result<BillPayment, Error> {
        let base = self.business().base_currency;
        self.bill_payment_faults(&new)?;
        allocate::same_currency(&new.currency, base)?;
        self.check_bill_allocations(new.vendor, new.total, &new.allocations, None)?;
        let allocations = allocate::lines(new.allocations, &[], ids, now);
        let completed = new.status == BillPaymentStatus::Completed;
        Ok(BillPayment {
            id: BillPaymentId(ids.v4()),
            vendor: new.vendor,
            total: new.total,
            currency: base,
            date: new.date,
            method: new.method,
            status: new.status,
            reference: new.reference,
            external_id: new.external_id,
            check_number: new.check_number,
            description: new.description,
            memo: new.memo,
            fee: new.fee,
            metadata: new.metadata,
            allocations,
            failure_reason: String::new(),
            completed_at: completed.then_some(now),
            failed_at: None,
            created_at: now,
            updated_at: now,
        })
    }

    /// Plans a change of a bill payment. Failing or cancelling it gives its allocations back.
    ///
    /// # Errors
    /// [`Error::Faults`], [`Error::State`], [`Error::Reconciled`], and for new allocations those of
    /// [`Ledger::plan_bill_payment`].
    pub fn plan_bill_payment_change(
        &self,
        payment: &BillPayment,
        patch: BillPaymentPatch,
        ids: &mut Ids,
        now: DateTime<Utc>,
    ) -> Result<BillPayment, Error> {
        let mut after = BillPayment { updated_at: now, ..payment.clone() };
        if let Some(reason) = patch.failure_reason {
            after.failure_reason = reason;
        }
        if let Some(status) = patch.status.filter(|status| *status != payment.status) {
            let next = payment.status.next();
            if !next.contains(&status) {
                return Err(illegal(payment, payment.status.word(), status.word(), next));
            }
            if status == BillPaymentStatus::Failed && after.failure_reason.is_empty() {
                let (place, kind) = (FaultPlace::FailureReason, FaultKind::Required);
                return Err(Error::Faults(vec![Fault { place, kind }]));
            }
            self.enter_bill_payment(&mut after, status, now)?;
        }
        if let Some(lines) = patch.allocations {
            self.reallocate_bill_payment(payment, &mut after, lines, ids, now)?;
        }
        macro_rules! set {
            ($($field:ident)*) => {$(
                if let Some($field) = patch.$field {
                    after.$field = $field;
                }
            )*};
        }
        set!(reference check_number description memo fee metadata);
        Ok(after)
    }

    /// Plans the cancelling of a bill payment that is pending or failed (`POST …/delete/`).
    ///
    /// # Errors
    /// [`Error::State`] and [`Error::Reconciled`].
    pub fn plan_bill_payment_cancel(
        &self,
        payment: &BillPayment,
        now: DateTime<Utc>,
    ) -> Result<BillPayment, Error> {
        if !matches!(payment.status, BillPaymentStatus::Pending | BillPaymentStatus::Failed) {
            let to = BillPaymentStatus::Cancelled.word();
            return Err(illegal(payment, payment.status.word(), to, payment.status.next()));
        }
        let mut after = BillPayment { updated_at: now, ..payment.clone() };
        self.enter_bill_payment(&mut after, BillPaymentStatus::Cancelled, now)?;
        Ok(after)
    }

    fn enter_bill_payment(
        &self,
        after: &mut BillPayment,
        status: BillPaymentStatus,
        now: DateTime<Utc>,
    ) -> Result<(), Error> {
        after.status = status;
        match status {
            BillPaymentStatus::Completed => after.completed_at = Some(now),
            BillPaymentStatus::Failed | BillPaymentStatus::Cancelled => {
                if self.matches_of(Matched::BillPayment(after.id)).next().is_some() {
                    return Err(Error::Reconciled { payment: after.id.0 });
                }
                if status == BillPaymentStatus::Failed {
                    after.failed_at = Some(now);
                }
                after.allocations.clear();
            }
            BillPaymentStatus::Pending | BillPaymentStatus::Processing => {}
        }
        Ok(())
    }

    /// Puts other allocations in the place of those that a payment has.
    fn reallocate_bill_payment(
        &self,
        before: &BillPayment,
        after: &mut BillPayment,
        lines: Vec<NewAllocation<BillId>>,
        ids: &mut Ids,
        now: DateTime<Utc>,
    ) -> Result<(), Error> {
        match after.status {
            BillPaymentStatus::Pending
            | BillPaymentStatus::Processing
            | BillPaymentStatus::Completed => {}
            BillPaymentStatus::Failed | BillPaymentStatus::Cancelled => {
                if lines.is_empty() {
                    return Ok(());
                }
                return Err(illegal(before, after.status.word(), "allocated", &[]));
            }
        }
        let documents: Vec<_> = lines.iter().map(|a| a.document.0).collect();
        let faults =
            allocate::faults(&allocate::BILLS, &documents, |id| self.bill(BillId(id)).is_some());
        if !faults.is_empty() {
            return Err(Error::Faults(faults));
        }
        self.check_bill_allocations(before.vendor, before.total, &lines, Some(before))?;
        after.allocations = allocate::lines(lines, &before.allocations, ids, now);
        Ok(())
    }

    /// The rules for what a payment goes to. What `instead_of` has allocated counts as given back.
    fn check_bill_allocations(
        &self,
        vendor: VendorId,
        total: Cents,
        lines: &[NewAllocation<BillId>],
        instead_of: Option<&BillPayment>,
    ) -> Result<(), Error> {
        let lines: Vec<_> = lines.iter().map(|a| (a.document.0, a.amount)).collect();
        allocate::check(&allocate::BILLS, vendor.0, total, &lines, |id| {
            let bill = self.bill(BillId(id))?;
            let own = instead_of.into_iter().flat_map(|payment| &payment.allocations);
            let own = own.filter(|line| line.document == bill.id).map(|line| line.amount);
            let outstanding = bill.outstanding_without(own);
            Some(allocate::Owed { owner: bill.vendor.0, outstanding, status: bill.status() })
        })
    }

    fn bill_payment_faults(&self, new: &NewBillPayment) -> Result<(), Error> {
        let mut faults = Vec::new();
        if self.vendor(new.vendor).is_none() {
            let kind = FaultKind::Unknown(new.vendor.0);
            faults.push(Fault { place: FaultPlace::Vendor, kind });
        }
        if new.method == PaymentMethod::Check && new.check_number.is_empty() {
            faults.push(Fault { place: FaultPlace::CheckNumber, kind: FaultKind::Required });
        }
        let documents: Vec<_> = new.allocations.iter().map(|a| a.document.0).collect();
        faults.extend(allocate::faults(&allocate::BILLS, &documents, |id| {
            self.bill(BillId(id)).is_some()
        }));
        if faults.is_empty() { Ok(()) } else { Err(Error::Faults(faults)) }
    }
}

fn illegal(
    payment: &BillPayment,
    from: &'static str,
    to: &'static str,
    next: &[BillPaymentStatus],
) -> Error {
    let allowed = next.iter().map(|status| status.word()).collect();
    Error::State { what: "bill payment", id: payment.id.0, from, to, allowed }
}
