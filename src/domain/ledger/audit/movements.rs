//! What must hold of payments, links, refunds, matches and settlements: that what they name is
//! there, fits, and is not given out twice.

use std::collections::BTreeSet;
use std::fmt::Display;

use uuid::Uuid;

use super::{Held, at_most, hold, known, positive, sum_of};
use crate::domain::ledger::Ledger;
use crate::domain::ledger::plan_payout::is_live;
use crate::domain::ledger::plan_refund::has_come;
use crate::domain::{
    Allocation, BillLifecycle, BillPayment, BillPaymentStatus, Cents, Currency, InvoiceLifecycle,
    Linked, LinkedPayment, Match, Matched, Payment, PaymentStatus, Payout, Refund, RefundPayment,
};

/// A document, as far as whoever pays it must know it.
struct Payable<Owner> {
    what: &'static str,
    owner: Owner,
    currency: Currency,
    open: bool,
}

impl Ledger {
    pub(super) fn payment_holds(&self, it: &Payment) -> Held {
        known(self.customer(it.customer), "customer", "customer", it.customer)?;
        self.base(it.currency)?;
        let dead = matches!(it.status, PaymentStatus::Failed | PaymentStatus::Cancelled);
        covers(it.total, dead, &it.allocations)?;
        each_line(&it.allocations, it.customer, it.currency, "invoice", |id| {
            let invoice = self.invoice(id)?;
            let open = invoice.lifecycle == InvoiceLifecycle::Sent;
            let (owner, currency) = (invoice.customer, invoice.currency);
            Some(Payable { what: "customer", owner, currency, open })
        })?;
        let whole = self.refunded_of(it) >= it.total;
        hold(!whole || it.status == PaymentStatus::Refunded, "status", || {
            format!("{} is given back whole, so it is refunded", it.total)
        })?;
        self.matched_at_most(Matched::Payment(it.id), it.total, dead)
    }

    pub(super) fn bill_payment_holds(&self, it: &BillPayment) -> Held {
        known(self.vendor(it.vendor), "vendor", "vendor", it.vendor)?;
        self.base(it.currency)?;
        let dead = matches!(it.status, BillPaymentStatus::Failed | BillPaymentStatus::Cancelled);
        covers(it.total, dead, &it.allocations)?;
        each_line(&it.allocations, it.vendor, it.currency, "bill", |id| {
            let bill = self.bill(id)?;
            let open = bill.lifecycle == BillLifecycle::Received;
            let (owner, currency) = (bill.vendor, bill.currency);
            Some(Payable { what: "vendor", owner, currency, open })
        })?;
        self.matched_at_most(Matched::BillPayment(it.id), it.total, dead)
    }

    fn matched_at_most(&self, payment: Matched, total: Cents, dead: bool) -> Held {
        let parts = || self.matches_of(payment).map(|it| it.amount);
        hold(!dead || parts().next().is_none(), "status", || {
            "a payment that did not come is matched with no bank transaction".to_owned()
        })?;
        hold(Cents::sum(parts()).is_some_and(|sum| sum <= total), "total", || {
            format!("{total} is less than what bank transactions are matched with it for")
        })
    }

    pub(super) fn link_holds(&self, it: &LinkedPayment) -> Held {
        let (open, currency) = match it.document {
            Linked::Invoice(id) => {
                let invoice = known(self.invoice(id), "document", "invoice", id)?;
                (invoice.lifecycle == InvoiceLifecycle::Sent, invoice.currency)
            }
            Linked::Bill(id) => {
                let bill = known(self.bill(id), "document", "bill", id)?;
                (bill.lifecycle == BillLifecycle::Received, bill.currency)
            }
        };
        hold(open, "document", closed)?;
        let found = self.transaction(&it.transaction);
        let transaction = known(found, "transaction", "bank transaction", &it.transaction)?;
        hold(transaction.currency == currency, "transaction", || {
            format!("a transaction in {} cannot pay in {currency}", transaction.currency)
        })?;
        let gives = matches!(it.document, Linked::Bill(_)) || transaction.amount >= Cents::ZERO;
        let problem = || "a withdrawal has nothing to give to an invoice".to_owned();
        hold(gives, "transaction", problem)?;
        positive("amount", it.amount)
    }

    pub(super) fn match_holds(&self, it: &Match) -> Held {
        let found = self.transaction(&it.transaction);
        let transaction = known(found, "transaction", "bank transaction", &it.transaction)?;
        let deposit = transaction.amount >= Cents::ZERO;
        let came = match it.payment {
            Matched::Payment(id) => {
                known(self.payment(id), "payment", "payment", id).map(|_| true)?
            }
            Matched::BillPayment(id) => {
                known(self.bill_payment(id), "payment", "bill payment", id).map(|_| false)?
            }
        };
        hold(deposit == came, "payment", || {
            "a deposit is a payment that came, a withdrawal a bill payment".to_owned()
        })?;
        positive("amount", it.amount)
    }

