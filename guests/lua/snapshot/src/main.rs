//! Runs a guest's `init` once and writes the module back with its memory as it is then, so that
//! every fresh instance begins with a ready Lua state. Knows nothing of Lua.

mod freeze;
mod rewrite;

use std::process::ExitCode;

fn main() -> ExitCode {
    let mut args = std::env::args().skip(1);
    let (Some(from), Some(to), None) = (args.next(), args.next(), args.next()) else {
        eprintln!("usage: guest-snapshot RAW.wasm READY.wasm");
        return ExitCode::from(2);
    };
    match snapshot(&from, &to) {
        Ok(bytes) => {
            println!("{to}: {bytes} bytes");
            ExitCode::SUCCESS
        }
        Err(problem) => {
            eprintln!("guest-snapshot: {problem}");
            ExitCode::FAILURE
        }
    }
}

fn snapshot(from: &str, to: &str) -> Result<usize, Box<dyn std::error::Error>> {
    let raw = std::fs::read(from)?;
    let memory = freeze::memory_after_init(&raw)?;
    let ready = rewrite::with_memory(&raw, &memory)?;
    std::fs::write(to, &ready)?;
    Ok(ready.len())
}
