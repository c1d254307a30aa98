//! The one way out: no other code of the group opens an outgoing socket. It knows addresses,
//! sizes and times, and nothing of apps and grants; it follows no redirect, keeps no cookie and
//! asks no proxy. Every request takes a fresh connection, so none is ever shared between apps
//! and nothing is sent twice.

mod address;
mod connect;
mod decode;
mod exchange;
mod gate;
mod header;
mod policy;
mod target;

pub use policy::{Allowed, Policy};
pub use target::Target;

use connect::{Connector, Resolver};
use gate::Gate;
use group::world::{Incoming, Outgoing, Unreached, UnreachedKind};
use model::Problem;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::mpsc;

/// Threads that look names up at once: the system's resolver blocks, and a slow name server
/// must not hold all of them.
const RESOLVER_THREADS_MAX: usize = 64;

/// The one outgoing connector. It is used from ordinary threads, which wait for the answer.
pub struct Outside {
    /// Taken only when the connector is dropped, which may happen on a thread of another runtime.
    runtime: Option<tokio::runtime::Runtime>,
    inner: Arc<Inner>,
}

/// What a request needs while it is on its way.
struct Inner {
    policy: Policy,
    gate: Gate,
    connector: Connector,
}

/// Who the remote is told is asking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Agent {
    /// A script of a group.
    Script,
    /// Our git client. GitHub answers its smart protocol only to names that begin with `git/`.
    Git,
}

impl Outside {
    /// The connector with the system's name resolution.
    pub fn new(policy: Policy) -> model::problem::Result<Outside> {
        Outside::with_resolver(policy, connect::system)
    }

    /// The connector with another name resolution. Its answers are judged like the system's.
    pub fn with_resolver(
        policy: Policy,
        resolve: impl Fn(&str) -> std::io::Result<Vec<IpAddr>> + Send + Sync + 'static,
    ) -> model::problem::Result<Outside> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .max_blocking_threads(RESOLVER_THREADS_MAX)
            .thread_name("outside")
            .enable_all()
            .build()
            .map_err(|why| Problem::internal(format!("starting the outgoing connector: {why}")))?;
        let resolver: Resolver = Arc::new(resolve);
        let inner = Inner {
            gate: Gate::new(policy.max_concurrent, policy.max_per_host),
            connector: Connector::new(resolver),
            policy,
        };
        Ok(Outside { runtime: Some(runtime), inner: Arc::new(inner) })
    }

    /// Makes one request and waits for its whole answer. Any status is an answer, redirects too.
    pub fn fetch(&self, request: &Outgoing) -> Result<Incoming, Unreached> {
        self.fetch_as(Agent::Script, request)
    }

    /// Judges an address without asking anybody: what it names once parsed, or why it is refused.
    pub fn judge(&self, url: &str) -> Result<Target, Unreached> {
        Target::parse(&self.inner.policy, url)
    }

    /// Whether a resolved address may be connected to. It is asked for every address, at the
    /// moment of connecting.
    #[must_use]
    pub fn admits(&self, address: IpAddr) -> bool {
        self.inner.policy.admits(address)
    }

    /// Whether the operator named this host and port, or the network of this literal address.
    pub(crate) fn is_named(&self, target: &Target) -> bool {
        self.inner.policy.names(target)
    }

    pub(crate) fn fetch_as(&self, agent: Agent, request: &Outgoing) -> Result<Incoming, Unreached> {
        let target = self.judge(&request.url)?;
        let head = header::head(&self.inner.policy, agent, &target, request)?;
        let Some(runtime) = &self.runtime else { return Err(closing()) };
        let (inner, request) = (self.inner.clone(), request.clone());
        let (tell, answer) = mpsc::sync_channel(1);
        runtime.spawn(async move {
            // Nobody listens any more only when the asking thread is gone; then the answer is too.
            let _ = tell.send(exchange::exchange(&inner, &target, head, request).await);
        });
        answer.recv().unwrap_or_else(|_| Err(closing()))
    }
}

impl Drop for Outside {
    /// Requests on their way are given up; waiting for them could take minutes.
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

fn closing() -> Unreached {
    Unreached::new(UnreachedKind::Later, "The group is stopping; the request will be made later.")
}
