//! Who calls, and about which business of which world (BEHAVIOUR 2, 6 and 8).

use std::sync::Arc;

use axum::http::{HeaderMap, header};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use uuid::Uuid;

use super::App;
use crate::domain::BusinessId;
use crate::operations::{Caller, Failure, Forbidden, Resource, Scheme, Unauthenticated};
use crate::state::{BadToken, Standing, World};

/// A caller who was let in.
pub(super) struct Entry {
    pub(super) caller: Caller,
    pub(super) world: Arc<World>,
    /// Whether the world had been given up and begins anew with this call.
    pub(super) recreated: bool,
}

/// Lets a caller in, or says why not.
pub(super) fn enter(
    scheme: Scheme,
    app: &App,
    security: &[&str],
    headers: &HeaderMap,
    path: &[(String, String)],
) -> Result<Entry, Failure> {
    match scheme {
        Scheme::Thredfi => thredfi(app, security, headers, path),
        Scheme::DayZero => dayzero(app, headers),
    }
}

fn thredfi(
    app: &App,
    security: &[&str],
    headers: &HeaderMap,
    path: &[(String, String)],
) -> Result<Entry, Failure> {
    // Every data operation names Basic among its schemes; the scheme's own text limits it to the
    // token operation, which names nothing else.
    if security == ["BasicAuth"] {
        let (partner, standing) = basic(app, headers)?;
        return Ok(opened(app, &standing, partner.to_string()));
    }
    let token = bearer(headers)?;
    // Expiry is told by the clock of the world that the token belongs to, so its signature is
    // checked first: an unproved name must not make a world.
    let claims = app.tokens.claims(token).map_err(bad)?;
    let partner = claims.custom.partner_id.unwrap_or(claims.custom.sub);
    let forged = || bad(BadToken::Forged);
    let standing = app.store.directory().partner(partner).ok_or_else(forged)?;
    let mut entry = opened(app, &standing, partner.to_string());
    claims.good_at(entry.world.clock().now()).map_err(bad)?;
    let asked = path.iter().find(|(name, _)| name == "business_id").map(|(_, value)| value);
    let Some(asked) = asked else { return Ok(entry) };
    let asked = Uuid::parse_str(asked).ok();
    if let Some(scoped) = claims.custom.business_id {
        if !security.iter().any(|scheme| BUSINESS_SCHEMES.contains(scheme)) {
            return Err(Failure::Forbidden(Forbidden::ScopedTokenMints));
        }
        if asked != Some(scoped) {
            return Err(Failure::Forbidden(Forbidden::OtherBusiness));
        }
    }
    entry.caller.business = Some(reachable(&entry.world, &standing, asked)?);
    Ok(entry)
}

/// The schemes of an operation that takes a token scoped to a business.
const BUSINESS_SCHEMES: [&str; 2] = ["BusinessScopedJWT", "BearerBusinessScoped"];

fn dayzero(app: &App, headers: &HeaderMap) -> Result<Entry, Failure> {
    let token = bearer(headers)?;
    let bad = || Failure::Unauthenticated(Unauthenticated::BadCredentials);
    let standing = app.store.directory().token(token).ok_or_else(bad)?;
    let mut entry = opened(app, &standing, token.to_owned());
    let named = headers.get("x-business-id").filter(|value| !value.is_empty());
    let named = named.ok_or(Failure::BusinessNotNamed)?;
    let asked = named.to_str().ok().and_then(|text| Uuid::parse_str(text.trim()).ok());
    entry.caller.business = Some(reachable(&entry.world, &standing, asked)?);
    Ok(entry)
}

fn opened(app: &App, standing: &Standing, name: String) -> Entry {
    let opened = app.store.open(&standing.world);
    let caller = Caller { name, business: None };
    Entry { caller, world: opened.world, recreated: opened.recreated }
}

/// A business that does not exist and one that is somebody else's are the same to a caller.
fn reachable(
    world: &World,
    standing: &Standing,
    asked: Option<Uuid>,
) -> Result<BusinessId, Failure> {
    let business = asked.map(BusinessId).ok_or(Failure::NotFound(Resource::Business))?;
    match world.owner(business) {
        Some(owner) if *owner == *standing.owner => Ok(business),
        _ => Err(Failure::NotFound(Resource::Business)),
    }
}

fn basic(app: &App, headers: &HeaderMap) -> Result<(Uuid, Standing), Failure> {
    let bad = || Failure::Unauthenticated(Unauthenticated::BadCredentials);
    let encoded = credentials(headers, "basic")?;
    let decoded = BASE64_STANDARD.decode(encoded).map_err(|_| bad())?;
    let text = String::from_utf8(decoded).map_err(|_| bad())?;
    let (partner, api_key) = text.split_once(':').ok_or_else(bad)?;
    let partner = Uuid::parse_str(partner).map_err(|_| bad())?;
    let standing = app.store.directory().partner_with_key(partner, api_key).ok_or_else(bad)?;
    Ok((partner, standing))
}

fn bearer(headers: &HeaderMap) -> Result<&str, Failure> {
    credentials(headers, "bearer")
}

/// What follows the scheme's name in the Authorization header.
fn credentials<'a>(headers: &'a HeaderMap, scheme: &str) -> Result<&'a str, Failure> {
    let missing = || Failure::Unauthenticated(Unauthenticated::Missing);
    let value = headers.get(header::AUTHORIZATION).ok_or_else(missing)?.as_bytes().trim_ascii();
    let space = value.iter().position(|byte| *byte == b' ').ok_or_else(missing)?;
    let (named, credentials) = value.split_at(space);
    if !named.eq_ignore_ascii_case(scheme.as_bytes()) {
        return Err(missing());
    }
    std::str::from_utf8(credentials.trim_ascii()).map_err(|_| bad(BadToken::Malformed))
}

fn bad(reason: BadToken) -> Failure {
    Failure::Unauthenticated(Unauthenticated::BadToken(reason))
}
