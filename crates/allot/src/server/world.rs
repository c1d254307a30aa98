//! The real world: the machine's clock, the kernel's randomness, and the one way out.

use doors::git::{self, Token};
use doors::outside::Outside;
use group::world::GitFiles;
use group::{Incoming, Outgoing, Unreached, World};
use model::Moment;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The time of the machine.
pub(super) fn now() -> Moment {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Moment(i64::try_from((since + ahead()).as_millis()).unwrap_or(i64::MAX))
}

/// How far the clock of a test is ahead, so that it need not wait for an hour to pass.
#[cfg(feature = "crash-points")]
fn ahead() -> Duration {
    let seconds = std::env::var("ALLOT_CLOCK_AHEAD").ok().and_then(|text| text.parse().ok());
    Duration::from_secs(seconds.unwrap_or(0))
}

/// Nothing in a product build.
#[cfg(not(feature = "crash-points"))]
fn ahead() -> Duration {
    Duration::ZERO
}

/// The world of a serving group.
pub(super) struct RealWorld {
    outside: Arc<Outside>,
    scratch: PathBuf,
}

impl RealWorld {
    pub(super) fn new(outside: Arc<Outside>, scratch: PathBuf) -> RealWorld {
        RealWorld { outside, scratch }
    }
}

impl World for RealWorld {
    fn now(&self) -> Moment {
        now()
    }

    fn random(&self, buffer: &mut [u8]) {
        if let Err(err) = getrandom::fill(buffer) {
            // Keys and ids without randomness would be worse than no server.
            eprintln!("allot: the kernel gives no randomness: {err}");
            std::process::abort();
        }
    }

    fn fetch(&self, request: &Outgoing) -> Result<Incoming, Unreached> {
        self.outside.fetch(request)
    }

    fn git_files(
        &self,
        repo: &str,
        token: Option<&str>,
        patience: Duration,
    ) -> Result<GitFiles, Unreached> {
        let token = token.map(Token::new);
        let patience = patience.min(git::PATIENCE);
        git::files(&self.outside, &self.scratch, repo, token.as_ref(), patience)
    }
}
