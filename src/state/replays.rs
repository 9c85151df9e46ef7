//! Idempotency: which call was made under which key, and what it was answered (BEHAVIOUR 5).

use std::borrow::Cow;
use std::sync::Arc;

use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use foldhash::fast::RandomState;
use imbl::{GenericHashMap, OrdSet, shared_ptr::DefaultSharedPtr};

/// How long a key is remembered, on the world's clock.
const LIFETIME: TimeDelta = TimeDelta::hours(24);

/// The answers that one business gave under idempotency keys. A clone shares what neither side
/// changes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Replays {
    answers: GenericHashMap<Arc<ReplayKey>, Replay, RandomState, DefaultSharedPtr>,
    // In the order in which they lapse.
    lapses: OrdSet<(DateTime<Utc>, Arc<ReplayKey>)>,
}

/// Where a key counts: partner and business are the books it is kept in, method and path are the
/// operation's.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ReplayKey {
    /// The operation, as its document names it.
    pub operation: Cow<'static, str>,
    /// What its path names, parameter by parameter.
    pub path: Vec<String>,
    /// The key, 1 to 255 characters.
    pub key: String,
}

/// An answer that is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replay {
    /// A digest of the body as it was understood.
    pub fingerprint: [u8; 32],
    /// The body that was answered, byte for byte.
    pub body: Bytes,
    /// When, UTC.
    pub at: DateTime<Utc>,
}

/// What is known of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recall {
    /// It was not used, or its time has lapsed.
    Unseen,
    /// It was used with the same body: the body that was answered.
    Same(Bytes),
    /// It was used with another body.
    Different,
}

impl Replays {
    /// What is known of the key at this time.
    pub fn recall(&self, key: &ReplayKey, fingerprint: [u8; 32], now: DateTime<Utc>) -> Recall {
        match self.answers.get(key) {
            Some(replay) if lapsed(replay.at, now) => Recall::Unseen,
            Some(replay) if replay.fingerprint == fingerprint => Recall::Same(replay.body.clone()),
            Some(_) => Recall::Different,
            None => Recall::Unseen,
        }
    }

    /// Keeps an answer, and gives up those whose time has lapsed.
    pub fn remember(&mut self, key: ReplayKey, replay: Replay) {
        while let Some(oldest) = self.lapses.get_min()
            && lapsed(oldest.0, replay.at)
        {
            let oldest = oldest.clone();
            self.answers.remove(&oldest.1);
            self.lapses.remove(&oldest);
        }
        self.keep(key, replay);
    }

    /// Every answer that is kept, in the order in which they lapse.
    pub fn iter(&self) -> impl Iterator<Item = (&ReplayKey, &Replay)> {
        let answer = |key| Some((AsRef::as_ref(key), self.answers.get(key)?));
        self.lapses.iter().filter_map(move |(_, key)| answer(key))
    }

    /// Keeps an answer, be it lapsed, as when it was written down. False where the key had one.
    pub(super) fn keep(&mut self, key: ReplayKey, replay: Replay) -> bool {
        let (key, at) = (Arc::new(key), replay.at);
        let old = self.answers.insert(Arc::clone(&key), replay).map(|old| (old.at, key.clone()));
        let fresh = old.is_none_or(|old| self.lapses.remove(&old).is_none());
        self.lapses.insert((at, key));
        fresh
    }
}

fn lapsed(at: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    now.signed_duration_since(at) >= LIFETIME
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(key: &str) -> ReplayKey {
        ReplayKey { operation: "create".into(), path: Vec::new(), key: key.to_owned() }
    }

    fn at(hours: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::hours(hours)
    }

    fn replay(fingerprint: u8, hours: i64) -> Replay {
        let body = Bytes::from_static(b"{}");
        Replay { fingerprint: [fingerprint; 32], body, at: at(hours) }
    }

    #[test]
    fn a_key_is_the_same_or_different_by_its_body_for_a_day() {
        let mut replays = Replays::default();
        assert_eq!(replays.recall(&key("a"), [1; 32], at(0)), Recall::Unseen);
        replays.remember(key("a"), replay(1, 0));
        let same = Recall::Same(Bytes::from_static(b"{}"));
        assert_eq!(replays.recall(&key("a"), [1; 32], at(23)), same);
        assert_eq!(replays.recall(&key("a"), [2; 32], at(23)), Recall::Different);
        assert_eq!(replays.recall(&key("b"), [1; 32], at(23)), Recall::Unseen);
        assert_eq!(replays.recall(&key("a"), [2; 32], at(24)), Recall::Unseen);
    }

    #[test]
    fn lapsed_keys_are_given_up_and_a_renewed_one_is_kept() {
        let mut replays = Replays::default();
        replays.remember(key("a"), replay(1, 0));
        replays.remember(key("b"), replay(1, 1));
        replays.remember(key("a"), replay(2, 24));
        assert_eq!(replays.answers.len(), 2);
        replays.remember(key("c"), replay(3, 47));
        assert_eq!(replays.answers.len(), 2);
        assert_ne!(replays.recall(&key("a"), [2; 32], at(47)), Recall::Unseen);
        assert_eq!(replays.lapses.len(), 2);
    }

    #[test]
    fn a_clock_that_was_set_back_keeps_no_lapsed_key_in_front_of_others() {
        let mut replays = Replays::default();
        replays.remember(key("later"), replay(1, 30));
        replays.remember(key("earlier"), replay(1, 1));
        replays.remember(key("now"), replay(1, 25));
        let kept: Vec<_> = replays.iter().map(|(key, _)| key.key.as_str()).collect();
        assert_eq!(kept, ["now", "later"]);
    }
}
