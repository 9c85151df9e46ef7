//! A sandbox for one test, and clients with their tokens.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};
use sandbook::clients::{dayzero, thredfi};
use sandbook::{CheckReplies, Config, Sandbox};
use uuid::{Uuid, uuid};

pub(crate) const PARTNER: &str = "2b80c3cc-0c33-4a40-8777-7cc14625941a";
pub(crate) const API_KEY: &str = "sandbox-api-key";
pub(crate) const BUSINESS: Uuid = uuid!("3c90c3cc-0d44-4b50-8888-8dd25736052a");

/// A fresh sandbox that holds its own answers to their documents; it stops when it is dropped.
pub(crate) fn sandbox() -> Sandbox {
    let check_replies = Some(CheckReplies::Fail);
    Sandbox::start(Config { check_replies, ..Config::default() }).unwrap()
}

/// A client that carries a partner's token.
pub(crate) async fn partner(sandbox: &Sandbox) -> thredfi::Client {
    let key = BASE64_STANDARD.encode(format!("{PARTNER}:{API_KEY}"));
    let client = thredfi(sandbox, &format!("Basic {key}"));
    let body = thredfi::types::PartnerTokenRequest::default();
    let token = client.get_partner_token(&body).await.unwrap().into_inner();
    thredfi(sandbox, &format!("Bearer {}", token.access_token))
}

/// A client that carries a token for one business.
pub(crate) async fn business(sandbox: &Sandbox, business: Uuid) -> thredfi::Client {
    let token = partner(sandbox).await.get_business_token(&business).await.unwrap().into_inner();
    thredfi(sandbox, &format!("Bearer {}", token.access_token))
}

/// A client of Day Zero for the business of the fixtures.
pub(crate) fn day_zero(sandbox: &Sandbox) -> dayzero::Client {
    let mut headers = bearer("Bearer dz_sandbox_default");
    let business = HeaderValue::from_static("019ab37c-b051-7000-8000-000000000001");
    headers.insert(HeaderName::from_static("x-business-id"), business);
    let http = reqwest::Client::builder().default_headers(headers).build().unwrap();
    dayzero::Client::new_with_client(&sandbox.url(), http)
}

/// A client that says who calls in this header.
pub(crate) fn thredfi(sandbox: &Sandbox, authorization: &str) -> thredfi::Client {
    let headers = bearer(authorization);
    let http = reqwest::Client::builder().default_headers(headers).build().unwrap();
    thredfi::Client::new_with_client(&sandbox.url(), http)
}

fn bearer(authorization: &str) -> HeaderMap {
    let authorization = HeaderValue::from_str(authorization).unwrap();
    HeaderMap::from_iter([(AUTHORIZATION, authorization)])
}
