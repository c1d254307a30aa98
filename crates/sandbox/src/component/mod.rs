//! Apps in any other language than Lua: components of the package in `wit/`, compiled in a worker
//! that does nothing else, and run in workers that have one component each.

mod answer;
mod bindings;
mod calls;
mod codes;
mod command;
mod compile;
mod features;
#[cfg(test)]
mod fuzz;
mod here;
mod kind;
mod shelf;
mod state;
mod trigger;
mod values;
mod wasi;

pub(crate) use codes::Codes;
pub use compile::Compiling;
pub(crate) use here::{Here, engine, warm_up};
pub(crate) use shelf::Shelf;
