//! Credentials: Authorization headers with Basic pairs, Day Zero's tokens, and JWTs that are drawn
//! claim by claim, signed or not, whole or bent. Held: who is let in has shown a key or a token that
//! a second reading, written here, finds right, and gets that caller's world and own business; who
//! is not known makes no world; a token that was minted says what was put into it.
#![no_main]

use axum::http::{HeaderMap, HeaderValue, header};
use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use libfuzzer_sys::arbitrary::{Result, Unstructured};
use libfuzzer_sys::{Corpus, fuzz_target};
use sandbook::http::fuzzing::enter;
use sandbook::operations::{Caller, Failure, Scheme};
use sandbook::state::{Claims, DEVELOPMENT_SECRET, World};
use sandbook_fuzz::drawing::junk;
use sandbook_fuzz::house::{House, noon};
use sandbook_fuzz::requests::PARTNER;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use uuid::Uuid;

const OTHER_PARTNER: &str = "2b80c3cc-0c33-4a40-8777-7cc14625941b";
const GUEST: &str = "0f0e0d0c-0b0a-4908-8706-050403020100";
const KEY: &str = "sandbox-api-key";
const DAY_ZERO: &str = "dz_sandbox_default";
const BUSINESSES: [&str; 6] = [
    "3c90c3cc-0d44-4b50-8888-8dd25736052a",
    "3c90c3cc-0d44-4b50-8888-8dd25736052c",
    "019ab37c-b051-7000-8000-000000000001",
    "019ab37c-b051-7000-8000-000000000002",
    "3C90C3CC0D444B5088888DD25736052A",
    "no id",
];

fuzz_target!(|data: &[u8]| -> Corpus {
    knock(&mut Unstructured::new(data)).map_or(Corpus::Reject, |()| Corpus::Keep)
});

fn knock(u: &mut Unstructured<'_>) -> Result<()> {
    let (house, _) = House::get();
    house.begin();
    let provider = u.choose(&house.app.providers)?;
    let operation = u.choose(&provider.operations)?;
    let path = if operation.path.contains("{business_id}") {
        vec![("business_id".to_owned(), (*u.choose(&BUSINESSES)?).to_owned())]
    } else {
        Vec::new()
    };
    let mut headers = HeaderMap::new();
    let named = *u.choose(&BUSINESSES)?;
    headers.insert("x-business-id", HeaderValue::from_static(named));
    let shown = shown(u)?;
    if let Ok(value) = HeaderValue::from_bytes(&shown) {
        headers.insert(header::AUTHORIZATION, value);
    }
    let before = house.app.store.worlds();
    match enter(&house.app, provider.scheme, operation.security, &headers, &path) {
        Ok((caller, world)) => {
            let basic = operation.security == ["BasicAuth"];
            let asked = path.first().map_or(named, |(_, business)| business.as_str());
            let asked = (!path.is_empty() || provider.scheme == Scheme::DayZero).then_some(asked);
            let_in(provider.scheme, basic, &shown, asked, &caller, &world);
        }
        Err(Failure::Unauthenticated(_)) => {
            assert_eq!(house.app.store.worlds(), before, "nobody has made a world");
        }
        Err(_) => {}
    }
    Ok(())
}

