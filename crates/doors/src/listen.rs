//! The one place that listens: binds an address and serves the group there until it is told to stop.

use crate::api;
use group::Group;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::TcpListener;

/// A bound address.
pub struct Listening(TcpListener);

/// Binds an address; port 0 takes a free one.
pub async fn on(address: &str) -> std::io::Result<Listening> {
    TcpListener::bind(address).await.map(Listening)
}

impl Listening {
    /// The address that was bound.
    pub fn address(&self) -> std::io::Result<SocketAddr> {
        self.0.local_addr()
    }

    /// Serves until `stop` is done.
    pub async fn serve(
        self,
        group: Arc<Group>,
        stop: impl Future<Output = ()> + Send + 'static,
    ) -> std::io::Result<()> {
        axum::serve(self.0, api::routes(group)).with_graceful_shutdown(stop).await
    }
}
