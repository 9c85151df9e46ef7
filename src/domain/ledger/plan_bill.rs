//! The rules for writing down a bill.

use chrono::{DateTime, NaiveDate, Utc};

use super::Ledger;
use crate::domain::{
    Bill, BillId, BillLifecycle, Cents, Currency, Error, Fault, FaultKind, FaultPlace, Ids,
    LineItem, VendorId, line,
};

/// A bill that somebody asks to have written down. Fields mean what they mean in [`Bill`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are those of Bill")]
pub struct NewBill {
    pub external_id: String,
    /// Made from the count of bills where it is empty.
    pub number: String,
    pub vendor_number: String,
    pub order_number: String,
    pub references: Vec<String>,
    pub attachments: Vec<String>,
    /// Whom it is owed to, by id or else by the integrator's own id.
    pub vendor: Option<VendorId>,
    pub vendor_external_id: String,
    /// Any that the books know; the rule that it must be the base currency is the provider's.
    pub currency: Currency,
    pub lines: Vec<LineItem>,
    /// What it asks for, where no line says so.
    pub total: Cents,
    pub lifecycle: BillLifecycle,
    pub terms: String,
    pub kind: String,
    pub memo: String,
    pub issued_on: Option<NaiveDate>,
    pub received_at: Option<DateTime<Utc>>,
    pub due_at: Option<DateTime<Utc>>,
    pub expected_at: Option<DateTime<Utc>>,
    pub approved_at: Option<DateTime<Utc>>,
}

impl Ledger {
    /// Plans the writing down of a bill, or says why not.
    ///
    /// # Errors
    /// [`Error::Faults`] and [`Error::Overflow`].
    pub fn plan_bill(
        &self,
        new: NewBill,
        ids: &mut Ids,
        now: DateTime<Utc>,
    ) -> Result<Bill, Error> {
        let vendor = self.billing_vendor(new.vendor, &new.vendor_external_id)?;
        let total = if new.lines.is_empty() {
            new.total
        } else {
            let (subtotal, tax) = (line::subtotal(&new.lines), line::tax(&new.lines));
            subtotal.zip(tax).and_then(|(sum, tax)| sum.plus(tax)).ok_or(Error::Overflow)?
        };
        let number = if new.number.is_empty() {
            format!("BILL-{:04}", self.bills().len() + 1)
        } else {
            new.number
        };
        Ok(Bill {
            id: BillId(ids.v4()),
            external_id: new.external_id,
            number,
            vendor_number: new.vendor_number,
            order_number: new.order_number,
            references: new.references,
            attachments: new.attachments,
            vendor,
            currency: new.currency,
            lines: new.lines,
            total,
            expected: None,
            allocated: Cents::ZERO,
            lifecycle: new.lifecycle,
            terms: new.terms,
            kind: new.kind,
            memo: new.memo,
            issued_on: new.issued_on,
            received_at: new.received_at,
            due_at: new.due_at,
            expected_at: new.expected_at,
            approved_at: new.approved_at,
            voided_at: None,
            paid_at: None,
            created_at: now,
            updated_at: now,
        })
    }

    fn billing_vendor(&self, id: Option<VendorId>, external_id: &str) -> Result<VendorId, Error> {
        let fault = |place, kind| Err(Error::Faults(vec![Fault { place, kind }]));
        match id {
            Some(id) if self.vendor(id).is_some() => Ok(id),
            Some(id) => fault(FaultPlace::Vendor, FaultKind::Unknown(id.0)),
            None if external_id.is_empty() => fault(FaultPlace::Vendor, FaultKind::Required),
            None => match self.vendors().by_external_id(external_id) {
                Some(vendor) => Ok(vendor.id),
                None => fault(
                    FaultPlace::VendorExternalId,
                    FaultKind::UnknownExternalId(external_id.to_owned()),
                ),
            },
        }
    }
}
