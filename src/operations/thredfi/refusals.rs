//! The books' refusals in Thredfi's words: status, code, message and detail (BEHAVIOUR 3 and 4).

use serde_json::{Map, Value, json};

use super::errors::{Words, invalid, none, object};
use super::wire;
use super::wording::unknown;
use crate::domain::{
    Error, Excess, Fault, FaultKind, FaultPlace, Limit, NotPayable, NotPayableOut,
};

/// A refusal of the books, with the numbers that explain it.
#[expect(clippy::too_many_lines, reason = "an arm a refusal, in one match without a catch-all")]
pub(super) fn refused(error: Error) -> Words {
    let message = error.to_string();
    let line = |position: usize, field: &str| format!("allocations[{position}].{field}");
    match error {
        Error::Faults(faults) => invalid(faulty_fields(&faults)),
        Error::CurrencyMismatch { sent, base } => {
            let text = format!("This business keeps its books in {base}, not in {sent}.");
            let facts = json!({ "currency": sent, "base_currency": base.code() });
            (422, "currency_mismatch", text.clone(), on("currency", &text, facts))
        }
        Error::OtherCustomer(lines) => {
            let text = "This invoice belongs to another customer.";
            let facts =
                first(&lines, |it| json!({ "invoice_id": it.document, "customer_id": it.owner }));
            let fields = lines.iter().map(|it| (line(it.position, "invoice_id"), text.to_owned()));
            (422, "customer_mismatch", text.to_owned(), all_on(fields, facts))
        }
        Error::OtherVendor(lines) => {
            let text = "This bill belongs to another vendor.";
            let facts =
                first(&lines, |it| json!({ "bill_id": it.document, "vendor_id": it.owner }));
            let fields = lines.iter().map(|it| (line(it.position, "bill_id"), text.to_owned()));
            (422, "vendor_mismatch", text.to_owned(), all_on(fields, facts))
        }
        Error::InvoiceNotPayable(lines) => {
            let status = wire::invoice_status;
            let text = |it: &NotPayable<_>| {
                format!("A payment cannot be allocated to a {} invoice.", status(it.status))
            };
            let facts = first(
                &lines,
                |it| json!({ "invoice_id": it.document, "invoice_status": status(it.status) }),
            );
            let fields = lines.iter().map(|it| (line(it.position, "invoice_id"), text(it)));
            (422, "invoice_not_payable", first(&lines, text), all_on(fields, facts))
        }
        Error::BillNotPayable(lines) => {
            let status = wire::bill_status;
            let text = |it: &NotPayable<_>| {
                format!("A payment cannot be allocated to a {} bill.", status(it.status))
            };
            let facts = first(
                &lines,
                |it| json!({ "bill_id": it.document, "bill_status": status(it.status) }),
            );
            let fields = lines.iter().map(|it| (line(it.position, "bill_id"), text(it)));
            (422, "bill_not_payable", first(&lines, text), all_on(fields, facts))
        }
        Error::ExceedsPayment { allocated, total } => {
            let text = format!("The allocations come to {allocated}, the payment to {total}.");
            let facts = json!({ "allocated_amount_cents": allocated, "payment_amount_cents": total,
                "excess_cents": allocated.get().saturating_sub(total.get()) });
            (422, "allocation_exceeds_payment", text.clone(), on("allocations", &text, facts))
        }
        Error::ExceedsOutstanding(lines) => {
            let text = |it: &Excess| {
                format!("{} is more than the {} outstanding.", it.amount, it.outstanding)
            };
            let facts = first(&lines, |it| {
                json!({ "document_id": it.document, "amount_cents": it.amount,
                    "outstanding_amount_cents": it.outstanding })
            });
            let fields = lines.iter().map(|it| (line(it.position, "amount_cents"), text(it)));
            (422, "allocation_exceeds_outstanding", first(&lines, text), all_on(fields, facts))
        }
        Error::Overflow => {
            let text = "The amounts together do not fit in 64 bits of cents.";
            (422, "amount_overflow", text.to_owned(), on("allocations", text, json!({})))
        }
        Error::Exceeds { limit, amount, most } => exceeds(limit, amount.get(), most.get()),
        Error::BelowAllocated { total, allocated } => {
            let text = format!("The total would be {total}, less than the {allocated} paid.");
            let facts = json!({ "total_amount_cents": total, "allocated_amount_cents": allocated });
            (422, "total_below_allocated", text.clone(), on("line_items", &text, facts))
        }
        Error::NegativeTotal { total } => {
            let text = format!("The total would be {total}; it must not be negative.");
            let facts = json!({ "total_amount_cents": total });
            (422, "negative_total", text.clone(), on("line_items", &text, facts))
        }
        Error::State { what, id, from, to, allowed } => {
            let text = format!("The {what} is {from}; it cannot become {to}.");
            let facts = json!({ "id": id, "from": from, "to": to, "allowed": allowed });
            (409, "invalid_state_transition", text, object(facts))
        }
        Error::HasPayments { allocated } => {
            let text = format!("Payments have brought {allocated}; refund or cancel them first.");
            let facts = json!({ "allocated_amount_cents": allocated });
            (409, "invoice_has_payments", text, object(facts))
        }
        Error::Reconciled { payment } => {
            let text = "The payment is matched with a bank transaction; unmatch it first.";
            (409, "payment_reconciled", text.to_owned(), object(json!({ "payment_id": payment })))
        }
        Error::Settled { payment, payout } => {
            let text = "A payout counts the payment; take it out of the payout first.";
            let facts = json!({ "payment_id": payment, "payout_id": payout });
            (409, "payment_settled", text.to_owned(), object(facts))
        }
        Error::DuplicateExternalId { external_id } => {
            let text = format!("Another record has the external_id \"{external_id}\".");
            let facts = json!({ "external_id": external_id });
            (409, "duplicate_external_id", text.clone(), on("external_id", &text, facts))
        }
        Error::PartlyRefunded { payment } => {
            let text = "Parts of the payment were refunded; its allocations cannot change.";
            (409, "payment_refunded", text.to_owned(), object(json!({ "payment_id": payment })))
        }
        Error::NotReconcilable { payment, status } => {
            let text = format!("A {status} payment cannot be matched with a bank transaction.");
            let facts = json!({ "payment_id": payment, "status": status });
            (422, "payment_not_reconcilable", text, object(facts))
        }
        Error::AlreadyReconciled { payment } => {
            let what = payment.map_or("bank transaction", |_| "payment");
            let text = format!("The {what} is matched in full.");
            let facts = json!({ "payment_id": payment, "remaining_amount_cents": 0 });
            (409, "already_reconciled", text, object(facts))
        }
        Error::NotPayableOut(lines) => {
            let text = "Only payments that came and are in no other payout can be paid out.";
            let facts = first(
                &lines,
                |it| json!({ "payment_id": it.payment, "status": it.status, "payout_id": it.payout }),
            );
            let field = |it: &NotPayableOut| format!("payment_ids[{}]", it.position);
            let fields = lines.iter().map(|it| (field(it), text.to_owned()));
            (422, "payment_not_payable_out", text.to_owned(), all_on(fields, facts))
        }
        Error::InMatch(error) => moved(*error, in_match),
        Error::NotReconciled => {
            let text = "The bank transaction is not matched with that.";
            (409, "not_reconciled", text.to_owned(), none())
        }
        Error::Deposit { amount } => {
            let text = "A deposit cannot be a payment that was made.";
            (422, "not_a_withdrawal", text.to_owned(), object(json!({ "amount_cents": amount })))
        }
        Error::Withdrawal { amount } => {
            let text = "A withdrawal cannot be a payment that was received.";
            (422, "not_a_deposit", text.to_owned(), object(json!({ "amount_cents": amount })))
        }
        Error::InPayment { position, error } => {
            moved(*error, |field| format!("payments[{position}].{}", in_payment(field)))
        }
        // What only a bank transaction's link can meet, which Thredfi's operations do not plan.
        Error::UnknownDocument => (404, "invoice_not_found", message, none()),
        Error::UnknownTransaction => (404, "bank_transaction_not_found", message, none()),
        Error::TransactionCurrency { transaction, document, .. } => {
            let facts = json!({ "transaction": transaction.code(), "document": document.code() });
            (422, "currency_mismatch", message, object(facts))
        }
        Error::DraftInvoice | Error::ClosedInvoice { .. } | Error::DraftBill | Error::VoidBill => {
            (422, "invoice_not_payable", message, none())
        }
    }
}

