//! From a judged name to an open stream: look the name up once, judge every address it leads to,
//! connect to exactly one of those, and shake hands. No address is ever named in an error.

use super::policy::Policy;
use super::target::{Target, refused};
use group::world::{Unreached, UnreachedKind};
use std::net::{IpAddr, SocketAddr, ToSocketAddrs};
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

/// Addresses of one name that are tried.
const ADDRESSES_TRIED: usize = 4;
/// Time for one address, so that the next gets its chance within the request's time.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(4);

/// Looks a name up; it may block.
pub(super) type Resolver = Arc<dyn Fn(&str) -> std::io::Result<Vec<IpAddr>> + Send + Sync>;

/// The system's name resolution.
pub(super) fn system(host: &str) -> std::io::Result<Vec<IpAddr>> {
    Ok((host, 0).to_socket_addrs()?.map(|socket| socket.ip()).collect())
}

/// Bytes both ways, in the clear or through TLS.
pub(super) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// Opens streams to judged targets.
pub(super) struct Connector {
    resolver: Resolver,
    /// Read at the first https request: a group that asks nobody need not read them at its start.
    tls: OnceLock<Option<TlsConnector>>,
}

impl Connector {
    pub(super) fn new(resolver: Resolver) -> Connector {
        Connector { resolver, tls: OnceLock::new() }
    }

    /// An open stream to a target. The address judged is the address connected to.
    pub(super) async fn connect(
        &self,
        policy: &Policy,
        target: &Target,
    ) -> Result<Box<dyn Stream>, Unreached> {
        let addresses = self.resolve(target).await?;
        // One address that is not public spoils the name: who mixes them wants to get inside.
        if !policy.names(target) && !addresses.iter().all(|address| policy.admits(*address)) {
            return Err(refused(format!("{} does not lead to the public internet.", target.host)));
        }
        let tcp = open(target, &addresses).await?;
        match target.tls {
            true => self.shake_hands(target, tcp).await,
            false => Ok(Box::new(tcp)),
        }
    }

    async fn resolve(&self, target: &Target) -> Result<Vec<IpAddr>, Unreached> {
        if let Some(literal) = target.literal {
            return Ok(vec![literal]);
        }
        let (resolver, host) = (self.resolver.clone(), target.host.clone());
        let found = tokio::task::spawn_blocking(move || resolver(&host)).await;
        match found {
            Ok(Ok(addresses)) if !addresses.is_empty() => Ok(addresses),
            _ => Err(later(format!("{} was not found; is it spelled right?", target.host))),
        }
    }

    async fn shake_hands(
        &self,
        target: &Target,
        tcp: TcpStream,
    ) -> Result<Box<dyn Stream>, Unreached> {
        let Some(tls) = self.tls.get_or_init(trust) else {
            return Err(later(
                "This group trusts no certificate authority, so https cannot work; an admin can install ca-certificates or set SSL_CERT_FILE.",
            ));
        };
        let name = ServerName::try_from(target.host.clone())
            .map_err(|_| refused(format!("{} cannot have a certificate.", target.host)))?;
        match tls.connect(name, tcp).await {
            Ok(stream) => Ok(Box::new(stream)),
            Err(why) => Err(later(format!(
                "{} could not prove who it is, so nothing was sent ({}).",
                target.host,
                certificate_trouble(&why)
            ))),
        }
    }
}

async fn open(target: &Target, addresses: &[IpAddr]) -> Result<TcpStream, Unreached> {
    for address in addresses.iter().take(ADDRESSES_TRIED) {
        let socket = SocketAddr::new(*address, target.port);
        if let Ok(Ok(tcp)) = tokio::time::timeout(CONNECT_TIMEOUT, TcpStream::connect(socket)).await
        {
            // Requests are written at once; waiting for more to send only costs time.
            let _ = tcp.set_nodelay(true);
            return Ok(tcp);
        }
    }
    Err(later(format!("{} does not answer.", target.host)))
}

/// The roots of the system, or of `SSL_CERT_FILE`. `None` if there is not one.
fn trust() -> Option<TlsConnector> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if roots.is_empty() {
        return None;
    }
    let config = ClientConfig::builder_with_provider(Arc::new(
        tokio_rustls::rustls::crypto::ring::default_provider(),
    ))
    .with_safe_default_protocol_versions()
    .ok()?
    .with_root_certificates(roots)
    .with_no_client_auth();
    Some(TlsConnector::from(Arc::new(config)))
}

/// What is wrong with a certificate, in words; everything else is only "no secure connection".
fn certificate_trouble(why: &std::io::Error) -> &'static str {
    use tokio_rustls::rustls::{CertificateError as Bad, Error};
    match why.get_ref().and_then(|inner| inner.downcast_ref::<Error>()) {
        Some(Error::InvalidCertificate(bad)) => match bad {
            Bad::Expired | Bad::ExpiredContext { .. } => "its certificate has run out",
            Bad::NotValidYet | Bad::NotValidYetContext { .. } => "its certificate is not valid yet",
            Bad::UnknownIssuer => "its certificate comes from nobody we trust",
            Bad::NotValidForName | Bad::NotValidForNameContext { .. } => {
                "its certificate is for another name"
            }
            _ => "its certificate is not right",
        },
        _ => "no secure connection came about",
    }
}

fn later(text: impl Into<String>) -> Unreached {
    Unreached::new(UnreachedKind::Later, text)
}
