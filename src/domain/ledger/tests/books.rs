//! The ledger under the calls of the model, and its numbers held against the paper's.

use super::model::{Call, Paper, Side, State, as_made};
use super::*;
use crate::domain::{
    BillPaymentPatch, BillStatus, InvoicePatch, LinkId, MatchId, PaymentPatch, RefundId,
};

/// The ledger, and the ids of what the paper numbers.
pub(super) struct Kept {
    ledger: Ledger,
    docs: Vec<Linked>,
    pays: Vec<Matched>,
    backs: Vec<RefundId>,
    matches: Vec<MatchId>,
    links: Vec<LinkId>,
    at: DateTime<Utc>,
}

impl Kept {
    pub(super) fn beginning(paper: &Paper) -> Self {
        let ledger = empty_books();
        let mut kept = Self {
            ledger,
            docs: Vec::new(),
            pays: Vec::new(),
            backs: Vec::new(),
            matches: Vec::new(),
            links: Vec::new(),
            at: NOW,
        };
        for (number, amount) in paper.banks.iter().enumerate() {
            kept.ledger.take(Change::Transaction(transaction(&number.to_string(), *amount, 0)));
        }
        for doc in &paper.docs {
            kept.write(doc.side, doc.total, false).expect("it is plain");
        }
        kept
    }

    pub(super) fn does(&mut self, call: &Call) -> Result<(), Error> {
        self.at += chrono::TimeDelta::seconds(1);
        let (ids, at) = (&mut self.ledger.ids(0), self.at);
        match call {
            Call::Write { side, total, draft } => self.write(*side, *total, *draft)?,
            Call::Send(doc) => {
                let sent = self.ledger.plan_sending(self.invoice(*doc), at)?;
                self.ledger.apply(sent.into());
            }
            Call::Void(doc) => {
                let void = self.ledger.plan_void(self.invoice(*doc), at)?;
                self.ledger.apply(void.into());
            }
            Call::Reprice(doc, total) => {
                let lines = Some(vec![line(*total)]);
                let patch = InvoicePatch { lines, ..InvoicePatch::default() };
                let after = self.ledger.plan_invoice_change(self.invoice(*doc), patch, at)?;
                self.ledger.apply(after.into());
            }
            Call::Pay { side, total, lines, pending } => {
                self.pay(*side, *total, lines, *pending)?;
            }
            Call::Move(pay, to) => self.moves(*pay, *to)?,
            Call::Reallocate(pay, lines) => self.reallocates(*pay, lines)?,
            Call::Cancel(pay) => match self.pays[*pay] {
                Matched::Payment(id) => {
                    let payment = self.ledger.payment(id).expect("it was made");
                    let after = self.ledger.plan_payment_cancel(payment, at)?;
                    self.ledger.apply(after.into());
                }
                Matched::BillPayment(id) => {
                    let payment = self.ledger.bill_payment(id).expect("it was made");
                    let after = self.ledger.plan_bill_payment_cancel(payment, at)?;
                    self.ledger.apply(after.into());
                }
            },
            Call::Refund(doc, amount) => {
                let invoice = self.invoice(*doc).id;
                let amount = amount.map(Cents::new);
                let (id, change) = self.ledger.plan_refund(refund(invoice, amount), ids, at)?;
                self.ledger.apply(change);
                self.backs.push(id);
            }
            Call::SendBack(back, amount) => {
                let refund = self.ledger.refund(self.backs[*back]).expect("it was made");
                let new = refund_payment(Cents::new(*amount));
                let payment = self.ledger.plan_refund_payment(refund, new, ids, at)?;
                self.ledger.apply(payment.into());
            }
            Call::MatchPayment { bank, pay, amount } => {
                self.matches(*bank, None, Some(self.pays[*pay]), *amount)?;
            }
            Call::MatchDoc { bank, doc, amount } => {
                self.matches(*bank, Some(self.docs[*doc]), None, *amount)?;
            }
            Call::Unmatch(tie) => {
                let unknown = Error::NotReconciled;
                let tie = self.ledger.matches().get(&self.matches[*tie]).ok_or(unknown)?;
                let change = self.ledger.plan_unmatch(tie, at)?;
                self.ledger.apply(change);
            }
            Call::Link { bank, doc, amount } => {
                let new = NewLink {
                    document: self.docs[*doc],
                    transaction: TransactionId(bank.to_string()),
                    amount: Cents::new(*amount),
                    paid_on: None,
                };
                let link = self.ledger.plan_link(new, ids, at)?;
                self.links.push(link.id);
                self.ledger.apply(link.into());
            }
            Call::Unlink(link) => {
                let id = self.links[*link];
                self.ledger.links().get(&id).ok_or(Error::NotReconciled)?;
                self.ledger.apply(Change::Unlinked { id, at });
            }
        }
        Ok(())
    }