fn exceeds(limit: Limit, amount: i64, most: i64) -> Words {
    let (code, field, what) = match limit {
        Limit::Transaction => {
            ("allocation_exceeds_transaction", "amount", "the bank transaction has left")
        }
        Limit::Unmatched => {
            ("allocation_exceeds_transaction", "amount_cents", "the bank transaction has left")
        }
        Limit::Payment => ("match_exceeds_payment", "amount_cents", "the payment has left"),
        Limit::Paid => ("refund_exceeds_paid", "amount_cents", "paid and not refunded yet"),
        Limit::Refund => ("payment_exceeds_refund", "amount_cents", "the refund has left"),
    };
    let text = format!("{amount} is not between 1 and the {most} that {what}.");
    let facts = json!({ "amount_cents": amount, "remaining_amount_cents": most });
    (422, code, text.clone(), on(field, &text, facts))
}

/// A refusal of a part of what was asked for: its fields are those of the whole.
fn moved(error: Error, place: impl Fn(&str) -> String) -> Words {
    let (status, code, message, mut detail) = refused(error);
    if let Some(Value::Object(fields)) = detail.get_mut("field_errors") {
        let moved = std::mem::take(fields).into_iter().map(|(field, text)| (place(&field), text));
        *fields = moved.collect();
    }
    (status, code, message, detail)
}

