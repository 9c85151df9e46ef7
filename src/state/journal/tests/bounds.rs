//! What is kept, what is dropped, and who is told.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use super::*;

fn numbers(journal: &Journal) -> Vec<u64> {
    journal.after(0, usize::MAX).entries.iter().map(|entry| entry.number).collect()
}

#[test]
fn the_oldest_go_first_and_are_counted() {
    let journal = journal(2, usize::MAX);
    for id in ["a", "b", "c", "d"] {
        journal.push(call(id, 200));
    }
    assert_eq!(numbers(&journal), [3, 4]);
    let excerpt = journal.filter(&Filter::default());
    assert_eq!((excerpt.kept, excerpt.dropped, excerpt.last), (2, 2, 4));
    assert!(journal.get("b").is_none() && journal.get("c").is_some());
}

#[test]
fn bytes_bound_a_journal_as_well() {
    let weight = Entry::new(call("a", 200)).weight();
    let journal = journal(100, 3 * weight);
    for _ in 0..5 {
        journal.push(call("a", 200));
    }
    assert_eq!(numbers(&journal), [3, 4, 5]);
    assert_eq!(journal.held().bytes, 3 * weight);
}

#[test]
fn what_was_cleared_was_not_dropped() {
    let journal = journal(2, usize::MAX);
    for _ in 0..3 {
        journal.push(call("a", 200));
    }
    drop(journal.clear());
    let excerpt = journal.filter(&Filter::default());
    assert_eq!(journal.held(), Held { kept: 0, bytes: 0, dropped: 0 });
    assert_eq!((excerpt.kept, excerpt.dropped, excerpt.last), (0, 0, 3));
    for _ in 0..3 {
        journal.push(call("a", 200));
    }
    assert_eq!(numbers(&journal), [5, 6]);
    assert_eq!(journal.filter(&Filter::default()).dropped, 1);
}

#[test]
fn all_journals_share_a_budget_and_give_back_what_they_took() {
    let weight = Entry::new(call("a", 200)).weight();
    let budget = Arc::new(JournalBudget::new(4 * weight));
    let limits = JournalLimits { entries: 100, bytes: usize::MAX };
    let [one, two] = [(); 2].map(|()| Journal::new(limits, Arc::clone(&budget)));
    for _ in 0..2 {
        assert!(!one.push(call("a", 200)));
        assert!(!two.push(call("a", 200)));
    }
    assert!(one.push(call("a", 200)), "it is the fifth");
    for journal in [&one, &two] {
        journal.trim_to(budget.share(2));
    }
    assert_eq!((numbers(&one), numbers(&two)), (vec![3], vec![2]));
    assert_eq!(budget.taken(), 2 * weight);
    drop(one);
    assert_eq!(budget.taken(), weight);
    drop(two.clear());
    assert_eq!(budget.taken(), 0);
}

#[test]
fn a_long_body_is_cut_and_says_how_long_it_was() {
    let journal = journal(9, usize::MAX);
    let long = Bytes::from(vec![b'x'; 100_000]);
    let understood = Some(json!({ "a": 1 }));
    let request = Message::new(Headers::default(), long.clone());
    let response = Message::new(Headers::default(), long);
    journal.push(Call { request, understood, response, ..call("a", 200) });
    let entry = journal.get("a").expect("it is kept");
    for message in [&entry.call().request, &entry.call().response] {
        assert_eq!((message.body.len(), message.length), (KEPT_OF_A_BODY, 100_000));
        assert!(message.is_cut());
    }
    assert_eq!(entry.call().understood, None);
    assert!(entry.weight() > 2 * KEPT_OF_A_BODY);
}

#[test]
fn a_body_is_cut_between_two_characters_where_it_has_some() {
    let journal = journal(9, usize::MAX);
    for (sent, kept) in [
        ("é".repeat(70_000).into_bytes(), KEPT_OF_A_BODY),
        (format!("x{}", "é".repeat(70_000)).into_bytes(), KEPT_OF_A_BODY - 1),
        ([vec![b'x'], vec![0x80; 70_000]].concat(), KEPT_OF_A_BODY),
    ] {
        let request = Message::new(Headers::default(), Bytes::from(sent));
        journal.push(Call { request, ..call("a", 200) });
        assert_eq!(journal.get("a").expect("it is kept").call().request.body.len(), kept);
    }
}

/// The entry of a form and what it brought.
fn pushed(form: &str, brought: Value) -> Arc<Entry> {
    let journal = journal(9, usize::MAX);
    let request = Message::new(Headers::default(), Bytes::from(form.to_owned()));
    journal.push(Call { request, understood: Some(brought), ..call("a", 200) });
    journal.get("a").expect("it is kept")
}

