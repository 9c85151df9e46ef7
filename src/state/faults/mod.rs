//! Faults of one world: rules that say which calls go wrong, and how. What is done to a call is
//! only decided here; whoever has the connection does it.

mod dice;
mod latency;
mod rule;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

pub use latency::Latency;
pub use rule::{Answer, Break, Call, Harm, Rule};

use dice::Dice;

/// A rule that struck.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// Its id.
    pub id: u64,
    /// How long this call waits first, which the dice have decided.
    pub delay: Option<Duration>,
    /// The rule.
    pub rule: Arc<Rule>,
}

/// A rule, and how often it was met.
#[derive(Debug, Clone, PartialEq)]
pub struct Counted {
    /// Its id, from 1 in the order in which rules came.
    pub id: u64,
    /// The rule.
    pub rule: Arc<Rule>,
    /// How many calls it was about, whichever rule struck them.
    pub matched: u64,
    /// How many it struck.
    pub applied: u64,
}

/// Why a rule was not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotTaken {
    /// Everything in it that makes no sense: the field by its name, and a sentence.
    Senseless(Vec<(&'static str, String)>),
    /// There are as many rules as a world may have.
    Full,
}

/// The rules of one world in their order. The same calls get the same faults, in every world: the
/// dice of a rule depend on the server's seed and the rule's id.
#[derive(Debug)]
pub struct Faults {
    seed: u64,
    /// How many rules there are: most worlds have none, and their calls take no lock.
    size: AtomicUsize,
    rules: Mutex<Rules>,
}

#[derive(Debug, Default)]
struct Rules {
    last: u64,
    all: Vec<(Counted, Dice)>,
}

impl Faults {
    /// The most rules of one world: every call is held against each.
    pub const MOST_RULES: usize = 100;

    /// No faults.
    pub fn new(seed: u64) -> Self {
        let (size, rules) = (AtomicUsize::new(0), Mutex::default());
        Self { seed, size, rules }
    }

    /// Adds a rule behind the others, and answers its id.
    ///
    /// # Errors
    /// [`NotTaken`].
    pub fn add(&self, rule: Rule) -> Result<u64, NotTaken> {
        let wrong = rule.problems();
        if !wrong.is_empty() {
            return Err(NotTaken::Senseless(wrong));
        }
        let mut rules = self.rules();
        if rules.all.len() >= Self::MOST_RULES {
            return Err(NotTaken::Full);
        }
        rules.last += 1;
        let id = rules.last;
        let counted = Counted { id, rule: Arc::new(rule), matched: 0, applied: 0 };
        rules.all.push((counted, Dice::new(self.seed, id)));
        self.size.store(rules.all.len(), Ordering::Relaxed);
        Ok(id)
    }

    /// Takes a rule out. False where there is none of this id.
    pub fn remove(&self, id: u64) -> bool {
        let mut rules = self.rules();
        let before = rules.all.len();
        rules.all.retain(|(counted, _)| counted.id != id);
        self.size.store(rules.all.len(), Ordering::Relaxed);
        rules.all.len() < before
    }

    /// Takes every rule out. The next one is number 1 again, so that a test which begins with this
    /// gets the faults that it got before.
    pub fn clear(&self) {
        let mut rules = self.rules();
        *rules = Rules::default();
        self.size.store(0, Ordering::Relaxed);
    }

    /// The rules in their order, with their counts.
    pub fn list(&self) -> Vec<Counted> {
        self.rules().all.iter().map(|(counted, _)| counted.clone()).collect()
    }

    /// What strikes this call: the first rule that is about it and whose turn it is. Every rule
    /// that is about it counts it, so that no rule depends on those before it.
    pub fn pick(&self, call: &Call<'_>) -> Option<Hit> {
        if self.size.load(Ordering::Relaxed) == 0 {
            return None;
        }
        let mut struck = None;
        for (counted, dice) in &mut self.rules().all {
            if !counted.rule.is_about(call) {
                continue;
            }
            counted.matched += 1;
            // The dice are thrown for every call: a chance and a delay must not hang on the others.
            let (throw, delay) = (dice.unit(), counted.rule.then.delay);
            let delay = delay.map(|delay| delay.sample(dice));
            if struck.is_none() && counted.strikes(throw) {
                counted.applied += 1;
                struck = Some(Hit { id: counted.id, delay, rule: Arc::clone(&counted.rule) });
            }
        }
        struck
    }

    fn rules(&self) -> MutexGuard<'_, Rules> {
        // Counts are all that changes under the lock, and each is changed in one step.
        self.rules.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Counted {
    /// Whether it is the rule's turn, where the dice have thrown this.
    fn strikes(&self, throw: f64) -> bool {
        let rule = &self.rule;
        let place = self.matched.saturating_sub(rule.after.unwrap_or(0));
        place > 0
            && rule.nth.is_none_or(|nth| place == nth)
            && rule.every.is_none_or(|every| place.is_multiple_of(every))
            && rule.count.is_none_or(|count| self.applied < count)
            && rule.chance.is_none_or(|chance| throw < chance)
    }
}

#[cfg(test)]
mod tests;
