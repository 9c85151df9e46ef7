//! Worlds: private, shared until changed, bounded.

use std::sync::Barrier;

use super::*;
use crate::domain::{Allocation, AllocationId, Cents, InvoiceId, Payment, PaymentId};

fn store(worlds: usize) -> Store {
    let fixtures = Fixtures::embedded().expect("the embedded fixtures hold");
    Store::new(fixtures, Limits { worlds, ..Limits::default() }, Universe::new([]))
}

fn name(text: &str) -> WorldName {
    WorldName::parse(text).expect("a name")
}

fn business() -> BusinessId {
    "3c90c3cc-0d44-4b50-8888-8dd25736052a".parse().map(BusinessId).expect("a UUID")
}

#[test]
fn a_world_begins_with_the_fixtures_and_keeps_its_changes_to_itself() {
    let store = store(9);
    let (one, two) = (store.open(&name("one")).world, store.open(&name("two")).world);
    let payments = |world: &World| {
        store.with(world, business(), |tenant| tenant.ledger.payments().len()).expect("known")
    };
    let before = payments(&one);
    store.with(&one, business(), |tenant| {
        let mut payment =
            tenant.ledger.payments().iter().next().expect("the fixtures have one").clone();
        payment.id = crate::domain::PaymentId(uuid::Uuid::from_u128(5));
        payment.total = Cents::new(1);
        payment.allocations.clear();
        tenant.ledger.apply(payment.into());
    });
    assert_eq!((payments(&one), payments(&two)), (before + 1, before));
    store.reset(&name("one"));
    assert_eq!(payments(&store.open(&name("one")).world), before);
}

#[test]
fn beyond_the_limit_the_least_recently_used_world_goes_and_says_so_when_it_returns() {
    let store = store(3);
    for world in ["a", "b", "default"] {
        assert!(!store.open(&name(world)).recreated);
    }
    store.open(&name("a"));
    assert!(!store.open(&name("c")).recreated, "b goes");
    assert_eq!(store.worlds(), 3);
    assert!(!store.open(&name("default")).recreated);
    assert!(!store.open(&name("a")).recreated);
    assert!(store.open(&name("b")).recreated, "c goes");
    assert!(!store.open(&name("b")).recreated, "it is said once");
}

#[test]
fn a_business_that_is_nobodys_has_no_owner() {
    let store = store(1);
    let world = store.open(&WorldName::default()).world;
    let unreachable = "019ab37c-b051-7000-8000-000000000002".parse().map(BusinessId);
    assert_eq!(world.owner(unreachable.expect("a UUID")), None);
    let owner = world.owner(business());
    assert_eq!(owner.as_deref(), Some("2b80c3cc-0c33-4a40-8777-7cc14625941a"));
}

#[test]
fn under_pressure_the_limit_holds_and_no_world_goes_in_silence() {
    // So many that none of the names that went is forgotten before the test is over.
    let store = store(200);
    std::thread::scope(|scope| {
        for thread in 0..8 {
            let store = &store;
            scope.spawn(move || {
                for n in 0..300 {
                    let fresh = name(&format!("{thread}-{n}"));
                    let first = store.open(&fresh).world;
                    let again = store.open(&fresh);
                    let same = Arc::ptr_eq(&first, &again.world);
                    assert!(same || again.recreated, "{fresh} was made anew and nobody said so");
                }
            });
        }
    });
    assert_eq!(store.worlds(), 200);
}

#[test]
fn a_world_that_was_reset_while_it_was_gone_still_says_that_it_went() {
    let store = store(1);
    store.open(&name("a"));
    store.open(&name("b"));
    store.reset(&name("a"));
    assert!(store.open(&name("a")).recreated, "it may have begun with other books");
}

#[test]
fn sixty_four_threads_in_one_business_take_turns() {
    let store = store(9);
    let world = store.open(&name("crowd")).world;
    let invoice = "5e90c3cc-2f66-6d72-aaaa-aff47958274c".parse().map(InvoiceId).expect("a UUID");
    let start = Barrier::new(64);
    let recorded = AtomicU64::new(0);
    std::thread::scope(|scope| {
        for _ in 0..64 {
            scope.spawn(|| {
                start.wait();
                let done = store.with(&world, business(), |tenant| {
                    let some =
                        tenant.ledger.payments().iter().next().expect("there is one").clone();
                    let amount = Cents::new(10_000);
                    if tenant.ledger.invoice(invoice).expect("seeded").outstanding() < amount {
                        return;
                    }
                    // Time for another thread to come in between, if it could.
                    std::thread::yield_now();
                    let id = PaymentId(tenant.ledger.ids(0).v4());
                    let line = Allocation {
                        id: AllocationId(id.0),
                        document: invoice,
                        amount,
                        description: String::new(),
                        at: some.created_at,
                    };
                    let payment = Payment { id, total: amount, allocations: vec![line], ..some };
                    tenant.ledger.apply(payment.into());
                    recorded.fetch_add(1, Ordering::Relaxed);
                });
                done.expect("the business is there");
            });
        }
    });
    // 450000 are owed.
    assert_eq!(recorded.load(Ordering::Relaxed), 45);
    let (left, paid) = store
        .with(&world, business(), |tenant| {
            let paid = tenant.ledger.payments().iter().flat_map(|payment| &payment.allocations);
            let paid = paid.filter(|line| line.document == invoice).count();
            (tenant.ledger.invoice(invoice).expect("seeded").outstanding(), paid)
        })
        .expect("the business is there");
    assert_eq!((left, paid), (Cents::ZERO, 45));
}
