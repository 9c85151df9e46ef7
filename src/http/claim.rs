//! What a client claims with an idempotency key: that this body, on this path, is one call however
//! often it is sent (BEHAVIOUR 5).

use serde_json::{Map, Number, Value};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::operations::Caller;
use crate::state::ReplayKey;

/// The header that carries the key, as the documents name the parameter.
const IDEMPOTENCY_KEY: &str = "Idempotency-Key";

/// A key, and a digest of the body as it was understood: the same body in another order or another
/// media type is the same.
pub(super) struct Claim {
    pub(super) key: ReplayKey,
    pub(super) fingerprint: [u8; 32],
}

impl Claim {
    /// The claim, where the operation takes a key and the client sent one.
    pub(super) fn of(
        operation: &'static str,
        path: &[(String, String)],
        caller: &Caller,
        input: &Map<String, Value>,
    ) -> Option<Self> {
        let key = input.get(IDEMPOTENCY_KEY)?.as_str()?.to_owned();
        let mut body = Vec::with_capacity(512);
        spell(input.get("body").unwrap_or(&Value::Null), &mut body);
        // An id counts as what it means, however it is spelt.
        let meant = |value: &String| {
            Uuid::parse_str(value).map_or_else(|_| value.clone(), |id| id.to_string())
        };
        let mut path: Vec<_> = path.iter().map(|(_, value)| meant(value)).collect();
        if caller.business.is_none() {
            // What is kept about no one business is kept for everybody: whose key it is counts.
            path.push(caller.owner.to_string());
        }
        let fingerprint = Sha256::digest(&body).into();
        let operation = operation.into();
        Some(Self { key: ReplayKey { operation, path, key }, fingerprint })
    }
}

/// Spells a value so that equal values, whatever the order of their fields, and no others are spelt
/// alike; numbers are equal that were read as one, as all past 2^64 are that share a float. The depth
/// is that of the JSON parser, at most 128.
fn spell(value: &Value, spelt: &mut Vec<u8>) {
    match value {
        Value::Object(fields) => {
            let mut fields: Vec<_> = fields.iter().collect();
            fields.sort_unstable_by_key(|(name, _)| *name);
            spelt.push(b'{');
            for (name, field) in fields {
                spelt.extend(name.len().to_be_bytes());
                spelt.extend_from_slice(name.as_bytes());
                spell(field, spelt);
            }
            spelt.push(b'}');
        }
        Value::Array(items) => {
            spelt.push(b'[');
            for item in items {
                spell(item, spelt);
            }
            spelt.push(b']');
        }
        Value::String(text) => {
            spelt.push(b's');
            spelt.extend(text.len().to_be_bytes());
            spelt.extend_from_slice(text.as_bytes());
        }
        Value::Number(number) => {
            spelt
                .extend_from_slice(whole(number).as_ref().unwrap_or(number).to_string().as_bytes());
            spelt.push(b';');
        }
        Value::Null | Value::Bool(_) => {
            spelt.extend_from_slice(value.to_string().as_bytes());
            spelt.push(b';');
        }
    }
}

/// The integer that a number is which came with a fraction: 1.0 is 1. None where it came as one, or
/// is none.
fn whole(number: &Number) -> Option<Number> {
    /// From here on neighbours are more than 1 apart.
    const EXACT: f64 = 9_007_199_254_740_992.0;

    let float = number.as_f64().filter(|it| number.is_f64() && it.fract() == 0.0)?;
    #[expect(clippy::cast_possible_truncation, reason = "integral and within 2^53")]
    (float.abs() < EXACT).then(|| Number::from(float as i64))
}
