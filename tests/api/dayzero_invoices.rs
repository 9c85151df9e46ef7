//! Day Zero: invoices from the draft to the last payment (BEHAVIOUR 6).

use serde_json::{Value, json};

use crate::support::*;

const INVOICES: &str = "/api/v1/invoices";
const ACME: &str = "019ab37c-2001-7000-8000-000000000001";

fn invoice(n: u8) -> String {
    format!("{INVOICES}/019ab37c-1001-7000-8000-00000000000{n}")
}

fn detail(answer: &Answer) -> &str {
    answer.body["detail"].as_str().unwrap_or_default()
}

fn draft() -> Value {
    json!({ "customer_id": ACME, "due_date": "2026-05-01", "description": "May retainer",
        "line_items": [{ "description": "Design sprint", "quantity": 2, "unit_price": 7_500 }] })
}

/// A draft with these lines.
fn with_lines(lines: Value) -> Value {
    let mut draft = draft();
    draft["line_items"] = lines;
    draft
}

async fn figures(caller: &Caller<'_>, path: &str) -> (String, i64, i64) {
    let body = caller.get(path).await.expect(200).body;
    let number = |field: &str| body[field].as_i64().unwrap();
    (body["status"].as_str().unwrap().to_owned(), number("total_paid"), number("balance_due"))
}

fn standing(status: &str, paid: i64, due: i64) -> (String, i64, i64) {
    (status.to_owned(), paid, due)
}

#[tokio::test]
async fn a_new_invoice_is_a_draft_without_a_number() {
    let sandbox = Sandbox::start();
    let caller = sandbox.dayzero();
    let made = caller.post(INVOICES, draft()).await.expect(201).body;
    for (field, value) in [
        ("business_id", json!(DZ_BUSINESS)),
        ("status", json!("draft")),
        ("currency", json!("USD")),
        ("total", json!(15_000)),
        ("total_paid", json!(0)),
        ("balance_due", json!(15_000)),
        ("customer_id", json!(ACME)),
        ("customer_name", json!("Acme Corp")),
        ("customer_email", json!("ap@acme.example")),
        ("invoice_number", Value::Null),
        ("description", json!("May retainer")),
        ("due_date", json!("2026-05-01")),
        ("issue_date", Value::Null),
        ("stripe_invoice_id", Value::Null),
        ("stripe_payment_url", Value::Null),
        ("payments", json!([])),
    ] {
        assert_eq!(made[field], value, "{field}");
    }
    let line = &made["line_items"][0];
    assert_eq!(
        (&line["quantity"], &line["unit_price"], &line["amount"], &line["variant_id"]),
        (&json!(2), &json!(7_500), &json!(15_000), &Value::Null)
    );
    for id in [&made["id"], &line["id"]] {
        let id = uuid::Uuid::parse_str(id.as_str().unwrap()).unwrap();
        assert_eq!(id.get_version_num(), 7);
    }
    let path = format!("{INVOICES}/{}", made["id"].as_str().unwrap());
    assert_eq!(caller.get(&path).await.expect(200).body, made);
}

#[tokio::test]
async fn lines_default_to_one_and_unit_price_wins_over_its_old_name() {
    let sandbox = Sandbox::start();
    let lines = json!([
        { "description": "Hosting", "amount": 4_900 },
        { "variant_id": "custom", "description": "Support", "quantity": 3, "unit_price": 9_000, "amount": 1 },
        { "description": "A present", "unit_price": 0, "location_id": "anywhere" },
    ]);
    let made = sandbox.dayzero().post(INVOICES, with_lines(lines)).await.expect(201).body;
    assert_eq!(made["total"], 31_900);
    let amounts: Vec<_> =
        made["line_items"].as_array().unwrap().iter().map(|it| it["amount"].clone()).collect();
    assert_eq!(amounts, [4_900, 27_000, 0]);
}

#[tokio::test]
async fn a_line_that_says_too_little_is_refused_by_its_number() {
    let sandbox = Sandbox::start();
    let caller = sandbox.dayzero();
    let good = json!({ "description": "Hosting", "unit_price": 1 });
    for bad in [
        json!({}),
        json!({ "description": "Hosting" }),
        json!({ "unit_price": 1 }),
        json!({ "description": " ", "unit_price": 1 }),
    ] {
        let refused = caller.post(INVOICES, with_lines(json!([good, bad]))).await.expect(400);
        assert_eq!(detail(&refused), "Line 2: a custom line needs a description and a unit_price");
    }
    let large = json!({ "description": "Hosting", "unit_price": 1, "quantity": i64::MAX });
    let refused = caller.post(INVOICES, with_lines(json!([large]))).await.expect(400);
    assert!(detail(&refused).starts_with("Line 1: a quantity that large"), "{}", refused.body);
    let dear = json!({ "description": "Hosting", "unit_price": i64::MAX, "quantity": 2 });
    caller.post(INVOICES, with_lines(json!([dear]))).await.expect(400);
    caller.post(INVOICES, with_lines(json!([]))).await.expect(422);
}

