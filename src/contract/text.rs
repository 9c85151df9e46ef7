//! Text read as what its schema asks for: parameters, and the fields of forms.
//!
//! What reads becomes a JSON value, which `check` then judges like any other.
//! Here is only decided what a text says, never whether that is allowed.

use serde_json::{Number, Value};

use super::check::Checker;
use super::schema::{Id, Schemas, Shape};
use super::violation::{Kind, Problem};

impl Schemas {
    /// The value that `text` says under the schema.
    pub(super) fn read_text(&self, id: Id, text: &str) -> Result<Value, Problem> {
        let schema = self.get(self.typed(id));
        let unparsable = |kind| Problem::Unparsable(kind);
        if text.is_empty() && self.get(id).nullable && !self.admits_empty(id) {
            return Ok(Value::Null);
        }
        match schema.shape {
            Shape::Any => Ok(self.read_alternative(id, text)),
            Shape::Text { .. } => Ok(Value::from(text)),
            Shape::Boolean => boolean(text).ok_or(unparsable(Kind::Boolean)),
            Shape::Integer(_) => match text.parse::<i64>() {
                Ok(integer) => Ok(Value::from(integer)),
                Err(_) if is_integer(text) => Err(Problem::BeyondI64),
                Err(_) => Err(unparsable(Kind::Integer)),
            },
            Shape::Number(_) => serde_json::from_str::<Number>(text)
                .map(Value::Number)
                .map_err(|_| unparsable(Kind::Number)),
            Shape::Array { .. } => {
                json(text).filter(Value::is_array).ok_or(unparsable(Kind::Array))
            }
            Shape::Object { .. } => {
                json(text).filter(Value::is_object).ok_or(unparsable(Kind::Object))
            }
        }
    }

    /// Whether the empty text is a value of its own. Where it is not, a form
    /// that sends it for an optional field has left that field out.
    pub(super) fn admits_empty(&self, id: Id) -> bool {
        Checker::passes(self, id, &mut Value::String(String::new()))
    }

    /// A schema of several types takes the first one that the text says and
    /// that passes; text that says none of them stays text.
    fn read_alternative(&self, id: Id, text: &str) -> Value {
        let schema = self.get(self.typed(id));
        let choice = schema.choices.iter().find(|choice| match choice {
            Value::String(string) => string == text,
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::Array(_)
            | Value::Object(_) => json(text).as_ref() == Some(choice),
        });
        let mut alternatives = schema.any_of.iter().chain(&schema.one_of);
        let taken = || {
            alternatives.find_map(|part| {
                let mut value = self.read_text(*part, text).ok()?;
                Checker::passes(self, *part, &mut value).then_some(value)
            })
        };
        choice.cloned().or_else(taken).unwrap_or_else(|| Value::from(text))
    }
}

/// The JSON value that `text` holds, if it holds one.
pub(super) fn json(text: &str) -> Option<Value> {
    serde_json::from_str(text).ok()
}

fn boolean(text: &str) -> Option<Value> {
    match text {
        "true" | "True" | "1" => Some(Value::Bool(true)),
        "false" | "False" | "0" => Some(Value::Bool(false)),
        _ => None,
    }
}

fn is_integer(text: &str) -> bool {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}
