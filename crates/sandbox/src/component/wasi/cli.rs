//! `wasi:cli`: no environment, no terminal, no folder. Arguments and input are what the run was given;
//! `exit` ends it.

use super::Wasi;
use super::call::Interface;
use super::state::Exited;
use super::streams::{InputStream, OutputStream};
use wasmtime::component::{Linker, Resource};
use wasmtime::{Error, Result};

/// The input of a terminal; no guest ever has one.
struct TerminalInput;
/// The output of a terminal; no guest ever has one.
struct TerminalOutput;

/// Offers what a program begins and ends with.
pub(super) fn link<T: Wasi>(linker: &mut Linker<T>) -> Result<()> {
    let mut environment = Interface::of(linker, "wasi:cli/environment")?;
    environment.func("get-environment", |_, ()| Ok((Vec::<(String, String)>::new(),)))?;
    environment.func("get-arguments", |call, ()| {
        let args = &call.wasi().args;
        let (count, bytes) = (args.len(), args.iter().map(String::len).sum());
        call.pay_items(count, bytes)?;
        Ok((call.wasi().args.clone(),))
    })?;
    environment.func("initial-cwd", |_, ()| Ok((None::<String>,)))?;

    let mut exit = Interface::of(linker, "wasi:cli/exit")?;
    exit.func("exit", |_, (status,): (std::result::Result<(), ()>,)| -> Result<()> {
        Err(Error::new(Exited(status)))
    })?;
    exit.func("exit-with-code", |_, (code,): (u8,)| -> Result<()> {
        Err(Error::new(Exited(if code == 0 { Ok(()) } else { Err(()) })))
    })?;

    let mut stdin = Interface::of(linker, "wasi:cli/stdin")?;
    stdin.func("get-stdin", |call, ()| Ok((call.push(InputStream::Stdin)?,)))?;
    let mut stdout = Interface::of(linker, "wasi:cli/stdout")?;
    stdout.func("get-stdout", |call, ()| Ok((call.push(OutputStream::Stdout)?,)))?;
    let mut stderr = Interface::of(linker, "wasi:cli/stderr")?;
    stderr.func("get-stderr", |call, ()| Ok((call.push(OutputStream::Stderr)?,)))?;
    link_terminals(linker)
}

/// Programs ask whether they talk to a person; they never do.
fn link_terminals<T: Wasi>(linker: &mut Linker<T>) -> Result<()> {
    let mut input = Interface::of(linker, "wasi:cli/terminal-input")?;
    input.resource::<TerminalInput>("terminal-input")?;
    let mut output = Interface::of(linker, "wasi:cli/terminal-output")?;
    output.resource::<TerminalOutput>("terminal-output")?;
    let mut stdin = Interface::of(linker, "wasi:cli/terminal-stdin")?;
    stdin.func("get-terminal-stdin", |_, ()| Ok((None::<Resource<TerminalInput>>,)))?;
    let mut stdout = Interface::of(linker, "wasi:cli/terminal-stdout")?;
    stdout.func("get-terminal-stdout", |_, ()| Ok((None::<Resource<TerminalOutput>>,)))?;
    let mut stderr = Interface::of(linker, "wasi:cli/terminal-stderr")?;
    stderr.func("get-terminal-stderr", |_, ()| Ok((None::<Resource<TerminalOutput>>,)))
}