#[test]
fn of_a_long_body_in_parts_what_was_understood_goes_with_it() {
    let note = "y".repeat(900_000);
    for name in ["tok", "token"] {
        let part = |name: &str, text: &str| {
            format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{text}\r\n")
        };
        let form = format!("{}{}--b--", part("note", &note), part(name, "S"));
        let entry = pushed(&form, json!({ "note": note, name: "S" }));
        assert!(entry.weight() < 2 * KEPT_OF_A_BODY, "{name}: {}", entry.weight());
        assert_eq!((entry.call().request.is_cut(), entry.call().understood), (true, None));
    }
}

#[test]
fn a_mask_is_not_masked_again() {
    for length in [100, 70_000] {
        let token = format!("{}abcd", "x".repeat(length));
        let entry = pushed(&format!("a=1&token={token}"), json!({ "a": "1", "token": token }));
        let shown = json!({ "a": "1", "token": "***abcd" });
        assert_eq!(entry.call().request.body, "a=1&token=***abcd");
        assert_eq!(entry.call().understood, Some(shown.clone()));
        assert_eq!(entry.understood(), Some(shown));
        assert!(!entry.call().request.is_cut());
    }
}

#[test]
fn no_secret_is_shown() {
    let journal = journal(9, usize::MAX);
    let secret = "a-long-secret-of-somebody";
    let header = |name: &str, value: String| (name.to_owned(), value);
    let body = |name: &str| Bytes::from(json!({ name: secret }).to_string());
    let headers = [
        header("Authorization", format!("Bearer {secret}")),
        header("Cookie", format!("a={secret}")),
    ];
    let set_cookie = [header("Set-Cookie", secret.to_owned())];
    journal.push(Call {
        query: format!("api_key={secret}"),
        request: Message::new(Headers::of(headers), body("client_secret")),
        response: Message::new(Headers::of(set_cookie), body("access_token")),
        understood: Some(json!({ "password": secret })),
        ..call("a", 200)
    });
    let kept = format!("{:?}", journal.get("a"));
    assert!(!kept.contains(secret), "{kept}");
    assert!(kept.contains("Bearer ***body"), "{kept}");
}

#[test]
fn what_follows_an_entry_is_told_with_what_is_lost_in_between() {
    let journal = journal(3, usize::MAX);
    let after = |number, at_most| {
        let Following { lost, gone, entries } = journal.after(number, at_most);
        (lost, gone, entries.iter().map(|entry| entry.number).collect::<Vec<_>>())
    };
    assert_eq!(after(0, 9), (0, 0, vec![]));
    for _ in 0..5 {
        journal.push(call("a", 200));
    }
    assert_eq!(after(0, 2), (2, 2, vec![3, 4]));
    assert_eq!(after(1, 9), (1, 2, vec![3, 4, 5]));
    assert_eq!(after(4, 9), (0, 2, vec![5]));
    assert_eq!(after(u64::MAX, 9), (0, 2, vec![]));
    drop(journal.clear());
    assert_eq!(after(1, 9), (0, 5, vec![]));
}

#[test]
fn a_listener_is_woken_by_every_call_until_it_is_gone() {
    let journal = journal(9, usize::MAX);
    journal.push(call("a", 200));
    let (woken, here) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicBool::new(true)));
    let (count, stays) = (Arc::clone(&woken), Arc::clone(&here));
    let wake = move || {
        count.fetch_add(1, Ordering::Relaxed);
        stays.load(Ordering::Relaxed)
    };
    assert_eq!(journal.listen(Box::new(wake)), Ok(1));
    journal.push(call("b", 200));
    assert_eq!(woken.load(Ordering::Relaxed), 1);
    here.store(false, Ordering::Relaxed);
    for _ in 0..2 {
        journal.push(call("c", 200));
    }
    assert_eq!((woken.load(Ordering::Relaxed), Arc::strong_count(&here)), (2, 1));
}

#[test]
fn listeners_are_bounded_and_those_that_are_gone_make_room() {
    let journal = journal(9, usize::MAX);
    let here = Arc::new(AtomicBool::new(true));
    let listen = || {
        let here = Arc::clone(&here);
        journal.listen(Box::new(move || here.load(Ordering::Relaxed)))
    };
    for _ in 0..Journal::MOST_LISTENERS {
        assert_eq!(listen(), Ok(0));
    }
    assert_eq!(listen(), Err(TooManyListeners));
    here.store(false, Ordering::Relaxed);
    assert_eq!(listen(), Ok(0));
}
