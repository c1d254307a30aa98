//! A world for tests: the clock moves when told, chance is counted, and outside is a closure.

use group::world::GitFiles;
use group::{Incoming, Outgoing, Unreached, UnreachedKind, World};
use model::Moment;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Where the clock of a test stands at first: 2026-01-02 03:04:05 UTC.
pub const BEGIN: Moment = Moment(1_767_323_045_000);

type Outside = Box<dyn Fn(&Outgoing) -> Result<Incoming, Unreached> + Send + Sync>;

/// A world that a test holds in its hand.
pub struct TestWorld {
    now_ms: AtomicI64,
    drawn: AtomicU64,
    outside: Mutex<Option<Arc<Outside>>>,
    /// Every request that left.
    pub asked: Mutex<Vec<Outgoing>>,
}

impl TestWorld {
    /// A world in which nothing outside answers.
    #[must_use]
    pub fn new() -> Arc<TestWorld> {
        Arc::new(TestWorld {
            now_ms: AtomicI64::new(BEGIN.0),
            drawn: AtomicU64::new(0),
            outside: Mutex::new(None),
            asked: Mutex::new(Vec::new()),
        })
    }

    /// Lets time pass.
    pub fn pass(&self, time: Duration) {
        let ms = i64::try_from(time.as_millis()).unwrap_or(i64::MAX);
        self.now_ms.fetch_add(ms, Ordering::SeqCst);
    }

    /// Says who answers outside from now on.
    pub fn answers(
        &self,
        outside: impl Fn(&Outgoing) -> Result<Incoming, Unreached> + Send + Sync + 'static,
    ) {
        *self.outside.lock().unwrap_or_else(PoisonError::into_inner) =
            Some(Arc::new(Box::new(outside)));
    }

    /// How many requests left.
    #[must_use]
    pub fn requests(&self) -> usize {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).len()
    }
}

/// A plain answer.
#[must_use]
pub fn ok(body: &str) -> Incoming {
    Incoming { status: 200, headers: vec![], body: body.as_bytes().to_vec() }
}

impl World for TestWorld {
    fn now(&self) -> Moment {
        Moment(self.now_ms.load(Ordering::SeqCst))
    }

    fn random(&self, buffer: &mut [u8]) {
        for chunk in buffer.chunks_mut(8) {
            // splitmix64: every draw differs, and a test sees the same ones each time.
            let n = self.drawn.fetch_add(1, Ordering::SeqCst).wrapping_mul(0x9E37_79B9_7F4A_7C15);
            let n = (n ^ (n >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            chunk.copy_from_slice(&(n ^ (n >> 27)).to_le_bytes()[..chunk.len()]);
        }
    }

    fn fetch(&self, request: &Outgoing) -> Result<Incoming, Unreached> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).push(request.clone());
        let outside = self.outside.lock().unwrap_or_else(PoisonError::into_inner).clone();
        match outside {
            Some(answer) => answer(request),
            None => Err(Unreached::new(UnreachedKind::Later, "nobody answers here")),
        }
    }

    fn git_files(
        &self,
        repo: &str,
        token: Option<&str>,
        patience: Duration,
    ) -> Result<GitFiles, Unreached> {
        let headers = token.map(|token| ("authorization".to_owned(), token.to_owned()));
        let asked = Outgoing {
            method: "GIT".into(),
            url: repo.to_owned(),
            headers: headers.into_iter().collect(),
            timeout: patience,
            ..Outgoing::default()
        };
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).push(asked);
        Ok(GitFiles::from([("README.md".to_owned(), b"hello".to_vec())]))
    }
}
