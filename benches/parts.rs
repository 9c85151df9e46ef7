//! What the parts cost, in one process and without sockets: a call through the router, the check
//! against the document, a world, the fixtures. Absolute figures, for those who look for where the
//! time goes; nothing is asserted of them.
//!
//! `cargo bench --bench parts -- create` measures what has this in its name.
#![expect(
    clippy::wildcard_imports,
    reason = "a module here is a heading of the table that is printed"
)]

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock};

use axum::body::{Body, Bytes, to_bytes};
use axum::http::Request;
use base64::Engine;
use divan::Bencher;
use sandbook::contract::{self, Incoming};
use sandbook::http::Front;
use sandbook::operations::{self, Provider};
use sandbook::state::coverage::{Row, Universe};
use sandbook::state::{Fixtures, Limits, Store, WorldName};
use sandbook::{Config, House};
use serde_json::Value;
use tokio::runtime::Runtime;
use tower::ServiceExt;

const PAYMENTS: &str =
    "/v1/platform/businesses/3c90c3cc-0d44-4b50-8888-8dd25736052a/invoices/payments/";
const PAYMENT: &str = "/v1/platform/businesses/3c90c3cc-0d44-4b50-8888-8dd25736052a/invoices/payments/7a80c3cc-4a88-4f94-8ccc-000000000001/";
const TOKEN: &str = "/v1/platform/oauth2/token/";
const PARTNER: &str = "2b80c3cc-0c33-4a40-8777-7cc14625941a:sandbox-api-key";
const CREATE: &[u8] = br#"{"customer_id":"4d90c3cc-1e55-5c61-9999-9ee36847163b","total_amount_cents":12500,"currency":"GBP","payment_method":"bank_transfer","payment_date":"2024-03-20","payment_reference":"PAY-1","references":{"bank_reference":"FPS-20240320-123456"},"note":"Paid by standing order"}"#;

fn main() {
    divan::Divan::default().sample_count(500).config_with_args().main();
}

/// A house without sockets, and a token that opens it.
struct Inside {
    front: Front,
    runtime: Runtime,
    bearer: String,
}

impl Inside {
    fn new(journal_entries: usize) -> Self {
        let config =
            Config { host: "127.0.0.1".into(), port: 0, journal_entries, ..Config::default() };
        let front = House::build(&config).expect("the embedded fixtures hold").front();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.expect("a thread is all it needs");
        let mut inside = Self { front, runtime, bearer: String::new() };
        let (_, body) = inside.call(token_request());
        let body: Value = serde_json::from_slice(&body).expect("JSON");
        inside.bearer = format!("Bearer {}", body["access_token"].as_str().expect("a text"));
        inside
    }

    fn call(&self, request: Request<Body>) -> (u16, Bytes) {
        self.runtime.block_on(async {
            let response = self.front.clone().oneshot(request).await.expect("it cannot fail");
            let status = response.status().as_u16();
            assert!(status < 300, "{status}");
            (status, to_bytes(response.into_body(), usize::MAX).await.expect("a body"))
        })
    }

    /// Each with a query of its own: no answer to it was given before.
    fn get(&self, path: &str) -> Request<Body> {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let request =
            Request::get(format!("{path}?_={number:08}")).header("authorization", &self.bearer);
        request.header("host", "localhost").body(Body::empty()).expect("a request")
    }

    /// Each under a key of its own.
    fn create(&self) -> Request<Body> {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let request = Request::post(PAYMENTS)
            .header("authorization", &self.bearer)
            .header("content-type", "application/json")
            .header("content-length", CREATE.len())
            .header("idempotency-key", format!("bench-{number}"));
        request.header("host", "localhost").body(Body::from(CREATE)).expect("a request")
    }
}

fn token_request() -> Request<Body> {
    let basic = format!("Basic {}", base64::prelude::BASE64_STANDARD.encode(PARTNER));
    Request::post(TOKEN).header("authorization", basic).body(Body::empty()).expect("a request")
}

static INSIDE: LazyLock<Inside> = LazyLock::new(|| Inside::new(1000));
static WITHOUT_JOURNAL: LazyLock<Inside> = LazyLock::new(|| Inside::new(0));

