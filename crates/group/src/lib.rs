//! The house rules: who may do what, and the one walk of a run: admit, run, commit.
//! It opens no socket and asks no clock: `World` is given to it, doors call it.

pub mod accounts;
pub mod actions;
mod admit;
mod answers;
pub mod apps;
pub mod capability;
pub mod check;
pub mod clockwork;
mod commit;
mod ctx;
pub mod desk;
mod dice;
pub mod effects;
pub mod grants;
pub mod group;
mod host;
pub mod invoke;
mod journal;
pub mod keys;
pub mod ledger;
pub mod log;
pub mod manifest;
pub mod moderation;
mod printed;
mod program;
pub mod receipts;
mod records;
pub mod schedules;
pub mod secrets;
mod setting_values;
mod slots;
mod ticket;
pub mod totals;
mod turns;
pub mod usage;
pub mod world;

pub use accounts::{Joining, Scope, person};
pub use check::Checked;
pub use effects::{Delivered, Delivery};
pub use grants::{Allowing, Wanted};
pub use group::{Config, Group};
pub use invoke::Ran;
pub use keys::Keys;
pub use moderation::{GroupSettings, SignUp};
pub use world::{Incoming, Outgoing, Unreached, UnreachedKind, World};
