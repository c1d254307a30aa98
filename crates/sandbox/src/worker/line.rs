//! The node's end of a worker's socket. Whatever the worker does or does not do, no read and no
//! write goes on beyond the moment that was set.

use model::sabotage;
use std::io::{self, Read, Write};
use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};

/// How long the kernel lets one call wait before the clock is looked at. It is set once, which
/// saves a system call for each frame; a worker that hangs is noticed so much later.
const PATIENCE: Duration = Duration::from_millis(200);

/// One direction of the socket.
pub(super) struct Line {
    socket: UnixStream,
    until: Instant,
}

impl Line {
    /// The way from a worker, and the way to it.
    pub(super) fn both(socket: UnixStream) -> io::Result<(Line, Line)> {
        socket.set_read_timeout(Some(PATIENCE))?;
        socket.set_write_timeout(Some(PATIENCE))?;
        let other = socket.try_clone()?;
        let until = Instant::now();
        Ok((Line { socket, until }, Line { socket: other, until }))
    }

    /// Sets the moment at which every read and write ends.
    pub(super) fn until(&mut self, until: Instant) {
        self.until = until;
    }

    /// Tries until something was done, something failed, or the moment is there.
    fn attempt(
        &mut self,
        mut act: impl FnMut(&mut UnixStream) -> io::Result<usize>,
    ) -> io::Result<usize> {
        while Instant::now() < self.until || sabotage::off("worker-deadline") {
            match act(&mut self.socket) {
                Err(err) if is_pause(&err) => {}
                done => return done,
            }
        }
        Err(io::ErrorKind::TimedOut.into())
    }
}

fn is_pause(err: &io::Error) -> bool {
    matches!(
        err.kind(),
        io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut | io::ErrorKind::Interrupted
    )
}

impl Read for Line {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        self.attempt(|socket| socket.read(to))
    }
}

impl Write for Line {
    fn write(&mut self, from: &[u8]) -> io::Result<usize> {
        self.attempt(|socket| socket.write(from))
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used)]
mod tests {
    use super::*;
    use std::thread;

    fn line() -> (Line, UnixStream) {
        let (ours, theirs) = UnixStream::pair().unwrap();
        let (mut line, _) = Line::both(ours).unwrap();
        line.until(Instant::now() + PATIENCE / 4);
        (line, theirs)
    }

    #[test]
    fn who_says_little_and_often_holds_nobody_up() {
        let (mut line, mut theirs) = line();
        // A byte at a time, as long as somebody listens.
        let drip = thread::spawn(move || while theirs.write_all(&[0]).is_ok() {});
        let heard = line.read_to_end(&mut Vec::new());
        assert_eq!(heard.unwrap_err().kind(), io::ErrorKind::TimedOut);
        drop(line);
        drip.join().unwrap();
    }

    #[test]
    fn who_never_listens_holds_nobody_up() {
        let (mut line, theirs) = line();
        let (tell, told) = std::sync::mpsc::channel();
        thread::spawn(move || tell.send(line.write_all(&vec![0; 16 << 20])));
        let said = told.recv_timeout(PATIENCE * 100).expect("it is held up");
        assert_eq!(said.unwrap_err().kind(), io::ErrorKind::TimedOut);
        drop(theirs);
    }
}
