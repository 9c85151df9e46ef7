//! Values drawn by their schema: mostly right, now and then not, so that calls come past the check
//! of their shape and meet the rules behind it.

use libfuzzer_sys::arbitrary::{Result, Unstructured};
use serde_json::{Map, Value, json};

use crate::documents::resolved;
use crate::pool::{ODD, Pool};

/// How deep values nest.
const DEEPEST: usize = 6;

/// Draws values for one document.
pub struct Drawer<'d> {
    /// The document, for its references.
    pub root: &'d Value,
    /// Ids and words.
    pub pool: &'d Pool,
}

impl Drawer<'_> {
    /// A value for a field of this name under this schema.
    pub fn value(
        &self,
        u: &mut Unstructured<'_>,
        schema: &Value,
        name: &str,
        depth: usize,
    ) -> Result<Value> {
        let schema = resolved(self.root, schema);
        if depth >= DEEPEST || u.ratio(1, 24)? {
            return junk(u);
        }
        if schema["nullable"] == true && u.ratio(1, 8)? {
            return Ok(Value::Null);
        }
        for key in ["oneOf", "anyOf"] {
            if let Some(parts) = schema[key].as_array().filter(|parts| !parts.is_empty()) {
                let part = u.choose(parts)?;
                return self.value(u, part, name, depth + 1);
            }
        }
        if let Some(choices) = schema["enum"].as_array().filter(|choices| !choices.is_empty()) {
            return u.choose(choices).cloned();
        }
        if let Some(parts) = schema["allOf"].as_array() {
            return self.all_of(u, parts, name, depth);
        }
        match schema["type"].as_str() {
            Some("object") => self.object(u, schema, depth),
            Some("array") => {
                let many = u.int_in_range(0..=3)?;
                let items = (0..many).map(|_| self.value(u, &schema["items"], name, depth + 1));
                Ok(Value::Array(items.collect::<Result<_>>()?))
            }
            Some("string") => self.text(u, schema, name),
            Some("integer") => Ok(json!(integer(u, schema)?)),
            Some("number") if u.ratio(1, 4)? => Ok(json!(f64::from(u.arbitrary::<i16>()?) / 4.0)),
            Some("number") => Ok(json!(integer(u, schema)?)),
            Some("boolean") => Ok(json!(u.arbitrary::<bool>()?)),
            _ if schema.get("properties").is_some() => self.object(u, schema, depth),
            _ => junk(u),
        }
    }

    fn all_of(
        &self,
        u: &mut Unstructured<'_>,
        parts: &[Value],
        name: &str,
        depth: usize,
    ) -> Result<Value> {
        let mut whole = Map::new();
        for part in parts {
            match self.value(u, part, name, depth + 1)? {
                Value::Object(fields) => whole.extend(fields),
                other => return Ok(other),
            }
        }
        Ok(Value::Object(whole))
    }

    fn object(&self, u: &mut Unstructured<'_>, schema: &Value, depth: usize) -> Result<Value> {
        let required = schema["required"].as_array();
        let is_required = |name: &str| required.is_some_and(|all| all.iter().any(|it| it == name));
        let mut fields = Map::new();
        for (name, property) in schema["properties"].as_object().into_iter().flatten() {
            let there = if is_required(name) { !u.ratio(1, 32)? } else { u.ratio(1, 3)? };
            if there {
                fields.insert(name.clone(), self.value(u, property, name, depth + 1)?);
            }
        }
        if schema.get("properties").is_none() && u.ratio(1, 2)? {
            fields.insert((*u.choose(ODD)?).to_owned(), junk(u)?);
        }
        Ok(Value::Object(fields))
    }

    fn text(&self, u: &mut Unstructured<'_>, schema: &Value, name: &str) -> Result<Value> {
        let text = match schema["format"].as_str() {
            Some("uuid") => self.pool.id(u, name)?,
            Some("date") => format!(
                "202{}-0{}-1{}",
                u.int_in_range(4..=7)?,
                u.int_in_range(1..=9)?,
                u.int_in_range(0..=9)?
            ),
            Some("date-time") => format!(
                "202{}-0{}-1{}T0{}:30:00Z",
                u.int_in_range(4..=7)?,
                u.int_in_range(1..=9)?,
                u.int_in_range(0..=9)?,
                u.int_in_range(0..=9)?
            ),
            Some("email") => "books@quay.example".to_owned(),
            _ if name.ends_with("_id") && !name.starts_with("external") => self.pool.id(u, name)?,
            _ if name.contains("currency") => {
                (*u.choose(&["GBP", "EUR", "USD", "gbp", ""])?).to_owned()
            }
            _ => plain(u, schema["maxLength"].as_u64())?,
        };
        Ok(Value::from(text))
    }
}

/// A text: short, odd, drawn, or as long as may be and one more.
fn plain(u: &mut Unstructured<'_>, most: Option<u64>) -> Result<String> {
    Ok(match u.int_in_range(0..=7)? {
        0..=2 => (*u.choose(&["a", "b", "key-1", "ref 2", "PAY-3"])?).to_owned(),
        3 | 4 => (*u.choose(ODD)?).to_owned(),
        5 => {
            let most = usize::try_from(most.unwrap_or(300)).unwrap_or(300).min(3000);
            "x".repeat(most + usize::from(u.arbitrary::<bool>()?))
        }
        _ => {
            let length = u.int_in_range(0..=12)?;
            (0..length).map(|_| u.arbitrary::<char>()).collect::<Result<_>>()?
        }
    })
}

/// An integer: near a bound, of the size of the fixtures' amounts, or any.
fn integer(u: &mut Unstructured<'_>, schema: &Value) -> Result<i64> {
    let (least, most) = (schema["minimum"].as_i64(), schema["maximum"].as_i64());
    Ok(match u.int_in_range(0..=9)? {
        0..=2 => {
            *u.choose(&[1, 100, 1000, 5000, 12_000, 60_000, 80_000, 100_000, 200_000, 450_000])?
        }
        3..=5 => i64::from(u.arbitrary::<u8>()?) * 100,
        6 => least.unwrap_or(0).saturating_sub(u.int_in_range(0..=1)?),
        7 => most.unwrap_or(i64::MAX).saturating_add(u.int_in_range(0..=1)?),
        8 => i64::from(u.arbitrary::<i32>()?),
        _ => u.arbitrary()?,
    })
}

/// A value that no schema asked for.
pub fn junk(u: &mut Unstructured<'_>) -> Result<Value> {
    Ok(match u.int_in_range(0..=11)? {
        0 => Value::Null,
        1 => json!(true),
        2 => json!(-1),
        3 => json!(u64::MAX),
        4 => json!(1e300),
        5 => json!(5.0),
        6 => json!([]),
        7 => json!({}),
        8 => json!([{ "a": "b" }, null]),
        9 => json!({ "a": { "b": [1] } }),
        _ => Value::from(*u.choose(ODD)?),
    })
}
