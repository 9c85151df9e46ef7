//! The specs that the sandbox serves: the vendors' text is untouched, and every correction shows in the document.

use std::{collections::BTreeSet, fmt::Write as _, fs, path::Path};

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::{Specs, read};

const PAYMENTS: &str = "/v1/platform/businesses/{business_id}/invoices/payments/";
const BILL_PAYMENTS: &str = "/v1/platform/businesses/{business_id}/bills/payments/";
const DAY_ZERO: &str = "/api/v1/invoices/{invoice_id}/payments";
const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

fn specs() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/specs"))
}

fn provided(provider: &str) -> Value {
    read::read(specs(), provider).unwrap_or_else(|error| panic!("{error}")).root
}

#[test]
fn the_vendors_files_are_byte_for_byte_those_of_the_readme() {
    let readme = fs::read_to_string(specs().join("README.md")).expect("specs has a README");
    let mut listed = BTreeSet::new();
    for row in readme.lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<&str> = row.split('|').map(|cell| cell.trim().trim_matches('`')).collect();
        let [_, file, _, _, _, sum, _] = cells[..] else { continue };
        let bytes = fs::read(specs().join(file)).unwrap_or_else(|error| panic!("{file}: {error}"));
        let digest = Sha256::digest(bytes).iter().fold(String::new(), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        });
        assert_eq!(digest, sum, "{file}");
        listed.insert(file.to_owned());
    }
    let ours = "thredfi/tokens.yaml".to_owned();
    assert!(readme.contains(&ours) && listed.insert(ours));
    let mut there = BTreeSet::new();
    for provider in ["thredfi", "dayzero"] {
        for entry in fs::read_dir(specs().join(provider)).expect("the provider has a folder") {
            let name = entry.expect("readable").file_name();
            there.insert(format!("{provider}/{}", name.to_string_lossy()));
        }
    }
    assert_eq!(there, listed);
}

#[test]
fn the_documents_have_exactly_these_seven_operations() {
    let mut found = Vec::new();
    for provider in ["dayzero", "thredfi"] {
        let root = provided(provider);
        for (path, item) in root["paths"].as_object().expect("an object") {
            for method in METHODS {
                if let Some(id) = item[method]["operationId"].as_str() {
                    found.push(format!("{method} {path} {id}"));
                }
            }
        }
    }
    found.sort();
    assert_eq!(
        found,
        [
            format!("get {PAYMENTS} list_invoice_payments"),
            format!("get {PAYMENTS}{{payment_id}}/ get_invoice_payment"),
            format!(
                "post {DAY_ZERO} create_invoice_payment_api_v1_invoices__invoice_id__payments_post"
            ),
            format!("post {BILL_PAYMENTS} create_bill_payment_allocation"),
            format!("post {PAYMENTS} create_invoice_payment"),
            "post /v1/platform/oauth2/token/ get_partner_token".to_owned(),
            "post /v1/platform/{business_id}/oauth2/token/ get_business_token".to_owned(),
        ]
    );
}

/// Without any one of its actions, an overlay gives another document, or one that a later action does not fit.
#[test]
fn every_action_of_the_overlays_has_an_effect() {
    for provider in ["thredfi", "dayzero"] {
        let text = fs::read_to_string(specs().join(format!("overlays/{provider}.yaml")))
            .expect("an overlay");
        let overlay: Value = serde_saphyr::from_str(&text).expect("an overlay is YAML");
        let whole = provided(provider);
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
                other.is_err() || other.is_ok_and(|other| other.root != whole),
                "{provider} {index}"
            );
        }
    }
}

#[test]
fn what_is_ours_says_so_and_what_is_the_vendors_does_not() {
    let root = provided("thredfi");
    for item in root["paths"].as_object().expect("an object").values() {
        for operation in METHODS.iter().filter_map(|method| item.get(method)) {
            let ours = operation["tags"] == json!(["Authentication"]);
            assert_eq!(operation["x-sandbox-source"] == "docs", ours, "{operation}");
            assert_eq!(operation["x-sandbox-reason"].is_string(), ours, "{operation}");
        }
    }
}

