//! Who a credential stands for: which world, and whose books in it (BEHAVIOUR 8).

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, LazyLock};

use uuid::Uuid;

/// A world's name: `default`, a partner's UUID, or what follows `dz_sandbox_`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct WorldName(Arc<str>);

impl WorldName {
    /// The longest name, in characters.
    pub const LONGEST: usize = 64;

    /// A name: 1 to 64 letters, digits, `-`, `_` or `.`. A UUID is written one way only, so that
    /// every spelling of it names the same world.
    pub fn parse(text: &str) -> Option<Self> {
        if let Ok(uuid) = Uuid::parse_str(text) {
            return Some(Self(uuid.to_string().into()));
        }
        let fits = (1..=Self::LONGEST).contains(&text.len());
        let plain = |c: u8| c.is_ascii_alphanumeric() || matches!(c, b'-' | b'_' | b'.');
        (fits && text.bytes().all(plain)).then(|| Self(text.into()))
    }

    /// Whether this is the world of the documented credentials.
    pub fn is_default(&self) -> bool {
        *self.0 == *"default"
    }
}

impl Default for WorldName {
    fn default() -> Self {
        static DEFAULT: LazyLock<WorldName> = LazyLock::new(|| WorldName("default".into()));
        DEFAULT.clone()
    }
}

impl fmt::Display for WorldName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a credential opens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// The world.
    pub world: WorldName,
    /// Whose businesses it reaches in that world: a partner's UUID or a Day Zero token.
    pub owner: Arc<str>,
}

/// The credentials that the fixtures know, and whether others open worlds of their own.
#[derive(Debug, Clone)]
pub struct Directory {
    partners: BTreeMap<Uuid, Partner>,
    first_partner: Uuid,
    tokens: Vec<String>,
    auto_worlds: bool,
}

/// A partner whom the fixtures know.
#[derive(Debug, Clone)]
struct Partner {
    api_key: String,
    /// Its UUID as a text, as the owner of businesses.
    owner: Arc<str>,
}

/// What every Day Zero token of a sandbox begins with.
const TOKEN_PREFIX: &str = "dz_sandbox_";

impl Directory {
    /// A directory of the fixtures' partners with their API keys, the first of whom stands for
    /// every partner who is not among them, and of Day Zero tokens, likewise. `None` where there
    /// is no partner or no token.
    pub fn new(partners: &[(Uuid, String)], tokens: &[String]) -> Option<Self> {
        Some(Self {
            first_partner: partners.first()?.0,
            tokens: if tokens.is_empty() { return None } else { tokens.to_vec() },
            partners: partners
                .iter()
                .map(|(id, api_key)| {
                    let owner = id.to_string().into();
                    (*id, Partner { api_key: api_key.clone(), owner })
                })
                .collect(),
            auto_worlds: true,
        })
    }

    /// The same directory, where only the fixtures' own credentials count.
    #[must_use]
    pub fn without_auto_worlds(self) -> Self {
        Self { auto_worlds: false, ..self }
    }

    /// Every partner with its API key, the first of them first.
    pub fn partners(&self) -> impl Iterator<Item = (Uuid, &str)> {
        let all = self.partners.iter().map(|(id, it)| (*id, it.api_key.as_str()));
        let (first, others): (Vec<_>, Vec<_>) = all.partition(|(id, _)| *id == self.first_partner);
        first.into_iter().chain(others)
    }

    /// Every Day Zero token, the first of them first.
    pub fn tokens(&self) -> &[String] {
        &self.tokens
    }

    /// The credentials to introduce a newcomer with: the first partner with its API key, and the
    /// first Day Zero token.
    pub fn first(&self) -> (Uuid, &str, &str) {
        let first = self.partners.get(&self.first_partner);
        let api_key = first.map_or("", |partner| partner.api_key.as_str());
        (self.first_partner, api_key, self.tokens.first().map_or("", String::as_str))
    }

    /// Whether credentials that are not listed open worlds of their own.
    pub fn auto_worlds(&self) -> bool {
        self.auto_worlds
    }

