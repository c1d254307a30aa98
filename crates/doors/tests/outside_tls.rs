//! https against a server with a certificate of our own making. Who is trusted comes from the
//! system or from `SSL_CERT_FILE`, so each case runs in a process of its own.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use doors::outside::{Outside, Policy};
use group::world::Outgoing;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use std::net::TcpListener;
use std::process::Command;
use std::sync::Arc;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::rustls::{ServerConfig, ServerConnection, StreamOwned, crypto};

/// The variables that make the test binary a client of one of the servers below.
const URL: &str = "ALLOT_TEST_TLS_URL";
const EXPECT: &str = "ALLOT_TEST_TLS_EXPECT";

/// Not a case of its own: the other process that the cases start.
#[test]
fn client() {
    let Ok(url) = std::env::var(URL) else { return };
    let policy = Policy {
        allow_private: vec!["127.0.0.1".parse().unwrap()],
        ..Policy::public("oak.example")
    };
    let outside =
        Outside::with_resolver(policy, |_| Ok(vec!["127.0.0.1".parse().unwrap()])).unwrap();
    let request =
        Outgoing { method: "GET".into(), url, answer_bytes_max: 100, ..Outgoing::default() };
    let said = match outside.fetch(&request) {
        Ok(answer) => String::from_utf8(answer.body).unwrap(),
        Err(why) => why.text,
    };
    assert!(said.contains(&std::env::var(EXPECT).unwrap()), "{said}");
}

type Authority = CertifiedIssuer<'static, KeyPair>;

fn authority(name: &str) -> Authority {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

/// A server for one client with a certificate for this name; answers with its port.
fn server(authority: &Authority, name: &str, change: impl FnOnce(&mut CertificateParams)) -> u16 {
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
    change(&mut params);
    let certificate = params.signed_by(&key, authority).unwrap();
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let config = ServerConfig::builder_with_provider(Arc::new(crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key)
        .unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        let (client, _) = listener.accept().unwrap();
        let session = ServerConnection::new(Arc::new(config)).unwrap();
        let mut stream = StreamOwned::new(session, client);
        let mut head = [0; 4096];
        // A client that does not trust us says nothing.
        if std::io::Read::read(&mut stream, &mut head).is_ok_and(|bytes| bytes > 0) {
            let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nhello!";
            std::io::Write::write_all(&mut stream, answer).unwrap();
            stream.conn.send_close_notify();
            let _ = std::io::Write::flush(&mut stream);
        }
    });
    port
}

/// Runs the client in a process that trusts these authorities.
fn check(trusted: &str, url: &str, expect: &str) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("roots.pem");
    std::fs::write(&file, trusted).unwrap();
    let done = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "client", "--nocapture"])
        .env("SSL_CERT_FILE", file)
        .env("SSL_CERT_DIR", folder.path().join("none"))
        .env(URL, url)
        .env(EXPECT, expect)
        .output()
        .unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

#[test]
fn who_proves_its_name_is_trusted() {
    let ours = authority("ours");
    let port = server(&ours, "blog.example", |_| ());
    check(&ours.pem(), &format!("https://blog.example:{port}/"), "hello!");
}

#[test]
fn an_address_can_have_a_certificate_too() {
    let ours = authority("ours");
    let port = server(&ours, "127.0.0.1", |_| ());
    check(&ours.pem(), &format!("https://127.0.0.1:{port}/"), "hello!");
}

#[test]
fn a_stranger_is_not_trusted() {
    let port = server(&authority("theirs"), "blog.example", |_| ());
    let url = format!("https://blog.example:{port}/");
    check(&authority("ours").pem(), &url, "its certificate comes from nobody we trust");
}

#[test]
fn another_name_is_not_trusted() {
    let ours = authority("ours");
    let port = server(&ours, "evil.example", |_| ());
    let url = format!("https://blog.example:{port}/");
    check(&ours.pem(), &url, "its certificate is for another name");
}

#[test]
fn an_old_certificate_is_not_trusted() {
    let ours = authority("ours");
    let port = server(&ours, "blog.example", |params| {
        params.not_after = rcgen::date_time_ymd(2020, 1, 1);
    });
    let url = format!("https://blog.example:{port}/");
    check(&ours.pem(), &url, "its certificate has run out");
}

#[test]
fn without_any_authority_the_admin_is_told_what_to_do() {
    let port = server(&authority("theirs"), "blog.example", |_| ());
    check("", &format!("https://blog.example:{port}/"), "an admin can install ca-certificates");
}
