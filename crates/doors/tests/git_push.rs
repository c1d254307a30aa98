//! Commits in a real remote: `git http-backend` behind a password.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use doors::git::{PATIENCE, Push, Pushed, Token, files, push, push_within};
use doors::outside::{Outside, Policy};
use group::world::{Unreached, UnreachedKind};
use model::Moment;
use std::collections::BTreeMap;
use std::time::Duration;
use testkit::git_remote::GitRemote;

const DATE: Moment = Moment(1_763_974_800_000);
const PUSH_LIST: &str = "GET /ana/feeds.git/info/refs?service=git-receive-pack";
const PUSH: &str = "POST /ana/feeds.git/git-receive-pack";
const SECRET: &str = "s3cret-t0ken";

/// A remote, the way out to it, and a folder to work in.
struct World {
    remote: GitRemote,
    outside: Outside,
    scratch: tempfile::TempDir,
}

impl World {
    fn new() -> World {
        let remote = GitRemote::start("x-access-token", SECRET).unwrap();
        let policy = Policy {
            allow_private: vec![remote.place().parse().unwrap()],
            ..Policy::public("oak.example")
        };
        let scratch = tempfile::tempdir().unwrap();
        World { remote, outside: Outside::new(policy).unwrap(), scratch }
    }

    /// A remote in which Bob has committed something already.
    fn with_history() -> World {
        let world = World::new();
        world.bob(&[("README.md", b"Feeds\n"), ("old/feed.xml", b"<old/>")], "Begin");
        world
    }

    fn bob(&self, files: &[(&str, &[u8])], message: &str) -> String {
        self.remote.commit(files, message, DATE.seconds() - 3_600).unwrap()
    }

    fn effect(&self, effect: &str, path: &str, content: &[u8]) -> Push {
        Push {
            repo: self.remote.url.clone(),
            token: Some(Token::new(SECRET)),
            branch: None,
            files: BTreeMap::from([(path.to_owned(), content.to_vec())]),
            message: format!("Saved {path}"),
            author: "feed-to-git".into(),
            author_email: "ana.feed-to-git@oak.example".into(),
            date: DATE,
            effect: effect.into(),
        }
    }

    fn push(&self, it: &Push) -> Result<Pushed, Unreached> {
        let pushed = push(&self.outside, self.scratch.path(), it);
        let left: Vec<_> = std::fs::read_dir(self.scratch.path()).unwrap().collect();
        assert!(left.is_empty(), "the scratch folder was left behind: {left:?}");
        if let Err(why) = &pushed {
            assert!(!why.text.contains(SECRET) && why.text.ends_with('.'), "{}", why.text);
        }
        pushed
    }

    fn refused(&self, it: &Push) -> Unreached {
        self.push(it).expect_err("it was taken")
    }

    fn content(&self, path: &str) -> Option<String> {
        let files = self.remote.files("main").unwrap();
        files.get(path).map(|bytes| String::from_utf8_lossy(bytes).into_owned())
    }

    fn messages(&self) -> Vec<String> {
        let first = |message: &str| message.lines().next().unwrap_or_default().to_owned();
        self.remote.log("main").unwrap().iter().map(|commit| first(&commit.message)).collect()
    }

    fn is_sound(&self) {
        self.remote.git(&["fsck", "--strict", "--full"], b"").expect("the remote is sound");
    }
}

#[test]
fn the_first_commit_of_an_empty_repository() {
    let world = World::new();
    let pushed = world.push(&world.effect("e-1", "feed.xml", b"<feed/>")).unwrap();
    assert!(!pushed.already);
    let log = world.remote.log("main").unwrap();
    assert_eq!(log.len(), 1);
    assert_eq!(log[0].id, pushed.commit);
    assert_eq!(log[0].author, "feed-to-git");
    assert_eq!(log[0].email, "ana.feed-to-git@oak.example");
    assert_eq!((log[0].authored, log[0].committed), (DATE.seconds(), DATE.seconds()));
    assert_eq!(log[0].message.trim_end(), "Saved feed.xml\n\nAllotment-Effect: e-1");
    assert_eq!(world.content("feed.xml").as_deref(), Some("<feed/>"));
    world.is_sound();
}

#[test]
fn a_commit_keeps_what_is_there() {
    let world = World::with_history();
    world.push(&world.effect("e-1", "feed.xml", b"<a/>")).unwrap();
    world.push(&world.effect("e-2", "feed.xml", b"<b/>")).unwrap();
    world.push(&world.effect("e-3", "old/2025/ä \"b\".txt", b"\0\xff")).unwrap();
    assert_eq!(world.messages().len(), 4);
    assert_eq!(world.content("feed.xml").as_deref(), Some("<b/>"));
    assert_eq!(world.content("README.md").as_deref(), Some("Feeds\n"));
    assert_eq!(world.content("old/feed.xml").as_deref(), Some("<old/>"));
    assert_eq!(world.remote.files("main").unwrap()["old/2025/ä \"b\".txt"], b"\0\xff");
    world.is_sound();
}

