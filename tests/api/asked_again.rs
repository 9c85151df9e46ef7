//! A read that is asked again is answered as it would be if nobody had asked before, whatever has
//! happened in between: its answer may come from memory.

use serde_json::{Value, json};

use crate::support::*;

/// Lists, records and sums of both providers, each below what its caller reads.
const READS: &[(&str, &str)] = &[
    ("thredfi", "invoices/"),
    ("thredfi", "invoices/?status=overdue"),
    ("thredfi", "invoices/5e90c3cc-2f66-6d72-aaaa-aff47958274c/"),
    ("thredfi", "invoices/payments/"),
    ("thredfi", "invoices/payments/?page_size=2&page=2"),
    ("thredfi", "invoices/payments/7a80c3cc-4a88-4f94-8ccc-000000000001/"),
    ("thredfi", "insights/ar-aging/"),
    ("thredfi", "bills/"),
    ("thredfi", "bills/payments/"),
    ("thredfi", "ap/stats"),
    ("thredfi", ""),
    ("dayzero", "invoices"),
    ("dayzero", "invoices?status=open"),
    ("dayzero", "invoices/019ab37c-1001-7000-8000-000000000001"),
    ("dayzero", "transactions"),
    ("dayzero", "bills"),
];

/// The callers of one world, and how often they asked anew.
struct Readers<'a> {
    thredfi: Caller<'a>,
    dayzero: Caller<'a>,
    anew: usize,
}

impl Readers<'_> {
    /// What every read answers now, having been asked twice, which comes to the same as asked anew.
    async fn all(&mut self, after: &str) -> Vec<Value> {
        // The clock may have been moved over the end of a token.
        self.thredfi = self.thredfi.sandbox.partner().await;
        let mut answers = Vec::new();
        for &(provider, path) in READS {
            let (caller, path) = match provider {
                "thredfi" => (&self.thredfi, format!("/v1/platform/businesses/{BUSINESS}/{path}")),
                _ => (&self.dayzero, format!("/api/v1/{path}")),
            };
            self.anew += 1;
            let mark = if path.contains('?') { '&' } else { '?' };
            let anew = caller.get(&format!("{path}{mark}_={}", self.anew)).await.expect(200);
            for time in ["before", "again"] {
                let asked = caller.get(&path).await.expect(200);
                assert!(asked.body == anew.body, "{path}, asked {time}, after {after}");
            }
            answers.push(anew.body);
        }
        answers
    }
}

#[tokio::test]
async fn nothing_that_happens_leaves_an_old_answer_to_a_read() {
    let sandbox = Sandbox::start();
    let world = "default";
    let mut readers =
        Readers { thredfi: sandbox.partner().await, dayzero: sandbox.dayzero(), anew: 0 };
    let control = async |method: &str, path: &str, body: Value| {
        let answer = sandbox.control(method, path, world, body).await;
        assert!(answer.status < 300, "{method} {path}: {}", answer.body);
        answer.body
    };
    control("PUT", "clock", json!({ "now": "2026-03-02T12:00:00Z", "frozen": true })).await;
    let beginning = readers.all("the beginning").await;

    let paid = json!({ "customer_id": CUSTOMER, "total_amount_cents": 1000,
        "allocations": [{ "invoice_id": INV_0042, "amount_cents": 1000 }] });
    let paid = sandbox.partner().await.pay(paid).await.expect(201).body;
    let after_payment = readers.all("a payment").await;
    assert!(after_payment != beginning);

    control("POST", "snapshots", json!({ "name": "paid" })).await;
    let payment = format!("{PAYMENTS}{}/", paid["payment"]["id"].as_str().unwrap());
    let noted = readers.thredfi.call("PATCH", &payment).json(&json!({ "note": "another" }));
    noted.send().await.expect(200);
    let received = json!({ "transaction_id": DEPOSIT, "amount": 1000 });
    readers.dayzero.post(&dz_payments(1), received).await.expect(201);
    let after_link = readers.all("a note and a link").await;
    assert!(after_link != after_payment);

    control("POST", "snapshots/paid/restore", Value::Null).await;
    assert!(readers.all("a restore").await == after_payment);

    control("PUT", "clock", json!({ "now": "2024-02-01T12:00:00Z", "frozen": true })).await;
    assert!(readers.all("another time").await != after_payment);
    control("PUT", "clock", json!({ "now": "2026-03-02T12:00:00Z", "frozen": true })).await;
    assert!(readers.all("the same time again").await == after_payment);

    let state = control("GET", "state", Value::Null).await;
    control("POST", "reset", Value::Null).await;
    control("PUT", "clock", json!({ "now": "2026-03-02T12:00:00Z", "frozen": true })).await;
    assert!(readers.all("a reset").await == beginning);
    control("PUT", "state", json!({ "files": state["files"] })).await;
    control("PUT", "clock", json!({ "now": "2026-03-02T12:00:00Z", "frozen": true })).await;
    assert!(readers.all("an import").await == after_payment);
}
