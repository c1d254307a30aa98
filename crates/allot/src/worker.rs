//! `allot worker lua`: a jailed process that runs people's code for the server that started it.
//! Nobody calls it by hand.

use crate::failure::{Code, Failure};
use group::NearCalls;
use sandbox::worker::Launch;

/// Works until the server hangs up.
pub(crate) fn lua() -> Result<(), Failure> {
    sandbox::worker::work(&mut NearCalls::default())
        .map_err(|err| Failure::new(Code::App, format!("The worker ends: {err}.")))
}

/// How this program starts itself as a worker.
pub(crate) fn launch() -> Result<Launch, Failure> {
    let program = std::env::current_exe().map_err(|err| {
        Failure::new(Code::App, format!("This program does not find itself: {err}."))
    })?;
    Ok(Launch::of(program, &["worker", "lua"]))
}
