//! The rules for matching bank transactions with payments.

use chrono::{DateTime, Utc};

use super::Ledger;
use crate::domain::{
    BillId, BillPayment, BillPaymentStatus, Cents, Change, Error, Fault, FaultKind, FaultPlace,
    Ids, InvoiceId, Limit, Match, MatchId, Matched, NewAllocation, NewBillPayment, NewPayment,
    Payment, PaymentMethod, PaymentStatus, Transaction,
};

/// A match that somebody asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMatch<PaymentId, Document> {
    /// The payment that the transaction is; one is made where it is `None`.
    pub payment: Option<PaymentId>,
    /// What the payment that is made goes to.
    pub document: Option<Document>,
    /// How much of both, in cents; as much as both have where it is `None`.
    pub amount: Option<Cents>,
    /// How the money moved, for a payment that is made.
    pub method: PaymentMethod,
    /// The reference of a payment that is made.
    pub reference: String,
    /// Notes.
    pub notes: String,
    /// Who matches them, in the integrator's word.
    pub created_by: String,
}

impl Ledger {
    /// Plans the match of a deposit with a payment received, which it makes where there is none.
    ///
    /// # Errors
    /// [`Error::Withdrawal`], [`Error::CurrencyMismatch`], [`Error::Faults`],
    /// [`Error::NotReconcilable`], [`Error::Exceeds`], and those of [`Ledger::plan_payment`].
    pub fn plan_match(
        &self,
        transaction: &Transaction,
        new: NewMatch<crate::domain::PaymentId, InvoiceId>,
        ids: &mut Ids,
        now: DateTime<Utc>,
    ) -> Result<(Match, Change), Error> {
        if transaction.amount < Cents::ZERO {
            return Err(Error::Withdrawal { amount: transaction.amount });
        }
        self.in_base(transaction)?;
        let (payment, made) = if let Some(id) = new.payment {
            let known = self.payment(id).cloned();
            (known.ok_or_else(|| fault(FaultPlace::ThePayment, FaultKind::Unknown(id.0)))?, false)
        } else {
            let place = FaultPlace::TheInvoice;
            let id = new.document.ok_or_else(|| fault(place, FaultKind::Required))?;
            let unknown = || fault(place, FaultKind::Unknown(id.0));
            let invoice = self.invoice(id).ok_or_else(unknown)?;
            let total = new.amount.unwrap_or(transaction.unmatched().min(invoice.outstanding()));
            let line = NewAllocation { document: id, amount: total, description: String::new() };
            let payment = NewPayment {
                customer: invoice.customer,
                total,
                currency: None,
                date: transaction.date,
                method: new.method,
                reference: new.reference,
                external_id: String::new(),
                bank_reference: transaction.description.clone().unwrap_or_default(),
                processor_reference: String::new(),
                processor: String::new(),
                fee: Cents::ZERO,
                note: new.notes.clone(),
                metadata: String::new(),
                idempotency_key: None,
                allocations: vec![line],
            };
            within(total, Limit::Unmatched, transaction.unmatched())?;
            (self.plan_payment(payment, ids, now)?, true)
        };
        let (id, total) = (Matched::Payment(payment.id), payment.total);
        let came = !matches!(payment.status, PaymentStatus::Failed | PaymentStatus::Cancelled);
        if !came {
            return Err(Error::NotReconcilable { payment: id.id(), status: payment.status.word() });
        }
        let matched = self.matched(transaction, id, total, new.amount, made, ids, now)?;
        let matched = Match { notes: new.notes, created_by: new.created_by, ..matched };
        let made = made.then_some(Change::Payment(payment));
        let changes = made.into_iter().chain([matched.clone().into()]).collect();
        Ok((matched, Change::Together(changes)))
    }

