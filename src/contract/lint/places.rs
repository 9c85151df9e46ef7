//! The places of a document that rules look at: schemas, what carries examples, operations,
//! references. Found once, each with its JSON pointer; judged elsewhere.

use serde_json::{Map, Value};

use crate::contract::pointer::below;

/// More references in a row than any document has: they go round in a circle.
const MOST_HOPS: usize = 64;

const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/// A value of the document and where it stands.
#[derive(Debug, Clone)]
pub(super) struct Spot<'d> {
    pub(super) pointer: String,
    pub(super) value: &'d Value,
}

/// An operation, with the parameters of its path and its own, references followed.
#[derive(Debug)]
pub(super) struct Operation<'d> {
    pub(super) at: Spot<'d>,
    pub(super) path: &'d str,
    pub(super) parameters: Vec<Spot<'d>>,
}

/// All places of one document, in its order.
#[derive(Debug)]
pub(super) struct Places<'d> {
    pub(super) root: &'d Value,
    /// Every schema, also as a part of another one, and also where it is a reference.
    pub(super) schemas: Vec<Spot<'d>>,
    /// What has a schema and examples of it: parameters, headers, media types.
    pub(super) carriers: Vec<Spot<'d>>,
    /// The media types of bodies.
    pub(super) media: Vec<Spot<'d>>,
    pub(super) operations: Vec<Operation<'d>>,
    /// Every reference: its own place, and where it leads.
    pub(super) references: Vec<(String, &'d str)>,
}

impl<'d> Spot<'d> {
    /// The child under `key`.
    pub(super) fn get(&self, key: &str) -> Option<Self> {
        let value = self.value.get(key)?;
        Some(Self { pointer: below(&self.pointer, key), value })
    }

    /// The children under `key`, of an object by their names and of a list by their numbers.
    pub(super) fn each(&self, key: &str) -> Vec<(String, Self)> {
        let Some(parent) = self.get(key) else { return Vec::new() };
        let named: Vec<(String, &'d Value)> = match parent.value {
            Value::Object(fields) => fields.iter().map(|(name, it)| (name.clone(), it)).collect(),
            Value::Array(items) => {
                items.iter().enumerate().map(|(n, it)| (n.to_string(), it)).collect()
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Vec::new(),
        };
        let spot = |(name, value): (String, &'d Value)| {
            let pointer = below(&parent.pointer, &name);
            (name, Self { pointer, value })
        };
        named.into_iter().map(spot).collect()
    }

    pub(super) fn text(&self, key: &str) -> &'d str {
        self.value.get(key).and_then(Value::as_str).unwrap_or_default()
    }

    pub(super) fn flag(&self, key: &str) -> bool {
        self.value.get(key) == Some(&Value::Bool(true))
    }

    /// The names in a list of names.
    pub(super) fn names(&self, key: &str) -> Vec<&'d str> {
        let list = self.value.get(key).and_then(Value::as_array);
        list.into_iter().flatten().filter_map(Value::as_str).collect()
    }
}

impl<'d> Places<'d> {
    pub(super) fn of(root: &'d Value) -> Self {
        let mut places = Self {
            root,
            schemas: Vec::new(),
            carriers: Vec::new(),
            media: Vec::new(),
            operations: Vec::new(),
            references: Vec::new(),
        };
        let document = Spot { pointer: String::new(), value: root };
        for (path, item) in document.each("paths") {
            let path = root["paths"].as_object().and_then(|paths| paths.get_key_value(&path));
            if let Some((path, _)) = path.filter(|(path, _)| !path.starts_with("x-")) {
                places.path(path, &item);
            }
        }
        if let Some(components) = document.get("components") {
            places.components(&components);
        }
        places
    }

