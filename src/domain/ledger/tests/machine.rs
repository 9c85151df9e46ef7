//! Whatever is asked, in whatever order: the ledger and the paper allow the same, and every number
//! of one is that of the other.

use proptest::prelude::*;
use proptest::sample::Index;
use proptest_state_machine::{ReferenceStateMachine, StateMachineTest, prop_state_machine};

use super::books::Kept;
use super::model::{Call, Doc, Paper, Side, State};
use crate::domain::PaymentStatus;

/// Which calls a provider has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Provider {
    Thredfi,
    DayZero,
}

#[derive(Debug, Clone)]
struct World {
    provider: Provider,
    paper: Paper,
}

struct OnPaper;

impl ReferenceStateMachine for OnPaper {
    type State = World;
    type Transition = Call;

    fn init_state() -> BoxedStrategy<World> {
        let banks = vec![500, 90, -300, -40];
        let docs = [(Side::Receivable, 100), (Side::Receivable, 60), (Side::Payable, 80)];
        let docs = docs.map(|(side, total)| Doc { side, total, state: State::Open }).to_vec();
        let paper = Paper { docs, banks, ..Paper::default() };
        prop_oneof![3 => Just(Provider::Thredfi), 1 => Just(Provider::DayZero)]
            .prop_map(move |provider| World { provider, paper: paper.clone() })
            .boxed()
    }

    fn transitions(world: &World) -> BoxedStrategy<Call> {
        let Paper { docs, pays, backs, matches, links, banks, .. } = &world.paper;
        let one = |count: usize| any::<Index>().prop_map(move |index| index.index(count));
        let amount = || prop_oneof![8 => 1..120_i64, 1 => Just(i64::MAX / 4)];
        let side = || prop_oneof![2 => Just(Side::Receivable), 1 => Just(Side::Payable)];
        let lines = prop::collection::vec((one(docs.len()), 1..70_i64), 0..3);
        let perhaps = || prop::option::of(1..120_i64);
        let mut calls: Vec<BoxedStrategy<Call>> = vec![
            (side(), 1..150_i64, prop::bool::weighted(0.2))
                .prop_map(|(side, total, draft)| Call::Write { side, total, draft })
                .boxed(),
            one(docs.len()).prop_map(Call::Send).boxed(),
            one(docs.len()).prop_map(Call::Void).boxed(),
        ];
        if world.provider == Provider::DayZero {
            let link = (one(banks.len()), one(docs.len()), amount());
            calls.push(
                link.prop_map(|(bank, doc, amount)| Call::Link { bank, doc, amount }).boxed(),
            );
            if !links.is_empty() {
                calls.push(one(links.len()).prop_map(Call::Unlink).boxed());
            }
            return prop::strategy::Union::new(calls).boxed();
        }
        let pay = (side(), amount(), lines.clone(), prop::bool::weighted(0.4));
        let pay =
            pay.prop_map(|(side, total, lines, pending)| Call::Pay { side, total, lines, pending });
        calls.extend([pay.clone().boxed(), pay.boxed()]);
        calls.push((one(docs.len()), 1..150_i64).prop_map(|(d, t)| Call::Reprice(d, t)).boxed());
        calls.push((one(docs.len()), perhaps()).prop_map(|(d, a)| Call::Refund(d, a)).boxed());
        calls.push(
            (one(banks.len()), one(docs.len()), perhaps())
                .prop_map(|(bank, doc, amount)| Call::MatchDoc { bank, doc, amount })
                .boxed(),
        );
        if !pays.is_empty() {
            let status = prop::sample::select(vec![
                PaymentStatus::Pending,
                PaymentStatus::Processing,
                PaymentStatus::Completed,
                PaymentStatus::Failed,
                PaymentStatus::Cancelled,
            ]);
            let which = one(pays.len());
            calls.push((which, status).prop_map(|(p, s)| Call::Move(p, s)).boxed());
            calls.push((one(pays.len()), lines).prop_map(|(p, l)| Call::Reallocate(p, l)).boxed());
            calls.push(one(pays.len()).prop_map(Call::Cancel).boxed());
            calls.push(
                (one(banks.len()), one(pays.len()), perhaps())
                    .prop_map(|(bank, pay, amount)| Call::MatchPayment { bank, pay, amount })
                    .boxed(),
            );
        }
        if !backs.is_empty() {
            calls.push(
                (one(backs.len()), 1..80_i64).prop_map(|(b, a)| Call::SendBack(b, a)).boxed(),
            );
        }
        if !matches.is_empty() {
            calls.push(one(matches.len()).prop_map(Call::Unmatch).boxed());
        }
        prop::strategy::Union::new(calls).boxed()
    }

    fn preconditions(world: &World, call: &Call) -> bool {
        // Shrinking takes calls away: what a call names must still be there.
        let Paper { docs, pays, backs, matches, links, .. } = &world.paper;
        let all = |lines: &[(usize, i64)]| lines.iter().all(|line| line.0 < docs.len());
        // Bills have no draft to send, are not repriced, taken back or refunded.
        let invoice = |doc: usize| docs.get(doc).is_some_and(|it| it.side == Side::Receivable);
        match call {
            Call::Write { .. } => true,
            Call::Send(doc) | Call::Void(doc) | Call::Reprice(doc, _) | Call::Refund(doc, _) => {
                invoice(*doc)
            }
            Call::Pay { lines, .. } => all(lines),
            Call::Move(pay, _) | Call::Cancel(pay) | Call::MatchPayment { pay, .. } => {
                *pay < pays.len()
            }
            Call::Reallocate(pay, lines) => *pay < pays.len() && all(lines),
            Call::SendBack(back, _) => *back < backs.len(),
            Call::MatchDoc { doc, .. } | Call::Link { doc, .. } => *doc < docs.len(),
            Call::Unmatch(tie) => *tie < matches.len(),
            Call::Unlink(link) => *link < links.len(),
        }
    }

    fn apply(world: World, call: &Call) -> World {
        World { paper: world.paper.after(call), ..world }
    }
}

struct InTheBooks;

impl StateMachineTest for InTheBooks {
    type SystemUnderTest = Kept;
    type Reference = OnPaper;

    fn init_test(world: &World) -> Kept {
        Kept::beginning(&world.paper)
    }

    fn apply(mut kept: Kept, world: &World, call: Call) -> Kept {
        let done = kept.does(&call);
        assert_eq!(done.is_ok(), world.paper.allowed, "{call:?}: {done:?}");
        kept.turns_the_page();
        kept
    }

    fn check_invariants(kept: &Kept, world: &World) {
        kept.agrees(&world.paper);
    }
}

prop_state_machine! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_books_and_the_paper_never_disagree(sequential 1..60 => InTheBooks);
}
