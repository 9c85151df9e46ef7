//! List and get invoice payments: every filter, sort and page (BEHAVIOUR 4, seeds 002, 003).

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::support::*;

/// All pages of a list.
async fn all(caller: &Caller<'_>, query: &str) -> Vec<Value> {
    let mut found = Vec::new();
    for page in 1.. {
        let answer =
            caller.get(&format!("{PAYMENTS}?page_size=7&page={page}&{query}")).await.expect(200);
        found.extend(answer.body["results"].as_array().unwrap().iter().cloned());
        let info = &answer.body["page_info"];
        assert_eq!(
            (&answer.body["count"], &info["current_page"]),
            (&info["total_count"], &json!(page))
        );
        if info["total_pages"] == page {
            assert_eq!(answer.body["count"], found.len());
            break;
        }
    }
    found
}

fn ids(payments: &[Value]) -> BTreeSet<String> {
    payments.iter().map(|payment| payment["id"].as_str().unwrap().to_owned()).collect()
}

/// Whether a payment should pass a filter.
type Keep = Box<dyn Fn(&Value) -> bool>;

#[tokio::test]
async fn every_filter_lets_through_exactly_what_it_says() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    let everything = all(&caller, "").await;
    assert!(everything.len() > 25, "enough rows to page over");
    let text = |payment: &Value, field: &str| payment[field].as_str().unwrap().to_owned();
    let amount = |payment: &Value| payment["total_amount"].as_i64().unwrap();
    let invoice = everything
        .iter()
        .find_map(|payment| payment["allocations"][0]["invoice_id"].as_str())
        .unwrap()
        .to_owned();
    let cases: Vec<(String, Keep)> = vec![
        (format!("customer_id={CUSTOMER}"), Box::new(|p| p["customer"]["id"] == CUSTOMER)),
        (
            format!("customer_id={CUSTOMER},{SECOND_CUSTOMER}"),
            Box::new(|p| p["customer"]["id"] == CUSTOMER || p["customer"]["id"] == SECOND_CUSTOMER),
        ),
        (
            "date_from=2024-01-05T00:00:00Z".to_owned(),
            Box::new(move |p| text(p, "payment_date").as_str() >= "2024-01-05T00:00:00Z"),
        ),
        (
            "date_to=2024-01-05T00:00:00Z".to_owned(),
            Box::new(move |p| text(p, "payment_date").as_str() <= "2024-01-05T00:00:00Z"),
        ),
        ("fully_allocated=true".to_owned(), Box::new(|p| p["unallocated_amount"] == 0)),
        ("fully_allocated=false".to_owned(), Box::new(|p| p["unallocated_amount"] != 0)),
        (
            format!("invoice_id={invoice}"),
            Box::new(move |p| {
                p["allocations"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .any(|line| line["invoice_id"] == *invoice)
            }),
        ),
        ("min_amount=24000".to_owned(), Box::new(move |p| amount(p) >= 24_000)),
        ("max_amount=24000".to_owned(), Box::new(move |p| amount(p) <= 24_000)),
        ("method=cash".to_owned(), Box::new(|p| p["payment_method"] == "cash")),
        ("processor=stripe".to_owned(), Box::new(|p| p["payment_processor"] == "Stripe")),
        ("status=failed".to_owned(), Box::new(|p| p["status"] == "failed")),
        ("search=cRown".to_owned(), Box::new(|p| p["customer_name"] == "The Crown & Anchor")),
        ("search=groesse&status=completed".to_owned(), Box::new(|_| false)),
        ("search=GR%C3%96SSE".to_owned(), Box::new(|_| false)),
        ("search=GR%C3%96%C3%9FE".to_owned(), Box::new(|p| p["customer_name"] == "Café Größe")),
        ("search=keg".to_owned(), Box::new(|p| p["notes"] == "Returned keg deposit")),
        (
            "method=bank_transfer&min_amount=1000&status=completed".to_owned(),
            Box::new(move |p| {
                p["payment_method"] == "bank_transfer"
                    && amount(p) >= 1000
                    && p["status"] == "completed"
            }),
        ),
    ];
    for (query, keep) in cases {
        let expected: BTreeSet<_> =
            ids(&everything.iter().filter(|p| keep(p)).cloned().collect::<Vec<_>>());
        assert_eq!(ids(&all(&caller, &query).await), expected, "{query}");
    }
}

