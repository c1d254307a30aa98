//! The answers of outside calls, recorded so that a repeated run asks nobody twice.

use model::Value;
use sha2::{Digest, Sha256};

/// The digest of a request: by it and by its number a call is recognised.
pub(crate) type RequestDigest = [u8; 32];

/// Recorded answers in the order of the calls.
#[derive(Clone, Debug, Default)]
pub(crate) struct Answers {
    recorded: Vec<(RequestDigest, Value)>,
    next: usize,
}

impl Answers {
    /// The same answers, to be asked for from the first again.
    pub(crate) fn again(mut self) -> Answers {
        self.next = 0;
        self
    }

    /// The recorded answer of the next call, if it is the same call. The first mismatch drops the
    /// rest: what followed belonged to another course of the run.
    pub(crate) fn replay(&mut self, digest: &RequestDigest) -> Option<Value> {
        let (known, answer) = self.recorded.get(self.next)?;
        if known != digest {
            self.recorded.truncate(self.next);
            return None;
        }
        self.next += 1;
        Some(answer.clone())
    }

    /// Records the answer of the call that was just made.
    pub(crate) fn record(&mut self, digest: RequestDigest, answer: Value) {
        self.recorded.truncate(self.next);
        self.recorded.push((digest, answer));
        self.next += 1;
    }
}

/// The digest of a request's parts; lengths keep the parts apart.
pub(crate) fn digest(parts: &[&[u8]]) -> RequestDigest {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    hash.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_mismatch_drops_the_rest() {
        let [a, b, c] = [digest(&[b"a"]), digest(&[b"b"]), digest(&[b"c"])];
        let mut answers = Answers::default();
        answers.record(a, Value::Int(1));
        answers.record(b, Value::Int(2));
        let mut again = answers.clone().again();
        assert_eq!(again.replay(&a), Some(Value::Int(1)));
        assert_eq!(again.replay(&c), None);
        again.record(c, Value::Int(3));
        let mut third = again.again();
        assert_eq!(third.replay(&a), Some(Value::Int(1)));
        assert_eq!(third.replay(&c), Some(Value::Int(3)));
        assert_eq!(third.replay(&b), None);
    }

    #[test]
    fn parts_do_not_run_together() {
        assert_ne!(digest(&[b"ab", b"c"]), digest(&[b"a", b"bc"]));
    }
}
