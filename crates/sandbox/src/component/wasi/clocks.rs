//! `wasi:clocks`: the moment of the run. Wall time stands still; monotonic time moves when the guest
//! sleeps, by so much and at once, so that no guest can measure itself and none waits.

use super::Wasi;
use super::call::Interface;
use super::io::Pollable;
use wasmtime::Result;
use wasmtime::component::{ComponentType, Linker, Lower};

/// Nanoseconds of monotonic time that can be told apart.
const RESOLUTION: u64 = 1;

/// A moment as WASI writes it.
#[derive(Clone, Copy, ComponentType, Lower)]
#[component(record)]
struct Datetime {
    seconds: u64,
    nanoseconds: u32,
}

/// Offers both clocks.
pub(super) fn link<T: Wasi>(linker: &mut Linker<T>) -> Result<()> {
    let mut wall = Interface::of(linker, "wasi:clocks/wall-clock")?;
    wall.func("now", |call, ()| {
        Ok((Datetime { seconds: call.wasi().wall_seconds(), nanoseconds: 0 },))
    })?;
    wall.func("resolution", |_, ()| Ok((Datetime { seconds: 1, nanoseconds: 0 },)))?;

    let mut monotonic = Interface::of(linker, "wasi:clocks/monotonic-clock")?;
    monotonic.func("now", |call, ()| Ok((call.wasi().monotonic(),)))?;
    monotonic.func("resolution", |_, ()| Ok((RESOLUTION,)))?;
    monotonic
        .func("subscribe-instant", |call, (when,): (u64,)| Ok((call.push(Pollable::At(when))?,)))?;
    monotonic.func("subscribe-duration", |call, (time,): (u64,)| {
        let when = call.wasi().monotonic().saturating_add(time);
        Ok((call.push(Pollable::At(when))?,))
    })
}