#[tokio::test]
async fn the_search_reads_each_field_that_the_document_names() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    let body = json!({ "customer_id": CUSTOMER, "total_amount_cents": 1, "payment_reference": "aa-Needle",
        "external_id": "bb-Needle", "note": "cc-Needle",
        "references": { "bank_reference": "dd-Needle", "payment_reference": "ee-Needle" } });
    caller.pay(body).await.expect(201);
    for text in ["aa-needle", "BB-NEEDLE", "cc-Needle", "dd-n", "ee-n"] {
        assert_eq!(all(&caller, &format!("search={text}")).await.len(), 1, "{text}");
    }
    assert_eq!(all(&caller, "search=ff-needle").await.len(), 0);
}

#[tokio::test]
async fn every_sort_is_total_in_both_orders() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    for (sort, field) in
        [("payment_date", "payment_date"), ("amount", "total_amount"), ("created_at", "created_at")]
    {
        let key = |payment: &Value| {
            let value = &payment[field];
            let value = value
                .as_i64()
                .map_or_else(|| value.as_str().unwrap().to_owned(), |n| format!("{n:020}"));
            (value, payment["id"].as_str().unwrap().to_owned())
        };
        let ascending: Vec<_> =
            all(&caller, &format!("sort={sort}&order=asc")).await.iter().map(key).collect();
        assert!(ascending.windows(2).all(|two| two[0] < two[1]), "{sort}");
        let mut descending: Vec<_> =
            all(&caller, &format!("sort={sort}")).await.iter().map(key).collect();
        descending.reverse();
        assert_eq!(ascending, descending, "{sort}");
    }
    let default = caller.get(PAYMENTS).await.body["results"].clone();
    let named =
        caller.get(&format!("{PAYMENTS}?sort=payment_date&order=desc")).await.body["results"]
            .clone();
    assert_eq!(default, named);
}

#[tokio::test]
async fn a_page_has_twenty_unless_said_and_a_hundred_at_most() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    for (query, size) in [
        ("", 20),
        ("?page_size=1", 1),
        ("?page_size=100", 100),
        ("?page_size=101", 100),
        ("?page_size=9223372036854775807", 100),
    ] {
        let answer = caller.get(&format!("{PAYMENTS}{query}")).await.expect(200);
        let count = answer.body["count"].as_i64().unwrap();
        assert_eq!(answer.body["page_info"]["page_size"], size, "{query}");
        assert_eq!(answer.body["page_info"]["total_pages"], (count + size - 1) / size, "{query}");
    }
}

#[tokio::test]
async fn an_empty_list_has_one_page_and_a_page_past_the_end_is_not_found() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    let empty = caller.get(&format!("{PAYMENTS}?search=nothing-has-this")).await.expect(200);
    assert_eq!(empty.body["results"], json!([]));
    assert_eq!(
        empty.body["page_info"],
        json!({ "total_count": 0, "current_page": 1, "total_pages": 1, "page_size": 20 })
    );
    for query in ["page=99", "page=9223372036854775807", "search=nothing-has-this&page=2"] {
        let answer = caller.get(&format!("{PAYMENTS}?{query}")).await.refused(404, "not_found");
        assert_eq!(answer.body["message"], "Invalid page.", "{query}");
    }
}

#[tokio::test]
async fn a_seeded_payment_reads_the_same_in_the_list_and_alone() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    for listed in all(&caller, "").await {
        assert_eq!(caller.payment(listed["id"].as_str().unwrap()).await, listed);
    }
}

#[tokio::test]
async fn failed_and_pending_payments_say_so() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    for payment in all(&caller, "status=failed").await {
        assert!(payment["failed_at"].is_string() && payment["processed_at"].is_null());
        assert_ne!(payment["failure_reason"], "");
        assert_eq!(payment["is_completed"], false);
    }
    for payment in all(&caller, "status=pending").await {
        assert!(payment["failed_at"].is_null() && payment["processed_at"].is_null());
    }
}
