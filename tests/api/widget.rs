//! What the public widget asks for besides documents: counts, menu, categories.

use serde_json::json;

use crate::support::*;

const BASE: &str = "/v1/platform/businesses/3c90c3cc-0d44-4b50-8888-8dd25736052a/";

#[tokio::test]
async fn the_counts_of_receivables_follow_the_invoices() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    let path = format!("{BASE}ar/stats");
    let stats = caller.get(&path).await.expect(200).body;
    assert_eq!(stats["invoices"], json!({ "all": 36, "unpaid": 13, "paid": 21 }));
    assert_eq!(stats["credit_notes"]["all"], 0);
    let pay = json!({ "customer_id": CUSTOMER, "total_amount_cents": 450_000,
        "allocations": [{ "invoice_id": INV_0042, "amount_cents": 450_000 }] });
    caller.pay(pay).await.expect(201);
    let stats = caller.get(&path).await.expect(200).body;
    assert_eq!(stats["invoices"], json!({ "all": 36, "unpaid": 12, "paid": 22 }));
}

#[tokio::test]
async fn the_counts_of_payables_follow_the_bills() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    let path = format!("{BASE}ap/stats");
    let stats = caller.get(&path).await.expect(200).body;
    assert_eq!(stats["bills"], json!({ "all": 7, "unpaid": 5, "paid": 1 }));
    assert_eq!(stats["vendor_credits"], json!({ "all": 0, "unapplied": 0, "applied": 0 }));
    let pay = json!({ "vendor_id": VENDOR, "amount_cents": 60_000,
        "allocations": [{ "bill_id": BILL_1, "amount_cents": 60_000 }] });
    caller.post(BILL_PAYMENTS, pay).await.expect(201);
    let stats = caller.get(&path).await.expect(200).body;
    assert_eq!(stats["bills"], json!({ "all": 7, "unpaid": 4, "paid": 2 }));
}

#[tokio::test]
async fn the_menu_offers_what_the_sandbox_can_fill() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    let menu = caller.get(&format!("{BASE}menu-config/")).await.expect(200).body;
    let pages = menu["data"]["menu"].as_object().unwrap();
    let mut offered: Vec<_> =
        pages.iter().filter(|(_, is)| **is == true).map(|(name, _)| name).collect();
    offered.sort_unstable();
    assert_eq!(
        offered,
        ["accounts_payable", "accounts_receivable", "bank_transactions", "insights"]
    );
    assert_eq!(menu["data"]["sub_menu_tabs"]["reports.cashflow_statement"], false);
}

#[tokio::test]
async fn the_categories_are_a_short_list() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    let path = format!("/v1/platform/transaction-categories/{BUSINESS}");
    let list = caller.get(&path).await.expect(200).body;
    assert_eq!(list["results"][0]["subcategories"][0]["id"], "income-sales");
    let other = path.replace(BUSINESS, OTHERS_BUSINESS);
    caller.get(&other).await.refused(404, "business_not_found");
}
