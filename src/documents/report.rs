//! Findings before and after the overlay, side by side, and what they come to.

use std::fmt::Write;

use sandbook::contract::lint::{Finding, Severity};
use serde_json::{Value, json};

use super::wording::words;

/// What becomes of a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// The overlay mends it.
    Mended,
    /// It is wrong, and stays so for a reason.
    Kept,
    /// It is wrong.
    Wrong,
    /// It is wrong, and the overlay made it so.
    New,
}

/// The findings of one document.
struct Findings {
    name: &'static str,
    rows: Vec<(State, Finding)>,
}

/// The findings of several documents.
#[derive(Default)]
pub(super) struct Report {
    documents: Vec<Findings>,
}

const STATES: [State; 4] = [State::Mended, State::Kept, State::Wrong, State::New];

impl State {
    fn name(self) -> &'static str {
        match self {
            Self::Mended => "mended",
            Self::Kept => "kept",
            Self::Wrong => "wrong",
            Self::New => "new",
        }
    }
}

impl Report {
    /// Adds a document by what is wrong with it as published, and as served where that is asked.
    pub(super) fn add(
        &mut self,
        name: &'static str,
        published: Vec<Finding>,
        served: Option<Vec<Finding>>,
    ) {
        let stays = |finding: &Finding| {
            if finding.kept.is_some() { State::Kept } else { State::Wrong }
        };
        let mut rows = Vec::new();
        match served {
            None => rows.extend(published.into_iter().map(|it| (stays(&it), it))),
            Some(mut served) => {
                for finding in published {
                    // What is served counts: it may be wrong in another way now, or kept.
                    let same = served.iter().position(|it| is_same(it, &finding));
                    rows.push(match same.map(|at| served.remove(at)) {
                        Some(now) => (stays(&now), now),
                        None => (State::Mended, finding),
                    });
                }
                let new = |it: Finding| match stays(&it) {
                    State::Kept => (State::Kept, it),
                    State::Mended | State::Wrong | State::New => (State::New, it),
                };
                rows.extend(served.into_iter().map(new));
            }
        }
        self.documents.push(Findings { name, rows });
    }

    /// How many findings are neither mended nor kept.
    pub(super) fn wrong(&self) -> usize {
        self.documents.iter().map(Findings::wrong).sum()
    }

    /// One line a finding, and one a document.
    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        for document in &self.documents {
            for (state, finding) in &document.rows {
                let (what, right) = words(&finding.fault);
                let (state, severity) = (state.name(), severity(finding));
                let (rule, at) = (finding.fault.rule(), &finding.pointer);
                let name = document.name;
                // A text takes whatever is written.
                let _written =
                    write!(text, "{state:<7}{severity:<8}{rule:<13}{name}#{at}: {what} {right}");
                let _written = match &finding.kept {
                    Some(reason) => writeln!(text, " Kept: {reason}"),
                    None => writeln!(text),
                };
            }
        }
        for document in &self.documents {
            let _written = writeln!(text, "{}", document.summary());
        }
        text
    }

    /// The same for programs.
    pub(super) fn json(&self) -> String {
        let documents = self.documents.iter().map(|document| {
            let counts =
                STATES.map(|state| (state.name().to_owned(), document.count(state).into()));
            json!({
                "document": document.name,
                "counts": Value::Object(counts.into_iter().collect()),
                "findings": document.rows.iter().map(row).collect::<Vec<_>>(),
            })
        });
        let documents: Vec<_> = documents.collect();
        format!("{:#}\n", json!({ "wrong": self.wrong(), "documents": documents }))
    }
}

impl Findings {
    fn count(&self, state: State) -> usize {
        self.rows.iter().filter(|(it, _)| *it == state).count()
    }

    fn wrong(&self) -> usize {
        self.count(State::Wrong) + self.count(State::New)
    }

    fn summary(&self) -> String {
        let of = |severity| {
            let wrong = self.rows.iter().filter(|(state, _)| *state != State::New);
            wrong.filter(|(_, it)| it.fault.severity() == severity).count()
        };
        let (errors, warnings) = (of(Severity::Error), of(Severity::Warning));
        let counts = STATES.map(|state| format!("{} {}", self.count(state), state.name()));
        format!(
            "{}: {errors} errors and {warnings} warnings as published; {}",
            self.name,
            counts.join(", ")
        )
    }
}

/// Whether two findings are about the same thing.
fn is_same(one: &Finding, other: &Finding) -> bool {
    one.pointer == other.pointer && one.fault.rule() == other.fault.rule()
}

fn severity(finding: &Finding) -> &'static str {
    match finding.fault.severity() {
        Severity::Warning => "warning",
        Severity::Error => "error",
    }
}

fn row((state, finding): &(State, Finding)) -> Value {
    let (what, right) = words(&finding.fault);
    json!({
        "state": state.name(),
        "severity": severity(finding),
        "rule": finding.fault.rule(),
        "pointer": finding.pointer,
        "what": what,
        "right": right,
        "kept": finding.kept,
    })
}
