//! What a document charges for: its lines, and the sums that follow from them. Exact: quantities
//! are whole ten-thousandths, amounts whole cents.

use serde::{Deserialize, Serialize};

use super::{Cents, LineItemId};

/// One line of an invoice or a bill. Text that is not known is empty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LineItem {
    /// Its id.
    pub id: LineItemId,
    /// The integrator's own id of it.
    pub external_id: String,
    /// What is charged for.
    pub description: String,
    /// The product.
    pub product: String,
    /// The account that it is booked to, as the integrator named it.
    pub account: String,
    /// How many.
    pub quantity: Quantity,
    /// What one costs, in cents.
    pub unit_price: Cents,
    /// What is taken off the line, in cents.
    pub discount: Cents,
    /// The taxes on it.
    pub taxes: Vec<SalesTax>,
}

/// A tax, as an amount: the integrator has worked it out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SalesTax {
    /// How much, in cents.
    pub amount: Cents,
    /// What a discount takes off it, in cents.
    #[serde(default)]
    pub discount: Cents,
    /// The account that it is booked to.
    pub account: String,
}

impl SalesTax {
    /// What is left of it after its discount, in cents; never below zero.
    pub fn net(&self) -> Cents {
        self.amount.minus(self.discount).unwrap_or(Cents::ZERO).max(Cents::ZERO)
    }
}

/// How many of something, in whole ten-thousandths. Written down as decimal text, `2.5`: exact,
/// and readable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Quantity(i64);

/// A text that is no quantity.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no quantity: a number from 0.0001 on, with at most four decimals")]
pub struct NoQuantity(String);

impl Quantity {
    /// One.
    pub const ONE: Self = Self(Self::PARTS);

    const PARTS: i64 = 10_000;

    /// The quantity nearest to a number of the wire; `None` where it is below one ten-thousandth
    /// or past what multiplies safely.
    pub fn nearest(number: f64) -> Option<Self> {
        let parts = (number * 10_000.0).round();
        // Below 2^53 every whole number is exact.
        if !(1.0..9_007_199_254_740_992.0).contains(&parts) {
            return None;
        }
        #[expect(clippy::cast_possible_truncation, reason = "it is whole, and within 2^53")]
        Some(Self(parts as i64))
    }

    /// So many whole ones; `None` where it is below one or past what multiplies safely.
    pub fn whole(count: i64) -> Option<Self> {
        count.checked_mul(Self::PARTS).filter(|parts| (1..1 << 53).contains(parts)).map(Self)
    }

    /// How many whole ones it is, begun ones with them.
    pub fn count(self) -> i64 {
        (self.0 + Self::PARTS - 1) / Self::PARTS
    }

    /// The number, as the wire carries it.
    #[expect(clippy::cast_precision_loss, reason = "it is within 2^53")]
    pub fn number(self) -> f64 {
        self.0 as f64 / 10_000.0
    }

    /// So many of what costs `price`, rounded half away from zero to the cent; `None` where it
    /// does not fit in 64 bits.
    pub fn times(self, price: Cents) -> Option<Cents> {
        let parts = i128::from(Self::PARTS);
        let product = i128::from(self.0) * i128::from(price.get());
        let rounded = (product + product.signum() * parts / 2) / parts;
        i64::try_from(rounded).ok().map(Cents::new)
    }
}

impl From<Quantity> for String {
    fn from(quantity: Quantity) -> Self {
        let (whole, parts) = (quantity.0 / Quantity::PARTS, quantity.0 % Quantity::PARTS);
        let decimal = format!("{whole}.{parts:04}");
        decimal.trim_end_matches('0').trim_end_matches('.').to_owned()
    }
}

impl TryFrom<String> for Quantity {
    type Error = NoQuantity;

    fn try_from(text: String) -> Result<Self, NoQuantity> {
        let (whole, decimals) = text.split_once('.').unwrap_or((&text, "0"));
        let digits = |part: &str| part.bytes().all(|digit| digit.is_ascii_digit());
        let parts = || {
            if !digits(whole) || !digits(decimals) || !(1..=4).contains(&decimals.len()) {
                return None;
            }
            let parts: i64 = format!("{decimals:0<4}").parse().ok()?;
            whole.parse::<i64>().ok()?.checked_mul(Self::PARTS)?.checked_add(parts)
        };
        let parts = parts().filter(|parts| (1..1 << 53).contains(parts));
        parts.map(Self).ok_or(NoQuantity(text))
    }
}

