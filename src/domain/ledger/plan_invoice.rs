//! The rules for writing, changing, sending and taking back an invoice.

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use super::Ledger;
use crate::domain::{
    Cents, Change, Currency, CustomerId, Error, Fault, FaultKind, FaultPlace, Ids, Invoice,
    InvoiceId, InvoiceLifecycle, InvoiceStatus, LineItem, NewAllocation, NewPayment,
};

/// An invoice that somebody asks to have written. Fields mean what they mean in [`Invoice`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are those of Invoice")]
pub struct NewInvoice {
    pub external_id: String,
    /// Made from the count of invoices where it is empty.
    pub number: String,
    pub kind: String,
    /// Who owes it, by id or else by the integrator's own id.
    pub customer: Option<CustomerId>,
    pub customer_external_id: String,
    /// Any that the books know; the rule that it must be the base currency is the provider's.
    pub currency: Currency,
    pub lines: Vec<LineItem>,
    pub discount: Cents,
    pub additional_tax: Cents,
    pub tips: Cents,
    pub memo: String,
    pub tags: Vec<String>,
    pub metadata: String,
    pub issued_on: Option<NaiveDate>,
    /// A draft where it is `None`.
    pub sent_at: Option<DateTime<Utc>>,
    pub due_at: Option<DateTime<Utc>>,
    pub voided_at: Option<DateTime<Utc>>,
}

/// What is to change in an invoice; what is `None` stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are those of Invoice")]
pub struct InvoicePatch {
    pub external_id: Option<String>,
    pub number: Option<String>,
    pub kind: Option<String>,
    pub customer: Option<CustomerId>,
    pub lines: Option<Vec<LineItem>>,
    pub discount: Option<Cents>,
    pub additional_tax: Option<Cents>,
    pub tips: Option<Cents>,
    pub memo: Option<String>,
    pub due_at: Option<DateTime<Utc>>,
}

impl Ledger {
    /// Plans the writing of an invoice, or says why not.
    ///
    /// # Errors
    /// [`Error::Faults`], [`Error::NegativeTotal`] and [`Error::Overflow`].
    pub fn plan_invoice(
        &self,
        new: NewInvoice,
        ids: &mut Ids,
        now: DateTime<Utc>,
    ) -> Result<Invoice, Error> {
        let customer = self.owing_customer(new.customer, &new.customer_external_id)?;
        let lifecycle = match (new.voided_at, new.sent_at) {
            (Some(_), _) => InvoiceLifecycle::Void,
            (None, Some(_)) => InvoiceLifecycle::Sent,
            (None, None) => InvoiceLifecycle::Draft,
        };
        let number = if new.number.is_empty() { self.next_number() } else { new.number };
        let invoice = Invoice {
            id: InvoiceId(ids.v4()),
            external_id: new.external_id,
            number,
            kind: new.kind,
            customer,
            currency: new.currency,
            lines: new.lines,
            discount: new.discount,
            additional_tax: new.additional_tax,
            tips: new.tips,
            total: Cents::ZERO,
            allocated: Cents::ZERO,
            refunded: Cents::ZERO,
            lifecycle,
            memo: new.memo,
            tags: new.tags,
            metadata: new.metadata,
            issued_on: new.issued_on,
            sent_at: new.sent_at,
            due_at: new.due_at,
            paid_at: None,
            voided_at: new.voided_at,
            created_at: now,
            updated_at: now,
        };
        self.summed(invoice, Cents::ZERO)
    }

    /// Plans the writing of an invoice together with payments that have come for it: all of them,
    /// or nothing.
    ///
    /// # Errors
    /// Those of [`Ledger::plan_invoice`]; [`Error::InPayment`] with those of
    /// [`Ledger::plan_payment`].
    pub fn plan_paid_invoice(
        &self,
        new: NewInvoice,
        payments: Vec<NewPayment>,
        ids: &mut Ids,
        now: DateTime<Utc>,
    ) -> Result<(InvoiceId, Change), Error> {
        let invoice = self.plan_invoice(new, ids, now)?;
        let (id, customer) = (invoice.id, invoice.customer);
        // Each payment is planned against the books as those before it leave them: a copy, which
        // costs nothing.
        let mut books = self.clone();
        let mut changes = vec![Change::Invoice(invoice)];
        books.take(changes[0].clone());
        for (position, payment) in payments.into_iter().enumerate() {
            let (document, amount) = (id, payment.total);
            let line = NewAllocation { document, amount, description: String::new() };
            let payment = NewPayment { customer, allocations: vec![line], ..payment };
            let planned = match books.payments.by_external_id(&payment.external_id) {
                None => books.plan_payment(payment, ids, now),
                Some(_) => Err(Error::DuplicateExternalId { external_id: payment.external_id }),
            };
            let planned =
                planned.map_err(|error| Error::InPayment { position, error: Box::new(error) })?;
            books.take(planned.clone().into());
            changes.push(planned.into());
        }
        Ok((id, Change::Together(changes)))
    }