    /// Where a value stands once its references are followed; none where they lead nowhere.
    pub(super) fn resolve(&self, spot: Spot<'d>) -> Option<Spot<'d>> {
        let mut spot = spot;
        for _ in 0..MOST_HOPS {
            let Some(target) = spot.value.get("$ref").and_then(Value::as_str) else {
                return Some(spot);
            };
            let pointer = target.strip_prefix('#')?;
            let value = self.root.pointer(pointer)?;
            spot = Spot { pointer: pointer.to_owned(), value };
        }
        None
    }

    /// What a schema says, its references followed and its `allOf` taken together. Of two that say
    /// the same keyword the outer one counts.
    pub(super) fn whole(&self, schema: &Spot<'d>) -> Map<String, Value> {
        self.whole_within(schema, 0)
    }

    fn whole_within(&self, schema: &Spot<'d>, depth: usize) -> Map<String, Value> {
        let Some(schema) = self.resolve(schema.clone()).filter(|_| depth < MOST_HOPS) else {
            return Map::new();
        };
        let mut whole = schema.value.as_object().cloned().unwrap_or_default();
        for (_, part) in schema.each("allOf") {
            for (key, value) in self.whole_within(&part, depth + 1) {
                whole.entry(key).or_insert(value);
            }
        }
        whole
    }

    fn path(&mut self, path: &'d str, item: &Spot<'d>) {
        let shared: Vec<_> = item.each("parameters").into_iter().map(|(_, it)| it).collect();
        for parameter in &shared {
            self.carrier(parameter);
        }
        for at in METHODS.iter().filter_map(|method| item.get(method)) {
            let own: Vec<_> = at.each("parameters").into_iter().map(|(_, it)| it).collect();
            for parameter in &own {
                self.carrier(parameter);
            }
            if let Some(body) = at.get("requestBody") {
                self.body(&body);
            }
            for (_, response) in at.each("responses") {
                self.body(&response);
            }
            let listed = shared.iter().cloned().chain(own);
            let parameters = listed.filter_map(|it| self.resolve(it)).collect();
            self.operations.push(Operation { at, path, parameters });
        }
    }

    fn components(&mut self, components: &Spot<'d>) {
        for (_, schema) in components.each("schemas") {
            self.schema(&schema);
        }
        for (_, carrier) in ["parameters", "headers"].iter().flat_map(|key| components.each(key)) {
            self.carrier(&carrier);
        }
        for (_, body) in ["requestBodies", "responses"].iter().flat_map(|key| components.each(key))
        {
            self.body(&body);
        }
    }

    /// A request body or a response.
    fn body(&mut self, body: &Spot<'d>) {
        if self.refers(body) {
            return;
        }
        for (_, header) in body.each("headers") {
            self.carrier(&header);
        }
        for (_, media) in body.each("content") {
            self.media.push(media.clone());
            self.carrier(&media);
        }
    }

    fn carrier(&mut self, carrier: &Spot<'d>) {
        if self.refers(carrier) {
            return;
        }
        if let Some(schema) = carrier.get("schema") {
            self.schema(&schema);
        }
        for (_, example) in carrier.each("examples") {
            self.refers(&example);
        }
        self.carriers.push(carrier.clone());
    }

    fn schema(&mut self, schema: &Spot<'d>) {
        self.schemas.push(schema.clone());
        if self.refers(schema) {
            return;
        }
        let listed = ["properties", "allOf", "anyOf", "oneOf"];
        for (_, part) in listed.iter().flat_map(|key| schema.each(key)) {
            self.schema(&part);
        }
        for key in ["items", "additionalProperties", "not"] {
            if let Some(part) = schema.get(key).filter(|part| part.value.is_object()) {
                self.schema(&part);
            }
        }
    }

    /// Whether it is a reference, which is noted.
    fn refers(&mut self, spot: &Spot<'d>) -> bool {
        let target = spot.value.get("$ref").and_then(Value::as_str);
        self.references.extend(target.map(|target| (below(&spot.pointer, "$ref"), target)));
        target.is_some()
    }
}
