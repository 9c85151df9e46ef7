//! What a test holds: a sandbox of its own, callers, and answers that were checked.

mod ids;
mod not_simulated;
mod prism;
mod spec;

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Client, Method};
use serde_json::Value;

pub(crate) use ids::*;
pub(crate) use not_simulated::not_simulated;
pub(crate) use spec::{document, schema_problems};

/// A sandbox that a test has to itself.
pub(crate) struct Sandbox {
    running: sandbook::Sandbox,
    http: Client,
}

impl Sandbox {
    pub(crate) fn start() -> Self {
        Self::with(sandbook::Config::default())
    }

    /// Its own judge holds every answer to its document as well, besides that of the tests.
    pub(crate) fn with(mut config: sandbook::Config) -> Self {
        config.check_replies.get_or_insert(sandbook::CheckReplies::Fail);
        let running = sandbook::Sandbox::start(config).unwrap();
        Self { running, http: Client::new() }
    }

    pub(crate) fn url(&self) -> String {
        self.running.url()
    }

    /// A call without credentials.
    pub(crate) fn call(&self, method: &str, path: &str) -> Call {
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        let url = format!("{}{path}", self.url());
        let request = self.http.request(method.clone(), url);
        Call { request, method: method.to_string(), path: path.to_owned() }
    }

    /// The first partner, with a token.
    pub(crate) async fn partner(&self) -> Caller<'_> {
        self.partner_as(PARTNER).await
    }

    /// Any partner, with a token.
    pub(crate) async fn partner_as(&self, partner: &str) -> Caller<'_> {
        let answer = self.token(partner, API_KEY).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let token = answer.body["access_token"].as_str().unwrap();
        Caller { sandbox: self, bearer: token.to_owned(), business: None }
    }

    pub(crate) async fn token(&self, partner: &str, api_key: &str) -> Answer {
        let basic = basic(partner, api_key);
        self.call("POST", PARTNER_TOKEN).header("authorization", &basic).send().await
    }

    /// The Day Zero token and business of the fixtures.
    pub(crate) fn dayzero(&self) -> Caller<'_> {
        self.dayzero_as(DZ_TOKEN)
    }

    pub(crate) fn dayzero_as(&self, token: &str) -> Caller<'_> {
        let (bearer, business) = (token.to_owned(), Some(DZ_BUSINESS.to_owned()));
        Caller { sandbox: self, bearer, business }
    }
}

/// Somebody with a Bearer token.
pub(crate) struct Caller<'a> {
    pub(crate) sandbox: &'a Sandbox,
    pub(crate) bearer: String,
    business: Option<String>,
}

impl Caller<'_> {
    pub(crate) fn call(&self, method: &str, path: &str) -> Call {
        let bearer = format!("Bearer {}", self.bearer);
        let call = self.sandbox.call(method, path).header("authorization", &bearer);
        match &self.business {
            Some(business) => call.header("x-business-id", business),
            None => call,
        }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.call("GET", path).send().await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        self.call("POST", path).json(&body).send().await
    }

    /// Records a payment in the first business.
    pub(crate) async fn pay(&self, body: Value) -> Answer {
        self.post(PAYMENTS, body).await
    }

    /// One payment as get answers it.
    pub(crate) async fn payment(&self, id: &str) -> Value {
        let answer = self.get(&format!("{PAYMENTS}{id}/")).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.body
    }

    /// What an invoice has outstanding, as a probe of one cent is told.
    ///
    /// The probe asks for more than any invoice has, so it changes nothing.
    pub(crate) async fn outstanding(&self, customer: &str, invoice: &str) -> i64 {
        let too_much = 4_000_000_000_000_000_i64;
        let body = serde_json::json!({
            "customer_id": customer, "total_amount_cents": too_much,
            "allocations": [{ "invoice_id": invoice, "amount_cents": too_much }],
        });
        let answer = self.pay(body).await;
        assert_eq!(answer.code(), "allocation_exceeds_outstanding", "{}", answer.body);
        answer.body["detail"]["outstanding_amount_cents"].as_i64().unwrap()
    }
}

/// A call that is being made up.
pub(crate) struct Call {
    request: reqwest::RequestBuilder,
    method: String,
    path: String,
}

impl Call {
    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        let name = HeaderName::from_bytes(name.as_bytes()).unwrap();
        self.request =
            self.request.header(name, HeaderValue::from_bytes(value.as_bytes()).unwrap());
        self
    }

    pub(crate) fn json(self, body: &Value) -> Self {
        self.body("application/json", body.to_string())
    }

    pub(crate) fn body(mut self, kind: &str, body: impl Into<reqwest::Body>) -> Self {
        self.request = self.request.header("content-type", kind).body(body);
        self
    }

    pub(crate) fn untyped(mut self, body: impl Into<reqwest::Body>) -> Self {
        self.request = self.request.body(body);
        self
    }

    /// Gives up where the answer takes longer.
    pub(crate) fn within(mut self, time: std::time::Duration) -> Self {
        self.request = self.request.timeout(time);
        self
    }

    /// Sends it where the connection may break, and checks nothing.
    pub(crate) async fn attempt(self) -> reqwest::Result<reqwest::Response> {
        self.request.send().await
    }

    /// Sends it, and checks the reply against the document that the sandbox serves.
    pub(crate) async fn send(self) -> Answer {
        let response = prism::send(self.request).await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let bytes = response.bytes().await.unwrap();
        let text = headers.get("content-type").is_some_and(|kind| {
            let kind = kind.to_str().unwrap();
            kind.starts_with("text/")
                || kind == "application/xml"
                || kind.starts_with("application/openmetrics-text")
        });
        let body = if bytes.is_empty() {
            Value::Null
        } else if text {
            Value::from(String::from_utf8(bytes.to_vec()).unwrap())
        } else {
            serde_json::from_slice(&bytes).unwrap_or_else(|error| {
                panic!("{} {} answered no JSON: {error}: {bytes:?}", self.method, self.path)
            })
        };
        let answer = Answer { status, headers, body, bytes: bytes.to_vec() };
        spec::check(&self.method, &self.path, &answer);
        answer
    }
}

/// A reply that keeps the contract.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
    pub(crate) bytes: Vec<u8>,
}

impl Answer {
    /// Thredfi's error code; empty where there is none.
    pub(crate) fn code(&self) -> &str {
        self.body["error_code"].as_str().unwrap_or_default()
    }

    /// The texts under one field.
    pub(crate) fn field(&self, name: &str) -> String {
        let texts = &self.body["detail"]["field_errors"][name];
        let texts = texts.as_array().map(Vec::as_slice).unwrap_or_default();
        texts.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" ")
    }

    /// The fields that are wrong, in order.
    pub(crate) fn fields(&self) -> Vec<&str> {
        let fields = self.body["detail"]["field_errors"].as_object();
        fields.map(|fields| fields.keys().map(String::as_str).collect()).unwrap_or_default()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The answer, where it has this status.
    pub(crate) fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.body);
        self
    }

    /// The answer, where it has this status and code.
    pub(crate) fn refused(self, status: u16, code: &str) -> Self {
        assert_eq!((self.status, self.code()), (status, code), "{}", self.body);
        self
    }
}

/// An Authorization header of the Basic kind.
pub(crate) fn basic(user: &str, password: &str) -> String {
    use base64::Engine;
    use base64::prelude::BASE64_STANDARD;
    format!("Basic {}", BASE64_STANDARD.encode(format!("{user}:{password}")))
}
