//! The tag `Faults`: which calls go wrong, and what forces an answer from within a call
//! (BEHAVIOUR 8).

use std::time::Duration;

use super::named::Named;
use super::{Cx, Failure, Room, api, number, types};
use crate::contract::NoSample;
use crate::operations::Provider;
use crate::state::faults::{Answer, Break, Counted, Faults, Harm, Latency, NotTaken, Rule};
use crate::state::magic;

impl api::FaultsApi for Room {
    fn list_faults(
        cx: &mut Cx<'_>,
        request: api::ListFaultsRequest,
    ) -> Result<api::ListFaultsReply, Failure> {
        let rules = cx.known(request.world.as_deref())?.controls().faults.list();
        Ok(api::ListFaultsReply::Ok(types::Faults { faults: rules.iter().map(fault).collect() }))
    }

    fn add_fault(
        cx: &mut Cx<'_>,
        request: api::AddFaultRequest,
    ) -> Result<api::AddFaultReply, Failure> {
        let rule = rule(request.body)?;
        documented(cx.providers, &rule)?;
        // Before a world is opened, which a refusal must not make.
        let wrong = rule.problems();
        if !wrong.is_empty() {
            return Err(not_taken(NotTaken::Senseless(wrong)));
        }
        let world = cx.world(request.world.as_deref())?;
        let faults = &world.controls().faults;
        let id = faults.add(rule).map_err(not_taken)?;
        let added = faults.list().into_iter().find(|it| it.id == id);
        // Somebody may have taken it back already.
        let added = added.ok_or_else(|| Failure::NotFound(format!("The rule {id} is gone.")))?;
        Ok(api::AddFaultReply::Created(fault(&added)))
    }

    fn clear_faults(
        cx: &mut Cx<'_>,
        request: api::ClearFaultsRequest,
    ) -> Result<api::ClearFaultsReply, Failure> {
        cx.world(request.world.as_deref())?.controls().faults.clear();
        Ok(api::ClearFaultsReply::NoContent)
    }

    fn remove_fault(
        cx: &mut Cx<'_>,
        request: api::RemoveFaultRequest,
    ) -> Result<api::RemoveFaultReply, Failure> {
        // A world that is not there has no rules, and none is made to say so.
        let world = cx.known(request.world.as_deref())?;
        let faults = &world.controls().faults;
        if u64::try_from(request.id).is_ok_and(|id| faults.remove(id)) {
            return Ok(api::RemoveFaultReply::NoContent);
        }
        let known: Vec<_> = faults.list().iter().map(|it| it.id.to_string()).collect();
        let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
        let name = world.name();
        Err(Failure::NotFound(format!(
            "The world {name} has no rule {}; it has {known}.",
            request.id
        )))
    }

    fn list_magic(
        _: &mut Cx<'_>,
        _: api::ListMagicRequest,
    ) -> Result<api::ListMagicReply, Failure> {
        let meaning = |word: &magic::Word| word.meaning.to_owned();
        let prefer = magic::WORDS.iter().map(|word| types::MagicWord {
            word: word.example.replace(magic::PREFIX, "Prefer: "),
            meaning: meaning(word),
            provider: None,
            field: None,
        });
        let fields = magic::PLACES
            .iter()
            .flat_map(|places| places.fields.iter().map(|field| (places.provider, *field)));
        let values = fields.flat_map(|(provider, field)| {
            magic::WORDS.iter().map(move |word| types::MagicWord {
                word: word.example.to_owned(),
                meaning: meaning(word),
                provider: Some(provider.to_owned()),
                field: Some(field.to_owned()),
            })
        });
        let (prefer, values) = (prefer.collect(), values.collect());
        Ok(api::ListMagicReply::Ok(types::Magic { prefer, values }))
    }
}

fn not_taken(why: NotTaken) -> Failure {
    match why {
        NotTaken::Senseless(wrong) => {
            let place = |(field, text): (&str, String)| (place(field), text);
            Failure::Wrong(wrong.into_iter().map(place).collect())
        }
        NotTaken::Full => Failure::Conflict(format!(
            "A world has at most {} rules; remove one first.",
            Faults::MOST_RULES
        )),
    }
}

