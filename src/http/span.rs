//! The span of a call, in the words of OpenTelemetry's conventions for HTTP servers. Only its API
//! is known here: where spans go is the program's to say. Without the feature `otel` there is none.

use axum::http::request::Parts;
#[cfg(feature = "otel")]
use {
    axum::http::Method,
    opentelemetry::KeyValue,
    opentelemetry::global::{self, BoxedSpan},
    opentelemetry::trace::{Span as _, SpanKind, Status, Tracer as _},
    opentelemetry_http::HeaderExtractor,
};

use crate::state::WorldName;

/// The span of one call.
pub(super) struct Span(#[cfg(feature = "otel")] BoxedSpan);

#[cfg(feature = "otel")]
impl Span {
    /// A span that begins: a child of the caller's, if the call names one. `route` is the path as
    /// the document has it, where some operation has it.
    pub(super) fn begin(parts: &Parts, id: &str, route: Option<&'static str>) -> Self {
        let headers = HeaderExtractor(&parts.headers);
        let parent = global::get_text_map_propagator(|it| it.extract(&headers));
        let method = known(&parts.method);
        let mut facts = vec![
            KeyValue::new("http.request.method", method.unwrap_or("_OTHER")),
            KeyValue::new("url.scheme", "http"),
            KeyValue::new("url.path", parts.uri.path().to_owned()),
            KeyValue::new("sandbook.request_id", id.to_owned()),
        ];
        facts.extend(route.map(|route| KeyValue::new("http.route", route)));
        if method.is_none() {
            let original = parts.method.to_string();
            facts.push(KeyValue::new("http.request.method_original", original));
        }
        let tracer = global::tracer("sandbook");
        let verb = method.unwrap_or("HTTP");
        let name = route.map_or_else(|| verb.to_owned(), |route| format!("{verb} {route}"));
        let builder = tracer.span_builder(name);
        let builder = builder.with_kind(SpanKind::Server).with_attributes(facts);
        Self(tracer.build_with_context(builder, &parent))
    }

    /// Ends it with what is known by then: the provider and the operation by their names, the
    /// world, the status, and what stood in for the ordinary answer, if anything.
    pub(super) fn end(
        self,
        operation: Option<(&'static str, &'static str)>,
        world: Option<&WorldName>,
        status: u16,
        forced: Option<&str>,
    ) {
        let Self(mut span) = self;
        if !span.is_recording() {
            return;
        }
        if let Some((provider, operation)) = operation {
            span.set_attribute(KeyValue::new("sandbook.provider", provider));
            span.set_attribute(KeyValue::new("sandbook.operation", operation));
        }
        if let Some(world) = world {
            span.set_attribute(KeyValue::new("sandbook.world", world.to_string()));
        }
        if let Some(forced) = forced {
            span.set_attribute(KeyValue::new("sandbook.forced", forced.to_owned()));
        }
        span.set_attribute(KeyValue::new("http.response.status_code", i64::from(status)));
        // What the caller did wrong is no error of a server.
        if status >= 500 {
            span.set_attribute(KeyValue::new("error.type", status.to_string()));
            span.set_status(Status::error(""));
        }
        span.end();
    }
}

/// The method, if it is one: callers may invent others, and names of spans are not theirs to make.
#[cfg(feature = "otel")]
fn known(method: &Method) -> Option<&'static str> {
    let known = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "CONNECT", "TRACE"];
    known.into_iter().find(|known| method == known)
}

#[cfg(not(feature = "otel"))]
impl Span {
    pub(super) fn begin(_: &Parts, _: &str, _: Option<&'static str>) -> Self {
        Self()
    }

    pub(super) fn end(
        self,
        _: Option<(&'static str, &'static str)>,
        _: Option<&WorldName>,
        _: u16,
        _: Option<&str>,
    ) {
        let Self() = self;
    }
}
