//! The rules, on small books. Property: whatever is asked, the books add up.

mod audit;
mod books;
mod machine;
mod model;
mod records;

use chrono::{DateTime, NaiveDate, Utc};
use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::domain::{
    AllocationId, BillLifecycle, BusinessId, Categorization, Change, Contact, Currency,
    CustomerStatus, Error, Excess, Fault, FaultKind, FaultPlace, InvoiceLifecycle, InvoiceStatus,
    Limit, LineItem, LineItemId, NewAllocation, NewLink, NewPayment, NotPayable, Order, OtherParty,
    PaymentMethod, PaymentStatus, Profile, Quantity, VendorStatus,
};
use records::*;

const NOW: DateTime<Utc> = DateTime::UNIX_EPOCH;
const CUSTOMER: CustomerId = CustomerId(Uuid::from_u128(1));
const OTHER: CustomerId = CustomerId(Uuid::from_u128(2));
const INVOICES: [InvoiceId; 5] = [
    InvoiceId(Uuid::from_u128(11)), // 100, sent
    InvoiceId(Uuid::from_u128(12)), // 50, sent
    InvoiceId(Uuid::from_u128(13)), // 30, sent, of another customer
    InvoiceId(Uuid::from_u128(14)), // 30, draft
    InvoiceId(Uuid::from_u128(15)), // 30, void
];
const VENDOR: VendorId = VendorId(Uuid::from_u128(3));
const BILL: BillId = BillId(Uuid::from_u128(21));

fn plan(ledger: &Ledger, new: NewPayment) -> Result<Payment, Error> {
    ledger.plan_payment(new, &mut ledger.ids(0), NOW)
}

fn record(ledger: &mut Ledger, new: NewPayment) -> PaymentId {
    let payment = plan(ledger, new).expect("the rules allow it");
    let id = payment.id;
    ledger.apply(payment.into());
    id
}

fn status(ledger: &Ledger, invoice: usize) -> InvoiceStatus {
    ledger.invoice(INVOICES[invoice]).expect("it is in the books").status()
}

#[test]
fn a_payment_takes_an_invoice_from_sent_through_partially_paid_to_paid() {
    let mut ledger = books();
    assert_eq!(status(&ledger, 0), InvoiceStatus::Sent);
    record(&mut ledger, payment(40, &[(0, 40)]));
    assert_eq!(status(&ledger, 0), InvoiceStatus::PartiallyPaid);
    assert_eq!(ledger.invoice(INVOICES[0]).and_then(|invoice| invoice.paid_at), None);
    record(&mut ledger, payment(60, &[(0, 60)]));
    assert_eq!(status(&ledger, 0), InvoiceStatus::Paid);
    assert_eq!(ledger.invoice(INVOICES[0]).and_then(|invoice| invoice.paid_at), Some(NOW));
}

#[test]
fn what_is_not_allocated_stays_the_customers_credit() {
    let mut ledger = books();
    let id = record(&mut ledger, payment(70, &[(1, 50)]));
    let payment = ledger.payment(id).expect("it was recorded");
    assert_eq!((payment.allocated(), payment.unallocated()), (Cents::new(50), Cents::new(20)));
    assert_eq!(payment.status, PaymentStatus::Completed);
}

#[test]
fn each_rule_refuses_with_its_numbers() {
    let mut ledger = books();
    record(&mut ledger, payment(70, &[(0, 70)]));
    let refusal = |new| plan(&ledger, new).expect_err("the rules forbid it");
    assert_eq!(
        refusal(payment(99, &[(0, 31)])),
        Error::ExceedsOutstanding(vec![Excess {
            position: 0,
            document: INVOICES[0].0,
            amount: Cents::new(31),
            outstanding: Cents::new(30)
        }])
    );
    assert_eq!(
        refusal(payment(59, &[(0, 30), (1, 30)])),
        Error::ExceedsPayment { allocated: Cents::new(60), total: Cents::new(59) }
    );
    assert_eq!(
        refusal(payment(99, &[(2, 1)])),
        Error::OtherCustomer(vec![OtherParty {
            position: 0,
            document: INVOICES[2].0,
            owner: OTHER.0
        }])
    );
    for (invoice, status) in [(3, InvoiceStatus::Draft), (4, InvoiceStatus::Void)] {
        let document = INVOICES[invoice].0;
        assert_eq!(
            refusal(payment(99, &[(0, 1), (invoice, 1)])),
            Error::InvoiceNotPayable(vec![NotPayable { position: 1, document, status }])
        );
    }
    let foreign = NewPayment { currency: Some("EUR".to_owned()), ..payment(1, &[]) };
    assert_eq!(
        refusal(foreign),
        Error::CurrencyMismatch { sent: "EUR".to_owned(), base: Currency::GBP }
    );
    assert_eq!(refusal(payment(i64::MAX, &[(0, i64::MAX), (1, 1)])), Error::Overflow);
}

