//! Commits to repositories over https, and reads them. The `git` binary makes and reads packs in a
//! bare scratch folder and never gets an address; smart HTTP is spoken here, through the one way
//! out. A commit is named by its effect, so making it again makes no second one.

mod address;
mod author;
mod path;
mod pkt;
mod push;
mod read;
mod remote;
mod reply;
mod scratch;
mod token;
mod tree;
mod version;

pub use address::{Branch, Repository};
pub use path::check_path;
pub use push::{Push, Pushed, push, push_within};
pub use read::files;
pub use remote::PATIENCE;
pub use scratch::sweep;
pub use token::Token;
pub use version::version;
