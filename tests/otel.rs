//! The spans of calls, as a collector gets them from the program (feature `otel`).
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::http::HeaderMap;
use axum::routing::post;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::{KeyValue, any_value::Value};
use opentelemetry_proto::tonic::trace::v1::{Span, span::SpanKind, status::StatusCode};
use prost::Message;

/// Far more than anything here takes.
const PATIENCE: Duration = Duration::from_secs(40);

const TOKEN: &str = "/v1/platform/oauth2/token/";
const PAYMENTS: &str =
    "/v1/platform/businesses/3c90c3cc-0d44-4b50-8888-8dd25736052a/invoices/payments/";
const PAYMENT: &str =
    r#"{"customer_id":"4d90c3cc-1e55-5c61-9999-9ee36847163b","total_amount_cents":7}"#;
/// A partner of no fixture, with its world's API key.
const GUEST: &str = "0f0e0d0c-0b0a-4908-8706-050403020100";
const BASIC: &str =
    "Basic MGYwZTBkMGMtMGIwYS00OTA4LTg3MDYtMDUwNDAzMDIwMTAwOnNhbmRib3gtYXBpLWtleQ==";

#[test]
fn a_call_is_a_span_of_its_callers_trace() {
    let collector = Collector::start();
    let program = Program::start(&[
        ("OTEL_EXPORTER_OTLP_ENDPOINT", &collector.url),
        ("OTEL_EXPORTER_OTLP_HEADERS", "x-team=books%20and%20co"),
        ("OTEL_SERVICE_NAME", "books"),
    ]);
    let parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    let headers = [("authorization", BASIC), ("traceparent", parent), ("x-request-id", "r-7")];
    assert_eq!(program.call("POST", TOKEN.trim_end_matches('/'), &headers).0, 200);
    program.stop();

    let [(headers, export)] = collector.exports().try_into().unwrap();
    assert_eq!(headers["content-type"], "application/x-protobuf");
    assert_eq!(headers["x-team"], "books and co");
    let resource = facts(&export.resource_spans[0].resource.as_ref().unwrap().attributes);
    assert_eq!(resource["service.name"], "books");
    assert_eq!(resource["service.version"], env!("CARGO_PKG_VERSION"));
    let [span] = spans(export).try_into().unwrap();
    assert_eq!(span.trace_id, 0x0af7_6519_16cd_43dd_8448_eb21_1c80_319c_u128.to_be_bytes());
    assert_eq!(span.parent_span_id, 0xb7ad_6b71_6920_3331_u64.to_be_bytes());
    assert_eq!((&*span.name, span.kind()), ("POST /v1/platform/oauth2/token/", SpanKind::Server));
    assert!(span.start_time_unix_nano < span.end_time_unix_nano);
    assert_eq!(span.status.unwrap_or_default().code(), StatusCode::Unset);
    let expected = [
        ("http.request.method", "POST"),
        ("http.response.status_code", "200"),
        ("http.route", TOKEN),
        ("sandbook.operation", "get_partner_token"),
        ("sandbook.provider", "thredfi"),
        ("sandbook.request_id", "r-7"),
        ("sandbook.world", GUEST),
        ("url.path", "/v1/platform/oauth2/token"),
        ("url.scheme", "http"),
    ];
    let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
    assert_eq!(facts(&span.attributes), BTreeMap::from(expected));
}

#[test]
fn a_call_without_a_parent_is_a_trace_and_what_is_not_in_the_documents_is_in_no_name() {
    let collector = Collector::start();
    let traces = format!("{}/v1/traces", collector.url);
    let program = Program::start(&[("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", &traces)]);
    assert_eq!(program.call("BREW", TOKEN, &[("traceparent", "00-no")]).0, 405);
    assert_eq!(program.call("GET", "/teapot/7", &[]).0, 404);
    assert_eq!(program.call("GET", "/_sandbox/health", &[]).0, 200);
    program.stop();

    let [teapot, brew] = collector.spans().try_into().unwrap();
    let of = |span: &Span| (span.name.clone(), facts(&span.attributes), span.trace_id.len());
    assert!(brew.parent_span_id.is_empty() && teapot.parent_span_id.is_empty());
    assert_ne!(brew.trace_id, teapot.trace_id);
    let (name, brew, trace) = of(&brew);
    assert_eq!((&*name, trace), ("HTTP /v1/platform/oauth2/token/", 16));
    assert_eq!(brew["http.request.method"], "_OTHER");
    assert_eq!(brew["http.request.method_original"], "BREW");
    let (name, teapot, _) = of(&teapot);
    assert_eq!((&*name, teapot.get("http.route")), ("GET", None));
    assert_eq!((&*teapot["url.path"], &*teapot["sandbook.world"]), ("/teapot/7", "default"));
}

