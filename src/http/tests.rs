//! Defects of ours, which no request can bring about: put in by hand, and answered.

use axum::body::to_bytes;
use axum::extract::Request;
use axum::http::StatusCode;
use serde_json::{Map, Value};
use tower::ServiceExt;

use super::*;
use crate::operations::{Cx, Failure, Operation, providers};
use crate::state::{Claims, Fixtures, Limits, WorldName};

type Run = fn(&mut Cx<'_>, Map<String, Value>) -> Result<Reply, Failure>;

const PARTNER: &str = "2b80c3cc-0c33-4a40-8777-7cc14625941a";
const PAYMENT: &str = "/v1/platform/businesses/3c90c3cc-0d44-4b50-8888-8dd25736052a/invoices/payments/7a80c3cc-4a88-4f94-8ccc-000000000001/";

/// The app, where one operation has a defect.
fn app(broken: &str, run: Run) -> Arc<App> {
    let fixtures = Fixtures::embedded().expect("they hold");
    let mut providers = providers();
    let rows = providers.iter_mut().flat_map(|provider| &mut provider.operations);
    let broken: Vec<&mut Operation> = rows.filter(|row| row.id == broken).collect();
    assert_eq!(broken.len(), 1);
    for row in broken {
        row.run = run;
    }
    Arc::new(App {
        store: Arc::new(Store::new(
            fixtures,
            Limits { worlds: 1, ..Limits::default() },
            crate::state::coverage::Universe::new([]),
        )),
        tokens: Tokens::new("secret"),
        settings: Settings { bill_payment_status: crate::domain::BillPaymentStatus::Completed },
        providers,
        judges: None,
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