#[test]
fn every_reference_that_does_not_hold_is_named_at_once() {
    let mut new = payment(9, &[(0, 1), (0, 1), (1, 1)]);
    new.customer = CustomerId(Uuid::from_u128(99));
    new.allocations[2].document = InvoiceId(Uuid::from_u128(98));
    let unknown = |id| FaultKind::Unknown(Uuid::from_u128(id));
    assert_eq!(
        plan(&books(), new).expect_err("nothing of it holds"),
        Error::Faults(vec![
            Fault { place: FaultPlace::Customer, kind: unknown(99) },
            Fault { place: FaultPlace::Invoice(1), kind: FaultKind::Repeated { first: 0 } },
            Fault { place: FaultPlace::Invoice(2), kind: unknown(98) },
        ])
    );
}

#[test]
fn a_deposit_gives_what_bills_left_of_it_and_may_overpay_an_invoice() {
    let mut ledger = books();
    let link = |transaction: &str, amount| NewLink {
        document: Linked::Invoice(INVOICES[1]),
        transaction: TransactionId(transaction.to_owned()),
        amount: Cents::new(amount),
        paid_on: None,
    };
    let ids = &mut ledger.ids(0);
    let refused = ledger.plan_link(link("shared", 61), ids, NOW);
    let (amount, most) = (Cents::new(61), Cents::new(60));
    assert_eq!(refused, Err(Error::Exceeds { limit: Limit::Transaction, amount, most }));
    let withdrawal = ledger.plan_link(link("out", 1), ids, NOW);
    assert_eq!(withdrawal, Err(Error::Withdrawal { amount: Cents::new(-20) }));
    let allowed = ledger.plan_link(link("shared", 60), ids, NOW).expect("60 are left");
    ledger.apply(allowed.into());
    let invoice = ledger.invoice(INVOICES[1]).expect("it is in the books");
    assert_eq!((invoice.allocated, invoice.outstanding()), (Cents::new(60), Cents::ZERO));
}

#[test]
fn a_change_survives_being_written_down_and_gives_the_same_books() {
    let mut ledger = books();
    let copy = ledger.clone();
    let change = Change::from(plan(&ledger, payment(70, &[(0, 20), (1, 50)])).expect("allowed"));
    let text = serde_json::to_string(&change).expect("a change is plain data");
    ledger.apply(change);
    let mut again = copy;
    again.apply(serde_json::from_str(&text).expect("what was written reads"));
    assert!(ledger.payments().iter().eq(again.payments().iter()));
    assert!(ledger.invoices().iter().eq(again.invoices().iter()));
}

#[test]
fn pages_are_sorted_and_never_overlap() {
    let mut ledger = books();
    for n in 0..25 {
        let mut new = payment(1 + n % 3, &[]);
        new.reference = format!("Ref {n}");
        record(&mut ledger, new);
    }
    let filters = [
        PaymentFilter::default(),
        PaymentFilter { search: Some("rEF".to_owned()), ..PaymentFilter::default() },
        PaymentFilter { customers: vec![CUSTOMER, OTHER], ..PaymentFilter::default() },
    ];
    for filter in filters {
        for sort in [PaymentSort::Date, PaymentSort::Amount, PaymentSort::Creation] {
            for order in [Order::Ascending, Order::Descending] {
                let pages =
                    (0..4).map(|page| ledger.payment_page(&filter, sort, order, page * 7, 7));
                let all: Vec<_> = pages.flat_map(|page| page.items).collect();
                let mut keys: Vec<_> = all.iter().map(|it| (it.total, it.id)).collect();
                if sort != PaymentSort::Amount {
                    keys = all.iter().map(|it| (Cents::ZERO, it.id)).collect();
                }
                if order == Order::Descending {
                    keys.reverse();
                }
                assert_eq!(keys.len(), 25);
                assert!(keys.windows(2).all(|two| two[0] < two[1]), "{sort:?} {order:?}");
            }
        }
    }
}

