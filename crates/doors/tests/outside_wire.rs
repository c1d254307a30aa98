//! The way out against real local servers, most of them hostile: slow, long, packed, cut short.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use doors::outside::{Outside, Policy};
use flate2::Compression;
use flate2::write::GzEncoder;
use group::world::{Incoming, Outgoing, Unreached, UnreachedKind};
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};
use testkit::feed_server::FeedServer;

const KIB: usize = 1024;
/// Bytes an answer may have in these tests.
const ANSWER_MAX: usize = 64 * KIB;

fn outside() -> Outside {
    outside_with(|policy| policy)
}

fn outside_with(change: impl FnOnce(Policy) -> Policy) -> Outside {
    let policy = Policy {
        allow_private: vec!["127.0.0.1".parse().unwrap()],
        ..Policy::public("oak.example")
    };
    Outside::new(change(policy)).expect("an outside")
}

fn get(url: &str) -> Outgoing {
    Outgoing {
        method: "GET".into(),
        url: url.into(),
        timeout: Duration::from_secs(20),
        answer_bytes_max: ANSWER_MAX,
        ..Outgoing::default()
    }
}

/// A server for one client; what it does is up to the script. The receiver hears when it ended.
fn server(script: impl FnOnce(&mut TcpStream) + Send + 'static) -> (String, Receiver<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let (tell, ended) = mpsc::channel();
    thread::spawn(move || {
        let (mut client, _) = listener.accept().unwrap();
        let mut head = [0; 4096];
        let _ = client.read(&mut head);
        script(&mut client);
        tell.send(()).ok();
    });
    (url, ended)
}

/// What becomes of an answer sent literally.
fn answered(bytes: impl Into<Vec<u8>>) -> Result<Incoming, Unreached> {
    let bytes = bytes.into();
    let (url, _) = server(move |client| {
        client.write_all(&bytes).ok();
    });
    outside().fetch(&get(&url))
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut out = GzEncoder::new(Vec::new(), Compression::best());
    out.write_all(bytes).unwrap();
    out.finish().unwrap()
}

fn with_head(head: &str, body: &[u8]) -> Vec<u8> {
    let head = format!("HTTP/1.1 200 OK\r\n{head}Content-Length: {}\r\n\r\n", body.len());
    [head.as_bytes(), body].concat()
}

#[test]
fn a_request_arrives_as_it_was_meant() {
    let server = FeedServer::start("thanks").unwrap();
    server.set_status(201);
    server.set_headers(&[("X-Kept", "yes")]);
    let answer = outside()
        .fetch(&Outgoing {
            method: "POST".into(),
            url: format!("{}/a%20b/../c?x=1&y=ä#top", server.url),
            headers: vec![("Authorization".into(), "Bearer abc".into())],
            body: b"hello".to_vec(),
            ..get("")
        })
        .unwrap();
    assert_eq!((answer.status, &answer.body[..]), (201, &b"thanks"[..]));
    assert!(answer.headers.contains(&("x-kept".into(), "yes".into())), "{:?}", answer.headers);
    let asked = &server.asked()[0];
    assert_eq!((&*asked.method, &*asked.path), ("POST", "/c?x=1&y=%C3%A4"));
    assert_eq!(asked.body, b"hello");
    assert_eq!(asked.header("host"), Some(&*server.place()));
    assert_eq!(asked.header("authorization"), Some("Bearer abc"));
    assert_eq!(asked.header("user-agent"), Some("Allotment/0.1.0 (+oak.example)"));
    assert_eq!(asked.header("content-length"), Some("5"));
}

/// CAP-006: this door follows nothing; the capability asks again for each hop.
#[test]
fn every_status_is_an_answer_and_no_redirect_is_followed() {
    let server = FeedServer::start("").unwrap();
    server.set_headers(&[("Location", "http://169.254.169.254/latest/meta-data/")]);
    for status in [204, 301, 302, 307, 308, 404, 500] {
        server.set_status(status);
        let answer = outside().fetch(&get(&server.url)).unwrap();
        assert_eq!(answer.status, status);
        assert!(answer.headers.iter().any(|(name, _)| name == "location"));
    }
    assert_eq!(server.requests(), 7);
}

