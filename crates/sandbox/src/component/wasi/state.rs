//! What WASI knows of one run: its handles, its arguments, its input, the moment it began. It dies
//! with the store, and with it everything that the guest did not drop.

use super::filesystem::Files;
use super::output::Output;
use super::room::{Hold, Room};
use super::streams::Bytes;
use model::Moment;
use wasmtime::component::ResourceTable;

/// Handles that may be open at once. Runtimes with garbage collection drop late; none that was
/// tried had a thousand.
pub(crate) const HANDLES_MAX: usize = 16_384;
/// Nanoseconds of a second.
const NANOSECONDS: u64 = 1_000_000_000;

/// The part of a store's state that is WASI's.
pub(crate) struct WasiState {
    pub(super) table: ResourceTable,
    pub(super) room: Room,
    pub(super) args: Vec<String>,
    pub(super) stdin: Bytes,
    pub(super) stdout: Output,
    pub(super) stderr: Output,
    pub(super) files: Files,
    now: Moment,
    /// Nanoseconds that the guest has slept, without any time going by.
    slept: u64,
    /// The last request that was not granted: why the run may have ended badly.
    pub(crate) denied: Option<String>,
}

/// The guest ended itself: `Ok` is success.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Exited(pub(crate) Result<(), ()>);

impl std::fmt::Display for Exited {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self.0 {
            Ok(()) => "the program ended itself",
            Err(()) => "the program ended itself with a failure",
        })
    }
}

impl std::error::Error for Exited {}

impl WasiState {
    /// A run at this moment, with no arguments and no input; what it prints goes to the log.
    pub(crate) fn new(now: Moment) -> WasiState {
        let mut table = ResourceTable::new();
        table.set_max_capacity(HANDLES_MAX);
        let room = Room::new();
        WasiState {
            table,
            args: Vec::new(),
            stdin: Bytes::new(Vec::new(), room.hold()),
            stdout: Output::log(),
            stderr: Output::log(),
            files: Files::new(false),
            room,
            now,
            slept: 0,
            denied: None,
        }
    }

    /// The same for a command-line program: its arguments, the first of which is its own name, its
    /// input, and the app's files.
    pub(crate) fn command(now: Moment, args: Vec<String>, stdin: Vec<u8>) -> WasiState {
        let mut state = WasiState::new(now);
        state.args = args;
        state.files = Files::new(true);
        state.stdin = Bytes::new(stdin, state.room.hold());
        state
    }

    /// What it writes to standard output is kept instead of printed.
    pub(crate) fn keep_output(mut self) -> WasiState {
        self.stdout = Output::kept(self.room.hold());
        self
    }

    /// What a command-line program has written.
    pub(crate) fn take_output(&mut self) -> Vec<u8> {
        self.stdout.take()
    }

    /// Seconds since 1970 of the run's one moment.
    pub(super) fn wall_seconds(&self) -> u64 {
        u64::try_from(self.now.seconds()).unwrap_or(0)
    }

    /// The monotonic clock, in nanoseconds: it moves by what the guest sleeps, and by nothing else.
    pub(super) fn monotonic(&self) -> u64 {
        self.wall_seconds().saturating_mul(NANOSECONDS).saturating_add(self.slept)
    }

    /// Lets the monotonic clock be at least so late.
    pub(super) fn sleep_until(&mut self, instant: u64) {
        self.slept = self.slept.saturating_add(instant.saturating_sub(self.monotonic()));
    }

    /// Room for something that is kept for the guest.
    pub(super) fn hold(&self) -> Hold {
        self.room.hold()
    }
}