/// Where a field of a rule stands in the document.
fn place(field: &str) -> String {
    let pointer = match field {
        "then.delay" => "then/latency".to_owned(),
        field => match field.strip_prefix("then.answer.") {
            Some(of_answer) => format!("then/{of_answer}"),
            None if field.starts_with("then") => field.replace('.', "/"),
            None => format!("when/{field}"),
        },
    };
    format!("#/{pointer}")
}

/// That the rule names an operation that there is, and an answer that it documents: a rule that
/// never strikes would let wrong code pass.
fn documented(providers: &[Provider], rule: &Rule) -> Result<(), Failure> {
    let wrong = |at: &str, text: String| Err(Failure::Wrong(vec![(at.to_owned(), text)]));
    let (provider, operation) = (rule.provider.clone(), rule.operation.clone());
    Named::read(providers, "#/when/", provider, operation)?;
    let rows = || {
        let all = providers.iter().flat_map(|it| it.operations.iter().map(move |row| (it, row)));
        all.filter(|(provider, row)| rule.names(provider.name, row.id, row.method))
    };
    if rows().next().is_none() {
        return wrong("#/when/method", "The operation has another method.".to_owned());
    }
    let Some(Answer { status, example, body }) = &rule.then.answer else { return Ok(()) };
    let mut contracts = rows().filter_map(|(it, row)| it.contract.operation(row.id));
    let (mut statuses, mut examples) = (Vec::<u16>::new(), Vec::new());
    let fits = contracts.any(|contract| {
        statuses.extend(contract.documented());
        match (body, contract.sample(*status, example.as_deref())) {
            (Some(body), _) => contract.check_reply(*status, body).is_empty(),
            (None, Ok(_)) => true,
            (None, Err(why)) => {
                if let NoSample::Example { named } = why {
                    examples.extend(named);
                }
                false
            }
        }
    });
    if fits {
        return Ok(());
    }
    statuses.sort_unstable();
    statuses.dedup();
    if !statuses.contains(status) {
        let list: Vec<_> = statuses.iter().map(u16::to_string).collect();
        let text = format!("{status} is not documented there; {} are.", list.join(", "));
        return wrong("#/then/status", text);
    }
    match example {
        Some(example) => {
            let all = if examples.is_empty() { "none".to_owned() } else { examples.join(", ") };
            wrong(
                "#/then/example",
                format!("{status} has no example {example:?} there; it has {all}."),
            )
        }
        None => wrong("#/then/body", format!("The document has no such body for {status}.")),
    }
}

fn rule(wire: types::NewFault) -> Result<Rule, Failure> {
    let mut wrong = Vec::new();
    let when = wire.when.unwrap_or_default();
    let then = wire.then;
    if then.status.is_none() {
        for (field, set) in [("example", then.example.is_some()), ("body", then.body.is_some())] {
            if set {
                wrong.push((format!("#/then/{field}"), "Only with `status`.".to_owned()));
            }
        }
    }
    if then.example.is_some() && then.body.is_some() {
        wrong.push(("#/then/body".to_owned(), "An example or a body, not both.".to_owned()));
    }
    let delay = then.latency.as_ref().and_then(meant_latency);
    if then.latency.is_some() && delay.is_none() {
        let text = "`fixed` has `ms`, `uniform` has `min_ms` and `max_ms`, `lognormal` has \
                    `median_ms` and `sigma`, and none has another's.";
        wrong.push(("#/then/latency".to_owned(), text.to_owned()));
    }
    let connection = then.connection.as_ref().and_then(meant_breakage);
    if then.connection.is_some() && connection.is_none() {
        let text = "`reset` has nothing beside it, `cut` may have `after_bytes`, `drip` may \
                    have `bytes` and `every_ms`.";
        wrong.push(("#/then/connection".to_owned(), text.to_owned()));
    }
    let answer = then.status.map(|status| Answer {
        // The document lets statuses through only.
        status: u16::try_from(status).unwrap_or(500),
        example: then.example,
        body: then.body,
    });
    if !wrong.is_empty() {
        return Err(Failure::Wrong(wrong));
    }
    Ok(Rule {
        name: wire.name,
        operation: when.operation,
        provider: when.provider,
        method: when.method.map(|method| method.to_string()),
        header: when.header.map(|header| (header.name, header.value)),
        after: when.after.map(i64::unsigned_abs),
        nth: when.nth.map(i64::unsigned_abs),
        every: when.every.map(i64::unsigned_abs),
        count: when.count.map(i64::unsigned_abs),
        chance: when.chance,
        then: Harm { delay, answer, connection },
    })
}

