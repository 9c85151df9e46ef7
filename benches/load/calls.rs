//! The calls that are measured, as a client writes them, and one caller who makes them singly.

use serde_json::{Value, json};

use super::bare::Answer;

pub(crate) const BOOKS: &str = "/v1/platform/businesses/3c90c3cc-0d44-4b50-8888-8dd25736052a";
const CUSTOMER: &str = "4d90c3cc-1e55-5c61-9999-9ee36847163b";
const TOKEN: &str = "/v1/platform/oauth2/token/";

/// In a header or a body: here every call has a number of its own.
pub(crate) const NUMBER: &str = "########";

/// A call. `body` is `None` for a GET.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    pub(crate) path: String,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Option<String>,
}

impl Call {
    fn get(token: &str, path: &str) -> Self {
        let headers = vec![("Authorization", format!("Bearer {token}"))];
        Self { path: format!("{BOOKS}{path}"), headers, body: None }
    }

    /// One payment of the fixtures.
    pub(crate) fn payment(token: &str) -> Self {
        Self::get(token, "/invoices/payments/7a80c3cc-4a88-4f94-8ccc-000000000001/")
    }

    /// A page of payments; `query` is empty or begins with `?`.
    pub(crate) fn payments(token: &str, query: &str) -> Self {
        Self::get(token, &format!("/invoices/payments/{query}"))
    }

    /// A new payment, each under a key of its own.
    pub(crate) fn create(token: &str) -> Self {
        let mut call = Self::get(token, "/invoices/payments/");
        call.headers.push(("Content-Type", "application/json".to_owned()));
        call.headers.push(("Idempotency-Key", format!("bench-{NUMBER}")));
        let body = json!({
            "customer_id": CUSTOMER,
            "total_amount_cents": 12_500,
            "currency": "GBP",
            "payment_method": "bank_transfer",
            "payment_date": "2024-03-20",
            "payment_reference": format!("PAY-{NUMBER}"),
            "references": {"bank_reference": "FPS-20240320-123456"},
            "note": "Paid by standing order",
        });
        call.body = Some(body.to_string());
        call
    }

    /// A token for the partner of a world.
    pub(crate) fn token(world: u64) -> Self {
        use base64::Engine;
        let basic =
            base64::prelude::BASE64_STANDARD.encode(format!("{}:sandbox-api-key", partner(world)));
        let headers = vec![("Authorization", format!("Basic {basic}"))];
        Self { path: TOKEN.to_owned(), headers, body: Some(String::new()) }
    }
}

/// A partner whose world nobody else uses. World 0 is that of the fixtures.
pub(crate) fn partner(world: u64) -> String {
    match world {
        0 => "2b80c3cc-0c33-4a40-8777-7cc14625941a".to_owned(),
        _ => format!("0f0e0d0c-0b0a-4908-8706-{world:012x}"),
    }
}

/// Makes a call once; answers what came back.
pub(crate) fn ask(base: &str, call: &Call) -> Result<Answer, String> {
    let agent: ureq::Agent =
        ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let url = format!("{base}{}", call.path);
    let once = |text: &str| text.replace(NUMBER, "00000000");
    let headers = call.headers.iter().map(|(name, value)| (*name, once(value)));
    let answered = match &call.body {
        None => headers.fold(agent.get(&url), |it, (name, value)| it.header(name, value)).call(),
        Some(body) => headers
            .fold(agent.post(&url), |it, (name, value)| it.header(name, value))
            .send(once(body)),
    };
    let mut answered = answered.map_err(|problem| format!("{url}: {problem}"))?;
    let headers = answered
        .headers()
        .iter()
        .filter(|(name, _)| !["date", "content-length"].contains(&name.as_str()));
    let text =
        |value: &ureq::http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let headers = headers.map(|(name, value)| (name.to_string(), text(value))).collect();
    let status = answered.status().as_u16();
    let body = answered.body_mut().with_config().limit(u64::MAX).read_to_string();
    let body = body.map_err(|problem| format!("{url}: {problem}"))?;
    if !(200..300).contains(&status) {
        return Err(format!("{url}: {status}, where 2xx is right: {body}"));
    }
    let method = if call.body.is_some() { "POST" } else { "GET" }.to_owned();
    let path = call.path.split('?').next().unwrap_or_default().to_owned();
    let json = call.body.as_ref().is_some_and(|body| !body.is_empty());
    Ok(Answer { method, path, json, status, headers, body })
}

/// A token that opens the books of a world.
pub(crate) fn token(base: &str, world: u64) -> Result<String, String> {
    let answer = ask(base, &Call::token(world))?;
    let value: Value = serde_json::from_str(&answer.body).map_err(|it| it.to_string())?;
    let token = value["access_token"].as_str();
    token.map(str::to_owned).ok_or_else(|| format!("no access_token in {}", answer.body))
}
