//! One file in, one value out: YAML or JSON, with no guess about what the author meant. A key that stands twice is
//! refused in both, because whichever of the two wins, the other was dropped without a word.

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::error::{Fault, SpecError};

/// A file and what it holds.
pub(super) struct Source {
    pub(super) file: PathBuf,
    pub(super) root: Value,
}

/// Loads every spec directly in `folder`, in name order, so that the outcome does not depend on the file system.
pub(super) fn folder(folder: &Path) -> Result<Vec<Source>, SpecError> {
    let unreadable = |problem: std::io::Error| Fault::new("", problem.to_string()).within(folder);
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let file = entry.map_err(unreadable)?.path();
        if is_spec(&file) {
            files.push(file);
        }
    }
    if files.is_empty() {
        return Err(
            Fault::new("", "there is no *.yaml, *.yml or *.json in this folder").within(folder)
        );
    }
    files.sort();
    files.iter().map(|file| load(file)).collect()
}

fn is_spec(file: &Path) -> bool {
    let extension = file.extension().and_then(|extension| extension.to_str());
    file.is_file() && matches!(extension, Some("yaml" | "yml" | "json"))
}

/// Loads one file: JSON when it is called so, else YAML.
pub(super) fn load(file: &Path) -> Result<Source, SpecError> {
    let text =
        fs::read_to_string(file).map_err(|error| Fault::new("", error.to_string()).within(file))?;
    parse(file, &text)
}

/// As [`load`], of a file that holds this text.
pub(super) fn parse(file: &Path, text: &str) -> Result<Source, SpecError> {
    let wrong = |problem: String| Fault::new("", problem).within(file);
    let root = if file.extension().is_some_and(|extension| extension == "json") {
        serde_json::from_str::<Unambiguous>(text).map_err(|error| wrong(error.to_string()))?.0
    } else {
        yaml(text).map_err(wrong)?
    };
    Ok(Source { file: file.to_owned(), root })
}

/// Scalars as YAML 1.2 reads them: the country code `NO` is text, and so is what only looks like a number.
fn yaml(text: &str) -> Result<Value, String> {
    let options = serde_saphyr::options! {
        strict_booleans: true,
        leading_zero_numbers_as_strings: true,
        underscored_numbers_as_strings: true,
        duplicate_keys: serde_saphyr::DuplicateKeyPolicy::Error,
        with_snippet: false
    };
    serde_saphyr::from_str_with_options(text, options).map_err(|error| error.to_string())
}

/// JSON in which no object holds one key twice; the `Value` of `serde_json` lets the last one win.
struct Unambiguous(Value);

impl<'de> Deserialize<'de> for Unambiguous {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(UnambiguousVisitor).map(Self)
    }
}

struct UnambiguousVisitor;

impl<'de> Visitor<'de> for UnambiguousVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some(key) = entries.next_key::<String>()? {
            if map.contains_key(&key) {
                return Err(A::Error::custom(format!("duplicate key `{key}`")));
            }
            map.insert(key, entries.next_value::<Unambiguous>()?.0);
        }
        Ok(Value::Object(map))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut array = Vec::new();
        while let Some(item) = items.next_element::<Unambiguous>()? {
            array.push(item.0);
        }
        Ok(Value::Array(array))
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }
}