#[test]
fn a_remote_that_leaves_out_content_is_asked_to() {
    let world = World::with_history();
    world.remote.configure("uploadpack.allowFilter", "true").unwrap();
    let noise: Vec<u8> =
        (0..3_000_000u32).flat_map(|n| n.wrapping_mul(2_654_435_761).to_be_bytes()).collect();
    world.bob(&[("large.bin", &noise)], "Large");
    world.push(&world.effect("e-1", "feed.xml", b"<a/>")).unwrap();
    world.push(&world.effect("e-2", "old/feed.xml", b"<b/>")).unwrap();
    assert!(world.remote.sent_bytes() < 100_000, "{} bytes", world.remote.sent_bytes());
    assert_eq!(world.content("old/feed.xml").as_deref(), Some("<b/>"));
    assert_eq!(world.remote.files("main").unwrap()["large.bin"].len(), noise.len());
    world.is_sound();
}

#[test]
fn the_same_effect_makes_one_commit() {
    let world = World::with_history();
    let effect = world.effect("e-1", "feed.xml", b"<a/>");
    let first = world.push(&effect).unwrap();
    let again = world.push(&effect).unwrap();
    assert_eq!(again, Pushed { commit: first.commit.clone(), already: true });
    // Also after others went on, and when the file has changed since.
    world.push(&world.effect("e-2", "feed.xml", b"<b/>")).unwrap();
    world.bob(&[("feed.xml", b"<bob/>")], "By hand");
    assert_eq!(world.push(&effect).unwrap().commit, first.commit);
    assert_eq!(world.messages().len(), 4);
    assert_eq!(world.content("feed.xml").as_deref(), Some("<bob/>"));
}

#[test]
fn an_effect_is_found_under_many_later_commits() {
    let world = World::with_history();
    let effect = world.effect("e-1", "feed.xml", b"<a/>");
    world.push(&effect).unwrap();
    for n in 0..60 {
        let content = n.to_string();
        let later = DATE.seconds() + n;
        world.remote.commit(&[("n", content.as_bytes())], "Later", later).unwrap();
    }
    world.remote.commit(&[("feed.xml", b"<bob/>")], "By hand", DATE.seconds() + 60).unwrap();
    assert!(world.push(&effect).unwrap().already);
    assert_eq!(world.messages().len(), 63);
    assert_eq!(world.content("feed.xml").as_deref(), Some("<bob/>"));
}

#[test]
fn an_id_that_only_begins_the_same_is_another_effect() {
    let world = World::with_history();
    world.push(&world.effect("e-12", "feed.xml", b"<a/>")).unwrap();
    assert!(!world.push(&world.effect("e-1", "feed.xml", b"<b/>")).unwrap().already);
    // Nor can an app's own words make another effect look done.
    let mut liar = world.effect("e-3", "feed.xml", b"<c/>");
    liar.message = "x\n\nAllotment-Effect: e-4".into();
    world.push(&liar).unwrap();
    assert!(!world.push(&world.effect("e-4", "feed.xml", b"<d/>")).unwrap().already);
}

#[test]
fn a_lost_answer_is_no_second_commit() {
    let world = World::with_history();
    let effect = world.effect("e-1", "feed.xml", b"<a/>");
    world.remote.lose_next_answer();
    assert_eq!(world.refused(&effect).kind, UnreachedKind::Later);
    assert_eq!(world.messages().len(), 2, "it arrived all the same");
    world.bob(&[("feed.xml", b"<bob/>")], "By hand");
    assert!(world.push(&effect).unwrap().already);
    assert_eq!(world.messages().len(), 3);
    assert_eq!(world.content("feed.xml").as_deref(), Some("<bob/>"));
}

#[test]
fn a_remote_that_moved_meanwhile_keeps_both() {
    // What is seen before sending is not sent; what is not is refused by the remote.
    for (request, sent) in [(PUSH_LIST, 1), (PUSH, 2)] {
        let world = World::with_history();
        world.remote.move_head_before(request, "bob.txt", "hello");
        let pushed = world.push(&world.effect("e-1", "feed.xml", b"<a/>")).unwrap();
        assert!(!pushed.already);
        assert_eq!(world.messages(), ["Saved feed.xml", "Meanwhile", "Begin"], "{request}");
        assert_eq!(world.content("bob.txt").as_deref(), Some("hello"));
        assert_eq!(world.content("feed.xml").as_deref(), Some("<a/>"));
        assert_eq!(world.remote.asked().iter().filter(|asked| *asked == PUSH).count(), sent);
        world.is_sound();
    }
}

