//! The rules for recording a payment to a vendor (BEHAVIOUR 4, seed 001).

use chrono::{DateTime, Utc};

use super::{Ledger, allocate};
use crate::domain::{
    Allocation, AllocationId, BillId, BillPayment, BillPaymentId, BillPaymentStatus, Error, Fault,
    FaultKind, FaultPlace, Ids, NewBillPayment, PaymentMethod,
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
        let lines: Vec<_> = new.allocations.iter().map(|a| (a.document.0, a.amount)).collect();
        allocate::check(&allocate::BILLS, new.vendor.0, new.total, &lines, |id| {
            let bill = self.bill(BillId(id))?;
            Some(allocate::Owed {
                owner: bill.vendor.0,
                outstanding: bill.outstanding(),
                status: bill.status(),
            })
        })?;
        let allocations = new
            .allocations
            .into_iter()
            .map(|line| Allocation {
                id: AllocationId(ids.v4()),
                document: line.document,
                amount: line.amount,
                description: line.description,
                at: now,
            })
            .collect();
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
