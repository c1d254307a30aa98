//! `wasi:sockets`: no socket is ever made and no name is ever looked up. Runtimes bind to these
//! interfaces before they know whether their program uses them, so asking is allowed, and refused.

use super::Wasi;
use super::call::Interface;
use wasmtime::Result;
use wasmtime::component::{ComponentType, Lift, Linker, Lower, Resource};

/// The network that a guest is shown; it leads nowhere.
struct Network;
/// Sockets, their streams and lookups; none is ever made.
struct NoTcp;
struct NoUdp;
struct IncomingDatagramStream;
struct OutgoingDatagramStream;
struct ResolveAddressStream;

/// Why the network refused. Every case of WASI stands here because the type must be the same.
#[derive(Clone, Copy, ComponentType, Lower)]
#[component(enum)]
#[repr(u8)]
#[allow(dead_code)] // the guest's type has these names
enum ErrorCode {
    #[component(name = "unknown")]
    Unknown,
    #[component(name = "access-denied")]
    AccessDenied,
    #[component(name = "not-supported")]
    NotSupported,
    #[component(name = "invalid-argument")]
    InvalidArgument,
    #[component(name = "out-of-memory")]
    OutOfMemory,
    #[component(name = "timeout")]
    Timeout,
    #[component(name = "concurrency-conflict")]
    ConcurrencyConflict,
    #[component(name = "not-in-progress")]
    NotInProgress,
    #[component(name = "would-block")]
    WouldBlock,
    #[component(name = "invalid-state")]
    InvalidState,
    #[component(name = "new-socket-limit")]
    NewSocketLimit,
    #[component(name = "address-not-bindable")]
    AddressNotBindable,
    #[component(name = "address-in-use")]
    AddressInUse,
    #[component(name = "remote-unreachable")]
    RemoteUnreachable,
    #[component(name = "connection-refused")]
    ConnectionRefused,
    #[component(name = "connection-reset")]
    ConnectionReset,
    #[component(name = "connection-aborted")]
    ConnectionAborted,
    #[component(name = "datagram-too-large")]
    DatagramTooLarge,
    #[component(name = "name-unresolvable")]
    NameUnresolvable,
    #[component(name = "temporary-resolver-failure")]
    TemporaryResolverFailure,
    #[component(name = "permanent-resolver-failure")]
    PermanentResolverFailure,
}

/// Which kind of address a socket would have.
#[derive(Clone, Copy, ComponentType, Lift)]
#[component(enum)]
#[repr(u8)]
#[allow(dead_code)] // guests choose one, nothing depends on it
enum IpAddressFamily {
    #[component(name = "ipv4")]
    Ipv4,
    #[component(name = "ipv6")]
    Ipv6,
}

/// Offers the ways to ask for a socket or a name, and refuses each.
pub(super) fn link<T: Wasi>(linker: &mut Linker<T>) -> Result<()> {
    let mut network = Interface::of(linker, "wasi:sockets/network")?;
    network.resource::<Network>("network")?;
    let mut instance = Interface::of(linker, "wasi:sockets/instance-network")?;
    instance.func("instance-network", |call, ()| Ok((call.push(Network)?,)))?;

    let mut tcp = Interface::of(linker, "wasi:sockets/tcp")?;
    tcp.resource::<NoTcp>("tcp-socket")?;
    let mut create = Interface::of(linker, "wasi:sockets/tcp-create-socket")?;
    create.func("create-tcp-socket", |_, (_,): (IpAddressFamily,)| Ok((refused::<NoTcp>(),)))?;

    let mut udp = Interface::of(linker, "wasi:sockets/udp")?;
    udp.resource::<NoUdp>("udp-socket")?;
    udp.resource::<IncomingDatagramStream>("incoming-datagram-stream")?;
    udp.resource::<OutgoingDatagramStream>("outgoing-datagram-stream")?;
    let mut create = Interface::of(linker, "wasi:sockets/udp-create-socket")?;
    create.func("create-udp-socket", |_, (_,): (IpAddressFamily,)| Ok((refused::<NoUdp>(),)))?;

    let mut lookup = Interface::of(linker, "wasi:sockets/ip-name-lookup")?;
    lookup.resource::<ResolveAddressStream>("resolve-address-stream")?;
    lookup.func("resolve-addresses", |call, (_, name): (Resource<Network>, String)| {
        call.pay_bytes(name.len())?;
        Ok((refused::<ResolveAddressStream>(),))
    })
}

fn refused<R: 'static>() -> std::result::Result<Resource<R>, ErrorCode> {
    Err(ErrorCode::AccessDenied)
}