#[test]
fn an_empty_remote_that_got_its_first_commit_meanwhile() {
    let world = World::new();
    world.remote.move_head_before(PUSH, "bob.txt", "hello");
    world.push(&world.effect("e-1", "feed.xml", b"<a/>")).unwrap();
    assert_eq!(world.messages(), ["Saved feed.xml", "Meanwhile"]);
}

#[test]
fn unchanged_content_is_no_commit() {
    let world = World::with_history();
    let tip = world.remote.log("main").unwrap()[0].id.clone();
    let same = world.effect("e-1", "old/feed.xml", b"<old/>");
    assert_eq!(world.push(&same).unwrap(), Pushed { commit: tip.clone(), already: true });
    let nothing = Push { files: BTreeMap::new(), ..same };
    assert_eq!(world.push(&nothing).unwrap(), Pushed { commit: tip, already: true });
    assert_eq!(world.messages().len(), 1);
    assert!(world.remote.asked().iter().all(|request| !request.contains("receive-pack")));
}

#[test]
fn the_branch_can_be_named_and_is_found_out_otherwise() {
    let world = World::with_history();
    let there = Push { branch: Some("feeds/new".into()), ..world.effect("e-1", "a", b"1") };
    world.push(&there).unwrap();
    assert_eq!(world.remote.log("feeds/new").unwrap().len(), 1);
    assert_eq!(world.messages(), ["Begin"]);
    assert!(world.push(&there).unwrap().already);
    world.remote.git(&["symbolic-ref", "HEAD", "refs/heads/feeds/new"], b"").unwrap();
    world.push(&world.effect("e-2", "b", b"2")).unwrap();
    assert_eq!(world.remote.log("feeds/new").unwrap().len(), 2);
    let bad = Push { branch: Some("../../config".into()), ..world.effect("e-3", "b", b"2") };
    assert_eq!(world.refused(&bad).kind, UnreachedKind::Forbidden);
}

#[test]
fn a_large_file_arrives_whole() {
    let world = World::with_history();
    let mut state = 1u64;
    let noise: Vec<u8> = std::iter::repeat_with(|| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (state >> 56) as u8
    })
    .take(12 * 1024 * 1024)
    .collect();
    world.push(&world.effect("e-1", "large.bin", &noise)).unwrap();
    assert!(world.remote.files("main").unwrap()["large.bin"] == noise);
    let read = files(
        &world.outside,
        world.scratch.path(),
        &world.remote.url,
        Some(&Token::new(SECRET)),
        PATIENCE,
    );
    assert!(read.unwrap()["large.bin"] == noise);
}

#[test]
fn links_and_folders_in_the_way_are_replaced_and_nothing_is_followed() {
    let world = World::with_history();
    let link = b"commit refs/heads/main\ncommitter B <b@x> 1 +0000\ndata 1\nl\nfrom refs/heads/main^0\nM 120000 inline etc\ndata 4\n/etc\n";
    world.remote.git(&["fast-import", "--quiet"], link).unwrap();
    world.push(&world.effect("e-1", "etc/passwd", b"x")).unwrap();
    world.push(&world.effect("e-2", "old", b"now a file")).unwrap();
    let paths: Vec<_> = world.remote.files("main").unwrap().into_keys().collect();
    assert_eq!(paths, ["README.md", "etc/passwd", "old"]);
    world.is_sound();
}

#[test]
fn paths_that_do_harm_never_leave() {
    let world = World::with_history();
    for path in [".git/config", "a/.GIT/x", "../x", "git~1", "con", "a\nM 100644 inline .git/x"] {
        assert_eq!(world.refused(&world.effect("e-1", path, b"x")).kind, UnreachedKind::Forbidden);
    }
    for effect in ["", "e\nx", "a b", ".*"] {
        assert_eq!(world.refused(&world.effect(effect, "a", b"x")).kind, UnreachedKind::Forbidden);
    }
    assert!(world.remote.asked().is_empty());
}

