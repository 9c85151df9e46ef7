//! The rules for matching bank transactions with payments.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::Ledger;
use crate::domain::{
    Bill, BillId, BillPayment, BillPaymentId, BillPaymentStatus, Cents, Change, Error, Fault,
    FaultKind, FaultPlace, Ids, Invoice, InvoiceId, Limit, Match, MatchId, Matched, NewAllocation,
    NewBillPayment, NewPayment, Payment, PaymentId, PaymentMethod, PaymentStatus, Transaction,
};

/// Which match somebody means; what is `None` is not said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WhichMatch<PaymentId, Document> {
    /// The match itself.
    pub link: Option<MatchId>,
    /// The payment.
    pub payment: Option<PaymentId>,
    /// What the payment goes to.
    pub document: Option<Document>,
}

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
    /// [`Error::Faults`], [`Error::Withdrawal`], [`Error::CurrencyMismatch`],
    /// [`Error::AlreadyReconciled`], [`Error::NotReconcilable`], [`Error::Exceeds`], and those of
    /// [`Ledger::plan_payment`] in [`Error::InMatch`].
    pub fn plan_match(
        &self,
        transaction: &Transaction,
        new: NewMatch<PaymentId, InvoiceId>,
        ids: &mut Ids,
        now: DateTime<Utc>,
    ) -> Result<(Match, Change), Error> {
        let payment = new.payment.map(|id| (id.0, self.payment(id)));
        let invoice = new.document.map(|id| (id.0, self.invoice(id)));
        let places = (FaultPlace::ThePayment, FaultPlace::TheInvoice);
        let (payment, invoice) = known(places, payment, invoice)?;
        if transaction.amount < Cents::ZERO {
            return Err(Error::Withdrawal { amount: transaction.amount });
        }
        self.in_base(transaction)?;
        let (payment, made) = match (payment, invoice) {
            (Some(payment), _) => (payment.clone(), false),
            (None, Some(invoice)) => {
                let total = to_make(transaction, new.amount, invoice.outstanding())?;
                let payment = deposited(transaction, invoice, total, &new);
                let planned = self.plan_payment(payment, ids, now).map_err(in_match)?;
                (planned, true)
            }
            (None, None) => return Err(fault(FaultPlace::TheInvoice, FaultKind::Required)),
        };
        let (id, total) = (Matched::Payment(payment.id), payment.total);
        if matches!(payment.status, PaymentStatus::Failed | PaymentStatus::Cancelled) {
            return Err(Error::NotReconcilable { payment: id.id(), status: payment.status.word() });
        }
        let amount = self.to_match(transaction, id, total, new.amount)?;
        let (transaction, id_of_match) = (transaction.id.clone(), MatchId(ids.v4()));
        let (notes, created_by) = (new.notes, new.created_by);
        let matched = Match {
            id: id_of_match,
            transaction,
            payment: id,
            amount,
            made,
            notes,
            created_by,
            at: now,
        };
        let made = made.then_some(Change::Payment(payment));
        let changes = made.into_iter().chain([matched.clone().into()]).collect();
        Ok((matched, Change::Together(changes)))
    }

    /// Plans the match of a withdrawal with a payment made, which it makes where there is none.
    ///
    /// # Errors
    /// [`Error::Deposit`] for [`Error::Withdrawal`], and as [`Ledger::plan_match`].
    pub fn plan_bill_match(
        &self,
        transaction: &Transaction,
        new: NewMatch<BillPaymentId, BillId>,
        ids: &mut Ids,
        now: DateTime<Utc>,
    ) -> Result<(Match, Change), Error> {
        let payment = new.payment.map(|id| (id.0, self.bill_payment(id)));
        let bill = new.document.map(|id| (id.0, self.bill(id)));
        let places = (FaultPlace::TheBillPayment, FaultPlace::TheBill);
        let (payment, bill) = known(places, payment, bill)?;
        if transaction.amount >= Cents::ZERO {
            return Err(Error::Deposit { amount: transaction.amount });
        }
        self.in_base(transaction)?;
        let (payment, made) = match (payment, bill) {
            (Some(payment), _) => (payment.clone(), false),
            (None, Some(bill)) => {
                let total = to_make(transaction, new.amount, bill.outstanding())?;
                let payment = withdrawn(transaction, bill, total, &new);
                let planned = self.plan_bill_payment(payment, ids, now).map_err(in_match)?;
                (planned, true)
            }
            (None, None) => return Err(fault(FaultPlace::TheBill, FaultKind::Required)),
        };
        let (id, total) = (Matched::BillPayment(payment.id), payment.total);
        let dead = [BillPaymentStatus::Failed, BillPaymentStatus::Cancelled];
        if dead.contains(&payment.status) {
            return Err(Error::NotReconcilable { payment: id.id(), status: payment.status.word() });
        }
        let amount = self.to_match(transaction, id, total, new.amount)?;
        let (transaction, id_of_match) = (transaction.id.clone(), MatchId(ids.v4()));
        let (notes, created_by) = (new.notes, new.created_by);
        let matched = Match {
            id: id_of_match,
            transaction,
            payment: id,
            amount,
            made,
            notes,
            created_by,
            at: now,
        };
        let made = made.then_some(Change::BillPayment(payment));
        let changes = made.into_iter().chain([matched.clone().into()]).collect();
        Ok((matched, Change::Together(changes)))
    }

    /// The match of a transaction with a payment received that is meant; the last of several.
    ///
    /// # Errors
    /// [`Error::Faults`] and [`Error::NotReconciled`].
    pub fn match_meant(
        &self,
        transaction: &Transaction,
        which: WhichMatch<PaymentId, InvoiceId>,
    ) -> Result<&Match, Error> {
        let payment = which.payment.map(|id| (id.0, self.payment(id)));
        let invoice = which.document.map(|id| (id.0, self.invoice(id)));
        let places = (FaultPlace::ThePayment, FaultPlace::TheInvoice);
        let (payment, invoice) = known(places, payment, invoice)?;
        if (payment, invoice, which.link) == (None, None, None) {
            return Err(fault(FaultPlace::TheInvoice, FaultKind::Required));
        }
        self.last_match(transaction, which.link, |matched| {
            let Matched::Payment(id) = matched else { return false };
            let goes_to = |id, document| {
                let lines = self.payment(id).into_iter().flat_map(|it| &it.allocations);
                lines.into_iter().any(|line| line.document == document)
            };
            payment.is_none_or(|payment| payment.id == id)
                && invoice.is_none_or(|invoice| goes_to(id, invoice.id))
        })
    }

    /// The match of a transaction with a payment made that is meant; the last of several.
    ///
    /// # Errors
    /// As [`Ledger::match_meant`].
    pub fn bill_match_meant(
        &self,
        transaction: &Transaction,
        which: WhichMatch<BillPaymentId, BillId>,
    ) -> Result<&Match, Error> {
        let payment = which.payment.map(|id| (id.0, self.bill_payment(id)));
        let bill = which.document.map(|id| (id.0, self.bill(id)));
        let places = (FaultPlace::TheBillPayment, FaultPlace::TheBill);
        let (payment, bill) = known(places, payment, bill)?;
        if (payment, bill, which.link) == (None, None, None) {
            return Err(fault(FaultPlace::TheBill, FaultKind::Required));
        }
        self.last_match(transaction, which.link, |matched| {
            let Matched::BillPayment(id) = matched else { return false };
            let goes_to = |id, document| {
                let lines = self.bill_payment(id).into_iter().flat_map(|it| &it.allocations);
                lines.into_iter().any(|line| line.document == document)
            };
            payment.is_none_or(|payment| payment.id == id)
                && bill.is_none_or(|bill| goes_to(id, bill.id))
        })
    }

    fn last_match(
        &self,
        transaction: &Transaction,
        link: Option<MatchId>,
        meant: impl Fn(Matched) -> bool,
    ) -> Result<&Match, Error> {
        let matches = self.matches_with(&transaction.id);
        let matches = matches.filter(|it| link.is_none_or(|link| link == it.id));
        let meant = matches.filter(|it| meant(it.payment));
        meant.max_by_key(|it| (it.at, it.id)).ok_or(Error::NotReconciled)
    }

    /// Plans the parting of a transaction and a payment. A payment that the match had made is
    /// cancelled with it, unless another transaction says that it came.
    ///
    /// # Errors
    /// [`Error::Settled`] and [`Error::PartlyRefunded`].
    pub fn plan_unmatch(&self, matched: &Match, now: DateTime<Utc>) -> Result<Change, Error> {
        let mut changes = vec![Change::Unmatched(matched.id)];
        let only = self.matches_of(matched.payment).count() == 1;
        if matched.made && only {
            changes.extend(match matched.payment {
                Matched::Payment(id) => {
                    if let Some(payout) = self.live_payouts_of(id).next() {
                        return Err(Error::Settled { payment: id.0, payout: payout.id.0 });
                    }
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

    /// How much of both a match takes: what was asked for, or as much as both have.
    fn to_match(
        &self,
        transaction: &Transaction,
        payment: Matched,
        total: Cents,
        amount: Option<Cents>,
    ) -> Result<Cents, Error> {
        let taken = self.matches_of(payment).fold(Cents::ZERO, |sum, it| sum.moved_by(it.amount));
        let (left, most) = (transaction.unmatched(), total.minus(taken).unwrap_or(Cents::ZERO));
        if amount.is_none() {
            for (left, payment) in [(left, None), (most, Some(payment.id()))] {
                if left <= Cents::ZERO {
                    return Err(Error::AlreadyReconciled { payment });
                }
            }
        }
        let amount = amount.unwrap_or(left.min(most));
        within(amount, Limit::Unmatched, left)?;
        within(amount, Limit::Payment, most)?;
        Ok(amount)
    }

    fn in_base(&self, transaction: &Transaction) -> Result<(), Error> {
        let base = self.business().base_currency;
        if transaction.currency == base {
            return Ok(());
        }
        Err(Error::CurrencyMismatch { sent: transaction.currency.code().to_owned(), base })
    }
}

/// What comes to a payment that a match makes: what was asked for, or what the document has
/// outstanding as far as the transaction has it. Of a document with nothing outstanding all of the
/// transaction, which the rules for payments then refuse with its numbers.
fn to_make(
    transaction: &Transaction,
    amount: Option<Cents>,
    outstanding: Cents,
) -> Result<Cents, Error> {
    let left = transaction.unmatched();
    if amount.is_none() && left == Cents::ZERO {
        return Err(Error::AlreadyReconciled { payment: None });
    }
    let open = if outstanding > Cents::ZERO { outstanding } else { left };
    let total = amount.unwrap_or(left.min(open));
    within(total, Limit::Unmatched, left)?;
    Ok(total)
}

/// The payment that a deposit is found to be.
fn deposited(
    transaction: &Transaction,
    invoice: &Invoice,
    total: Cents,
    new: &NewMatch<PaymentId, InvoiceId>,
) -> NewPayment {
    let document = invoice.id;
    NewPayment {
        customer: invoice.customer,
        total,
        currency: None,
        date: transaction.date,
        method: new.method,
        reference: new.reference.clone(),
        external_id: String::new(),
        bank_reference: transaction.description.clone().unwrap_or_default(),
        processor_reference: String::new(),
        processor: String::new(),
        fee: Cents::ZERO,
        note: new.notes.clone(),
        metadata: String::new(),
        idempotency_key: None,
        allocations: vec![NewAllocation { document, amount: total, description: String::new() }],
    }
}

/// The payment that a withdrawal is found to be. One by check has the bank's text for its number.
fn withdrawn(
    transaction: &Transaction,
    bill: &Bill,
    total: Cents,
    new: &NewMatch<BillPaymentId, BillId>,
) -> NewBillPayment {
    let text = transaction.description.clone().unwrap_or_default();
    let number = if text.is_empty() { transaction.id.0.clone() } else { text.clone() };
    let check = new.method == PaymentMethod::Check;
    NewBillPayment {
        vendor: bill.vendor,
        total,
        currency: transaction.currency.code().to_owned(),
        date: transaction.date,
        method: new.method,
        status: BillPaymentStatus::Completed,
        reference: new.reference.clone(),
        external_id: String::new(),
        check_number: if check { number } else { String::new() },
        description: text,
        memo: new.notes.clone(),
        fee: Cents::ZERO,
        metadata: String::new(),
        allocations: vec![NewAllocation {
            document: bill.id,
            amount: total,
            description: String::new(),
        }],
    }
}

/// A payment and a document that were named, each as far as it was.
type Known<'a, P, D> = (Option<&'a P>, Option<&'a D>);

/// What was named, or each of both that the books do not have.
fn known<'a, P, D>(
    places: (FaultPlace, FaultPlace),
    payment: Option<(Uuid, Option<&'a P>)>,
    document: Option<(Uuid, Option<&'a D>)>,
) -> Result<Known<'a, P, D>, Error> {
    let unknown = |place, id| Fault { place, kind: FaultKind::Unknown(id) };
    let payments = payment.filter(|(_, it)| it.is_none()).map(|(id, _)| unknown(places.0, id));
    let documents = document.filter(|(_, it)| it.is_none()).map(|(id, _)| unknown(places.1, id));
    let faults: Vec<_> = payments.into_iter().chain(documents).collect();
    if faults.is_empty() {
        return Ok((payment.and_then(|(_, it)| it), document.and_then(|(_, it)| it)));
    }
    Err(Error::Faults(faults))
}

fn in_match(error: Error) -> Error {
    Error::InMatch(Box::new(error))
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
