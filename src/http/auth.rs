//! Who calls, and about which business of which world (BEHAVIOUR 2, 6 and 8).

use std::sync::Arc;

use axum::http::{HeaderMap, header};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use uuid::Uuid;

use super::App;
use crate::domain::BusinessId;
use crate::operations::{Caller, Failure, Forbidden, Resource, Scheme, Unauthenticated};
use crate::state::{BadToken, Claims, Standing, World, WorldName};

/// A caller who was let in.
pub(super) struct Entry {
    pub(super) caller: Caller,
    pub(super) world: Arc<World>,
}

/// Lets a caller in, or says why not. Either way `recreated` becomes true where the caller's world
/// had been given up and begins anew with this call.
pub(super) fn enter(
    scheme: Scheme,
    app: &App,
    security: &[&str],
    headers: &HeaderMap,
    path: &[(String, String)],
    recreated: &mut bool,
) -> Result<Entry, Failure> {
    let mut open = |standing: &Standing, name: Arc<str>| {
        let opened = app.store.open(&standing.world);
        *recreated = opened.recreated;
        let owner = Arc::clone(&standing.owner);
        Entry { caller: Caller { name, owner, business: None }, world: opened.world }
    };
    match scheme {
        Scheme::Thredfi => thredfi(app, security, headers, path, &mut open),
        Scheme::DayZero => dayzero(app, headers, &mut open),
    }
}

/// Opens the world of somebody who has proved who they are, and by which name.
type Open<'a> = &'a mut dyn FnMut(&Standing, Arc<str>) -> Entry;

/// The world that the credentials of a call point to, be they good for it or not: the default one
/// where they point to none. No world is made for it but that, and none is given up for it: then
/// there is none.
pub(super) fn whose(app: &App, headers: &HeaderMap) -> Option<Arc<World>> {
    let store = &app.store;
    let by_token = |token: &str| {
        let partner = |claims: Claims| claims.partner_id.unwrap_or(claims.sub);
        let signed = app.tokens.claims(token).ok().map(|signed| partner(signed.custom));
        let of_partner = signed.and_then(|partner| store.directory().partner(partner));
        of_partner.or_else(|| store.directory().token(token))
    };
    let standing = match bearer(headers) {
        Ok(token) => by_token(token),
        Err(_) => basic(app, headers).ok().map(|(_, standing)| standing),
    };
    let known = standing.and_then(|standing| store.get(&standing.world));
    known.or_else(|| store.open_aside(&WorldName::default()))
}

fn thredfi(
    app: &App,
    security: &[&str],
    headers: &HeaderMap,
    path: &[(String, String)],
    open: Open<'_>,
) -> Result<Entry, Failure> {
    // Every data operation names Basic among its schemes; the scheme's own text limits it to the
    // token operation, which names nothing else.
    if security == ["BasicAuth"] {
        let (partner, standing) = basic(app, headers)?;
        return Ok(open(&standing, partner.to_string().into()));
    }
    let token = bearer(headers)?;
    // Signature and time are checked before the world is opened: a name that is not proved must not
    // make a world, or have another one given up for it. The time is that of the token's own world.
    let claims = app.tokens.claims(token).map_err(bad)?;
    let partner = claims.custom.partner_id.unwrap_or(claims.custom.sub);
    let forged = || bad(BadToken::Forged);
    let standing = app.store.directory().partner(partner).filter(|it| app.store.admits(&it.world));
    let standing = standing.ok_or_else(forged)?;
    claims.good_at(app.store.now(&standing.world)).map_err(bad)?;
    let mut entry = open(&standing, partner.to_string().into());
    let asked = path.iter().find(|(name, _)| name == "business_id").map(|(_, value)| value);
    let asked = asked.map(|asked| Uuid::parse_str(asked).ok());
    let takes = |schemes: [&str; 2]| security.iter().any(|scheme| schemes.contains(scheme));
    match claims.custom.business_id {
        Some(_) if !takes(BUSINESS_SCHEMES) => {
            return Err(Failure::Forbidden(match asked {
                Some(_) => Forbidden::ScopedTokenMints,
                None => Forbidden::PartnerOnly,
            }));
        }
        Some(scoped) if asked.is_some_and(|asked| asked != Some(scoped)) => {
            return Err(Failure::Forbidden(Forbidden::OtherBusiness));
        }
        None if !takes(PARTNER_SCHEMES) => {
            return Err(Failure::Forbidden(Forbidden::BusinessOnly));
        }
        Some(_) | None => {}
    }
    if let Some(asked) = asked {
        entry.caller.business = Some(reachable(&entry.world, &standing, asked)?);
    }
    Ok(entry)
}

/// The schemes of an operation that takes a partner's token.
const PARTNER_SCHEMES: [&str; 2] = ["PartnerJWT", "BearerUnscoped"];

/// The schemes of an operation that takes a token scoped to a business.
const BUSINESS_SCHEMES: [&str; 2] = ["BusinessScopedJWT", "BearerBusinessScoped"];

fn dayzero(app: &App, headers: &HeaderMap, open: Open<'_>) -> Result<Entry, Failure> {
    let token = bearer(headers)?;
    let bad = || Failure::Unauthenticated(Unauthenticated::BadCredentials);
    let standing = app.store.directory().token(token).filter(|it| app.store.admits(&it.world));
    let standing = standing.ok_or_else(bad)?;
    let mut entry = open(&standing, token.into());
    let named = headers.get("x-business-id").filter(|value| !value.is_empty());
    let named = named.ok_or(Failure::BusinessNotNamed)?;
    let asked = named.to_str().ok().and_then(|text| Uuid::parse_str(text.trim()).ok());
    entry.caller.business = Some(reachable(&entry.world, &standing, asked)?);
    Ok(entry)
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
    let standing = app.store.directory().partner_with_key(partner, api_key);
    let standing = standing.filter(|it| app.store.admits(&it.world)).ok_or_else(bad)?;
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
