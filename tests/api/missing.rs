//! What is not there: paths, methods, and ids in a path or a body (BEHAVIOUR 3).

use serde_json::json;

use crate::support::*;

#[tokio::test]
async fn an_unknown_path_names_the_nearest_operation() {
    let sandbox = Sandbox::start();
    let base = "/v1/platform/businesses/{business_id}";
    for (asked, nearest) in [
        (PAYMENTS.replace("invoices", "invoice"), format!("{base}/invoices/payments/")),
        (BILL_PAYMENTS.replace("bills", "bill"), format!("{base}/bills/payments/")),
        ("/v1/platform/oauth/token".to_owned(), "/v1/platform/oauth2/token/".to_owned()),
        (
            format!("{PAYMENTS}{NOTHING}/delet"),
            format!("{base}/invoices/payments/{{payment_id}}/delete/"),
        ),
    ] {
        let answer = sandbox.call("GET", &asked).send().await.refused(404, "not_found");
        let (_, path) = answer.body["detail"]["nearest"].as_str().unwrap().split_once(' ').unwrap();
        assert_eq!(path, nearest, "{asked}");
        assert_eq!(answer.body["detail"]["path"], asked);
    }
    let answer = sandbox.call("POST", "/api/v1/invoice/7/payment").send().await.expect(404);
    let detail = answer.body["detail"].as_str().unwrap();
    assert!(detail.contains("POST /api/v1/invoices/{invoice_id}/payments"), "{detail}");
}

#[tokio::test]
async fn another_method_is_405_with_those_allowed() {
    let sandbox = Sandbox::start();
    let one = format!("{PAYMENTS}{NOTHING}/");
    for (path, allow) in [
        (PAYMENTS, "GET, HEAD, OPTIONS, POST"),
        (&one, "GET, HEAD, OPTIONS, PATCH"),
        (BILL_PAYMENTS, "GET, HEAD, OPTIONS, POST"),
        (PARTNER_TOKEN, "OPTIONS, POST"),
    ] {
        for method in ["PUT", "TRACE", "DELETE", "QUERY"] {
            let answer = sandbox.call(method, path).send().await;
            let answer = answer.refused(405, "method_not_allowed");
            assert_eq!(answer.header("allow"), allow, "{method} {path}");
        }
    }
    let answer = sandbox.call("PUT", &dz_payments(1)).send().await.expect(405);
    assert_eq!(answer.header("allow"), "GET, HEAD, OPTIONS, POST");
    assert_eq!(answer.body, json!({ "detail": "Method Not Allowed" }));
}

#[tokio::test]
async fn a_payment_that_this_business_does_not_have_is_not_found() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    let list = caller.get(PAYMENTS).await;
    let own = list.body["results"][0]["id"].as_str().unwrap();
    caller.get(&format!("{PAYMENTS}{own}/")).await.expect(200);
    for id in [NOTHING, "7", "not-a-uuid", "7a80c3cc-4g88-8f94-cccc-cgg69180496e"] {
        let answer = caller.get(&format!("{PAYMENTS}{id}/")).await;
        answer.refused(404, "payment_not_found");
    }
    let elsewhere = PAYMENTS.replace(BUSINESS, EUR_BUSINESS);
    let answer = caller.get(&format!("{elsewhere}{own}/")).await;
    answer.refused(404, "payment_not_found");
}

#[tokio::test]
async fn ids_that_name_nothing_are_named_beside_every_other_wrong_field() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    let nobody = "99999999-0000-4000-8000-000000000009";
    let body = json!({ "customer_id": nobody, "payment_method": "card",
        "allocations": [{ "invoice_id": INV_0042 }, { "invoice_id": nobody, "amount_cents": 1 }] });
    let answer = caller.pay(body).await.refused(400, "validation_error");
    let mut fields = answer.fields();
    fields.sort_unstable();
    assert_eq!(
        fields,
        [
            "allocations[0].amount_cents",
            "allocations[1].invoice_id",
            "customer_id",
            "payment_method",
            "total_amount_cents",
        ]
    );
    assert!(answer.field("customer_id").contains("object does not exist"), "{}", answer.body);
    let body = json!({ "vendor_id": nobody, "amount_cents": 0 });
    let answer = caller.post(BILL_PAYMENTS, body).await.refused(400, "validation_error");
    assert_eq!(answer.fields(), ["amount_cents", "vendor_id"]);
}

#[tokio::test]
async fn an_unknown_path_names_the_operation_with_its_method() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    for method in ["GET", "POST"] {
        let path = PAYMENTS.replace("/invoices/", "/invoice/");
        let answer = caller.call(method, &path).send().await.refused(404, "not_found");
        let nearest = answer.body["detail"]["nearest"].as_str().unwrap();
        assert!(
            nearest.starts_with(method) && nearest.ends_with("/invoices/payments/"),
            "{nearest}"
        );
    }
}

#[tokio::test]
async fn an_id_that_names_nothing_is_named_beside_others_in_every_body() {
    let sandbox = Sandbox::start();
    let caller = sandbox.partner().await;
    let books = format!("/v1/platform/businesses/{BUSINESS}");
    for (path, body, fields) in [
        (
            "invoices/",
            json!({ "external_id": "x", "sent_at": null, "customer_id": NOTHING, "line_items": [] }),
            vec!["customer_id", "line_items"],
        ),
        (
            "invoices/refunds/",
            json!({ "invoice_id": NOTHING, "method": "GOLD" }),
            vec!["invoice_id", "method"],
        ),
        (
            "bills/",
            json!({ "external_id": "", "vendor_id": NOTHING, "line_items": [{ "quantity": 1, "unit_price": 1 }] }),
            vec!["external_id", "vendor_id"],
        ),
    ] {
        let answer = caller.post(&format!("{books}/{path}"), body).await;
        let answer = answer.refused(400, "validation_error");
        let mut found = answer.fields();
        found.sort_unstable();
        assert_eq!(found, fields, "{path}");
    }
}
