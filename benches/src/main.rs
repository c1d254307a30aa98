//! Prints figures of this machine, each beside what it is compared with in the same run:
//! `cargo bench -p benches`. Only the ratios are worth comparing with those of another machine.
//!
//! A word after `--` asks for one part only: `page`, `lua`, `commits` or `gas`.

mod bare;
mod clock;
mod commits;
#[path = "../../crates/sandbox/tests/support/component.rs"]
#[allow(dead_code, clippy::expect_used, clippy::panic, unreachable_pub)] // it is a helper of tests
mod component;
mod compute;
mod gas;
mod gas_calls;
mod native;
mod page;

/// Whatever went wrong ends the program with its text.
pub(crate) type Failure = Box<dyn std::error::Error>;

fn main() -> Result<(), Failure> {
    if std::env::args().nth(1).as_deref() == Some(page::WORKER) {
        return page::work();
    }
    // Cargo says `--bench` to every bench.
    let wanted: Vec<String> = std::env::args().skip(1).filter(|it| !it.starts_with('-')).collect();
    let is_wanted = |part: &str| wanted.is_empty() || wanted.iter().any(|it| it == part);
    if is_wanted("page") {
        page::print()?;
    }
    if is_wanted("lua") {
        compute::print()?;
    }
    if is_wanted("gas") {
        gas::print()?;
    }
    if is_wanted("commits") {
        commits::print()?;
    }
    Ok(())
}
