//! How a run ends that was cut off: by its gas, its memory, its time, or the host.

use crate::message;
use crate::run::{Outcome, Run};
use crate::window::{Cut, Window};
use model::problem::{Kind, Problem};
use model::{Ending, Gas, Value};
use std::collections::BTreeMap;
use wasmtime::{Error, Trap};

impl Outcome {
    /// A run that never began.
    pub(crate) fn not_begun(problem: Problem) -> Outcome {
        Outcome {
            internal: (problem.kind == Kind::Internal).then(|| problem.private().to_owned()),
            message: problem.public,
            ..Outcome::of(Ending::Stopped, 0)
        }
    }

    /// A run that ended so and has nothing to say.
    pub(crate) fn of(ending: Ending, gas: Gas) -> Outcome {
        Outcome {
            ending,
            answer: Value::Nil,
            message: String::new(),
            gas,
            causes: BTreeMap::new(),
            restarted: false,
            internal: None,
        }
    }
}

/// The outcome of a run that was cut off; `stack` is where the script was, if it can tell.
pub(crate) fn cut_off(window: Window, err: &Error, stack: &str, gas: Gas, run: &Run) -> Outcome {
    let mut outcome = Outcome { causes: window.causes, ..Outcome::of(Ending::Stopped, gas) };
    match (window.cut, err.downcast_ref::<Trap>()) {
        (Some(Cut::Restart), _) => outcome.restarted = true,
        (Some(Cut::Internal(why)), _) => outcome.internal = Some(why),
        (Some(Cut::TooSlow), _) => {
            outcome.ending = Ending::TooSlow;
            outcome.message = message::at(stack, "too slow: this run used up its computing time");
        }
        (Some(Cut::Waited(text)), _) => {
            outcome.ending = Ending::TooSlow;
            outcome.message = message::at(stack, &text);
        }
        (Some(Cut::Unusable(text)), _) => outcome.message = message::at(stack, &text),
        (None, Some(Trap::OutOfFuel)) => {
            outcome.ending = Ending::OutOfGas;
            outcome.gas = run.gas;
            let gas = model::receipt::grouped(run.gas);
            outcome.message =
                message::at(stack, &format!("out of gas: this run used up its {gas} gas"));
        }
        (None, Some(Trap::StackOverflow)) => {
            outcome.message = message::at(stack, "stack overflow");
        }
        (None, _) if err.is::<wasmtime::GcHeapOutOfMemory<()>>() => {
            outcome.ending = Ending::OutOfMemory;
            outcome.message = message::at(stack, "out of memory: too many errors are kept at once");
        }
        (None, _) => outcome.internal = Some(format!("{err:?}")),
    }
    outcome
}
