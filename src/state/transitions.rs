//! What becomes of bill payments that nobody ends by hand: in time, or once they were read often
//! enough (BEHAVIOUR 8). When, and what then; how a payment ends is the ledger's.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use imbl::HashMap;

use crate::domain::{BillPayment, BillPaymentId, BillPaymentPatch, BillPaymentStatus, Ledger};

/// How bill payments begin and end in one world.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Transitions {
    /// What a new one is; as the server was told where nothing says.
    pub starts_as: Option<BillPaymentStatus>,
    /// When one that is open ends.
    pub ends: Ends,
    /// Why it failed, where it does not complete.
    pub failure_reason: Option<String>,
}

/// When an open bill payment ends.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Ends {
    /// By the provider's own operations only.
    #[default]
    Manual,
    /// So many seconds after its making, on the world's clock.
    AfterSeconds(u32),
    /// Once it was read so often by its id.
    AfterReads(u32),
}

/// How often open bill payments were read by their id. A clone shares what neither side changes.
pub type Reads = HashMap<BillPaymentId, u32>;

/// The transitions of one world, as they are set now.
#[derive(Debug, Default)]
pub struct TransitionSetting {
    set: AtomicBool,
    transitions: Mutex<Transitions>,
}

impl TransitionSetting {
    /// How they are set.
    pub fn get(&self) -> Transitions {
        // Most worlds never set any: then there is nothing to lock.
        if !self.set.load(Ordering::Acquire) {
            return Transitions::default();
        }
        self.transitions.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Sets them.
    pub fn put(&self, transitions: Transitions) {
        *self.transitions.lock().unwrap_or_else(PoisonError::into_inner) = transitions;
        self.set.store(true, Ordering::Release);
    }

    /// Counts that payments were read one by one, which may end them.
    pub fn count(&self, ledger: &Ledger, reads: &mut Reads, read: &[BillPaymentId]) {
        if !read.is_empty() {
            self.get().count(ledger, reads, read);
        }
    }
}

impl Transitions {
    /// Ends what is due at this time, each at the moment when it was due; answers how many.
    pub(super) fn settle(
        &self,
        ledger: &mut Ledger,
        reads: &mut Reads,
        now: DateTime<Utc>,
    ) -> usize {
        let due: Vec<_> = ledger
            .open_bill_payments()
            .filter_map(|payment| Some((payment.id, self.due(payment, reads, now)?)))
            .collect();
        let mut settled = 0;
        for (id, at) in due {
            // A payment that the books do not let go stays open: one that is reconciled cannot fail.
            let Some(Ok(ended)) = ledger.bill_payment(id).map(|it| self.ended(ledger, it, at))
            else {
                continue;
            };
            ledger.apply(ended.into());
            reads.remove(&id);
            settled += 1;
        }
        settled
    }

    fn count(&self, ledger: &Ledger, reads: &mut Reads, read: &[BillPaymentId]) {
        if !matches!(self.ends, Ends::AfterReads(_)) {
            return;
        }
        let open = |id: &BillPaymentId| {
            ledger.bill_payment(*id).is_some_and(|payment| !payment.status.next().is_empty())
        };
        for id in read.iter().filter(|id| open(id)) {
            *reads.entry(*id).or_insert(0) += 1;
        }
    }

    fn due(
        &self,
        payment: &BillPayment,
        reads: &Reads,
        now: DateTime<Utc>,
    ) -> Option<DateTime<Utc>> {
        match self.ends {
            Ends::Manual => None,
            Ends::AfterSeconds(seconds) => {
                let due = payment.created_at + TimeDelta::seconds(i64::from(seconds));
                // Whatever was done to it meanwhile was done before it ended.
                (due <= now).then_some(due.max(payment.updated_at))
            }
            Ends::AfterReads(times) => {
                let read = reads.get(&payment.id).copied().unwrap_or(0);
                (read >= times).then_some(now)
            }
        }
    }

    fn ended(
        &self,
        ledger: &Ledger,
        payment: &BillPayment,
        at: DateTime<Utc>,
    ) -> Result<BillPayment, crate::domain::Error> {
        let status = match &self.failure_reason {
            Some(_) => BillPaymentStatus::Failed,
            None => BillPaymentStatus::Completed,
        };
        let patch = BillPaymentPatch {
            status: Some(status),
            failure_reason: self.failure_reason.clone(),
            ..BillPaymentPatch::default()
        };
        // No new id is drawn: nothing is allocated anew.
        ledger.plan_bill_payment_change(payment, patch, &mut ledger.ids(0), at)
    }
}
