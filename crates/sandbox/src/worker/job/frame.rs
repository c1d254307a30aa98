//! What node and worker say to each other about jobs.

use super::Bounds;
use crate::jail::{Layer, Report};
use crate::worker::frame::Handle;
use crate::worker::process::Caps;
use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::borrow::Cow;
use std::fmt;

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

/// Bytes that are written in one piece.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Bytes<'a>(pub Cow<'a, [u8]>);

impl Bounds {
    /// The longest frames between node and worker, as the node has them.
    pub(super) fn caps(&self) -> Caps {
        let around = |bytes: usize| bytes.saturating_add(AROUND_BYTES);
        Caps { sent: around(self.job_bytes_max), received: around(self.answer_bytes_max) }
    }
}

impl Serialize for Bytes<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_bytes(&self.0)
    }
}

impl<'de> Deserialize<'de> for Bytes<'_> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Whole;
        impl Visitor<'_> for Whole {
            type Value = Vec<u8>;

            fn expecting(&self, to: &mut fmt::Formatter) -> fmt::Result {
                to.write_str("bytes")
            }

            fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<Vec<u8>, E> {
                Ok(bytes.to_vec())
            }
        }
        from.deserialize_byte_buf(Whole).map(|bytes| Bytes(bytes.into()))
    }
}
