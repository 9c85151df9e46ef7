//! How an operation is served, whatever its document says: which statuses a call can meet, by what
//! the operation asks for and in the provider's own words, and which credentials it does not take.
//! For whoever judges the document.

use serde_json::Value;

use super::failure::BodyLoss;
use super::{Failure, Forbidden, Operation, Provider, Resource, Scheme, Unauthenticated};
use crate::contract::lint::{Answer, Served};
use crate::contract::{Item, Place, Problem, Violation};

impl Provider {
    /// How the operation is served. Its answers are what its replies have, and what the way to the
    /// books refuses. 405 is not among them, which is a path's and no operation's, and neither is
    /// 500, which no operation means to answer.
    pub fn served(&self, operation: &Operation) -> Served {
        let mut answers = Vec::new();
        for (failure, why) in self.on_the_way(operation) {
            let status = (self.word)(failure, "").status;
            if !answers.iter().any(|known: &Answer| known.status == status) {
                answers.push(Answer { status, why });
            }
        }
        for &status in operation.statuses {
            let why = match status {
                200..300 => "the operation itself, or a replay of it",
                _ => "what the books refuse",
            };
            if status < 500 && !answers.iter().any(|known| known.status == status) {
                answers.push(Answer { status, why });
            }
        }
        answers.sort_unstable_by_key(|answer| answer.status);
        let refuses = match self.scheme {
            Scheme::Thredfi if operation.security != ["BasicAuth"] => vec!["BasicAuth"],
            Scheme::Thredfi | Scheme::DayZero => Vec::new(),
        };
        Served { answers, refuses }
    }

    /// Each failure that a call can meet before the books, and what leads to it.
    fn on_the_way(&self, operation: &Operation) -> Vec<(Failure, &'static str)> {
        let contract = self.contract.operation(operation.id);
        let items = contract.map(|it| it.inventory().items()).unwrap_or_default();
        let takes = |wanted: &dyn Fn(Place, &str) -> bool| {
            items.iter().any(|item| match item {
                Item::Parameter { place, name } => wanted(*place, name),
                Item::Status(_) | Item::Field(_) | Item::Choice { .. } => false,
            })
        };
        let body = contract.is_some_and(|it| it.body().is_some());
        let invalid = Violation {
            place: Place::Query,
            path: Vec::new(),
            problem: Problem::Missing,
            input: Value::Null,
        };
        let mut all = vec![
            (Failure::Unauthenticated(Unauthenticated::Missing), "no credentials"),
            (Failure::TooManyRequests { retry_after: 1 }, "more calls than a rate limit allows"),
        ];
        match self.scheme {
            Scheme::DayZero => {
                all.push((Failure::BusinessNotNamed, "no x-business-id"));
                all.push((Failure::NotFound(Resource::Business), "a business of somebody else"));
            }
            Scheme::Thredfi if operation.security != ["BasicAuth"] => {
                all.push((Failure::Forbidden(Forbidden::OtherBusiness), "a token of another kind"));
            }
            Scheme::Thredfi => {}
        }
        if takes(&|place, _| place == Place::Path) {
            all.push((
                Failure::NotFound(Resource::Business),
                "an id in the path that names nothing",
            ));
        }
        if body || takes(&|place, _| place != Place::Path) {
            all.push((Failure::Invalid(vec![invalid]), "a request that breaks the document"));
        }
        if takes(&|place, name| place == Place::Header && name == "Idempotency-Key") {
            all.push((Failure::KeyReused, "an idempotency key with another body"));
        }
        if body {
            let (sent, allowed) = (String::new(), Vec::new());
            all.push((Failure::BodyLost(BodyLoss::Broken), "a body that breaks off"));
            all.push((Failure::BodyTooLarge { limit: 0 }, "a body over the size limit"));
            let unsupported = Failure::UnsupportedMediaType { sent, allowed };
            all.push((unsupported, "a body in another media type"));
        }
        all
    }
}
