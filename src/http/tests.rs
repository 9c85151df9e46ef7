//! Defects of ours, which no request can bring about: put in by hand, and answered.

use std::time::Duration;

use axum::body::to_bytes;
use axum::extract::Request;
use axum::http::StatusCode;
use serde_json::{Map, Value};
use tower::ServiceExt;

use super::*;
use crate::operations::{Cx, Failure, Operation, providers};
use crate::state::journal::Filter;
use crate::state::{Claims, Fixtures, Limits, WorldName};

type Run = fn(&mut Cx<'_>, Map<String, Value>) -> Result<Reply, Failure>;

const PARTNER: &str = "2b80c3cc-0c33-4a40-8777-7cc14625941a";
const PAYMENT: &str = "/v1/platform/businesses/3c90c3cc-0d44-4b50-8888-8dd25736052a/invoices/payments/7a80c3cc-4a88-4f94-8ccc-000000000001/";

/// The app, where one operation has a defect.
fn app(broken: &str, run: Run) -> Arc<App> {
    judged(broken, run, None)
}

/// The same, where replies are held to their documents: `Some(true)` where a wrong one becomes a 500.
fn judged(broken: &str, run: Run, fail: Option<bool>) -> Arc<App> {
    let fixtures = Fixtures::embedded().expect("they hold");
    let mut providers = providers();
    let rows = providers.iter_mut().flat_map(|provider| &mut provider.operations);
    let broken: Vec<&mut Operation> = rows.filter(|row| row.id == broken).collect();
    assert_eq!(broken.len(), 1);
    for row in broken {
        row.run = run;
    }
    let control = crate::control::Control::default();
    let judges = fail.map(|fail| Judges::new(&providers, &control, fail).expect("they hold"));
    Arc::new(App {
        store: Arc::new(Store::new(
            fixtures,
            Limits { worlds: 1, ..Limits::default() },
            crate::state::coverage::Universe::new([]),
        )),
        tokens: Tokens::new("secret"),
        settings: Settings { bill_payment_status: crate::domain::BillPaymentStatus::Completed },
        providers,
        judges,
    })
}

async fn get_payment(app: &Arc<App>) -> (StatusCode, Value) {
    let sub = PARTNER.parse().expect("a UUID");
    let now = app.store.open(&WorldName::default()).world.clock().now();
    let claims = Claims { sub, partner_id: None, business_id: None };
    let token = app.tokens.mint(claims, now).expect("a token");
    let request = Request::get(PAYMENT)
        .header("authorization", format!("Bearer {token}"))
        .header("x-request-id", "mine")
        .body(Body::empty())
        .expect("a request");
    let response = Front::of(Routes::of(app)).oneshot(request).await.expect("it cannot fail");
    let status = response.status();
    let body = to_bytes(response.into_body(), usize::MAX).await.expect("a body");
    (status, serde_json::from_slice(&body).expect("JSON"))
}

#[tokio::test]
async fn a_defect_is_a_500_without_its_text_and_the_server_lives_on() {
    let defects: [Run; 2] = [
        |_, _| panic!("the secret cause"),
        |_, _| Err(Failure::Defect("the secret cause".to_owned())),
    ];
    for run in defects {
        let app = app("get_invoice_payment", run);
        for _ in 0..2 {
            let (status, body) = get_payment(&app).await;
            assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
            assert_eq!(body["error_code"], "internal_error");
            assert_eq!(body["request_id"], "mine");
            assert_eq!(body["detail"], Value::Object(Map::new()));
            assert!(!body.to_string().contains("secret"), "{body}");
        }
    }
}

#[tokio::test]
async fn books_that_were_held_in_a_panic_are_whole_and_usable() {
    let app = app("create_bill_payment_allocation", |_, _| Err(Failure::NotSimulated));
    let world = app.store.open(&WorldName::default()).world;
    let business = "3c90c3cc-0d44-4b50-8888-8dd25736052a".parse().map(crate::domain::BusinessId);
    let business = business.expect("a UUID");
    let held = std::panic::AssertUnwindSafe(|| {
        app.store.with(&world, business, |_| panic!("while the books are held"))
    });
    let panicked: std::thread::Result<Option<()>> = std::panic::catch_unwind(held);
    assert!(panicked.is_err());
    assert_eq!(get_payment(&app).await.0, StatusCode::OK);
}

#[tokio::test]
async fn what_is_not_simulated_yet_says_so_with_a_501() {
    let app = app("get_invoice_payment", |_, _| Err(Failure::NotSimulated));
    let (status, body) = get_payment(&app).await;
    assert_eq!(
        (status, &body["error_code"]),
        (StatusCode::NOT_IMPLEMENTED, &"not_simulated".into())
    );
}

/// What was logged.
#[derive(Clone, Default)]
struct Log(Arc<std::sync::Mutex<Vec<u8>>>);

impl Log {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().expect("nobody panicked").clone()).expect("text")
    }
}

