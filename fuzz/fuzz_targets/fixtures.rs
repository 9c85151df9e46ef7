//! Books as somebody wrote or exported them: one file, or several parts of which a part with
//! `records` or lists is a book and one with `replays` alone is `world.json`. Held: books that are
//! accepted add up; written down they are accepted again, are the same books, and are written the
//! same; what the providers call answerable they answer as they document.
#![no_main]

use std::sync::{Arc, OnceLock};

use libfuzzer_sys::{Corpus, fuzz_mutator, fuzz_target};
use sandbook::operations::{self, Caller, Cx, Failure, Hold, Operation, Provider, Time};
use sandbook::state::{Directory, Fixtures, Moment};
use sandbook_fuzz::house::{House, noon};
use sandbook_fuzz::mutation::{Kind, mutate};
use sandbook_fuzz::{CUT, requests};
use serde_json::{Map, Value, json};

fuzz_target!(|data: &[u8]| -> Corpus {
    let Ok(text) = std::str::from_utf8(data) else { return Corpus::Reject };
    let (house, _) = House::get();
    let mut files = Vec::new();
    for (index, part) in text.split(CUT).enumerate() {
        let world = part.trim_start().starts_with(r#"{"clock""#);
        let name = if world { "world.json".to_owned() } else { format!("books/{index}.json") };
        files.push((name, part.to_owned()));
    }
    let Ok(fixtures) = Fixtures::import(&files, directory()) else { return Corpus::Keep };
    for (file, ledger) in fixtures.books() {
        ledger.audit().unwrap_or_else(|discord| panic!("{file} is taken: {discord}"));
    }
    let written = Moment::of(Arc::new(fixtures.clone())).export(directory());
    let again = Fixtures::import(&written, directory());
    let again = again.unwrap_or_else(|error| panic!("its own export is refused: {error}"));
    let ledgers = |fixtures: &Fixtures| -> Vec<_> {
        fixtures.books().map(|(_, ledger)| ledger.clone()).collect()
    };
    assert!(ledgers(&fixtures) == ledgers(&again), "an export read back is other books");
    assert!(written == Moment::of(Arc::new(again)).export(directory()), "it is written otherwise");
    if operations::answerable(&fixtures, &house.app.providers).is_ok() {
        for provider in &house.app.providers {
            provider.operations.iter().for_each(|row| answers(&fixtures, provider, row));
        }
    }
    Corpus::Keep
});

fn directory() -> &'static Directory {
    static DIRECTORY: OnceLock<Directory> = OnceLock::new();
    DIRECTORY.get_or_init(|| Fixtures::embedded().expect("they hold").directory().clone())
}

/// What reads a whole business without further ids, run on each that its owner could ask about.
fn answers(fixtures: &Fixtures, provider: &Provider, row: &Operation) {
    let ids = row.path.matches('{').count() - row.path.matches("{business_id}").count();
    if row.method != "GET" || ids > 0 {
        return;
    }
    for (file, ledger) in fixtures.books() {
        let business = ledger.business();
        let Some(owner) = business.owner.clone().filter(|it| provider.scheme.is_of(it)) else {
            continue;
        };
        let mut input = Map::new();
        if row.path.contains("{business_id}") {
            input.insert("business_id".to_owned(), json!(business.id));
        } else if !row.path.starts_with("/api/") {
            continue;
        }
        let (mut ledger, mut read) = (ledger.clone(), Vec::new());
        let owner = Arc::<str>::from(owner);
        let caller = Caller { name: Arc::clone(&owner), owner, business: Some(business.id) };
        let (house, _) = House::get();
        let mut cx = Cx {
            caller: &caller,
            time: Time::at(noon()),
            settings: house.app.settings,
            tokens: &house.app.tokens,
            seed: 0,
            hold: Hold::Books(&mut ledger),
            read: &mut read,
        };
        let reply = match (row.run)(&mut cx, input) {
            Ok(reply) => reply,
            Err(Failure::Defect(text)) => panic!("{file}: {}: {text}", row.id),
            Err(failure) => panic!("{file}: {} refuses: {failure:?}", row.id),
        };
        let contract = provider.contract.operation(row.id).expect("it has a contract");
        let value: Value = serde_json::from_slice(&reply.body).expect("an answer is JSON");
        let found = contract.check_reply(reply.status, &value);
        assert!(
            found.is_empty(),
            "{file}: {} answers {}: {found:?}",
            row.id,
            requests::text(&value)
        );
    }
}

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    mutate(data, size, max_size, seed, Kind::Json, false)
});
