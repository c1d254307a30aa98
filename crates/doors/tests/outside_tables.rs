//! The addresses and URLs that must not be reached, as tables. `ALLOT_TABLES=DIR` runs the full
//! files of a folder as well.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use doors::outside::{Outside, Policy};
use group::world::{Incoming, Outgoing, Unreached, UnreachedKind};
use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use testkit::feed_server::FeedServer;

/// Asks for a name that leads to these addresses.
fn ask(addresses: Vec<IpAddr>) -> Result<Incoming, Unreached> {
    Outside::with_resolver(Policy::public("oak.example"), move |_| Ok(addresses.clone()))
        .expect("an outside")
        .fetch(&get("http://www.example/"))
}

fn get(url: &str) -> Outgoing {
    Outgoing { method: "GET".into(), url: url.into(), answer_bytes_max: 10, ..Outgoing::default() }
}

fn outside() -> Outside {
    Outside::new(Policy::public("oak.example")).expect("an outside")
}

/// Addresses that a group may never connect to, with their reason.
const DENIED: &[(&str, &str)] = &[
    ("0.0.0.0", "this network"),
    ("0.1.2.3", "this network"),
    ("10.0.0.1", "private"),
    ("10.255.255.255", "private"),
    ("100.64.0.1", "shared by carriers"),
    ("100.100.100.200", "a cloud's metadata in shared space"),
    ("127.0.0.1", "loopback"),
    ("127.255.255.254", "loopback, last"),
    ("168.63.129.16", "a cloud's wire server in public space"),
    ("169.254.169.254", "metadata"),
    ("169.254.170.2", "metadata of containers"),
    ("172.16.0.1", "private"),
    ("172.31.255.255", "private, last"),
    ("192.0.0.1", "protocol assignments"),
    ("192.0.0.192", "a cloud's metadata"),
    ("192.0.2.1", "documentation"),
    ("192.31.196.1", "AS112"),
    ("192.52.193.1", "AMT"),
    ("192.88.99.1", "6to4 relay"),
    ("192.168.1.1", "private"),
    ("192.175.48.1", "AS112"),
    ("198.18.0.1", "benchmarks"),
    ("198.19.255.255", "benchmarks, last"),
    ("198.51.100.1", "documentation"),
    ("203.0.113.1", "documentation"),
    ("224.0.0.1", "multicast"),
    ("240.0.0.1", "reserved"),
    ("255.255.255.255", "broadcast"),
    ("::", "unspecified"),
    ("::1", "loopback"),
    ("::7f00:1", "IPv4-compatible"),
    ("::8.8.8.8", "IPv4-compatible, even of a public address"),
    ("::ffff:127.0.0.1", "mapped"),
    ("::ffff:7f00:1", "mapped, in hexadecimal"),
    ("::ffff:169.254.169.254", "mapped metadata"),
    ("::ffff:0:127.0.0.1", "translated (SIIT)"),
    ("::ffff:0:8.8.8.8", "translated, even of a public address"),
    ("64:ff9b::7f00:1", "NAT64 of loopback"),
    ("64:ff9b::a9fe:a9fe", "NAT64 of metadata"),
    ("64:ff9b:1::1", "local NAT64"),
    ("100::1", "discard"),
    ("2001::1", "Teredo"),
    ("2001:2::1", "benchmarks"),
    ("2001:1ff:ffff::1", "protocol assignments, last"),
    ("2001:db8::1", "documentation"),
    ("2002:7f00:1::", "6to4 of loopback"),
    ("2002:a9fe:a9fe::1", "6to4 of metadata"),
    ("2620:4f:8000::1", "AS112"),
    ("3fff::1", "documentation"),
    ("4000::1", "not given out"),
    ("5f00::1", "segment routing"),
    ("fc00::1", "unique local"),
    ("fd00:ec2::254", "a cloud's metadata"),
    ("fe80::1", "link-local"),
    ("fec0::1", "site-local"),
    ("ff02::1", "multicast"),
];

/// Addresses that are public, most of them next door to one that is not.
const ALLOWED: &[&str] = &[
    "1.1.1.1",
    "8.8.8.8",
    "9.255.255.255",
    "11.0.0.0",
    "93.184.215.14",
    "100.63.255.255",
    "100.128.0.0",
    "168.63.129.15",
    "172.15.255.255",
    "172.32.0.0",
    "192.0.1.0",
    "198.17.255.255",
    "198.20.0.1",
    "223.255.255.255",
    "2001:200::1",
    "2001:4860:4860::8888",
    "2003::1",
    "2606:4700:4700::1111",
    "2a00:1450:4001:81b::200e",
    "3ffe:ffff::1",
    "::ffff:8.8.8.8",
    "64:ff9b::808:808",
];

