//! The way of a call about a provider: straight to its sandbox, or through Prism's validating
//! proxies, where `tests/contract/prism/run` asks for it. What they find is written down for its
//! judge, and nothing is judged here.
//!
//! `SANDBOOK_PRISM` says the way: `thredfi=PORT,PORT dayzero=PORT,PORT`, each provider's proxies in
//! the order of the call. `SANDBOOK_PRISM_LOG` is the file for what they find, a line of JSON a call.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::sync::{Mutex, OnceLock};

use reqwest::header::{HeaderMap, HeaderValue};
use reqwest::{Method, Request, RequestBuilder, Response};
use serde_json::{Value, json};

/// Sends a call, through the proxies of its provider where there are any.
pub(super) async fn send(call: RequestBuilder) -> reqwest::Result<Response> {
    let Some(way) = way() else { return call.send().await };
    let (client, request) = call.build_split();
    let mut request = request?;
    let path = request.url().path().to_owned();
    let Some(proxies) = way.proxies(&path) else { return client.execute(request).await };
    let port = request.url().port().unwrap();
    let test = std::thread::current().name().unwrap_or_default().to_owned();
    let kind = request.headers().get("content-type").and_then(|it| it.to_str().ok());
    let kind = kind.map(|it| it.split(';').next().unwrap_or_default());
    let call = json!({
        "test": test, "method": request.method().as_str(), "path": path, "kind": kind,
    });
    if let Some(reason) = reads_otherwise(&request, &test) {
        way.note(call, &[("around", reason.into())]);
        return client.execute(request).await;
    }
    let mut rest = proxies.to_vec();
    request.url_mut().set_port(Some(rest.remove(0))).unwrap();
    rest.push(port);
    let rest: Vec<_> = rest.iter().map(u16::to_string).collect();
    request.headers_mut().insert("x-way", HeaderValue::from_str(&rest.join(",")).unwrap());
    let mut response = client.execute(request).await?;
    let found = [taken(response.headers_mut(), OUTER), taken(response.headers_mut(), INNER)];
    let [published, served] = found;
    let status = response.status().as_u16().into();
    way.note(call, &[("status", status), ("published", published), ("served", served)]);
    Ok(response)
}

/// What the proxy next to the client found, the one that reads the document as it is published.
const OUTER: &str = "sl-violations";
/// What the proxy behind it found, the one that reads the document as it is served.
const INNER: &str = "sl-violations-inner";

fn taken(headers: &mut HeaderMap, name: &str) -> Value {
    match headers.remove(name) {
        None => json!([]),
        // Too many for a header are cut off, and no JSON any more: the judge sees a text.
        Some(found) => serde_json::from_slice(found.as_bytes())
            .unwrap_or_else(|_| String::from_utf8_lossy(found.as_bytes()).into()),
    }
}

/// Tests whose answers hold numbers that JavaScript writes otherwise: `20.0`, or beyond 2^53.
const EXACT_ANSWERS: [&str; 3] = [
    "bills::a_bill_adds_its_lines_up",
    "create_invoice_payment::the_largest_amount_is_recorded_exactly",
    "invoices::every_number_follows_from_the_lines",
];

/// Why Prism would not hand on what is sent or answered, where it would not: such calls go around
/// it. All that goes around it is here.
fn reads_otherwise(request: &Request, test: &str) -> Option<&'static str> {
    let header = |name| request.headers().get(name).map(HeaderValue::as_bytes).unwrap_or_default();
    let body = request.body().map(|body| body.as_bytes().unwrap_or_default()).unwrap_or_default();
    let kind = str::from_utf8(header("content-type")).unwrap_or_default();
    let json = kind.starts_with("application/json") && !body.is_empty();
    let prefer = str::from_utf8(header("prefer")).unwrap_or_default();
    let reasons = [
        (request.method() == Method::HEAD, "it reads the answer to HEAD as JSON"),
        (request.method() == Method::GET && !body.is_empty(), "it refuses a GET with a body"),
        (request.headers().values().any(|it| it.len() > 8192), "it takes headers up to 16 KiB"),
        (prefer.contains("code=soon"), "it answers a code that is no number itself"),
        (!header("content-type").is_empty() && !is_media_type(kind), "it fails on a broken type"),
        (kind.is_empty() && !body.is_empty(), "it says text/plain of a body without a type"),
        (str::from_utf8(body).is_err(), "it reads a body as UTF-8 and hands on what it made of it"),
        (json && parsed(body).is_none(), "it answers malformed JSON itself"),
        (json && parsed(body).is_some_and(|it| !survives(&it)), "it writes numbers as JavaScript"),
        (
            request.body().is_some_and(|body| body.as_bytes().is_none()),
            "it waits for the whole of a body in chunks, which is what is tested",
        ),
        (EXACT_ANSWERS.contains(&test), "it writes the answer's numbers as JavaScript"),
    ];
    reasons.into_iter().find_map(|(holds, reason)| holds.then_some(reason))
}

fn is_media_type(kind: &str) -> bool {
    kind.is_ascii() && kind.split(';').next().is_some_and(|it| it.contains('/'))
}

fn parsed(body: &[u8]) -> Option<Value> {
    serde_json::from_slice(body).ok()
}

/// Whether JSON is the same after JavaScript has read and written it. Prism, moreover, hands on a
/// text without its quotes, and nothing for `null` and the like.
fn survives(body: &Value) -> bool {
    (body.is_object() || body.is_array()) && numbers_survive(body)
}

fn numbers_survive(value: &Value) -> bool {
    const EXACT: i64 = 1 << 53;
    match value {
        Value::Number(number) => match number.as_i64() {
            Some(integer) => (-EXACT..=EXACT).contains(&integer),
            None => number.as_f64().is_some_and(|it| it.fract() != 0.0),
        },
        Value::Array(items) => items.iter().all(numbers_survive),
        Value::Object(fields) => fields.values().all(numbers_survive),
        Value::Null | Value::Bool(_) | Value::String(_) => true,
    }
}

struct Way {
    proxies: BTreeMap<String, Vec<u16>>,
    log: Mutex<File>,
}

impl Way {
    fn proxies(&self, path: &str) -> Option<&[u16]> {
        let provider = match path {
            _ if path.starts_with("/v1/") => "thredfi",
            _ if path.starts_with("/api/v1/") => "dayzero",
            _ => return None,
        };
        Some(&self.proxies[provider])
    }

    fn note(&self, mut call: Value, found: &[(&str, Value)]) {
        for (name, value) in found {
            call[name] = value.clone();
        }
        writeln!(self.log.lock().unwrap(), "{call}").unwrap();
    }
}

fn way() -> Option<&'static Way> {
    static WAY: OnceLock<Option<Way>> = OnceLock::new();
    let found = WAY.get_or_init(|| {
        let text = std::env::var("SANDBOOK_PRISM").ok()?;
        let log = std::env::var("SANDBOOK_PRISM_LOG").expect("SANDBOOK_PRISM_LOG names a file");
        let ports = |ports: &str| ports.split(',').map(|port| port.parse().unwrap()).collect();
        let proxies = text.split(' ').map(|provider| {
            let (name, way) = provider.split_once('=').expect("PROVIDER=PORT,PORT");
            (name.to_owned(), ports(way))
        });
        let log = OpenOptions::new().create(true).append(true).open(log).unwrap();
        Some(Way { proxies: proxies.collect(), log: Mutex::new(log) })
    });
    found.as_ref()
}