#[test]
fn bodies_come_out_whole() {
    let text = "A line of the feed.\n".repeat(1_000).into_bytes();
    let chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n";
    let hints = b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\nAlt-Svc: h3=\"127.0.0.1:1\"\r\n\r\nok";
    for (name, bytes, expect) in [
        ("plain", with_head("", &text), &text[..]),
        ("gzip", with_head("Content-Encoding: gzip\r\n", &gzip(&text)), &text),
        ("empty gzip", with_head("Content-Encoding: gzip\r\n", b""), b""),
        ("chunked", chunked.to_vec(), b"abcde"),
        ("until closed", b"HTTP/1.0 200 OK\r\n\r\nold".to_vec(), b"old"),
        ("after hints", hints.to_vec(), b"ok"),
        ("exactly the limit", with_head("", &vec![7; ANSWER_MAX]), &vec![7; ANSWER_MAX]),
    ] {
        let answer = answered(bytes).unwrap_or_else(|why| panic!("{name}: {why:?}"));
        assert!(answer.body == expect, "{name}: {} bytes", answer.body.len());
        assert!(answer.headers.iter().all(|(name, _)| name != "content-encoding"), "{name}");
    }
}

/// CAP-011, CAP-012: answers that are too long, packed or not.
#[test]
fn hostile_answers_end_in_words() {
    let bomb = gzip(&vec![0; 64 * 1024 * KIB]);
    assert!(bomb.len() < ANSWER_MAX, "the bomb itself is small");
    let packed = "Content-Encoding: gzip\r\n";
    let many_headers = format!("HTTP/1.1 200 OK\r\n{}\r\n", "A: b\r\n".repeat(1_000));
    let long_header = format!("HTTP/1.1 200 OK\r\nA: {}\r\n\r\n", "b".repeat(200 * KIB));
    let two_lengths = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nabc";
    let upgrade = "HTTP/1.1 101 Switching\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n";
    use UnreachedKind::{Bad, Later};
    for (name, bytes, kind, words) in [
        ("too long", with_head("", &vec![7; ANSWER_MAX + 1]), Bad, "more than 65536 bytes"),
        ("gzip bomb", with_head(packed, &bomb), Bad, "more than 65536 bytes"),
        ("gzip of nothing", with_head(packed, &gzip(b"").repeat(4_000)), Bad, "more than 65536"),
        ("cut gzip", with_head(packed, &gzip(b"abc")[..15]), Bad, "cannot be unpacked"),
        ("no gzip", with_head(packed, b"abc"), Bad, "cannot be unpacked"),
        ("brotli", with_head("Content-Encoding: br\r\n", b"abc"), Bad, "nobody asked for"),
        ("twice", with_head(&packed.repeat(2), &gzip(b"abc")), Bad, "nobody asked for"),
        (
            "cut",
            b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc".to_vec(),
            Later,
            "in the middle",
        ),
        (
            "bad chunk",
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n".to_vec(),
            Later,
            "in the middle",
        ),
        ("not HTTP", b"SSH-2.0-OpenSSH_9.9\r\n\r\n".to_vec(), Bad, "not HTTP"),
        ("nothing", Vec::new(), Later, "in the middle"),
        ("headers", many_headers.into(), Bad, "not HTTP"),
        ("long header", long_header.into(), Bad, "not HTTP"),
        ("lengths", two_lengths.into(), Bad, "not HTTP"),
        ("upgrade", upgrade.into(), Bad, "nobody asked for"),
    ] {
        let why = answered(bytes).expect_err(name);
        assert!(why.kind == kind && why.text.contains(words), "{name}: {why:?}");
    }
}

