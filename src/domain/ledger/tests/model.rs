//! The books once more, as a person would keep them on paper: lists of what happened, and every
//! number added up anew. Slow, small, and written without a look at the ledger.

use crate::domain::{BillPaymentStatus, PaymentStatus};

/// Money in, and money out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Receivable,
    Payable,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    Draft,
    Open,
    Void,
}

#[derive(Debug, Clone)]
pub(super) struct Doc {
    pub(super) side: Side,
    pub(super) total: i64,
    pub(super) state: State,
}

#[derive(Debug, Clone)]
pub(super) struct Pay {
    pub(super) side: Side,
    pub(super) total: i64,
    pub(super) status: PaymentStatus,
    /// Which document, and how much.
    pub(super) lines: Vec<(usize, i64)>,
}

#[derive(Debug, Clone)]
pub(super) struct Back {
    pub(super) doc: usize,
    pub(super) amount: i64,
    pub(super) sent: i64,
    /// Which payment, and how much.
    pub(super) parts: Vec<(usize, i64)>,
}

/// A bank transaction's match with a payment, or its link to a document.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tie {
    pub(super) bank: usize,
    pub(super) to: usize,
    pub(super) amount: i64,
    pub(super) made: bool,
    pub(super) live: bool,
}

/// What somebody asks for. Numbers name things in the order in which they came.
#[derive(Debug, Clone)]
pub(super) enum Call {
    Write { side: Side, total: i64, draft: bool },
    Send(usize),
    Void(usize),
    Reprice(usize, i64),
    Pay { side: Side, total: i64, lines: Vec<(usize, i64)>, pending: bool },
    Move(usize, PaymentStatus),
    Reallocate(usize, Vec<(usize, i64)>),
    Cancel(usize),
    Refund(usize, Option<i64>),
    SendBack(usize, i64),
    MatchPayment { bank: usize, pay: usize, amount: Option<i64> },
    MatchDoc { bank: usize, doc: usize, amount: Option<i64> },
    Unmatch(usize),
    Link { bank: usize, doc: usize, amount: i64 },
    Unlink(usize),
}

/// The paper.
#[derive(Debug, Clone, Default)]
pub(super) struct Paper {
    pub(super) docs: Vec<Doc>,
    pub(super) pays: Vec<Pay>,
    pub(super) backs: Vec<Back>,
    pub(super) matches: Vec<Tie>,
    pub(super) links: Vec<Tie>,
    /// Positive for a deposit, negative for a withdrawal.
    pub(super) banks: Vec<i64>,
    /// Whether the last call was allowed.
    pub(super) allowed: bool,
}

impl Paper {
    pub(super) fn paid(&self, doc: usize) -> i64 {
        let lines = self.pays.iter().flat_map(|pay| &pay.lines).filter(|line| line.0 == doc);
        let tied = self.links.iter().filter(|link| link.live && link.to == doc);
        lines.map(|line| line.1).sum::<i64>() + tied.map(|link| link.amount).sum::<i64>()
    }

    pub(super) fn outstanding(&self, doc: usize) -> i64 {
        (self.docs[doc].total - self.paid(doc)).max(0)
    }

    pub(super) fn refunded(&self, doc: usize) -> i64 {
        self.backs.iter().filter(|back| back.doc == doc).map(|back| back.amount).sum()
    }

    pub(super) fn given_back(&self, pay: usize) -> i64 {
        let parts = self.backs.iter().flat_map(|back| &back.parts);
        parts.filter(|part| part.0 == pay).map(|part| part.1).sum()
    }

    pub(super) fn matched_of(&self, pay: usize) -> i64 {
        let live = self.matches.iter().filter(|tie| tie.live && tie.to == pay);
        live.map(|tie| tie.amount).sum()
    }

    pub(super) fn matched_with(&self, bank: usize) -> i64 {
        let live = self.matches.iter().filter(|tie| tie.live && tie.bank == bank);
        live.map(|tie| tie.amount).sum()
    }

    pub(super) fn linked_with(&self, bank: usize) -> i64 {
        let live = self.links.iter().filter(|tie| tie.live && tie.bank == bank);
        live.map(|tie| tie.amount).sum()
    }

