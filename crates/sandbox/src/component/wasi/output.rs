//! What a guest prints: standard error and, of web programs, standard output go to the app's log line
//! by line; the standard output of a command is kept as its answer.

use super::call::Call;
use super::room::Hold;
use super::{Wasi, fault};
use crate::host::RefusalKind;
use model::{Value, limit};
use wasmtime::Result;

/// Bytes of a line of the log: a longer one is cut into several.
const LINE_BYTES_MAX: usize = 4 * limit::KIB;
/// Bytes of a command's output: it is shown on a page, which has twice as many.
const KEPT_BYTES_MAX: usize = limit::VIEW_BYTES_MAX / 2;

/// Where printed bytes go.
pub(super) enum Output {
    Log {
        /// A line that has no end yet.
        line: Vec<u8>,
        /// Bytes the log was given; past its limit it takes no more.
        printed: usize,
    },
    Kept {
        bytes: Vec<u8>,
        hold: Hold,
    },
}

impl Output {
    /// To the log.
    pub(super) fn log() -> Output {
        Output::Log { line: Vec::new(), printed: 0 }
    }

    /// Kept for the one who runs it.
    pub(super) fn kept(hold: Hold) -> Output {
        Output::Kept { bytes: Vec::new(), hold }
    }

    /// What was kept.
    pub(super) fn take(&mut self) -> Vec<u8> {
        match self {
            Output::Kept { bytes, .. } => std::mem::take(bytes),
            Output::Log { .. } => Vec::new(),
        }
    }

    /// Takes bytes in, and answers the lines that are whole now.
    fn add(&mut self, new: &[u8]) -> std::result::Result<Vec<Vec<u8>>, String> {
        match self {
            Output::Kept { bytes, hold } => {
                if bytes.len() + new.len() > KEPT_BYTES_MAX {
                    return Err(format!(
                        "what a program writes has at most {} KiB",
                        KEPT_BYTES_MAX / limit::KIB
                    ));
                }
                hold.grow(new.len()).map_err(|full| full.text())?;
                bytes.extend_from_slice(new);
                Ok(Vec::new())
            }
            Output::Log { line, printed } => Ok(lines(line, printed, new)),
        }
    }

    /// The line without an end.
    fn rest(&mut self) -> Option<Vec<u8>> {
        match self {
            Output::Log { line, .. } if !line.is_empty() => Some(std::mem::take(line)),
            _ => None,
        }
    }
}

/// Cuts what is printed into lines. The log takes one line past its limit, to say that it is full.
fn lines(line: &mut Vec<u8>, printed: &mut usize, new: &[u8]) -> Vec<Vec<u8>> {
    let mut whole = Vec::new();
    for &byte in new {
        if *printed > limit::LOG_BYTES_PER_RUN {
            line.clear();
            break;
        }
        if byte != b'\n' {
            line.push(byte);
        }
        if byte == b'\n' || line.len() >= LINE_BYTES_MAX {
            *printed += line.len() + 1;
            whole.push(std::mem::take(line));
        }
    }
    whole
}

/// Prints on standard output.
pub(super) fn stdout<T: Wasi>(
    call: &mut Call<'_, T>,
    bytes: &[u8],
) -> Result<std::result::Result<(), String>> {
    let lines = call.wasi().stdout.add(bytes);
    log_all(call, lines)
}

/// Prints on standard error.
pub(super) fn stderr<T: Wasi>(
    call: &mut Call<'_, T>,
    bytes: &[u8],
) -> Result<std::result::Result<(), String>> {
    let lines = call.wasi().stderr.add(bytes);
    log_all(call, lines)
}

fn log_all<T: Wasi>(
    call: &mut Call<'_, T>,
    lines: std::result::Result<Vec<Vec<u8>>, String>,
) -> Result<std::result::Result<(), String>> {
    let lines = match lines {
        Ok(lines) => lines,
        Err(text) => return Ok(Err(text)),
    };
    for line in lines {
        log(call, line)?;
    }
    Ok(Ok(()))
}

/// Writes the lines that have no end.
pub(super) fn finish<T: Wasi>(call: &mut Call<'_, T>) -> Result<()> {
    let rest = [call.wasi().stdout.rest(), call.wasi().stderr.rest()];
    rest.into_iter().flatten().try_for_each(|line| log(call, line))
}

/// One line of the app's log.
pub(super) fn log<T: Wasi>(call: &mut Call<'_, T>, line: Vec<u8>) -> Result<()> {
    match call.ask("log.print", vec![Value::Str(line)])? {
        Err(refusal) if refusal.kind != RefusalKind::Error => Err(fault(refusal.text)),
        // A log that takes no more is no reason to stop.
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_printed_becomes_lines() {
        let mut output = Output::log();
        for (printed, lines) in [
            ("a", vec![]),
            ("b\nc", vec!["ab"]),
            ("\n\n", vec!["c", ""]),
            ("x\r\nrest", vec!["x\r"]),
        ] {
            let lines: Vec<Vec<u8>> = lines.into_iter().map(|it: &str| it.into()).collect();
            assert_eq!(output.add(printed.as_bytes()), Ok(lines), "{printed:?}");
        }
        assert_eq!(output.rest(), Some(b"rest".to_vec()));
        assert_eq!(output.rest(), None);
    }

    #[test]
    fn a_flood_ends_and_keeps_nothing() {
        let mut output = Output::log();
        let mut bytes = 0;
        for _ in 0..1_000 {
            let lines = output.add(&vec![b'x'; 10_000]).unwrap_or_default();
            assert!(lines.iter().all(|line| line.len() <= LINE_BYTES_MAX));
            bytes += lines.iter().map(Vec::len).sum::<usize>();
        }
        assert!(bytes <= limit::LOG_BYTES_PER_RUN + LINE_BYTES_MAX, "{bytes}");
        assert_eq!(output.rest(), None);
    }
}
