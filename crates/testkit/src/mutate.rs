//! A fuzzer in one page: it bends sound inputs until a decoder breaks or time is up. Tests of other
//! crates include this file by its path, so that none of them must build this crate.
//!
//! The seed is fixed: `./test` bends the same few thousand each time, `./test --long` goes on from
//! there for a minute a target. An input that broke something belongs into the target's own table.

use std::time::{Duration, Instant};

/// Inputs that are tried by every `./test`.
const ROUNDS: u32 = 20_000;
/// How long `./test --long` goes on with one target.
const LONG: Duration = Duration::from_secs(60);
/// Bytes of an input that are kept for further bending.
const KEPT_BYTES_MAX: usize = 4_096;
/// Inputs that are kept.
const KEPT_MAX: usize = 512;

/// Numbers that decoders take for lengths, counts and ends.
const EDGES: &[u64] = &[
    0,
    1,
    0x7f,
    0x80,
    0xff,
    0x100,
    0x7fff,
    0xffff,
    0x7fff_ffff,
    0xffff_ffff,
    u64::MAX / 2,
    u64::MAX,
];

/// Gives a target bent inputs. What it answers says how far it came: an input that came somewhere
/// new is bent further. A panic of the target is the failure, with the input in its message.
pub fn fuzz(sound: &[Vec<u8>], words: &[&str], mut target: impl FnMut(&[u8]) -> u64) {
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    let mut kept: Vec<Vec<u8>> = sound.to_vec();
    let mut places: Vec<u64> = Vec::new();
    let long = std::env::var_os("ALLOT_LONG").is_some();
    let begun = Instant::now();
    let mut round = 0;
    while round < ROUNDS || (long && begun.elapsed() < LONG) {
        round += 1;
        let mut input = kept[dice.below(kept.len())].clone();
        for _ in 0..=dice.below(4) {
            bend(&mut dice, &mut input, &kept, words);
        }
        let shown = Shown(&input);
        let place = target(&input);
        std::mem::forget(shown);
        if !places.contains(&place) && kept.len() < KEPT_MAX && input.len() <= KEPT_BYTES_MAX {
            places.push(place);
            kept.push(input);
        }
    }
}

/// Shows its input when a target panics while it has it.
struct Shown<'a>(&'a [u8]);

impl Drop for Shown<'_> {
    fn drop(&mut self) {
        eprintln!("the input was {:?}", String::from_utf8_lossy(self.0));
        eprintln!("as bytes: {:?}", self.0);
    }
}

/// Changes an input in one of the ways that break decoders.
fn bend(dice: &mut Dice, input: &mut Vec<u8>, kept: &[Vec<u8>], words: &[&str]) {
    let at = dice.below(input.len() + 1);
    match dice.below(8) {
        0 => input.truncate(at),
        1 => input.insert(at, dice.below(256) as u8),
        2 if at < input.len() => input[at] ^= 1 << dice.below(8),
        3 if at < input.len() => input[at] = dice.below(256) as u8,
        4 => {
            let edge = EDGES[dice.below(EDGES.len())].to_le_bytes();
            let len = [1, 2, 4, 8][dice.below(4)];
            let end = (at + len).min(input.len());
            input.splice(at..end, edge[..len].iter().copied());
        }
        5 => {
            let other = &kept[dice.below(kept.len())];
            let from = dice.below(other.len() + 1);
            input.truncate(at);
            input.extend(&other[from..]);
        }
        6 if !words.is_empty() => {
            let word = words[dice.below(words.len())].repeat([1, 1, 2, 40][dice.below(4)]);
            input.splice(at..at, word.into_bytes());
        }
        _ => {
            let end = (at + dice.below(16)).min(input.len());
            let piece = input[at..end].to_vec();
            input.splice(at..at, piece);
        }
    }
    input.truncate(16 * KEPT_BYTES_MAX);
}

/// Splitmix64.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut n = self.0;
        n = (n ^ (n >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        n = (n ^ (n >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((n ^ (n >> 31)) % end.max(1) as u64) as usize
    }
}
