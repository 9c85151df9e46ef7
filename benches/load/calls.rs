//! The calls that are measured, as a client writes them.

use std::fmt::Write;

use base64::Engine;
use serde_json::json;

pub(crate) const BUSINESS: &str = "3c90c3cc-0d44-4b50-8888-8dd25736052a";
/// The partner whose world is the default one.
pub(crate) const PARTNER: &str = "2b80c3cc-0c33-4a40-8777-7cc14625941a";
pub(crate) const CUSTOMER: &str = "4d90c3cc-1e55-5c61-9999-9ee36847163b";
const DAYZERO_BUSINESS: &str = "019ab37c-b051-7000-8000-000000000001";

/// In a path, a header or a body: here every call has a number of its own.
pub(crate) const NUMBER: &str = "########";

/// Likewise, but a number below that of the items that there are.
pub(crate) const ITEM: &str = "@@@@@@@@";

/// A call. `body` is `None` for a GET.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    pub(crate) path: String,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Option<String>,
}

impl Call {
    /// A GET that needs no credentials.
    pub(crate) fn get(path: &str) -> Self {
        Self { path: path.to_owned(), headers: Vec::new(), body: None }
    }

    /// One payment of the fixtures.
    pub(crate) fn payment(token: &str) -> Self {
        Self::payment_of(token, "7a80c3cc-4a88-4f94-8ccc-000000000001")
    }

    pub(crate) fn payment_of(token: &str, id: &str) -> Self {
        Self::books(token, &format!("/invoices/payments/{id}/"))
    }

    /// A page of payments; `query` is empty or begins with `?`.
    pub(crate) fn payments(token: &str, query: &str) -> Self {
        Self::books(token, &format!("/invoices/payments/{query}"))
    }

    /// A new payment, each under a key of its own.
    pub(crate) fn create(token: &str) -> Self {
        let call = Self::books(token, "/invoices/payments/");
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
        call.with("Idempotency-Key", format!("bench-{NUMBER}")).posting(body.to_string())
    }

    /// A token for the partner of a world.
    pub(crate) fn token(world: u64) -> Self {
        let basic = format!("{}:sandbox-api-key", partner(world));
        let basic = base64::prelude::BASE64_STANDARD.encode(basic);
        let call = Self::get("/v1/platform/oauth2/token/");
        Self { body: Some(String::new()), ..call.with("Authorization", format!("Basic {basic}")) }
    }

    /// The invoices of a world that a Day Zero token opens.
    pub(crate) fn invoices(world: &str) -> Self {
        let call = Self::get("/api/v1/invoices").with("x-business-id", DAYZERO_BUSINESS.to_owned());
        call.with("Authorization", format!("Bearer dz_sandbox_{world}"))
    }

    /// Makes a world without touching it.
    pub(crate) fn new_world(name: &str) -> Self {
        Self::get("/_sandbox/worlds").posting(json!({ "name": name }).to_string())
    }

    /// Gives a world its beginning back.
    pub(crate) fn reset(world: &str) -> Self {
        Self { body: Some(String::new()), ..Self::get(&format!("/_sandbox/reset?world={world}")) }
    }

    /// The same with a query of its own each time, so that no answer to it was ever given before.
    pub(crate) fn anew(mut self) -> Self {
        self.path.push(if self.path.contains('?') { '&' } else { '?' });
        self.path.push_str("_=");
        self.path.push_str(NUMBER);
        self
    }

    /// The head, the body, and nothing else: as it goes over the wire.
    pub(crate) fn text(&self) -> String {
        let method = if self.body.is_some() { "POST" } else { "GET" };
        let mut text = format!("{method} {} HTTP/1.1\r\nHost: localhost\r\n", self.path);
        for (name, value) in &self.headers {
            let _into_a_string = write!(text, "{name}: {value}\r\n");
        }
        if let Some(body) = &self.body {
            // A number has as many characters as what stands for it.
            let _into_a_string = write!(text, "Content-Length: {}\r\n", body.len());
        }
        text.push_str("\r\n");
        text.push_str(self.body.as_deref().unwrap_or_default());
        text
    }

    fn books(token: &str, path: &str) -> Self {
        let path = format!("/v1/platform/businesses/{BUSINESS}{path}");
        Self::get(&path).with("Authorization", format!("Bearer {token}"))
    }

    fn with(mut self, name: &'static str, value: String) -> Self {
        self.headers.push((name, value));
        self
    }

    fn posting(self, body: String) -> Self {
        let call = self.with("Content-Type", "application/json".to_owned());
        Self { body: Some(body), ..call }
    }
}

/// A partner whose world nobody else uses. World 0 is that of the fixtures.
pub(crate) fn partner(world: u64) -> String {
    match world {
        0 => PARTNER.to_owned(),
        _ => format!("0f0e0d0c-0b0a-4908-8706-{world:012x}"),
    }
}