/// Checks that somebody was let in rightly, by reading once more what was shown.
fn let_in(
    scheme: Scheme,
    basic: bool,
    shown: &[u8],
    asked: Option<&str>,
    caller: &Caller,
    world: &World,
) {
    let shown = std::str::from_utf8(shown).expect("what opens a door is text").trim();
    let (kind, proof) = shown.split_once(' ').expect("a kind, and a proof");
    let proof = proof.trim();
    let kinds = if basic { "basic" } else { "bearer" };
    assert!(kind.eq_ignore_ascii_case(kinds), "{kind} opened it");
    let (partner, scoped) = match scheme {
        Scheme::DayZero => {
            let name = proof.strip_prefix("dz_sandbox_").expect("a token of the sandbox");
            assert_eq!(&*caller.owner, DAY_ZERO);
            assert!(proof == DAY_ZERO || !name.is_empty());
            let home = Uuid::parse_str(name).is_ok_and(|id| known(id));
            let default = home || name == "default";
            assert_eq!(world.name().is_default(), default, "{name} opened {}", world.name());
            (None, None)
        }
        Scheme::Thredfi if basic => {
            let pair = BASE64_STANDARD.decode(proof).expect("base64");
            let pair = String::from_utf8(pair).expect("text");
            let (partner, key) = pair.split_once(':').expect("a pair");
            assert_eq!(key, KEY, "another key opened it");
            (Some(Uuid::parse_str(partner).expect("an id")), None)
        }
        Scheme::Thredfi => {
            let claims = claims(proof).expect("a token that is signed");
            let id = |name: &str| claims[name].as_str().and_then(|id| Uuid::parse_str(id).ok());
            let ends = claims["exp"].as_f64().expect("a token that ends");
            #[expect(clippy::cast_precision_loss, reason = "seconds")]
            let now = noon().timestamp() as f64;
            assert!(ends > now, "a token that has ended opened it");
            (id("partner_id").or(id("sub")), id("business_id"))
        }
    };
    if let Some(partner) = partner {
        let guest = !known(partner);
        assert_eq!(world.name().is_default(), !guest, "{partner} is in {}", world.name());
        assert_eq!(*caller.owner, if guest { PARTNER.to_owned() } else { partner.to_string() });
    }
    let business = caller.business.map(|business| business.0);
    assert_eq!(
        business,
        asked.and_then(|asked| Uuid::parse_str(asked.trim()).ok()),
        "the business"
    );
    if let (Some(business), Some(scoped)) = (business, scoped) {
        assert_eq!(business, scoped, "the token is another business's");
    }
    let owner =
        caller.business.and_then(|business| world.owner(business).map(|it| it.into_owned()));
    assert!(
        business.is_none() || owner.as_deref() == Some(&*caller.owner),
        "somebody else's business"
    );
}

fn known(partner: Uuid) -> bool {
    [PARTNER, OTHER_PARTNER].iter().any(|it| Uuid::parse_str(it) == Ok(partner))
}

/// What the header holds: mostly a proof under the kind that it is of.
fn shown(u: &mut Unstructured<'_>) -> Result<Vec<u8>> {
    let (kind, proof) = match u.int_in_range(0..=7)? {
        0 | 1 => {
            let partner = *u.choose(&[PARTNER, OTHER_PARTNER, GUEST, "", "x"])?;
            let key = *u.choose(&[KEY, "", "sandbox", "sandbox-api-key:"])?;
            ("Basic", BASE64_STANDARD.encode(format!("{partner}:{key}")).into_bytes())
        }
        2 => {
            let name = *u.choose(&["default", "a", PARTNER, GUEST, "", "no name", "a/b"])?;
            ("Bearer", format!("dz_{}_{name}", u.choose(&["sandbox", "live"])?).into_bytes())
        }
        3 => ("Bearer", minted(u)?.into_bytes()),
        4..=6 => ("Bearer", drawn(u)?.into_bytes()),
        _ => ("Bearer", u.bytes(u.len().min(40))?.to_vec()),
    };
    let kind = match u.int_in_range(0..=15)? {
        0 => *u.choose(&["bearer", "BASIC", "Digest", ""])?,
        1 => "basic",
        2 => "BEARER",
        _ => kind,
    };
    let space = if u.ratio(1, 8)? { *u.choose(&["  ", "\t", ""])? } else { " " };
    let mut shown = [kind.as_bytes(), space.as_bytes(), &proof].concat();
    if u.ratio(1, 8)? && !shown.is_empty() {
        let at = u.choose_index(shown.len())?;
        shown[at] ^= 1 << u.int_in_range(0..=6)?;
    }
    Ok(shown)
}

