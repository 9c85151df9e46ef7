//! Which providers there are, and where what is generated from their documents goes. How lives in
//! `codegen`.

mod codegen;

use std::{env, error::Error, path::Path};

/// The providers: each is a folder under `specs/`, and a set of files in `OUT_DIR`.
const PROVIDERS: &[&str] = &["dayzero", "thredfi"];

/// Operations that a spec has and nobody has written yet, as (provider, operationId): each answers
/// 501 by name. Whoever adds one here owes its behaviour.
const NOT_SIMULATED: &[(&str, &str)] = &[
    ("dayzero", "create_bill_received_api_v1_bills_received_post"),
    ("dayzero", "mark_bill_received_api_v1_bills__bill_id__receipt_patch"),
    ("dayzero", "list_bills_api_v1_bills_get"),
    ("dayzero", "create_bill_api_v1_bills_post"),
    ("dayzero", "get_bill_api_v1_bills__bill_id__get"),
    ("dayzero", "list_bill_payments_api_v1_bills__bill_id__payments_get"),
    ("dayzero", "create_bill_payment_api_v1_bills__bill_id__payments_post"),
    ("dayzero", "delete_bill_payment_api_v1_bills__bill_id__payments__payment_id__delete"),
    ("dayzero", "finalize_invoice_by_put"),
    ("dayzero", "void_invoice_by_post"),
    ("dayzero", "get_invoices_api_v1_invoices_get"),
    ("dayzero", "create_invoice_api_v1_invoices_post"),
    ("dayzero", "get_invoice_api_v1_invoices__invoice_id__get"),
    ("dayzero", "finalize_invoice_api_v1_invoices__invoice_id__finalize_post"),
    ("dayzero", "void_invoice_api_v1_invoices__invoice_id__void_put"),
    ("dayzero", "list_invoice_payments_api_v1_invoices__invoice_id__payments_get"),
    ("dayzero", "delete_invoice_payment_api_v1_invoices__invoice_id__payments__payment_id__delete"),
    ("dayzero", "list_transactions_api_v1_transactions_get"),
    ("dayzero", "create_transaction_api_v1_transactions_post"),
    ("dayzero", "get_transaction_allocations_api_v1_transactions__transaction_id__allocations_get"),
    ("thredfi", "list_bank_transactions"),
    ("thredfi", "match_bank_transaction_payment"),
    ("thredfi", "unmatch_bank_transaction_payment"),
    ("thredfi", "match_bank_transaction_bill_payment"),
    ("thredfi", "unmatch_bank_transaction_bill_payment"),
    ("thredfi", "list_bill_payments"),
    ("thredfi", "get_bill_payment"),
    ("thredfi", "update_bill_payment"),
    ("thredfi", "delete_bill_payment"),
    ("thredfi", "list_bills"),
    ("thredfi", "create_bill"),
    ("thredfi", "get_bill"),
    ("thredfi", "get_ar_stats"),
    ("thredfi", "get_ap_stats"),
    ("thredfi", "get_menu_config"),
    ("thredfi", "list_transaction_categories"),
    ("thredfi", "get_financial_summary"),
    ("thredfi", "get_expense_breakdown"),
    ("thredfi", "get_ar_aging"),
    ("thredfi", "get_ap_aging"),
    ("thredfi", "create_payout"),
    ("thredfi", "get_payout"),
    ("thredfi", "list_vendors"),
    ("thredfi", "create_vendor"),
    ("thredfi", "get_vendor"),
];

fn main() {
    for watched in ["build.rs", "codegen", "specs"] {
        println!("cargo::rerun-if-changed={watched}");
    }
    if let Err(problem) = generate() {
        println!("cargo::error={}", problem.to_string().replace('\n', " "));
    }
}

fn generate() -> Result<(), Box<dyn Error>> {
    if let Some((provider, id)) =
        NOT_SIMULATED.iter().find(|(provider, _)| !PROVIDERS.contains(provider))
    {
        return Err(format!(
            "build.rs: NOT_SIMULATED names `{id}` of `{provider}`, which is no provider"
        )
        .into());
    }
    let folder = env::var("OUT_DIR")?;
    for provider in PROVIDERS {
        let document = codegen::read::read(Path::new("specs"), provider)?;
        let not_simulated: Vec<&str> =
            NOT_SIMULATED.iter().filter(|(of, _)| of == provider).map(|(_, id)| *id).collect();
        codegen::generate(&document, &not_simulated)?.write(Path::new(&folder), provider)?;
    }
    Ok(())
}