#[tokio::test]
async fn what_an_invoice_names_must_be_there() {
    let sandbox = Sandbox::start();
    let caller = sandbox.dayzero();
    for customer in [NOTHING, "acme", CUSTOMER] {
        let mut invoice = draft();
        invoice["customer_id"] = json!(customer);
        let refused = caller.post(INVOICES, invoice).await.expect(404);
        assert_eq!(detail(&refused), "Customer not found", "{customer}");
    }
    let lines = json!([{ "variant_id": "v-1", "description": "A cup", "unit_price": 1 }]);
    let refused = caller.post(INVOICES, with_lines(lines)).await.expect(404);
    assert_eq!(detail(&refused), "Product variant not found");
    let refused = caller.get(&invoice(9)).await.expect(404);
    assert_eq!(detail(&refused), "Resource not found");
    let errors = caller.get(&format!("{INVOICES}/nothing")).await.expect(422);
    assert_eq!(errors.body["detail"][0]["type"], "uuid_parsing");
}

#[tokio::test]
async fn finalizing_opens_a_draft_and_numbers_it_by_either_method() {
    let sandbox = Sandbox::start();
    let caller = sandbox.dayzero();
    let mut numbers = Vec::new();
    for method in ["POST", "PUT", "POST"] {
        let made = caller.post(INVOICES, draft()).await.expect(201).body;
        let path = format!("{INVOICES}/{}/finalize", made["id"].as_str().unwrap());
        let open = caller.call(method, &path).send().await.expect(200).body;
        assert_eq!((&open["status"], &open["balance_due"]), (&json!("open"), &json!(15_000)));
        numbers.push(open["invoice_number"].as_str().unwrap().to_owned());
        let refused = caller.call(method, &path).send().await.expect(409);
        assert_eq!(detail(&refused), "Invoice is open: only a draft can be finalized");
    }
    numbers.sort();
    numbers.dedup();
    assert_eq!(numbers.len(), 3, "{numbers:?}");
    let seeded = format!("{}/finalize", invoice(3));
    let open = caller.call("POST", &seeded).send().await.expect(200).body;
    assert_eq!(open["invoice_number"], "DZ-0003", "it keeps the number that it had");
}

#[tokio::test]
async fn only_an_open_invoice_is_voided_by_either_method() {
    let sandbox = Sandbox::start();
    let caller = sandbox.dayzero();
    let void = async |n: u8, method: &str| {
        caller.call(method, &format!("{}/void", invoice(n))).send().await
    };
    for (n, method) in [(1, "PUT"), (2, "POST")] {
        let gone = void(n, method).await.expect(200).body;
        assert_eq!((&gone["status"], &gone["balance_due"]), (&json!("void"), &json!(0)));
        let refused = void(n, method).await.expect(409);
        assert_eq!(detail(&refused), "Invoice is void: only an open invoice can be voided");
        let paid = json!({ "transaction_id": DEPOSIT, "amount": 1 });
        caller.post(&dz_payments(n), paid).await.expect(409);
    }
    for (n, word) in [(3, "draft"), (4, "void"), (5, "uncollectible")] {
        for method in ["PUT", "POST"] {
            let refused = void(n, method).await.expect(409);
            assert!(detail(&refused).starts_with(&format!("Invoice is {word}:")), "{n} {method}");
        }
    }
    for path in ["finalize", "void"] {
        caller.call("POST", &format!("{}/{path}", invoice(9))).send().await.expect(404);
    }
}

#[tokio::test]
async fn an_invoice_with_payments_is_not_voided_until_they_are_taken_off() {
    let sandbox = Sandbox::start();
    let caller = sandbox.dayzero();
    let pay = async |amount: i64| {
        let body = json!({ "transaction_id": DEPOSIT, "amount": amount });
        caller.post(&dz_payments(1), body).await.expect(201).body["id"].as_str().unwrap().to_owned()
    };
    let (first, second) = (pay(5_000).await, pay(7_000).await);
    let path = format!("{}/void", invoice(1));
    let refused = caller.call("PUT", &path).send().await.expect(409);
    assert_eq!(detail(&refused), "Invoice is manual_paid: only an open invoice can be voided");
    let off =
        async |id: &str| caller.call("DELETE", &format!("{}/{id}", dz_payments(1))).send().await;
    off(&second).await.expect(200);
    let refused = caller.call("PUT", &path).send().await.expect(409);
    assert_eq!(detail(&refused), "Invoice is partially_paid: only an open invoice can be voided");
    off(&first).await.expect(200);
    caller.call("PUT", &path).send().await.expect(200);
}

