//! What `wit/` says, as Rust: made from it by the compiler, so that the two cannot differ.
#![allow(missing_docs)] // each item is documented in wit/

wasmtime::component::bindgen!({
    path: "../../wit",
    world: "app",
    imports: { default: trappable },
});

pub(super) use allotment::app::types::{
    Declaration, Identity, Owner, Person, Press, Refusal, Request, Response, Tick,
};
pub(super) use allotment::app::{
    feed, files, git, html, http, log, me, random, schedule, secrets, store, time, types,
};