#[test]
fn a_name_that_leads_inside_is_refused_when_it_is_connected_to() {
    for (address, why) in DENIED {
        let refusal = ask(vec![address.parse().unwrap()]).expect_err(why);
        assert_eq!(refusal.kind, UnreachedKind::Forbidden, "{address} ({why}) was tried");
        assert_eq!(refusal.text, "www.example does not lead to the public internet.");
    }
}

#[test]
fn literal_addresses_are_judged_like_resolved_ones() {
    let never = |_: &str| panic!("a literal address is not looked up");
    let outside = Outside::with_resolver(Policy::public("oak.example"), never).unwrap();
    for (address, why) in DENIED {
        let url = match address.parse().unwrap() {
            IpAddr::V4(v4) => format!("http://{v4}/"),
            IpAddr::V6(v6) => format!("http://[{v6}]/"),
        };
        let refusal = outside.fetch(&get(&url)).expect_err(why);
        assert_eq!(refusal.kind, UnreachedKind::Forbidden, "{address} ({why}) was tried");
    }
}

#[test]
fn public_addresses_are_admitted() {
    for address in ALLOWED {
        assert!(outside().admits(address.parse().unwrap()), "{address} was refused");
    }
}

#[test]
fn the_full_table_of_addresses() {
    for row in table("ssrf_ips.jsonl") {
        let address = row["ip"].as_str().unwrap().parse().unwrap();
        assert_eq!(outside().admits(address), row["expected"] == "allow", "{row}");
    }
}

/// What a URL comes to for a script whose grant names `allowed.example` only.
fn reaches(outside: &Outside, url: &str) -> bool {
    outside.judge(url).is_ok_and(|target| target.host == "allowed.example")
}

/// URLs and whether they reach `allowed.example` and nothing else.
const URLS: &[(&str, bool)] = &[
    ("http://127.0.0.1/", false),
    ("http://2130706433/", false),
    ("http://0x7f000001/", false),
    ("http://0177.0.0.1/", false),
    ("http://127.0.1/", false),
    ("http://0/", false),
    ("http://①②⑦.⓪.⓪.①/", false),
    ("http://[::]/", false),
    ("http://[0:0:0:0:0:ffff:7f00:0001]/", false),
    ("http://[::ffff:a9fe:a9fe]/latest/meta-data/", false),
    ("http://[64:ff9b::7f00:1]/", false),
    ("http://[fe80::1%25eth0]/", false),
    ("http://LOCALHOST/", false),
    ("http://localhost./", false),
    ("http://foo.localhost/", false),
    ("http://x.local/", false),
    ("http://x.internal/", false),
    ("http://x.internal./", false),
    ("http://metadata.google.internal/", false),
    ("http://intranet/", false),
    ("http://allowed.example@127.0.0.1/", false),
    ("http://127.0.0.1#@allowed.example/", false),
    ("http://127.0.0.1\\@allowed.example/", false),
    ("http://127.0.0.1\\\\@allowed.example/", false),
    ("http://allowed.example:80@evil.example/", false),
    ("http://allowed.example%2f@evil.example/", false),
    ("http://foo@evil.example:80@allowed.example/", false),
    ("http://user:secret@allowed.example/", false),
    ("http://1.1.1.1 &@2.2.2.2# @3.3.3.3/", false),
    ("http://allowed.example%00.evil.example/", false),
    ("http://allowed.example\0.evil.example/", false),
    ("http://allowed.example.evil.example/", false),
    ("http://169.254.169.254.nip.example/", false),
    ("http://\u{430}llowed.example/", false),
    ("http://allowed.example:0/", false),
    ("http://allowed.example:22/", false),
    ("http://allowed.example:6379/", false),
    ("http://allowed.example:65536/", false),
    ("http://allowed.example../", false),
    ("http://.allowed.example/", false),
    ("gopher://127.0.0.1:6379/_INFO", false),
    ("dict://127.0.0.1:11211/", false),
    ("file:///etc/passwd", false),
    ("ftp://allowed.example/", false),
    ("data:text/plain,hi", false),
    ("unix:///var/run/docker.sock", false),
    ("jar:http://allowed.example!/", false),
    ("javascript:alert(1)", false),
    ("//allowed.example/", false),
    ("allowed.example/", false),
    ("", false),
    ("https://oak.example/", false),
    ("https://allowed.example/", true),
    ("https://allowed.example./", true),
    ("https://ALLOWED.example/", true),
    ("https://allowed.example:8443/feed?x=1#top", true),
    // Odd forms that parse to the allowed host and to nothing else.
    ("http:///allowed.example/", true),
    ("http:allowed.example", true),
];

