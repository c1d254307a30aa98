//! The group's own pages. Each file holds one page: the plain data it shows, and how it is drawn.
//! No page asks anybody anything; the forms they hold are listed in `routes`.

pub mod account;
pub mod admin;
pub mod app_bar;
pub mod app_line;
pub mod app_page;
pub mod bars;
pub mod changes;
pub mod delete;
pub mod directory;
pub mod document;
pub mod editor;
pub mod error;
pub mod field;
pub mod fork;
pub mod grants;
pub mod home;
pub mod job;
pub mod join;
pub mod landing;
pub mod log;
pub mod newer;
pub mod news;
pub mod reading;
pub mod receipts;
pub mod rehearsal;
pub mod settings;
pub mod sign_in;
pub mod source;
pub mod suggestions;
pub mod usage;
pub mod welcome;
