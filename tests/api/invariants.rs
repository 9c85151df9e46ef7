//! Property, over HTTP: any sequence of calls, refused ones too, leaves books that add up.

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

use crate::support::*;

const INVOICES: [(&str, &str, i64); 3] = [
    (INV_0042, CUSTOMER, 450_000),
    (INV_0043, CUSTOMER, 200_000),
    (SECONDS_INVOICE, SECOND_CUSTOMER, 80_000),
];

#[derive(Debug, Clone)]
struct Pay {
    customer: usize,
    total: i64,
    lines: Vec<(usize, i64)>,
}

fn pay() -> impl Strategy<Value = Pay> {
    let amount = || prop_oneof![8 => 1..200_000_i64, 1 => Just(i64::MAX), 1 => -5..1_i64];
    let lines = prop::collection::vec((0..4_usize, amount()), 0..4);
    (0..2_usize, amount(), lines).prop_map(|(customer, total, lines)| Pay {
        customer,
        total,
        lines,
    })
}

fn request(pay: &Pay) -> Value {
    // The fourth invoice does not exist.
    let invoice = |n: usize| INVOICES.get(n).map_or(NOTHING, |row| row.0);
    let lines: Vec<_> = pay
        .lines
        .iter()
        .map(|&(n, amount)| json!({ "invoice_id": invoice(n), "amount_cents": amount }))
        .collect();
    let customer = [CUSTOMER, SECOND_CUSTOMER][pay.customer];
    json!({ "customer_id": customer, "total_amount_cents": pay.total, "allocations": lines })
}

#[test]
fn any_sequence_of_payments_leaves_books_that_add_up() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let sandbox = Sandbox::start();
    let config =
        ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() };
    let strategy = prop::collection::vec(pay(), 1..25);
    let world = std::cell::Cell::new(0_u128);
    TestRunner::new(config)
        .run(&strategy, |pays| {
            world.set(world.get() + 1);
            let partner = uuid::Uuid::from_u128(world.get()).to_string();
            runtime.block_on(books_add_up(&sandbox, &partner, &pays));
            Ok(())
        })
        .unwrap();
}

async fn books_add_up(sandbox: &Sandbox, partner: &str, pays: &[Pay]) {
    let caller = sandbox.partner_as(partner).await;
    let before = caller.get(PAYMENTS).await.body["count"].as_i64().unwrap();
    let mut recorded = 0;
    let mut owed: BTreeMap<&str, i64> = INVOICES.iter().map(|row| (row.0, row.2)).collect();
    for pay in pays {
        let answer = caller.pay(request(pay)).await;
        if answer.status == 201 {
            recorded += 1;
            let payment = &answer.body["payment"];
            let cents = |field: &str| payment[field].as_i64().unwrap();
            assert_eq!(
                cents("total_amount_cents"),
                cents("allocated_amount_cents") + cents("unapplied_amount_cents")
            );
            for line in payment["applied_invoices"].as_array().unwrap() {
                let owed = owed.get_mut(line["id"].as_str().unwrap()).unwrap();
                *owed -= line["applied_amount_cents"].as_i64().unwrap();
                assert!(*owed >= 0, "allocated more than was owed");
                assert_eq!(line["outstanding_amount_cents"], *owed);
            }
        } else {
            assert!([400, 422].contains(&answer.status), "{}", answer.body);
        }
    }
    assert_eq!(caller.get(PAYMENTS).await.body["count"], before + recorded);
    for (invoice, customer, _) in INVOICES {
        assert_eq!(caller.outstanding(customer, invoice).await, owed[invoice], "{invoice}");
    }
}
