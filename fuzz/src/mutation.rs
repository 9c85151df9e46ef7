//! Mutations that know what they change: JSON node by node, and texts word by word. Half of the
//! time libFuzzer's own are used, which know nothing and so forget nothing.

use std::sync::OnceLock;

use libfuzzer_sys::fuzzer_mutate;
use sandbook::contract::pointer::below;
use serde_json::{Value, json};

use crate::house::House;
use crate::pool::{ODD, Pool, words};

/// What an input is, after lines that say what it is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// JSON.
    Json,
    /// YAML, parts of it with [`crate::CUT`] between them.
    Yaml,
    /// Pairs of a query or a form on the last line.
    Pairs,
    /// A text.
    Text,
}

/// Mutates an input of this kind whose first line is an `operationId` where `named` says so.
pub fn mutate(
    data: &mut [u8],
    size: usize,
    most: usize,
    seed: u32,
    kind: Kind,
    named: bool,
) -> usize {
    let mut dice = Dice(u64::from(seed) | 1 << 40);
    let changed = match dice.under(8) {
        0..=2 => None,
        3 if named => std::str::from_utf8(&data[..size]).ok().map(|text| renamed(text, &mut dice)),
        _ => std::str::from_utf8(&data[..size]).ok().and_then(|text| {
            let (head, body) = if named { text.split_once('\n')? } else { ("", text) };
            let body = match kind {
                Kind::Json => node(&serde_json::from_str(body).ok()?, &mut dice).to_string(),
                Kind::Yaml => yaml(body, &mut dice)?,
                Kind::Pairs => pairs(body, &mut dice),
                Kind::Text => word(body, &mut dice),
            };
            Some(if named { format!("{head}\n{body}") } else { body })
        }),
    };
    match changed.filter(|changed| changed.len() <= most.min(data.len())) {
        Some(changed) => {
            data[..changed.len()].copy_from_slice(changed.as_bytes());
            changed.len()
        }
        None => fuzzer_mutate(data, size, most),
    }
}

/// Chance with a seed: the same input and seed give the same mutation.
struct Dice(u64);

impl Dice {
    fn under(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 24).unwrap_or_default() % most.max(1)
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.under(from.len())]
    }
}

/// The words of the documents, and the ids of the fixtures.
fn known() -> &'static [String] {
    static WORDS: OnceLock<Vec<String>> = OnceLock::new();
    WORDS.get_or_init(|| {
        let (house, documents) = House::get();
        let mut words = words(documents);
        words.extend(Pool::of_fixtures(house).ids().cloned());
        words
    })
}

/// The same body for another operation, or that operation's own example.
fn renamed(text: &str, dice: &mut Dice) -> String {
    let (_, documents) = House::get();
    let row = dice.pick(&documents.rows);
    let body = text.split_once('\n').map_or("", |(_, body)| body);
    match row.examples.first().filter(|_| dice.under(2) == 0) {
        Some(example) => format!("{}\n{example}", row.id),
        None => format!("{}\n{body}", row.id),
    }
}

/// One that means something somewhere, or a word of the documents.
fn any_word(dice: &mut Dice) -> String {
    if dice.under(3) == 0 { (*dice.pick(ODD)).to_owned() } else { dice.pick(known()).clone() }
}

/// A word put in, in the place of what stands there or between it; or one sign escaped, as JSON or
/// a form may write it.
fn word(text: &str, dice: &mut Dice) -> String {
    let at = text.floor_char_boundary(dice.under(text.len() + 1));
    let (before, after) = text.split_at(at);
    if let Some(sign) = after.chars().next().filter(|_| dice.under(6) == 0) {
        let rest = &after[sign.len_utf8()..];
        let escaped = if dice.under(2) == 0 {
            format!("\\u{:04x}", u32::from(sign) & 0xffff)
        } else {
            let mut bytes = [0; 4];
            sign.encode_utf8(&mut bytes).bytes().map(|byte| format!("%{byte:02X}")).collect()
        };
        return format!("{before}{escaped}{rest}");
    }
    let is_word = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
    let end =
        if dice.under(2) == 0 { after.find(|c| !is_word(c)).unwrap_or(after.len()) } else { 0 };
    format!("{before}{}{}", any_word(dice), &after[end..])
}