/// CAP-004, CAP-008, CAP-016: one host in every spelling, no other scheme, never the group itself.
#[test]
fn urls_are_judged_after_parsing() {
    let outside = outside();
    for (url, expect) in URLS {
        assert_eq!(reaches(&outside, url), *expect, "{url}");
    }
    let target = outside.judge("HTTPS://ALLOWED.example.:443/a/../b?c#d").unwrap();
    assert_eq!(target.url.as_str(), "https://allowed.example/b?c");
    assert_eq!((target.host.as_str(), target.port, target.tls), ("allowed.example", 443, true));
}

#[test]
fn the_full_table_of_urls() {
    let outside = outside();
    for row in table("ssrf_urls.jsonl") {
        let reached = reaches(&outside, row["url"].as_str().unwrap());
        match row["expected"].as_str().unwrap() {
            "deny" => assert!(!reached, "{row}"),
            "allow" => assert!(reached, "{row}"),
            _ => {}
        }
    }
}

/// The rows of a full table, if somebody says where the tables are.
fn table(file: &str) -> Vec<serde_json::Value> {
    let Some(folder) = std::env::var_os("ALLOT_TABLES").map(PathBuf::from) else {
        return Vec::new();
    };
    let text = std::fs::read_to_string(folder.join(file)).expect("the table is there");
    let rows: Vec<_> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(rows.len() > 5, "{file} is nearly empty");
    rows
}

/// CAP-013: the answer to the one look-up is what is connected to.
#[test]
fn a_name_is_looked_up_once_and_the_judged_address_is_the_one_reached() {
    let server = FeedServer::start("hello").unwrap();
    let port = server.url.rsplit_once(':').unwrap().1;
    let asked = Arc::new(AtomicUsize::new(0));
    let counted = asked.clone();
    let policy = Policy {
        allow_private: vec!["127.0.0.1".parse().unwrap()],
        ..Policy::public("oak.example")
    };
    // The first answer is fine, every later one leads inside.
    let outside = Outside::with_resolver(policy, move |_| {
        Ok(vec![match counted.fetch_add(1, Ordering::SeqCst) {
            0 => "127.0.0.1".parse().unwrap(),
            _ => "127.0.0.2".parse().unwrap(),
        }])
    })
    .unwrap();
    let request = get(&format!("http://rebind.example:{port}/"));
    assert_eq!(outside.fetch(&request).unwrap().body, b"hello");
    assert_eq!(asked.load(Ordering::SeqCst), 1, "one request, one look-up");
    assert_eq!(outside.fetch(&request).unwrap_err().kind, UnreachedKind::Forbidden);
    assert_eq!(server.requests(), 1);
}

/// CAP-014: a name with a private address among public ones.
#[test]
fn one_private_answer_spoils_the_name() {
    for mixed in [["93.184.215.14", "10.0.0.1"], ["::1", "2606:4700:4700::1111"]] {
        let refusal = ask(mixed.map(|ip| ip.parse().unwrap()).to_vec()).unwrap_err();
        assert_eq!(refusal.kind, UnreachedKind::Forbidden, "{mixed:?}");
    }
}

/// CAP-013: of a name with hundreds of addresses the first few are tried, and no more.
#[test]
fn a_name_with_hundreds_of_addresses_is_no_scan() {
    let far = std::net::TcpListener::bind("127.0.0.9:0").unwrap();
    let port = far.local_addr().unwrap().port();
    far.set_nonblocking(true).unwrap();
    let policy = Policy {
        allow_private: vec!["127.0.0.0/8".parse().unwrap()],
        ..Policy::public("oak.example")
    };
    let many: Vec<IpAddr> = (1..=200).map(|n| IpAddr::from([127, 0, 0, n])).collect();
    let outside = Outside::with_resolver(policy, move |_| Ok(many.clone())).unwrap();
    let why = outside.fetch(&get(&format!("http://many.example:{port}/"))).unwrap_err();
    assert_eq!(why.text, "many.example does not answer.");
    assert!(far.accept().is_err(), "an address far down the list was tried");
}
