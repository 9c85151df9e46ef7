//! Answers to reads, kept to be given again while the books are the same: whoever waits for something
//! asks the same over and over, and a page of a list takes longer to write than all the rest of a call.
//!
//! It is no part of any books: without it every answer would be the same. An entry names the books as
//! they stood, so that none has to be taken back; what nobody asks for any more goes by itself.

use bytes::Bytes;
use foldhash::fast::RandomState;
use quick_cache::sync::{Cache, DefaultLifecycle};
use quick_cache::{Equivalent, Weighter};

use crate::domain::BusinessId;

/// The answers that are kept, of all worlds.
pub struct Answers {
    cache: Cache<Kept, Bytes, ByBytes, RandomState>,
}

/// What was asked of which books.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Question<'a> {
    /// The number of the world: one that was reset is another.
    pub world: u64,
    /// Whose books.
    pub business: BusinessId,
    /// How many changes they had seen.
    pub changes: u64,
    /// The path as it was sent.
    pub path: &'a str,
    /// The query as it was sent.
    pub query: &'a str,
}

/// A question that was answered.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Kept {
    world: u64,
    business: BusinessId,
    changes: u64,
    path: Box<str>,
    query: Box<str>,
}

/// What all of them may take, in bytes.
const MOST: u64 = 8 * 1024 * 1024;

/// About how many that is, of pages of a list.
const ABOUT: usize = 512;

impl Default for Answers {
    fn default() -> Self {
        let (hasher, lifecycle) = (RandomState::default(), DefaultLifecycle::default());
        Self { cache: Cache::with(ABOUT, MOST, ByBytes, hasher, lifecycle) }
    }
}

impl Answers {
    /// The body that was answered to the same question.
    pub fn get(&self, question: &Question<'_>) -> Option<Bytes> {
        self.cache.get(question)
    }

    /// Keeps the body that answers a question.
    pub fn keep(&self, question: &Question<'_>, body: &Bytes) {
        let Question { world, business, changes, path, query } = *question;
        let kept = Kept { world, business, changes, path: path.into(), query: query.into() };
        self.cache.insert(kept, body.clone());
    }
}

impl Equivalent<Kept> for Question<'_> {
    fn equivalent(&self, kept: &Kept) -> bool {
        let Kept { world, business, changes, path, query } = kept;
        *self == Question { world: *world, business: *business, changes: *changes, path, query }
    }
}

#[derive(Debug, Clone)]
struct ByBytes;

impl Weighter<Kept, Bytes> for ByBytes {
    fn weight(&self, kept: &Kept, body: &Bytes) -> u64 {
        (size_of::<Kept>() + kept.path.len() + kept.query.len() + body.len()) as u64
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn question(path: &str) -> Question<'_> {
        Question { world: 1, business: BusinessId(Uuid::nil()), changes: 7, path, query: "page=2" }
    }

    #[test]
    fn an_answer_is_given_again_to_the_same_question_only() {
        let (answers, body) = (Answers::default(), Bytes::from_static(b"{}"));
        let asked = question("/a/");
        answers.keep(&asked, &body);
        assert_eq!(answers.get(&asked), Some(body));
        let others = [
            Question { world: 2, ..asked },
            Question { business: BusinessId(Uuid::max()), ..asked },
            Question { changes: 8, ..asked },
            Question { path: "/a/p", query: "age=2", ..asked },
            Question { query: "", ..asked },
        ];
        for other in others {
            assert_eq!(answers.get(&other), None, "{other:?}");
        }
    }

    #[test]
    fn what_is_kept_is_bounded() {
        let answers = Answers::default();
        let body = Bytes::from(vec![0; 64 * 1024]);
        for number in 0..1000 {
            answers.keep(&question(&number.to_string()), &body);
        }
        assert!(answers.cache.weight() <= MOST, "{}", answers.cache.weight());
        assert!(answers.cache.len() > 60, "{}", answers.cache.len());
    }
}
