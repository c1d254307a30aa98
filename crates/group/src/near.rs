//! The capabilities of a worker: those that need nothing but what a run was given. Whoever breaks
//! out of the engine finds this code, and neither data nor keys.

use crate::capability::args::Args;
use crate::capability::{Call, Needs};
use crate::dice::Dice;
use crate::given::Given;
use crate::host::find;
use model::gas::Price;
use model::{Moment, Value};
use sandbox::Refusal;
use sandbox::worker::{Near, Nearby};

/// The side of the table that a worker has.
#[derive(Default)]
pub struct NearCalls {
    given: Option<Given>,
}

impl Near for NearCalls {
    fn begin(&mut self, seed: [u8; 32], now: Moment, tz: &str) {
        self.given = Some(Given { now, tz: tz.to_owned(), dice: Dice::new(seed) });
    }

    fn price(&self, name: &str) -> Result<Price, Refusal> {
        find(name).map(|capability| capability.price)
    }

    fn call(&mut self, name: &str, args: Vec<Value>) -> Nearby {
        let capability = match find(name) {
            Ok(capability) => capability,
            Err(refusal) => return Nearby::Answered(Err(refusal)),
        };
        match (&capability.call, &mut self.given) {
            (Call::Given(call), Some(given)) => {
                Nearby::Answered(call(given, &mut Args::new(capability.name, args)))
            }
            (Call::Later(check), _) => match check(&mut Args::new(capability.name, args.clone())) {
                Ok(()) => Nearby::Later(args),
                Err(refusal) => Nearby::Answered(Err(refusal)),
            },
            _ => Nearby::Elsewhere(args),
        }
    }

    /// Data lies in its family's keys: a write changes what is read under a beginning of its key.
    fn changes(&self, name: &str, args: &[Value], read: &str, read_args: &[Value]) -> bool {
        let writes = find(name).is_ok_and(|it| it.needs == Needs::Writing);
        let family = |name: &str| name.split('.').next().map(str::to_owned);
        writes && family(name) == family(read) && lies_under(args.first(), read_args.first())
    }
}

/// Whether a key begins like this; arguments that are neither texts nor numbers lie anywhere.
fn lies_under(key: Option<&Value>, beginning: Option<&Value>) -> bool {
    match (key.and_then(bytes), beginning.and_then(bytes)) {
        (Some(key), Some(beginning)) => key.starts_with(&beginning),
        _ => true,
    }
}

/// The bytes of a text; numbers count, as for `Args`.
fn bytes(value: &Value) -> Option<Vec<u8>> {
    match value {
        Value::Str(bytes) => Some(bytes.clone()),
        Value::Int(_) | Value::Float(_) => Some(value.shown().into_bytes()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_write_changes_what_is_read_under_its_key() {
        let text = |text: &str| vec![Value::text(text)];
        let cases = [
            ("store.set", text("a"), "store.get", text("a"), true),
            ("store.set", text("a"), "store.get", text("b"), false),
            ("store.set", text("a"), "me.get", text("a"), false),
            ("me.add", text("n"), "me.changed", text("n"), true),
            ("store.delete", text("vote/1"), "store.count", text("vote/"), true),
            ("store.add", text("vote/1"), "store.list", text("answer/"), false),
            ("store.set", text("vote/1"), "store.list", vec![], true),
            ("store.set", text("vote/1"), "store.list", vec![Value::Nil], true),
            ("store.set", vec![Value::Int(7)], "store.get", text("7"), true),
            ("store.set", text("7"), "store.get", vec![Value::Float(7.5)], false),
            ("store.set", vec![], "store.get", text("a"), true),
            ("files.write", text("a.txt"), "files.list", text("a"), true),
            ("files.write", text("a"), "store.get", text("a"), false),
            ("store.get", text("a"), "store.get", text("a"), false),
            ("http.fetch", text("a"), "store.get", text("a"), false),
        ];
        let near = NearCalls::default();
        for (name, args, read, read_args, expected) in cases {
            let changes = near.changes(name, &args, read, &read_args);
            assert_eq!(changes, expected, "{name} {args:?} before {read} {read_args:?}");
        }
    }
}
