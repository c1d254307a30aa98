//! `secrets`: usable, not readable. The script gets a mark that `http` replaces for the allowed
//! host only; the value itself never enters the guest.

use super::args::{Answer, Args, error};
use super::{Call, Capability, Needs};
use crate::desk::{Desk, internal};
use crate::secrets;
use model::Value;
use model::gas::Price;

pub(super) const FAMILY: &[Capability] = &[Capability {
    name: "secrets.get",
    signature: "fun(name: string): string",
    doc: "A mark that stands for a secret the owner set. http.fetch puts the secret in its place when it goes to the secret's own host, and nowhere else.",
    example: "local ok, why = pcall(secrets.get, \"none\"); assert(not ok and why:find(\"none\"))",
    price: Price { call: 5_000, byte_in: 1, byte_out: 1 },
    needs: Needs::Nothing,
    call: Call::Desk(get),
}];

fn get(desk: &mut Desk, args: &mut Args) -> Answer {
    let name = args.text(0, "name")?;
    let app = &desk.ticket.app.it;
    match desk.group.secret_names(app).map_err(internal)?.contains(&name) {
        true => Ok(Value::text(secrets::mark(&name))),
        false => Err(error(format!(
            "there is no secret “{}”; the owner sets it on the app's grants page",
            name.escape_debug()
        ))),
    }
}
