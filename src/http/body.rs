//! A request's body: its kind, its limit, and its parts.

use std::time::Duration;

use axum::body::{Body as HttpBody, HttpBody as _};
use axum::http::{HeaderMap, header};
use bytes::{Bytes, BytesMut};
use futures_util::StreamExt;
use tokio::time::timeout;

use crate::contract::{Body, BodyContract};
use crate::control;
use crate::operations::{BodyLoss, EmptyBody, Failure};

/// The most a body of a provider's operation may hold, in bytes.
pub(super) const LIMIT: usize = 1024 * 1024;

/// How long a body may stand still.
const STILL: Duration = Duration::from_secs(30);

/// How much of a body that is too large is still let in, see [`discard`].
const DRAIN: usize = 16 * LIMIT;

/// A body on its way in.
#[derive(Default)]
pub(super) struct Sent {
    /// What was not asked for yet.
    left: Option<HttpBody>,
    /// What came, as it came.
    pub(super) bytes: Bytes,
}

impl From<HttpBody> for Sent {
    fn from(body: HttpBody) -> Self {
        Self { left: Some(body), bytes: Bytes::new() }
    }
}

/// Why there is no body.
pub(super) enum Unread {
    /// It is of a kind that the operation does not take.
    Unsupported {
        /// What was sent, as it was sent.
        sent: String,
        /// What the document names.
        allowed: Vec<String>,
    },
    /// It holds more bytes than this.
    TooLarge(usize),
    /// It did not come whole.
    Lost(BodyLoss),
}

impl From<Unread> for Failure {
    fn from(unread: Unread) -> Self {
        match unread {
            Unread::Unsupported { sent, allowed } => Self::UnsupportedMediaType { sent, allowed },
            Unread::TooLarge(limit) => Self::BodyTooLarge { limit },
            Unread::Lost(loss) => Self::BodyLost(loss),
        }
    }
}

impl From<Unread> for control::Failure {
    fn from(unread: Unread) -> Self {
        match unread {
            Unread::Unsupported { sent, .. } => Self::UnsupportedMediaType { sent },
            Unread::TooLarge(limit) => Self::BodyTooLarge { limit },
            Unread::Lost(loss) => Self::BodyLost(loss),
        }
    }
}

const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";
const MULTIPART: &str = "multipart/form-data";

/// Reads the body that the operation asks for.
pub(super) async fn read(
    contract: &BodyContract,
    empty: EmptyBody,
    limit: usize,
    headers: &HeaderMap,
    sent_body: &mut Sent,
) -> Result<Body, Unread> {
    if let Some(body) = sent_body.left.take() {
        sent_body.bytes = whole(headers, limit, body).await?;
    }
    let bytes = sent_body.bytes.clone();
    let sent = headers.get(header::CONTENT_TYPE).map_or(Ok(""), |value| value.to_str());
    let sent = sent.unwrap_or("not text");
    let kind = sent.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    // An empty body has no kind: what is missing in it is said field by field.
    if bytes.is_empty() && (kind.is_empty() || kind == JSON || !contract.required()) {
        return Ok(match empty {
            EmptyBody::IsEmptyObject if contract.required() => {
                Body::Json(Bytes::from_static(b"{}"))
            }
            EmptyBody::IsEmptyObject | EmptyBody::IsNothing => Body::Absent,
        });
    }
    if !contract.media().contains(&kind) {
        let allowed = contract.media().to_vec();
        return Err(Unread::Unsupported { sent: sent.to_owned(), allowed });
    }
    match kind.as_str() {
        FORM => Ok(form(&bytes)),
        MULTIPART => multipart(sent, bytes).await,
        _ => Ok(Body::Json(bytes)),
    }
}

/// Lets a body that nobody asked for come and go, so that a client that writes before it reads gets
/// its answer instead of a broken connection.
pub(super) async fn discard(headers: &HeaderMap, sent: Sent) {
    if let Some(body) = sent.left
        && !body.is_end_stream()
    {
        let _nobody_asked = whole(headers, LIMIT, body).await;
    }
}

