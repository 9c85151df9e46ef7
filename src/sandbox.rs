//! The house put together, and the handle that a test holds on it.

use std::future::Future;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::thread::JoinHandle;

use tokio::sync::{oneshot, watch};

use crate::config::{CheckReplies, Config};
use crate::control::Control;
use crate::greeting::greeting;
use crate::http::{self, App, ControlRoom, Front, Gate, Judges, Listening, Open, Routes};
use crate::operations::{self, Provider, Settings};
use crate::state::coverage::{Row, Universe};
use crate::state::{FixtureError, Fixtures, Limits, Store, Tokens};

/// Why a sandbox did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The fixtures are wrong; the text names the file and the place in it.
    #[error("bad fixtures: {0}")]
    Fixtures(#[from] FixtureError),
    /// The address cannot be listened on.
    #[error("cannot listen on {host}:{port}: {source}")]
    Listen {
        /// The host that was asked for.
        host: String,
        /// The port that was asked for.
        port: u16,
        /// What the system says.
        source: io::Error,
    },
    /// A defect of ours: an embedded document that does not compile, or no thread to be had.
    #[error("a defect of the sandbox: {0}")]
    Defect(String),
}

/// A sandbox that is bound and ready to serve.
pub struct House {
    listening: Listening,
    front: Front,
    greeting: String,
    /// Tells what would never end by itself that the server stops.
    stop: watch::Sender<bool>,
}

impl House {
    /// Checks the fixtures, binds the address and builds everything that answers.
    ///
    /// # Errors
    /// [`StartError`], before anything is served.
    pub fn build(config: &Config) -> Result<Self, StartError> {
        let fixtures = match &config.fixtures {
            Some(folder) => Fixtures::from_folder(folder)?,
            None => Fixtures::embedded()?,
        };
        let providers = operations::providers();
        // Of the books that the program carries a test knows that they can be answered.
        if config.fixtures.is_some() {
            operations::answerable(&fixtures, &providers)?;
        }
        let fixtures =
            if config.no_auto_worlds { fixtures.without_auto_worlds() } else { fixtures };
        let limits = Limits {
            worlds: config.max_worlds,
            seed: config.seed,
            rate: config.rate_limit,
            journal_entries: config.journal_entries,
            journal_bytes: config.journal_bytes,
        };
        let listening = http::bind(&config.host, config.port).map_err(|source| {
            StartError::Listen { host: config.host.clone(), port: config.port, source }
        })?;
        let control = Control::default();
        let judges =
            |asked: CheckReplies| Judges::new(&providers, &control, asked == CheckReplies::Fail);
        let judges = config.check_replies.map(judges).transpose().map_err(StartError::Defect)?;
        let greeting = greeting(&config.host, listening.port(), &fixtures);
        let app = Arc::new(App {
            store: Arc::new(Store::new(fixtures, limits, universe(&providers)?)),
            tokens: Tokens::new(&config.jwt_secret),
            settings: Settings { bill_payment_status: config.bill_payment_status.into() },
            providers,
            judges,
        });
        let open = match (config.open_control, listening.loopback_only()) {
            (true, _) => Open::Anybody,
            (false, true) => Open::Machine,
            (false, false) => Open::Nobody,
        };
        let token = config.control_token.as_deref().map(|token| token.trim().to_owned());
        let gate = Gate { token, open };
        let (stop, stopped) = watch::channel(false);
        let room = Arc::new(ControlRoom { control, app: Arc::clone(&app), gate, stop: stopped });
        let front = Front::of(Routes::of(&app).with_control(&room));
        Ok(Self { listening, front, greeting, stop })
    }

    /// What to say at the start: where the server is, as whom to call it, and a line that works.
    pub fn greeting(&self) -> &str {
        &self.greeting
    }

    /// The port that was bound.
    pub fn port(&self) -> u16 {
        self.listening.port()
    }

    /// What answers, without the sockets: for calls within a program.
    pub fn front(&self) -> Front {
        self.front.clone()
    }

    /// Serves until `stop` is done, then ends what is running.
    ///
    /// # Errors
    /// Where a socket fails.
    pub async fn serve_until(
        self,
        stop: impl Future<Output = ()> + Send + 'static,
    ) -> io::Result<()> {
        let Self { listening, front, stop: stopping, .. } = self;
        let stop = async move {
            stop.await;
            let _nobody_streams = stopping.send(true);
        };
        http::serve_until(listening, front, stop).await
    }
}

/// Everything that the documents promise, operation by operation.
fn universe(providers: &[Provider]) -> Result<Universe, StartError> {
    let rows = providers.iter().flat_map(|it| it.operations.iter().map(move |row| (it, row)));
    let rows = rows.map(|(provider, row)| {
        let missing = || StartError::Defect(format!("the contract of {} is missing", row.id));
        Ok(Row {
            provider: provider.name,
            operation: row.id,
            method: row.method,
            path: row.path,
            source: row.source,
            clause: Arc::clone(provider.contract.clause(row.id).ok_or_else(missing)?),
        })
    });
    Ok(Universe::new(rows.collect::<Result<Vec<_>, StartError>>()?))
}

/// A sandbox inside a program, on a loopback port. It stops when it is dropped.
///
/// It runs on threads of its own, so it serves sync and async callers alike.
#[derive(Debug)]
pub struct Sandbox {
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Sandbox {
    /// Starts a sandbox on a free port of 127.0.0.1. Host and port of the configuration do not
    /// count; everything else does.
    ///
    /// # Errors
    /// [`StartError`].
    pub fn start(config: Config) -> Result<Self, StartError> {
        let config = Config { host: Ipv4Addr::LOCALHOST.to_string(), port: 0, ..config };
        let house = House::build(&config)?;
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, house.port()));
        // Two workers, so that a test's simultaneous calls meet in the books as they would anywhere.
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .thread_name("sandbook")
            .enable_all()
            .build()
            .map_err(|error| StartError::Defect(error.to_string()))?;
        let (stop, stopped) = oneshot::channel::<()>();
        let serve = move || {
            // Connections that a client keeps open are cut: a test that ends does not wait.
            let serving = house.serve_until(std::future::pending());
            runtime.block_on(async {
                tokio::select! {
                    served = serving => drop(served),
                    _ = stopped => {}
                }
            });
        };
        let thread = std::thread::Builder::new()
            .name("sandbook".to_owned())
            .spawn(serve)
            .map_err(|error| StartError::Defect(error.to_string()))?;
        Ok(Self { address, stop: Some(stop), thread: Some(thread) })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its base URL, without a trailing slash.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            // A server that has ended already has nobody to tell.
            let _ended = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            let _panicked = thread.join();
        }
    }
}
