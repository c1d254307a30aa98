//! `schedule`: wakes the app later. Idempotent by name: asking again replaces.

use super::args::{Answer, Args, error};
use super::{Call, Capability, Needs};
use crate::clockwork;
use crate::desk::{Desk, ScriptSchedule};
use model::Value;
use model::gas::Price;
use sandbox::Refusal;

/// A record in the commit.
const PRICE: Price = Price { call: 20_000, byte_in: 4, byte_out: 0 };
/// Bytes of a schedule's name.
const NAME_BYTES_MAX: usize = 100;
/// Schedules one run may set: more would be a flood of wakes.
const PER_RUN_MAX: usize = 100;

pub(super) const FAMILY: &[Capability] = &[
    Capability {
        name: "schedule.after",
        signature: "fun(wait: string, name: string, args?: table)",
        doc: "Runs at.NAME once, after a while such as \"10m\". A wait of an hour or more is paid from the owner's day; a shorter one from what is left of this chain of runs.",
        example: "schedule.after(\"2h\", \"remind\", { id = 3 })",
        price: PRICE,
        needs: Needs::Writing,
        call: Call::Desk(|desk, args| set(desk, args, false)),
    },
    Capability {
        name: "schedule.every",
        signature: "fun(wait: string, name: string, args?: table)",
        doc: "Runs at.NAME again and again, every so often such as \"1h\".",
        example: "schedule.every(\"1h\", \"look\")",
        price: PRICE,
        needs: Needs::Writing,
        call: Call::Desk(|desk, args| set(desk, args, true)),
    },
    Capability {
        name: "schedule.cancel",
        signature: "fun(name: string)",
        doc: "Forgets what after or every had planned under a name.",
        example: "schedule.cancel(\"remind\")",
        price: PRICE,
        needs: Needs::Writing,
        call: Call::Desk(cancel),
    },
];

fn name(args: &mut Args, place: usize) -> Result<String, Refusal> {
    let name = args.text(place, "name")?;
    if is_name(&name) {
        Ok(name)
    } else {
        Err(error(format!("a schedule's name has 1 to {NAME_BYTES_MAX} bytes")))
    }
}

/// Whether a schedule may bear this name.
pub(crate) fn is_name(name: &str) -> bool {
    !name.is_empty() && name.len() <= NAME_BYTES_MAX && !name.chars().any(char::is_control)
}

fn set(desk: &mut Desk, args: &mut Args, again: bool) -> Answer {
    let wait = args.text(0, "wait")?;
    let seconds = clockwork::parse_every(&wait).map_err(|problem| error(problem.public))?;
    let name = name(args, 1)?;
    if desk.schedules.len() >= PER_RUN_MAX {
        return Err(error(format!("one run sets at most {PER_RUN_MAX} schedules")));
    }
    // A name may carry an id after a colon, so that one function serves many reminders.
    let handler = name.split(':').next().unwrap_or_default().to_owned();
    let asked = ScriptSchedule { handler, args: args.take(2), seconds, again };
    desk.schedules.insert(name, Some(asked));
    Ok(Value::Nil)
}

fn cancel(desk: &mut Desk, args: &mut Args) -> Answer {
    let name = name(args, 0)?;
    desk.schedules.insert(name, None);
    Ok(Value::Nil)
}
