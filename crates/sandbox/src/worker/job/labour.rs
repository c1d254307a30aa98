//! The worker's side of jobs: it puts its jail on, then does one job after the other.

use super::Bounds;
use super::frame::{AROUND_BYTES, FromLabourer, ToLabourer};
use crate::jail::{self, Layer, Report};
use crate::worker::bytes::Bytes;
use crate::worker::frame::{receive_within, send_within};
use std::io;
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;

/// What a worker can do. It starts no threads, and has opened what it needs before its first job:
/// in the jail there is nothing to open.
pub trait Trade {
    /// Does a job, or says in words for its asker why not.
    fn job(&mut self, bytes: &[u8]) -> Result<Vec<u8>, String>;
}

/// Does jobs until the node hangs up. The socket is the standard input.
pub fn labour(trade: &mut dyn Trade) -> io::Result<()> {
    let mut from = io::stdin().lock();
    let setup = receive_within(&mut from, AROUND_BYTES)?;
    let ToLabourer::Setup { layers, bounds } = setup else { return Err(out_of_turn()) };
    let (mut to, report) = jailed(&layers, &bounds)?;
    let caps = bounds.caps();
    send_within(&mut to, &FromLabourer::Ready { layers: report }, AROUND_BYTES)?;
    loop {
        let (handle, bytes) = match receive_within(&mut from, caps.sent) {
            Ok(ToLabourer::Job { handle, bytes }) => (handle, bytes),
            Ok(_) => return Err(out_of_turn()),
            Err(err) if err.kind() == io::ErrorKind::UnexpectedEof => return Ok(()),
            Err(err) => return Err(err),
        };
        let answer = trade.job(&bytes.0).and_then(|answer| fits(answer, &bounds));
        drop(bytes);
        let answer = answer.map(Bytes::from);
        send_within(&mut to, &FromLabourer::Done { handle, answer }, caps.received)?;
    }
}

/// Puts the layers on in their order. The filter comes last, when the limits are set.
fn jailed(layers: &[Layer], bounds: &Bounds) -> io::Result<(UnixStream, Report)> {
    let (rest, last) = Layer::ALL.split_at(Layer::ALL.len() - 1);
    let wanted = |layer: &Layer| layers.contains(layer);
    let mut report = jail::put_on_all(rest.iter().copied().filter(wanted));
    let to = UnixStream::from(io::stdin().as_fd().try_clone_to_owned()?);
    if let Some(limits) = report.get_mut(&Layer::Rlimits) {
        let narrow = jail::narrow(bounds.address_bytes, bounds.cpu_seconds);
        *limits = limits.clone().and_then(|words| Ok(format!("{words}, {}", narrow?)));
    }
    report.extend(jail::put_on_all(last.iter().copied().filter(wanted)));
    Ok((to, report))
}

fn fits(answer: Vec<u8>, bounds: &Bounds) -> Result<Vec<u8>, String> {
    if answer.len() > bounds.answer_bytes_max {
        return Err(format!("the answer is larger than {} bytes", bounds.answer_bytes_max));
    }
    Ok(answer)
}

fn out_of_turn() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "the node said something out of turn")
}
