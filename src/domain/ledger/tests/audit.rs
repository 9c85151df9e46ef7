//! Books that are written down whole: what does not add up in them is found, and named.

use super::*;
use crate::domain::{NewPayout, PayoutStatus};

/// Books in which everything happened once: a payment that was refunded in part and settled, a
/// link, a match.
fn eventful() -> Ledger {
    let mut ledger = books();
    let paid = record(&mut ledger, payment(70, &[(0, 60), (1, 10)]));
    let ids = &mut ledger.ids(0);
    let (document, transaction) = (Linked::Invoice(INVOICES[2]), TransactionId("shared".into()));
    let link = NewLink { document, transaction, amount: Cents::new(40), paid_on: None };
    let link = ledger.plan_link(link, ids, NOW).expect("60 are left");
    ledger.apply(link.into());
    let deposit = ledger.transaction(&TransactionId("in".to_owned())).expect("it is there");
    let matched = new_match::<_, InvoiceId>(Some(paid), None, Some(30));
    let (_, change) = ledger.plan_match(deposit, matched, ids, NOW).expect("30 fit");
    ledger.apply(change);
    let (refund, change) = ledger
        .plan_refund(refund(INVOICES[0], Some(Cents::new(20))), ids, NOW)
        .expect("60 were paid");
    ledger.apply(change);
    let refund = ledger.refund(refund).expect("it was made");
    let sent = refund_payment(Cents::new(5));
    let sent = ledger.plan_refund_payment(refund, sent, ids, NOW).expect("20 are owed");
    let sent_id = sent.id;
    ledger.apply(sent.into());
    let payout = NewPayout {
        external_id: String::new(),
        processor: String::new(),
        processor_id: String::new(),
        paid_out: Cents::new(65),
        fee: Cents::ZERO,
        additional_refunds: Cents::ZERO,
        currency: "GBP".to_owned(),
        status: PayoutStatus::Paid,
        payments: vec![paid],
        refund_payments: vec![sent_id],
        reference: String::new(),
        memo: String::new(),
        metadata: String::new(),
        completed_at: NOW,
    };
    let payout = ledger.plan_payout(payout, ids, NOW).expect("it came");
    ledger.apply(payout.into());
    let allocations =
        vec![NewAllocation { document: BILL, amount: Cents::new(9), description: String::new() }];
    let made = ledger.plan_bill_payment(bill_payment(9, allocations, false), ids, NOW);
    ledger.apply(made.expect("80 are owed").into());
    ledger
}

fn read(ledger: &Ledger, records: &Records) -> Result<Ledger, Discord> {
    Ledger::restore(ledger.business().clone(), records, ledger.changes())
}

#[test]
fn books_are_read_back_from_their_records_in_whatever_order_these_are() {
    let ledger = eventful();
    let mut records = ledger.records();
    assert_eq!(read(&ledger, &records), Ok(ledger.clone()));
    records.payments.reverse();
    records.invoices.reverse();
    records.customers.reverse();
    assert_eq!(read(&ledger, &records), Ok(ledger));
}

/// Changes a field of the first record of a list.
macro_rules! with {
    ($list:ident, $record:ident => $change:expr) => {
        |records: &mut Records| {
            let $record = Arc::make_mut(&mut records.$list[0]);
            $change;
        }
    };
}