    fn invoice(&self, doc: usize) -> &Invoice {
        let Linked::Invoice(id) = self.docs[doc] else { panic!("{doc} is a bill") };
        self.ledger.invoice(id).expect("it was written")
    }

    fn write(&mut self, side: Side, total: i64, draft: bool) -> Result<(), Error> {
        let ids = &mut self.ledger.ids(0);
        self.docs.push(match side {
            Side::Receivable => {
                let invoice = self.ledger.plan_invoice(invoice(total, draft), ids, self.at)?;
                let id = invoice.id;
                self.ledger.apply(invoice.into());
                Linked::Invoice(id)
            }
            Side::Payable => {
                let bill = self.ledger.plan_bill(bill(total), ids, self.at)?;
                let id = bill.id;
                self.ledger.apply(bill.into());
                Linked::Bill(id)
            }
        });
        Ok(())
    }

    fn invoice_lines(&self, lines: &[(usize, i64)]) -> Vec<NewAllocation<InvoiceId>> {
        self.lines(lines, InvoiceId)
    }

    fn lines<D>(&self, lines: &[(usize, i64)], id: impl Fn(Uuid) -> D) -> Vec<NewAllocation<D>> {
        let document = |doc: usize| match self.docs[doc] {
            Linked::Invoice(id) => id.0,
            Linked::Bill(id) => id.0,
        };
        let lines = lines.iter().map(|(doc, amount)| NewAllocation {
            document: id(document(*doc)),
            amount: Cents::new(*amount),
            description: String::new(),
        });
        lines.collect()
    }

    fn pay(
        &mut self,
        side: Side,
        total: i64,
        lines: &[(usize, i64)],
        pending: bool,
    ) -> Result<(), Error> {
        let ids = &mut self.ledger.ids(0);
        self.pays.push(match side {
            Side::Receivable => {
                let new =
                    NewPayment { allocations: self.invoice_lines(lines), ..payment(total, &[]) };
                let mut made = self.ledger.plan_payment(new, ids, self.at)?;
                if pending {
                    made.status = PaymentStatus::Pending;
                }
                let id = made.id;
                self.ledger.apply(made.into());
                Matched::Payment(id)
            }
            Side::Payable => {
                let new = bill_payment(total, self.lines(lines, BillId), pending);
                let made = self.ledger.plan_bill_payment(new, ids, self.at)?;
                let id = made.id;
                self.ledger.apply(made.into());
                Matched::BillPayment(id)
            }
        });
        Ok(())
    }

    fn moves(&mut self, pay: usize, to: PaymentStatus) -> Result<(), Error> {
        let (ids, reason) = (&mut self.ledger.ids(0), Some("because".to_owned()));
        match self.pays[pay] {
            Matched::Payment(id) => {
                let (status, failure_reason) = (Some(to), reason);
                let patch = PaymentPatch { status, failure_reason, ..PaymentPatch::default() };
                let payment = self.ledger.payment(id).expect("it was made");
                let after = self.ledger.plan_payment_change(payment, patch, ids, self.at)?;
                self.ledger.apply(after.into());
            }
            Matched::BillPayment(id) => {
                let (status, failure_reason) = (as_made(to), reason);
                let patch =
                    BillPaymentPatch { status, failure_reason, ..BillPaymentPatch::default() };
                let payment = self.ledger.bill_payment(id).expect("it was made");
                let after = self.ledger.plan_bill_payment_change(payment, patch, ids, self.at)?;
                self.ledger.apply(after.into());
            }
        }
        Ok(())
    }