#[test]
fn only_what_the_server_did_wrong_is_an_error_and_a_forced_answer_says_so() {
    let collector = Collector::start();
    let program = Program::start(&[("OTEL_EXPORTER_OTLP_ENDPOINT", &collector.url)]);
    let (_, token) = program.call("POST", TOKEN, &[("authorization", BASIC)]);
    let bearer = format!("Bearer {}", token.split('"').nth(3).unwrap());
    for status in [500, 409] {
        let prefer = format!("code={status}");
        let headers = [("authorization", &*bearer), ("prefer", &prefer)];
        assert_eq!(program.call("POST", PAYMENTS, &headers).0, status);
    }
    program.stop();

    let spans = collector.spans();
    let forced = |status: &str| {
        let of = |span: &&Span| facts(&span.attributes)["http.response.status_code"] == status;
        let span = spans.iter().find(of).unwrap();
        let facts = facts(&span.attributes);
        assert_eq!(facts["sandbook.forced"], "Prefer");
        let outcome = span.status.clone().unwrap_or_default().code();
        (outcome, facts.get("error.type").cloned())
    };
    assert_eq!(forced("500"), (StatusCode::Error, Some("500".to_owned())));
    assert_eq!(forced("409"), (StatusCode::Unset, None));
}

#[test]
fn nothing_is_sent_of_a_call_that_its_caller_does_not_trace_nor_where_it_is_turned_off() {
    let collector = Collector::start();
    let endpoint = ("OTEL_EXPORTER_OTLP_ENDPOINT", &*collector.url);
    let sampled = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    let unsampled = sampled.replace("-01", "-00");
    for (off, parent) in [
        (("OTEL_SDK_DISABLED", "TRUE"), sampled),
        (("OTEL_TRACES_EXPORTER", "none"), sampled),
        (("OTEL_SERVICE_NAME", "on"), &unsampled),
    ] {
        let program = Program::start(&[endpoint, off]);
        assert_eq!(program.call("GET", "/teapot", &[("traceparent", parent)]).0, 404);
        program.stop();
    }
    assert!(collector.spans().is_empty());
}

#[test]
fn a_collector_that_is_gone_neither_fails_a_call_nor_keeps_the_program() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let program = Program::start(&[
        ("OTEL_EXPORTER_OTLP_ENDPOINT", &format!("http://{free}")),
        ("OTEL_EXPORTER_OTLP_TIMEOUT", "50"),
    ]);
    assert_eq!(program.call("GET", "/teapot", &[]).0, 404);
    let log = String::from_utf8(program.stop().stderr).unwrap();
    assert!(log.contains("HTTP export failed"), "{log}");
}

