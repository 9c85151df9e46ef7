//! The landing page's insights: all of them follow from the invoices and bills.

use chrono::{DateTime, Duration, Utc};
use serde_json::{Value, json};

use crate::support::*;

const INSIGHTS: &str = "/v1/platform/businesses/3c90c3cc-0d44-4b50-8888-8dd25736052a/insights/";

async fn get(caller: &Caller<'_>, what: &str) -> Value {
    caller.get(&format!("{INSIGHTS}{what}")).await.expect(200).body
}

async fn bill(caller: &Caller<'_>, external_id: &str, body: Value) -> Value {
    let mut request = json!({ "external_id": external_id, "vendor_id": VENDOR });
    request.as_object_mut().unwrap().extend(body.as_object().unwrap().clone());
    let path = INSIGHTS.replace("insights/", "bills/");
    caller.post(&path, request).await.expect(201).body
}

#[tokio::test]
async fn a_period_adds_up_by_month() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    let period = "start_date=2024-02-01&end_date=2024-03-31&granularity=monthly";
    let summary = get(&caller, &format!("financial-summary/?{period}")).await;
    assert_eq!(summary["currency"], "GBP");
    let march = &summary["trends"][1];
    assert_eq!(
        (&march["period_start"], &march["expenses_cents"]),
        (&json!("2024-03-01"), &json!(190_000))
    );
    let cents = |value: &Value, field: &str| value[field].as_i64().unwrap();
    // Thirty days before they fall due: 450000, 200000 and 80000.
    assert_eq!(cents(march, "revenue_cents"), 730_000);
    assert_eq!(cents(march, "net_profit_cents"), 540_000);
    let trends = summary["trends"].as_array().unwrap();
    for (total, field) in [
        ("total_revenue_cents", "revenue_cents"),
        ("total_expenses_cents", "expenses_cents"),
        ("net_profit_cents", "net_profit_cents"),
    ] {
        let sum: i64 = trends.iter().map(|month| cents(month, field)).sum();
        assert_eq!(cents(&summary["summary"], total), sum, "{total}");
    }
    // Days, not months, are what counts.
    let few = "financial-summary/?start_date=2024-03-05&end_date=2024-03-08";
    let few = get(&caller, few).await;
    assert_eq!(few["trends"][0]["period_start"], "2024-03-01");
    assert_eq!(few["summary"]["total_expenses_cents"], 100_000);
}

#[tokio::test]
async fn without_dates_it_is_the_current_year_and_wrong_ones_are_refused() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    let summary = get(&caller, "financial-summary/").await;
    assert_eq!(summary["trends"].as_array().unwrap().len(), 12);
    for query in
        ["start_date=2024-03-31&end_date=2024-03-01", "start_date=0001-01-01&end_date=9999-12-31"]
    {
        let path = format!("{INSIGHTS}financial-summary/?{query}");
        let refused = caller.get(&path).await.refused(400, "validation_error");
        assert_eq!(refused.fields(), ["end_date"]);
    }
    for query in ["start_date=march", "granularity=daily"] {
        let path = format!("{INSIGHTS}financial-summary/?{query}");
        caller.get(&path).await.refused(400, "validation_error");
    }
}

#[tokio::test]
async fn expenses_are_broken_down_by_the_account_of_the_lines() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    let account = "be90c3cc-8d44-4e55-8fff-000000005001";
    let what = "expense-breakdown/?start_date=2024-03-01&end_date=2024-03-31";
    let body = json!({ "received_at": "2024-03-31T23:59:59Z", "line_items": [
        { "quantity": 2, "unit_price": 500, "sales_taxes": [{ "amount": 200 }],
          "account_identifier": { "type": "AccountId", "id": account } },
        { "quantity": 1, "unit_price": 300 }] });
    bill(&caller, "b-1", body).await;
    let breakdown = get(&caller, what).await;
    assert_eq!(breakdown["total_expenses_cents"], 191_500);
    let accounts = &breakdown["categories"][0]["accounts"];
    assert_eq!(
        (&accounts[0]["account_name"], &accounts[0]["amount_cents"]),
        (&json!("Purchases"), &json!(190_300))
    );
    assert_eq!(
        (&accounts[1]["account_id"], &accounts[1]["amount_cents"]),
        (&json!(account), &json!(1_200))
    );
    let none = get(&caller, "expense-breakdown/?start_date=2020-01-01&end_date=2020-12-31").await;
    assert_eq!((&none["categories"], &none["total_expenses_cents"]), (&json!([]), &json!(0)));
}

#[tokio::test]
async fn what_is_late_is_late_by_the_clock_of_the_world() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    let path = INSIGHTS.replace("insights/", "vendors/");
    let vendor = caller.post(&path, json!({ "company_name": "Malt" })).await.expect(201).body;
    // At noon, so that the day is not over while the test runs.
    let now = "2026-05-04T12:00:00Z".parse::<DateTime<Utc>>().unwrap();
    let noon = json!({ "now": now, "frozen": true });
    sandbox.call("PUT", "/_sandbox/clock").json(&noon).send().await.expect(200);
    for (days, cents) in [(-5, 1), (1, 10), (30, 100), (31, 1_000), (61, 10_000), (91, 100_000)] {
        let due = now - Duration::days(days);
        let body = json!({ "vendor_id": vendor["id"], "due_at": due,
            "line_items": [{ "quantity": 1, "unit_price": cents }] });
        bill(&caller, &format!("b{days}"), body).await;
    }
    let aging = get(&caller, "ap-aging/").await;
    let rows = aging["vendors"].as_array().unwrap();
    let own = rows.iter().find(|row| row["vendor_name"] == "Malt").unwrap();
    assert_eq!(own["total_outstanding_cents"], 111_111);
    assert_eq!(
        own["aging_buckets"],
        json!({ "1_30_days": 110, "31_60_days": 1_000,
        "61_90_days": 10_000, "over_90_days": 100_000 })
    );
    let hops = rows.iter().find(|row| row["vendor_id"] == VENDOR).unwrap();
    assert_eq!((&rows[0], &hops["total_outstanding_cents"]), (hops, &json!(185_000)));
    assert_eq!(hops["aging_buckets"]["over_90_days"], 160_000);
}

#[tokio::test]
async fn a_payment_takes_off_what_a_customer_owes() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    let owed = |aging: &Value| {
        let rows = aging["customers"].as_array().unwrap();
        let own = rows.iter().find(|row| row["customer_id"] == CUSTOMER).unwrap();
        own["total_outstanding_cents"].as_i64().unwrap()
    };
    let before = get(&caller, "ar-aging/").await;
    let pay = json!({ "customer_id": CUSTOMER, "total_amount_cents": 450_000,
        "allocations": [{ "invoice_id": INV_0042, "amount_cents": 450_000 }] });
    caller.pay(pay).await.expect(201);
    let after = get(&caller, "ar-aging/").await;
    assert_eq!(owed(&before) - owed(&after), 450_000);
}
