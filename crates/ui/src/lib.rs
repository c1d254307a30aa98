//! Draws: views and pages to HTML, text and JSON. It is the only crate that writes a `<`, and it
//! knows no clock, file or socket: everything it shows is given to it.
//!
//! Read in this order: `table` (what a view may be made of), `read` (how it is checked), `view`
//! (its faces), then `page` (the group's own pages) and `routes` (where their forms go).

pub mod address;
pub mod answer;
pub mod assets;
pub mod clean;
pub mod component;
mod definition;
mod fault;
mod frame;
mod guard;
pub mod json;
pub mod lang;
pub mod node;
pub mod offers;
pub mod ops;
pub mod page;
pub mod prose;
mod read;
pub mod reading;
mod reference;
pub mod routes;
mod rules;
pub mod sanitise;
mod scalar;
mod schema;
pub mod stamp;
pub mod style;
pub mod table;
pub mod theme;
pub mod view;

pub use answer::Answer;
pub use clean::Clean;
pub use definition::definition;
pub use fault::Fault;
pub use frame::{Chrome, Flash, Me, frame};
pub use lang::Lang;
pub use maud::Markup;
pub use prose::{Form, Prose};
pub use reading::Reading;
pub use reference::reference;
pub use sanitise::{markdown, sanitise};
pub use schema::schema;
pub use style::STYLE;
pub use theme::Theme;
pub use view::{Pressable, Surroundings, View, list_actions};

/// The `Content-Security-Policy` of every page: no script and no style but ours, no frame.
pub const POLICY: &str = "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