/// One pair of the last line taken out, doubled, or with another name or value.
fn pairs(text: &str, dice: &mut Dice) -> String {
    if dice.under(3) == 0 {
        return word(text, dice);
    }
    let (head, line) = text.rsplit_once('\n').map_or(("", text), |(head, line)| (head, line));
    let mut all: Vec<String> = line.split('&').map(str::to_owned).collect();
    let at = dice.under(all.len());
    let (name, value) = all[at].split_once('=').unwrap_or((&all[at], ""));
    let written: String = form_urlencoded::byte_serialize(any_word(dice).as_bytes()).collect();
    match dice.under(6) {
        0 => drop(all.remove(at)),
        1 => all.push(format!("{name}={written}")),
        2 => all[at] = format!("{written}={value}"),
        3 => all.push(format!("{written}={value}")),
        _ => all[at] = format!("{name}={written}"),
    }
    let line = all.join("&");
    if text.contains('\n') { format!("{head}\n{line}") } else { line }
}

fn yaml(text: &str, dice: &mut Dice) -> Option<String> {
    if dice.under(3) == 0 {
        return Some(word(text, dice));
    }
    let mut parts: Vec<String> = text.split(crate::CUT).map(str::to_owned).collect();
    let at = dice.under(parts.len());
    let value: Value = serde_saphyr::from_str(&parts[at]).ok()?;
    // JSON is YAML.
    parts[at] = node(&value, dice).to_string();
    Some(parts.join(crate::CUT))
}

/// A value with one node of it changed.
fn node(value: &Value, dice: &mut Dice) -> Value {
    let mut places = Vec::new();
    collect(value, String::new(), &mut places);
    let mut whole = value.clone();
    let at = dice.pick(&places).clone();
    let other = value.pointer(dice.pick::<String>(&places)).cloned().unwrap_or_default();
    let Some(place) = whole.pointer_mut(&at) else { return whole };
    match (dice.under(8), &mut *place) {
        (0, Value::Object(fields)) => drop(fields.insert(dice.pick(known()).clone(), other)),
        (1, Value::Object(fields)) if !fields.is_empty() => {
            let name = fields.keys().nth(dice.under(fields.len())).cloned().unwrap_or_default();
            fields.shift_remove(&name);
        }
        (0, Value::Array(items)) => items.push(other),
        (1, Value::Array(items)) if !items.is_empty() => {
            drop(items.remove(dice.under(items.len())));
        }
        (2, Value::Array(items)) if !items.is_empty() => {
            let twin = dice.pick(items).clone();
            items.push(twin);
        }
        (0..=2, Value::Number(number)) => {
            let by = [1, -1, 100, i64::MAX / 2][dice.under(4)];
            *place = json!(number.as_i64().unwrap_or_default().wrapping_add(by));
        }
        (0..=2, Value::String(text)) => *text = word(text, dice),
        (3, _) => *place = other,
        (4, _) => *place = Value::from(any_word(dice)),
        (5, _) => {
            let odd = [
                json!(null),
                json!(true),
                json!(0),
                json!(-1),
                json!(1.5),
                json!(1e300),
                json!(u64::MAX),
                json!(""),
                json!([]),
                json!({}),
                json!(i64::MIN),
                json!(5.0),
            ];
            *place = dice.pick(&odd).clone();
        }
        (6, _) => *place = json!([place.take()]),
        (7, Value::Number(number)) => *place = json!(number.as_f64()),
        _ => *place = Value::from(dice.under(2000)),
    }
    whole
}

fn collect(value: &Value, at: String, places: &mut Vec<String>) {
    let step = |name: &str| below(&at, name);
    match value {
        Value::Object(fields) => {
            fields.iter().for_each(|(name, value)| collect(value, step(name), places));
        }
        Value::Array(items) => {
            let items = items.iter().enumerate();
            items.for_each(|(index, value)| collect(value, step(&index.to_string()), places));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
    places.push(at);
}
