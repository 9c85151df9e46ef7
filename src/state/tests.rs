//! Worlds: private, shared until changed, bounded.

use super::*;
use crate::domain::Cents;

fn store(worlds: usize) -> Store {
    let fixtures = Fixtures::embedded().expect("the embedded fixtures hold");
    Store::new(fixtures, Limits { worlds, seed: 0 })
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
        store.with(world, business(), |tenant| tenant.ledger.payments().count()).expect("known")
    };
    let before = payments(&one);
    store.with(&one, business(), |tenant| {
        let mut payment = tenant.ledger.payments().next().expect("the fixtures have one").clone();
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
    assert_eq!(world.owner(business()), Some("2b80c3cc-0c33-4a40-8777-7cc14625941a"));
}