#[tokio::test]
async fn every_number_follows_from_the_payments() {
    let sandbox = Sandbox::start();
    let caller = sandbox.dayzero();
    let path = invoice(2);
    assert_eq!(figures(&caller, &path).await, standing("open", 0, 8_000));
    let mut ids = Vec::new();
    for (amount, status, paid, due) in [
        (3_000, "partially_paid", 3_000, 5_000),
        (5_000, "manual_paid", 8_000, 0),
        (1_000, "manual_paid", 9_000, 0),
    ] {
        let body = json!({ "transaction_id": DEPOSIT, "amount": amount });
        let paid_now = caller.post(&dz_payments(2), body).await.expect(201);
        ids.push(paid_now.body["id"].as_str().unwrap().to_owned());
        assert_eq!(figures(&caller, &path).await, standing(status, paid, due));
    }
    let shown = caller.get(&path).await.body;
    let shown: Vec<_> =
        shown["payments"].as_array().unwrap().iter().map(|it| it["id"].clone()).collect();
    assert_eq!(shown, ids, "oldest first");
    for (id, status, paid, due) in [
        (&ids[1], "partially_paid", 4_000, 4_000),
        (&ids[2], "partially_paid", 3_000, 5_000),
        (&ids[0], "open", 0, 8_000),
    ] {
        let gone = format!("{}/{id}", dz_payments(2));
        let answer = caller.call("DELETE", &gone).send().await.expect(200);
        assert_eq!(
            answer.body,
            json!({ "success": true, "message": "Payment removed", "code": "PAYMENT_REMOVED",
                "data": null })
        );
        assert_eq!(figures(&caller, &path).await, standing(status, paid, due));
        caller.call("DELETE", &gone).send().await.expect(404);
    }
}

#[tokio::test]
async fn a_payment_is_taken_off_its_own_invoice_only() {
    let sandbox = Sandbox::start();
    let caller = sandbox.dayzero();
    let body = json!({ "transaction_id": DEPOSIT, "amount": 5 });
    let paid = caller.post(&dz_payments(1), body).await.expect(201).body;
    let id = paid["id"].as_str().unwrap();
    for path in [dz_payments(2), dz_payments(9)] {
        let refused = caller.call("DELETE", &format!("{path}/{id}")).send().await.expect(404);
        assert_eq!(detail(&refused), "Resource not found");
    }
    caller.call("DELETE", &format!("{}/pay_1", dz_payments(1))).send().await.expect(422);
    assert_eq!(figures(&caller, &invoice(1)).await, standing("partially_paid", 5, 11_995));
}

#[tokio::test]
async fn the_list_filters_by_id_customer_status_and_text() {
    let sandbox = Sandbox::start();
    let caller = sandbox.dayzero();
    let found = async |query: &str| {
        let body = caller.get(&format!("{INVOICES}?{query}")).await.expect(200).body;
        let ids = body["items"].as_array().unwrap().iter();
        ids.map(|it| it["invoice_number"].as_str().unwrap().chars().last().unwrap())
            .collect::<String>()
    };
    for (query, numbers) in [
        ("id=019ab37c-1001-7000-8000-000000000002", "2"),
        ("id=nothing", ""),
        ("id=", "43215"),
        ("customer_id=019ab37c-2001-7000-8000-000000000001", "43215"),
        ("customer_id=00000000-0000-4000-8000-000000000000", ""),
        ("status=open", "21"),
        ("status=open,void", "421"),
        ("status=partially-paid,%20stripe_paid", ""),
        ("status=", "43215"),
        ("search=dz-0004", "4"),
        ("search=ACME", "43215"),
        ("search=nobody", ""),
        ("sort_by=total&status=open", "12"),
        ("sort_by=due_date&descending=false", "51234"),
    ] {
        assert_eq!(found(query).await, numbers, "{query}");
    }
    let refused = caller.get(&format!("{INVOICES}?status=open,paid")).await.expect(400);
    assert_eq!(
        detail(&refused),
        "Unknown status 'paid'; known: draft, open, partially_paid, stripe_paid, manual_paid, \
         void, uncollectible"
    );
    caller.get(&format!("{INVOICES}?sort_by=name")).await.expect(422);
}

#[tokio::test]
async fn a_payment_changes_when_its_invoice_last_changed() {
    let sandbox = Sandbox::start();
    let caller = sandbox.dayzero();
    let body = json!({ "transaction_id": DEPOSIT, "amount": 5 });
    let paid = caller.post(&dz_payments(1), body).await.expect(201).body;
    let shown = caller.get(&invoice(1)).await.body;
    assert_eq!(shown["updated_at"], paid["created_at"]);
    let first = caller.get(&format!("{INVOICES}?sort_by=updated_at&limit=1")).await.body;
    assert_eq!(first["items"][0]["id"], shown["id"]);
}