    fn reallocates(&mut self, pay: usize, lines: &[(usize, i64)]) -> Result<(), Error> {
        let ids = &mut self.ledger.ids(0);
        match self.pays[pay] {
            Matched::Payment(id) => {
                let allocations = Some(self.invoice_lines(lines));
                let patch = PaymentPatch { allocations, ..PaymentPatch::default() };
                let payment = self.ledger.payment(id).expect("it was made");
                let after = self.ledger.plan_payment_change(payment, patch, ids, self.at)?;
                self.ledger.apply(after.into());
            }
            Matched::BillPayment(id) => {
                let allocations = Some(self.lines(lines, BillId));
                let patch = BillPaymentPatch { allocations, ..BillPaymentPatch::default() };
                let payment = self.ledger.bill_payment(id).expect("it was made");
                let after = self.ledger.plan_bill_payment_change(payment, patch, ids, self.at)?;
                self.ledger.apply(after.into());
            }
        }
        Ok(())
    }

    fn matches(
        &mut self,
        bank: usize,
        document: Option<Linked>,
        payment: Option<Matched>,
        amount: Option<i64>,
    ) -> Result<(), Error> {
        let ids = &mut self.ledger.ids(0);
        let bank = TransactionId(bank.to_string());
        let transaction = self.ledger.transaction(&bank).expect("it is there");
        let (matched, change) = match (document, payment) {
            (Some(Linked::Invoice(id)), _) => {
                let new = new_match(None, Some(id), amount);
                self.ledger.plan_match(transaction, new, ids, self.at)?
            }
            (Some(Linked::Bill(id)), _) => {
                let new = new_match(None, Some(id), amount);
                self.ledger.plan_bill_match(transaction, new, ids, self.at)?
            }
            (None, Some(Matched::Payment(id))) => {
                let new = new_match(Some(id), None, amount);
                self.ledger.plan_match(transaction, new, ids, self.at)?
            }
            (None, Some(Matched::BillPayment(id))) => {
                let new = new_match(Some(id), None, amount);
                self.ledger.plan_bill_match(transaction, new, ids, self.at)?
            }
            (None, None) => panic!("a match is with something"),
        };
        self.ledger.apply(change);
        self.matches.push(matched.id);
        if matched.made {
            self.pays.push(matched.payment);
        }
        Ok(())
    }

    /// After every eighth call: writes the books down in full, and goes on with what is read back,
    /// the same books.
    pub(super) fn turns_the_page(&mut self) {
        if self.at.timestamp() % 8 != 0 {
            return;
        }
        let text = serde_json::to_string(&self.ledger.records()).expect("plain data");
        let records = serde_json::from_str(&text).expect("what was written reads");
        let (business, changes) = (self.ledger.business().clone(), self.ledger.changes());
        let read = Ledger::restore(business, &records, changes).expect("the books add up");
        assert_eq!(read, self.ledger);
        self.ledger = read;
    }