/// CAP-011: an answer without an end.
#[test]
fn an_endless_answer_is_cut_at_the_limit() {
    let (url, ended) = server(|client| {
        let piece = [7; 8 * KIB];
        let head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
        let mut sent = client.write_all(head);
        while sent.is_ok() {
            sent = write!(client, "{:x}\r\n", piece.len())
                .and_then(|()| client.write_all(&piece))
                .and_then(|()| client.write_all(b"\r\n"));
        }
    });
    assert_eq!(outside().fetch(&get(&url)).unwrap_err().kind, UnreachedKind::Bad);
    ended.recv_timeout(Duration::from_secs(20)).expect("the connection was cut");
}

/// CAP-011: an answer that drips.
#[test]
fn slowness_ends_in_time_and_the_connection_is_cut() {
    let dripping = |client: &mut TcpStream| {
        let mut sent = client.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
        while sent.is_ok() {
            sent = client.write_all(b".");
            thread::sleep(Duration::from_millis(20)); // waits for: nothing, the answer is slow
        }
    };
    let silent = |client: &mut TcpStream| {
        // Reading ends when the other side is gone.
        let _ = client.read(&mut [0; 16]);
    };
    for (url, ended) in [server(dripping), server(silent)] {
        let started = Instant::now();
        let request = Outgoing { timeout: Duration::from_millis(300), ..get(&url) };
        let why = outside().fetch(&request).unwrap_err();
        assert_eq!(why.kind, UnreachedKind::Later);
        assert_eq!(why.text, "127.0.0.1 took longer than 0.3 seconds.");
        assert!(started.elapsed() < Duration::from_secs(5));
        ended.recv_timeout(Duration::from_secs(20)).expect("the connection was cut");
    }
}

#[test]
fn nobody_there_is_said_so() {
    let closed = {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        format!("http://{}/", listener.local_addr().unwrap())
    };
    let why = outside().fetch(&get(&closed)).unwrap_err();
    assert_eq!((why.kind, &*why.text), (UnreachedKind::Later, "127.0.0.1 does not answer."));
    let nowhere = Outside::with_resolver(Policy::public("oak.example"), |_| Ok(vec![])).unwrap();
    let why = nowhere.fetch(&get("https://typo.example/")).unwrap_err();
    assert_eq!(why.text, "typo.example was not found; is it spelled right?");
}

/// CAP-009, CAP-010: what frames a request, or says who asks, is the group's; nothing breaks a line.
#[test]
fn headers_that_are_not_the_scripts_are_refused() {
    let server = FeedServer::start("").unwrap();
    let ask = |name: &str, value: &str| {
        let headers = vec![(name.to_owned(), value.to_owned())];
        outside().fetch(&Outgoing { headers, ..get(&server.url) })
    };
    for name in [
        "Host",
        "Connection",
        "content-length",
        "Transfer-Encoding",
        "Upgrade",
        "TE",
        "Trailer",
        "Keep-Alive",
        "Expect",
        "Proxy-Authorization",
        "Proxy-Connection",
        "Sec-Fetch-Site",
        "X-Forwarded-For",
        "Forwarded",
        "Via",
        "Cookie",
        "User-Agent",
        "Accept-Encoding",
        "Origin",
    ] {
        let why = ask(name, "1").expect_err(name);
        assert!(why.text.contains(&format!("The header {name} is set by the group")), "{why:?}");
    }
    for (name, value) in [
        ("X-A", "1\r\nHost: evil.example"),
        ("X-A", "1\nX-B: 2"),
        ("X-A", "1\0"),
        ("X A", "1"),
        ("", "1"),
        ("X-A:", "1"),
        ("X-A\r\nX-B", "1"),
        (":authority", "evil.example"),
    ] {
        assert_eq!(ask(name, value).expect_err(name).kind, UnreachedKind::Forbidden, "{name:?}");
    }
    let secret = ask("Authorization", "Bearer secret\n").unwrap_err();
    assert!(!secret.text.contains("secret"), "{}", secret.text);
    assert!(ask("Accept", "text/html").is_ok() && ask("X-Api-Key", "k").is_ok());
    assert_eq!(server.requests(), 2, "nothing that was refused was sent");
    for method in ["", "GET /x", "CONNECT", "TRACE", "GET\r\n", "G T"] {
        let request = Outgoing { method: method.into(), ..get(&server.url) };
        assert!(outside().fetch(&request).is_err(), "{method:?} was sent");
    }
}

