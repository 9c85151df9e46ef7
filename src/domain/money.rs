//! Exact money: integer cents and the currencies the providers know. No floating point.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// An amount in cents, signed. Arithmetic is checked: there is no operator that could wrap.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Cents(i64);

impl Cents {
    /// No money.
    pub const ZERO: Self = Self(0);

    /// An amount of so many cents.
    pub const fn new(cents: i64) -> Self {
        Self(cents)
    }

    /// The amount as a plain number of cents, as the wire carries it.
    pub const fn get(self) -> i64 {
        self.0
    }

    /// The sum, or `None` where it does not fit in 64 bits.
    pub fn plus(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }

    /// The difference, or `None` where it does not fit in 64 bits.
    pub fn minus(self, other: Self) -> Option<Self> {
        self.0.checked_sub(other.0).map(Self)
    }

    /// The sum, at the largest or smallest amount where it does not fit: for applying what a plan
    /// has found to fit.
    pub(super) fn moved_by(self, change: Self) -> Self {
        Self(self.0.saturating_add(change.0))
    }

    /// The sum of all, or `None` where it does not fit in 64 bits.
    pub fn sum(amounts: impl IntoIterator<Item = Self>) -> Option<Self> {
        amounts.into_iter().try_fold(Self::ZERO, Self::plus)
    }
}

impl fmt::Display for Cents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

macro_rules! currencies {
    ($($code:ident $symbol:literal,)*) => {
        /// A currency that one of the providers keeps books in (ISO 4217).
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum Currency { $(#[doc = stringify!($code)] $code,)* }

        impl Currency {
            /// The ISO 4217 code.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$code => stringify!($code),)* }
            }

            const fn symbol(self) -> &'static str {
                match self { $(Self::$code => $symbol,)* }
            }
        }

        impl FromStr for Currency {
            type Err = UnknownCurrency;

            fn from_str(code: &str) -> Result<Self, UnknownCurrency> {
                match code {
                    $(stringify!($code) => Ok(Self::$code),)*
                    other => Err(UnknownCurrency(other.to_owned())),
                }
            }
        }
    };
}

currencies! {
    AUD "A$", CAD "CA$", DKK "DKK ", EUR "€", GBP "£", ISK "ISK ", MYR "RM", NOK "NOK ",
    SEK "SEK ", SGD "S$", USD "$",
}

/// A text that is no currency code the providers know.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no currency of these books")]
pub struct UnknownCurrency(pub String);

impl Currency {
    /// The amount as a person reads it, `£4,500.00` (seed 002, `display_amount`).
    pub fn display(self, amount: Cents) -> String {
        let sign = if amount.get() < 0 { "-" } else { "" };
        let cents = amount.get().unsigned_abs();
        let whole = (cents / 100).to_string();
        // Three digits a group, but for the first.
        let (first, mut groups) = whole.split_at((whole.len() - 1) % 3 + 1);
        let mut text = String::with_capacity("-DKK 92,233,720,368,547,758.08".len());
        text.extend([sign, self.symbol(), first]);
        while let Some((group, rest)) = groups.split_at_checked(3) {
            text.extend([",", group]);
            groups = rest;
        }
        let digit = |number: u64| char::from(b'0' + u8::try_from(number % 10).unwrap_or(0));
        text.extend(['.', digit(cents / 10), digit(cents)]);
        text
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_is_displayed_with_its_symbol_and_grouped_thousands() {
        assert_eq!(Currency::GBP.display(Cents::new(450_000)), "£4,500.00");
        assert_eq!(Currency::EUR.display(Cents::new(5)), "€0.05");
        assert_eq!(Currency::USD.display(Cents::new(-123_456_789)), "-$1,234,567.89");
        assert_eq!(Currency::SEK.display(Cents::new(100)), "SEK 1.00");
        assert_eq!(Currency::USD.display(Cents::new(0)), "$0.00");
        assert_eq!(Currency::USD.display(Cents::new(99_999)), "$999.99");
        assert_eq!(Currency::USD.display(Cents::new(100_010)), "$1,000.10");
        assert_eq!(Currency::USD.display(Cents::new(99_999_901)), "$999,999.01");
        assert_eq!(Currency::GBP.display(Cents::new(i64::MIN)), "-£92,233,720,368,547,758.08");
    }

    #[test]
    fn a_sum_that_does_not_fit_is_none_and_never_wraps() {
        assert_eq!(Cents::new(i64::MAX).plus(Cents::new(1)), None);
        assert_eq!(Cents::new(i64::MIN).minus(Cents::new(1)), None);
        assert_eq!(Cents::sum([Cents::new(1), Cents::new(2)]), Some(Cents::new(3)));
    }

    #[test]
    fn a_currency_is_read_by_its_exact_code() {
        assert_eq!("GBP".parse(), Ok(Currency::GBP));
        assert_eq!("gbp".parse::<Currency>(), Err(UnknownCurrency("gbp".to_owned())));
    }
}
