//! Bills.

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::super::query::Paging;
use super::super::types;
use super::{currency, domain_word, lost, vendors, wire_word};
use crate::domain::{
    Bill, BillId, BillLifecycle, BillStatus, Cents, Currency, Fault, FaultKind, FaultPlace, Ids,
    Ledger, LineItem, LineItemId, NewBill, Page, Quantity, SalesTax, VendorId,
};
use crate::operations::Failure;

/// A request to write a bill down, and its quantities that are none.
pub(in crate::operations::thredfi) fn new_bill(
    body: types::BillCreateApiRequest,
    base: Currency,
    ids: &mut Ids,
    now: DateTime<Utc>,
) -> Result<(NewBill, Vec<Fault>), Failure> {
    let currency = body.currency.map(|currency| domain_word(&currency.to_string())).transpose()?;
    let mut faults = Vec::new();
    let mut lines = Vec::with_capacity(body.line_items.len());
    for (position, line) in body.line_items.into_iter().enumerate() {
        let quantity = Quantity::nearest(line.quantity).unwrap_or_else(|| {
            let (place, kind) = (FaultPlace::Quantity(position), FaultKind::Uncountable);
            faults.push(Fault { place, kind });
            Quantity::ONE
        });
        lines.push(new_line(line, quantity, ids));
    }
    let new = NewBill {
        external_id: body.external_id,
        number: body.bill_number.unwrap_or_default(),
        vendor_number: body.vendor_bill_number.unwrap_or_default(),
        order_number: body.purchase_order_number.unwrap_or_default(),
        references: body.reference_numbers.unwrap_or_default(),
        attachments: body.attachment_urls.unwrap_or_default(),
        vendor: body.vendor_id.map(VendorId),
        vendor_external_id: body.vendor_external_id.unwrap_or_default(),
        currency: currency.unwrap_or(base),
        lines,
        total: Cents::ZERO,
        lifecycle: BillLifecycle::Received,
        terms: body.terms.unwrap_or_default(),
        kind: String::new(),
        memo: body.memo.unwrap_or_default(),
        issued_on: body.bill_date.or(body.issue_date),
        received_at: Some(body.received_at.unwrap_or(now)),
        due_at: body.due_at,
        expected_at: body.due_at,
        approved_at: body.approved_at,
    };
    Ok((new, faults))
}

fn new_line(line: types::BillLineItemRequest, quantity: Quantity, ids: &mut Ids) -> LineItem {
    let account = line.account_identifier.as_ref().and_then(account_id);
    let taxes = line.sales_taxes.into_iter().flatten();
    let tax = |tax: types::BillSalesTaxRequest| SalesTax {
        amount: Cents::new(tax.amount),
        discount: Cents::ZERO,
        account: String::new(),
    };
    LineItem {
        id: LineItemId(ids.v4()),
        external_id: String::new(),
        description: line.description.unwrap_or_default(),
        product: line.product.unwrap_or_default(),
        account: account.map_or_else(String::new, |id| id.to_string()),
        quantity,
        unit_price: Cents::new(line.unit_price),
        discount: Cents::ZERO,
        taxes: taxes.map(tax).collect(),
    }
}

/// The one form of an account that is answered: `{"type": "AccountId", "id": UUID}`.
fn account_id(sent: &Value) -> Option<uuid::Uuid> {
    let is_id = sent.get("type").and_then(Value::as_str) == Some("AccountId");
    let id = sent.get("id").and_then(Value::as_str).filter(|_| is_id)?;
    uuid::Uuid::parse_str(id).ok()
}

