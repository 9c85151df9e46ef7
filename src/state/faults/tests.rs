//! Which calls the rules strike.

use super::*;

/// A rule that resets the connection of every call.
fn rule() -> Rule {
    let connection = Some(Break::Reset);
    Rule { then: Harm { connection, ..Harm::default() }, ..Rule::default() }
}

fn faults(rules: impl IntoIterator<Item = Rule>) -> Faults {
    let faults = Faults::new(7);
    for rule in rules {
        faults.add(rule).expect("a sound rule");
    }
    faults
}

/// The rule that strikes a call with these headers.
fn struck(faults: &Faults, operation: &str, headers: &[(&str, &str)]) -> Option<u64> {
    let header = |name: &str| {
        let sent = headers.iter().filter(|(known, _)| known.eq_ignore_ascii_case(name));
        sent.map(|(_, value)| (*value).to_owned()).collect()
    };
    let call = Call {
        provider: "thredfi",
        operation,
        method: "POST",
        header: &header,
        documents: &|_| true,
    };
    faults.pick(&call).map(|hit| hit.id)
}

/// Which of so many calls are struck, from 1.
fn places(faults: &Faults, calls: u64) -> Vec<u64> {
    (1..=calls).filter(|_| struck(faults, "pay", &[]).is_some()).collect()
}

fn text(text: &str) -> String {
    text.to_owned()
}

#[test]
fn without_rules_nothing_happens() {
    assert!(places(&faults([]), 3).is_empty());
}

#[test]
fn a_rule_is_about_the_calls_that_it_names() {
    let about = [
        Rule { operation: Some(text("pay")), ..rule() },
        Rule { operation: Some(text("thredfi/pay")), ..rule() },
        Rule { provider: Some(text("thredfi")), ..rule() },
        Rule { method: Some(text("post")), ..rule() },
        Rule { header: Some(("X-Chaos".to_owned(), None)), ..rule() },
        Rule { header: Some(("X-Chaos".to_owned(), Some(text("on")))), ..rule() },
        rule(),
    ];
    for rule in about {
        let faults = faults([rule.clone()]);
        assert_eq!(
            struck(&faults, "pay", &[("x-chaos", "off"), ("x-chaos", "on")]),
            Some(1),
            "{rule:?}"
        );
    }
    let about_others = [
        Rule { operation: Some(text("pays")), ..rule() },
        Rule { operation: Some(text("dayzero/pay")), ..rule() },
        Rule { provider: Some(text("dayzero")), ..rule() },
        Rule { method: Some(text("GET")), ..rule() },
        Rule { header: Some(("X-Other".to_owned(), None)), ..rule() },
        Rule { header: Some(("X-Chaos".to_owned(), Some(text("ON")))), ..rule() },
        // All that it names must hold.
        Rule { operation: Some(text("pay")), method: Some(text("GET")), ..rule() },
    ];
    for rule in about_others {
        let faults = faults([rule.clone()]);
        assert_eq!(struck(&faults, "pay", &[("x-chaos", "on")]), None, "{rule:?}");
        assert_eq!(faults.list()[0].matched, 0, "{rule:?}");
    }
}

#[test]
fn a_rule_strikes_when_it_is_its_turn() {
    let turn = |rule: Rule| places(&faults([rule]), 10);
    assert_eq!(turn(Rule { nth: Some(3), ..rule() }), [3]);
    assert_eq!(turn(Rule { every: Some(3), ..rule() }), [3, 6, 9]);
    assert_eq!(turn(Rule { count: Some(2), ..rule() }), [1, 2]);
    assert_eq!(turn(Rule { after: Some(8), ..rule() }), [9, 10]);
    assert_eq!(turn(Rule { after: Some(2), every: Some(4), ..rule() }), [6, 10]);
    assert_eq!(turn(Rule { after: Some(2), nth: Some(1), ..rule() }), [3]);
    assert_eq!(turn(Rule { every: Some(2), count: Some(2), ..rule() }), [2, 4]);
    assert!(turn(Rule { chance: Some(0.0), ..rule() }).is_empty());
    assert_eq!(turn(Rule { chance: Some(1.0), ..rule() }).len(), 10);
}

#[test]
fn the_first_rule_whose_turn_it_is_strikes_and_all_of_them_count() {
    let faults = faults([Rule { nth: Some(2), ..rule() }, Rule { every: Some(2), ..rule() }]);
    let struck: Vec<_> = (0..4).map(|_| struck(&faults, "pay", &[])).collect();
    assert_eq!(struck, [None, Some(1), None, Some(2)]);
    let counts: Vec<_> = faults.list().iter().map(|it| (it.id, it.matched, it.applied)).collect();
    assert_eq!(counts, [(1, 4, 1), (2, 4, 1)]);
}

