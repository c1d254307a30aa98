//! Remotes that answer anything but what git servers say. Every answer ends in words, in time,
//! and with nothing committed.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use doors::git::{PATIENCE, Push, Token, files, push};
use doors::outside::{Outside, Policy};
use group::world::{Unreached, UnreachedKind};
use model::Moment;
use std::collections::BTreeMap;
use testkit::git_remote::GitRemote;

const ADVERTISEMENT: &str = "application/x-git-upload-pack-advertisement";
const RECEIVING: &str = "application/x-git-receive-pack-advertisement";
const SECRET: &str = "s3cret-t0ken";
const LIST: &str = "GET /ana/feeds.git/info/refs?service=git-upload-pack";
const ASK: &str = "POST /ana/feeds.git/git-upload-pack";
const PUSH_LIST: &str = "GET /ana/feeds.git/info/refs?service=git-receive-pack";
/// The second such request fetches a pack, if there is something to fetch.
const ASK_PACK: &str = "POST /ana/feeds.git/git-upload-pack #2";
const RESULT: &str = "application/x-git-upload-pack-result";
const NOTHING: &str = "0000000000000000000000000000000000000000";
const GARBLED: &str = "is not what git servers say";
const UNREADABLE: &str = "a pack that git cannot read";
const PUSH: &str = "POST /ana/feeds.git/git-receive-pack";

fn answer(kind: &str, body: &[u8]) -> Vec<u8> {
    let length = body.len();
    let head =
        format!("HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n\r\n");
    [head.as_bytes(), body].concat()
}

fn line(text: impl AsRef<[u8]>) -> Vec<u8> {
    let text = text.as_ref();
    [format!("{:04x}", text.len() + 4).as_bytes(), text].concat()
}

/// Pushes to a remote that answers one request like this.
fn push_when(request: &str, bytes: Vec<u8>) -> Unreached {
    let remote = GitRemote::start("x-access-token", SECRET).unwrap();
    // Without a branch every push begins at nothing, and no pack is fetched.
    let commits = usize::from(request == ASK_PACK);
    if commits > 0 {
        remote.commit(&[("a", b"1")], "Begin", 1_000_000_000).unwrap();
    }
    let policy = Policy {
        allow_private: vec![remote.place().parse().unwrap()],
        ..Policy::public("oak.example")
    };
    let outside = Outside::new(policy).unwrap();
    let scratch = tempfile::tempdir().unwrap();
    remote.answer_instead(request, bytes);
    let why = push(
        &outside,
        scratch.path(),
        &Push {
            repo: remote.url.clone(),
            token: Some(Token::new(SECRET)),
            branch: None,
            files: BTreeMap::from([("a".to_owned(), b"2".to_vec())]),
            message: "Saved".into(),
            author: "app".into(),
            author_email: "app@oak.example".into(),
            date: Moment(1_763_974_800_000),
            effect: "e-1".into(),
        },
    )
    .expect_err("it was taken");
    assert_eq!(std::fs::read_dir(scratch.path()).unwrap().count(), 0);
    assert_eq!(remote.log("main").unwrap().len(), commits);
    why
}

fn check(cases: Vec<(&str, &str, Vec<u8>, &str)>) {
    for (name, request, bytes, words) in cases {
        let why = push_when(request, bytes);
        assert!(why.kind == UnreachedKind::Bad && why.text.contains(words), "{name}: {why:?}");
        assert!(why.text.ends_with('.') && why.text.len() < 400, "{name}: {why:?}");
    }
}

#[test]
fn greetings_that_are_none() {
    let v2 = line("version 2\n");
    let other = [line("# service=git-receive-pack\n"), b"0000".to_vec(), v2.clone()].concat();
    let v0 = line(format!("{} HEAD\0caps\n", "1".repeat(40)));
    let sha256 = [v2.clone(), line("object-format=sha256\n"), b"0000".to_vec()].concat();
    let error = line("ERR \x1b[31mgo away\n");
    let untyped = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".to_vec();
    check(vec![
        ("a web page", LIST, answer("text/html", b"<html>Sign in"), "no git repository"),
        ("no type", LIST, untyped, "no git repository"),
        ("the wrong type", LIST, answer(RECEIVING, &v2), "no git repository"),
        ("the wrong service", LIST, answer(ADVERTISEMENT, &other), GARBLED),
        ("a page in disguise", LIST, answer(ADVERTISEMENT, b"<html>"), GARBLED),
        ("a cut packet", LIST, answer(ADVERTISEMENT, b"ffffversion 2"), GARBLED),
        ("nothing", LIST, answer(ADVERTISEMENT, b""), "old version"),
        ("version 0", LIST, answer(ADVERTISEMENT, &v0), "old version"),
        ("SHA-256", LIST, answer(ADVERTISEMENT, &sha256), "SHA-256"),
        ("endless", LIST, answer(ADVERTISEMENT, &v2.repeat(200_000)), "which is the limit"),
        ("an error", LIST, answer(ADVERTISEMENT, &error), "says: “[31mgo away”"),
    ]);
}

