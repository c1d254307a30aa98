//! `allot`: the server, its administration, and the person's command line, in one binary.
//! Only this crate reads the command line, the environment and the clock of the machine.

mod commands;
mod failure;
mod person;
mod say;
mod secret;
mod server;
mod worker;

use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    let commands = commands::Commands::parse();
    let as_json = commands.json;
    match commands::run(commands) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            say::talk(&failure.shown(as_json));
            ExitCode::from(failure.code as u8)
        }
    }
}
