//! Which path leads where. The tables become routes here, in one loop each.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::Request;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::Response;

use super::identity::Identity;
use super::{App, ControlRoom, control, json, serve};
use crate::contract::Clause;

/// Where every path leads.
///
/// One table for all of them, and not a route of axum's for each: those are made, layered and boxed
/// one by one, which took longer than all the rest of a start.
pub struct Routes {
    app: Arc<App>,
    room: Option<Arc<ControlRoom>>,
    doors: matchit::Router<Door>,
}

/// Who answers on a path.
enum Door {
    Provider(Route),
    /// The rows of the control room's table that have the path; none where nothing has it.
    Control(Vec<usize>),
    Document(&'static str),
}

/// One path of a provider, with the operations it has.
pub(super) struct Route {
    /// An index into the providers.
    pub(super) provider: usize,
    pub(super) operations: Vec<Row>,
    /// The number that the provider's first operation has among those of all providers.
    pub(super) first: usize,
}

/// An operation: its index in the provider's table, and what the document says of it.
#[derive(Clone)]
pub(super) struct Row {
    pub(super) at: usize,
    pub(super) clause: Option<Arc<Clause>>,
}

impl Routes {
    /// The paths of every provider, and their documents.
    pub fn of(app: &Arc<App>) -> Self {
        let mut routes = Self { app: Arc::clone(app), room: None, doors: matchit::Router::new() };
        let mut first = 0;
        for (provider, it) in app.providers.iter().enumerate() {
            for (path, operations) in paths(it.operations.iter().map(|row| row.path)) {
                // Both spellings answer, never by redirect: a redirected POST would lose its body.
                let bare = path.trim_end_matches('/');
                let clause = |at: usize| it.contract.clause(it.operations[at].id).cloned();
                let rows = operations.into_iter().map(|at| Row { at, clause: clause(at) });
                let rows: Vec<_> = rows.collect();
                for spelling in [bare.to_owned(), format!("{bare}/")] {
                    let operations = rows.clone();
                    routes.add(spelling, Door::Provider(Route { provider, operations, first }));
                }
            }
            first += it.operations.len();
            routes.add(format!("/openapi/{}.json", it.name), Door::Document(it.document));
        }
        routes
    }

    /// The same with the control room's.
    #[must_use]
    pub fn with_control(mut self, room: &Arc<ControlRoom>) -> Self {
        for (path, rows) in paths(room.control.operations.iter().map(|row| row.path)) {
            self.add(path, Door::Control(rows));
        }
        for nothing in ["/_sandbox", "/_sandbox/", "/_sandbox/{*path}"] {
            self.add(nothing, Door::Control(Vec::new()));
        }
        self.add("/openapi/sandbox.json", Door::Document(room.control.document));
        Self { room: Some(Arc::clone(room)), ..self }
    }

    /// Answers a request, also on a path that leads nowhere.
    pub(super) async fn answer(&self, request: Request, identity: &Identity) -> Response {
        let Ok(found) = self.doors.at(request.uri().path()) else {
            return serve::nowhere(&self.app, request, identity).await;
        };
        let path = parameters(&found.params);
        match (found.value, &self.room) {
            (Door::Provider(route), _) => {
                serve::answer(&self.app, route, &path, request, identity).await
            }
            (Door::Control(rows), Some(room)) if rows.is_empty() => {
                control::nowhere(room, request).await
            }
            (Door::Control(rows), Some(room)) => {
                control::answer(room, rows, &path, request, identity).await
            }
            (Door::Document(text), _) => document(text, request.method()),
            (Door::Control(_), None) => serve::nowhere(&self.app, request, identity).await,
        }
    }

    fn add(&mut self, path: impl Into<String>, door: Door) {
        self.doors.insert(path, door).expect("the build refuses two paths that are alike");
    }
}

/// The parameters of a path, decoded.
pub(super) fn parameters(found: &matchit::Params<'_, '_>) -> Vec<(String, String)> {
    found.iter().map(|(name, value)| parameter(name, value)).collect()
}

/// Bytes that are no UTF-8 become a sign that is in no id.
fn parameter(name: &str, value: &str) -> (String, String) {
    let plain = !value.contains('%');
    let decoded = || percent_encoding::percent_decode_str(value).decode_utf8_lossy().into_owned();
    (name.to_owned(), if plain { value.to_owned() } else { decoded() })
}

/// The paths of a table, each with the rows that have it.
fn paths(table: impl Iterator<Item = &'static str>) -> BTreeMap<&'static str, Vec<usize>> {
    let mut paths: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for (index, path) in table.enumerate() {
        paths.entry(path).or_default().push(index);
    }
    paths
}

fn document(text: &'static str, method: &Method) -> Response {
    if [Method::GET, Method::HEAD].contains(method) {
        return json(text);
    }
    let mut refusal = Response::default();
    *refusal.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
    refusal.headers_mut().insert(header::ALLOW, HeaderValue::from_static("GET,HEAD"));
    refusal
}
