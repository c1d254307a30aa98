//! What node and worker say to each other about jobs.

use super::Bounds;
use crate::jail::{Layer, Report};
use crate::worker::bytes::Bytes;
use crate::worker::frame::Handle;
use crate::worker::process::Caps;
use serde::{Deserialize, Serialize};

/// Bytes of a frame around those of a job, and of the first two frames.
pub(super) const AROUND_BYTES: usize = 8 * model::limit::KIB;

/// What the node says.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum ToLabourer<'a> {
    /// First of all: the layers to put on before anything of a job is read, and what it may take.
    Setup {
        layers: Vec<Layer>,
        bounds: Bounds,
    },
    Job {
        handle: Handle,
        bytes: Bytes<'a>,
    },
}

/// What the worker says.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum FromLabourer {
    /// The layers that are on, with what each found.
    Ready { layers: Report },
    /// The answer to a job, or why there is none.
    Done { handle: Handle, answer: Result<Bytes<'static>, String> },
}

impl Bounds {
    /// The longest frames between node and worker, as the node has them.
    pub(super) fn caps(&self) -> Caps {
        let around = |bytes: usize| bytes.saturating_add(AROUND_BYTES);
        Caps { sent: around(self.job_bytes_max), received: around(self.answer_bytes_max) }
    }
}
