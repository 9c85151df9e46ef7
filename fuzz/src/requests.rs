//! Whole HTTP calls, drawn: an operation of a document with a caller, ids, a query, headers and a
//! body, or something that no document has.

use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Request};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use libfuzzer_sys::arbitrary::{Result, Unstructured};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;
use uuid::Uuid;

use crate::documents::{Documents, Row};
use crate::drawing::{Drawer, junk};
use crate::house::House;
use crate::pool::{ODD, Pool};

/// The partner of the fixtures' first two businesses.
pub const PARTNER: &str = "2b80c3cc-0c33-4a40-8777-7cc14625941a";
/// The first business, and the one of Day Zero.
const BUSINESSES: [&str; 2] =
    ["3c90c3cc-0d44-4b50-8888-8dd25736052a", "019ab37c-b051-7000-8000-000000000001"];

/// A call, ready to be made as often as one likes.
#[derive(Debug, Clone)]
pub struct Call {
    /// The operation by its place among the rows; `None` where no document has it.
    pub row: Option<usize>,
    /// The method.
    pub method: Method,
    /// The path and the query.
    pub target: String,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Vec<u8>,
}

impl Call {
    /// As HTTP; `None` where the target is none.
    pub fn request(&self) -> Option<Request<Body>> {
        let request = Request::builder().method(self.method.clone()).uri(&self.target);
        let mut request = request.body(Body::from(self.body.clone())).ok()?;
        *request.headers_mut() = self.headers.clone();
        Some(request)
    }

    /// Whether it asks for another answer than the true one.
    pub fn asks_the_sandbox(&self) -> bool {
        self.headers.contains_key("prefer") || holds(&self.body, b"sandbox:")
    }

    /// As a line of a shell, about.
    pub fn line(&self) -> String {
        let headers = self.headers.iter().map(|(name, value)| {
            format!(" -H '{name}: {}'", String::from_utf8_lossy(value.as_bytes()).escape_debug())
        });
        let body = String::from_utf8_lossy(&self.body);
        let body =
            if body.is_empty() { String::new() } else { format!(" -d '{}'", body.escape_debug()) };
        format!("{} '{}'{}{body}", self.method, self.target, headers.collect::<String>())
    }

    fn set(&mut self, name: &'static str, value: &str) {
        if let Ok(value) = HeaderValue::from_bytes(value.as_bytes()) {
            self.headers.insert(HeaderName::from_static(name), value);
        }
    }
}

fn holds(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window.eq_ignore_ascii_case(part))
}

/// Draws calls.
pub struct Caller<'d> {
    /// Who answers.
    pub house: &'d House,
    /// The documents.
    pub documents: &'d Documents,
    /// Ids.
    pub pool: Pool,
}

