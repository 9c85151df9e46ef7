//! The documents that the sandbox serves, operation by operation: what calls are drawn from and
//! answers are held to. A new operation is fuzzed without a line here.

use sandbook::contract::{Contract, OperationContract};
use serde_json::Value;

use crate::house::House;

/// One provider's document, or the control room's.
pub struct Document {
    /// The provider; `sandbox` is the control room.
    pub provider: &'static str,
    /// The whole of it.
    pub root: Value,
}

/// One operation of one document.
pub struct Row {
    /// Which document.
    pub document: usize,
    /// Its `operationId`.
    pub id: &'static str,
    /// Its method, in capitals.
    pub method: &'static str,
    /// Its path, with parameters in braces.
    pub path: &'static str,
    /// What the document says of it.
    pub node: Value,
    /// Its parameters as (place, name, schema).
    pub parameters: Vec<(String, String, Value)>,
    /// The media types of its bodies, and the schema of the first.
    pub media: Vec<String>,
    /// The schema of a JSON body; `Null` where there is no body.
    pub body: Value,
    /// The bodies that the document gives as examples.
    pub examples: Vec<Value>,
}

impl Row {
    /// Whether the operation takes an idempotency key.
    pub fn takes_key(&self) -> bool {
        self.parameters.iter().any(|(_, name, _)| name == "Idempotency-Key")
    }
}

/// Every document with its operations.
pub struct Documents {
    /// The providers, in the order of the app, and then the control room.
    pub all: Vec<Document>,
    /// Every operation of all of them.
    pub rows: Vec<Row>,
}

impl Documents {
    /// The documents of the app and of the control room.
    pub fn read(house: &House) -> Self {
        let mut documents = Self { all: Vec::new(), rows: Vec::new() };
        for provider in &house.app.providers {
            let table = provider.operations.iter().map(|row| (row.id, row.method, row.path));
            documents.add(provider.name, provider.document, table);
        }
        let control = &house.room.control;
        let table = control.operations.iter().map(|row| (row.id, row.method, row.path));
        documents.add("sandbox", control.document, table);
        documents
    }

    fn add(
        &mut self,
        provider: &'static str,
        text: &str,
        table: impl Iterator<Item = (&'static str, &'static str, &'static str)>,
    ) {
        let root: Value = serde_json::from_str(text).expect("the build writes JSON");
        let document = self.all.len();
        for (id, method, path) in table {
            self.rows.push(row(document, &root, id, method, path));
        }
        self.all.push(Document { provider, root });
    }

    /// The operation of this id.
    pub fn row(&self, id: &str) -> Option<&Row> {
        self.rows.iter().find(|row| row.id == id)
    }

    /// What the document of an operation promises.
    pub fn contract<'h>(&self, house: &'h House, row: &Row) -> &'h OperationContract {
        let contract: &Contract = match house.app.providers.get(row.document) {
            Some(provider) => &provider.contract,
            None => &house.room.control.contract,
        };
        contract.operation(row.id).expect("every operation has a contract")
    }
}

fn row(
    document: usize,
    root: &Value,
    id: &'static str,
    method: &'static str,
    path: &'static str,
) -> Row {
    let item = &root["paths"][path];
    let node = item[method.to_lowercase()].clone();
    let own = node["parameters"].as_array().into_iter().flatten();
    let wide = item["parameters"].as_array().into_iter().flatten();
    let parameters = own.chain(wide).map(|parameter| {
        let parameter = resolved(root, parameter);
        let text = |key: &str| parameter[key].as_str().unwrap_or_default().to_owned();
        (text("in"), text("name"), parameter["schema"].clone())
    });
    let parameters = parameters.collect();
    let body = resolved(root, &node["requestBody"]);
    let content = body["content"].as_object();
    let media = content.map(|content| content.keys().cloned().collect()).unwrap_or_default();
    let json = &body["content"]["application/json"];
    let named = json["examples"].as_object().into_iter().flatten();
    let named = named.map(|(_, example)| resolved(root, example)["value"].clone());
    let examples = named.chain(json.get("example").cloned()).collect();
    let body = json["schema"].clone();
    Row { document, id, method, path, parameters, media, body, examples, node }
}

/// What stands at the end of a reference, or the value itself.
pub fn resolved<'d>(root: &'d Value, value: &'d Value) -> &'d Value {
    let mut value = value;
    while let Some(target) = value["$ref"].as_str() {
        value = root.pointer(target.trim_start_matches('#')).unwrap_or(&Value::Null);
    }
    value
}