/// A whole call, but for the socket and the HTTP on it.
mod call {
    use super::*;

    #[divan::bench]
    fn get_by_id(bencher: Bencher) {
        bencher.with_inputs(|| INSIDE.get(PAYMENT)).bench_values(|request| INSIDE.call(request));
    }

    #[divan::bench]
    fn list(bencher: Bencher) {
        bencher.with_inputs(|| INSIDE.get(PAYMENTS)).bench_values(|request| INSIDE.call(request));
    }

    #[divan::bench]
    fn create(bencher: Bencher) {
        bencher.with_inputs(|| INSIDE.create()).bench_values(|request| INSIDE.call(request));
    }

    #[divan::bench]
    fn token(bencher: Bencher) {
        bencher.with_inputs(token_request).bench_values(|request| INSIDE.call(request));
    }
}

/// The same without a journal: the difference is what a note in it costs.
mod call_without_journal {
    use super::*;

    #[divan::bench]
    fn get_by_id(bencher: Bencher) {
        let inside = &*WITHOUT_JOURNAL;
        bencher.with_inputs(|| inside.get(PAYMENT)).bench_values(|request| inside.call(request));
    }

    #[divan::bench]
    fn create(bencher: Bencher) {
        let inside = &*WITHOUT_JOURNAL;
        bencher.with_inputs(|| inside.create()).bench_values(|request| inside.call(request));
    }
}

/// What makes up a call and a start.
mod part {
    use super::*;

    static PROVIDERS: LazyLock<Vec<Provider>> = LazyLock::new(operations::providers);

    #[divan::bench]
    fn check_of_a_create(bencher: Bencher) {
        let thredfi = PROVIDERS.iter().find(|it| it.name == "thredfi").expect("it is there");
        let contract = thredfi.contract.operation("create_invoice_payment").expect("it is there");
        let path = [("business_id".to_owned(), "3c90c3cc-0d44-4b50-8888-8dd25736052a".to_owned())];
        let headers =
            |name: &str| (name == "Idempotency-Key").then(|| Ok::<_, ()>("bench-1".to_owned()));
        bencher.bench(|| {
            let body = contract::Body::Json(Bytes::from_static(CREATE));
            let incoming = Incoming { path: &path, query: "", headers: &headers, body };
            let checked = contract.read(incoming);
            assert!(checked.found.is_empty(), "{:?}", checked.found);
            checked
        });
    }

    /// Every one another's, so that each is made.
    #[divan::bench]
    fn open_a_new_world(bencher: Bencher) {
        let rows = PROVIDERS.iter().flat_map(|provider| {
            provider.operations.iter().map(|row| Row {
                provider: provider.name,
                operation: row.id,
                method: row.method,
                path: row.path,
                source: row.source,
                clause: Arc::clone(provider.contract.clause(row.id).expect("it is there")),
            })
        });
        let limits = Limits { worlds: usize::MAX, ..Limits::default() };
        let fixtures = Fixtures::embedded().expect("they hold");
        let store = Store::new(fixtures, limits, Universe::new(rows));
        let number = AtomicU64::new(0);
        let name = || {
            let number = number.fetch_add(1, Ordering::Relaxed);
            WorldName::parse(&format!("world-{number}")).expect("a name")
        };
        bencher.with_inputs(name).bench_refs(|name| store.open(name).world);
    }

    #[divan::bench]
    fn load_the_fixtures(bencher: Bencher) {
        bencher.bench(|| Fixtures::embedded().expect("they hold"));
    }

    /// What the first call of an operation takes longer than the second.
    #[divan::bench]
    fn compile_a_contract(bencher: Bencher) {
        bencher.with_inputs(operations::providers).bench_refs(|providers| {
            let contract = providers.iter().find_map(|it| it.contract.operation("create_bill"));
            assert!(contract.is_some());
        });
    }

    /// All that is done between exec and the first answer, but for the system's part.
    #[divan::bench]
    fn build_the_house(bencher: Bencher) {
        let config = Config { host: "127.0.0.1".into(), port: 0, ..Config::default() };
        bencher.bench(|| House::build(&config).expect("it holds"));
    }
}