    /// What is asked, done or left.
    pub(super) fn after(&self, call: &Call) -> Self {
        let mut after = self.clone();
        if after.does(call).is_some() {
            return Self { allowed: true, ..after };
        }
        Self { allowed: false, ..self.clone() }
    }

    fn does(&mut self, call: &Call) -> Option<()> {
        match call {
            Call::Write { side, total, draft } => {
                let draft = *draft && *side == Side::Receivable;
                let state = if draft { State::Draft } else { State::Open };
                self.docs.push(Doc { side: *side, total: *total, state });
            }
            Call::Send(doc) => {
                (self.docs[*doc].state == State::Draft).then_some(())?;
                self.docs[*doc].state = State::Open;
            }
            Call::Void(doc) => {
                (self.docs[*doc].state != State::Void && self.paid(*doc) == 0).then_some(())?;
                self.docs[*doc].state = State::Void;
            }
            Call::Reprice(doc, total) => {
                let given_back_whole = self.refunded(*doc) >= self.docs[*doc].total;
                let open = self.docs[*doc].state != State::Void && !given_back_whole;
                (open && *total >= self.paid(*doc)).then_some(())?;
                self.docs[*doc].total = *total;
            }
            Call::Pay { side, total, lines, pending } => {
                self.fits(*side, *total, lines)?;
                let status =
                    if *pending { PaymentStatus::Pending } else { PaymentStatus::Completed };
                self.pays.push(Pay { side: *side, total: *total, status, lines: lines.clone() });
            }
            Call::Move(pay, to) => self.moves(*pay, *to)?,
            Call::Reallocate(pay, lines) => self.reallocates(*pay, lines)?,
            Call::Cancel(pay) => {
                let status = self.pays[*pay].status;
                matches!(status, PaymentStatus::Pending | PaymentStatus::Failed).then_some(())?;
                self.ends(*pay, PaymentStatus::Cancelled)?;
            }
            Call::Refund(doc, amount) => self.refunds(*doc, *amount)?,
            Call::SendBack(back, amount) => {
                let back = &mut self.backs[*back];
                (*amount <= back.amount - back.sent).then_some(())?;
                back.sent += amount;
            }
            Call::MatchPayment { bank, pay, amount } => {
                self.ties(*bank, *pay, *amount, false)?;
            }
            Call::MatchDoc { bank, doc, amount } => {
                let side = self.docs[*doc].side;
                let left = self.banks[*bank].abs() - self.matched_with(*bank);
                let total = amount.unwrap_or(left.min(self.outstanding(*doc)));
                ((self.banks[*bank] >= 0) == (side == Side::Receivable)).then_some(())?;
                (1..=left).contains(&total).then_some(())?;
                let lines = vec![(*doc, total)];
                self.fits(side, total, &lines)?;
                self.pays.push(Pay { side, total, status: PaymentStatus::Completed, lines });
                self.ties(*bank, self.pays.len() - 1, *amount, true)?;
            }
            Call::Unmatch(tie) => self.unmatches(*tie)?,
            Call::Link { bank, doc, amount } => {
                let Doc { side, state, .. } = self.docs[*doc];
                (state == State::Open).then_some(())?;
                (side == Side::Payable || self.banks[*bank] >= 0).then_some(())?;
                (*amount <= self.banks[*bank].abs() - self.linked_with(*bank)).then_some(())?;
                let (bank, to, amount) = (*bank, *doc, *amount);
                self.links.push(Tie { bank, to, amount, made: false, live: true });
            }
            Call::Unlink(link) => {
                self.links[*link].live.then_some(())?;
                self.links[*link].live = false;
            }
        }
        Some(())
    }

    /// Whether a payment may go to these documents.
    fn fits(&self, side: Side, total: i64, lines: &[(usize, i64)]) -> Option<()> {
        let mut seen: Vec<_> = lines.iter().map(|line| line.0).collect();
        seen.sort_unstable();
        seen.dedup();
        let open = |doc: usize| self.docs[doc].state == State::Open && self.docs[doc].side == side;
        let fits = seen.len() == lines.len()
            && lines.iter().all(|(doc, amount)| open(*doc) && *amount <= self.outstanding(*doc))
            && lines.iter().map(|line| line.1).sum::<i64>() <= total;
        fits.then_some(())
    }

