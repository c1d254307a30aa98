//! `allot`: the server, its administration, and the person's command line, in one binary.
//! Only this crate reads the command line, the environment and the clock of the machine.

mod commands;
mod person;
mod server;

use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    let command = commands::Commands::parse();
    match commands::run(command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("allot: {}", failure.text);
            ExitCode::from(failure.code)
        }
    }
}