    /// Plans the match of a withdrawal with a payment made, which it makes where there is none.
    ///
    /// # Errors
    /// [`Error::Deposit`], and as [`Ledger::plan_match`].
    pub fn plan_bill_match(
        &self,
        transaction: &Transaction,
        new: NewMatch<crate::domain::BillPaymentId, BillId>,
        ids: &mut Ids,
        now: DateTime<Utc>,
    ) -> Result<(Match, Change), Error> {
        if transaction.amount >= Cents::ZERO {
            return Err(Error::Deposit { amount: transaction.amount });
        }
        self.in_base(transaction)?;
        let (payment, made) = if let Some(id) = new.payment {
            let known = self.bill_payment(id).cloned();
            let unknown = || fault(FaultPlace::TheBillPayment, FaultKind::Unknown(id.0));
            (known.ok_or_else(unknown)?, false)
        } else {
            let place = FaultPlace::TheBill;
            let id = new.document.ok_or_else(|| fault(place, FaultKind::Required))?;
            let unknown = || fault(place, FaultKind::Unknown(id.0));
            let bill = self.bill(id).ok_or_else(unknown)?;
            let total = new.amount.unwrap_or(transaction.unmatched().min(bill.outstanding()));
            let line = NewAllocation { document: id, amount: total, description: String::new() };
            let payment = NewBillPayment {
                vendor: bill.vendor,
                total,
                currency: self.business().base_currency.code().to_owned(),
                date: transaction.date,
                method: new.method,
                status: BillPaymentStatus::Completed,
                reference: new.reference,
                external_id: String::new(),
                check_number: String::new(),
                description: transaction.description.clone().unwrap_or_default(),
                memo: new.notes.clone(),
                fee: Cents::ZERO,
                metadata: String::new(),
                allocations: vec![line],
            };
            within(total, Limit::Unmatched, transaction.unmatched())?;
            (self.plan_bill_payment(payment, ids, now)?, true)
        };
        let (id, total) = (Matched::BillPayment(payment.id), payment.total);
        let dead = [BillPaymentStatus::Failed, BillPaymentStatus::Cancelled];
        if dead.contains(&payment.status) {
            return Err(Error::NotReconcilable { payment: id.id(), status: payment.status.word() });
        }
        let matched = self.matched(transaction, id, total, new.amount, made, ids, now)?;
        let matched = Match { notes: new.notes, created_by: new.created_by, ..matched };
        let made = made.then_some(Change::BillPayment(payment));
        let changes = made.into_iter().chain([matched.clone().into()]).collect();
        Ok((matched, Change::Together(changes)))
    }

    /// Plans the parting of a transaction and a payment. A payment that the match had made is
    /// cancelled with it, unless another transaction says that it came.
    ///
    /// # Errors
    /// [`Error::PartlyRefunded`].
    pub fn plan_unmatch(&self, matched: &Match, now: DateTime<Utc>) -> Result<Change, Error> {
        let mut changes = vec![Change::Unmatched(matched.id)];
        let only = self.matches_of(matched.payment).count() == 1;
        if matched.made && only {
            changes.extend(match matched.payment {
                Matched::Payment(id) => {
                    if self.refunds_from(id).next().is_some() {
                        return Err(Error::PartlyRefunded { payment: id.0 });
                    }
                    self.payment(id).map(|payment| {
                        Change::Payment(Payment {
                            status: PaymentStatus::Cancelled,
                            allocations: Vec::new(),
                            updated_at: now,
                            ..payment.clone()
                        })
                    })
                }
                Matched::BillPayment(id) => self.bill_payment(id).map(|payment| {
                    Change::BillPayment(BillPayment {
                        status: BillPaymentStatus::Cancelled,
                        allocations: Vec::new(),
                        updated_at: now,
                        ..payment.clone()
                    })
                }),
            });
        }
        Ok(Change::Together(changes))
    }

    #[expect(clippy::too_many_arguments, reason = "a match has as many sides")]
    fn matched(
        &self,
        transaction: &Transaction,
        payment: Matched,
        total: Cents,
        amount: Option<Cents>,
        made: bool,
        ids: &mut Ids,
        now: DateTime<Utc>,
    ) -> Result<Match, Error> {
        let taken = self.matches_of(payment).fold(Cents::ZERO, |sum, it| sum.moved_by(it.amount));
        let most = total.minus(taken).unwrap_or(Cents::ZERO);
        let amount = amount.unwrap_or(transaction.unmatched().min(most));
        within(amount, Limit::Unmatched, transaction.unmatched())?;
        within(amount, Limit::Payment, most)?;
        Ok(Match {
            id: MatchId(ids.v4()),
            transaction: transaction.id.clone(),
            payment,
            amount,
            made,
            notes: String::new(),
            created_by: String::new(),
            at: now,
        })
    }

    fn in_base(&self, transaction: &Transaction) -> Result<(), Error> {
        let base = self.business().base_currency;
        if transaction.currency == base {
            return Ok(());
        }
        Err(Error::CurrencyMismatch { sent: transaction.currency.code().to_owned(), base })
    }
}

fn within(amount: Cents, limit: Limit, most: Cents) -> Result<(), Error> {
    if amount > Cents::ZERO && amount <= most {
        return Ok(());
    }
    Err(Error::Exceeds { limit, amount, most })
}

fn fault(place: FaultPlace, kind: FaultKind) -> Error {
    Error::Faults(vec![Fault { place, kind }])
}