    fn moves(&mut self, pay: usize, to: PaymentStatus) -> Option<()> {
        use PaymentStatus::{Cancelled, Completed, Failed, Pending, Processing};
        let from = self.pays[pay].status;
        match (from, to) {
            _ if from == to => Some(()),
            (Pending, Failed | Cancelled) | (Processing, Failed) => self.ends(pay, to),
            (Pending, Processing | Completed) | (Processing, Completed) => {
                self.pays[pay].status = to;
                Some(())
            }
            _ => None,
        }
    }

    /// A payment that comes to nothing gives everything back.
    fn ends(&mut self, pay: usize, status: PaymentStatus) -> Option<()> {
        (self.matched_of(pay) == 0).then_some(())?;
        self.pays[pay].status = status;
        self.pays[pay].lines.clear();
        Some(())
    }

    fn reallocates(&mut self, pay: usize, lines: &[(usize, i64)]) -> Option<()> {
        use PaymentStatus::{Cancelled, Completed, Failed, Pending, Processing, Refunded};
        match self.pays[pay].status {
            Failed | Cancelled | Refunded => return lines.is_empty().then_some(()),
            Pending | Processing | Completed => {}
        }
        (self.given_back(pay) == 0).then_some(())?;
        let (side, total) = (self.pays[pay].side, self.pays[pay].total);
        self.pays[pay].lines.clear();
        self.fits(side, total, lines)?;
        self.pays[pay].lines = lines.to_vec();
        Some(())
    }

    fn refunds(&mut self, doc: usize, amount: Option<i64>) -> Option<()> {
        let come =
            |pay: &&Pay| matches!(pay.status, PaymentStatus::Completed | PaymentStatus::Refunded);
        let lines = self.pays.iter().filter(come).flat_map(|pay| &pay.lines);
        let brought: i64 = lines.filter(|line| line.0 == doc).map(|line| line.1).sum();
        let most = brought - self.refunded(doc);
        let amount = amount.unwrap_or(most);
        (1..=most).contains(&amount).then_some(())?;
        let (mut left, mut parts) = (amount, Vec::new());
        for (number, pay) in self.pays.iter().enumerate().filter(|(_, pay)| come(pay)) {
            let brought: i64 = pay.lines.iter().filter(|line| line.0 == doc).map(|it| it.1).sum();
            let backs = self.backs.iter().filter(|back| back.doc == doc);
            let given: i64 = backs
                .flat_map(|back| &back.parts)
                .filter(|part| part.0 == number)
                .map(|part| part.1)
                .sum();
            let part = left.min(brought - given);
            if part > 0 {
                parts.push((number, part));
                left -= part;
            }
        }
        self.backs.push(Back { doc, amount, sent: 0, parts: parts.clone() });
        for (pay, _) in parts {
            if self.given_back(pay) >= self.pays[pay].total {
                self.pays[pay].status = PaymentStatus::Refunded;
            }
        }
        Some(())
    }

    fn ties(&mut self, bank: usize, pay: usize, amount: Option<i64>, made: bool) -> Option<()> {
        let Pay { side, status, total, .. } = self.pays[pay];
        ((self.banks[bank] >= 0) == (side == Side::Receivable)).then_some(())?;
        (!matches!(status, PaymentStatus::Failed | PaymentStatus::Cancelled)).then_some(())?;
        let bank_left = self.banks[bank].abs() - self.matched_with(bank);
        let pay_left = total - self.matched_of(pay);
        let amount = amount.unwrap_or(bank_left.min(pay_left));
        (1..=bank_left.min(pay_left)).contains(&amount).then_some(())?;
        self.matches.push(Tie { bank, to: pay, amount, made, live: true });
        Some(())
    }

    fn unmatches(&mut self, tie: usize) -> Option<()> {
        let Tie { to, made, live, .. } = self.matches[tie];
        live.then_some(())?;
        self.matches[tie].live = false;
        // Another transaction still says that the payment came.
        if made && self.matched_of(to) == 0 {
            (self.given_back(to) == 0).then_some(())?;
            self.ends(to, PaymentStatus::Cancelled)?;
        }
        Some(())
    }
}

/// A status of the payable side in the word of the other.
pub(super) fn as_made(status: PaymentStatus) -> Option<BillPaymentStatus> {
    status.word().parse().ok()
}
