//! Blobs: bytes under the SHA-256 of themselves. They are written before the commit that names them.
//!
//! A blob never changes, so nothing here can conflict; only the sweep ever removes one.

use crate::Stats;
use bytes::Bytes;
use model::release::hex;
use model::{Problem, Result};
use object_store::local::LocalFileSystem;
use object_store::path::Path as Place;
use object_store::{Error, ObjectStore, ObjectStoreExt};
use sha2::{Digest, Sha256};
use std::collections::HashSet;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc};
use tokio::runtime::Runtime;

/// Digits of a hash that name its folder: 256 folders keep each listing short.
const FOLDER_DIGITS: usize = 2;

pub(crate) struct Blobs {
    place: Arc<dyn ObjectStore>,
    /// `object_store` is asynchronous; its work runs here, so that any thread may call us.
    runtime: Option<Runtime>,
    /// Hashes that were put since the last sweep: their commit may still be on its way.
    fresh: Mutex<HashSet<String>>,
}

impl Blobs {
    /// Opens the folder of blobs. Files reach the disk before `put` returns.
    pub(crate) fn open(folder: &Path) -> Result<Blobs> {
        let place = LocalFileSystem::new_with_prefix(folder).map_err(broken)?.with_fsync(true);
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("blobs")
            .build()
            .map_err(|error| Problem::internal(format!("starting the blob threads: {error}")))?;
        Ok(Blobs { place: Arc::new(place), runtime: Some(runtime), fresh: Mutex::default() })
    }

    /// Keeps bytes and returns their hash; keeping them twice costs nothing more.
    pub(crate) fn put(&self, bytes: &[u8]) -> Result<String> {
        let hash = hash_of(bytes);
        self.lock().insert(hash.clone());
        if self.size(&hash)?.is_some() {
            return Ok(hash);
        }
        let (at, body) = (place_of(&hash), Bytes::copy_from_slice(bytes));
        let place = Arc::clone(&self.place);
        self.wait(async move { place.put(&at, body.into()).await })?.map_err(broken)?;
        Ok(hash)
    }

    /// The bytes under a hash, compared with it: a damaged blob is an error, never an answer.
    pub(crate) fn get(&self, hash: &str) -> Result<Option<Vec<u8>>> {
        if !is_hash(hash) {
            return Ok(None);
        }
        let (at, place) = (place_of(hash), Arc::clone(&self.place));
        let read = self.wait(async move { place.get(&at).await?.bytes().await })?;
        let Some(bytes) = found(read)? else { return Ok(None) };
        if hash_of(&bytes) != hash {
            return Err(Problem::internal(format!("blob {hash} is damaged")));
        }
        Ok(Some(bytes.into()))
    }

    /// How many bytes lie under a hash.
    pub(crate) fn size(&self, hash: &str) -> Result<Option<u64>> {
        if !is_hash(hash) {
            return Ok(None);
        }
        let (at, place) = (place_of(hash), Arc::clone(&self.place));
        let meta = found(self.wait(async move { place.head(&at).await })?)?;
        Ok(meta.map(|meta| meta.size))
    }

    /// All hashes, sorted.
    pub(crate) fn list(&self) -> Result<Vec<String>> {
        let mut hashes = Vec::new();
        self.each(|hash, _| hashes.push(hash))?;
        hashes.sort_unstable();
        Ok(hashes)
    }

    /// Adds how many there are, and their bytes.
    pub(crate) fn count(&self, stats: &mut Stats) -> Result<()> {
        self.each(|_, bytes| {
            stats.blobs += 1;
            stats.blob_bytes += bytes;
        })
    }

    /// The hashes put since the last call; a sweep must spare them.
    pub(crate) fn take_fresh(&self) -> HashSet<String> {
        std::mem::take(&mut *self.lock())
    }

    /// Removes a blob, unless it was put again since the sweep began.
    pub(crate) fn remove(&self, hash: &str) -> Result<bool> {
        // Holding the lock makes a `put` of the same bytes come before or after, never between.
        let fresh = self.lock();
        if fresh.contains(hash) {
            return Ok(false);
        }
        let (at, place) = (place_of(hash), Arc::clone(&self.place));
        let gone = found(self.wait(async move { place.delete(&at).await })?)?;
        Ok(gone.is_some())
    }

    fn each(&self, mut seen: impl FnMut(String, u64)) -> Result<()> {
        let folders = self.listing(None)?.common_prefixes;
        for folder in folders {
            for meta in self.listing(Some(folder))?.objects {
                let name: String =
                    meta.location.parts().map(|part| part.as_ref().to_owned()).collect();
                if is_hash(&name) {
                    seen(name, meta.size);
                }
            }
        }
        Ok(())
    }

    fn listing(&self, folder: Option<Place>) -> Result<object_store::ListResult> {
        let place = Arc::clone(&self.place);
        self.wait(async move { place.list_with_delimiter(folder.as_ref()).await })?.map_err(broken)
    }

    /// Runs a future to its end on our own thread. Unlike `block_on`, this works on every thread.
    fn wait<T: Send + 'static>(&self, work: impl Future<Output = T> + Send + 'static) -> Result<T> {
        let ended = || Problem::internal("the blob threads have ended");
        let (tell, told) = mpsc::sync_channel(1);
        let runtime = self.runtime.as_ref().ok_or_else(ended)?;
        runtime.spawn(async move { tell.send(work.await) });
        told.recv().map_err(|_| ended())
    }

    fn lock(&self) -> MutexGuard<'_, HashSet<String>> {
        self.fresh.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Blobs {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            // Waiting for it would panic on a thread that runs futures itself.
            runtime.shutdown_background();
        }
    }
}

/// The name of these bytes.
pub(crate) fn hash_of(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// Whether a text can be the name of a blob.
pub(crate) fn is_hash(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

fn place_of(hash: &str) -> Place {
    let (folder, name) = hash.split_at(FOLDER_DIGITS);
    Place::from_iter([folder, name])
}

/// Makes what is not there `None`.
fn found<T>(read: object_store::Result<T>) -> Result<Option<T>> {
    match read {
        Ok(answer) => Ok(Some(answer)),
        Err(Error::NotFound { .. }) => Ok(None),
        Err(error) => Err(broken(error)),
    }
}

#[allow(clippy::needless_pass_by_value)]
fn broken(error: Error) -> Problem {
    Problem::internal(format!("blobs: {error}"))
}
