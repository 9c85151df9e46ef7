//! Records and requests for small books, plain but for what a test is about.

use super::*;
use crate::domain::{
    BillPaymentStatus, NewBillPayment, NewInvoice, NewMatch, NewRefund, NewRefundPayment,
};

pub(super) fn day() -> NaiveDate {
    NOW.date_naive()
}

/// The books of a business with two customers and a vendor, who owe nothing and are owed nothing.
pub(super) fn empty_books() -> Ledger {
    let business = Business {
        id: BusinessId(Uuid::from_u128(9)),
        external_id: String::new(),
        name: String::new(),
        owner: None,
        base_currency: Currency::GBP,
        profile: Profile::default(),
        created_at: NOW,
        updated_at: NOW,
    };
    let mut ledger = Ledger::new(business);
    for id in [CUSTOMER, OTHER] {
        ledger.take(Change::Customer(Customer {
            id,
            external_id: String::new(),
            name: id.to_string(),
            individual_name: String::new(),
            company_name: String::new(),
            reference_number: String::new(),
            contact: Contact::default(),
            vat_number: String::new(),
            tax_exempt: false,
            notes: String::new(),
            tags: Vec::new(),
            metadata: String::new(),
            payment_terms_days: None,
            credit_limit: None,
            status: CustomerStatus::Active,
            archived_at: None,
            created_at: NOW,
            updated_at: NOW,
        }));
    }
    ledger.take(Change::Vendor(Vendor {
        id: VENDOR,
        external_id: String::new(),
        name: "V".to_owned(),
        individual_name: String::new(),
        company_name: String::new(),
        contact: Contact::default(),
        memo: String::new(),
        tags: Vec::new(),
        status: VendorStatus::Active,
        created_at: NOW,
        updated_at: NOW,
    }));
    ledger
}

pub(super) fn books() -> Ledger {
    let mut ledger = empty_books();
    let rows = [
        (CUSTOMER, 100, InvoiceLifecycle::Sent),
        (CUSTOMER, 50, InvoiceLifecycle::Sent),
        (OTHER, 30, InvoiceLifecycle::Sent),
        (CUSTOMER, 30, InvoiceLifecycle::Draft),
        (CUSTOMER, 30, InvoiceLifecycle::Void),
    ];
    for (id, (customer, total, lifecycle)) in INVOICES.into_iter().zip(rows) {
        ledger.take(Change::Invoice(Invoice {
            id,
            external_id: String::new(),
            number: id.to_string(),
            kind: String::new(),
            customer,
            currency: Currency::GBP,
            lines: vec![line(total)],
            discount: Cents::ZERO,
            additional_tax: Cents::ZERO,
            tips: Cents::ZERO,
            total: Cents::new(total),
            allocated: Cents::ZERO,
            refunded: Cents::ZERO,
            lifecycle,
            memo: String::new(),
            tags: Vec::new(),
            metadata: String::new(),
            issued_on: None,
            sent_at: None,
            due_at: None,
            paid_at: None,
            voided_at: None,
            created_at: NOW,
            updated_at: NOW,
        }));
    }
    for (id, amount) in [("in", 120), ("out", -20), ("shared", 100)] {
        let to_bills = if id == "shared" { 40 } else { 0 };
        ledger.take(Change::Transaction(transaction(id, amount, to_bills)));
    }
    let mut ids = ledger.ids(0).beginning_with(BILL.0);
    let bill = ledger.plan_bill(bill(80), &mut ids, NOW).expect("the vendor is there");
    ledger.take(bill.into());
    ledger
}

pub(super) fn transaction(id: &str, amount: i64, to_bills: i64) -> Transaction {
    Transaction {
        id: TransactionId(id.to_owned()),
        amount: Cents::new(amount),
        currency: Currency::GBP,
        date: day(),
        counterparty: None,
        description: None,
        ledger_id: None,
        kind: String::new(),
        categorization: Categorization::Pending,
        reconciled: false,
        allocated_to_invoices: Cents::ZERO,
        allocated_to_bills: Cents::new(to_bills),
        matched: Cents::ZERO,
        matched_at: None,
        created_at: NOW,
        updated_at: NOW,
    }
}