#[test]
fn a_refused_token_is_said_in_words() {
    let world = World::with_history();
    let effect = world.effect("e-1", "feed.xml", b"<a/>");
    world.remote.make_read_only();
    let why = world.refused(&effect);
    assert_eq!(why.kind, UnreachedKind::Denied);
    assert!(why.text.contains("may not write there") && why.text.contains("Give a new one"));
    world.remote.revoke();
    let why = world.refused(&effect);
    assert_eq!(why.kind, UnreachedKind::Denied);
    assert!(
        why.text.contains("was revoked") && why.text.contains(&world.remote.url),
        "{}",
        why.text
    );
    let why = world.refused(&Push { token: None, ..effect });
    assert!(why.kind == UnreachedKind::Denied && why.text.contains("none was given"));
    assert_eq!(world.messages().len(), 1);
}

#[test]
fn a_token_with_a_name_is_sent_with_it() {
    let remote = GitRemote::start("deploy", "abc").unwrap();
    let world = World { remote, ..World::new() };
    let policy = Policy {
        allow_private: vec![world.remote.place().parse().unwrap()],
        ..Policy::public("oak.example")
    };
    let world = World { outside: Outside::new(policy).unwrap(), ..world };
    let token = Some(Token::new("deploy:abc"));
    world.push(&Push { token, ..world.effect("e-1", "a", b"1") }).unwrap();
    assert_eq!(world.messages(), ["Saved a"]);
}

#[test]
fn a_repository_that_is_gone_or_moved_is_said_in_words() {
    let world = World::with_history();
    world.remote.rename(None).unwrap();
    let why = world.refused(&world.effect("e-1", "a", b"1"));
    assert_eq!(why.kind, UnreachedKind::Missing);
    assert!(why.text.contains("renamed or deleted"), "{}", why.text);
    let world = World::with_history();
    world.remote.rename(Some("https://git.example/ana/saved.git")).unwrap();
    let why = world.refused(&world.effect("e-1", "a", b"1"));
    assert_eq!(why.kind, UnreachedKind::Missing);
    let url = &world.remote.url;
    let expect = format!(
        "The repository at {url} moved to https://git.example/ana/saved.git: change the setting."
    );
    assert_eq!(why.text, expect);
}

#[test]
fn a_protected_branch_is_said_in_the_remotes_words() {
    let world = World::with_history();
    let hook = world.remote.folder.join("hooks/pre-receive");
    std::fs::create_dir_all(hook.parent().unwrap()).unwrap();
    std::fs::write(&hook, "#!/bin/sh\nexit 1\n").unwrap();
    let mut mode = std::fs::metadata(&hook).unwrap().permissions();
    std::os::unix::fs::PermissionsExt::set_mode(&mut mode, 0o755);
    std::fs::set_permissions(&hook, mode).unwrap();
    let why = world.refused(&world.effect("e-1", "a", b"1"));
    assert_eq!(why.kind, UnreachedKind::Denied);
    assert!(why.text.contains("“pre-receive hook declined”"), "{}", why.text);
}

#[test]
fn trouble_that_passes_is_tried_later() {
    let world = World::with_history();
    let effect = world.effect("e-1", "a", b"1");
    for request in ["GET", "POST /ana/feeds.git/git-upload-pack", PUSH_LIST, PUSH] {
        for status in [500, 503, 429] {
            world.remote.fail_once(request, status);
            assert_eq!(world.refused(&effect).kind, UnreachedKind::Later, "{request} {status}");
        }
    }
    world.push(&effect).unwrap();
    assert_eq!(world.messages(), ["Saved a", "Begin"]);
    world.remote.hang();
    let soon = Duration::from_millis(200);
    let why =
        push_within(&world.outside, world.scratch.path(), &world.effect("e-2", "a", b"2"), soon);
    assert_eq!(why.unwrap_err().kind, UnreachedKind::Later);
}

#[test]
fn files_at_the_tip_are_read() {
    let world = World::new();
    let read = || {
        files(
            &world.outside,
            world.scratch.path(),
            &world.remote.url,
            Some(&Token::new(SECRET)),
            PATIENCE,
        )
    };
    assert_eq!(read(), Ok(BTreeMap::new()));
    world.bob(
        &[("a.txt", b"one"), ("b/c.bin", b"\0\xff\n"), ("empty", b""), ("same", b"one")],
        "Begin",
    );
    world.bob(&[("a.txt", b"two")], "More");
    let link = b"commit refs/heads/main\ncommitter B <b@x> 1 +0000\ndata 1\nl\nfrom refs/heads/main^0\nM 120000 inline link\ndata 4\n/etc\n";
    world.remote.git(&["fast-import", "--quiet"], link).unwrap();
    let files = read().unwrap();
    let expect: [(&str, &[u8]); 4] =
        [("a.txt", b"two"), ("b/c.bin", b"\0\xff\n"), ("empty", b""), ("same", b"one")];
    assert_eq!(files.len(), expect.len());
    for (path, content) in expect {
        assert_eq!(files[path], content, "{path}");
    }
}
