//! The README's curl sessions, word for word but for the address of the server.

use std::process::Command;

use crate::support::*;

/// What the session under a heading prints when it is pasted.
fn pasted(heading: &str) -> String {
    let readme = include_str!("../../README.md");
    let (_, chapter) = readme.split_once(&format!("\n## {heading}\n")).unwrap();
    let (_, block) = chapter.split_once("```bash\n").unwrap();
    let (session, _) = block.split_once("\n```").unwrap();
    assert!(session.contains("http://localhost:8000"), "the session names the default address");
    let sandbox = Sandbox::start();
    let session = session.replace("http://localhost:8000", &sandbox.url());
    let ran = Command::new("bash").args(["-euo", "pipefail", "-c", &session]).output().unwrap();
    let (out, err) = (String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
    assert!(ran.status.success(), "{out}\n{err}");
    assert!(!out.contains("internal_error"), "{out}");
    out.into_owned()
}

#[test]
fn the_readmes_curl_session_works_when_it_is_pasted() {
    let out = pasted("A session with curl");
    for expected in
        ["\"status\":\"paid\"", "allocation_exceeds_outstanding", "\"transaction_id\":\"019ab37c"]
    {
        assert!(out.contains(expected), "no {expected} in\n{out}");
    }
}

#[test]
fn the_readmes_journey_works_when_it_is_pasted() {
    let out = pasted("From onboarding to reconciliation");
    let said = [
        r#""status":"PAID""#,
        r#""outstanding_balance":0"#,
        r#""error_code":"invoice_has_payments""#,
        r#""refunded_amount":25000"#,
        r#""status":"paid""#,
        r#""reconciled_amount_cents":200000"#,
    ];
    for expected in said {
        assert!(out.contains(expected), "no {expected} in\n{out}");
    }
}