    /// Holds every number against the paper's.
    pub(super) fn agrees(&self, paper: &Paper) {
        assert_eq!(self.ledger.audit(), Ok(()));
        let cents = Cents::new;
        let mut owed = 0;
        for (number, (id, doc)) in self.docs.iter().zip(&paper.docs).enumerate() {
            let (total, paid) = (doc.total, paper.paid(number));
            let settled = paid >= total;
            match id {
                Linked::Invoice(id) => {
                    let invoice = self.ledger.invoice(*id).expect("it was written");
                    let refunded = paper.refunded(number);
                    let status = match doc.state {
                        State::Draft => InvoiceStatus::Draft,
                        State::Void => InvoiceStatus::Void,
                        State::Open if refunded >= total => InvoiceStatus::Refunded,
                        State::Open if settled => InvoiceStatus::Paid,
                        State::Open if paid > 0 => InvoiceStatus::PartiallyPaid,
                        State::Open => InvoiceStatus::Sent,
                    };
                    assert_eq!((invoice.status(), invoice.total), (status, cents(total)));
                    assert_eq!(
                        (invoice.allocated, invoice.refunded),
                        (cents(paid), cents(refunded))
                    );
                    assert_eq!(invoice.outstanding(), cents(paper.outstanding(number)));
                    let open = doc.state == State::Open;
                    assert_eq!(invoice.paid_at.is_some(), open && settled, "{invoice:?}");
                    owed += if open { paper.outstanding(number) } else { 0 };
                    let lines = paper.pays.iter().filter(|pay| {
                        pay.side == Side::Receivable && pay.lines.iter().any(|it| it.0 == number)
                    });
                    assert_eq!(self.ledger.payments_of(*id).count(), lines.count());
                }
                Linked::Bill(id) => {
                    let bill = self.ledger.bill(*id).expect("it was written");
                    let status = match paid {
                        _ if settled => BillStatus::Paid,
                        0 => BillStatus::Received,
                        _ => BillStatus::PartiallyPaid,
                    };
                    assert_eq!((bill.status(), bill.allocated), (status, cents(paid)));
                    assert_eq!(bill.paid_at.is_some(), settled, "{bill:?}");
                }
            }
        }
        assert_eq!(self.ledger.owed_by(CUSTOMER), cents(owed));
        let counted = InvoiceStatus::ALL.map(|status| self.ledger.invoices_in(status));
        assert_eq!(counted.iter().sum::<usize>(), self.ledger.invoices().len());
        for status in InvoiceStatus::ALL {
            let in_status = self.ledger.invoices().iter().filter(|it| it.status() == status);
            assert_eq!(self.ledger.invoices_in(status), in_status.count());
        }
        self.payments_agree(paper);
        for (number, amount) in paper.banks.iter().enumerate() {
            let bank = self.ledger.transaction(&TransactionId(number.to_string()));
            let bank = bank.expect("it is there");
            let (matched, linked) = (paper.matched_with(number), paper.linked_with(number));
            assert_eq!((bank.matched, bank.allocated()), (cents(matched), cents(linked)));
            assert_eq!(bank.remaining(), cents(amount.abs() - linked));
            assert_eq!(bank.matched_at.is_some(), matched > 0);
        }
        for (id, back) in self.backs.iter().zip(&paper.backs) {
            let refund = self.ledger.refund(*id).expect("it was made");
            assert_eq!((refund.amount, refund.sent), (cents(back.amount), cents(back.sent)));
        }
    }

    fn payments_agree(&self, paper: &Paper) {
        for (number, (id, pay)) in self.pays.iter().zip(&paper.pays).enumerate() {
            let allocated: i64 = pay.lines.iter().map(|line| line.1).sum();
            let left = pay.total - allocated;
            match id {
                Matched::Payment(id) => {
                    let payment = self.ledger.payment(*id).expect("it was made");
                    assert_eq!(payment.status, pay.status);
                    assert_eq!(payment.allocated(), Cents::new(allocated));
                    assert_eq!(payment.unallocated(), Cents::new(left));
                    let given = self.ledger.refunded_of(payment);
                    assert_eq!(given, Cents::new(paper.given_back(number)));
                }
                Matched::BillPayment(id) => {
                    let payment = self.ledger.bill_payment(*id).expect("it was made");
                    assert_eq!(Some(payment.status), as_made(pay.status));
                    assert_eq!(payment.unallocated(), Cents::new(left));
                }
            }
        }
        let received = paper.pays.iter().filter(|pay| pay.side == Side::Receivable).count();
        let filter = PaymentFilter::default();
        let page =
            self.ledger.payment_page(&filter, PaymentSort::Amount, Order::Ascending, 0, 1000);
        assert_eq!((page.total, page.items.len()), (received, received));
        assert!(page.items.windows(2).all(|two| two[0].total <= two[1].total));
    }
}