/// A token as the sandbox mints it, which must say what was put into it.
fn minted(u: &mut Unstructured<'_>) -> Result<String> {
    let id = |text: &str| Uuid::parse_str(text).expect("an id");
    let partner = id(u.choose(&[PARTNER, OTHER_PARTNER, GUEST])?);
    let business = if u.arbitrary()? { Some(id(u.choose(&BUSINESSES[..4])?)) } else { None };
    let partner_id = if u.arbitrary()? { Some(partner) } else { None };
    let claims = Claims { sub: partner, partner_id, business_id: business };
    let tokens = &House::get().0.app.tokens;
    let token = tokens.mint(claims.clone(), noon()).expect("claims can be written");
    let signed = tokens.claims(&token).expect("its own token");
    assert_eq!(signed.custom, claims, "a token says something else");
    assert_eq!(signed.good_at(noon()), Ok(()), "a new token has ended");
    Ok(token)
}

/// A token whose every part is drawn; most are signed.
fn drawn(u: &mut Unstructured<'_>) -> Result<String> {
    let head = match u.int_in_range(0..=7)? {
        0 => json!({ "alg": "none" }),
        1 => json!({ "alg": *u.choose(&["HS384", "HS512", "hs256", "RS256", ""])? }),
        2 => junk(u)?,
        3 => json!({ "alg": "HS256", "typ": junk(u)?, "kid": junk(u)? }),
        _ => json!({ "alg": "HS256", "typ": "JWT" }),
    };
    let mut claims = Map::new();
    for name in ["sub", "partner_id", "business_id"] {
        let ids = [PARTNER, OTHER_PARTNER, GUEST, BUSINESSES[0], BUSINESSES[1], BUSINESSES[4]];
        match u.int_in_range(0..=15)? {
            0..=5 if name == "sub" => drop(claims.insert(name.to_owned(), Value::from(PARTNER))),
            0..=8 => drop(claims.insert(name.to_owned(), Value::from(*u.choose(&ids)?))),
            9 => drop(claims.insert(name.to_owned(), junk(u)?)),
            _ => {}
        }
    }
    for name in ["iat", "exp", "nbf"] {
        match u.int_in_range(0..=7)? {
            0..=3 => {
                let at = noon().timestamp() + i64::from(u.arbitrary::<i16>()?) + 9000;
                claims.insert(name.to_owned(), json!(at));
            }
            4 => drop(claims.insert(name.to_owned(), junk(u)?)),
            5 => drop(claims.insert(name.to_owned(), json!(u.arbitrary::<i64>()?))),
            _ => {}
        }
    }
    let claims = if u.ratio(1, 16)? { junk(u)? } else { Value::Object(claims) };
    let [head, claims] = [head, claims].map(|part| BASE64_URL_SAFE_NO_PAD.encode(part.to_string()));
    let text = format!("{head}.{claims}");
    let secret =
        *u.choose(&[DEVELOPMENT_SECRET, DEVELOPMENT_SECRET, DEVELOPMENT_SECRET, "another"])?;
    let signature = BASE64_URL_SAFE_NO_PAD.encode(hmac(secret.as_bytes(), text.as_bytes()));
    Ok(if u.ratio(1, 6)? { format!("{text}.") } else { format!("{text}.{signature}") })
}

/// What a token says, where it is signed with HS256 and the secret.
fn claims(token: &str) -> Option<Value> {
    let (text, signature) = token.rsplit_once('.')?;
    let (head, claims) = text.split_once('.')?;
    let read = |part: &str| {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(part).ok()?;
        serde_json::from_slice::<Value>(&bytes).ok()
    };
    let signed = BASE64_URL_SAFE_NO_PAD.decode(signature).ok()?;
    let own = hmac(DEVELOPMENT_SECRET.as_bytes(), text.as_bytes());
    (read(head)?["alg"] == "HS256" && signed == own).then(|| read(claims)).flatten()
}

/// RFC 2104 with SHA-256, for keys up to a block.
fn hmac(key: &[u8], text: &[u8]) -> Vec<u8> {
    let mut block = [0_u8; 64];
    block[..key.len()].copy_from_slice(key);
    let with = |pad: u8| block.map(|byte| byte ^ pad);
    let inner = Sha256::new().chain_update(with(0x36)).chain_update(text).finalize();
    Sha256::new().chain_update(with(0x5c)).chain_update(inner).finalize().to_vec()
}