    /// Plans a change of an invoice.
    ///
    /// # Errors
    /// [`Error::Faults`], [`Error::State`], [`Error::HasPayments`], [`Error::BelowAllocated`],
    /// [`Error::NegativeTotal`] and [`Error::Overflow`].
    pub fn plan_invoice_change(
        &self,
        invoice: &Invoice,
        patch: InvoicePatch,
        now: DateTime<Utc>,
    ) -> Result<Invoice, Error> {
        let closed = [InvoiceStatus::Void, InvoiceStatus::WrittenOff, InvoiceStatus::Refunded];
        if closed.contains(&invoice.status()) {
            return Err(illegal(invoice, "changed"));
        }
        self.invoices.owns(&invoice.id, patch.external_id.as_deref().unwrap_or_default())?;
        let mut after = Invoice { updated_at: now, ..invoice.clone() };
        if let Some(customer) = patch.customer.filter(|customer| *customer != invoice.customer) {
            self.owing_customer(Some(customer), "")?;
            if invoice.allocated > Cents::ZERO {
                return Err(Error::HasPayments { allocated: invoice.allocated });
            }
            after.customer = customer;
        }
        macro_rules! set {
            ($($field:ident)*) => {$(
                if let Some($field) = patch.$field {
                    after.$field = $field;
                }
            )*};
        }
        set!(external_id number kind lines discount additional_tax tips memo);
        after.due_at = patch.due_at.or(after.due_at);
        let own = if after.customer == invoice.customer { invoice.owed() } else { Cents::ZERO };
        self.summed(after, own)
    }

    /// Plans the sending of a draft (Day Zero: finalizing).
    ///
    /// # Errors
    /// [`Error::State`].
    pub fn plan_sending(&self, invoice: &Invoice, now: DateTime<Utc>) -> Result<Invoice, Error> {
        if invoice.lifecycle != InvoiceLifecycle::Draft {
            return Err(illegal(invoice, "sent"));
        }
        let lifecycle = InvoiceLifecycle::Sent;
        let sent = Invoice { lifecycle, sent_at: Some(now), updated_at: now, ..invoice.clone() };
        self.summed(sent, Cents::ZERO)
    }

    /// Plans the taking back of an invoice that nobody has paid anything on.
    ///
    /// # Errors
    /// [`Error::HasPayments`] and [`Error::State`].
    pub fn plan_void(&self, invoice: &Invoice, now: DateTime<Utc>) -> Result<Invoice, Error> {
        if invoice.allocated > Cents::ZERO {
            return Err(Error::HasPayments { allocated: invoice.allocated });
        }
        if matches!(invoice.lifecycle, InvoiceLifecycle::Void | InvoiceLifecycle::WrittenOff) {
            return Err(illegal(invoice, "voided"));
        }
        let lifecycle = InvoiceLifecycle::Void;
        Ok(Invoice { lifecycle, voided_at: Some(now), updated_at: now, ..invoice.clone() })
    }

    /// The first number that no invoice has, counted from how many there are.
    fn next_number(&self) -> String {
        let mut count = self.invoices().len() + 1;
        loop {
            let number = format!("INV-{count:04}");
            let from = (number, InvoiceId(Uuid::nil()));
            if self.invoices_by_number.get_next(&from).is_none_or(|next| next.0 != from.0) {
                return from.0;
            }
            count += 1;
        }
    }

    /// The customer that an invoice names, by id or else by the integrator's own id.
    ///
    /// # Errors
    /// [`Error::Faults`].
    pub fn owing_customer(
        &self,
        id: Option<CustomerId>,
        external_id: &str,
    ) -> Result<CustomerId, Error> {
        let fault = |place, kind| Err(Error::Faults(vec![Fault { place, kind }]));
        match id {
            Some(id) if self.customer(id).is_some() => Ok(id),
            Some(id) => fault(FaultPlace::Customer, FaultKind::Unknown(id.0)),
            None if external_id.is_empty() => fault(FaultPlace::Customer, FaultKind::Required),
            None => match self.customers().by_external_id(external_id) {
                Some(customer) => Ok(customer.id),
                None => fault(
                    FaultPlace::CustomerExternalId,
                    FaultKind::UnknownExternalId(external_id.to_owned()),
                ),
            },
        }
    }

    /// The invoice with the total that follows from it. `own` is what the customer owes on it now.
    fn summed(&self, mut invoice: Invoice, own: Cents) -> Result<Invoice, Error> {
        let total = invoice.sum().ok_or(Error::Overflow)?;
        if total < Cents::ZERO {
            return Err(Error::NegativeTotal { total });
        }
        if total < invoice.allocated {
            return Err(Error::BelowAllocated { total, allocated: invoice.allocated });
        }
        invoice.total = total;
        let others = self.owed_by(invoice.customer).minus(own).ok_or(Error::Overflow)?;
        others.plus(invoice.owed()).ok_or(Error::Overflow)?;
        Ok(invoice)
    }
}

fn illegal(invoice: &Invoice, to: &'static str) -> Error {
    let (from, allowed) = match invoice.status() {
        InvoiceStatus::Draft => ("draft", vec!["sent", "voided"]),
        InvoiceStatus::Sent => ("sent", vec!["voided"]),
        InvoiceStatus::PartiallyPaid => ("partially paid", vec![]),
        InvoiceStatus::Paid => ("paid", vec![]),
        InvoiceStatus::Refunded => ("refunded", vec![]),
        InvoiceStatus::Void => ("void", vec![]),
        InvoiceStatus::WrittenOff => ("written off", vec![]),
    };
    Error::State { what: "invoice", id: invoice.id.0, from, to, allowed }
}
