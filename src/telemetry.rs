//! Where the spans of calls go: to a collector, by OTLP over HTTP, as OpenTelemetry's standard
//! environment variables say. Compiled with the feature `otel` only. No spans are made here.

use std::env;
use std::time::Duration;

use opentelemetry::{KeyValue, global};
use opentelemetry_otlp::SpanExporter;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::resource::{EnvResourceDetector, TelemetryResourceDetector};
use opentelemetry_sdk::trace::SdkTracerProvider;

/// How long the program's end waits for a collector to take the last spans.
const PATIENCE: Duration = Duration::from_secs(5);

/// The most particular one first.
const ENDPOINTS: [&str; 2] = ["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT"];

/// The way of spans to the collector. Dropped, it hands over the last of them.
pub(crate) struct Traces(SdkTracerProvider);

impl Traces {
    /// Opens it, from a thread of its own; none where the environment names no collector, or says
    /// that there is nothing to send.
    ///
    /// # Errors
    /// What is wrong with a variable, in one line.
    pub(crate) fn start() -> Result<Option<Self>, String> {
        // The SDK knows neither variable.
        let off = told("OTEL_SDK_DISABLED").is_some_and(|it| it.eq_ignore_ascii_case("true"))
            || told("OTEL_TRACES_EXPORTER").is_some_and(|it| it == "none");
        let named = ENDPOINTS.into_iter().find_map(|name| Some((name, told(name)?)));
        let Some((name, endpoint)) = named.filter(|_| !off) else { return Ok(None) };
        if !endpoint.starts_with("http://") {
            return Err(format!(
                "{name} {endpoint:?} must begin with http://: there is no TLS in this program"
            ));
        }
        let exporter = SpanExporter::builder().with_http().build();
        let exporter = exporter.map_err(|problem| format!("{name}: {problem}"))?;
        let provider = SdkTracerProvider::builder().with_resource(resource());
        let provider = provider.with_batch_exporter(exporter).build();
        global::set_text_map_propagator(TraceContextPropagator::new());
        global::set_tracer_provider(provider.clone());
        Ok(Some(Self(provider)))
    }
}

impl Drop for Traces {
    fn drop(&mut self) {
        if let Err(problem) = self.0.shutdown_with_timeout(PATIENCE) {
            tracing::warn!(%problem, "the last spans did not reach the collector");
        }
    }
}

/// Who sends the spans.
fn resource() -> Resource {
    let ours = [("service.name", "sandbook"), ("service.version", env!("CARGO_PKG_VERSION"))];
    let resource = Resource::builder_empty()
        .with_attributes(ours.map(|(name, value)| KeyValue::new(name, value)))
        .with_detector(Box::new(TelemetryResourceDetector))
        .with_detector(Box::new(EnvResourceDetector::new()));
    match told("OTEL_SERVICE_NAME") {
        Some(name) => resource.with_service_name(name).build(),
        None => resource.build(),
    }
}

/// What a variable says. An empty one is as good as none.
fn told(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}
