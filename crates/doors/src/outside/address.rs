//! Which addresses lie on the public internet: the tables of IANA's special-purpose registries,
//! and the IPv6 forms that carry an IPv4 address. It knows no names and opens nothing.

use model::sabotage;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Whether an address may be connected to. What is not known to be public is not public.
pub(super) fn is_public(address: IpAddr) -> bool {
    if sabotage::off("public-addresses") {
        return true;
    }
    match canonical(address) {
        IpAddr::V4(v4) => !SPECIAL_V4.iter().any(|net| net.contains(v4)),
        IpAddr::V6(v6) => PUBLIC_V6.contains(v6) && !SPECIAL_V6.iter().any(|net| net.contains(v6)),
    }
}

/// The address that is really reached: the IPv4 one inside a mapped or NAT64 form.
///
/// The other forms that carry one (compatible, translated, 6to4, Teredo) stay as they are and
/// are refused whole: nobody needs them, and where they lead depends on relays.
pub(super) fn canonical(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V6(v6) if MAPPED.contains(v6) || NAT64.contains(v6) => {
            let [.., a, b, c, d] = v6.octets();
            IpAddr::V4(Ipv4Addr::new(a, b, c, d))
        }
        other => other,
    }
}

/// A network: its first address and the number of bits that are fixed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Network<A> {
    pub(super) first: A,
    pub(super) bits: u32,
}

impl Network<Ipv4Addr> {
    pub(super) fn contains(self, address: Ipv4Addr) -> bool {
        let differ = self.first.to_bits() ^ address.to_bits();
        differ.leading_zeros() >= self.bits
    }
}

impl Network<Ipv6Addr> {
    pub(super) fn contains(self, address: Ipv6Addr) -> bool {
        let differ = self.first.to_bits() ^ address.to_bits();
        differ.leading_zeros() >= self.bits
    }
}

const fn v4(a: u8, b: u8, c: u8, d: u8, bits: u32) -> Network<Ipv4Addr> {
    Network { first: Ipv4Addr::new(a, b, c, d), bits }
}

const fn v6(a: u16, b: u16, c: u16, bits: u32) -> Network<Ipv6Addr> {
    Network { first: Ipv6Addr::new(a, b, c, 0, 0, 0, 0, 0), bits }
}

/// `::ffff:0:0/96`, IPv4-mapped (RFC 4291).
const MAPPED: Network<Ipv6Addr> =
    Network { first: Ipv6Addr::new(0, 0, 0, 0, 0, 0xffff, 0, 0), bits: 96 };

/// `64:ff9b::/96`, how IPv6-only networks reach IPv4 (RFC 6052).
const NAT64: Network<Ipv6Addr> = v6(0x64, 0xff9b, 0, 96);

/// The IPv4 special-purpose registry, whole, and one address clouds use inside public space.
const SPECIAL_V4: &[Network<Ipv4Addr>] = &[
    v4(0, 0, 0, 0, 8),        // this network (RFC 791)
    v4(10, 0, 0, 0, 8),       // private (RFC 1918)
    v4(100, 64, 0, 0, 10),    // shared by carriers (RFC 6598), some clouds' metadata
    v4(127, 0, 0, 0, 8),      // loopback (RFC 1122)
    v4(168, 63, 129, 16, 32), // Azure's wire server, public only by its number
    v4(169, 254, 0, 0, 16),   // link-local (RFC 3927), most clouds' metadata
    v4(172, 16, 0, 0, 12),    // private (RFC 1918)
    v4(192, 0, 0, 0, 24),     // protocol assignments (RFC 6890)
    v4(192, 0, 2, 0, 24),     // documentation (RFC 5737)
    v4(192, 31, 196, 0, 24),  // AS112 (RFC 7535)
    v4(192, 52, 193, 0, 24),  // AMT (RFC 7450)
    v4(192, 88, 99, 0, 24),   // 6to4 relays (RFC 7526)
    v4(192, 168, 0, 0, 16),   // private (RFC 1918)
    v4(192, 175, 48, 0, 24),  // AS112 (RFC 7534)
    v4(198, 18, 0, 0, 15),    // benchmarks (RFC 2544)
    v4(198, 51, 100, 0, 24),  // documentation (RFC 5737)
    v4(203, 0, 113, 0, 24),   // documentation (RFC 5737)
    v4(224, 0, 0, 0, 4),      // multicast (RFC 5771)
    v4(240, 0, 0, 0, 4),      // reserved and broadcast (RFC 1112)
];

/// The only IPv6 space given out as public so far.
const PUBLIC_V6: Network<Ipv6Addr> = v6(0x2000, 0, 0, 3);

/// What is special inside the public space.
const SPECIAL_V6: &[Network<Ipv6Addr>] = &[
    v6(0x2001, 0, 0, 23), // protocol assignments: Teredo, benchmarks, ORCHID (RFC 2928)
    v6(0x2001, 0xdb8, 0, 32), // documentation (RFC 3849)
    v6(0x2002, 0, 0, 16), // 6to4 (RFC 3056)
    v6(0x2620, 0x4f, 0x8000, 48), // AS112 (RFC 7534)
    v6(0x3fff, 0, 0, 20), // documentation (RFC 9637)
];