    /// An owner among the fixtures' credentials, as [`Standing`] names it.
    pub fn owner(&self, owner: &str) -> Option<String> {
        match Uuid::parse_str(owner) {
            Ok(partner) => self.partners.contains_key(&partner).then(|| partner.to_string()),
            Err(_) => self.tokens.iter().find(|token| *token == owner).cloned(),
        }
    }

    /// What a partner's UUID and API key open; `None` where the key is wrong.
    pub fn partner_with_key(&self, partner: Uuid, api_key: &str) -> Option<Standing> {
        let known = self.partners.get(&partner).or_else(|| self.partners.get(&self.first_partner));
        if known.is_some_and(|known| known.api_key == api_key) {
            self.partner(partner)
        } else {
            None
        }
    }

    /// What a partner's UUID opens, once a key or a token has proved it.
    pub fn partner(&self, partner: Uuid) -> Option<Standing> {
        if let Some(known) = self.partners.get(&partner) {
            let owner = Arc::clone(&known.owner);
            return Some(Standing { world: WorldName::default(), owner });
        }
        let owner = Arc::clone(&self.partners.get(&self.first_partner)?.owner);
        let world = WorldName::parse(&partner.to_string())?;
        Some(Standing { world, owner })
    }

    /// What a Day Zero token opens.
    pub fn token(&self, token: &str) -> Option<Standing> {
        if let Some(known) = self.tokens.iter().find(|known| *known == token) {
            return Some(Standing { world: WorldName::default(), owner: known.as_str().into() });
        }
        let name = token.strip_prefix(TOKEN_PREFIX)?;
        let owner = self.tokens.first()?.as_str().into();
        let world = self.named(name)?;
        Some(Standing { world, owner })
    }

    /// The world that a name means, or a Day Zero token: a UUID means the world of the partner who
    /// has it.
    pub fn world(&self, name: &str) -> Option<WorldName> {
        self.named(name.strip_prefix(TOKEN_PREFIX).unwrap_or(name))
    }

    fn named(&self, name: &str) -> Option<WorldName> {
        match Uuid::parse_str(name) {
            Ok(partner) if self.partners.contains_key(&partner) => Some(WorldName::default()),
            _ => WorldName::parse(name),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn directory() -> Directory {
        let partners = [(Uuid::from_u128(1), "key".to_owned()), (Uuid::from_u128(2), "two".into())];
        Directory::new(&partners, &["dz_sandbox_default".to_owned()]).expect("a directory")
    }

    #[test]
    fn a_known_partner_is_at_home_and_any_other_gets_a_world() {
        let directory = directory();
        let home = directory.partner_with_key(Uuid::from_u128(2), "two").expect("known");
        assert!(home.world.is_default());
        assert_eq!(*home.owner, *Uuid::from_u128(2).to_string());
        let guest = directory.partner_with_key(Uuid::from_u128(9), "key").expect("a guest");
        assert_eq!(guest.world.to_string(), Uuid::from_u128(9).to_string());
        assert_eq!(*guest.owner, *Uuid::from_u128(1).to_string());
        assert_eq!(directory.partner_with_key(Uuid::from_u128(2), "key"), None);
        assert_eq!(directory.partner_with_key(Uuid::from_u128(9), "two"), None);
    }

    #[test]
    fn a_token_named_by_a_uuid_shares_that_partners_world() {
        let directory = directory();
        let world = |token: &str| directory.token(token).map(|standing| standing.world.to_string());
        assert_eq!(world("dz_sandbox_default").as_deref(), Some("default"));
        assert_eq!(world("dz_sandbox_ci-7").as_deref(), Some("ci-7"));
        let guest = Uuid::from_u128(9);
        assert_eq!(world(&format!("dz_sandbox_{guest}")), Some(guest.to_string()));
        assert_eq!(world(&format!("dz_sandbox_{}", guest.simple())), Some(guest.to_string()));
        let home = Uuid::from_u128(2);
        assert_eq!(world(&format!("dz_sandbox_{home}")).as_deref(), Some("default"));
        for wrong in ["dz_sandbox_", "dz_sandbox_a b", "dz_live_x", "", &"dz_sandbox_x".repeat(9)] {
            assert_eq!(world(wrong), None, "{wrong}");
        }
    }
}