#[test]
fn references_that_are_none() {
    let object = "1".repeat(40);
    let list = |text: &str| answer(RESULT, &[line(text), b"0000".to_vec()].concat());
    check(vec![
        ("no object", ASK, list("main\n"), GARBLED),
        ("a short object", ASK, list("1111 HEAD\n"), GARBLED),
        ("an option", ASK, list(&format!("--upload-pack=id{} HEAD\n", &object[..25])), GARBLED),
        ("not text", ASK, answer(RESULT, &line(b"\xff\xfe")), GARBLED),
        ("capitals", ASK, list(&format!("{} HEAD\n", "A".repeat(40))), GARBLED),
    ]);
    let escape = list(&format!("{object} HEAD symref-target:refs/heads/../../config\n"));
    assert_eq!(push_when(ASK, escape).kind, UnreachedKind::Forbidden);
    let unborn = list("unborn HEAD symref-target:refs/tags/x\n");
    assert_eq!(push_when(ASK, unborn).kind, UnreachedKind::Forbidden);
}

#[test]
fn packs_that_are_none() {
    let banded = |band: u8, data: &[u8]| {
        let parts = [line("packfile\n"), line([&[band], data].concat()), b"0000".to_vec()];
        answer(RESULT, &parts.concat())
    };
    let empty_pack = b"PACK\0\0\0\x02\0\0\0\0";
    let bad_sum = [&empty_pack[..], &[7; 20]].concat();
    let no_end = [line("packfile\n"), line(b"\x01PACK")].concat();
    let strange = [line("acknowledgments\n"), line("NAK\n")].concat();
    let large =
        [line("packfile\n"), line([[1; 1].as_slice(), &[0; 60_000]].concat()).repeat(1_200)];
    check(vec![
        ("garbage", ASK_PACK, banded(1, b"hello"), UNREADABLE),
        ("a wrong sum", ASK_PACK, banded(1, &bad_sum), UNREADABLE),
        ("a cut pack", ASK_PACK, banded(1, b"PACK\0\0\0\x02\0\0\0\x01"), UNREADABLE),
        ("a million objects", ASK_PACK, banded(1, b"PACK\0\0\0\x02\0\x0f\xff\xff"), UNREADABLE),
        ("an error band", ASK_PACK, banded(3, b"out of\x07 memory"), "says: “out of memory”"),
        ("an unknown band", ASK_PACK, banded(9, b"x"), GARBLED),
        ("no end", ASK_PACK, answer(RESULT, &no_end), GARBLED),
        ("no pack", ASK_PACK, answer(RESULT, b"0000"), GARBLED),
        ("nothing", ASK_PACK, answer(RESULT, b""), GARBLED),
        ("other parts", ASK_PACK, answer(RESULT, &strange), GARBLED),
        ("too large", ASK_PACK, answer(RESULT, &large.concat()), "which is the limit"),
    ]);
}

/// A pack without the commit that was asked for is readable, but nothing can be built on it.
#[test]
fn a_pack_of_something_else_ends_in_words() {
    let empty_pack = b"PACK\0\0\0\x02\0\0\0\0\x02\x9d\x08\x82\x3b\xd8\xa8\xea\xb5\x10\xad\x6a\xc7\x5c\x82\x3c\xfd\x3e\xd3\x1e";
    let parts = [line("packfile\n"), line([b"\x01", &empty_pack[..]].concat()), b"0000".to_vec()];
    let why = push_when(ASK_PACK, answer(RESULT, &parts.concat()));
    assert_eq!(
        (why.kind, &*why.text),
        (UnreachedKind::Bad, "git cannot make sense of this repository.")
    );
}

