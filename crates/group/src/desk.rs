//! The desk of one run: what it may read, and what it wants written and done.
//! Nothing on it is real before `commit` takes it.

use model::Moment;

/// The desk of one run.
pub struct Desk<'a> {
    /// `ctx.now`: the only clock of the run.
    pub now: Moment,
    /// The time zone of the owner, an IANA name.
    pub tz: String,
    /// All randomness of the run comes from its seed.
    pub dice: Dice,
    marker: std::marker::PhantomData<&'a ()>,
}

/// A deterministic stream of random numbers, seeded once a run and recorded in its receipt.
pub struct Dice {
    state: [u64; 4],
}

impl Dice {
    /// A stream from a run's seed.
    #[must_use]
    pub fn new(seed: [u8; 32]) -> Dice {
        let mut state = [0; 4];
        for (word, bytes) in state.iter_mut().zip(seed.chunks_exact(8)) {
            *word = u64::from_le_bytes(bytes.try_into().unwrap_or([1; 8]));
        }
        if state == [0; 4] {
            state[0] = 1;
        }
        Dice { state }
    }

    /// The next 64 bits: xoshiro256** (Blackman and Vigna, 2018), fast and reproducible, not secret.
    pub fn next(&mut self) -> u64 {
        let s = &mut self.state;
        let answer = s[1].wrapping_mul(5).rotate_left(7).wrapping_mul(9);
        let t = s[1] << 17;
        s[2] ^= s[0];
        s[3] ^= s[1];
        s[1] ^= s[2];
        s[0] ^= s[3];
        s[2] ^= t;
        s[3] = s[3].rotate_left(45);
        answer
    }
}
