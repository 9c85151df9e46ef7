//! Several files that describe one API to one document. Two files may repeat each other word for word, which is how
//! providers publish fragments; they may not contradict each other.

use serde_json::{Map, Value, json};

use super::{
    error::{Fault, SpecError},
    pointer::join,
    source::Source,
};

/// The HTTP methods that a path item may have, as `OpenAPI` 3.0 spells them.
pub(super) const METHODS: &[&str] =
    &["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/// The keys that the root of a document may have.
const ROOT: &[&str] =
    &["openapi", "info", "servers", "paths", "components", "security", "tags", "externalDocs"];

/// Merges `sources` in their order. The first says `info`, `servers`, `security` and `externalDocs`; paths, methods
/// under one path, components and tags are the union of all.
pub(super) fn merge(sources: &[Source]) -> Result<Value, SpecError> {
    let mut merged = Map::new();
    for (index, source) in sources.iter().enumerate() {
        let root = shape(source)?;
        let mut join = Joining { into: &mut merged, earlier: &sources[..index], source };
        join.all(root)?;
    }
    Ok(Value::Object(merged))
}

/// The root of a file, once it is sure that the parts which get merged have the shape for it.
fn shape(source: &Source) -> Result<&Map<String, Value>, SpecError> {
    let wrong = |at: &str, problem: &str| Fault::new(at, problem).within(&source.file);
    let root = source.root.as_object().ok_or_else(|| wrong("", "is no object"))?;
    if let Some(key) =
        root.keys().find(|key| !ROOT.contains(&key.as_str()) && !key.starts_with("x-"))
    {
        return Err(wrong(&join("", key), "is no part of an OpenAPI document"));
    }
    for key in ["info", "paths"] {
        if !root.get(key).is_some_and(Value::is_object) {
            return Err(wrong("", &format!("has no `{key}` that is an object")));
        }
    }
    for key in ["paths", "components"] {
        for (name, value) in root.get(key).and_then(Value::as_object).into_iter().flatten() {
            if !value.is_object() && !name.starts_with("x-") {
                return Err(wrong(&join(&format!("/{key}"), name), "is no object"));
            }
        }
    }
    Ok(root)
}

/// One file on its way into the document.
struct Joining<'a> {
    into: &'a mut Map<String, Value>,
    earlier: &'a [Source],
    source: &'a Source,
}

impl Joining<'_> {
    fn all(&mut self, root: &Map<String, Value>) -> Result<(), SpecError> {
        if self.earlier.is_empty() {
            self.into.clone_from(root);
            return Ok(());
        }
        for (key, value) in root {
            match key.as_str() {
                "openapi" | "info" | "externalDocs" | "servers" | "security" => {}
                "tags" => self.tags(value)?,
                "paths" => self.paths(&self.spelled_out(root))?,
                "components" => self.components(value)?,
                _ => self.same(&[], key, value)?,
            }
        }
        Ok(())
    }

    fn components(&mut self, components: &Value) -> Result<(), SpecError> {
        for (section, named) in components.as_object().into_iter().flatten() {
            for (name, value) in named.as_object().into_iter().flatten() {
                self.same(&["components", section], name, value)?;
            }
        }
        Ok(())
    }

    fn paths(&mut self, paths: &Value) -> Result<(), SpecError> {
        for (path, item) in paths.as_object().into_iter().flatten() {
            let at = join("/paths", path);
            let known = self.into.get("paths").and_then(|paths| paths.get(path));
            if let Some(known) = known.cloned() {
                self.path_wide(&at, &known, item)?;
            }
            for (key, value) in item.as_object().into_iter().flatten() {
                let at = join(&at, key);
                if METHODS.contains(&key.as_str()) && self.first_with(&at).is_some() {
                    return Err(self.against(at, "is described a second time, after"));
                }
                self.same(&["paths", path], key, value)?;
            }
        }
        Ok(())
    }

    /// What a path item says for all its methods may not reach the methods of another file that never said it.
    fn path_wide(&self, at: &str, known: &Value, item: &Value) -> Result<(), SpecError> {
        let differs = |key: &&str| known.get(key) != item.get(key);
        match ["parameters", "servers"].iter().find(|key| differs(key)) {
            Some(key) => Err(self.against(join(at, key), "must equal, or be absent like, that of")),
            None => Ok(()),
        }
    }

    fn tags(&mut self, tags: &Value) -> Result<(), SpecError> {
        for (index, tag) in tags.as_array().into_iter().flatten().enumerate() {
            let known = self.into.entry("tags").or_insert_with(|| json!([]));
            let Some(known) = known.as_array_mut() else { continue };
            match known.iter().find(|known| known["name"] == tag["name"]) {
                None => known.push(tag.clone()),
                Some(known) if known == tag => {}
                Some(_) => {
                    let problem =
                        format!("tag {} differs from the one of that name in", tag["name"]);
                    return Err(self.against(join("/tags", index), &problem));
                }
            }
        }
        Ok(())
    }

    /// Puts `value` under `key` below `parents`, where the same may stand already.
    fn same(&mut self, parents: &[&str], key: &str, value: &Value) -> Result<(), SpecError> {
        let mut into = &mut *self.into;
        let mut at = String::new();
        for parent in parents {
            at = join(&at, parent);
            let next = into.entry(*parent).or_insert_with(|| json!({}));
            into = next.as_object_mut().ok_or_else(|| {
                Fault::new(&at, "is no object in an earlier file").within(&self.source.file)
            })?;
        }
        match into.get(key) {
            Some(known) if known != value => {
                Err(self.against(join(&at, key), "differs from what stands there in"))
            }
            Some(_) => Ok(()),
            None => {
                into.insert(key.to_owned(), value.clone());
                Ok(())
            }
        }
    }

    /// The paths of this file. What it says for all its operations, and the first file says otherwise, is written
    /// into each of them: the document has one root, and the operations must keep what was said about them.
    fn spelled_out(&self, root: &Map<String, Value>) -> Value {
        let mut paths = root["paths"].clone();
        let open = json!([]);
        let security = root.get("security").unwrap_or(&open);
        let securing = security != self.into.get("security").unwrap_or(&open);
        let servers = root.get("servers").filter(|servers| **servers != open);
        let serving = servers.filter(|servers| Some(*servers) != self.into.get("servers"));
        for item in paths.as_object_mut().into_iter().flat_map(Map::values_mut) {
            let own_servers = item.get("servers").is_some();
            for method in METHODS {
                let Some(operation) = item.get_mut(method).and_then(Value::as_object_mut) else {
                    continue;
                };
                if securing {
                    operation.entry("security").or_insert_with(|| security.clone());
                }
                if let Some(servers) = serving.filter(|_| !own_servers) {
                    operation.entry("servers").or_insert_with(|| servers.clone());
                }
            }
        }
        paths
    }

    /// This file against the earlier one that holds the same place.
    fn against(&self, pointer: String, problem: &str) -> SpecError {
        let other = self.first_with(&pointer).or(self.earlier.first());
        let other = other.map(|source| source.file.display().to_string()).unwrap_or_default();
        Fault::new(pointer, format!("{problem} {other}")).within(&self.source.file)
    }

    fn first_with(&self, pointer: &str) -> Option<&Source> {
        self.earlier.iter().find(|source| source.root.pointer(pointer).is_some())
    }
}