pub(super) fn bill(total: i64) -> NewBill {
    NewBill {
        external_id: String::new(),
        number: String::new(),
        vendor_number: String::new(),
        order_number: String::new(),
        references: Vec::new(),
        attachments: Vec::new(),
        vendor: Some(VENDOR),
        vendor_external_id: String::new(),
        currency: Currency::GBP,
        lines: vec![line(total)],
        total: Cents::ZERO,
        lifecycle: BillLifecycle::Received,
        terms: String::new(),
        kind: String::new(),
        memo: String::new(),
        issued_on: None,
        received_at: None,
        due_at: None,
        expected_at: None,
        approved_at: None,
    }
}

pub(super) fn line(total: i64) -> LineItem {
    LineItem {
        id: LineItemId(Uuid::from_u128(30)),
        external_id: String::new(),
        description: String::new(),
        product: String::new(),
        account: String::new(),
        quantity: Quantity::ONE,
        unit_price: Cents::new(total),
        discount: Cents::ZERO,
        taxes: Vec::new(),
    }
}

pub(super) fn payment(total: i64, lines: &[(usize, i64)]) -> NewPayment {
    NewPayment {
        customer: CUSTOMER,
        total: Cents::new(total),
        currency: None,
        date: day(),
        method: PaymentMethod::Cash,
        reference: String::new(),
        external_id: String::new(),
        bank_reference: String::new(),
        processor_reference: String::new(),
        processor: String::new(),
        fee: Cents::ZERO,
        note: String::new(),
        metadata: String::new(),
        idempotency_key: None,
        allocations: lines
            .iter()
            .map(|&(invoice, amount)| NewAllocation {
                document: INVOICES[invoice],
                amount: Cents::new(amount),
                description: String::new(),
            })
            .collect(),
    }
}

pub(super) fn invoice(total: i64, draft: bool) -> NewInvoice {
    NewInvoice {
        external_id: String::new(),
        number: String::new(),
        kind: String::new(),
        customer: Some(CUSTOMER),
        customer_external_id: String::new(),
        currency: Currency::GBP,
        lines: vec![line(total)],
        discount: Cents::ZERO,
        additional_tax: Cents::ZERO,
        tips: Cents::ZERO,
        memo: String::new(),
        tags: Vec::new(),
        metadata: String::new(),
        issued_on: None,
        sent_at: (!draft).then_some(NOW),
        due_at: None,
        voided_at: None,
    }
}

pub(super) fn bill_payment(
    total: i64,
    allocations: Vec<NewAllocation<BillId>>,
    pending: bool,
) -> NewBillPayment {
    NewBillPayment {
        vendor: VENDOR,
        total: Cents::new(total),
        currency: "GBP".to_owned(),
        date: day(),
        method: PaymentMethod::Cash,
        status: if pending { BillPaymentStatus::Pending } else { BillPaymentStatus::Completed },
        reference: String::new(),
        external_id: String::new(),
        check_number: String::new(),
        description: String::new(),
        memo: String::new(),
        fee: Cents::ZERO,
        metadata: String::new(),
        allocations,
    }
}

pub(super) fn refund(invoice: InvoiceId, amount: Option<Cents>) -> NewRefund {
    NewRefund {
        external_id: String::new(),
        invoice,
        amount,
        method: PaymentMethod::Cash,
        processor: String::new(),
        fee: Cents::ZERO,
        reference: String::new(),
        memo: String::new(),
        completed_at: None,
    }
}

pub(super) fn refund_payment(amount: Cents) -> NewRefundPayment {
    NewRefundPayment {
        external_id: String::new(),
        amount,
        method: PaymentMethod::Cash,
        processor: String::new(),
        fee: Cents::ZERO,
        memo: String::new(),
        tags: Vec::new(),
        completed_at: None,
    }
}

pub(super) fn new_match<P, D>(
    payment: Option<P>,
    document: Option<D>,
    amount: Option<i64>,
) -> NewMatch<P, D> {
    NewMatch {
        payment,
        document,
        amount: amount.map(Cents::new),
        method: PaymentMethod::Cash,
        reference: String::new(),
        notes: String::new(),
        created_by: String::new(),
    }
}