#[test]
fn a_chance_is_the_share_of_the_calls_in_the_long_run() {
    for share in [0.01, 0.3, 0.9] {
        let struck = places(&faults([Rule { chance: Some(share), ..rule() }]), 100_000).len();
        let expected = share * 100_000.0;
        #[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
        let off = (struck as f64 - expected).abs();
        // Four standard deviations.
        assert!(off < 4.0 * (expected * (1.0 - share)).sqrt(), "{share}: {struck}");
    }
}

#[test]
fn the_same_calls_get_the_same_faults_and_another_seed_or_rule_gets_others() {
    let of = |seed, others: u64| {
        let faults = Faults::new(seed);
        for _ in 0..others {
            let id = faults.add(rule()).expect("a sound rule");
            assert!(faults.remove(id));
        }
        faults.add(Rule { chance: Some(0.5), ..rule() }).expect("a sound rule");
        places(&faults, 64)
    };
    let first = of(7, 0);
    assert_eq!(first, of(7, 0));
    for other in [of(8, 0), of(7, 1)] {
        assert_ne!(first, other);
    }
}

#[test]
fn what_a_rule_does_by_chance_does_not_hang_on_the_rules_before_it() {
    let second = |first: Rule| -> Vec<u64> {
        let faults = faults([first, Rule { chance: Some(0.5), ..rule() }]);
        (1..=64).filter(|_| struck(&faults, "pay", &[]) == Some(2)).collect()
    };
    let mut alone = second(Rule { chance: Some(0.0), ..rule() });
    alone.retain(|place| place % 2 == 1);
    assert!(!alone.is_empty());
    assert_eq!(second(Rule { every: Some(2), ..rule() }), alone);
}

#[test]
fn a_delay_is_decided_for_each_call() {
    let (min, max) = (Duration::from_millis(1), Duration::from_millis(9));
    let delay = Some(Latency::Uniform { min, max });
    let faults = faults([Rule { then: Harm { delay, ..Harm::default() }, ..Rule::default() }]);
    let header = |_: &str| Vec::new();
    let call = Call {
        provider: "dayzero",
        operation: "pay",
        method: "GET",
        header: &header,
        documents: &|_| true,
    };
    let delays: Vec<_> = (0..9).filter_map(|_| faults.pick(&call)?.delay).collect();
    assert!(delays.len() == 9 && delays.windows(2).any(|two| two[0] != two[1]), "{delays:?}");
    assert!(delays.iter().all(|delay| (min..=max).contains(delay)), "{delays:?}");
}

#[test]
fn rules_that_are_taken_out_strike_no_more_and_the_count_begins_anew() {
    let faults = faults([rule(), rule()]);
    assert!(faults.remove(1) && !faults.remove(1));
    assert_eq!(struck(&faults, "pay", &[]), Some(2));
    assert_eq!(faults.add(rule()), Ok(3));
    faults.clear();
    assert_eq!((faults.list(), struck(&faults, "pay", &[])), (Vec::new(), None));
    assert_eq!(faults.add(rule()), Ok(1));
}

#[test]
fn a_rule_that_makes_no_sense_is_refused_with_all_that_is_wrong() {
    let answer =
        Some(Answer { status: 99, example: Some(text("A")), body: Some(serde_json::Value::Null) });
    let connection = Some(Break::Drip { bytes: 0, every: Duration::from_hours(1) });
    let delay = Some(Latency::Fixed(Duration::from_hours(1)));
    let zero = Some(0);
    let wrong = Rule {
        nth: zero,
        every: zero,
        count: zero,
        chance: Some(f64::NAN),
        then: Harm { delay, answer, connection },
        ..Rule::default()
    };
    let faults = faults([]);
    let Err(NotTaken::Senseless(found)) = faults.add(wrong) else { panic!("it was taken") };
    let fields: Vec<_> = found.iter().map(|(field, _)| *field).collect();
    let all = [
        "nth",
        "every",
        "count",
        "chance",
        "then.delay",
        "then.answer.status",
        "then.answer.body",
        "then.connection.bytes",
        "then.connection.every",
    ];
    assert_eq!(fields, all);
    let Err(NotTaken::Senseless(nothing)) = faults.add(Rule::default()) else {
        panic!("it was taken")
    };
    assert_eq!(nothing[0].0, "then");
    assert_eq!(faults.list(), []);
}
