//! Reads ahead, as a worker has them: answers to calls that the guest will probably make. Each is
//! what the node would answer, until the run itself changes what it tells of.

use super::frame::AheadFrame;
use super::inside::Near;
use crate::parcel::{Unreadable, decode};
use model::Value;

/// The answers a run was given when it began; those that hold no more are gone.
pub(super) struct Known {
    calls: Vec<Option<Call>>,
}

struct Call {
    name: String,
    args: Vec<Value>,
    answer: Vec<u8>,
}

impl Known {
    pub(super) fn new(ahead: Vec<AheadFrame>) -> Result<Known, Unreadable> {
        let calls = ahead.into_iter().map(|it| match decode(&it.args.0)? {
            Value::List(args) => {
                Ok(Some(Call { name: it.name, args, answer: it.answer.0.into_owned() }))
            }
            _ => Err(Unreadable::Form),
        });
        Ok(Known { calls: calls.collect::<Result<_, _>>()? })
    }

    /// The answer to a call, with the number by which the node knows it.
    pub(super) fn answer(&self, name: &str, args: &[Value]) -> Option<(u32, Value)> {
        let is_it = |call: &Option<Call>| {
            call.as_ref().is_some_and(|call| call.name == name && call.args == args)
        };
        let number = self.calls.iter().position(is_it)?;
        let answer = decode(&self.calls[number].as_ref()?.answer).ok()?;
        Some((u32::try_from(number).ok()?, answer))
    }

    /// Forgets what holds no more once this call is made.
    pub(super) fn forget(&mut self, near: &dyn Near, name: &str, args: &[Value]) {
        for call in &mut self.calls {
            call.take_if(|read| near.changes(name, args, &read.name, &read.args));
        }
    }
}
