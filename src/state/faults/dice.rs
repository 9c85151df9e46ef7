//! Chance, of which there is no other source: dice that fall the same way for the same seed.

use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{RngCore, SeedableRng};
use sha2::{Digest, Sha256};

/// The dice of one rule in one world.
#[derive(Debug, Clone)]
pub(super) struct Dice(Xoshiro256PlusPlus);

impl Dice {
    /// Dice that depend on all three and on nothing else.
    pub(super) fn new(seed: u64, rule: u64) -> Self {
        let mut digest = Sha256::new();
        digest.update(seed.to_le_bytes());
        digest.update(rule.to_le_bytes());
        Self(Xoshiro256PlusPlus::from_seed(digest.finalize().into()))
    }

    /// A number from 0 up to, and without, 1; each as likely as the other.
    pub(super) fn unit(&mut self) -> f64 {
        const STEP: f64 = 1.0 / 9_007_199_254_740_992.0; // 2^-53
        #[expect(clippy::cast_precision_loss, reason = "53 bits are what an f64 holds")]
        let steps = (self.0.next_u64() >> 11) as f64;
        steps * STEP
    }

    /// A number of the standard normal distribution (Box and Muller).
    pub(super) fn normal(&mut self) -> f64 {
        // The logarithm is of a number above 0.
        let (radius, angle) = (1.0 - self.unit(), self.unit());
        (-2.0 * radius.ln()).sqrt() * (std::f64::consts::TAU * angle).cos()
    }
}