impl std::io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("nobody panicked").write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl tracing_subscriber::fmt::MakeWriter<'_> for Log {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

/// A payment whose id is none, and of which all else is missing.
const WRONG: Run = |_, _| Ok(Reply::json(200, &serde_json::json!({ "id": "nobody" })));

const COUNTED: &str =
    r#"sandbook_reply_breaches_total{provider="thredfi",operation="get_invoice_payment"} 1"#;

#[tokio::test]
async fn a_reply_that_breaks_its_document_is_a_500_that_says_so_where_that_was_asked_for() {
    let app = judged("get_invoice_payment", WRONG, Some(true));
    let (status, body) = get_payment(&app).await;
    assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(
        (&body["error_code"], &body["request_id"]),
        (&"contract_breach".into(), &"mine".into())
    );
    assert_eq!(body["detail"]["answered"], 200);
    assert_eq!(body["detail"]["breaches"]["#/id"], "Must be a UUID.");
    assert_eq!(body["detail"]["breaches"]["#/total_amount"], "Required, and not there.");
    assert!(app.store.metrics_text().contains(COUNTED), "{}", app.store.metrics_text());
}

#[tokio::test]
async fn a_reply_that_breaks_its_document_goes_out_and_is_counted_where_it_is_only_logged() {
    let app = judged("get_invoice_payment", WRONG, Some(false));
    // Whoever logs a line first decides for all threads whether anybody listens to it: so it is
    // logged once before there is a listener.
    get_payment(&judged("get_invoice_payment", WRONG, Some(false))).await;
    let log = Log::default();
    let lines = tracing_subscriber::fmt().with_writer(log.clone()).with_ansi(false).finish();
    let logging = tracing::subscriber::set_default(lines);
    let (status, body) = get_payment(&app).await;
    drop(logging);
    let log = log.text();
    let line = log.lines().find(|line| line.contains("#/id")).expect("a line of its own");
    for part in
        ["WARN", "a reply breaks its document", "get_invoice_payment", "Must be a UUID.", "mine"]
    {
        assert!(line.contains(part), "no {part} in {line}");
    }
    assert!(log.lines().count() > 1, "each breach has a line: {log}");
    assert_eq!((status, &body["id"]), (StatusCode::OK, &"nobody".into()));
    assert!(app.store.metrics_text().contains(COUNTED), "{}", app.store.metrics_text());
}

#[tokio::test]
async fn a_reply_that_breaks_its_document_is_nobodys_matter_where_nothing_was_asked() {
    let app = judged("get_invoice_payment", WRONG, None);
    assert_eq!(get_payment(&app).await.0, StatusCode::OK);
    assert!(!app.store.metrics_text().contains("sandbook_reply_breaches_total{"));
}

#[tokio::test]
async fn an_undocumented_status_breaks_the_document_whoever_answers_it() {
    let teapot: Run = |_, _| Ok(Reply::json(418, &serde_json::json!({})));
    let (status, body) = get_payment(&judged("get_invoice_payment", teapot, Some(true))).await;
    assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
    let says = body["detail"]["breaches"][":status"].as_str().expect("a text");
    assert!(says.starts_with("Must be one of 200, 400"), "{says}");
}

