//! In and out: doors turn what arrives into an invocation and carry effects away. They decide nothing.

pub mod git;
pub mod outside;
