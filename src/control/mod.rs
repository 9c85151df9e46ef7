//! Floor 3: the control room: what the real platforms cannot do, described by a document of our own
//! that goes through the same build. It acts through the store alone, never runs an operation of a
//! provider, and knows no HTTP: routes and callers are the next floor's.

mod clock;
mod coverage;
mod faults;
mod metrics;
mod named;
mod requests;
mod served;
mod snapshots;
mod state;
mod transitions;
mod wording;
mod worlds;

use std::sync::Arc;

use bytes::Bytes;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

pub use requests::event;
pub use wording::{Failure, reply};

use crate::contract::Contract;
use crate::operations::Provider;
use crate::state::journal::Filter;
use crate::state::{Store, World, WorldName};

generated! {
    /// The wire types, as the document shapes them.
    types, "sandbox_types.rs", {}
}

generated! {
    /// The requests, replies, traits and table of the operations.
    api, "sandbox_api.rs", {
        use super::{types, Cx, Failure, Operation, Refuses, Reply, decode};
        use crate::operations::Says;
    }
}

/// The control room's document.
const DOCUMENT: &str = include_str!(concat!(env!("OUT_DIR"), "/sandbox.json"));

/// The same, operation by operation.
const EXCERPTS: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/sandbox_excerpts.rs"));

/// The way back from it to the files without an overlay, of which there is none.
const UNDO: &str = include_str!(concat!(env!("OUT_DIR"), "/sandbox_undo.json"));

/// The control room, as it behaves. The traits of the document are implemented for it, one file a
/// tag.
enum Room {}

/// What the control room can do.
pub struct Control {
    /// Its document, as JSON.
    pub document: &'static str,
    /// The way back from it to the files without corrections.
    pub undo: &'static str,
    /// What the document promises.
    pub contract: Contract,
    /// Its operations, each with what runs it.
    pub operations: Vec<Operation>,
}

/// One row of the table.
pub struct Operation {
    /// The `operationId` in the document.
    pub id: &'static str,
    /// Its tag.
    pub tag: &'static str,
    /// Its HTTP method, in capitals.
    pub method: &'static str,
    /// Its path, with parameters in braces.
    pub path: &'static str,
    /// Always empty: all of the document is ours.
    pub source: &'static str,
    /// The security schemes; none for what a container asks itself.
    pub security: &'static [&'static str],
    /// The documented statuses.
    pub statuses: &'static [u16],
    /// Runs it on a checked request.
    pub run: fn(&mut Cx<'_>, Map<String, Value>) -> Result<Reply, Failure>,
    /// Words a failure as this operation documents it.
    pub refuse: fn(Failure) -> Reply,
}

/// What one call may touch.
pub struct Cx<'a> {
    /// Every world.
    pub store: &'a Store,
    /// The APIs that are stood in for.
    pub providers: &'a [Provider],
    /// Whether a world that the call is about had been given up and began anew with it.
    pub recreated: bool,
    /// What the answer goes on with, where it does not end.
    pub watch: Option<Watch>,
}

/// A journal that is watched as it is written.
pub struct Watch {
    /// Whose.
    pub world: Arc<World>,
    /// Which entries: of those that are there, where it says after which number; else of new ones.
    pub filter: Filter,
}

/// An answer, before HTTP.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// Its status.
    pub status: u16,
    /// The media type of its body; empty where there is none.
    pub media: &'static str,
    /// Its body.
    pub body: Bytes,
}

/// That somebody wrote down in which words an operation refuses.
pub trait Refuses {
    /// The failure as the operation documents it.
    fn refuse(failure: Failure) -> Reply;
}

impl Default for Control {
    fn default() -> Self {
        let contract = Contract::of_excerpts(EXCERPTS);
        Self { document: DOCUMENT, undo: UNDO, contract, operations: api::operations::<Room>() }
    }
}

impl Cx<'_> {
    /// The name of the world that a request is about: as it was sent, or the default one.
    ///
    /// # Errors
    /// [`Failure::Wrong`] where it is no name.
    pub fn name(&self, world: Option<&str>) -> Result<WorldName, Failure> {
        let Some(world) = world else { return Ok(WorldName::default()) };
        self.store.directory().world(world).ok_or_else(|| {
            let text = "A world's name has 1 to 64 letters, digits, '-', '_' or '.'.";
            Failure::Wrong(vec![("world".to_owned(), text.to_owned())])
        })
    }

    /// The world that a request asks about, which must be there: nothing is to be learnt of a world
    /// that a misspelt name would make. The default one is always there.
    ///
    /// # Errors
    /// As [`Cx::name`], and [`Failure::NotFound`].
    pub fn known(&mut self, world: Option<&str>) -> Result<Arc<World>, Failure> {
        let name = self.name(world)?;
        if name.is_default() {
            return self.world(world);
        }
        self.store.get(&name).ok_or_else(|| no_world(&name))
    }

    /// The world that a request is about, made where its first use makes it.
    ///
    /// # Errors
    /// As [`Cx::name`], and [`Failure::NotFound`] where worlds are not made by their use.
    pub fn world(&mut self, world: Option<&str>) -> Result<Arc<World>, Failure> {
        let name = self.name(world)?;
        if !self.store.admits(&name) {
            return Err(no_world(&name));
        }
        let opened = self.store.open(&name);
        self.recreated |= opened.recreated;
        Ok(opened.world)
    }
}

impl Reply {
    /// An answer with a JSON body: a problem where it is a refusal.
    pub fn json<T: Serialize>(status: u16, body: &T) -> Self {
        let media = if status < 400 { "application/json" } else { "application/problem+json" };
        match serde_json::to_vec(body) {
            Ok(body) => Self { status, media, body: Bytes::from(body) },
            // Wire types are plain data with text keys, which always serialise.
            Err(error) => {
                tracing::error!(%error, "a defect of the sandbox: an answer does not serialise");
                Self::empty(500)
            }
        }
    }

    /// An answer that is a text of a media type.
    pub fn text(status: u16, media: &'static str, body: String) -> Self {
        Self { status, media, body: Bytes::from(body) }
    }

    /// An answer without a body.
    pub fn empty(status: u16) -> Self {
        Self { status, media: "", body: Bytes::new() }
    }
}

fn no_world(name: &WorldName) -> Failure {
    Failure::NotFound(format!("There is no world {name} now; GET /_sandbox/worlds lists them."))
}

/// A number as the document has it. What the sandbox counts never comes near the end of it.
fn number<N: TryInto<i64>>(number: N) -> i64 {
    number.try_into().unwrap_or(i64::MAX)
}

/// A checked request as the operation's own type.
fn decode<T: DeserializeOwned>(input: Map<String, Value>) -> Result<T, Failure> {
    serde_json::from_value(Value::Object(input))
        .map_err(|error| Failure::Defect(format!("a checked request does not decode: {error}")))
}