#[test]
fn each_thing_that_does_not_add_up_is_named_with_its_place() {
    type Wrong = fn(&mut Records);
    let cases: &[(Wrong, &str)] = &[
        (|it| it.customers.push(Arc::clone(&it.customers[0])), "customers 2, id: "),
        (|it| drop(it.vendors.pop()), "bills 0, vendor: no vendor"),
        (|it| drop(it.customers.remove(0)), "invoices 0, customer: no customer"),
        (|it| drop(it.invoices.remove(0)), "payments 0, allocations/0/document: no invoice"),
        (|it| drop(it.bank_transactions.remove(2)), "linked_payments 0, transaction: no bank"),
        (|it| drop(it.linked_payments.pop()), "invoices 2, allocated: 40 does not add up"),
        (|it| drop(it.reconciliations.pop()), "bank_transactions 0, matched: 30 does not add up"),
        (|it| drop(it.refund_payments.pop()), "refunds 0, sent: 5 does not add up"),
        (|it| drop(it.refunds.pop()), "invoices 0, refunded: 20 does not add up"),
        (|it| drop(it.payments.pop()), "invoices 0, allocated: 60 does not add up"),
        (|it| drop(it.bill_payments.pop()), "bills 0, allocated: 9 does not add up"),
        (with!(invoices, it => it.allocated = Cents::new(61)), "invoices 0, allocated: 61 does"),
        (with!(invoices, it => it.total = Cents::new(-1)), "invoices 0, total: -1 must not be"),
        (with!(invoices, it => it.total = Cents::new(99)), "invoices 0, total: 99 does not add up"),
        (with!(invoices, it => it.paid_at = Some(NOW)), "invoices 0, paid_at: "),
        (
            with!(invoices, it => it.lifecycle = InvoiceLifecycle::Void),
            "payments 0, allocations/0/document: a draft, void",
        ),
        (with!(invoices, it => it.currency = Currency::EUR), "payments 0, allocations/0/document"),
        (with!(invoices, it => it.customer = OTHER), "payments 0, allocations/0/document: the"),
        (with!(bills, it => it.paid_at = Some(NOW)), "bills 0, paid_at: "),
        (with!(bank_transactions, it => it.matched_at = None), "bank_transactions 0, matched_at: "),
        (
            with!(bank_transactions, it => it.amount = Cents::new(29)),
            "bank_transactions 0, matched: 30 is more than what it moved, 29",
        ),
        (
            with!(bank_transactions, it => it.allocated_to_bills = Cents::new(121)),
            "bank_transactions 0, allocated_to_bills: 121 is more than",
        ),
        (with!(bank_transactions, it => it.allocated_to_invoices = Cents::new(1)), "bank_tr"),
        (with!(payments, it => it.total = Cents::ZERO), "payments 0, total: 0 must be at least 1"),
        (with!(payments, it => it.total = Cents::new(69)), "payments 0, allocations: 70 is more"),
        (with!(payments, it => it.currency = Currency::EUR), "payments 0, currency: EUR is not"),
        (with!(payments, it => it.status = PaymentStatus::Failed), "payments 0, allocations: a"),
        (with!(payments, it => it.status = PaymentStatus::Pending), "refunds 0, sources/0/payment"),
        (with!(linked_payments, it => it.amount = Cents::new(41)), "invoices 2, allocated: 40"),
        (with!(linked_payments, it => it.transaction.0 = "out".into()), "bank_transactions 1, "),
        (with!(reconciliations, it => it.transaction.0 = "out".into()), "bank_transactions 0, "),
        (with!(refunds, it => it.customer = OTHER), "refunds 0, customer: the invoice belongs to"),
        (with!(refunds, it => it.sources.clear()), "refunds 0, amount: 20 does not add up"),
        (with!(refund_payments, it => it.amount = Cents::new(6)), "refunds 0, sent: 5 does not"),
        (with!(payouts, it => it.payments.push(it.payments[0])), "payouts 0, payments/1: "),
        (with!(payouts, it => it.paid_out = Cents::new(i64::MIN)), "payouts 0, paid_out: "),
        (with!(payouts, it => it.refund_payments[0].0 = Uuid::nil()), "payouts 0, refund_payments"),
    ];
    let ledger = eventful();
    for (wrong, place) in cases {
        let mut records = ledger.records();
        wrong(&mut records);
        let discord = read(&ledger, &records).expect_err(place).to_string();
        assert!(discord.starts_with(place), "{discord}\nis not\n{place}");
    }
}

#[test]
fn the_oldest_of_those_that_share_an_external_id_is_found_and_after_it_the_next() {
    let mut ledger = books();
    let new = |at: i64| {
        let external_id = "mine".to_owned();
        let created_at = NOW + chrono::TimeDelta::seconds(at);
        (NewPayment { external_id, ..payment(1, &[]) }, created_at)
    };
    let mut made = Vec::new();
    for at in [2, 1, 3] {
        let (new, created_at) = new(at);
        let payment = ledger.plan_payment(new, &mut ledger.ids(0), created_at).expect("allowed");
        made.push(payment.id);
        ledger.apply(payment.into());
    }
    let found = |ledger: &Ledger| ledger.payments().by_external_id("mine").map(|it| it.id);
    assert_eq!(found(&ledger), Some(made[1]));
    let other = ledger.payment(made[1]).expect("it was made").clone();
    ledger.apply(Payment { external_id: "other".to_owned(), ..other }.into());
    assert_eq!(found(&ledger), Some(made[0]));
    assert!(ledger.payments().by_external_id("min").is_none());
    assert!(ledger.payments().by_external_id("mine ").is_none());
}
