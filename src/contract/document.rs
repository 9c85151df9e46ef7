//! A walk through an `OpenAPI` document that always knows where it stands.
//!
//! Knows JSON pointers and `$ref`, and nothing of what the keywords mean.

use serde_json::{Map, Value};

use super::pointer::below;

/// More references in a row than any document has: they go round in a circle.
const MOST_HOPS: usize = 64;

/// A value of the document and its JSON pointer.
#[derive(Debug, Clone)]
pub(super) struct Node<'d> {
    document: &'d Value,
    pub(super) value: &'d Value,
    pub(super) pointer: String,
}

impl<'d> Node<'d> {
    pub(super) fn root(document: &'d Value) -> Self {
        Self { document, value: document, pointer: String::new() }
    }

    /// What stands at `pointer`.
    pub(super) fn at(document: &'d Value, pointer: &str) -> Option<Self> {
        let value = document.pointer(pointer)?;
        Some(Self { document, value, pointer: pointer.to_owned() })
    }

    /// The child under `key`, with its references followed.
    pub(super) fn get(&self, key: &str) -> Result<Option<Self>, String> {
        match self.value.get(key) {
            Some(value) => self.child(key, value).resolve().map(Some),
            None => Ok(None),
        }
    }

    /// The fields of an object in their order, with their references followed.
    pub(super) fn fields(&self) -> Result<Vec<(&'d str, Self)>, String> {
        let child = |(key, value): (&'d String, &'d Value)| {
            Ok((key.as_str(), self.child(key, value).resolve()?))
        };
        self.object()?.iter().map(child).collect()
    }

    /// The elements of an array, with their references followed.
    pub(super) fn items(&self) -> Result<Vec<Self>, String> {
        let Value::Array(items) = self.value else { return Err(self.refuse("is no array")) };
        let child = |(at, value): (usize, &'d Value)| self.child(&at.to_string(), value).resolve();
        items.iter().enumerate().map(child).collect()
    }

    pub(super) fn object(&self) -> Result<&'d Map<String, Value>, String> {
        self.value.as_object().ok_or_else(|| self.refuse("is no object"))
    }

    pub(super) fn text(&self, key: &str) -> Result<Option<&'d str>, String> {
        self.scalar(key, Value::as_str, "is no string")
    }

    pub(super) fn flag(&self, key: &str) -> Result<bool, String> {
        Ok(self.scalar(key, Value::as_bool, "is no boolean")?.unwrap_or(false))
    }

    pub(super) fn count(&self, key: &str) -> Result<Option<u64>, String> {
        self.scalar(key, Value::as_u64, "is no count")
    }

    /// An integer, also where it is written `1.0`.
    pub(super) fn integer(&self, key: &str) -> Result<Option<i64>, String> {
        self.scalar(key, integral, "is no integer of 64 bits")
    }

    /// The error for `problem` at this place.
    pub(super) fn refuse(&self, problem: &str) -> String {
        format!("{}: {problem}", if self.pointer.is_empty() { "/" } else { &self.pointer })
    }

    /// The error for `problem` at the child `key`.
    pub(super) fn refuse_at(&self, key: &str, problem: &str) -> String {
        self.child(key, self.value).refuse(problem)
    }

    fn scalar<T>(
        &self,
        key: &str,
        read: impl Fn(&'d Value) -> Option<T>,
        problem: &str,
    ) -> Result<Option<T>, String> {
        let Some(value) = self.value.get(key) else { return Ok(None) };
        read(value).map(Some).ok_or_else(|| self.refuse_at(key, problem))
    }

    fn child(&self, key: &str, value: &'d Value) -> Self {
        Self { document: self.document, value, pointer: below(&self.pointer, key) }
    }

    /// `OpenAPI` 3.0 ignores what stands beside a `$ref`. Ignoring a constraint
    /// would drop it silently, so only words about the reference may stand there.
    pub(super) fn resolve(mut self) -> Result<Self, String> {
        for _ in 0..MOST_HOPS {
            let Some(target) = self.value.get("$ref").and_then(Value::as_str) else {
                return Ok(self);
            };
            let beside = self.object()?.keys().find(|key| {
                !matches!(key.as_str(), "$ref" | "description" | "summary" | "title")
                    && !key.starts_with("x-")
            });
            if let Some(key) = beside {
                return Err(self.refuse_at(key, "stands beside a $ref, which would hide it"));
            }
            let pointer = target.strip_prefix('#').unwrap_or_default();
            let Some(value) = self.document.pointer(pointer).filter(|_| !pointer.is_empty()) else {
                return Err(self.refuse_at("$ref", &format!("{target} is not in the document")));
            };
            self = Self { value, pointer: pointer.to_owned(), ..self };
        }
        Err(self.refuse("refers to itself"))
    }
}

fn integral(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| {
        let text = value.as_f64()?.to_string();
        text.strip_suffix(".0").unwrap_or(&text).parse().ok()
    })
}