fn millis(ms: i64) -> Duration {
    Duration::from_millis(ms.unsigned_abs())
}

fn meant_latency(wire: &types::Latency) -> Option<Latency> {
    let types::Latency { kind, ms, min_ms, max_ms, median_ms, sigma } = *wire;
    match (kind, ms, min_ms, max_ms, median_ms, sigma) {
        (types::LatencyKind::Fixed, Some(ms), None, None, None, None) => {
            Some(Latency::Fixed(millis(ms)))
        }
        (types::LatencyKind::Uniform, None, Some(min), Some(max), None, None) => {
            Some(Latency::Uniform { min: millis(min), max: millis(max) })
        }
        (types::LatencyKind::Lognormal, None, None, None, Some(median), Some(sigma)) => {
            Some(Latency::LogNormal { median: millis(median), sigma })
        }
        _ => None,
    }
}

fn meant_breakage(wire: &types::Breakage) -> Option<Break> {
    let size = |bytes: i64| usize::try_from(bytes).unwrap_or(usize::MAX);
    let types::Breakage { kind, after_bytes, bytes, every_ms } = *wire;
    match (kind, after_bytes, bytes, every_ms) {
        (types::BreakageKind::Reset, None, None, None) => Some(Break::Reset),
        (types::BreakageKind::Cut, after, None, None) => {
            Some(Break::Cut { after_bytes: after.map(size) })
        }
        (types::BreakageKind::Drip, None, bytes, every) => Some(Break::Drip {
            bytes: size(bytes.unwrap_or(16)),
            every: millis(every.unwrap_or(100)),
        }),
        _ => None,
    }
}

fn fault(counted: &Counted) -> types::Fault {
    let rule = &*counted.rule;
    let header = rule
        .header
        .as_ref()
        .map(|(name, value)| types::FaultWhenHeader { name: name.clone(), value: value.clone() });
    let when = types::FaultWhen {
        operation: rule.operation.clone(),
        provider: rule.provider.clone(),
        method: rule.method.as_ref().and_then(|method| method.parse().ok()),
        header,
        nth: rule.nth.map(number),
        every: rule.every.map(number),
        after: rule.after.map(number),
        count: rule.count.map(number),
        chance: rule.chance,
    };
    let answer = rule.then.answer.as_ref();
    types::Fault {
        id: number(counted.id),
        name: rule.name.clone(),
        matched: number(counted.matched),
        applied: number(counted.applied),
        when: (when != types::FaultWhen::default()).then_some(when),
        then: types::FaultThen {
            status: answer.map(|answer| number(answer.status)),
            example: answer.and_then(|answer| answer.example.clone()),
            body: answer.and_then(|answer| answer.body.clone()),
            latency: rule.then.delay.map(latency),
            connection: rule.then.connection.map(breakage),
        },
    }
}

fn latency(latency: Latency) -> types::Latency {
    let ms = |length: Duration| Some(number(length.as_millis()));
    let none = types::Latency {
        kind: types::LatencyKind::Fixed,
        ms: None,
        min_ms: None,
        max_ms: None,
        median_ms: None,
        sigma: None,
    };
    match latency {
        Latency::Fixed(length) => types::Latency { ms: ms(length), ..none },
        Latency::Uniform { min, max } => types::Latency {
            kind: types::LatencyKind::Uniform,
            min_ms: ms(min),
            max_ms: ms(max),
            ..none
        },
        Latency::LogNormal { median, sigma } => types::Latency {
            kind: types::LatencyKind::Lognormal,
            median_ms: ms(median),
            sigma: Some(sigma),
            ..none
        },
    }
}

fn breakage(how: Break) -> types::Breakage {
    let none = types::Breakage {
        kind: types::BreakageKind::Reset,
        after_bytes: None,
        bytes: None,
        every_ms: None,
    };
    match how {
        Break::Reset => none,
        Break::Cut { after_bytes } => types::Breakage {
            kind: types::BreakageKind::Cut,
            after_bytes: after_bytes.map(number),
            ..none
        },
        Break::Drip { bytes, every } => types::Breakage {
            kind: types::BreakageKind::Drip,
            bytes: Some(number(bytes)),
            every_ms: Some(number(every.as_millis())),
            ..none
        },
    }
}
