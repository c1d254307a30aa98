//! Draws: views and pages to HTML, text and JSON. It is the only crate that writes a `<`, and it
//! knows no clock, file or socket: everything it shows is given to it.
//!
//! Read in this order: `table` (what a view may be made of), `read` (how it is checked), `view`
//! (its faces), then `page` (the group's own pages) and `routes` (where their forms go).

pub mod address;
pub mod answer;
pub mod component;
mod fault;
mod guard;
pub mod json;
pub mod node;
mod read;
mod rules;
pub mod sanitise;
mod scalar;
pub mod stamp;
pub mod table;
pub mod view;

pub use answer::Answer;
pub use fault::Fault;
pub use maud::Markup;
pub use sanitise::{markdown, sanitise};
pub use view::{Pressable, Surroundings, View, list_actions};
