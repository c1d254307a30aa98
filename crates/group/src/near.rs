//! The capabilities of a worker: those that need nothing but what a run was given. Whoever breaks
//! out of the engine finds this code, and neither data nor keys.

use crate::capability::Call;
use crate::capability::args::Args;
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
}