#[tokio::test]
async fn a_defect_keeps_its_own_answer_where_the_document_has_it() {
    let defect: Run = |_, _| Err(Failure::Defect("the secret cause".to_owned()));
    let (status, body) = get_payment(&judged("get_invoice_payment", defect, Some(true))).await;
    assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(body["error_code"], "internal_error");
}

const LINK: &str = "create_invoice_payment_api_v1_invoices__invoice_id__payments_post";

#[tokio::test]
async fn day_zero_says_in_its_own_words_what_breaks_its_document() {
    let app =
        judged(LINK, |_, _| Ok(Reply::json(201, &serde_json::json!({ "id": 1 }))), Some(true));
    let path = "/api/v1/invoices/019ab37c-1001-7000-8000-000000000001/payments";
    let request = Request::post(path)
        .header("authorization", "Bearer dz_sandbox_default")
        .header("x-business-id", "019ab37c-b051-7000-8000-000000000001")
        .header("content-type", "application/json")
        .body(Body::from(
            r#"{"transaction_id":"019ab37c-7001-7000-8000-000000000001","amount":1}"#,
        ));
    let request = request.expect("a request");
    let response = Front::of(Routes::of(&app)).oneshot(request).await.expect("it cannot fail");
    assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
    let body = to_bytes(response.into_body(), usize::MAX).await.expect("a body");
    let body: Value = serde_json::from_slice(&body).expect("JSON");
    let says = body["detail"].as_str().expect("a text");
    assert!(says.contains("own 201") && says.contains("#/id: Must be a string."), "{says}");
}

#[tokio::test]
async fn the_control_room_says_in_a_problem_what_breaks_its_document() {
    let app = judged("get_invoice_payment", WRONG, Some(true));
    let mut control = crate::control::Control::default();
    let health = control.operations.iter_mut().find(|row| row.id == "get_health").expect("a row");
    health.run = |_, _| Ok(crate::control::Reply::json(200, &serde_json::json!({ "status": 7 })));
    let stream =
        control.operations.iter_mut().find(|row| row.id == "stream_requests").expect("a row");
    stream.run = |cx, _| {
        let world = cx.store.open(&WorldName::default()).world;
        cx.watch = Some(crate::control::Watch { world, filter: Filter::default() });
        Ok(crate::control::Reply::text(200, "text/plain", String::new()))
    };
    let gate = Gate { token: None, open: Open::Anybody };
    let (_stop, stop) = tokio::sync::watch::channel(false);
    let room = Arc::new(ControlRoom { control, app: Arc::clone(&app), gate, stop });
    let request = Request::get("/_sandbox/health").body(Body::empty()).expect("a request");
    let response = Front::of(Routes::of(&room.app).with_control(&room))
        .oneshot(request)
        .await
        .expect("it cannot fail");
    assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(response.headers()["content-type"], "application/problem+json");
    let body = to_bytes(response.into_body(), usize::MAX).await.expect("a body");
    let body: Value = serde_json::from_slice(&body).expect("JSON");
    assert_eq!(
        (&body["status"], &body["errors"][0]["at"]),
        (&500.into(), &"#/status".into()),
        "{body}"
    );
    assert!(app.store.metrics_text().contains(r#"provider="sandbox",operation="get_health"} 1"#));
    // Of a stream the head is judged, and a wrong one does not begin.
    let path = "/_sandbox/requests/stream";
    let request = Request::get(path).body(Body::empty()).expect("a request");
    let response = Front::of(Routes::of(&room.app).with_control(&room))
        .oneshot(request)
        .await
        .expect("it cannot fail");
    assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
    let body =
        tokio::time::timeout(Duration::from_secs(20), to_bytes(response.into_body(), 10_000));
    let body = body.await.expect("it ends").expect("a body");
    let body: Value = serde_json::from_slice(&body).expect("JSON");
    assert_eq!(body["errors"][0]["at"], "content-type", "{body}");
}
