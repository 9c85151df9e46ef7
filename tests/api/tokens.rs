//! Thredfi's tokens: who gets one, what it says, and what it opens (BEHAVIOUR 2).

use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use chrono::DateTime;
use serde_json::{Value, json};
use sha2::{Digest, Sha256, Sha512};

use crate::support::*;

const FORM: &str = "application/x-www-form-urlencoded";

fn mint(business: &str) -> String {
    format!("/v1/platform/{business}/oauth2/token/")
}

fn data(business: &str) -> [(&'static str, String); 4] {
    let base = format!("/v1/platform/businesses/{business}");
    [
        ("GET", format!("{base}/invoices/payments/")),
        ("POST", format!("{base}/invoices/payments/")),
        ("GET", format!("{base}/invoices/payments/{NOTHING}/")),
        ("POST", format!("{base}/bills/payments/")),
    ]
}

async fn scoped(caller: &Caller<'_>, business: &str) -> String {
    let answer = caller.call("POST", &mint(business)).send().await.expect(200);
    answer.body["access_token"].as_str().unwrap().to_owned()
}

async fn with_bearer(sandbox: &Sandbox, method: &str, path: &str, token: &str) -> Answer {
    sandbox.call(method, path).header("authorization", &format!("Bearer {token}")).send().await
}

fn claims(token: &str) -> Value {
    let part = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

#[tokio::test]
async fn a_partner_gets_a_token_with_every_kind_of_body() {
    let sandbox = Sandbox::start();
    let multipart = "--b\r\ncontent-disposition: form-data; name=\"grant_type\"\r\n\r\n\
                     client_credentials\r\n--b--\r\n";
    let both = json!({ "grant_type": "client_credentials", "client_id": PARTNER }).to_string();
    let shouted = json!({ "client_id": PARTNER.to_uppercase() }).to_string();
    let form = format!("grant_type=client_credentials&client_id={PARTNER}");
    for (kind, body) in [
        ("", ""),
        ("application/json", ""),
        ("application/json", "{}"),
        ("application/json", r#"{"scope": "anything"}"#),
        ("application/json", &both),
        ("application/json", &shouted),
        (FORM, ""),
        (FORM, &form),
        ("multipart/form-data; boundary=b", multipart),
    ] {
        let call = sandbox.call("POST", PARTNER_TOKEN);
        let call = call.header("authorization", &basic(PARTNER, API_KEY));
        let call = if kind.is_empty() { call } else { call.body(kind, body.to_owned()) };
        let answer = call.send().await.expect(200);
        let token = answer.body["access_token"].clone();
        let whole = json!({ "access_token": token, "token_type": "Bearer", "expires_in": 3600 });
        assert_eq!(answer.body, whole, "{kind} {body}");
    }
}

#[tokio::test]
async fn another_grant_type_is_refused_in_every_kind_of_body() {
    let sandbox = Sandbox::start();
    let multipart =
        "--b\r\ncontent-disposition: form-data; name=\"grant_type\"\r\n\r\npassword\r\n--b--\r\n";
    for (kind, body) in [
        ("application/json", r#"{"grant_type": "password"}"#),
        (FORM, "grant_type=password"),
        ("multipart/form-data; boundary=b", multipart),
    ] {
        let call = sandbox.call("POST", PARTNER_TOKEN).body(kind, body);
        let answer = call.header("authorization", &basic(PARTNER, API_KEY)).send().await;
        let answer = answer.refused(400, "validation_error");
        assert_eq!(answer.fields(), ["grant_type"]);
        let text = answer.field("grant_type");
        assert!(text.starts_with(r#""password" is not a valid choice."#), "{text}");
        assert!(text.contains("client_credentials"), "{text}");
    }
}

#[tokio::test]
async fn a_client_id_must_be_the_user_name() {
    let sandbox = Sandbox::start();
    let with = |client_id: &str| {
        let call = sandbox.call("POST", PARTNER_TOKEN).json(&json!({ "client_id": client_id }));
        call.header("authorization", &basic(PARTNER, API_KEY)).send()
    };
    with(OTHER_PARTNER).await.refused(401, "invalid_credentials");
    with(NOTHING).await.refused(401, "invalid_credentials");
    let answer = with("me").await.refused(400, "validation_error");
    assert_eq!(answer.field("client_id"), "Must be a valid UUID.");
}

#[tokio::test]
async fn wrong_credentials_get_no_token() {
    let sandbox = Sandbox::start();
    let raw = |bytes: &[u8]| format!("Basic {}", BASE64_STANDARD.encode(bytes));
    for (header, code) in [
        (basic(PARTNER, "sandbox-api-kez"), "invalid_credentials"),
        (basic(PARTNER, ""), "invalid_credentials"),
        (basic(GUEST, "another-key"), "invalid_credentials"),
        (basic("partner", API_KEY), "invalid_credentials"),
        (basic("", ""), "invalid_credentials"),
        (raw(PARTNER.as_bytes()), "invalid_credentials"),
        (raw(b"\xff\xfe:\xff"), "invalid_credentials"),
        ("Basic !!!".to_owned(), "invalid_credentials"),
        (String::new(), "authentication_required"),
        ("Digest username=x".to_owned(), "authentication_required"),
        (format!("Bearer {API_KEY}"), "authentication_required"),
    ] {
        let call = sandbox.call("POST", PARTNER_TOKEN);
        let call = if header.is_empty() { call } else { call.header("authorization", &header) };
        let answer = call.send().await.refused(401, code);
        assert_eq!(answer.header("www-authenticate"), r#"Bearer realm="api""#, "{header}");
    }
}

#[tokio::test]
async fn a_token_says_who_and_until_when() {
    let sandbox = Sandbox::start();
    let answer = sandbox.token(PARTNER, API_KEY).await.expect(200);
    let now = DateTime::parse_from_rfc2822(answer.header("date")).unwrap().timestamp();
    let token = answer.body["access_token"].as_str().unwrap();
    let header = BASE64_URL_SAFE_NO_PAD.decode(token.split('.').next().unwrap()).unwrap();
    let header: Value = serde_json::from_slice(&header).unwrap();
    assert_eq!((&header["alg"], &header["typ"]), (&json!("HS256"), &json!("JWT")));
    let said = claims(token);
    let iat = said["iat"].as_i64().unwrap();
    assert!((now - 5..=now + 5).contains(&iat), "{iat} is not {now}");
    let whole = json!({ "sub": PARTNER, "partner_id": PARTNER, "iat": iat, "exp": iat + 3600 });
    assert_eq!(said, whole, "and no business");

    let caller = sandbox.partner().await;
    let answer = caller.call("POST", &mint(EUR_BUSINESS)).send().await.expect(200);
    let token = answer.body["access_token"].clone();
    let whole = json!({
        "access_token": token, "token_type": "Bearer", "expires_in": 3600,
        "scope": "business_access", "business_id": EUR_BUSINESS,
    });
    assert_eq!(answer.body, whole);
    let said = claims(token.as_str().unwrap());
    let iat = said["iat"].as_i64().unwrap();
    let whole = json!({
        "sub": PARTNER, "partner_id": PARTNER, "business_id": EUR_BUSINESS,
        "iat": iat, "exp": iat + 3600,
    });
    assert_eq!(said, whole);
}

#[tokio::test]
async fn a_token_is_what_a_jwt_library_would_have_signed() {
    let sandbox = Sandbox::start();
    let token = sandbox.partner().await.bearer;
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let secret = sandbook::Config::default().jwt_secret;
    let expected = hmac::<Sha256>(64, secret.as_bytes(), signed.as_bytes());
    assert_eq!(BASE64_URL_SAFE_NO_PAD.decode(signature).unwrap(), expected);
}

#[tokio::test]
async fn both_kinds_of_token_open_the_data() {
    let sandbox = Sandbox::start();
    let mut caller = sandbox.partner().await;
    for token in [caller.bearer.clone(), scoped(&caller, BUSINESS).await] {
        caller.bearer = token;
        caller.get(PAYMENTS).await.expect(200);
        let body = json!({ "customer_id": CUSTOMER, "total_amount_cents": 1 });
        let paid = caller.pay(body).await.expect(201);
        caller.payment(paid.body["payment"]["id"].as_str().unwrap()).await;
        let body = json!({ "vendor_id": VENDOR, "amount_cents": 1 });
        caller.post(BILL_PAYMENTS, body).await.expect(201);
    }
}

#[tokio::test]
async fn without_a_bearer_token_the_data_stay_shut() {
    let sandbox = Sandbox::start();
    let minting = [("POST", mint(BUSINESS))];
    for (method, path) in data(BUSINESS).into_iter().chain(minting) {
        let required = "authentication_required";
        sandbox.call(method, &path).send().await.refused(401, required);
        let call = sandbox.call(method, &path).header("authorization", &basic(PARTNER, API_KEY));
        call.send().await.refused(401, required);
    }
}

#[tokio::test]
async fn a_token_that_does_not_hold_opens_nothing() {
    let sandbox = Sandbox::start();
    let good = sandbox.partner().await.bearer;
    let iat = claims(&good)["iat"].as_i64().unwrap();
    let secret = sandbook::Config::default().jwt_secret;
    let said = |iat: i64, exp: i64| json!({ "sub": PARTNER, "partner_id": PARTNER, "iat": iat, "exp": exp });
    let with = |alg: &str, said: &Value, secret: &str| forge(&json!({ "alg": alg }), said, secret);
    let fresh = said(iat, iat + 3600);

    // The forgery itself is good: what is refused below is refused for its one difference.
    with_bearer(&sandbox, "GET", PAYMENTS, &with("HS256", &fresh, &secret)).await.expect(200);

    let parts: Vec<_> = good.split('.').collect();
    let other = encode(&json!({ "sub": OTHER_PARTNER, "iat": iat, "exp": iat + 3600 }));
    let unsigned = format!("{}.{}.", encode(&json!({ "alg": "none" })), encode(&fresh));
    let mut no_exp = fresh.clone();
    no_exp.as_object_mut().unwrap().remove("exp");
    let mut no_sub = fresh.clone();
    no_sub.as_object_mut().unwrap().remove("sub");
    for (what, token) in [
        ("expired long ago", with("HS256", &said(0, 3600), &secret)),
        ("expired a second ago", with("HS256", &said(iat - 3601, iat - 1), &secret)),
        ("expires never", with("HS256", &no_exp, &secret)),
        ("expires past all calendars", with("HS256", &said(iat, i64::MAX), &secret)),
        ("speaks of nobody", with("HS256", &no_sub, &secret)),
        ("signed with another secret", with("HS256", &fresh, "another secret")),
        ("signed with nothing", unsigned),
        ("alg none, yet signed", with("none", &fresh, &secret)),
        ("HS512", with("HS512", &fresh, &secret)),
        ("HS512 said, HS256 done", {
            let text = format!("{}.{}", encode(&json!({ "alg": "HS512" })), encode(&fresh));
            format!("{text}.{}", sign::<Sha256>(64, &secret, &text))
        }),
        ("another payload under the signature", format!("{}.{other}.{}", parts[0], parts[2])),
        ("a signature cut short", good[..good.len() - 4].to_owned()),
        ("no signature", format!("{}.{}", parts[0], parts[1])),
        ("one part too many", format!("{good}.x")),
        ("no JSON", "x.y.z".to_owned()),
        ("no token", "garbage".to_owned()),
        ("the token of another provider", DZ_TOKEN.to_owned()),
    ] {
        for (method, path) in [("GET", PAYMENTS), ("POST", &mint(BUSINESS))] {
            let answer = with_bearer(&sandbox, method, path, &token).await;
            assert_eq!((answer.status, answer.code()), (401, "invalid_token"), "{what}");
        }
    }
}

#[tokio::test]
async fn a_business_token_does_not_open_another_business() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    let token = scoped(&caller, EUR_BUSINESS).await;
    for business in [BUSINESS, OTHERS_BUSINESS, NOTHING] {
        for (method, path) in data(business) {
            let answer = with_bearer(&sandbox, method, &path, &token).await;
            answer.refused(403, "permission_denied");
        }
    }
    let [(_, own), ..] = data(EUR_BUSINESS);
    with_bearer(&sandbox, "GET", &own, &token).await.expect(200);
}

#[tokio::test]
async fn a_business_token_mints_no_tokens() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    let token = scoped(&caller, BUSINESS).await;
    for business in [BUSINESS, EUR_BUSINESS, OTHERS_BUSINESS, NOTHING] {
        let answer = with_bearer(&sandbox, "POST", &mint(business), &token).await;
        answer.refused(403, "permission_denied");
    }
    let answer = with_bearer(&sandbox, "POST", PARTNER_TOKEN, &token).await;
    answer.refused(401, "authentication_required");
}

#[tokio::test]
async fn a_business_that_is_not_the_partners_is_not_found() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    for business in [OTHERS_BUSINESS, NOTHING, "not-a-uuid", "3c90c3cc-0d44-4b50-8888"] {
        let minting = [("POST", mint(business))];
        for (method, path) in data(business).into_iter().chain(minting) {
            caller.call(method, &path).send().await.refused(404, "business_not_found");
        }
    }
    let other = sandbox.partner_as(OTHER_PARTNER).await;
    other.call("POST", &mint(OTHERS_BUSINESS)).send().await.expect(200);
    other.get(PAYMENTS).await.refused(404, "business_not_found");
}

#[tokio::test]
async fn every_path_answers_with_and_without_its_slash_and_never_by_redirect() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    let policy = reqwest::redirect::Policy::none();
    let strict = reqwest::Client::builder().redirect(policy).build().unwrap();
    let list = caller.get(PAYMENTS).await;
    let payment = list.body["results"][0]["id"].as_str().unwrap();
    let dayzero = dz_payments(1);
    for (method, path, status) in [
        ("POST", PARTNER_TOKEN, 200),
        ("POST", &mint(BUSINESS), 200),
        ("GET", PAYMENTS, 200),
        ("POST", PAYMENTS, 400),
        ("GET", &format!("{PAYMENTS}{payment}"), 200),
        ("POST", BILL_PAYMENTS, 400),
        ("POST", &dayzero, 401),
    ] {
        let bare = path.trim_end_matches('/');
        for path in [bare.to_owned(), format!("{bare}/"), format!("{bare}?a=b")] {
            let url = format!("{}{path}", sandbox.url());
            let basics = path.starts_with("/v1/platform/oauth2");
            let credentials =
                if basics { basic(PARTNER, API_KEY) } else { format!("Bearer {}", caller.bearer) };
            let request = strict.request(method.parse().unwrap(), url);
            let response = request.header("authorization", credentials).send().await.unwrap();
            assert_eq!(response.status(), status, "{method} {path}");
        }
    }
}

#[tokio::test]
async fn head_answers_what_get_does_without_the_body() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    let get = caller.get(PAYMENTS).await.expect(200);
    let head = caller.call("HEAD", PAYMENTS).send().await.expect(200);
    assert!(head.bytes.is_empty());
    for name in ["content-length", "content-type"] {
        assert_eq!(head.header(name), get.header(name));
    }
    // Without a body there is no envelope to check, hence a client that does not.
    let bare = reqwest::Client::new();
    let head = bare.head(format!("{}{PAYMENTS}", sandbox.url())).send().await.unwrap();
    assert_eq!(head.status(), 401);
    assert_eq!(head.headers()["www-authenticate"], r#"Bearer realm="api""#);
    let head = bare.head(format!("{}{PARTNER_TOKEN}", sandbox.url())).send().await.unwrap();
    assert_eq!(head.status(), 405);
}

#[tokio::test]
async fn a_token_outlives_a_restart_but_not_another_secret() {
    let first = Sandbox::start();
    let caller = first.partner().await;
    let tokens = [caller.bearer.clone(), scoped(&caller, BUSINESS).await];
    let same = Sandbox::start();
    let jwt_secret = "another secret".to_owned();
    let config = sandbook::Config { jwt_secret, ..sandbook::Config::default() };
    let other = Sandbox::with(config);
    for token in &tokens {
        with_bearer(&same, "GET", PAYMENTS, token).await.expect(200);
        let answer = with_bearer(&other, "GET", PAYMENTS, token).await;
        answer.refused(401, "invalid_token");
    }
    other.partner().await.get(PAYMENTS).await.expect(200);
}

/// A token by hand, signed as its header says; `none` is signed as HS256.
/// A token that would hold, had its time not passed.
pub(crate) fn expired(partner: &str) -> String {
    let header = json!({ "alg": "HS256", "typ": "JWT" });
    let claims = json!({ "sub": partner, "partner_id": partner, "iat": 1, "exp": 2 });
    forge(&header, &claims, &sandbook::Config::default().jwt_secret)
}

fn forge(header: &Value, claims: &Value, secret: &str) -> String {
    let text = format!("{}.{}", encode(header), encode(claims));
    let signature = match header["alg"].as_str() {
        Some("HS512") => sign::<Sha512>(128, secret, &text),
        _ => sign::<Sha256>(64, secret, &text),
    };
    format!("{text}.{signature}")
}

fn encode(value: &Value) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(value.to_string())
}

fn sign<D: Digest>(block: usize, secret: &str, text: &str) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(hmac::<D>(block, secret.as_bytes(), text.as_bytes()))
}

/// RFC 2104, for a key that is no longer than a block.
fn hmac<D: Digest>(block: usize, key: &[u8], text: &[u8]) -> Vec<u8> {
    let mut key = key.to_vec();
    key.resize(block, 0);
    let pad = |by: u8| key.iter().map(|byte| byte ^ by).collect::<Vec<_>>();
    let inner = D::new().chain_update(pad(0x36)).chain_update(text).finalize();
    D::new().chain_update(pad(0x5c)).chain_update(inner).finalize().to_vec()
}
