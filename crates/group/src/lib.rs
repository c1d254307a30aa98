//! The house rules: who may do what, and the one walk of a run: admit, run, commit.
//! It opens no socket and asks no clock: `World` is given to it, doors call it.

pub mod world;
pub mod group;
pub mod manifest;
pub mod accounts;
pub mod moderation;
pub mod apps;
pub mod check;
pub mod grants;
pub mod secrets;
pub mod actions;
pub mod capability;
pub mod desk;
pub mod invoke;
pub mod schedules;
pub mod effects;
pub mod log;
pub mod receipts;
pub mod usage;
pub mod totals;
pub mod ledger;
pub mod keys;
pub mod clockwork;
mod admit;
mod answers;
mod commit;
mod ctx;
mod dice;
mod host;
mod journal;
mod printed;
mod program;
mod records;
mod setting_values;
mod slots;
mod ticket;
mod turns;

pub use accounts::{Joining, Scope, person};
pub use check::Checked;
pub use effects::{Delivered, Delivery};
pub use grants::{Allowing, Wanted};
pub use group::{Config, Group};
pub use invoke::Ran;
pub use keys::Keys;
pub use moderation::{GroupSettings, SignUp};
pub use world::{Incoming, Outgoing, Unreached, UnreachedKind, World};
