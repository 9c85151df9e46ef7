//! The specs that the sandbox serves: every correction of the overlays has an effect and shows in the document.

use std::fs;

use serde_json::{Value, json};

use crate::{
    Specs,
    operations::{PROVIDERS, provided, specs},
    read,
};

const PAYMENTS: &str = "/v1/platform/businesses/{business_id}/invoices/payments/";
const BILL_PAYMENTS: &str = "/v1/platform/businesses/{business_id}/bills/payments/";
const DAY_ZERO: &str = "/api/v1/invoices/{invoice_id}/payments";

/// Without any one of its actions, an overlay gives another document, or one that a later action does not fit.
#[test]
fn every_action_of_the_overlays_has_an_effect() {
    for provider in PROVIDERS {
        let text = fs::read_to_string(specs().join(format!("overlays/{provider}.yaml")))
            .expect("an overlay");
        let overlay: Value = serde_saphyr::from_str(&text).expect("an overlay is YAML");
        let whole = &provided(provider).root;
        for index in 0..overlay["actions"].as_array().expect("a list").len() {
            let mut without = overlay.clone();
            without["actions"].as_array_mut().expect("a list").remove(index);
            let mut copy = Specs::new(&format!("without_{provider}_{index}"))
                .with(&format!("overlays/{provider}.yaml"), &without.to_string());
            for entry in fs::read_dir(specs().join(provider)).expect("a folder") {
                let file = entry.expect("readable").path();
                let name =
                    file.file_name().and_then(|name| name.to_str()).expect("a name in UTF-8");
                copy = copy
                    .with(&format!("{provider}/{name}"), &fs::read_to_string(&file).expect("text"));
            }
            let other = read::read(&copy.0, provider);
            assert!(
                other.is_err() || other.is_ok_and(|other| other.root != *whole),
                "{provider} {index}"
            );
        }
    }
}

#[test]
fn the_way_back_over_an_overlay_leads_to_what_the_files_say() {
    for provider in PROVIDERS {
        let mut copy = Specs::new(&format!("published_{provider}"));
        for entry in fs::read_dir(specs().join(provider)).expect("a folder") {
            let file = entry.expect("readable").path();
            let name = file.file_name().and_then(|name| name.to_str()).expect("a name in UTF-8");
            let text = fs::read_to_string(&file).expect("text");
            copy = copy.with(&format!("{provider}/{name}"), &text);
        }
        let alone = read::read(&copy.0, provider).expect("the files are sound by themselves");
        assert_eq!(alone.undo, json!([]), "there is no overlay");
        let whole = provided(provider);
        let published = sandbook::contract::as_published(&whole.root, &whole.undo);
        assert_eq!(published.expect("it fits").to_string(), alone.root.to_string(), "{provider}");
    }
}

#[test]
fn the_corrections_of_thredfi_are_visible() {
    let root = &provided("thredfi").root;
    let create = &root["paths"][PAYMENTS]["post"];
    let bill = &root["paths"][BILL_PAYMENTS]["post"];
    let list = &root["paths"][PAYMENTS]["get"];
    let get = &root["paths"][format!("{PAYMENTS}{{payment_id}}/")]["get"];
    for operation in [create, bill] {
        let parameters = operation["parameters"].as_array().expect("a list");
        let keys: Vec<_> =
            parameters.iter().filter(|one| one["name"] == "Idempotency-Key").collect();
        assert_eq!(keys.len(), 1);
        assert_eq!(keys[0]["in"], "header");
        assert_eq!(keys[0]["schema"], json!({"type": "string", "minLength": 1, "maxLength": 255}));
        let schema = |status: &str| {
            operation["responses"][status]["content"]["application/json"]["schema"].clone()
        };
        assert_eq!(schema("200"), schema("201"));
        for status in ["413", "415"] {
            assert_eq!(schema(status), json!({"$ref": "#/components/schemas/ErrorResponse"}));
        }
    }
    for status in ["400", "401", "403", "404"] {
        assert_eq!(list["responses"][status], get["responses"][status]);
    }
    assert_eq!(
        list["responses"]["413"],
        Value::Null,
        "nothing is said of a body that is not there"
    );

    let schemas = &root["components"]["schemas"];
    for field in ["completed_at", "failed_at", "submitted_at"] {
        assert_eq!(
            schemas["BillPaymentResponse"]["properties"][field]["nullable"], true,
            "{field}"
        );
    }
    assert_eq!(
        schemas["BillPaymentResponse"]["properties"]["failure_reason"]["nullable"],
        Value::Null
    );
    let (request, answer) = (
        &schemas["InvoiceRecordPaymentRequestRequest"]["properties"],
        &schemas["InvoicePaymentList"]["properties"],
    );
    assert_eq!(request["currency"]["enum"], answer["currency"]["enum"]);
    assert_eq!(request["notes"]["deprecated"], true);
    assert_eq!(request["references"]["additionalProperties"], json!({"type": "string"}));
    for (limited, by) in [
        (&request["payment_reference"], "payment_reference"),
        (&request["external_id"], "external_id"),
        (&request["references"]["properties"]["bank_reference"], "bank_reference"),
        (&request["references"]["properties"]["payment_reference"], "processor_reference"),
    ] {
        assert!(limited["maxLength"].is_u64());
        assert_eq!(limited["maxLength"], answer[by]["maxLength"], "{by}");
    }
    assert_eq!(schemas["CustomerEmbedded"]["properties"]["email"].get("format"), None);
    assert_eq!(schemas["BillPaymentCreateRequest"]["properties"]["currency"]["enum"], Value::Null);
    let example = &create["responses"]["201"]["content"]["application/json"]["examples"]["CreatePaymentResponse(UKPub)"];
    assert_eq!(example["value"]["payment"].get("idempotency_key"), None);
    assert_eq!(root["servers"], json!([]));
}