#[test]
fn the_days_of_a_filter_let_through_what_its_moments_do() {
    let mut ledger = books();
    let day = |day| NaiveDate::from_ymd_opt(2026, 3, day).expect("it is in the calendar");
    for n in 0..27 {
        let date = day(1 + n % 9);
        record(&mut ledger, NewPayment { date, ..payment(1, &[]) });
    }
    let moments = [(1, 0), (3, 0), (3, 12), (5, 0), (5, 23), (9, 0), (10, 0)];
    let moments = moments.map(|(at, hour)| day(at).and_hms_opt(hour, 0, 0).map(|it| it.and_utc()));
    let moments = || std::iter::once(None).chain(moments);
    for (from, to) in moments().flat_map(|from| moments().map(move |to| (from, to))) {
        let within = |payment: &&Payment| {
            let date = payment.date.and_time(chrono::NaiveTime::MIN).and_utc();
            from.is_none_or(|from| date >= from) && to.is_none_or(|to| date <= to)
        };
        let mut wanted: Vec<_> = ledger.payments().iter().filter(within).collect();
        wanted.sort_by_key(|payment| (payment.date, payment.id));
        let filter = PaymentFilter { from, to, ..PaymentFilter::default() };
        for order in [Order::Ascending, Order::Descending] {
            let page = ledger.payment_page(&filter, PaymentSort::Date, order, 1, 30);
            assert_eq!(page.total, wanted.len(), "{from:?} {to:?}");
            let items = page.items.iter().map(AsRef::as_ref);
            assert!(items.eq(wanted.iter().copied().skip(1)), "{from:?} {to:?} {order:?}");
            wanted.reverse();
        }
    }
}

/// Whatever is asked, allowed or refused.
#[derive(Debug, Clone)]
enum Asked {
    Pay { total: i64, lines: Vec<(usize, i64)> },
    Link { invoice: usize, transaction: usize, amount: i64 },
}

fn asked() -> impl Strategy<Value = Asked> {
    let amount = prop_oneof![9 => 1..60_i64, 1 => Just(i64::MAX)];
    let lines = prop::collection::vec((0..5_usize, amount.clone()), 0..4);
    prop_oneof![
        (amount.clone(), lines).prop_map(|(total, lines)| Asked::Pay { total, lines }),
        (0..5_usize, 0..3_usize, amount).prop_map(|(invoice, transaction, amount)| Asked::Link {
            invoice,
            transaction,
            amount
        }),
    ]
}

proptest! {
    #[test]
    fn whatever_is_asked_the_books_add_up(asks in prop::collection::vec(asked(), 0..40)) {
        let mut ledger = books();
        let mut linked = [Cents::ZERO; 5];
        for ask in asks {
            let before = ledger.clone();
            let change = match ask {
                Asked::Pay { total, lines } => plan(&ledger, payment(total, &lines)).map(Change::from),
                Asked::Link { invoice, transaction, amount } => {
                    let transaction = TransactionId(["in", "out", "shared"][transaction].to_owned());
                    let amount = Cents::new(amount);
                    let new = NewLink { document: Linked::Invoice(INVOICES[invoice]), transaction, amount, paid_on: None };
                    let planned = ledger.plan_link(new, &mut ledger.ids(0), NOW);
                    if planned.is_ok() {
                        linked[invoice] = linked[invoice].plus(amount).expect("small");
                    }
                    planned.map(Change::from)
                }
            };
            match change {
                Ok(change) => ledger.apply(change),
                Err(_) => prop_assert!(ledger.invoices().iter().eq(before.invoices().iter())),
            }
            for (invoice, linked) in ledger.invoices().iter().zip(linked) {
                let lines = ledger.payments().iter().flat_map(|payment| &payment.allocations);
                let paid = Cents::sum(lines.filter(|line| line.document == invoice.id).map(|line| line.amount));
                prop_assert_eq!(paid.and_then(|paid| paid.plus(linked)), Some(invoice.allocated));
                let over = invoice.allocated.minus(invoice.total).expect("small").max(Cents::ZERO);
                let covered = invoice.outstanding().plus(invoice.allocated).expect("small");
                prop_assert_eq!(Some(covered), invoice.total.plus(over));
                prop_assert!(over <= linked, "only a link may overpay");
            }
            for payment in ledger.payments().iter() {
                prop_assert_eq!(payment.allocated().plus(payment.unallocated()), Some(payment.total));
                prop_assert!(payment.unallocated() >= Cents::ZERO);
            }
            for transaction in ledger.transactions().iter() {
                let taken = transaction.allocated_to_invoices.plus(transaction.allocated_to_bills);
                prop_assert!(taken <= Some(transaction.amount.max(Cents::ZERO)));
            }
        }
    }
}

#[test]
fn an_allocations_id_is_new_every_time() {
    let mut ledger = books();
    let ids = |ledger: &Ledger, id| -> Vec<AllocationId> {
        ledger.payment(id).expect("recorded").allocations.iter().map(|line| line.id).collect()
    };
    let first = record(&mut ledger, payment(2, &[(0, 1), (1, 1)]));
    let second = record(&mut ledger, payment(2, &[(0, 1), (1, 1)]));
    let mut all = [ids(&ledger, first), ids(&ledger, second)].concat();
    all.sort();
    all.dedup();
    assert_eq!(all.len(), 4);
}
