//! Figures for Prometheus.

use crate::support::*;

#[tokio::test]
async fn calls_are_counted_by_operation_and_status() {
    let sandbox = Sandbox::with(sandbook::Config { max_worlds: 1, ..sandbook::Config::default() });
    let partner = sandbox.partner().await;
    partner.get(PAYMENTS).await.expect(200);
    partner.get(PAYMENTS).await.expect(200);
    partner.get("/v1/platform/nothing/").await.expect(404);
    sandbox.partner_as(GUEST).await;
    let answer = sandbox.call("GET", "/_sandbox/metrics").send().await.expect(200);
    assert!(answer.header("content-type").starts_with("application/openmetrics-text"));
    let text = answer.body.as_str().unwrap();
    for line in [
        r#"sandbook_requests_total{provider="thredfi",operation="list_invoice_payments",status="200"} 2"#,
        r#"sandbook_requests_total{provider="",operation="",status="404"} 1"#,
        "sandbook_request_duration_seconds_count 5",
        "sandbook_worlds 1",
        "sandbook_worlds_evicted_total 1",
        "# EOF",
    ] {
        assert!(text.lines().any(|it| it == line), "{line} is not in\n{text}");
    }
}
