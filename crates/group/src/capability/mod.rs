//! Everything a guest may ask of its group: one table, one file a family.
//! A capability that is not in `all()` does not exist; there is no other registration.

pub mod args;
mod base64;
mod bounds;
mod csv;
mod docs;
mod feed;
pub(crate) mod files;
mod git;
mod hash;
mod html;
mod http;
mod json;
mod log;
mod md;
mod me;
mod random;
pub(crate) mod schedule;
mod secrets;
mod store;
mod text;
mod time;
#[cfg(test)]
mod trial;
mod url;

use crate::desk::Desk;
use crate::given::Given;
use args::{Answer, Args};
use model::gas::Price;
use sandbox::Refusal;

/// One function a guest may call.
pub struct Capability {
    /// Family and name, as the script writes it: `store.get`.
    pub name: &'static str,
    /// Parameters and result in LuaLS notation: `fun(key: string, default?: any): any`.
    pub signature: &'static str,
    /// The guest's manual page. The first sentence is shown in lists.
    pub doc: &'static str,
    /// A few lines of Lua that run as a test: a call with an `assert` on what it answers.
    pub example: &'static str,
    pub price: Price,
    pub needs: Needs,
    pub call: Call,
}

/// Where a call is answered.
pub enum Call {
    /// Wherever the guest runs: from its arguments and what the run was given.
    Given(fn(&mut Given, &mut Args) -> Answer),
    /// By the node, from the run's desk.
    Desk(fn(&mut Desk, &mut Args) -> Answer),
    /// By the node, from the run's desk, and of all that lies there only from what the first
    /// argument begins: a key, or the prefix of keys, of its own family. It may be made ahead.
    Look(fn(&mut Desk, &mut Args) -> Answer),
    /// By the node, some time before the run ends: nothing is answered but that the arguments fit.
    Later(fn(&mut Args) -> Result<(), Refusal>),
}

impl Call {
    /// Makes the call at the desk of a run.
    pub(crate) fn make(&self, desk: &mut Desk, args: &mut Args) -> Answer {
        match self {
            Call::Given(call) => call(&mut desk.given, args),
            Call::Desk(call) | Call::Look(call) => call(desk, args),
            Call::Later(_) => log::print(desk, args),
        }
    }
}

/// What a call needs before it is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// Reads the app's own data, or nothing at all: allowed everywhere.
    Nothing,
    /// Changes the app's own data: not in `view`, not in `serve` for GET.
    Writing,
    /// A grant of this verb on the object of the call; the call itself checks the object.
    Grant(&'static str),
}

/// The version of all prices; receipts name it. It rises when a price changes, or what is charged.
pub const PRICE_TABLE: u32 = 4;

/// The one table.
pub fn all() -> impl Iterator<Item = &'static Capability> {
    FAMILIES.iter().flat_map(|family| family.iter())
}

const FAMILIES: &[&[Capability]] = &[
    store::FAMILY,
    me::FAMILY,
    files::FAMILY,
    docs::FAMILY,
    http::FAMILY,
    secrets::FAMILY,
    git::FAMILY,
    schedule::FAMILY,
    log::FAMILY,
    json::FAMILY,
    csv::FAMILY,
    feed::FAMILY,
    text::FAMILY,
    html::FAMILY,
    md::FAMILY,
    hash::FAMILY,
    base64::FAMILY,
    url::FAMILY,
    time::FAMILY,
    random::FAMILY,
];