impl LineItem {
    /// Quantity times price, less the discount, in cents; `None` where it does not fit.
    pub fn subtotal(&self) -> Option<Cents> {
        self.quantity.times(self.unit_price)?.minus(self.discount)
    }

    /// The taxes on it, in cents; `None` where they do not fit.
    pub fn tax(&self) -> Option<Cents> {
        Cents::sum(self.taxes.iter().map(SalesTax::net))
    }

    /// The taxes on it in hundredths of a percent of what it comes to before them, rounded half up;
    /// nothing where it comes to nothing.
    pub fn tax_rate(&self) -> i64 {
        let (Some(subtotal), Some(tax)) = (self.subtotal(), self.tax()) else { return 0 };
        let (subtotal, tax) = (i128::from(subtotal.get()), i128::from(tax.get()));
        if subtotal <= 0 {
            return 0;
        }
        i64::try_from((tax * 20_000 + subtotal) / (subtotal * 2)).unwrap_or(i64::MAX)
    }

    /// What it comes to, in cents; `None` where it does not fit.
    pub fn total(&self) -> Option<Cents> {
        self.subtotal()?.plus(self.tax()?)
    }
}

/// What all lines come to before tax, in cents; `None` where it does not fit.
pub(super) fn subtotal(lines: &[LineItem]) -> Option<Cents> {
    lines.iter().try_fold(Cents::ZERO, |sum, line| sum.plus(line.subtotal()?))
}

/// The taxes of all lines, in cents; `None` where they do not fit.
pub(super) fn tax(lines: &[LineItem]) -> Option<Cents> {
    lines.iter().try_fold(Cents::ZERO, |sum, line| sum.plus(line.tax()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_ones_are_counted_back_and_begun_ones_with_them() {
        assert_eq!(Quantity::whole(1), Some(Quantity::ONE));
        assert_eq!(Quantity::whole(7).map(Quantity::count), Some(7));
        assert_eq!(Quantity::nearest(2.5).map(Quantity::count), Some(3));
        for count in [0, -1, i64::MAX, 1 << 53] {
            assert_eq!(Quantity::whole(count), None, "{count}");
        }
    }

    #[test]
    fn a_quantity_is_multiplied_exactly_and_rounded_half_away_from_zero() {
        let times =
            |number, cents| Quantity::nearest(number).and_then(|q| q.times(Cents::new(cents)));
        assert_eq!(times(1.5, 333), Some(Cents::new(500)));
        assert_eq!(times(0.1, 5), Some(Cents::new(1)));
        assert_eq!(times(0.1, -5), Some(Cents::new(-1)));
        assert_eq!(times(3.0, 9_999), Some(Cents::new(29_997)));
        assert_eq!(times(2.0, i64::MAX), None);
    }

    #[test]
    fn a_quantity_is_written_as_a_decimal_and_read_back_exactly() {
        for (parts, text) in
            [(1, "0.0001"), (10_000, "1"), (25_000, "2.5"), ((1 << 53) - 1, "900719925474.0991")]
        {
            assert_eq!(String::from(Quantity(parts)), text);
            assert_eq!(Quantity::try_from(text.to_owned()), Ok(Quantity(parts)));
        }
        for wrong in ["", "0", "1.", ".5", "-1", "+1", "1.00001", "900719925474.0992", "1e3", "x"] {
            assert!(Quantity::try_from(wrong.to_owned()).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_quantity_that_is_nothing_or_beyond_counting_is_none() {
        for number in [0.0, 0.000_04, -1.0, 1e15, f64::NAN, f64::INFINITY] {
            assert_eq!(Quantity::nearest(number), None, "{number}");
        }
        assert_eq!(Quantity::nearest(2.25).map(Quantity::number), Some(2.25));
    }
}
