//! The documents that the program carries: printed, and examined. What is found in them is pinned
//! here, by name.

use std::collections::BTreeSet;

use super::*;

/// What the program says and how it ends, without a server.
fn run(arguments: &[&str]) -> (Option<i32>, String, String) {
    ended(sandbook(arguments))
}

/// The findings of a document, as a program reads them.
fn findings(arguments: &[&str], document: &str) -> Vec<Value> {
    let (_, said, problem) = run(&[&["lint", "--format", "json"], arguments].concat());
    let report: Value = serde_json::from_str(&said).expect(&problem);
    let mut documents = report["documents"].as_array().unwrap().iter();
    let found = documents.find(|it| it["document"] == document).expect("it was examined");
    found["findings"].as_array().unwrap().clone()
}

const CREATE: &str = "/paths/~1v1~1platform~1businesses~1{business_id}~1invoices~1payments~1/post";
const LIST: &str = "/paths/~1v1~1platform~1businesses~1{business_id}~1invoices~1payments~1/get";
const LINK: &str = "/paths/~1api~1v1~1invoices~1{invoice_id}~1payments/post";

/// What is wrong with the vendors' documents, as it is known from reading them: document, rule,
/// where, and a part of what is said of it.
const SEEDS: &[(&str, &str, &str, &str)] = &[
    (
        "thredfi",
        "example",
        "{CREATE}/requestBody/content/application~1json/examples/Multi-InvoicePaymentWithPartialAllocation/value/payment_method",
        r#""card" breaks its schema."#,
    ),
    ("thredfi", "example", "{CREATED}/id", "4g88"),
    ("thredfi", "example", "{CREATED}/idempotency_key", "null breaks its schema."),
    ("thredfi", "prose", "{CREATE}/parameters", "Idempotency-Key"),
    ("thredfi", "status", "{CREATE}/responses", "200 (the operation itself, or a replay of it)"),
    ("thredfi", "status", "{CREATE}/responses", "413 (a body over the size limit)"),
    ("thredfi", "status", "{CREATE}/responses", "415 (a body in another media type)"),
    (
        "thredfi",
        "status",
        "{LIST}/responses",
        "400 (a request that breaks the document), 401 (no credentials), 403 (a token of another kind), 404 (an id in the path that names nothing), 429",
    ),
    ("thredfi", "prose", "{LIST}/parameters/9", "one of asc, desc"),
    ("thredfi", "prose", "{LIST}/parameters/14", "one of payment_date, amount, created_at"),
    ("thredfi", "prose", "{LIST}/parameters/15", "one of pending, processing"),
    (
        "thredfi",
        "prose",
        "/components/schemas/InvoiceRecordPaymentRequestRequest/properties/notes",
        "not to be used",
    ),
    ("thredfi", "prose", "/components/schemas/PaymentDetail/properties/notes", "not to be used"),
    (
        "thredfi",
        "unknowable",
        "/components/schemas/BillPaymentResponse/properties/submitted_at",
        "need not have happened",
    ),
    (
        "thredfi",
        "unknowable",
        "/components/schemas/BillPaymentResponse/properties/completed_at",
        "need not have happened",
    ),
    (
        "thredfi",
        "unknowable",
        "/components/schemas/BillPaymentResponse/properties/failed_at",
        "need not have happened",
    ),
    (
        "thredfi",
        "unknowable",
        "/components/schemas/CustomerEmbedded/properties/email",
        "an address",
    ),
    (
        "thredfi",
        "wider",
        "/components/schemas/InvoiceRecordPaymentRequestRequest/properties/currency",
        r#""SGD""#,
    ),
    (
        "thredfi",
        "wider",
        "/components/schemas/InvoiceRecordPaymentRequestRequest/properties/payment_reference",
        "at most 100 characters",
    ),
    (
        "thredfi",
        "wider",
        "/components/schemas/InvoiceRecordPaymentRequestRequest/properties/external_id",
        "at most 255 characters",
    ),
    (
        "dayzero",
        "example",
        "/components/schemas/InvoicePaymentResponse/example/transaction/datetime",
        r#""2026-02-10T00:00:00Z""#,
    ),
    (
        "dayzero",
        "status",
        "{LINK}/responses",
        "409 (what the books refuse), 413 (a body over the size limit), 415 (a body in another media type), 429",
    ),
    (
        "dayzero",
        "no-schema",
        "{LINK}/responses/400/content/application~1json",
        "nothing holds a body",
    ),
    (
        "dayzero",
        "no-schema",
        "{LINK}/responses/401/content/application~1json",
        "nothing holds a body",
    ),
    (
        "dayzero",
        "no-schema",
        "{LINK}/responses/403/content/application~1json",
        "nothing holds a body",
    ),
    (
        "dayzero",
        "no-schema",
        "{LINK}/responses/404/content/application~1json",
        "nothing holds a body",
    ),
    ("dayzero", "parameter", "{LINK}/parameters/1", r#""authorization""#),
];

/// The place that a row of a table names.
fn place(short: &str) -> String {
    let created = "{CREATE}/responses/201/content/application~1json/examples/CreatePaymentResponse(UKPub)/value/payment";
    let whole = short.replace("{CREATED}", created);
    whole.replace("{CREATE}", CREATE).replace("{LIST}", LIST).replace("{LINK}", LINK)
}

#[test]
fn what_is_known_to_be_wrong_with_the_vendors_documents_is_found_and_mended() {
    for document in ["thredfi", "dayzero"] {
        let (both, published) = (findings(&[], document), findings(&["--as-published"], document));
        for (_, rule, at, says) in SEEDS.iter().filter(|(of, ..)| *of == document) {
            let is = |it: &&Value| it["rule"] == *rule && it["pointer"] == place(at);
            for (found, state) in [(&both, "mended"), (&published, "wrong")] {
                let found = found.iter().find(is);
                let found = found.unwrap_or_else(|| panic!("{rule} at {} is not found", place(at)));
                assert_eq!(found["state"], state, "{found}");
                assert!(found["what"].as_str().unwrap().contains(says), "{found}");
            }
        }
    }
}

/// What stays as it is: document, rule, where.
const KEPT: &[(&str, &str, &str)] = &[
    ("thredfi", "nullable", "BankTransaction/properties/subcategory"),
    ("thredfi", "nullable", "Bill/properties/document"),
    ("thredfi", "nullable", "BillLineItem/properties/account_identifier"),
    ("thredfi", "nullable", "Invoice/properties/document"),
    ("thredfi", "nullable", "InvoicePaymentList/properties/customer"),
    ("thredfi", "nullable", "Refund/properties/document"),
    ("thredfi", "unknowable", "Refund/properties/completed_at"),
    ("thredfi", "scheme", "/components/securitySchemes/BasicAuth"),
    ("dayzero", "nullable", "BillCreateRequest/properties/currency"),
    ("dayzero", "nullable", "BillReceivedCreateRequest/properties/currency"),
    ("dayzero", "nullable", "InvoiceCreateRequest/properties/currency"),
    ("dayzero", "nullable", "InvoicePaymentResponse/properties/transaction"),
    ("dayzero", "nullable", "TransactionCreateRequest/properties/currency"),
    ("dayzero", "wider", "BillCreateRequest/properties/type"),
    ("dayzero", "wider", "BillReceivedCreateRequest/properties/type"),
];

#[test]
fn what_stays_wrong_stays_for_a_reason_and_nothing_else_is_wrong() {
    for document in ["thredfi", "dayzero", "sandbox"] {
        let found = findings(&[], document);
        let stays: BTreeSet<_> = found
            .iter()
            .filter(|it| it["state"] != "mended")
            .collect::<Vec<_>>()
            .into_iter()
            .map(|it| {
                assert_eq!(it["state"], "kept", "{it}");
                assert!(it["kept"].as_str().unwrap().ends_with('.'), "{it}");
                (
                    it["rule"].as_str().unwrap().to_owned(),
                    it["pointer"].as_str().unwrap().to_owned(),
                )
            })
            .collect();
        let schema = |at: &str| {
            if at.starts_with('/') { at.to_owned() } else { format!("/components/schemas/{at}") }
        };
        let kept = KEPT.iter().filter(|(of, ..)| *of == document);
        let kept: BTreeSet<_> =
            kept.map(|(_, rule, at)| ((*rule).to_owned(), schema(at))).collect();
        assert_eq!(stays, kept, "{document}");
    }
    let (status, said, problem) = run(&["lint"]);
    assert_eq!((status, problem.as_str()), (Some(0), ""));
    let last: Vec<_> = said.lines().rev().take(3).collect();
    assert!(last.iter().all(|line| line.ends_with("kept, 0 wrong, 0 new")), "{last:?}");
}

#[test]
fn the_documents_as_published_alone_are_refused_with_their_count() {
    let (status, said, problem) = run(&["lint", "dayzero", "--as-published"]);
    let wrong = said.lines().filter(|line| line.starts_with("wrong ")).count();
    assert!(status == Some(1) && wrong > 20, "{said}");
    assert_eq!(problem, format!("sandbook: {wrong} findings are neither mended nor kept\n"));
    assert!(said.lines().all(|line| line.contains("dayzero")), "{said}");
}

/// What the overlays change and no rule can see: a part of the place, and why.
const UNSEEN: &[(&str, &str)] = &[
    ("/info/", "what a title ought to be called"),
    ("/x-sandbox-references", "what an id is of"),
    ("/allowEmptyValue", "that a filter may be left empty"),
    ("/x-sandbook-kept", "the reasons themselves"),
    ("/parameters/0/schema/minLength", "a limit that a guide has"),
    ("/parameters/0/schema/maxLength", "a limit that a guide has"),
    ("/parameters/1/schema/format", "a list in a text"),
    ("/parameters/7/schema/enum", "values that the answer has"),
    ("/parameters/10/schema/minimum", "a least page, which the answer tells"),
    ("/parameters/11/schema/minimum", "a least size of a page"),
    ("/references/properties", "a limit under another name"),
    ("/payment/external_id", "an example that belongs to another"),
];

#[test]
fn what_the_overlays_change_is_what_is_found_and_what_no_rule_can_see() {
    let undo = [
        ("thredfi", include_str!(concat!(env!("OUT_DIR"), "/thredfi_undo.json"))),
        ("dayzero", include_str!(concat!(env!("OUT_DIR"), "/dayzero_undo.json"))),
    ];
    let mut unseen: BTreeSet<_> = UNSEEN.iter().map(|(part, _)| *part).collect();
    for (document, undo) in undo {
        let found = findings(&["--as-published"], document);
        let steps: Vec<Value> = serde_json::from_str(undo).unwrap();
        assert!(!steps.is_empty());
        for step in steps {
            let at = step[0].as_str().unwrap();
            let near = |it: &Value| {
                let place = it["pointer"].as_str().unwrap();
                place.starts_with(at) || at.starts_with(place)
            };
            if let Some((part, _)) = UNSEEN.iter().find(|(part, _)| at.contains(part)) {
                unseen.remove(part);
            } else {
                assert!(found.iter().any(near), "{document}#{at} is changed, and nothing is wrong");
            }
        }
    }
    assert!(unseen.is_empty(), "nothing is changed there: {unseen:?}");
}

#[test]
fn a_document_is_printed_as_it_is_served_or_as_the_files_say_it() {
    for provider in ["thredfi", "dayzero", "sandbox"] {
        let (status, said, problem) = run(&["document", provider]);
        assert_eq!((status, problem.as_str()), (Some(0), ""));
        let served: Value = serde_json::from_str(&said).unwrap();
        assert_eq!(served, document(provider));
        let (status, said, _) = run(&["document", provider, "--as-published"]);
        assert_eq!((status, said.lines().count()), (Some(0), 1));
        let published: Value = serde_json::from_str(&said).unwrap();
        assert_eq!(published == served, provider == "sandbox");
    }
    let (_, published, _) = run(&["document", "thredfi", "--as-published"]);
    let published: Value = serde_json::from_str(&published).unwrap();
    assert_eq!(
        published.pointer(&place("{LIST}/responses")).unwrap().as_object().unwrap().len(),
        1
    );
    let example = place("{CREATED}/id");
    assert_eq!(published.pointer(&example).unwrap(), "7a80c3cc-4g88-8f94-cccc-cgg69180496e");
}

#[cfg(target_os = "linux")]
#[test]
fn what_can_be_written_nowhere_is_an_error() {
    let full = || std::fs::File::options().write(true).open("/dev/full").unwrap();
    for arguments in [&["document", "thredfi"][..], &["lint"], &["--help"]] {
        let mut command = sandbook(arguments);
        command.stdout(full());
        let (status, _, problem) = ended(command);
        assert!(status == Some(1) && problem.contains("standard output"), "{problem}");
    }
    let mut command = sandbook(&["--nope"]);
    command.stderr(full());
    assert_eq!(ended(command).0, Some(2));
}

#[test]
fn a_document_that_there_is_not_is_a_wrong_argument_that_names_those_that_there_are() {
    for arguments in [["document", "xero"], ["lint", "xero"]] {
        let (status, _, problem) = run(&arguments);
        assert!(status == Some(2) && problem.contains("thredfi, dayzero, sandbox"), "{problem}");
    }
}
