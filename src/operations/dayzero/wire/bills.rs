//! Bills and what pays them, as the document shapes them.

use chrono::{DateTime, Utc};

use super::{lost, text};
use crate::domain::{
    Bill, BillLifecycle, BillStatus, Cents, Currency, Ledger, Linked, LinkedPayment, NewBill,
    VendorId,
};
use crate::operations::Failure;
use crate::operations::dayzero::lists::Slice;
use crate::operations::dayzero::query::unknown;
use crate::operations::dayzero::{types, wording};

/// What a bill that comes once is in the books.
const ONE_TIME: &str = "one_time";
/// What a bill that comes again and again is in the books.
const RECURRING: &str = "recurring";

/// A bill with its payments.
pub(in crate::operations::dayzero) fn bill(
    ledger: &Ledger,
    bill: &Bill,
) -> Result<types::BillResponse, Failure> {
    let vendor = ledger.vendor(bill.vendor).ok_or_else(|| lost("vendor", bill.vendor))?;
    let links: Vec<_> = ledger.links_of(Linked::Bill(bill.id)).collect();
    let came = bill.lifecycle != BillLifecycle::Draft;
    let in_full = paid_in_full(bill, &links).or(bill.paid_at);
    Ok(types::BillResponse {
        id: bill.id.to_string(),
        business_id: ledger.business().id.to_string(),
        currency: bill.currency.code().to_owned(),
        status: wording::bill_status(bill.status()),
        description: text(&bill.memo),
        bill_number: text(&bill.number),
        vendor_id: bill.vendor.to_string(),
        vendor_name: text(&vendor.name),
        vendor_email: text(&vendor.contact.email),
        type_: if bill.kind == RECURRING {
            types::BillType::Recurring
        } else {
            types::BillType::OneTime
        },
        expected_amount: bill.expected.map(Cents::get),
        expected_paid_on_date: bill.expected_at,
        total_paid: bill.allocated.get(),
        amount: came.then(|| bill.total.get()),
        s3_key: bill.attachments.first().cloned(),
        received_on: bill.received_at,
        due_on: bill.due_at,
        paid_on: in_full.filter(|_| bill.status() == BillStatus::Paid),
        created_at: bill.created_at,
        updated_at: bill.updated_at,
        signed_url: None,
        payments: links.into_iter().map(|link| payment(ledger, link)).collect::<Result<_, _>>()?,
        journal_entries: Vec::new(),
        recurring_template_id: None,
        source_inventory_order_id: None,
    })
}

/// The day of the payment with which a bill was paid in full; what came after does not move it.
fn paid_in_full(bill: &Bill, links: &[&LinkedPayment]) -> Option<DateTime<Utc>> {
    let mut links = links.to_vec();
    links.sort_by_key(|link| (link.paid_on, link.id));
    let mut paid = 0_i64;
    let last = links.into_iter().find(|link| {
        paid = paid.saturating_add(link.amount.get());
        paid >= bill.total.get()
    });
    last.map(|link| link.paid_on)
}

/// A page of bills.
pub(in crate::operations::dayzero) fn page(
    ledger: &Ledger,
    slice: Slice<Bill>,
) -> Result<types::BillsListResponse, Failure> {
    Ok(types::BillsListResponse {
        items: slice.items.iter().map(|it| bill(ledger, it)).collect::<Result<_, _>>()?,
        next_cursor: slice.next_cursor,
        has_more: slice.has_more,
        total_count: slice.total_count,
    })
}

/// A link of a bank transaction to a bill.
pub(in crate::operations::dayzero) fn payment(
    ledger: &Ledger,
    link: &LinkedPayment,
) -> Result<types::BillPaymentResponse, Failure> {
    let Linked::Bill(bill) = link.document else {
        return Err(Failure::Defect(format!("payment {} is of no bill", link.id)));
    };
    let transaction = ledger
        .transaction(&link.transaction)
        .ok_or_else(|| lost("transaction", &link.transaction))?;
    Ok(types::BillPaymentResponse {
        id: link.id.to_string(),
        bill_id: bill.to_string(),
        transaction_id: link.transaction.to_string(),
        amount: link.amount.get(),
        currency: transaction.currency.code().to_owned(),
        paid_on: link.paid_on,
        created_at: link.created_at,
        updated_at: link.created_at,
        business_id: ledger.business().id.to_string(),
    })
}

/// A page of a bill's payments.
pub(in crate::operations::dayzero) fn payments(
    ledger: &Ledger,
    slice: Slice<LinkedPayment>,
) -> Result<types::ListBillPaymentsResponse, Failure> {
    Ok(types::ListBillPaymentsResponse {
        items: slice.items.iter().map(|it| payment(ledger, it)).collect::<Result<_, _>>()?,
        next_cursor: slice.next_cursor,
        has_more: slice.has_more,
        total_count: slice.total_count,
    })
}

/// A bill of this vendor about which nothing else is known yet.
pub(in crate::operations::dayzero) fn blank(vendor: VendorId, currency: Currency) -> NewBill {
    NewBill {
        external_id: String::new(),
        number: String::new(),
        vendor_number: String::new(),
        order_number: String::new(),
        references: Vec::new(),
        attachments: Vec::new(),
        vendor: Some(vendor),
        vendor_external_id: String::new(),
        currency,
        lines: Vec::new(),
        total: Cents::ZERO,
        lifecycle: BillLifecycle::Draft,
        terms: String::new(),
        kind: ONE_TIME.to_owned(),
        memo: String::new(),
        issued_on: None,
        received_at: None,
        due_at: None,
        expected_at: None,
        approved_at: None,
    }
}

/// The word of the books for a type of bill, which the document leaves open; once, where none is
/// sent.
///
/// # Errors
/// [`Failure::Fields`] names the known words.
pub(in crate::operations::dayzero) fn kind(sent: Option<&str>) -> Result<String, Failure> {
    match sent {
        None | Some(ONE_TIME | "one-time") => Ok(ONE_TIME.to_owned()),
        Some(RECURRING) => Ok(RECURRING.to_owned()),
        Some(other) => Err(unknown("type", "bill type", other, &[RECURRING, ONE_TIME])),
    }
}
