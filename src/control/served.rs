//! Which statuses a call of a control can meet, whatever the document says of them. For whoever
//! judges the document.

use super::{Control, Failure, Operation, reply};
use crate::contract::lint::{Answer, Served};
use crate::contract::{Item, Place};

impl Control {
    /// How the operation is served. Its answers are what its replies have, and what the way to it
    /// refuses. 405 and 500 belong to no operation.
    pub fn served(&self, operation: &Operation) -> Served {
        let contract = self.contract.operation(operation.id);
        let items = contract.map(|it| it.inventory().items()).unwrap_or_default();
        let in_path = |item: &Item| matches!(item, Item::Parameter { place: Place::Path, .. });
        let mut failures = vec![
            (Failure::Wrong(Vec::new()), "a parameter that nobody asked for"),
            (Failure::TokenNeeded, "no control token"),
            (Failure::Closed, "a call from elsewhere"),
        ];
        if items.iter().any(in_path) {
            failures.push((Failure::NotFound(String::new()), "a name that names nothing"));
        }
        if contract.is_some_and(|it| it.body().is_some()) {
            failures.push((Failure::BodyTooLarge { limit: 0 }, "a body over the size limit"));
            let unsupported = Failure::UnsupportedMediaType { sent: String::new() };
            failures.push((unsupported, "a body in another media type"));
        }
        let worded = failures.into_iter().map(|(it, why)| Answer { status: reply(it).status, why });
        let mut answers: Vec<_> = worded.collect();
        for &status in operation.statuses.iter().filter(|status| **status < 500) {
            if !answers.iter().any(|known| known.status == status) {
                answers.push(Answer { status, why: "what the control comes to" });
            }
        }
        answers.sort_unstable_by_key(|answer| answer.status);
        Served { answers, refuses: Vec::new() }
    }
}
