//! The founding example, for real: the binary, a feed server, a git remote with a password.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::path::PathBuf;
use std::time::{Duration, Instant};
use support::Served;
use testkit::feed_server::FeedServer;
use testkit::git_remote::GitRemote;

const APP: &str = "@ana/feed-to-git";
/// Time for something to happen in a server that runs beside, on a machine that is busy.
const PATIENCE: Duration = Duration::from_secs(100);

struct Story {
    served: Served,
    feed: FeedServer,
    remote: GitRemote,
}

impl Story {
    /// The app is pushed, and may reach exactly its two addresses.
    fn begin() -> Story {
        let feed = FeedServer::start("<rss>one</rss>").unwrap();
        let remote = GitRemote::start("x-access-token", "deploy-token").unwrap();
        let served = Served::start(&[feed.place(), remote.place()]);
        served.allot(&["push", "--folder", &Served::example("feed-to-git")], "");
        let (feed_url, repo) = (feed.url.clone(), remote.url.clone());
        served.allot(&["settings", APP, &format!("feed={feed_url}"), &format!("repo={repo}")], "");
        served.allot(&["allow", APP, "http.fetch", &feed_url, "--setting", "feed"], "");
        served.allot(
            &["allow", APP, "git.write", &repo, "--setting", "repo", "--token-stdin"],
            "deploy-token\n",
        );
        Story { served, feed, remote }
    }

    fn save(&self) {
        self.served.allot(&["do", APP, "Save now"], "");
    }

    fn commits(&self) -> usize {
        self.remote.log("main").map_or(0, |log| log.len())
    }

    /// Waits until the remote holds this many commits.
    fn comes_to(&self, commits: usize) {
        until(&format!("{commits} commits"), || self.commits() >= commits);
    }

    /// Kills the server and starts it again two hours later.
    fn two_hours_later(&mut self, crash_at: Option<&str>) {
        self.served.kill();
        self.served.hours_ahead += 2;
        self.served.serve(crash_at);
    }

    /// The folders in which git works.
    fn scratch(&self) -> Vec<PathBuf> {
        let folders = std::fs::read_dir(self.served.data.path().join("git"));
        folders.map_or(vec![], |folders| folders.map(|folder| folder.unwrap().path()).collect())
    }

    /// What the remote holds now is what the feed says.
    fn holds(&self, feed: &str) {
        assert_eq!(self.remote.files("main").unwrap()["feed.xml"], feed.as_bytes());
    }
}

/// Waits for something that a server beside does.
fn until(what: &str, done: impl Fn() -> bool) {
    let begun = Instant::now();
    while !done() {
        assert!(begun.elapsed() < PATIENCE, "{what} never came");
        std::thread::sleep(Duration::from_millis(50)); // waits for: a server that runs beside
    }
}

#[test]
fn a_click_saves_commits_and_pushes() {
    let story = Story::begin();
    story.save();
    story.comes_to(1);
    assert_eq!(story.remote.files("main").unwrap()["feed.xml"], b"<rss>one</rss>");
    story.save();
    story.feed.set_body("<rss>two</rss>");
    story.save();
    story.comes_to(2);
    assert_eq!(story.commits(), 2, "an unchanged feed makes no commit");
    let log = story.remote.log("main").unwrap();
    assert!(log.iter().all(|commit| commit.message.contains("Allotment-Effect: ")), "{log:?}");
    assert_eq!(story.feed.requests(), 3);
}

#[test]
fn the_clock_saves_commits_and_pushes() {
    let mut story = Story::begin();
    story.two_hours_later(None);
    story.comes_to(1);
    story.holds("<rss>one</rss>");
    story.two_hours_later(None);
    until("a second look at the feed", || story.feed.requests() == 2);
    story.feed.set_body("<rss>two</rss>");
    story.two_hours_later(None);
    story.comes_to(2);
    story.holds("<rss>two</rss>");
    assert_eq!(story.commits(), 2, "an unchanged feed makes no commit");
    assert_eq!(story.feed.requests(), 3, "ticks that were missed run once");
}

#[test]
fn what_the_remote_refuses_is_said_on_the_page() {
    let story = Story::begin();
    story.save();
    story.comes_to(1);
    let says = |words: &str| {
        let page = || story.served.allot(&["show", APP], "");
        // The page is wrapped where a terminal ends.
        let flat = |page: String| page.split_whitespace().collect::<Vec<_>>().join(" ");
        until(words, || flat(page()).contains(words));
    };
    story.remote.rename(None).unwrap();
    story.feed.set_body("<rss>two</rss>");
    story.save();
    says("was renamed or deleted");
    story.remote.revoke();
    // The feed is unchanged, and what was not pushed is not forgotten.
    story.save();
    says("was refused: it is wrong, has run out or was revoked");
}

#[test]
fn nothing_is_reached_without_a_grant() {
    let feed = FeedServer::start("<rss/>").unwrap();
    let served = Served::start(&[feed.place()]);
    served.allot(&["push", "--folder", &Served::example("feed-to-git")], "");
    served.allot(&["settings", APP, &format!("feed={}", feed.url)], "");
    let refused = served.try_allot(&["do", APP, "Save now"], "");
    assert_eq!(refused.status.code(), Some(1));
    let said = String::from_utf8(refused.stderr).unwrap();
    assert!(said.contains("http.fetch is not granted"), "{said}");
    assert_eq!(feed.requests(), 0);
}

/// Every point between the fetch and the settled push.
const POINTS: [&str; 10] = [
    "fetch:answered",
    "commit:before",
    "commit:after",
    "effect:claimed",
    "git:refs-read",
    "git:pack-made",
    "git:before-push",
    "git:after-push",
    "effect:before-settle",
    "effect:settled",
];

#[test]
fn a_server_killed_anywhere_neither_loses_nor_doubles_a_commit() {
    let mut story = Story::begin();
    for (round, point) in POINTS.iter().enumerate() {
        story.served.kill();
        story.feed.set_body(format!("<rss>{point}</rss>"));
        story.served.serve(Some(point));
        std::thread::scope(|scope| {
            let press = story.served.pressing(APP, "Save now");
            scope.spawn(move || press.wait_with_output());
            story.served.killed_at_its_point(point);
        });
        let left = story.scratch();
        let in_git = ["git:pack-made", "git:before-push", "git:after-push"].contains(point);
        assert!(!in_git || !left.is_empty(), "{point} leaves a scratch folder");
        story.served.serve(None);
        assert!(left.iter().all(|folder| !folder.exists()), "{left:?} are swept at the start");
        // Where the click itself was lost, its person clicks again; where it was kept, the feed is
        // unchanged and nothing more comes of it.
        story.save();
        story.comes_to(round + 1);
        story.holds(&format!("<rss>{point}</rss>"));
    }
    story.save();
    let log = story.remote.log("main").unwrap();
    assert_eq!(log.len(), POINTS.len(), "{log:?}");
}

#[test]
fn a_tick_whose_server_is_killed_anywhere_comes_to_its_end_by_itself() {
    let mut story = Story::begin();
    for (round, point) in POINTS.iter().enumerate() {
        story.feed.set_body(format!("<rss>{point}</rss>"));
        story.two_hours_later(Some(point));
        story.served.killed_at_its_point(point);
        story.served.serve(None);
        story.comes_to(round + 1);
        story.holds(&format!("<rss>{point}</rss>"));
    }
    let log = story.remote.log("main").unwrap();
    assert_eq!(log.len(), POINTS.len(), "{log:?}");
}
