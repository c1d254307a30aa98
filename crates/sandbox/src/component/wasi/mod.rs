//! The part of WASI 0.2 that an app has: what the runtimes of other languages need to begin, `wasi:http`,
//! the app's own files for command-line programs, and nothing else. No socket, no clock but `ctx.now`,
//! no randomness but the run's; what reaches outside goes through the run's host like every other call
//! of a guest.
//!
//! Everything here answers at once, so nothing waits for anything: what can be polled is ready.

mod call;
mod cli;
mod clocks;
mod filesystem;
mod http;
mod io;
mod missing;
mod output;
mod random;
mod room;
mod sockets;
mod state;
mod streams;
#[cfg(test)]
mod tests;

pub(crate) use http::serve;
pub(crate) use missing::link_missing;
pub(crate) use state::{Exited, HANDLES_MAX, WasiState};

use crate::host::Refusal;
use model::{Gas, Value};
use wasmtime::component::{Component, Instance, Linker};
use wasmtime::{Error, Result, Store};

/// The version of WASI that is linked. A guest made for a later 0.2 finds it, as they are compatible.
const VERSION: &str = "0.2.0";
/// The exports that make a component one of WASI's two kinds of program.
const PROXY: &str = "wasi:http/incoming-handler@0.2.0";
const COMMAND: &str = "wasi:cli/run@0.2.0";
/// Bytes that one call may hand over to the host, strings and lists together: the host allocates
/// them before it sees them. The largest thing of WASI is one write to a stream.
pub(crate) const CALL_BYTES_MAX: usize = 1024 * 1024;

/// What a store's state must have for its guest to have WASI.
pub(crate) trait Wasi: Sized + 'static {
    /// The part of the state that is WASI's.
    fn wasi(&mut self) -> &mut WasiState;

    /// Takes gas for `count` calls of a cause, before the work it pays for; ends the run when there
    /// is too little left.
    fn charge(&mut self, cause: &'static str, count: u64, gas: Gas) -> Result<()>;

    /// Calls a capability, with its own price. An error of the outer result ends the run.
    fn ask(&mut self, name: &str, args: Vec<Value>) -> Result<std::result::Result<Value, Refusal>>;
}

/// What a guest did wrong, in words for its author. It ends the run.
#[derive(Debug)]
pub(crate) struct Fault(pub(crate) String);

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Fault {}

/// The end of a run by its guest's fault.
fn fault(text: impl Into<String>) -> Error {
    Error::new(Fault(text.into()))
}

/// Offers everything of WASI that is here.
pub(crate) fn link<T: Wasi>(linker: &mut Linker<T>) -> Result<()> {
    io::link(linker)?;
    streams::link(linker)?;
    clocks::link(linker)?;
    random::link(linker)?;
    cli::link(linker)?;
    filesystem::link(linker)?;
    sockets::link(linker)?;
    http::link(linker)
}

/// Whether a component answers web requests by `wasi:http/incoming-handler`.
pub(crate) fn is_proxy(component: &Component) -> bool {
    component.get_export_index(None, PROXY).is_some()
}

/// Whether a component is a command-line program.
pub(crate) fn is_command(component: &Component) -> bool {
    component.get_export_index(None, COMMAND).is_some()
}

/// Runs a command-line program; `Err` is its way of saying that it failed.
pub(crate) fn run_command<T: Wasi>(
    store: &mut Store<T>,
    instance: &Instance,
) -> Result<std::result::Result<(), ()>> {
    let run = export(store, instance, COMMAND, "run")?;
    let run = instance.get_typed_func::<(), (std::result::Result<(), ()>,)>(&mut *store, run)?;
    match run.call(&mut *store, ()) {
        Ok((status,)) => Ok(status),
        Err(err) => match err.downcast_ref::<Exited>() {
            Some(Exited(status)) => Ok(*status),
            None => Err(err),
        },
    }
}

/// Hands the last line that a guest printed to the log, though no end of line came. To be called
/// once when the guest is done, however it ended; the state must know what gas is left.
pub(crate) fn finish_output<T: Wasi>(state: &mut T) -> Result<()> {
    output::finish(&mut call::Call::new(state, "wasi:cli/stdout"))
}

/// Keeps what a command-line program has changed of files that it left open. To be called once when
/// it ended well; the state must know what gas is left.
pub(crate) fn finish_files<T: Wasi>(state: &mut T) -> Result<()> {
    filesystem::finish(&mut call::Call::new(state, "wasi:filesystem/types"))
}

/// A function of an interface that the component exports.
fn export<T: 'static>(
    store: &mut Store<T>,
    instance: &Instance,
    interface: &str,
    name: &str,
) -> Result<wasmtime::component::ComponentExportIndex> {
    let missing = || fault(format!("the component does not export {interface}"));
    let at = instance.get_export_index(&mut *store, None, interface).ok_or_else(missing)?;
    instance.get_export_index(&mut *store, Some(&at), name).ok_or_else(missing)
}
