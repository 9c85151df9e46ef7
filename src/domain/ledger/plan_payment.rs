//! The rules for recording a customer's payment (BEHAVIOUR 4, seed 000).

use chrono::{DateTime, Utc};

use super::{Ledger, allocate};
use crate::domain::{
    Allocation, AllocationId, Cents, Error, Fault, FaultKind, FaultPlace, Ids, InvoiceId,
    NewPayment, Payment, PaymentId, PaymentStatus,
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
        let lines: Vec<_> = new.allocations.iter().map(|a| (a.document.0, a.amount)).collect();
        allocate::check(&allocate::INVOICES, new.customer.0, new.total, &lines, |id| {
            let invoice = self.invoice(InvoiceId(id))?;
            Some(allocate::Owed {
                owner: invoice.customer.0,
                outstanding: invoice.outstanding(),
                status: invoice.status(),
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
            failure_reason: String::new(),
            created_at: now,
            updated_at: now,
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