    pub(super) fn refund_holds(&self, it: &Refund) -> Held {
        let invoice = known(self.invoice(it.invoice), "invoice", "invoice", it.invoice)?;
        hold(it.customer == invoice.customer, "customer", || {
            format!("the invoice belongs to customer {}", invoice.customer)
        })?;
        positive("amount", it.amount)?;
        sum_of("amount", it.amount, it.sources.iter().map(|it| it.amount), "its sources")?;
        for (position, source) in it.sources.iter().enumerate() {
            let at = |field| format!("sources/{position}/{field}");
            let found = self.payment(source.payment);
            let payment = known(found, at("payment"), "payment", source.payment)?;
            hold(has_come(payment), at("payment"), did_not_come)?;
            positive(at("amount"), source.amount)?;
            let lines = payment.allocations.iter().filter(|line| line.document == it.invoice);
            let brought = lines.fold(Cents::ZERO, |sum, line| sum.moved_by(line.amount));
            let refunds = self.refunds_of(it.invoice).flat_map(|refund| &refund.sources);
            let given = refunds.filter(|other| other.payment == source.payment);
            let given = Cents::sum(given.map(|other| other.amount));
            at_most(at("amount"), given, brought, "what the payment brought the invoice")?;
        }
        let sent = self.payments_of_refund(it.id).map(|payment| payment.amount);
        let sent = sum_of("sent", it.sent, sent, "its payments")?;
        at_most("sent", Some(sent), it.amount, "the refund")
    }

    pub(super) fn refund_payment_holds(&self, it: &RefundPayment) -> Held {
        known(self.refund(it.refund), "refund", "refund", it.refund)?;
        positive("amount", it.amount)
    }

    /// `settled` is what the settlements before this one have settled.
    pub(super) fn payout_holds(&self, it: &Payout, settled: &mut BTreeSet<Uuid>) -> Held {
        self.base(it.currency)?;
        let live = is_live(it);
        for (position, id) in it.payments.iter().enumerate() {
            let at = format!("payments/{position}");
            let payment = known(self.payment(*id), at.clone(), "payment", id)?;
            hold(!live || has_come(payment), at.clone(), did_not_come)?;
            hold(!live || settled.insert(id.0), at, || settled_twice(id))?;
        }
        for (position, id) in it.refund_payments.iter().enumerate() {
            let at = format!("refund_payments/{position}");
            known(self.refund_payments().get(id), at.clone(), "refund payment", id)?;
            hold(!live || settled.insert(id.0), at, || settled_twice(id))?;
        }
        let problem = || "its amounts together are more than 64 bits of cents".to_owned();
        hold(self.settled(it).is_some(), "paid_out", problem)
    }
}

/// That a payment has what it allocates.
fn covers<D>(total: Cents, dead: bool, lines: &[Allocation<D>]) -> Held {
    positive("total", total)?;
    hold(!dead || lines.is_empty(), "allocations", || {
        "a failed or cancelled payment has given its allocations back".to_owned()
    })?;
    let allocated = Cents::sum(lines.iter().map(|line| line.amount));
    at_most("allocations", allocated, total, "the payment")
}

fn each_line<D: Copy + Ord + Display, Owner: Copy + PartialEq + Display>(
    lines: &[Allocation<D>],
    payer: Owner,
    currency: Currency,
    kind: &'static str,
    document: impl Fn(D) -> Option<Payable<Owner>>,
) -> Held {
    let mut seen = BTreeSet::new();
    for (position, line) in lines.iter().enumerate() {
        let at = |field| format!("allocations/{position}/{field}");
        let payable = known(document(line.document), at("document"), kind, line.document)?;
        hold(payable.owner == payer, at("document"), || {
            format!("the {kind} belongs to {} {}", payable.what, payable.owner)
        })?;
        hold(payable.open, at("document"), closed)?;
        hold(payable.currency == currency, at("document"), || {
            format!("a payment in {currency} cannot pay in {}", payable.currency)
        })?;
        hold(seen.insert(line.document), at("document"), || {
            format!("the {kind} is named twice; it may be named once")
        })?;
        positive(at("amount"), line.amount)?;
    }
    Ok(())
}

fn closed() -> String {
    "a draft, void or written off one takes no payments".to_owned()
}

fn did_not_come() -> String {
    "the payment did not come".to_owned()
}

fn settled_twice(id: impl Display) -> String {
    format!("{id} is settled twice; only settlements that failed do not count")
}
