//! Addresses of repositories and names of branches, as tables. `ALLOT_TABLES=DIR` runs the full
//! files of a folder as well.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use doors::git::{Branch, Repository};
use doors::outside::{Outside, Policy};
use std::path::PathBuf;

fn repository(url: &str) -> Option<String> {
    let policy = Policy {
        allow_private: vec!["127.0.0.1:3000".parse().unwrap(), "git.lan:80".parse().unwrap()],
        ..Policy::public("oak.example")
    };
    let outside = Outside::new(policy).expect("an outside");
    Repository::parse(&outside, url).ok().map(|repository| repository.to_string())
}

/// Where an address leads is judged when it is connected to, so a literal one passes here.
#[test]
fn addresses_of_repositories() {
    for (url, expect) in [
        ("https://git.allowed.test/ana/feeds.git", Some("https://git.allowed.test/ana/feeds.git")),
        ("https://git.allowed.test/ana/feeds/", Some("https://git.allowed.test/ana/feeds")),
        ("https://git.allowed.test/../../x", Some("https://git.allowed.test/x")),
        ("http://127.0.0.1:3000/r", Some("http://127.0.0.1:3000/r")),
        ("http://git.lan/r", Some("http://git.lan/r")),
        ("http://127.0.0.1:3001/r", None),
        ("http://git.allowed.test/r", None),
        ("https://git.allowed.test:8443/r", None),
        ("https://git.allowed.test", None),
        ("https://git.allowed.test//", None),
        ("https://git.allowed.test/r?x=1", None),
        ("https://user:tok@git.allowed.test/r", None),
        ("https://tok@git.allowed.test/r", None),
        ("https://git.allowed.test@evil.test/r", None),
        ("https://127.0.0.1/r", Some("https://127.0.0.1/r")),
        ("https://localhost/r", None),
        ("https::https://git.allowed.test/r", None),
        ("ext::sh -c id", None),
        ("fd::3", None),
        ("file:///etc", None),
        ("/etc", None),
        ("../r", None),
        ("git.allowed.test:r", None),
        ("git@git.allowed.test:r", None),
        ("ssh://git@git.allowed.test/r", None),
        ("ssh://-oProxyCommand=id/x", None),
        ("-oProxyCommand=id", None),
        ("--upload-pack=id", None),
        ("git://git.allowed.test/r", None),
        ("", None),
    ] {
        assert_eq!(repository(url).as_deref(), expect, "{url}");
    }
}

#[test]
fn names_of_branches() {
    for (name, expect) in [
        ("main", Some("refs/heads/main")),
        ("refs/heads/main", Some("refs/heads/main")),
        ("feeds/hourly", Some("refs/heads/feeds/hourly")),
        ("ä", Some("refs/heads/ä")),
        ("", None),
        ("refs/heads/", None),
        ("refs/heads/../../config", None),
        ("refs/heads/.lock", None),
        ("refs/heads/a.lock", None),
        ("a.LOCK", None),
        ("a.lock/b", None),
        ("a..b", None),
        ("a//b", None),
        ("/a", None),
        ("a/", None),
        ("a.", None),
        ("@", None),
        ("refs/heads/@{", None),
        ("a~1", None),
        ("a^", None),
        ("a:b", None),
        ("a b", None),
        ("a*", None),
        ("a[b", None),
        ("a\\b", None),
        ("a\nb", None),
        ("a\0b", None),
        ("a\u{7f}", None),
        ("-d", None),
        ("HEAD", None),
        ("refs/tags/v1", None),
        ("refs/replace/x", None),
        ("refs/notes/x", None),
        ("refs/heads/refs/heads/x", None),
    ] {
        let reference = Branch::parse(name).ok().map(|branch| branch.reference());
        assert_eq!(reference.as_deref(), expect, "{name:?}");
    }
    assert!(Branch::parse(&"a".repeat(201)).is_err());
}

#[test]
fn the_full_tables() {
    for row in table("git_urls.jsonl") {
        let denied = row["expected"].as_str().unwrap().starts_with("deny");
        assert_eq!(repository(row["url"].as_str().unwrap()).is_none(), denied, "{row}");
    }
    for row in table("git_refs.jsonl") {
        let denied = row["expected"].as_str().unwrap().starts_with("deny");
        assert_eq!(Branch::parse(row["ref"].as_str().unwrap()).is_err(), denied, "{row}");
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