#[test]
fn reports_that_are_none() {
    let report = |lines: &[&str]| {
        let lines: Vec<u8> = lines.iter().flat_map(line).collect();
        answer("application/x-git-receive-pack-result", &[lines, b"0000".to_vec()].concat())
    };
    let silent = [line(format!("{NOTHING} capabilities^{{}}\0ofs-delta")), b"0000".to_vec()];
    check(vec![
        ("no greeting", PUSH_LIST, answer(RECEIVING, b"0000"), GARBLED),
        ("no features", PUSH_LIST, answer(RECEIVING, &line(format!("{NOTHING} x"))), GARBLED),
        ("no report promised", PUSH_LIST, answer(RECEIVING, &silent.concat()), "does not say what"),
        ("no report", PUSH, report(&[]), GARBLED),
        ("no branch", PUSH, report(&["unpack ok\n"]), GARBLED),
        ("another branch", PUSH, report(&["unpack ok\n", "ok refs/heads/other\n"]), GARBLED),
        ("a page", PUSH, answer("text/html", b"<html>"), GARBLED),
    ]);
    for lines in [
        &["unpack index-pack abnormal exit\n", "ng refs/heads/main unpacker error\n"][..],
        &["unpack ok\n", "ng refs/heads/main protected branch\n"],
    ] {
        assert_eq!(push_when(PUSH, report(lines)).kind, UnreachedKind::Denied);
    }
}

#[test]
fn redirects_are_not_followed_and_not_believed() {
    for (location, words) in [
        (
            "http://169.254.169.254/latest/info/refs?service=git-upload-pack",
            "moved to http://169.254.169.254/latest:",
        ),
        ("https://user:pass@evil.example/x/info/refs", "moved: change"),
        ("javascript:alert(1)//info/refs", "moved: change"),
        ("/elsewhere", "moved: change"),
        ("/ana/other.git/info/refs?service=git-upload-pack", "/ana/other.git: change"),
    ] {
        let moved =
            format!("HTTP/1.1 302 Found\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n");
        let why = push_when(LIST, moved.into_bytes());
        assert!(why.kind == UnreachedKind::Missing && why.text.contains(words), "{why:?}");
        assert!(!why.text.contains("pass"), "{why:?}");
    }
}

#[test]
fn a_remote_that_quotes_the_token_does_not_get_it_onto_a_page() {
    let quoted = format!("ERR you sent {SECRET} as {}\n", "eC1hY2Nlc3MtdG9rZW46czNjcmV0LXQwa2Vu");
    let why = push_when(LIST, answer(ADVERTISEMENT, &line(quoted)));
    assert_eq!(why.text, "The remote says: “you sent … as …”.");
    let moved =
        format!("HTTP/1.1 302 Found\r\nLocation: /{SECRET}/info/refs\r\nContent-Length: 0\r\n\r\n");
    let why = push_when(LIST, moved.into_bytes());
    assert!(why.text.ends_with("/…: change the setting."), "{why:?}");
}

/// Ten folders in each of ten folders, ten levels deep, all the same object: ten thousand million files.
#[test]
fn a_repository_that_unfolds_without_end_is_not_read() {
    let remote = GitRemote::start("x-access-token", SECRET).unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap().trim().to_owned();
    let blob = text(remote.git(&["hash-object", "-w", "--stdin"], b"x").unwrap());
    let entries = |head: &str, object: &str| -> String {
        (0..10).map(|n| format!("{head} {object}\t{n}\n")).collect()
    };
    let mut tree = text(remote.git(&["mktree"], entries("100644 blob", &blob).as_bytes()).unwrap());
    for _ in 0..9 {
        tree = text(remote.git(&["mktree"], entries("040000 tree", &tree).as_bytes()).unwrap());
    }
    let commit =
        format!("tree {tree}\nauthor B <b@x> 1 +0000\ncommitter B <b@x> 1 +0000\n\nBomb\n");
    let commit = remote.git(&["hash-object", "-w", "-t", "commit", "--stdin"], commit.as_bytes());
    remote.git(&["update-ref", "refs/heads/main", &text(commit.unwrap())], b"").unwrap();
    let policy = Policy {
        allow_private: vec![remote.place().parse().unwrap()],
        ..Policy::public("oak.example")
    };
    let (outside, scratch) = (Outside::new(policy).unwrap(), tempfile::tempdir().unwrap());
    let why = files(&outside, scratch.path(), &remote.url, Some(&Token::new(SECRET)), PATIENCE)
        .unwrap_err();
    assert_eq!(why.text, "The repository is too large or too deep to be read here.");
}
