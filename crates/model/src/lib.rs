//! The words of Allotment: types, limits, problems. No IO, no clock, no randomness, no formats.
//!
//! Read in this order: names and ids, then what a run is made of, then what is kept.

pub mod account;
pub mod app;
pub mod chain;
pub mod crash;
pub mod effect;
pub mod ending;
pub mod gas;
pub mod grant;
pub mod id;
pub mod limit;
pub mod manifest;
pub mod moment;
pub mod name;
pub mod near;
pub mod problem;
pub mod receipt;
pub mod release;
pub mod sabotage;
pub mod setting;
pub mod suggestion;
pub mod trigger;
pub mod value;

pub use account::{Account, Level};
pub use app::App;
pub use chain::Chain;
pub use effect::{Answered, Effect, EffectState, Intent};
pub use ending::Ending;
pub use gas::Gas;
pub use grant::{Grant, Want};
pub use id::{AccountId, AppId, ChainId, EffectId, GrantId, RunId, SuggestionId};
pub use manifest::Manifest;
pub use moment::Moment;
pub use name::{AppAddress, Name};
pub use problem::{Kind, Problem, Result};
pub use receipt::Receipt;
pub use release::{Files, Release, ReleaseId};
pub use suggestion::{Became, Suggestion};
pub use trigger::{Invocation, Person, Trigger};
pub use value::Value;