#[test]
fn the_corrections_of_thredfi_are_visible() {
    let root = provided("thredfi");
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
    let root = provided("dayzero");
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
fn every_example_satisfies_its_schema() {
    let mut count = 0;
    for provider in ["thredfi", "dayzero"] {
        let root = provided(provider);
        let components = newer(&root["components"]);
        let mut found = Vec::new();
        examples(&root, "", &mut found);
        for (at, schema, example) in found {
            let schema = json!({"allOf": [newer(schema)], "components": components});
            let validator = validator(&schema);
            let errors: Vec<_> =
                validator.iter_errors(example).map(|error| error.to_string()).collect();
            assert!(errors.is_empty(), "{provider}#{at}: {errors:?}");
            count += 1;
        }
    }
    assert_eq!(count, 29, "an example that is not found is not checked");
}

#[test]
fn the_validator_that_judges_the_examples_knows_their_formats() {
    for (format, right, wrong) in [
        ("uuid", "7a80c3cc-4088-4f94-8ccc-c6669180496e", "7a80c3cc-4g88-8f94-cccc-cgg69180496e"),
        ("date", "2026-02-10", "2026-02-10T00:00:00Z"),
        ("date-time", "2026-02-10T00:00:00Z", "2026-02-10"),
    ] {
        let validator = validator(&json!({"type": "string", "format": format}));
        assert!(
            validator.is_valid(&right.into()) && !validator.is_valid(&wrong.into()),
            "{format}"
        );
    }
}

fn validator(schema: &Value) -> jsonschema::Validator {
    let options = jsonschema::options().should_validate_formats(true);
    options.build(schema).unwrap_or_else(|error| panic!("{error} in {schema}"))
}

/// Every example with the schema it belongs to: of media types, and of schemas themselves.
fn examples<'a>(value: &'a Value, at: &str, found: &mut Vec<(String, &'a Value, &'a Value)>) {
    if let Some(example) = value.get("example") {
        found.push((at.to_owned(), value.get("schema").unwrap_or(value), example));
    }
    for (name, example) in value.get("examples").and_then(Value::as_object).into_iter().flatten() {
        found.push((format!("{at}/examples/{name}"), &value["schema"], &example["value"]));
    }
    let children: Vec<(String, &Value)> = match value {
        Value::Object(map) => map.iter().map(|(key, value)| (key.clone(), value)).collect(),
        Value::Array(items) => {
            items.iter().enumerate().map(|(n, value)| (n.to_string(), value)).collect()
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Vec::new(),
    };
    for (key, child) in
        children.into_iter().filter(|(key, _)| key != "example" && key != "examples")
    {
        examples(child, &format!("{at}/{}", key.replace('/', "~1")), found);
    }
}

/// A schema of 3.0 as JSON Schema 2020-12, for the validator: `nullable`, and the flags beside bounds.
fn newer(value: &Value) -> Value {
    let mut value = value.clone();
    match &mut value {
        Value::Object(map) => {
            for (_, child) in map.iter_mut().filter(|(key, _)| *key != "example") {
                *child = newer(child);
            }
            if map.shift_remove("exclusiveMinimum") == Some(json!(true)) {
                let bound = map.shift_remove("minimum").unwrap_or_default();
                map.insert("exclusiveMinimum".to_owned(), bound);
            }
            if map.shift_remove("nullable") == Some(json!(true)) {
                return json!({"anyOf": [value, {"type": "null"}]});
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| *item = newer(item)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
    value
}

#[test]
fn a_place_in_the_document_is_traced_to_its_file() {
    let document = read::read(specs(), "thredfi").unwrap_or_else(|error| panic!("{error}"));
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
