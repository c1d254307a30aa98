//! All randomness of a run: a ChaCha20 keystream of the run's seed. The same seed gives the same
//! numbers, so that a run can be repeated; nobody without the seed can guess the next one.

use chacha20::ChaCha20;
use chacha20::cipher::{KeyIvInit, StreamCipher};

/// A deterministic stream of random numbers, seeded once a run and recorded in its receipt.
pub struct Dice {
    stream: ChaCha20,
}

/// Bits of a float's fraction (IEEE 754 binary64 has 52 and a hidden one).
const FRACTION_BITS: u32 = 53;

impl Dice {
    /// A stream from a run's seed. No seed is used twice, so the nonce may be constant.
    #[must_use]
    pub fn new(seed: [u8; 32]) -> Dice {
        Dice { stream: ChaCha20::new(&seed.into(), &[0; 12].into()) }
    }

    /// Fills a buffer with random bytes.
    pub fn fill(&mut self, buffer: &mut [u8]) {
        buffer.fill(0);
        // The stream ends after 256 GiB; no run has the gas to get there.
        let _ended = self.stream.try_apply_keystream(buffer);
    }

    /// Random bytes.
    pub fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        self.fill(&mut bytes);
        bytes
    }

    /// 64 random bits.
    pub fn word(&mut self) -> u64 {
        u64::from_le_bytes(self.bytes())
    }

    /// A number from 0 to `bound - 1`, each as likely as the others; 0 when `bound` is 0.
    pub fn below(&mut self, bound: u64) -> u64 {
        // Lemire, "Fast random integer generation in an interval" (2019): the high half of a
        // product is the number, and low halves under the threshold would come up too often.
        let threshold = bound.wrapping_neg().checked_rem(bound).unwrap_or(0);
        loop {
            let product = u128::from(self.word()) * u128::from(bound);
            #[allow(clippy::cast_possible_truncation)]
            let low = product as u64;
            if low >= threshold {
                #[allow(clippy::cast_possible_truncation)]
                return (product >> 64) as u64;
            }
        }
    }

    /// A whole number from `low` to `high`, both included; `low` when `high` is smaller.
    pub fn int(&mut self, low: i64, high: i64) -> i64 {
        let numbers = u128::try_from(i128::from(high) - i128::from(low) + 1).unwrap_or(1);
        let step = match u64::try_from(numbers) {
            Ok(numbers) => self.below(numbers),
            Err(_) => self.word(),
        };
        low.wrapping_add_unsigned(step)
    }

    /// A float from 0 to just below 1.
    pub fn float(&mut self) -> f64 {
        #[allow(clippy::cast_precision_loss)]
        let fraction = (self.word() >> (u64::BITS - FRACTION_BITS)) as f64;
        fraction / (1_u64 << FRACTION_BITS) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stream_is_chacha20_as_published() {
        // The first block of a key and nonce of zeros (RFC 7539 appendix A.1, vector 1).
        let mut dice = Dice::new([0; 32]);
        assert_eq!(dice.bytes(), [0x76, 0xb8, 0xe0, 0xad, 0xa0, 0xf1, 0x3d, 0x90]);
    }

    #[test]
    fn one_seed_gives_one_stream_in_pieces_of_any_size() {
        let whole: [u8; 200] = Dice::new([7; 32]).bytes();
        let mut dice = Dice::new([7; 32]);
        let mut pieces = Vec::new();
        for size in [1, 7, 64, 65, 63] {
            let mut piece = vec![0xaa; size];
            dice.fill(&mut piece);
            pieces.extend(piece);
        }
        assert_eq!(pieces, whole);
        assert_ne!(Dice::new([8; 32]).bytes::<200>(), whole);
    }

    #[test]
    fn numbers_stay_within_their_bounds() {
        let mut dice = Dice::new([1; 32]);
        for (low, high) in [
            (1, 6),
            (-3, 3),
            (5, 5),
            (i64::MIN, i64::MAX),
            (i64::MAX - 1, i64::MAX),
            (i64::MIN, i64::MIN + 1),
        ] {
            for _ in 0..200 {
                let n = dice.int(low, high);
                assert!((low..=high).contains(&n), "{n} of {low} to {high}");
            }
        }
        assert_eq!(dice.int(6, 1), 6);
        assert_eq!(dice.below(0), 0);
        assert!((0..1_000).all(|_| (0.0..1.0).contains(&dice.float())));
    }

    #[test]
    fn every_face_of_a_die_is_as_likely() {
        const THROWS: u32 = 60_000;
        let mut dice = Dice::new([9; 32]);
        let mut faces = [0_u32; 6];
        for _ in 0..THROWS {
            faces[usize::try_from(dice.below(6)).unwrap_or(0)] += 1;
        }
        // A face comes up 10,000 times, give or take 91 (one standard deviation); five are allowed.
        assert!(faces.iter().all(|&seen| seen.abs_diff(THROWS / 6) < 460), "{faces:?}");
    }

    #[test]
    fn large_bounds_are_not_biased() {
        // With a bound of three quarters of 2^64, taking the remainder would make the lowest third
        // twice as likely as it should be.
        const BOUND: u64 = 3 << 62;
        const THROWS: u32 = 30_000;
        let mut dice = Dice::new([3; 32]);
        let low = (0..THROWS).filter(|_| dice.below(BOUND) < BOUND / 3).count();
        assert!(low.abs_diff(THROWS as usize / 3) < 500, "{low}");
    }
}
