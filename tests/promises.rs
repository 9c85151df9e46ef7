//! What must not compile: the project is copied, one thing in it is changed, and the compiler is
//! asked. The dependencies are checked once, in the project's own folder: clippy needs the same ones.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");
const OVERLAY: &str = "specs/overlays/thredfi.yaml";
const PAYMENTS: &str = "src/operations/thredfi/invoice_payments.rs";

/// One change, and what the compiler says to it; nothing where it compiles.
struct Case {
    name: &'static str,
    file: &'static str,
    change: fn(&str) -> String,
    error: Option<&'static str>,
}

/// One after the other, because they share the folder of what is built.
const CASES: &[Case] = &[
    Case { name: "the project as it is", file: PAYMENTS, change: str::to_owned, error: None },
    Case {
        name: "a documented status is removed from a reply",
        file: OVERLAY,
        change: |overlay| {
            let payments = "$.paths['/v1/platform/businesses/{business_id}/invoices/payments/']";
            overlay.to_owned()
                + &format!(
                    "  - target: {payments}.post.responses['409']\n    description: gone\n    remove: true\n"
                )
        },
        error: Some("CreateInvoicePaymentReply: Says<409>` is not satisfied"),
    },
    Case {
        name: "a documented status is added that nobody words",
        file: OVERLAY,
        change: |overlay| {
            let payments = "$.paths['/v1/platform/businesses/{business_id}/invoices/payments/']";
            overlay.to_owned()
                + &format!(
                    "  - target: {payments}.get.responses\n    description: more\n    update:\n      '503':\n        description: closed for repair\n"
                )
        },
        error: Some("assertion failed: same(&[400, 401, 403, 404, 429]"),
    },
    Case {
        name: "an operation without behaviour",
        file: PAYMENTS,
        change: |source| {
            let (start, rest) = source.split_once("    fn get_invoice_payment(").unwrap();
            let end = rest.find("\n    }\n").unwrap() + "\n    }\n".len();
            format!("{start}{}", &rest[end..])
        },
        error: Some("missing: `get_invoice_payment`"),
    },
    Case {
        name: "behaviour without an operation",
        file: OVERLAY,
        change: |overlay| {
            let payment =
                "$.paths['/v1/platform/businesses/{business_id}/invoices/payments/{payment_id}/']";
            overlay.to_owned()
                + &format!("  - target: {payment}.get\n    description: gone\n    remove: true\n")
        },
        error: Some("method `get_invoice_payment` is not a member of trait"),
    },
    Case {
        name: "a reply with an undocumented status",
        file: PAYMENTS,
        change: |source| {
            source.replace("ListInvoicePaymentsReply::Ok", "ListInvoicePaymentsReply::Accepted")
        },
        error: Some("no variant or associated item named `Accepted`"),
    },
    Case {
        name: "a spec that is broken",
        file: "specs/thredfi/get-invoice-payment.yaml",
        change: |spec| spec.replace("operationId: get_invoice_payment", "operationId: 7"),
        error: Some("specs/thredfi/get-invoice-payment.yaml#"),
    },
];

#[test]
fn what_the_documents_do_not_promise_does_not_compile() {
    let scratch = Path::new(env!("CARGO_TARGET_TMPDIR")).join("promises");
    let built = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    let mut failures = Vec::new();
    for case in CASES {
        let project = copy(&scratch.join("project"));
        let path = project.join(case.file);
        let before = fs::read_to_string(&path).unwrap();
        let after = (case.change)(&before);
        assert!(case.error.is_none() || before != after, "{}: nothing was changed", case.name);
        fs::write(&path, after).unwrap();
        let (compiles, said) = check(&project, built);
        match case.error {
            None if compiles => {}
            Some(error) if !compiles && said.contains(error) => {}
            expected => failures.push(format!("{}: not {expected:?} but\n{said}", case.name)),
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}

/// A fresh copy of what the library is built from.
fn copy(project: &Path) -> PathBuf {
    if project.exists() {
        fs::remove_dir_all(project).unwrap();
    }
    // The manifest names an example and a test, so they must be there to be left alone.
    for entry in [
        "Cargo.toml",
        "Cargo.lock",
        "build.rs",
        "codegen",
        "specs",
        "fixtures",
        "src",
        "benches",
        "examples",
        "tests/api/main.rs",
    ] {
        copy_entry(&Path::new(ROOT).join(entry), &project.join(entry));
    }
    project.to_owned()
}

fn copy_entry(from: &Path, to: &Path) {
    if from.is_dir() {
        fs::create_dir_all(to).unwrap();
        for entry in fs::read_dir(from).unwrap() {
            let entry = entry.unwrap();
            copy_entry(&entry.path(), &to.join(entry.file_name()));
        }
    } else {
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::copy(from, to).unwrap();
    }
}

fn check(project: &Path, built: &Path) -> (bool, String) {
    let output = Command::new(env!("CARGO"))
        .args(["check", "--lib", "--no-default-features", "--offline", "--quiet", "--color=never"])
        .current_dir(project)
        .env("CARGO_TARGET_DIR", built)
        .env_remove("RUSTFLAGS")
        .output()
        .unwrap();
    (output.status.success(), String::from_utf8_lossy(&output.stderr).into_owned())
}
