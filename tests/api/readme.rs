//! The README's curl session, word for word but for the address of the server.

use std::process::Command;

use crate::support::*;

#[test]
fn the_readmes_curl_session_works_when_it_is_pasted() {
    let readme = include_str!("../../README.md");
    let block = readme.split("```bash\n").find(|part| part.contains("oauth2/token")).unwrap();
    let session = block.split("\n```").next().unwrap();
    assert!(session.contains("http://localhost:8000"), "the session names the default address");
    let sandbox = Sandbox::start();
    let session = session.replace("http://localhost:8000", &sandbox.url());
    let ran = Command::new("bash").args(["-euo", "pipefail", "-c", &session]).output().unwrap();
    let (out, err) = (String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
    assert!(ran.status.success(), "{out}\n{err}");
    for expected in
        ["\"status\":\"paid\"", "allocation_exceeds_outstanding", "\"transaction_id\":\"019ab37c"]
    {
        assert!(out.contains(expected), "no {expected} in\n{out}");
    }
    assert!(!out.contains("internal_error"), "{out}");
}
