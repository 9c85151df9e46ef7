//! Idempotency: which call was made under which key, and what it was answered (BEHAVIOUR 5).

use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use imbl::{HashMap, Vector};

/// How long a key is remembered, on the world's clock.
const LIFETIME: TimeDelta = TimeDelta::hours(24);

/// The answers that one business gave under idempotency keys. A clone shares what neither side
/// changes.
#[derive(Debug, Clone, Default)]
pub struct Replays {
    answers: HashMap<ReplayKey, Replay>,
    // In the order in which they lapse, which is the order in which they came.
    lapses: Vector<(DateTime<Utc>, ReplayKey)>,
}

/// Where a key counts: partner and business are the books it is kept in, method and path are the
/// operation's.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ReplayKey {
    /// The operation, as its document names it.
    pub operation: &'static str,
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
        let now = replay.at;
        while let Some((at, oldest)) = self.lapses.front()
            && lapsed(*at, now)
        {
            if self.answers.get(oldest).is_some_and(|replay| replay.at == *at) {
                self.answers.remove(oldest);
            }
            self.lapses.pop_front();
        }
        self.lapses.push_back((now, key.clone()));
        self.answers.insert(key, replay);
    }
}

fn lapsed(at: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    now.signed_duration_since(at) >= LIFETIME
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(key: &str) -> ReplayKey {
        ReplayKey { operation: "create", path: Vec::new(), key: key.to_owned() }
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
    }
}
