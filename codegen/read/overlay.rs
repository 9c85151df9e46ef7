//! `OpenAPI` Overlay 1.0.0: the corrections to a document, one action each.
//! <https://spec.openapis.org/overlay/v1.0.0.html>
//!
//! Stricter than the specification in three ways, so that a correction cannot rot unseen: each action says why
//! (`description`), selects something, and changes something. Looser in none.

use serde_json::{Map, Value};
use serde_json_path::JsonPath;

use super::{
    error::{Fault, SpecError},
    pointer::join,
    source::Source,
};

/// Applies every action of `overlay` to `root`, from first to last.
pub(super) fn apply(overlay: &Source, root: &mut Value) -> Result<(), SpecError> {
    actions(&overlay.root)
        .and_then(|actions| actions.iter().try_for_each(|action| action.apply(root)))
        .map_err(|fault| fault.within(&overlay.file))
}

/// One correction.
struct Action {
    /// Where the action stands in the overlay.
    at: String,
    target: JsonPath,
    change: Change,
}

enum Change {
    /// Merge this into every selected object, append it to every selected array.
    Update(Value),
    /// Take every selected node out of its parent.
    Remove,
}

fn actions(overlay: &Value) -> Result<Vec<Action>, Fault> {
    let root = object(overlay, "", &["overlay", "info", "extends", "actions"])?;
    if root.get("overlay").and_then(Value::as_str) != Some("1.0.0") {
        return Err(Fault::new("/overlay", "must be 1.0.0, the only version that is read"));
    }
    let info = object(root.get("info").unwrap_or(&Value::Null), "/info", &["title", "version"])?;
    text(info, "/info", "title")?;
    text(info, "/info", "version")?;
    let actions = root.get("actions").and_then(Value::as_array).filter(|list| !list.is_empty());
    let actions = actions.ok_or_else(|| Fault::new("/actions", "must be a list of actions"))?;
    actions
        .iter()
        .enumerate()
        .map(|(n, action)| Action::read(action, join("/actions", n)))
        .collect()
}

impl Action {
    fn read(value: &Value, at: String) -> Result<Self, Fault> {
        let action = object(value, &at, &["target", "description", "update", "remove"])?;
        text(action, &at, "description")?;
        let target = JsonPath::parse(text(action, &at, "target")?).map_err(|error| {
            Fault::new(join(&at, "target"), format!("is no RFC 9535 query: {error}"))
        })?;
        let change = match (action.get("update"), action.get("remove")) {
            (Some(update), None) => Change::Update(update.clone()),
            (None, Some(Value::Bool(true))) => Change::Remove,
            _ => return Err(Fault::new(at, "must have either `update` or `remove: true`")),
        };
        Ok(Self { at, target, change })
    }

    fn apply(&self, root: &mut Value) -> Result<(), Fault> {
        let mut places: Vec<Vec<Step>> = Vec::new();
        for location in self.target.query_located(root).dedup().locations() {
            places.push(location.iter().map(Step::from).collect());
        }
        if places.is_empty() {
            let problem = format!("`{}` selects nothing in the document", self.target);
            return Err(Fault::new(&self.at, problem));
        }
        let before = root.clone();
        // From the last to the first, so that taking one item out of a list does not move the next.
        for place in places.iter().rev() {
            match &self.change {
                Change::Update(update) => self.update(root, place, update)?,
                Change::Remove => self.remove(root, place)?,
            }
        }
        if *root == before {
            return Err(Fault::new(&self.at, "changes nothing: the document says so already"));
        }
        Ok(())
    }

    fn update(&self, root: &mut Value, place: &[Step], update: &Value) -> Result<(), Fault> {
        let fits = match (node(root, place), update) {
            (Some(Value::Array(items)), entry) => {
                items.push(entry.clone());
                true
            }
            (Some(node @ Value::Object(_)), Value::Object(_)) => merge(node, update),
            _ => false,
        };
        let problem = "an object takes an object, a list one entry, and nothing else can be updated; \
                       to replace a list or an object, remove it first";
        if fits { Ok(()) } else { Err(Fault::new(join(&self.at, "update"), problem)) }
    }

    fn remove(&self, root: &mut Value, place: &[Step]) -> Result<(), Fault> {
        let Some((last, parent)) = place.split_last() else {
            return Err(Fault::new(&self.at, "would remove the whole document"));
        };
        match (node(root, parent), last) {
            (Some(Value::Object(map)), Step::Key(key)) => drop(map.shift_remove(key)),
            (Some(Value::Array(items)), Step::Index(index)) => drop(items.remove(*index)),
            _ => {} // gone already, with a parent that the same query selects
        }
        Ok(())
    }
}

/// Merges `update` into `into`: objects key by key, lists by appending, anything else by replacing. False where a
/// list or an object would give way to something of another kind, which is more likely a slip than a wish.
fn merge(into: &mut Value, update: &Value) -> bool {
    match (into, update) {
        (Value::Object(map), Value::Object(update)) => update.iter().all(|(key, update)| {
            if let Some(known) = map.get_mut(key) {
                return merge(known, update);
            }
            map.insert(key.clone(), update.clone());
            true
        }),
        (Value::Array(items), Value::Array(update)) => {
            items.extend(update.iter().cloned());
            true
        }
        (Value::Object(_) | Value::Array(_), _) => false,
        (into, update) => {
            into.clone_from(update);
            true
        }
    }
}

/// One step of a location, kept apart from the document so that the document can be changed.
enum Step {
    Key(String),
    Index(usize),
}

impl From<&serde_json_path::PathElement<'_>> for Step {
    fn from(element: &serde_json_path::PathElement<'_>) -> Self {
        match element {
            serde_json_path::PathElement::Name(key) => Self::Key((*key).to_owned()),
            serde_json_path::PathElement::Index(index) => Self::Index(*index),
        }
    }
}

fn node<'a>(root: &'a mut Value, place: &[Step]) -> Option<&'a mut Value> {
    place.iter().try_fold(root, |value, step| match step {
        Step::Key(key) => value.get_mut(key),
        Step::Index(index) => value.get_mut(index),
    })
}

fn object<'a>(value: &'a Value, at: &str, known: &[&str]) -> Result<&'a Map<String, Value>, Fault> {
    let map = value.as_object().ok_or_else(|| Fault::new(at, "must be an object"))?;
    match map.keys().find(|key| !known.contains(&key.as_str()) && !key.starts_with("x-")) {
        Some(key) => {
            Err(Fault::new(join(at, key), format!("is unknown; known: {}", known.join(", "))))
        }
        None => Ok(map),
    }
}

fn text<'a>(map: &'a Map<String, Value>, at: &str, key: &str) -> Result<&'a str, Fault> {
    let text = map.get(key).and_then(Value::as_str).filter(|text| !text.trim().is_empty());
    text.ok_or_else(|| Fault::new(join(at, key), "must be a text, and not an empty one"))
}
