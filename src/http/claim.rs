//! What a client claims with an idempotency key: that this body, on this path, is one call however
//! often it is sent (BEHAVIOUR 5).

use serde_json::{Map, Value};
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
        let mut digest = Sha256::new();
        digest_value(input.get("body").unwrap_or(&Value::Null), &mut digest);
        // An id counts as what it means, however it is spelt.
        let meant = |value: &String| {
            Uuid::parse_str(value).map_or_else(|_| value.clone(), |id| id.to_string())
        };
        let mut path: Vec<_> = path.iter().map(|(_, value)| meant(value)).collect();
        if caller.business.is_none() {
            // What is kept about no one business is kept for everybody: whose key it is counts.
            path.push(caller.owner.to_string());
        }
        let fingerprint = digest.finalize().into();
        let operation = operation.into();
        Some(Self { key: ReplayKey { operation, path, key }, fingerprint })
    }
}

/// Feeds a value to a digest so that equal values, whatever the order of their fields, give equal
/// digests. The depth is that of the JSON parser, at most 128.
fn digest_value(value: &Value, digest: &mut Sha256) {
    match value {
        Value::Object(fields) => {
            let mut names: Vec<_> = fields.keys().collect();
            names.sort_unstable();
            digest.update(b"{");
            for name in names {
                digest.update(name.len().to_be_bytes());
                digest.update(name);
                digest_value(&fields[name], digest);
            }
            digest.update(b"}");
        }
        Value::Array(items) => {
            digest.update(b"[");
            for item in items {
                digest_value(item, digest);
            }
            digest.update(b"]");
        }
        Value::String(text) => {
            digest.update(b"s");
            digest.update(text.len().to_be_bytes());
            digest.update(text);
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {
            digest.update(value.to_string());
            digest.update(b";");
        }
    }
}
