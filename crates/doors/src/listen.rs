//! The one place that listens: binds an address and serves the group there until it is told to stop.

use crate::api;
use crate::web::{self, Web};
use std::net::SocketAddr;
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

    /// Serves pages and API until `stop` is done.
    pub async fn serve(
        self,
        web: Web,
        stop: impl Future<Output = ()> + Send + 'static,
    ) -> std::io::Result<()> {
        let live = web.live.clone();
        let routes = api::routes(web.group.clone()).merge(web::routes(web));
        let service = routes.into_make_service_with_connect_info::<SocketAddr>();
        let stopped = async move {
            stop.await;
            // A stream would go on for ever, and the server waits for what goes on.
            live.close();
        };
        axum::serve(self.0, service).with_graceful_shutdown(stopped).await
    }
}
