//! The rules of this repository as tests: floors, sizes, first lines, one place for each thing, true papers.
//! The tests in `tests/` are the rules; this library only reads the tree. It never changes a file.

// A rule that cannot read the tree has failed, and a test may say so by panicking.
#![allow(clippy::panic)]

pub mod fault;
pub mod source;
pub mod tree;
pub mod workspace;

pub use fault::{Fault, none};
pub use source::{Line, Source};
pub use tree::Tree;
pub use workspace::{Floor, Member};
