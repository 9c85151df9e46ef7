//! The tag `Requests`: the journal of a world, whether a call was made, and the journal as it is
//! written (BEHAVIOUR 8).

use std::collections::BTreeMap;

use bytes::Bytes;
use serde_json::Value;

use super::named::Named;
use super::{Cx, Failure, Room, Watch, api, number, types};
use crate::contract::pointer::below;
use crate::operations::Provider;
use crate::state::WorldName;
use crate::state::journal::{
    Entry, Expectation, Filter, Finding, Message, Statuses, Verdict, holds_secret,
    holds_secret_in_header, holds_secret_in_query,
};

impl api::RequestsApi for Room {
    fn list_requests(
        cx: &mut Cx<'_>,
        request: api::ListRequestsRequest,
    ) -> Result<api::ListRequestsReply, Failure> {
        let limit = request.limit.unwrap_or(100);
        let api::ListRequestsRequest { provider, operation, method, path, status, .. } = request;
        let asked = [provider, operation, method, path, status];
        let filter = filter(cx.providers, asked, request.remarks, request.since)?;
        kept(cx)?;
        let world = cx.known(request.world.as_deref())?;
        let found = world.controls().journal.filter(&filter);
        let take = usize::try_from(limit).unwrap_or(usize::MAX);
        let entries = found.entries.iter().take(take).map(|it| entry(it, world.name())).collect();
        Ok(api::ListRequestsReply::Ok(types::Journal {
            entries,
            matched: number(found.entries.len()),
            kept: number(found.kept),
            dropped: number(found.dropped),
            // What is gone before `since` could not be asked for.
            complete: found.dropped == 0
                || filter.since.is_some_and(|since| since + found.kept as u64 >= found.last),
            last: number(found.last),
        }))
    }

    fn clear_requests(
        cx: &mut Cx<'_>,
        request: api::ClearRequestsRequest,
    ) -> Result<api::ClearRequestsReply, Failure> {
        drop(cx.world(request.world.as_deref())?.controls().journal.clear());
        Ok(api::ClearRequestsReply::NoContent)
    }

    fn get_request(
        cx: &mut Cx<'_>,
        request: api::GetRequestRequest,
    ) -> Result<api::GetRequestReply, Failure> {
        kept(cx)?;
        let world = cx.known(request.world.as_deref())?;
        match world.controls().journal.get(&request.request_id) {
            Some(found) => Ok(api::GetRequestReply::Ok(entry(&found, world.name()))),
            None => Err(Failure::NotFound(format!(
                "The journal of {} has no request {:?}, or has it no more.",
                world.name(),
                request.request_id
            ))),
        }
    }

    fn verify_requests(
        cx: &mut Cx<'_>,
        request: api::VerifyRequestsRequest,
    ) -> Result<api::VerifyRequestsReply, Failure> {
        let expectation = expectation(cx.providers, request.body)?;
        kept(cx)?;
        let world = cx.known(request.world.as_deref())?;
        Ok(api::VerifyRequestsReply::Ok(verdict(world.controls().journal.verify(&expectation))))
    }

    fn stream_requests(
        cx: &mut Cx<'_>,
        request: api::StreamRequestsRequest,
    ) -> Result<api::StreamRequestsReply, Failure> {
        let since = request.since.or(request.last_event_id);
        let api::StreamRequestsRequest { provider, operation, method, path, status, .. } = request;
        let asked = [provider, operation, method, path, status];
        let filter = filter(cx.providers, asked, request.remarks, since)?;
        kept(cx)?;
        let world = cx.world(request.world.as_deref())?;
        cx.watch = Some(Watch { world, filter });
        // What comes is written by whoever has the connection.
        Ok(api::StreamRequestsReply::Ok(String::new()))
    }
}

/// An entry as an event of the stream has it.
pub fn event(found: &Entry, world: &WorldName) -> Bytes {
    let data = serde_json::to_string(&entry(found, world)).unwrap_or_default();
    Bytes::from(format!("event: request\nid: {}\ndata: {data}\n\n", found.number))
}

/// That there is a journal to ask: a verdict over one that is not kept would be that nothing was
/// sent.
fn kept(cx: &Cx<'_>) -> Result<(), Failure> {
    if cx.store.keeps_journals() {
        return Ok(());
    }
    let text = "This server keeps no journal: it was started with --journal-entries 0.";
    Err(Failure::NotFound(text.to_owned()))
}

/// What a list and a stream let be picked in the same words.
fn filter(
    providers: &[Provider],
    [provider, operation, method, path, status]: [Option<String>; 5],
    remarks: Option<bool>,
    since: Option<i64>,
) -> Result<Filter, Failure> {
    let Named { provider, operation } = Named::read(providers, "", provider, operation)?;
    Ok(Filter {
        provider,
        operation,
        method,
        path,
        status: status.as_deref().map(|text| statuses("status", text)).transpose()?,
        since: since.map(i64::unsigned_abs),
        with_remarks: remarks.unwrap_or(false),
    })
}

fn statuses(at: &str, text: &str) -> Result<Statuses, Failure> {
    Statuses::parse(text).ok_or_else(|| {
        let wanted = "A status such as 422, or a class of them such as 4xx.";
        Failure::Wrong(vec![(at.to_owned(), wanted.to_owned())])
    })
}