impl Caller<'_> {
    /// A call of one of these operations.
    pub fn draw(&self, u: &mut Unstructured<'_>, rows: &[usize]) -> Result<Call> {
        let row = *u.choose(rows)?;
        let it = &self.documents.rows[row];
        let method = it.method.parse().expect("the table has methods");
        let mut call = Call {
            row: Some(row),
            method,
            target: String::new(),
            headers: HeaderMap::new(),
            body: Vec::new(),
        };
        let path = self.path(u, it)?;
        if path.contains("//") || (path.ends_with('/') && !it.path.ends_with('/')) {
            // An id that is empty leads elsewhere.
            call.row = None;
        }
        call.target = format!("{path}{}", self.query(u, it)?);
        self.prove(u, it, &path, &mut call)?;
        if it.takes_key() && u.ratio(1, 3)? {
            call.set("idempotency-key", u.choose(&["k1", "k2", "", "é", "true"])?);
        }
        if !it.media.is_empty() {
            self.body(u, it, &mut call)?;
        }
        if u.ratio(1, 16)? {
            self.odd(u, &mut call)?;
        }
        Ok(call)
    }

    fn path(&self, u: &mut Unstructured<'_>, row: &Row) -> Result<String> {
        let parts = row.path.split('/').map(|part| {
            let Some(name) = part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) else {
                return Ok(part.to_owned());
            };
            if name == "business_id" && !u.ratio(1, 12)? {
                return Ok(BUSINESSES[0].to_owned());
            }
            let value = match (row.document, name) {
                (2, "id") => u.int_in_range(0..=3)?.to_string(),
                (2, "name" | "world") => {
                    (*u.choose(&["default", "a", "b", "no world"])?).to_owned()
                }
                (2, "request_id") => (*u.choose(&["r0", "r1"])?).to_owned(),
                _ => self.pool.id(u, name)?,
            };
            Ok(utf8_percent_encode(&value, NON_ALPHANUMERIC).to_string())
        });
        Ok(parts.collect::<Result<Vec<_>>>()?.join("/"))
    }

    fn query(&self, u: &mut Unstructured<'_>, row: &Row) -> Result<String> {
        let known: Vec<_> = row.parameters.iter().filter(|(place, ..)| place == "query").collect();
        if known.is_empty() && !u.ratio(1, 16)? {
            return Ok(String::new());
        }
        let drawer = Drawer { root: &self.documents.all[row.document].root, pool: &self.pool };
        let mut query = form_urlencoded::Serializer::new(String::new());
        for _ in 0..u.int_in_range(0..=3)? {
            let Some((_, name, schema)) = known.get(u.choose_index(known.len().max(1))?) else {
                query.append_pair(u.choose(ODD)?, u.choose(ODD)?);
                continue;
            };
            query.append_pair(name, &text(&drawer.value(u, schema, name, 4)?));
        }
        let query = query.finish();
        Ok(if query.is_empty() { query } else { format!("?{query}") })
    }

    /// The credentials that the operation asks for, or now and then others.
    fn prove(
        &self,
        u: &mut Unstructured<'_>,
        row: &Row,
        path: &str,
        call: &mut Call,
    ) -> Result<()> {
        let partner = Uuid::parse_str(PARTNER).expect("a UUID");
        let business = Uuid::parse_str(BUSINESSES[0]).expect("a UUID");
        let basic = |pair: &str| format!("Basic {}", BASE64_STANDARD.encode(pair));
        let bearer = |token: &str| format!("Bearer {token}");
        let which = u.int_in_range(0..=31)?;
        let proof = match (which, row.document) {
            (1, _) => String::new(),
            (2, _) => bearer(&self.house.token(Uuid::from_u128(9), None)),
            (3, _) => bearer("dz_sandbox_guest"),
            (4, _) => basic(&format!("{PARTNER}:wrong")),
            (5, _) => bearer(u.choose(ODD)?),
            (6, 0) => bearer(&self.house.token(partner, Some(business))),
            (_, 0) if path.ends_with("/platform/oauth2/token/") => {
                basic(&format!("{PARTNER}:sandbox-api-key"))
            }
            (_, 0) => bearer(&self.house.token(partner, None)),
            (_, 1) => bearer("dz_sandbox_default"),
            _ => String::new(),
        };
        if !proof.is_empty() {
            call.set("authorization", &proof);
        }
        if row.document == 1 {
            let named = if u.ratio(1, 24)? {
                self.pool.id(u, "business_id")?
            } else {
                BUSINESSES[1].to_owned()
            };
            call.set("x-business-id", &named);
        }
        Ok(())
    }

    fn body(&self, u: &mut Unstructured<'_>, row: &Row, call: &mut Call) -> Result<()> {
        let drawer = Drawer { root: &self.documents.all[row.document].root, pool: &self.pool };
        let mut value = match row.examples.get(u.choose_index(row.examples.len().max(1))?) {
            Some(example) if u.ratio(1, 4)? => example.clone(),
            _ => drawer.value(u, &row.body, "", 0)?,
        };
        // One field of it as nobody meant it.
        if u.ratio(1, 8)?
            && let Some(fields) = value.as_object_mut()
            && !fields.is_empty()
        {
            let at = u.choose_index(fields.len())?;
            let name = fields.keys().nth(at).cloned().unwrap_or_default();
            fields.insert(name, junk(u)?);
        }
        let flat = row.media.len() > 1;
        match u.int_in_range(0..=15)? {
            0 if flat => {
                let pairs = pairs(&value);
                call.body = form_urlencoded::Serializer::new(String::new())
                    .extend_pairs(&pairs)
                    .finish()
                    .into_bytes();
                call.set("content-type", "application/x-www-form-urlencoded");
            }
            1 if flat => {
                call.body = multipart(&pairs(&value), "b");
                call.set("content-type", "multipart/form-data; boundary=b");
            }
            2 => {
                let length = u.int_in_range(0..=24)?;
                call.body = u.bytes(u.len().min(length))?.to_vec();
                call.set("content-type", u.choose(&["application/json", "text/plain", ""])?);
            }
            _ => {
                call.body = value.to_string().into_bytes();
                call.set("content-type", "application/json");
            }
        }
        Ok(())
    }

    /// Something that the document does not have.
    fn odd(&self, u: &mut Unstructured<'_>, call: &mut Call) -> Result<()> {
        match u.int_in_range(0..=7)? {
            0 => call.set(
                "prefer",
                u.choose(&["code=409", "code=500", "delay=60s", "example=a, code=404", "code=x"])?,
            ),
            1 => call.set("content-length", u.choose(ODD)?),
            2 => call.set("x-request-id", u.choose(ODD)?),
            3 => call.set("expect", "100-continue"),
            4 => {
                call.row = None;
                call.method =
                    u.choose(&[Method::OPTIONS, Method::HEAD, Method::TRACE, Method::PUT])?.clone();
            }
            5 => {
                call.row = None;
                call.target
                    .push_str(&utf8_percent_encode(u.choose(ODD)?, NON_ALPHANUMERIC).to_string());
            }
            6 => call.set("origin", "http://elsewhere.example"),
            _ => {
                let value = HeaderValue::from_bytes(u.bytes(u.len().min(6))?);
                value.into_iter().for_each(|value| drop(call.headers.insert("prefer", value)));
            }
        }
        Ok(())
    }
}

/// A value as a text of a query or a form.
pub fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => value.to_string(),
    }
}

/// A value as the pairs of a form, with the names that `a[0][b]` has.
pub fn pairs(value: &Value) -> Vec<(String, String)> {
    fn add(name: String, value: &Value, pairs: &mut Vec<(String, String)>) {
        match value {
            Value::Object(fields) if !fields.is_empty() => {
                for (field, value) in fields {
                    let name =
                        if name.is_empty() { field.clone() } else { format!("{name}[{field}]") };
                    add(name, value, pairs);
                }
            }
            Value::Array(items) if !items.is_empty() => {
                for (index, value) in items.iter().enumerate() {
                    add(format!("{name}[{index}]"), value, pairs);
                }
            }
            other => pairs.push((name, text(other))),
        }
    }
    let mut pairs_of_it = Vec::new();
    add(String::new(), value, &mut pairs_of_it);
    pairs_of_it
}

/// Pairs as a multipart body with this boundary.
pub fn multipart(pairs: &[(String, String)], boundary: &str) -> Vec<u8> {
    let mut body = String::new();
    for (name, value) in pairs {
        body.push_str(&format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
        ));
    }
    body.push_str(&format!("--{boundary}--\r\n"));
    body.into_bytes()
}
