//! Secrets that a person types: never shown, never among the arguments, never asked for where
//! nobody sits.

use crate::failure::Failure;
use crate::say::{can_ask, talk};
use std::io::{BufRead, Read, Write};

/// Bytes of a typed secret: a token or a password, not a file.
const BYTES_MAX: u64 = 64 * 1024;

/// Reads all of standard input, which a program or a file fills.
pub(crate) fn piped() -> Result<String, Failure> {
    let mut text = String::new();
    std::io::stdin()
        .take(BYTES_MAX)
        .read_to_string(&mut text)
        .map_err(|err| Failure::usage(format!("Standard input cannot be read: {err}.")))?;
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}

/// Asks for a secret if somebody sits there, and reads standard input otherwise.
pub(crate) fn asked(question: &str) -> Result<String, Failure> {
    if can_ask() { typed(question) } else { piped() }
}

/// Asks at the terminal, where what is typed stays unseen.
pub(crate) fn typed(question: &str) -> Result<String, Failure> {
    let _ = write!(std::io::stderr(), "{question} ");
    let unseen = Unseen::begin();
    let mut text = String::new();
    let read = std::io::stdin().lock().take(BYTES_MAX).read_line(&mut text);
    drop(unseen);
    talk("");
    read.map_err(|err| Failure::usage(format!("The terminal cannot be read: {err}.")))?;
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}

/// The terminal while it does not show what is typed.
struct Unseen(rustix::termios::Termios);

impl Unseen {
    fn begin() -> Option<Unseen> {
        use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};
        let stdin = std::io::stdin();
        let before = tcgetattr(&stdin).ok()?;
        let mut quiet = before.clone();
        quiet.local_modes.remove(LocalModes::ECHO);
        tcsetattr(&stdin, OptionalActions::Flush, &quiet).ok()?;
        Some(Unseen(before))
    }
}

impl Drop for Unseen {
    fn drop(&mut self) {
        let _ = rustix::termios::tcsetattr(
            std::io::stdin(),
            rustix::termios::OptionalActions::Flush,
            &self.0,
        );
    }
}
