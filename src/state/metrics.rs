//! Figures about the server for whoever watches it: what was called and answered, how long it took,
//! and what the worlds take. Counts go up from the start on, whatever is reset.

use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::{Registry, Unit};

/// The figures.
pub struct Metrics {
    registry: Registry,
    requests: Family<Answered, Counter>,
    seconds: Histogram,
    faults: Counter,
    breaches: Family<Breached, Counter>,
    pub(super) evicted: Counter,
    pub(super) recreated: Counter,
    worlds: Gauge,
    journal_bytes: Gauge,
}

/// What was called, and how it was answered.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answered {
    provider: &'static str,
    operation: &'static str,
    status: u16,
}

/// Whose reply broke its document.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Breached {
    provider: &'static str,
    operation: &'static str,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("sandbook");
        let requests = Family::<Answered, Counter>::default();
        let about =
            "Calls of the providers' operations; operation is empty where none has the path";
        registry.register("requests", about, requests.clone());
        // 0.1 ms to 26 s: what the sandbox takes, and what a fault may add.
        let seconds = Histogram::new(exponential_buckets(0.0001, 4.0, 10));
        let about = "How long calls took, waiting for a fault included";
        registry.register_with_unit("request_duration", about, Unit::Seconds, seconds.clone());
        let faults = Counter::default();
        registry.register(
            "forced_answers",
            "Calls that a fault, Prefer or a magic value has met",
            faults.clone(),
        );
        let breaches = Family::<Breached, Counter>::default();
        let about = "Replies that broke their document, where --check-replies looks";
        registry.register("reply_breaches", about, breaches.clone());
        let (evicted, recreated) = (Counter::default(), Counter::default());
        registry.register(
            "worlds_evicted",
            "Worlds given up as the least recently used",
            evicted.clone(),
        );
        registry.register(
            "worlds_recreated",
            "Worlds that began anew after that",
            recreated.clone(),
        );
        let (worlds, journal_bytes) = (Gauge::default(), Gauge::default());
        registry.register("worlds", "Worlds that there are", worlds.clone());
        let about = "What the journals of all worlds hold";
        registry.register_with_unit("journal", about, Unit::Bytes, journal_bytes.clone());
        Self {
            registry,
            requests,
            seconds,
            faults,
            breaches,
            evicted,
            recreated,
            worlds,
            journal_bytes,
        }
    }
}

impl Metrics {
    /// Counts a call, by the names of its provider and operation, if it is of any.
    pub fn count(
        &self,
        operation: Option<(&'static str, &'static str)>,
        status: u16,
        took: Duration,
        forced: bool,
    ) {
        let (provider, operation) = operation.unwrap_or_default();
        self.requests.get_or_create(&Answered { provider, operation, status }).inc();
        self.seconds.observe(took.as_secs_f64());
        if forced {
            self.faults.inc();
        }
    }

    /// Counts a reply that broke its document, by the names of its provider and operation.
    pub fn breach(&self, provider: &'static str, operation: &'static str) {
        self.breaches.get_or_create(&Breached { provider, operation }).inc();
    }

    /// All of them as Prometheus reads them, in the `OpenMetrics` text format.
    pub(super) fn text(&self, worlds: usize, journal_bytes: usize) -> String {
        self.worlds.set(i64::try_from(worlds).unwrap_or(i64::MAX));
        self.journal_bytes.set(i64::try_from(journal_bytes).unwrap_or(i64::MAX));
        let mut text = String::new();
        // A text takes whatever is written.
        let _written = encode(&mut text, &self.registry);
        text
    }
}