/// The field of a payment that came with an invoice.
fn in_payment(field: &str) -> &str {
    match field {
        "allocations" | "allocations[0].amount_cents" => "total_amount_cents",
        "allocations[0].invoice_id" => "invoice_id",
        field => field,
    }
}

/// The field of the match that was to make a payment.
fn in_match(field: &str) -> String {
    field.strip_prefix("allocations[0].").unwrap_or("amount_cents").to_owned()
}

fn on(field: &str, text: &str, facts: Value) -> Map<String, Value> {
    let mut detail = object(facts);
    detail.insert("field_errors".to_owned(), json!({ field: [text] }));
    detail
}

/// What is said of the first of the lines that break a rule; there is one, or there were no error.
fn first<T, U: Default>(lines: &[T], say: impl Fn(&T) -> U) -> U {
    lines.first().map(say).unwrap_or_default()
}

/// The facts of the first line, and what is wrong with each.
fn all_on(fields: impl Iterator<Item = (String, String)>, facts: Value) -> Map<String, Value> {
    let mut detail = object(facts);
    let fields: Map<_, _> = fields.map(|(field, text)| (field, json!([text]))).collect();
    detail.insert("field_errors".to_owned(), Value::Object(fields));
    detail
}

/// References in the body that do not hold are errors of their fields, all at once.
fn faulty_fields(faults: &[Fault]) -> Map<String, Value> {
    fault_texts(faults).map(|(field, text)| (field, json!([text]))).collect()
}

/// Each field that does not hold, and why.
pub(super) fn fault_texts(faults: &[Fault]) -> impl Iterator<Item = (String, String)> {
    faults.iter().map(|Fault { place, kind }| {
        let (field, what) = named(*place);
        let text = match kind {
            FaultKind::Unknown(id) => unknown(&id.to_string(), what),
            FaultKind::UnknownExternalId(id) => unknown(id, what),
            FaultKind::Repeated { first } => {
                let list = field.split('[').next().unwrap_or_default();
                format!("This {what} is in {list}[{first}] already; name it once.")
            }
            FaultKind::Required => format!("This field is required. {}", needed(*place)),
            FaultKind::Uncountable => {
                "Ensure this value is between 0.0001 and 900719925474.".to_owned()
            }
        };
        (field, text)
    })
}

/// The field of a place, and what stands there.
fn named(place: FaultPlace) -> (String, &'static str) {
    let plain = |field: &str, what| (field.to_owned(), what);
    match place {
        FaultPlace::Customer => plain("customer_id", "customer"),
        FaultPlace::CustomerExternalId => plain("customer_external_id", "customer"),
        FaultPlace::Vendor => plain("vendor_id", "vendor"),
        FaultPlace::VendorExternalId => plain("vendor_external_id", "vendor"),
        FaultPlace::CheckNumber => plain("check_number", "check number"),
        FaultPlace::FailureReason => plain("failure_reason", "reason"),
        FaultPlace::Name => plain("company_name", "name"),
        FaultPlace::TheInvoice => plain("invoice_id", "invoice"),
        FaultPlace::TheBill => plain("bill_id", "bill"),
        FaultPlace::ThePayment => plain("payment_id", "payment"),
        FaultPlace::TheBillPayment => plain("bill_payment_id", "bill payment"),
        FaultPlace::Invoice(at) => (format!("allocations[{at}].invoice_id"), "invoice"),
        FaultPlace::Bill(at) => (format!("allocations[{at}].bill_id"), "bill"),
        FaultPlace::SettledPayment(at) => (format!("payment_ids[{at}]"), "payment"),
        FaultPlace::SettledRefundPayment(at) => {
            (format!("refund_payment_ids[{at}]"), "refund payment")
        }
        FaultPlace::Quantity(at) => (format!("line_items[{at}].quantity"), "quantity"),
        FaultPlace::UnitPrice(at) => (format!("line_items[{at}].unit_price"), "price"),
    }
}

/// Why a field is required that the document leaves open.
fn needed(place: FaultPlace) -> &'static str {
    match place {
        FaultPlace::CheckNumber => "A payment by check has a number.",
        FaultPlace::FailureReason => "A failed payment has a reason.",
        FaultPlace::Name => "Give individual_name or company_name.",
        FaultPlace::Customer => "Give customer_id or customer_external_id.",
        FaultPlace::Vendor => "Give vendor_id or vendor_external_id.",
        FaultPlace::TheInvoice => "Give invoice_id or payment_id.",
        FaultPlace::TheBill => "Give bill_id or bill_payment_id.",
        FaultPlace::UnitPrice(_) => "Give unit_price or unit_price_cents.",
        FaultPlace::CustomerExternalId
        | FaultPlace::VendorExternalId
        | FaultPlace::ThePayment
        | FaultPlace::TheBillPayment
        | FaultPlace::Invoice(_)
        | FaultPlace::Bill(_)
        | FaultPlace::SettledPayment(_)
        | FaultPlace::SettledRefundPayment(_)
        | FaultPlace::Quantity(_) => "",
    }
}
