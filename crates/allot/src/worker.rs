//! `allot worker KIND`: a jailed process that runs people's code, or parses what they wrote, for the
//! server that started it. Nobody calls it by hand.

use crate::failure::{Code, Failure};
use group::{NearCalls, Parsing};
use sandbox::worker::Launch;

/// Runs Lua, or one component, until the server hangs up.
pub(crate) fn guests() -> Result<(), Failure> {
    sandbox::worker::work(&mut NearCalls::default()).map_err(ended)
}

/// Parses until the server hangs up.
pub(crate) fn parse() -> Result<(), Failure> {
    sandbox::worker::labour(&mut Parsing::default()).map_err(ended)
}

/// Compiles until the server hangs up.
pub(crate) fn compile() -> Result<(), Failure> {
    sandbox::worker::labour(&mut sandbox::Compiling).map_err(ended)
}

fn ended(err: std::io::Error) -> Failure {
    Failure::new(Code::App, format!("The worker ends: {err}."))
}

/// How this program starts itself as a worker that runs Lua.
pub(crate) fn launch() -> Result<Launch, Failure> {
    let program = std::env::current_exe().map_err(|err| {
        Failure::new(Code::App, format!("This program does not find itself: {err}."))
    })?;
    Ok(Launch::of(program, &["worker", "lua"]))
}