/// A bill, which is late or not at a time.
pub(in crate::operations::thredfi) fn bill(
    ledger: &Ledger,
    bill: &Bill,
    now: DateTime<Utc>,
) -> Result<types::Bill, Failure> {
    let vendor = ledger.vendor(bill.vendor).ok_or_else(|| lost("vendor", bill.vendor))?;
    let line_items = bill.lines.iter().map(|it| line(bill, it)).collect::<Result<_, _>>()?;
    let outstanding = match bill.lifecycle {
        BillLifecycle::Draft | BillLifecycle::Received => bill.outstanding(),
        BillLifecycle::Void => Cents::ZERO,
    };
    Ok(types::Bill {
        type_: types::BillType::BillData,
        id: bill.id.0,
        business_id: ledger.business().id.0,
        external_id: bill.external_id.clone(),
        status: status(bill.status()),
        terms: bill.terms.clone(),
        issue_date: bill.issued_on,
        received_at: bill.received_at,
        due_at: bill.due_at,
        approved_at: bill.approved_at,
        paid_at: bill.paid_at,
        voided_at: bill.voided_at,
        is_overdue: bill.is_overdue(now),
        currency: currency(bill.currency)?,
        bill_number: bill.number.clone(),
        vendor_bill_number: bill.vendor_number.clone(),
        purchase_order_number: bill.order_number.clone(),
        reference_numbers: bill.references.clone(),
        attachment_urls: bill.attachments.clone(),
        memo: bill.memo.clone(),
        vendor: vendors::vendor(vendor)?,
        line_items,
        subtotal: bill.subtotal().get(),
        additional_sales_taxes_total: 0,
        total_amount: bill.total.get(),
        outstanding_balance: outstanding.get(),
        bill_payment_allocations: allocations(ledger, bill.id),
        vendor_credit_allocations: Vec::new(),
        vendor_refund_allocations: Vec::new(),
        document: None,
    })
}

/// A bill's status in the word of bills, upper case.
const fn status(status: BillStatus) -> types::BillStatus {
    match status {
        BillStatus::Draft => types::BillStatus::Draft,
        BillStatus::Received => types::BillStatus::Received,
        BillStatus::PartiallyPaid => types::BillStatus::PartiallyPaid,
        BillStatus::Paid => types::BillStatus::Paid,
        BillStatus::Void => types::BillStatus::Voided,
    }
}

fn line(bill: &Bill, line: &LineItem) -> Result<types::BillLineItem, Failure> {
    let account = uuid::Uuid::parse_str(&line.account).ok();
    #[expect(clippy::cast_precision_loss, reason = "a rate is shown, and never counted with")]
    let tax_rate = line.tax_rate() as f64 / 100.0;
    Ok(types::BillLineItem {
        id: line.id.0,
        bill_id: bill.id.0,
        account_identifier: account.map(|id| types::BillAccountIdentifier {
            id,
            type_: types::BillAccountIdentifierType::AccountId,
        }),
        product: line.product.clone(),
        description: line.description.clone(),
        currency: wire_word(bill.currency.code())?,
        unit_price: line.unit_price.get(),
        quantity: line.quantity.number(),
        subtotal: line.subtotal().unwrap_or(Cents::ZERO).get(),
        sales_taxes_total: line.tax().unwrap_or(Cents::ZERO).get(),
        tax_rate,
        total_amount: line.total().unwrap_or(Cents::ZERO).get(),
    })
}

fn allocations(ledger: &Ledger, bill: BillId) -> Vec<types::BillPaymentAllocationSummary> {
    let payments = ledger.bill_payments_of(bill).flat_map(|payment| {
        let own = payment.allocations.iter().filter(move |line| line.document == bill);
        own.map(move |line| types::BillPaymentAllocationSummary {
            bill_payment_id: payment.id.0,
            amount_cents: line.amount.get(),
            payment_date: payment.date,
            payment_method: payment.method.word().to_owned(),
        })
    });
    payments.collect()
}

/// A page of bills.
pub(in crate::operations::thredfi) fn page(
    ledger: &Ledger,
    page: &Page<Bill>,
    paging: Paging,
    now: DateTime<Utc>,
) -> Result<types::PaginatedBillList, Failure> {
    let page_info = paging.info(page.total)?;
    let results = page.items.iter().map(|it| bill(ledger, it, now)).collect::<Result<_, _>>()?;
    Ok(types::PaginatedBillList { count: page_info.total_count, page_info, results })
}
