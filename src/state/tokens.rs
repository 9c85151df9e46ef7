//! Thredfi's tokens: JWTs signed with HS256. Real ones, so that a client's own checks work.

use chrono::{DateTime, TimeDelta, Utc};
use dashmap::DashMap;
use foldhash::fast::RandomState;
use jwt_compact::alg::{Hs256, Hs256Key};
use jwt_compact::{AlgorithmExt, Header, UntrustedToken, ValidationError};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The secret that signs tokens unless another is given. Public on purpose: a token outlives a
/// restart, and protects nothing but test data.
pub const DEVELOPMENT_SECRET: &str = "sandbook-development-secret";

/// How long a token is good.
#[derive(Debug, Clone, Copy)]
pub struct Lifetime;

impl Lifetime {
    /// In seconds, as `expires_in` says it.
    pub const SECONDS: i64 = 3600;
}

/// Signs tokens and tells whether one was signed here.
pub struct Tokens {
    key: Hs256Key,
    /// What was found of tokens that were signed here, by their text: it is true for ever, and a
    /// client sends the same token with every call.
    known: DashMap<Box<str>, Signed, RandomState>,
}

/// How many tokens are known at once: more than the clients of one run have.
const MOST_KNOWN: usize = 4096;

/// The longest that is known, in bytes. One of ours has a few hundred; who signs their own may say
/// in it what they like.
const LONGEST_KNOWN: usize = 1024;

/// What a token says (BEHAVIOUR 2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    /// The partner.
    pub sub: Uuid,
    /// The partner again, under the name that the document uses.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partner_id: Option<Uuid>,
    /// The business, where the token is scoped to one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub business_id: Option<Uuid>,
}

/// Why a token is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadToken {
    /// It is no JWT, or carries other claims.
    #[error("the token is no JWT of this platform")]
    Malformed,
    /// Another algorithm (`none` too) or another secret.
    #[error("the token was not signed by this server with HS256")]
    Forged,
    /// Its time is over, or has not begun to count: it names no time.
    #[error("the token has expired")]
    Expired,
}

impl Tokens {
    /// Tokens signed with this secret.
    pub fn new(secret: &str) -> Self {
        Self { key: Hs256Key::new(secret.as_bytes()), known: DashMap::default() }
    }

    /// A token that says this from `now` on, for [`Lifetime::SECONDS`].
    ///
    /// # Errors
    /// Where the claims cannot be written, which would be a defect of ours.
    pub fn mint(&self, claims: Claims, now: DateTime<Utc>) -> Result<String, String> {
        let mut claims = jwt_compact::Claims::new(claims);
        claims.issued_at = Some(now);
        claims.expiration = Some(now + TimeDelta::seconds(Lifetime::SECONDS));
        let header = Header::empty().with_token_type("JWT");
        Hs256.token(&header, &claims, &self.key).map_err(|error| error.to_string())
    }

    /// What a token says, where it was signed here. Whether it is still good is a question for the
    /// clock of the world that it names: [`Signed::good_at`].
    ///
    /// # Errors
    /// [`BadToken::Malformed`] and [`BadToken::Forged`].
    pub fn claims(&self, token: &str) -> Result<Signed, BadToken> {
        if let Some(known) = self.known.get(token) {
            return Ok(*known);
        }
        let signed = self.read(token)?;
        if token.len() > LONGEST_KNOWN {
            return Ok(signed);
        }
        if self.known.len() >= MOST_KNOWN {
            self.known.clear();
        }
        self.known.insert(token.into(), signed);
        Ok(signed)
    }

    fn read(&self, token: &str) -> Result<Signed, BadToken> {
        let token = UntrustedToken::new(token).map_err(|_| BadToken::Malformed)?;
        let token = Hs256.validator::<Claims>(&self.key).validate(&token).map_err(|error| {
            let malformed = matches!(error, ValidationError::MalformedClaims(_));
            if malformed { BadToken::Malformed } else { BadToken::Forged }
        })?;
        let claims = token.claims();
        Ok(Signed { custom: claims.custom, expiration: claims.expiration })
    }
}

/// What a token says, once its signature was found to be ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Signed {
    /// Its claims.
    pub custom: Claims,
    expiration: Option<DateTime<Utc>>,
}

impl Signed {
    /// That the token is good at this time.
    ///
    /// # Errors
    /// [`BadToken::Expired`].
    pub fn good_at(&self, now: DateTime<Utc>) -> Result<(), BadToken> {
        match self.expiration {
            Some(expiration) if now < expiration => Ok(()),
            _ => Err(BadToken::Expired),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claims() -> Claims {
        let partner = Uuid::from_u128(1);
        Claims { sub: partner, partner_id: Some(partner), business_id: None }
    }

    #[test]
    fn a_token_is_good_for_an_hour_and_only_under_its_own_secret() {
        let (tokens, now) = (Tokens::new("a"), DateTime::UNIX_EPOCH);
        let token = tokens.mint(claims(), now).expect("a token");
        let signed = tokens.claims(&token).expect("our own");
        assert_eq!(signed.custom, claims());
        assert_eq!(signed.good_at(now + TimeDelta::seconds(3599)), Ok(()));
        assert_eq!(signed.good_at(now + TimeDelta::seconds(3600)), Err(BadToken::Expired));
        assert_eq!(Tokens::new("b").claims(&token), Err(BadToken::Forged));
    }

    #[test]
    fn a_token_that_is_longer_than_ours_is_read_each_time() {
        #[derive(Clone, Serialize)]
        struct More {
            sub: Uuid,
            more: String,
        }
        let (tokens, header) = (Tokens::new("a"), Header::empty().with_token_type("JWT"));
        let more = |length| More { sub: Uuid::from_u128(1), more: "x".repeat(length) };
        for (length, known) in [(10, 1), (2000, 1), (20, 2)] {
            let claims = jwt_compact::Claims::new(more(length));
            let token = Hs256.token(&header, &claims, &tokens.key).expect("a token");
            assert_eq!(tokens.claims(&token).expect("our own").custom.sub, Uuid::from_u128(1));
            assert_eq!(tokens.known.len(), known, "{length}");
        }
    }

    #[test]
    fn what_is_no_token_is_malformed() {
        for text in ["", "a", "a.b", "a.b.c", "....", "e30.e30."] {
            assert!(Tokens::new("a").claims(text).is_err(), "{text}");
        }
    }
}
