//! A file on its way out or in: it is gathered on disk under no name, so it is gone when nobody
//! holds it any more, and passes through memory piece by piece.

use axum::body::{Body, Bytes, HttpBody};
use http_body_util::BodyExt;
use hyper::body::{Frame, SizeHint};
use model::problem::{Kind, Problem, Result};
use std::fs::File;
use std::io::{self, Seek, SeekFrom};
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, AsyncWriteExt, ReadBuf};
use tokio::sync::{Semaphore, SemaphorePermit};

/// Parcels that are packed or unpacked at once: it is work for a processor and a disk.
const TURNS: usize = 4;
/// Bytes sent in one piece.
const PIECE: usize = 64 * 1024;

static AT_WORK: Semaphore = Semaphore::const_new(TURNS);

/// A file under no name.
pub(crate) struct Parcel(File);

impl Parcel {
    /// Leave to pack or unpack one, as long as it is held. Nobody waits for it in a line, which
    /// would hold a thread each.
    pub(crate) fn turn() -> Result<SemaphorePermit<'static>> {
        AT_WORK.try_acquire().map_err(|_| {
            let public = "Others take their apps along at the moment. Try again in a minute.";
            Problem::new(Kind::OverQuota, public)
        })
    }

    /// An empty one, in the system's folder for such files.
    pub(crate) fn new() -> Result<Parcel> {
        tempfile::tempfile().map(Parcel).map_err(|err| trouble(&err))
    }

    /// Takes a body in; `None` if it is larger than it may be.
    pub(crate) async fn take_in(mut body: Body, bytes_max: u64) -> Result<Option<Parcel>> {
        if HttpBody::size_hint(&body).lower() > bytes_max {
            return Ok(None);
        }
        let mut file = tokio::fs::File::from_std(Parcel::new()?.0);
        let mut count = 0;
        while let Some(frame) = body.frame().await {
            let frame = frame
                .map_err(|_| Problem::invalid("The file did not come whole. Send it again."))?;
            let Ok(bytes) = frame.into_data() else { continue };
            count += bytes.len() as u64;
            if count > bytes_max {
                return Ok(None);
            }
            file.write_all(&bytes).await.map_err(|err| trouble(&err))?;
        }
        file.flush().await.map_err(|err| trouble(&err))?;
        Ok(Some(Parcel(file.into_std().await)))
    }

    /// The file itself.
    pub(crate) fn file(&mut self) -> &mut File {
        &mut self.0
    }

    /// Its bytes as a body.
    pub(crate) fn into_body(mut self) -> Result<Body> {
        let left = self.0.seek(SeekFrom::End(0)).map_err(|err| trouble(&err))?;
        self.0.rewind().map_err(|err| trouble(&err))?;
        Ok(Body::new(Pieces { file: tokio::fs::File::from_std(self.0), left }))
    }
}

fn trouble(err: &io::Error) -> Problem {
    Problem::internal(format!("a file on its way: {err}"))
}

/// The file as a body. The next piece is read when the last one has left.
struct Pieces {
    file: tokio::fs::File,
    left: u64,
}

impl HttpBody for Pieces {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        let mut piece = vec![0; PIECE];
        let mut buffer = ReadBuf::new(&mut piece);
        match Pin::new(&mut self.file).poll_read(context, &mut buffer) {
            Poll::Pending => Poll::Pending,
            Poll::Ready(Err(err)) => Poll::Ready(Some(Err(err))),
            Poll::Ready(Ok(())) => {
                let count = buffer.filled().len();
                if count == 0 {
                    return Poll::Ready(None);
                }
                self.left = self.left.saturating_sub(count as u64);
                piece.truncate(count);
                Poll::Ready(Some(Ok(Frame::data(piece.into()))))
            }
        }
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}
