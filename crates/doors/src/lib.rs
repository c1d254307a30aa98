//! In and out: doors turn what arrives into an invocation and carry effects away. They decide nothing.

pub mod api;
pub mod beat;
pub mod git;
pub mod listen;
pub mod outbox;
pub mod outside;
mod parcel;
pub mod web;