#[test]
fn an_endpoint_that_cannot_be_spoken_to_is_one_line_and_status_2() {
    for (endpoint, part) in [("https://127.0.0.1:4318", "TLS"), ("http://[", "invalid endpoint")] {
        let output = sandbook(&[("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint)]).output().unwrap();
        let error = String::from_utf8(output.stderr).unwrap();
        assert_eq!((output.status.code(), error.lines().count()), (Some(2), 1), "{error}");
        assert!(error.contains("OTEL_EXPORTER_OTLP_ENDPOINT") && error.contains(part), "{error}");
    }
}

/// What takes the place of a collector, on a free port.
struct Collector {
    url: String,
    exports: mpsc::Receiver<(HeaderMap, Bytes)>,
    _runtime: tokio::runtime::Runtime,
}

impl Collector {
    fn start() -> Self {
        let (tell, exports) = mpsc::channel();
        let take = move |headers: HeaderMap, body: Bytes| async move {
            tell.send((headers, body)).unwrap();
        };
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new().route("/v1/traces", post(take));
        runtime.spawn(async move { axum::serve(listener, router).await });
        Self { url, exports, _runtime: runtime }
    }

    /// What has come, after a program has ended.
    fn exports(&self) -> Vec<(HeaderMap, ExportTraceServiceRequest)> {
        let decode = |(headers, body)| (headers, ExportTraceServiceRequest::decode(body).unwrap());
        self.exports.try_iter().map(decode).collect()
    }

    /// The spans that have come, by their names.
    fn spans(&self) -> Vec<Span> {
        let mut spans: Vec<_> =
            self.exports().into_iter().flat_map(|(_, export)| spans(export)).collect();
        spans.sort_by(|a, b| a.name.cmp(&b.name));
        spans
    }
}

fn spans(export: ExportTraceServiceRequest) -> Vec<Span> {
    let scopes = export.resource_spans.into_iter().flat_map(|resource| resource.scope_spans);
    scopes.flat_map(|scope| scope.spans).collect()
}

fn facts(attributes: &[KeyValue]) -> BTreeMap<String, String> {
    let text = |attribute: &KeyValue| {
        let value = attribute.value.clone().unwrap().value.unwrap();
        if let Value::IntValue(number) = value {
            return number.to_string();
        }
        let Value::StringValue(text) = value else { panic!("{attribute:?}") };
        text
    };
    attributes.iter().map(|attribute| (attribute.key.clone(), text(attribute))).collect()
}

/// A server that has said where it listens. It goes when it is dropped.
struct Program {
    child: Option<Child>,
    url: String,
}

impl Program {
    fn start(environment: &[(&str, &str)]) -> Self {
        let mut child = sandbook(environment).spawn().unwrap();
        let lines = BufReader::new(child.stdout.as_mut().unwrap()).lines();
        let greeting = lines.map_while(Result::ok).find_map(|line| {
            Some(line.split_once(" listens on ")?.1.replace("localhost", "127.0.0.1"))
        });
        Self { child: Some(child), url: greeting.expect("it says where it listens") }
    }

    /// The status and the text of an answer. The body, where there is one, is a payment.
    fn call(&self, method: &str, path: &str, headers: &[(&str, &str)]) -> (u16, String) {
        let body = if path == PAYMENTS { PAYMENT } else { "" };
        let mut request = axum::http::Request::builder().method(method);
        for (name, value) in [&[("content-type", "application/json")], headers].concat() {
            request = request.header(name, value);
        }
        let request = request.uri(format!("{}{path}", self.url)).body(body).unwrap();
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .allow_non_standard_methods(true)
            .proxy(None)
            .timeout_global(Some(PATIENCE));
        let mut answer = ureq::Agent::new_with_config(agent.build()).run(request).unwrap();
        (answer.status().as_u16(), answer.body_mut().read_to_string().unwrap())
    }

    /// Stops it as a container would, and answers what was left to say.
    fn stop(mut self) -> Output {
        let child = self.child.take().unwrap();
        let pid = child.id().to_string();
        let signal = |name| Command::new("kill").args(["-s", name, &pid]).status().unwrap();
        assert!(signal("TERM").success());
        let (tell, told) = mpsc::channel();
        std::thread::spawn(move || tell.send(child.wait_with_output()));
        let Ok(output) = told.recv_timeout(PATIENCE) else {
            signal("KILL");
            panic!("the program does not end");
        };
        let output = output.unwrap();
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        output
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ended = child.kill();
            let _gone = child.wait();
        }
    }
}

/// The program on a free port, with nothing in its environment that these tests do not put there.
fn sandbook(environment: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sandbook"));
    command.args(["--port", "0"]).stdin(Stdio::null());
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let odd = |name: &str| {
        let name = name.to_ascii_uppercase();
        ["SANDBOOK_", "OTEL_"].iter().any(|it| name.starts_with(it)) || name.ends_with("_PROXY")
    };
    for (name, _) in std::env::vars().filter(|(name, _)| odd(name)) {
        command.env_remove(name);
    }
    command.envs(environment.iter().copied());
    command
}