async fn whole(headers: &HeaderMap, limit: usize, body: HttpBody) -> Result<Bytes, Unread> {
    let too_large = || Unread::TooLarge(limit);
    let drain = limit.max(DRAIN);
    let stated = headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok());
    let stated = stated.and_then(|length| length.parse::<u64>().ok()).unwrap_or(0);
    let waits = headers.contains_key(header::EXPECT);
    if stated > limit as u64 && (waits || stated > drain as u64) {
        return Err(too_large());
    }
    // As long as it says: it is kept as it is, and what it does not fill it would hold all the same.
    let room = usize::try_from(stated).unwrap_or(limit).min(limit);
    let (mut bytes, mut seen) = (BytesMut::with_capacity(room), 0_usize);
    let mut stream = body.into_data_stream();
    // Of one that says that it is too large no more has to come to know that.
    let lost = |loss| if stated > limit as u64 { too_large() } else { Unread::Lost(loss) };
    while let Some(chunk) =
        timeout(STILL, stream.next()).await.map_err(|_| lost(BodyLoss::TimedOut))?
    {
        let chunk = chunk.map_err(|_| lost(BodyLoss::Broken))?;
        seen = seen.saturating_add(chunk.len());
        if seen > drain {
            break;
        }
        if seen <= limit {
            bytes.extend_from_slice(&chunk);
        }
    }
    if seen > limit {
        return Err(too_large());
    }
    // What grew by doubling would be held whole for as long as the journal holds the body.
    Ok(if bytes.capacity() > bytes.len() { Bytes::copy_from_slice(&bytes) } else { bytes.freeze() })
}

/// Pairs of a form. Its bytes are decoded as UTF-8; what is none is named.
fn form(bytes: &[u8]) -> Body {
    let mut pairs = Vec::new();
    for pair in bytes.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()) {
        let (name, value) = match pair.iter().position(|byte| *byte == b'=') {
            Some(equals) => (&pair[..equals], &pair[equals + 1..]),
            None => (pair, &pair[..0]),
        };
        let lossy = || {
            let mut parsed = form_urlencoded::parse(name);
            parsed.next().map_or_else(String::new, |(name, _)| name.into_owned())
        };
        match (form_text(name), form_text(value)) {
            (Some(name), Some(value)) => pairs.push((name, value)),
            _ => return Body::NotText { part: lossy() },
        }
    }
    Body::Flat(pairs)
}

fn form_text(encoded: &[u8]) -> Option<String> {
    let spaced: Vec<u8> =
        encoded.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect();
    let decoded = percent_encoding::percent_decode(&spaced);
    decoded.decode_utf8().ok().map(std::borrow::Cow::into_owned)
}

async fn multipart(content_type: &str, bytes: Bytes) -> Result<Body, Unread> {
    let unsupported = || Unread::Unsupported {
        sent: content_type.to_owned(),
        allowed: vec![format!("{MULTIPART}; boundary=…"), JSON.to_owned(), FORM.to_owned()],
    };
    let broken = |_| Unread::Lost(BodyLoss::Broken);
    let boundary = multer::parse_boundary(content_type).map_err(|_| unsupported())?;
    let once = futures_util::stream::once(async { Ok::<_, std::convert::Infallible>(bytes) });
    let mut multipart = multer::Multipart::new(once, boundary);
    let mut pairs = Vec::new();
    while let Some(field) = multipart.next_field().await.map_err(broken)? {
        let Some(name) = field.name().map(str::to_owned) else { continue };
        let value = field.bytes().await.map_err(broken)?;
        match String::from_utf8(value.to_vec()) {
            Ok(text) => pairs.push((name, text)),
            Err(_) => return Ok(Body::NotText { part: name }),
        }
    }
    Ok(Body::Flat(pairs))
}