fn expectation(providers: &[Provider], wire: types::Expectation) -> Result<Expectation, Failure> {
    if let Some(at) = hidden(&wire) {
        let text = "The journal shows this masked: it cannot be verified.".to_owned();
        return Err(Failure::Wrong(vec![(at, text)]));
    }
    let status = match wire.status {
        None | Some(Value::Null) => None,
        Some(Value::String(text)) => Some(statuses("#/status", &text)?),
        Some(other) => Some(statuses("#/status", &other.to_string())?),
    };
    if wire.exactly.is_some() && (wire.at_least.is_some() || wire.at_most.is_some()) {
        let text = "`exactly` stands alone.".to_owned();
        return Err(Failure::Wrong(vec![("#/exactly".to_owned(), text)]));
    }
    if let (Some(least), Some(most)) = (wire.at_least, wire.at_most)
        && least > most
    {
        let text = format!("No number is at least {least} and at most {most}.");
        return Err(Failure::Wrong(vec![("#/at_least".to_owned(), text)]));
    }
    let Named { provider, operation } =
        Named::read(providers, "#/", wire.provider, wire.operation)?;
    let texts = |named: Option<Texts>| {
        let pair = |(name, value): (String, Option<String>)| (name, Value::from(value));
        named.unwrap_or_default().into_iter().map(pair).collect()
    };
    Ok(Expectation {
        provider,
        operation,
        method: wire.method.map(|method| method.to_string()),
        path: wire.path,
        status,
        query: texts(wire.query),
        headers: texts(wire.headers),
        body: wire.body,
        since: wire.since.map(i64::unsigned_abs),
        exactly: wire.exactly.map(i64::unsigned_abs),
        at_least: wire.at_least.map(i64::unsigned_abs),
        at_most: wire.at_most.map(i64::unsigned_abs),
    })
}

/// What is expected of a query or of headers, by name; `None` where there must be no such name.
type Texts = BTreeMap<String, Option<String>>;

/// Where an expectation asks for what the journal shows masked, as a pointer into it. That cannot be
/// compared: the answer would be a guess, or tell what it hides.
fn hidden(wire: &types::Expectation) -> Option<String> {
    let query = first_name(wire.query.as_ref(), holds_secret_in_query);
    let in_header = |name: &str, text: Option<&str>| {
        text.is_some_and(|text| holds_secret_in_header(name, text))
    };
    let header = || first_name(wire.headers.as_ref(), in_header);
    let body = || wire.body.as_ref().is_some_and(holds_secret).then(|| "#/body".to_owned());
    let query = query.map(|name| below("#/query", name));
    query.or_else(|| header().map(|name| below("#/headers", name))).or_else(body)
}

/// The first name that is so, by itself and its text.
fn first_name(texts: Option<&Texts>, is: impl Fn(&str, Option<&str>) -> bool) -> Option<&str> {
    let mut texts =
        texts.into_iter().flatten().map(|(name, text)| (name.as_str(), text.as_deref()));
    texts.find(|(name, text)| is(name, *text)).map(|(name, _)| name)
}

fn entry(entry: &Entry, world: &WorldName) -> types::Entry {
    let call = entry.call();
    let named = |name: Option<&'static str>| name.map(str::to_owned);
    types::Entry {
        number: number(entry.number),
        request_id: call.request_id,
        at: call.at,
        world: world.to_string(),
        provider: named(call.provider),
        operation: named(call.operation),
        method: call.method,
        path: call.path,
        query: Some(call.query).filter(|query| !query.is_empty()),
        status: number(call.status),
        took_us: number(call.took.as_micros()),
        request: message(&call.request),
        response: message(&call.response),
        violations: call.violations.iter().map(finding).collect(),
        remarks: call.remarks.iter().map(finding).collect(),
        forced: call.forced,
    }
}

fn message(message: &Message) -> types::Message {
    types::Message {
        headers: message.headers.lists(),
        bytes: number(message.length),
        body: message.said(),
        truncated: message.is_cut().then_some(true),
    }
}

fn finding(finding: &Finding) -> types::Finding {
    types::Finding {
        place: match finding.place {
            "path" => types::FindingPlace::Path,
            "query" => types::FindingPlace::Query,
            "header" => types::FindingPlace::Header,
            _ => types::FindingPlace::Body,
        },
        at: finding.at.clone(),
        rule: finding.rule.to_owned(),
        detail: finding.detail.clone(),
    }
}

fn verdict(verdict: Verdict) -> types::Verdict {
    let summary = |call: crate::state::journal::Summary| types::Summary {
        number: number(call.number),
        request_id: call.request_id,
        at: call.at,
        operation: call.operation.map(str::to_owned),
        method: call.method,
        path: call.path,
        status: number(call.status),
    };
    let difference =
        |it: crate::state::journal::Difference| types::VerdictNearestItemDifferencesItem {
            place: it.place.to_owned(),
            at: it.at,
            expected: it.expected,
            actual: it.actual,
        };
    let nearest = verdict.nearest.into_iter().map(|miss| types::VerdictNearestItem {
        call: summary(miss.call),
        distance: number(miss.distance),
        differences: miss.differences.into_iter().map(difference).collect(),
    });
    types::Verdict {
        verified: verdict.verified,
        count: number(verdict.count),
        expected: verdict.expected,
        complete: verdict.complete,
        dropped: number(verdict.dropped),
        cut: number(verdict.cut),
        nearest: nearest.collect(),
        matching: verdict.matching.into_iter().map(summary).collect(),
    }
}