#[test]
fn the_operators_exceptions_hold_for_what_they_name_only() {
    let (one, two) = (FeedServer::start("one").unwrap(), FeedServer::start("two").unwrap());
    let only_one = outside_with(|policy| Policy {
        allow_private: vec![one.place().parse().unwrap()],
        ..policy
    });
    assert_eq!(only_one.fetch(&get(&one.url)).unwrap().body, b"one");
    assert_eq!(only_one.fetch(&get(&two.url)).unwrap_err().kind, UnreachedKind::Forbidden);
    assert_eq!(two.requests(), 0);
    let named = one.url.replace("127.0.0.1", "localhost");
    assert_eq!(only_one.fetch(&get(&named)).unwrap_err().kind, UnreachedKind::Forbidden);
    let by_name = outside_with(|policy| Policy {
        allow_private: vec![one.place().replace("127.0.0.1", "localhost").parse().unwrap()],
        ..policy
    });
    assert_eq!(by_name.fetch(&get(&named)).unwrap().body, b"one");
}

/// CAP-016: a script does not speak to its own group as the group.
#[test]
fn a_group_does_not_ask_itself() {
    for url in ["https://oak.example/@ana/poll", "https://OAK.example.:8443/"] {
        let why = outside().fetch(&get(url)).unwrap_err();
        assert_eq!(why.text, "An app may not ask its own group over the network.", "{url}");
    }
}

#[test]
fn a_host_is_asked_a_few_times_at_once_and_no_more() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let outside = outside_with(|policy| Policy { max_per_host: 2, ..policy });
    thread::scope(|scope| {
        let asking: Vec<_> =
            (0..6).map(|_| scope.spawn(|| outside.fetch(&get(&url)).map(|it| it.status))).collect();
        let mut open = Vec::new();
        for _ in 0..3 {
            open.push(listener.accept().unwrap().0);
            open.push(listener.accept().unwrap().0);
            // The third connection would already be in the queue of the listener.
            listener.set_nonblocking(true).unwrap();
            assert!(listener.accept().is_err(), "a third request at once");
            listener.set_nonblocking(false).unwrap();
            for mut client in open.drain(..) {
                let _ = client.read(&mut [0; 4096]).unwrap();
                client.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").unwrap();
            }
        }
        for asked in asking {
            assert_eq!(asked.join().unwrap(), Ok(200));
        }
    });
}

#[test]
fn it_works_from_an_async_thread_and_may_be_dropped_there() {
    let server = FeedServer::start("x").unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let outside = outside();
        assert_eq!(outside.fetch(&get(&server.url)).unwrap().body, b"x");
    });
}

/// CAP-015, CAP-017: nothing is left over from one request for the next, neither a connection nor a
/// word of who asks: what leaves is what the script wrote and what every request of a group has.
#[test]
fn each_request_is_alone_and_nobody_signs_it() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let heads = thread::spawn(move || {
        let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: keep-alive\r\n\r\nok";
        let connections: Vec<(TcpStream, String)> = (0..2)
            .map(|_| {
                let (mut client, _) = listener.accept().unwrap();
                let mut head = [0; 4096];
                let len = client.read(&mut head).unwrap();
                client.write_all(answer).unwrap();
                (client, String::from_utf8_lossy(&head[..len]).to_lowercase())
            })
            .collect();
        connections.into_iter().map(|(_, head)| head).collect::<Vec<_>>()
    });
    let outside = outside();
    for _ in 0..2 {
        assert_eq!(outside.fetch(&get(&url)).unwrap().body, b"ok");
    }
    for head in heads.join().unwrap() {
        let mut names: Vec<&str> =
            head.lines().skip(1).filter_map(|line| Some(line.split_once(':')?.0)).collect();
        names.sort_unstable();
        assert_eq!(names, ["accept-encoding", "host", "user-agent"]);
    }
}
