//! The house in memory: all that serves, without a socket, with a clock that stands.

use std::sync::{Arc, OnceLock};

use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, Response};
use bytes::Bytes;
use chrono::{DateTime, Utc};
use sandbook::control::Control;
use sandbook::domain::BillPaymentStatus;
use sandbook::http::{App, ControlRoom, Front, Gate, Open, Routes};
use sandbook::operations::{self, Settings};
use sandbook::state::coverage::Universe;
use sandbook::state::{
    Claims, DEVELOPMENT_SECRET, Fixtures, Limits, Store, Tokens, World, WorldName,
};
use tokio::runtime::Runtime;
use tokio::sync::watch;
use tower::ServiceExt;
use uuid::Uuid;

use crate::documents::Documents;

/// When every session begins.
pub const NOON: &str = "2026-03-02T12:00:00Z";

/// All that answers.
pub struct House {
    /// The providers.
    pub app: Arc<App>,
    /// The control room.
    pub room: Arc<ControlRoom>,
    front: Front,
    runtime: Runtime,
    // The control room's streams end when it goes.
    _stop: watch::Sender<bool>,
}

/// An answer, whole.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// Its status.
    pub status: u16,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body; `None` where it broke off, as a fault wants it.
    pub body: Option<Bytes>,
}

impl Answer {
    /// Its body as JSON, or as text, or null where there is none.
    pub fn value(&self) -> serde_json::Value {
        let bytes = self.body.as_deref().unwrap_or_default();
        if bytes.is_empty() {
            return serde_json::Value::Null;
        }
        let json = self.header("content-type").contains("json");
        let text = || String::from_utf8_lossy(bytes).into_owned();
        let read = serde_json::from_slice(bytes).ok().filter(|_| json);
        read.unwrap_or_else(|| serde_json::Value::from(text()))
    }

    /// A header; empty where it is missing.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

impl House {
    /// The one that all inputs of a run share.
    pub fn get() -> &'static (Self, Documents) {
        static HOUSE: OnceLock<(House, Documents)> = OnceLock::new();
        HOUSE.get_or_init(|| {
            let house = Self::build();
            let documents = Documents::read(&house);
            (house, documents)
        })
    }

    fn build() -> Self {
        let fixtures = Fixtures::embedded().expect("they hold");
        let providers = operations::providers();
        let rows = providers.iter().flat_map(|provider| {
            provider.operations.iter().map(|row| sandbook::state::coverage::Row {
                provider: provider.name,
                operation: row.id,
                method: row.method,
                path: row.path,
                source: row.source,
                clause: Arc::clone(provider.contract.clause(row.id).expect("known")),
            })
        });
        let universe = Universe::new(rows);
        let app = Arc::new(App {
            store: Arc::new(Store::new(fixtures, Limits::default(), universe)),
            tokens: Tokens::new(DEVELOPMENT_SECRET),
            settings: Settings { bill_payment_status: BillPaymentStatus::Completed },
            providers,
            judges: None,
        });
        let (stop, stopped) = watch::channel(false);
        let room = Arc::new(ControlRoom {
            control: Control::default(),
            app: Arc::clone(&app),
            gate: Gate { token: None, open: Open::Machine },
            stop: stopped,
        });
        let front = Front::of(Routes::of(&app).with_control(&room));
        // Time stands while anything is done and jumps where all wait: nobody waits for a delay.
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
            .expect("a runtime needs nothing");
        Self { app, room, front, runtime, _stop: stop }
    }

    /// Begins anew: no world but those that credentials open, as the fixtures have them, at [`NOON`].
    pub fn begin(&self) -> Arc<World> {
        for world in self.app.store.list() {
            self.app.store.delete(world.name());
        }
        // Those that callers' credentials open: in a world made by a call the time would go on.
        for name in ["guest", "00000000-0000-0000-0000-000000000009"] {
            self.at_noon(&WorldName::parse(name).expect("a name"));
        }
        self.at_noon(&WorldName::default())
    }

    fn at_noon(&self, name: &WorldName) -> Arc<World> {
        let world = self.app.store.open(name).world;
        let set = self.app.store.set_clock(&world, |clock| clock.set(Some(noon()), Some(true)));
        set.expect("noon is in range");
        world
    }

    /// The default world as it is now.
    pub fn world(&self) -> Arc<World> {
        self.app.store.open(&WorldName::default()).world
    }

    /// Answers a call. A body that never ends is left out.
    pub fn answer(&self, request: Request<Body>) -> Answer {
        let stream = request.uri().path().ends_with("/stream");
        self.runtime.block_on(async {
            let response = self.front.clone().oneshot(request).await;
            let Ok(response): Result<Response<Body>, _> = response;
            let (parts, body) = response.into_parts();
            let body = if stream && parts.status.is_success() {
                Some(Bytes::new())
            } else {
                to_bytes(body, usize::MAX).await.ok()
            };
            Answer { status: parts.status.as_u16(), headers: parts.headers, body }
        })
    }

    /// A partner's token, or that of one of its businesses, from [`NOON`] on.
    pub fn token(&self, partner: Uuid, business: Option<Uuid>) -> String {
        let claims = Claims { sub: partner, partner_id: Some(partner), business_id: business };
        self.app.tokens.mint(claims, noon()).expect("claims can be written")
    }
}

/// [`NOON`].
pub fn noon() -> DateTime<Utc> {
    NOON.parse().expect("a time")
}
