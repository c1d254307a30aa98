//! `me`: like `store`, but for each person who uses the app. Nobody reads another person's part.

use super::args::{Answer, Args, error};
use super::{Call, Capability, Needs, store};
use crate::desk::Desk;
use model::gas::Price;
use sandbox::Refusal;

/// The same work as in `store`.
const READ: Price = Price { call: 12_000, byte_in: 1, byte_out: 1 };
/// The same work as in `store`.
const WRITE: Price = Price { call: 14_000, byte_in: 4, byte_out: 0 };
/// The same work as in `store`.
const RANGE: Price = Price { call: 14_000, byte_in: 1, byte_out: 2 };

pub(super) const FAMILY: &[Capability] = &[
    Capability {
        name: "me.get",
        signature: "fun(key: string, default?: any): any",
        doc: "Reads a value of the person who acts.",
        example: "assert(me.get(\"nothing\", 7) == 7)",
        price: READ,
        needs: Needs::Nothing,
        call: Call::Look(|desk, args| with_space(desk, args, store::get)),
    },
    Capability {
        name: "me.set",
        signature: "fun(key: string, value: any)",
        doc: "Keeps a value for the person who acts. nil deletes it.",
        example: "me.set(\"a\", true); assert(me.get(\"a\"))",
        price: WRITE,
        needs: Needs::Writing,
        call: Call::Desk(|desk, args| with_space(desk, args, store::set)),
    },
    Capability {
        name: "me.add",
        signature: "fun(key: string, amount?: number): number",
        doc: "Adds to a number of the person who acts, and answers the sum.",
        example: "assert(me.add(\"n\", 2) == 2)",
        price: WRITE,
        needs: Needs::Writing,
        call: Call::Desk(|desk, args| with_space(desk, args, store::add)),
    },
    Capability {
        name: "me.delete",
        signature: "fun(key: string)",
        doc: "Deletes a key of the person who acts.",
        example: "me.set(\"x\", 1); me.delete(\"x\"); assert(me.get(\"x\") == nil)",
        price: WRITE,
        needs: Needs::Writing,
        call: Call::Desk(|desk, args| with_space(desk, args, store::delete)),
    },
    Capability {
        name: "me.list",
        signature: "fun(prefix?: string, options?: { after?: string, limit?: integer, reverse?: boolean }): { key: string, value: any }[]",
        doc: "Lists keys and values of the person who acts.",
        example: "me.set(\"t/1\", \"a\"); assert(#me.list(\"t/\") == 1)",
        price: RANGE,
        needs: Needs::Nothing,
        call: Call::Look(|desk, args| with_space(desk, args, store::list)),
    },
    Capability {
        name: "me.count",
        signature: "fun(prefix?: string): integer",
        doc: "Counts the keys with a prefix of the person who acts, up to 1 000.",
        example: "assert(me.count(\"none/\") == 0)",
        price: RANGE,
        needs: Needs::Nothing,
        call: Call::Look(|desk, args| with_space(desk, args, store::count)),
    },
    Capability {
        name: "me.changed",
        signature: "fun(key: string): string?",
        doc: "When a key of the person who acts was last written, as the owner's date and time.",
        example: "assert(me.changed(\"never\") == nil)",
        price: READ,
        needs: Needs::Nothing,
        call: Call::Look(|desk, args| with_space(desk, args, store::changed)),
    },
];

type InSpace = fn(&mut Desk, &mut Args, &str) -> Answer;

fn with_space(desk: &mut Desk, args: &mut Args, call: InSpace) -> Answer {
    let space = space(desk)?;
    call(desk, args, &space)
}

fn space(desk: &mut Desk) -> Result<String, Refusal> {
    desk.personal = true;
    match desk.ticket.person() {
        Some(person) => Ok(format!("me:{}", person.id)),
        None => Err(error("nobody is signed in, so there is no “me”; look at ctx.me first")),
    }
}
