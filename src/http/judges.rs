//! Every reply held to its document before it leaves, where `--check-replies` asks for it: what
//! breaks it is counted and logged, and may be answered as a defect instead.
//!
//! What a call has changed stays changed: only its answer is judged.

use std::collections::BTreeMap;

use crate::contract::{Judge, Outgoing, Violation};
use crate::operations::{Failure, Operation, Provider, Reply};
use crate::state::{Metrics, journal};
use crate::{control, control::Control};

/// The judges of all documents.
pub struct Judges {
    /// By the document's name.
    documents: BTreeMap<&'static str, Judge>,
    /// Whether a wrong reply becomes a 500 that says what is wrong with it.
    fail: bool,
}

impl Judges {
    /// The judges of the providers and of the control room.
    ///
    /// # Errors
    /// Where a document cannot be compiled, which the build excludes.
    pub fn new(providers: &[Provider], control: &Control, fail: bool) -> Result<Self, String> {
        let texts = providers.iter().map(|it| (it.name, it.document));
        let mut documents = BTreeMap::new();
        for (name, text) in texts.chain([(CONTROL, control.document)]) {
            let document = serde_json::from_str(text).map_err(|error| error.to_string())?;
            documents.insert(name, Judge::new(&document)?);
        }
        Ok(Self { documents, fail })
    }

    /// The reply of a provider's operation, or what is said instead of it.
    pub(super) fn reply(
        &self,
        metrics: &Metrics,
        (provider, operation): (&Provider, &Operation),
        reply: Reply,
        request_id: &str,
    ) -> Reply {
        let value = |name: &str| {
            let mut named = reply.headers.iter().filter(|(known, _)| *known == name);
            named.next_back().map(|(_, value)| value.as_str())
        };
        let outgoing = Outgoing {
            status: reply.status,
            media: if reply.body.is_empty() { "" } else { "application/json" },
            header: &value,
            body: Some(&reply.body),
        };
        let of = (provider.name, operation.id);
        match self.breaches(metrics, of, &outgoing, request_id) {
            None => reply,
            Some(found) => {
                (provider.word)(Failure::Breach { status: reply.status, found }, request_id)
            }
        }
    }

    /// The reply of a control; where it `streams`, without what is still to come.
    pub(super) fn control(
        &self,
        metrics: &Metrics,
        operation: &control::Operation,
        (reply, streams): (control::Reply, bool),
        request_id: &str,
    ) -> Result<control::Reply, control::Reply> {
        let outgoing = Outgoing {
            status: reply.status,
            media: reply.media,
            header: &|_| None,
            body: (!streams).then_some(&reply.body),
        };
        match self.breaches(metrics, (CONTROL, operation.id), &outgoing, request_id) {
            None => Ok(reply),
            Some(found) => {
                Err(control::reply(control::Failure::Breach { status: reply.status, found }))
            }
        }
    }

    /// What is wrong with a reply, where that is to be said instead of it. It is counted and logged
    /// in any case.
    fn breaches(
        &self,
        metrics: &Metrics,
        (document, operation): (&'static str, &'static str),
        reply: &Outgoing<'_>,
        request_id: &str,
    ) -> Option<Vec<Violation>> {
        let found = self.documents.get(document)?.check(operation, reply);
        if found.is_empty() {
            return None;
        }
        metrics.breach(document, operation);
        for breach in &found {
            let (status, at) = (reply.status, breach.at());
            let (_, wrong) = journal::words(&breach.problem);
            tracing::warn!(
                document,
                operation,
                status,
                at,
                wrong,
                request_id,
                "a reply breaks its document"
            );
        }
        self.fail.then_some(found)
    }
}

/// The name of the control room's document.
const CONTROL: &str = "sandbox";