#[test]
fn the_corrections_of_day_zero_are_visible() {
    let root = &provided("dayzero").root;
    assert_eq!(root["info"]["title"], "Day Zero API");
    assert_eq!(root["servers"][0]["url"], "https://api.ondayzero.com");
    let responses = &root["paths"][DAY_ZERO]["post"]["responses"];
    for status in ["400", "401", "403", "404", "409", "413", "415"] {
        let media = &responses[status]["content"]["application/json"];
        assert_eq!(
            media["schema"],
            json!({"$ref": "#/components/schemas/ErrorDetail"}),
            "{status}"
        );
    }
    let schemas = &root["components"]["schemas"];
    assert_eq!(schemas["ErrorDetail"]["required"], json!(["detail"]));
    assert_eq!(schemas["InvoicePaymentRequest"]["properties"]["amount"]["minimum"], 0);
    assert_eq!(schemas["InvoicePaymentRequest"]["properties"]["amount"]["exclusiveMinimum"], true);
    assert_eq!(
        schemas["InvoicePaymentResponse"]["example"]["transaction"]["datetime"],
        "2026-02-10"
    );
}

#[test]
fn every_operation_says_what_a_caller_over_the_limit_is_told() {
    for (provider, error) in [("thredfi", "ErrorResponse"), ("dayzero", "ErrorDetail")] {
        let paths = provided(provider).root["paths"].as_object().expect("paths");
        let parts = paths.values().filter_map(Value::as_object).flatten();
        let operations = parts.filter(|(_, part)| part.get("responses").is_some());
        let mut seen = 0;
        for (_, operation) in operations {
            let reply = &operation["responses"]["429"];
            let schema = json!({ "$ref": format!("#/components/schemas/{error}") });
            let id = &operation["operationId"];
            assert_eq!(reply["content"]["application/json"]["schema"], schema, "{id}");
            assert_eq!(reply["headers"]["Retry-After"]["schema"]["type"], "integer", "{id}");
            seen += 1;
        }
        assert!(seen > 20, "{provider}: {seen}");
    }
}

#[test]
fn a_place_in_the_document_is_traced_to_its_file() {
    let document = provided("thredfi");
    let escaped = |path: &str| path.replace('/', "~1");
    let payments = format!("/paths/{}", escaped(PAYMENTS));
    for (pointer, file) in [
        // The overlay corrects both operations in parts; the whole is still the vendor's.
        (format!("{payments}/post"), "specs/thredfi/create-invoice-payment.yaml"),
        (format!("{payments}/get/operationId"), "specs/thredfi/list-invoice-payments.yaml"),
        (format!("{payments}/get/no/such/place"), "specs/thredfi/list-invoice-payments.yaml"),
        (format!("{payments}/post/responses/413"), "specs/overlays/thredfi.yaml"),
        ("/components/schemas/PartnerToken".to_owned(), "specs/thredfi/tokens.yaml"),
    ] {
        let origin = document.origin(&pointer).display().to_string();
        assert!(origin.ends_with(file), "{pointer}: {origin}");
    }
    let made = read::Document::of("made", json!({ "paths": {} }));
    assert!(made.origin("/paths/nowhere").ends_with("specs/made"));
}
