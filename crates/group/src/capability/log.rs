//! `log`: the app's event log. `print` of a script comes here too.

use super::args::{Answer, Args};
use super::{Call, Capability, Needs};
use crate::desk::Desk;
use model::Value;
use model::gas::Price;
use sandbox::Refusal;

pub(super) const FAMILY: &[Capability] = &[Capability {
    name: "log.print",
    signature: "fun(text: string)",
    doc: "Adds a line to the app's event log, which its owner reads. print does the same.",
    example: "log.print(\"hello\"); print(\"a\", 1)",
    price: Price { call: 500, byte_in: 2, byte_out: 0 },
    needs: Needs::Nothing,
    call: Call::Later(printable),
}];

fn printable(args: &mut Args) -> Result<(), Refusal> {
    args.bytes(0, "text").map(drop)
}

pub(super) fn print(desk: &mut Desk, args: &mut Args) -> Answer {
    let text = args.bytes(0, "text")?;
    desk.printed.line(&String::from_utf8_lossy(&text));
    Ok(Value::Nil)
}
