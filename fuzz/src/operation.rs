//! One operation without HTTP: its contract, and its run on the books of the fixtures.

use std::sync::{Arc, OnceLock};

use sandbook::contract::{Body, Checked, Incoming};
use sandbook::domain::BusinessId;
use sandbook::http::fuzzing;
use sandbook::operations::{Caller, Cx, Failure, Hold, Reply, Time};
use sandbook::state::{Counter, Tenant};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::documents::Row;
use crate::house::{House, noon};
use crate::requests::PARTNER;

/// The operation that the first line of an input names, and what comes after it.
pub fn named(data: &[u8]) -> Option<(&'static Row, &[u8])> {
    let end = data.iter().position(|byte| *byte == b'\n')?;
    let row = House::get().1.row(std::str::from_utf8(&data[..end]).ok()?)?;
    Some((row, &data[end + 1..]))
}

/// A request of a business that there is, as the contract reads it.
pub fn read(row: &Row, query: &str, body: Body) -> Checked {
    read_at(row, &path(row), query, body)
}

/// A request with these parameters of the path, as the contract reads it.
pub fn read_at(row: &Row, path: &[(String, String)], query: &str, body: Body) -> Checked {
    let (house, documents) = House::get();
    let headers = |_: &str| None;
    documents.contract(house, row).read(Incoming { path, query, headers: &headers, body })
}

/// A path whose every parameter is an id, or a number where one is asked for.
fn path(row: &Row) -> Vec<(String, String)> {
    let of_path = row.parameters.iter().filter(|(place, ..)| place == "path");
    let values = of_path.map(|(_, name, schema)| {
        let number = schema["type"] == "integer";
        (name.clone(), if number { "1" } else { BREWERY }.to_owned())
    });
    values.collect()
}

/// The fixtures' first business.
const BREWERY: &str = "3c90c3cc-0d44-4b50-8888-8dd25736052a";
/// Day Zero's.
const STUDIO: &str = "019ab37c-b051-7000-8000-000000000001";

/// A body of this media type that comes in pieces, as the door reads it.
///
/// # Errors
/// As the door.
pub fn read_body(row: &Row, media: &str, bytes: &[u8], piece: usize) -> Result<Body, Failure> {
    let (house, documents) = House::get();
    let contract = documents.contract(house, row).body().expect("the operation has a body");
    let refused = || Err(Failure::Defect("the media type is no header's value".to_owned()));
    match fuzzing::read_body(contract, media.as_bytes(), bytes, piece) {
        None if media.bytes().any(|byte| byte < b' ' || byte == 127) => refused(),
        None => panic!("{media} waits, or is no header's value"),
        Some(read) => read,
    }
}

/// What is accepted of a flat body says as JSON what it said in pairs, and runs.
pub fn flat(row: &Row, body: Body) {
    if let Ok(input) = read(row, "", body).verdict() {
        accepted_again(row, &input);
        run(row, input);
    }
}

/// What was understood of an accepted request is accepted as JSON, and understood the same.
pub fn accepted_again(row: &Row, input: &Map<String, Value>) {
    let body = match input.get("body") {
        Some(body) => Body::Json(body.to_string().into()),
        None => Body::Absent,
    };
    let again = read(row, "", body).verdict();
    assert_eq!(again.as_ref(), Ok(input), "{} takes it no second time", row.id);
}

/// Runs a checked request on a copy of the fixtures' books: no defect, the answer keeps its
/// document, and what refuses or only reads changes nothing.
pub fn run(row: &Row, input: Map<String, Value>) {
    let (house, documents) = House::get();
    let Some(provider) = house.app.providers.get(row.document) else { return };
    let operation = provider.operations.iter().find(|it| it.id == row.id).expect("it is a row");
    let (mut tenant, mut counter) = books(row.document).clone();
    let (before, others) = (tenant.clone(), counter.clone());
    let business = (row.path.contains("{business_id}") || row.document == 1)
        .then_some(tenant.ledger.business().id);
    let hold = match business {
        Some(_) => Hold::Books(&mut tenant.ledger),
        None => Hold::Register(&mut counter.register),
    };
    let owner = before.ledger.business().owner.clone().unwrap_or_default();
    let owner = Arc::<str>::from(owner);
    let caller = Caller { name: Arc::clone(&owner), owner, business };
    let mut cx = Cx {
        caller: &caller,
        time: Time::at(noon()),
        settings: house.app.settings,
        tokens: &house.app.tokens,
        seed: 0,
        hold,
        read: &mut Vec::new(),
    };
    let done = (operation.run)(&mut cx, input);
    if let Err(Failure::Defect(text)) = &done {
        panic!("{}: {text}", row.id);
    }
    let refused = done.is_err();
    let reply: Reply = done.unwrap_or_else(|failure| (operation.refuse)(failure, "r"));
    let value = if reply.body.is_empty() {
        Value::Null
    } else {
        serde_json::from_slice(&reply.body).expect("an answer is JSON")
    };
    let found = documents.contract(house, row).check_reply(reply.status, &value);
    assert!(found.is_empty(), "{} answers {} {value}: {found:?}", row.id, reply.status);
    assert!(reply.status < 500, "{} answers {} {value}", row.id, reply.status);
    if refused || row.method == "GET" {
        assert!(tenant == before && counter == others, "{} changed something", row.id);
    }
    let audit = tenant.ledger.audit();
    audit.unwrap_or_else(|discord| panic!("{} left books that do not add up: {discord}", row.id));
}

/// The books of the fixtures' first business of a provider.
fn books(document: usize) -> &'static (Tenant, Counter) {
    static BOOKS: OnceLock<[(Tenant, Counter); 2]> = OnceLock::new();
    let all = BOOKS.get_or_init(|| {
        let (house, _) = House::get();
        let (store, world) = (&house.app.store, house.begin());
        [BREWERY, STUDIO].map(|id| {
            let id = BusinessId(Uuid::parse_str(id).expect("a UUID"));
            let tenant = store.with(&world, id, |tenant| tenant.clone());
            let counter = store.with_register(&world, |counter| counter.clone());
            (tenant.expect("the fixtures have it"), counter)
        })
    });
    &all[document]
}

/// The partner who owns the first business.
pub fn partner() -> Uuid {
    Uuid::parse_str(PARTNER).expect("a UUID")
}
