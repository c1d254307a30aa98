//! The manners of the command line, on the real binary: exit codes, one command to try at the end of
//! each failure, results on standard output and talk on standard error, JSON everywhere.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod person;
mod support;

use person::{Person, mode};
use serde_json::Value;
use support::Served;
use testkit::feed_server::FeedServer;

const TOML: &str = "name = \"trial\"\nshare = \"public\"\n";
const MAIN: &str = r#"
settings{ feed = { "Feed", kind = "url" } }
function view(ctx)
  return ui.page{ "Trial", ui.button{ "Add", on = "add" }, ui.button{ "Stop", on = "stop" },
    ui.button{ "Burn", on = "burn" }, ui.button{ "Fetch", on = "fetch" },
    ui.form{ on = "form", submit = "Send", ui.input{ "Your name", name = "name", required = true } } }
end
function on.add() store.add("n"); print("added") end
function on.stop() error("it is broken") end
function on.burn() local s = ("x "):rep(100000) while true do pcall(md.html, s) end end
function on.fetch() http.fetch("https://blog.example/") end
function on.form(ctx, args) return ui.errors{ name = "Not " .. args.name } end
"#;

/// How a command fails: its arguments, standard input, exit code, a word of what is said, and a
/// word of what to try.
type Fails<'a> = (&'a [&'a str], &'a str, i32, &'a str, &'a str);

/// Tries a failing command in words and with `--json`.
fn fails(who: &Person, (args, input, code, word, next): &Fails) {
    let said = who.says(args, input);
    assert_eq!(said.code, *code, "{args:?}: {said:?}");
    assert_eq!(said.out, "", "{args:?}: a failure has no result");
    assert!(said.err.contains(word), "{args:?}: {}", said.err);
    let last = said.err.lines().last().unwrap_or_default();
    assert!(last.starts_with("  try: ") && last.contains(next), "{args:?}: {}", said.err);
    let said = who.says(&[args, &["--json"][..]].concat(), input);
    assert_eq!((said.code, said.out.as_str()), (*code, ""), "{args:?} --json: {said:?}");
    let error: Value = serde_json::from_str(said.err.lines().last().unwrap()).expect(&said.err);
    assert_eq!(error["error"]["code"], *code, "{args:?}");
    assert!(error["error"]["message"].as_str().unwrap().contains(word), "{args:?}: {error}");
    assert!(error["error"]["try"].as_str().unwrap().contains(next), "{args:?}: {error}");
}

/// A person who is signed in, with a folder of an app.
fn signed_in(served: &Served) -> Person {
    let ana = Person::new();
    let said = ana.says(&["login", &served.url], &format!("{}\n", served.token()));
    assert_eq!(said.code, 0, "{said:?}");
    ana.write("trial/allotment.toml", TOML);
    ana.write("trial/main.lua", MAIN);
    ana
}

/// A person with a published app, a broken one, and an export of the first.
fn busy(served: &Served) -> Person {
    let ana = signed_in(served);
    ana.well(&["push", "--folder", "trial"]);
    ana.write("broken/allotment.toml", "name = \"broken\"\n");
    ana.write("broken/main.lua", "function view(");
    ana.write("here.allot", "not a zip");
    ana.well(&["export", "@ana/trial", "trial.allot"]);
    ana
}

#[test]
fn making_fails_in_words() {
    let served = Served::start(&[]);
    let ana = busy(&served);
    let cases: &[Fails] = &[
        (&["new"], "", 2, "needs a name", "allot new NAME"),
        (&["new", "Bad!"], "", 2, "letters a to z", "allot help"),
        (&["new", "trial"], "", 2, "is there already", "allot new ANOTHER-NAME"),
        (&["new", "copy", "--from", "@ana/none"], "", 1, "no such app", "allot apps"),
        (&["check"], "", 2, "has no allotment.toml", "allot new NAME"),
        (&["check", "--folder", "broken"], "", 1, "main.lua:1", "allot check --folder broken"),
        (&["push", "--folder", "broken"], "", 1, "main.lua:1", "allot check --folder broken"),
        (&["push", "--folder", "none"], "", 2, "has no allotment.toml", "allot new NAME"),
        (
            &["run", "--folder", "trial", "on.none"],
            "",
            1,
            "there is no on.none",
            "allot logs @ana/trial",
        ),
        (&["run", "--folder", "trial", "none"], "", 2, "on.NAME or at.NAME", "allot help"),
        (&["run", "--folder", "trial", "on.add", "x"], "", 2, "name=value", "allot help"),
    ];
    cases.iter().for_each(|case| fails(&ana, case));
}

#[test]
fn using_fails_in_words() {
    let served = Served::start(&[]);
    let ana = busy(&served);
    let feed = FeedServer::start("<rss/>").unwrap();
    let no_group = feed.url.trim_end_matches("/feed.xml");
    let app = "@ana/trial";
    let cases: &[Fails] = &[
        (&["show", "trial"], "", 2, "write it like @ana/poll", "allot help"),
        (&["show", "@ana/none"], "", 1, "no such app", "allot apps"),
        (
            &["show", app, "--group", "http://127.0.0.1:1"],
            "",
            4,
            "cannot be reached",
            "allot doctor --group http://127.0.0.1:1",
        ),
        (&["show", app, "--group", no_group], "", 4, "not as a group does", "allot doctor"),
        (&["do", app, "Subtract"], "", 1, "There are: Add, Stop", "allot show @ana/trial"),
        (&["do", app, "Stop"], "", 1, "main.lua:9: it is broken", "allot logs @ana/trial"),
        (&["do", app, "Burn"], "", 5, "gas", "allot receipts @ana/trial"),
        (&["do", app, "Fetch"], "", 1, "not granted", "allot allow @ana/trial"),
        (&["do", app, "Send"], "", 2, "needs “Your name”", "allot show @ana/trial"),
        (&["do", app, "Send", "--set", "size=9"], "", 2, "“Your name”", "allot show @ana/trial"),
        (&["do", app, "Send", "--set", "name=Ben"], "", 1, "name: Not Ben", "--set"),
        (&["logs", "@ana/none"], "", 1, "no such app", "allot apps"),
        (&["receipts", "@ana/none"], "", 1, "no such app", "allot apps"),
    ];
    cases.iter().for_each(|case| fails(&ana, case));
}

#[test]
fn carrying_and_choosing_fail_in_words() {
    let served = Served::start(&[]);
    let ana = busy(&served);
    let app = "@ana/trial";
    let cases: &[Fails] = &[
        (
            &["fork", app, "--name", "trial"],
            "",
            1,
            "have an app named trial",
            "allot fork @ana/trial --name",
        ),
        (&["export", app, "trial.allot"], "", 2, "is there already", "ANOTHER-FILE"),
        (&["export", "@ana/none"], "", 1, "no such app", "allot apps"),
        (&["import", "none.allot"], "", 2, "No such file", "allot help"),
        (&["import", "here.allot"], "", 2, "not a whole zip", "allot help"),
        (&["import", "trial.allot"], "", 1, "named trial", "allot import trial.allot --name"),
        (&["settings", app, "food=1"], "", 2, "There are: feed", "allot settings @ana/trial"),
        (&["settings", app, "feed=no"], "", 2, "not an address", "allot settings @ana/trial"),
        (
            &["allow", app, "http.fetch", "ftp://a.example/"],
            "",
            2,
            "only https",
            "allot allow @ana/trial",
        ),
    ];
    cases.iter().for_each(|case| fails(&ana, case));
}

#[test]
fn operating_fails_in_words() {
    let served = Served::start(&[]);
    let ana = busy(&served);
    let (url, data) = (served.url.as_str(), served.data.path().to_str().unwrap());
    let address = url.trim_start_matches("http://");
    let cases: &[Fails] = &[
        (&["login", url], "", 3, "No token was given", "allot login"),
        (&["login", url], "wrong", 3, "not known here", "allot login"),
        (&["login", "http://127.0.0.1:1"], "x", 4, "cannot be reached", "allot doctor"),
        (&["account", "add", "ben", "--data", data], "", 2, "Nobody sits here", "--password-stdin"),
        (
            &["account", "add", "ana", "--password-stdin", "--data", data],
            "a long password",
            1,
            "taken",
            "allot",
        ),
        (
            &["account", "add", "ben", "--password-stdin", "--data", data],
            "short",
            2,
            "8 to 256",
            "allot",
        ),
        (&["token", "carl", "--data", data], "", 1, "no such account", "allot"),
        (&["token", "ana", "--data", "none"], "", 2, "There is no group", "allot serve"),
        (&["backup", "create", "b", "--data", "none"], "", 2, "There is no group", "allot serve"),
        (&["backup", "restore", "here.allot", "--data", "new"], "", 2, "damaged", "allot"),
        (&["backup", "restore", "none", "--data", "new"], "", 2, "cannot be read", "allot"),
        (&["serve", "--data", "new", "--listen", address], "", 2, "cannot listen", "--listen"),
    ];
    cases.iter().for_each(|case| fails(&ana, case));
    assert!(!ana.path("none").exists() && !ana.path("new/group.db").exists(), "nothing was begun");
}

#[test]
fn who_is_not_signed_in_is_told_how() {
    let served = Served::start(&[]);
    let stranger = Person::new();
    stranger.write("trial/allotment.toml", TOML);
    stranger.write("trial/main.lua", MAIN);
    let url = served.url.as_str();
    fails(
        &stranger,
        &(&["push", "--folder", "trial"], "", 3, "No group is known", "allot login URL"),
    );
    fails(
        &stranger,
        &(
            &["push", "--folder", "trial", "--group", url],
            "",
            3,
            "needs a token",
            "allot login http",
        ),
    );
    fails(
        &stranger,
        &(&["show", "@ana/none", "--group", url], "", 1, "no such app", "allot login http"),
    );
    let reader = Person::with(&served.new_token(&["--read-only"]));
    reader.write("trial/allotment.toml", TOML);
    reader.write("trial/main.lua", MAIN);
    fails(
        &reader,
        &(
            &["push", "--folder", "trial", "--group", url],
            "",
            3,
            "may only read",
            "allot login http",
        ),
    );
    reader.well(&["usage", "--group", url]);
    // Offline there is still the folder.
    stranger.well(&["new", "mine"]);
    stranger.well(&["check", "--folder", "mine"]);
}

#[test]
fn wrong_words_are_usage() {
    let nobody = Person::new();
    for args in
        [&[][..], &["frobnicate"], &["show"], &["allow", "@ana/x", "http.fetch"], &["do", "@ana/x"]]
    {
        let said = nobody.says(args, "");
        assert_eq!((said.code, said.out.as_str()), (2, ""), "{args:?}: {said:?}");
        assert!(said.err.contains("--help") || said.err.contains("Usage"), "{args:?}: {said:?}");
    }
    assert_eq!(nobody.says(&["--version"], "").code, 0);
    assert!(nobody.well(&["--help"]).contains("Exit codes: 0 done, 1"));
}

/// The words of all commands, as a person reviews them: scripts rely on each of them.
const HELP: &str = include_str!("help.txt");

#[test]
fn the_words_of_commands_change_only_on_purpose() {
    let nobody = Person::new();
    let mut all = String::new();
    let mut ask = |command: &[&str]| {
        let help = nobody.well(&[command, &["--help"]].concat());
        all += &format!("$ allot {}\n{help}\n", [command, &["--help"]].concat().join(" "));
        let commands = help.lines().skip_while(|line| *line != "Commands:").skip(1);
        commands
            .take_while(|line| !line.is_empty())
            .filter_map(|line| line.strip_prefix("  ")?.split(' ').next().map(str::to_owned))
            .filter(|name| !name.is_empty() && name != "help")
            .collect::<Vec<String>>()
    };
    for command in ask(&[]) {
        for below in ask(&[&command]) {
            ask(&[&command, &below]);
        }
    }
    let new = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("help.txt");
    std::fs::write(&new, &all).unwrap();
    assert!(
        all == HELP,
        "the words of commands have changed; if you meant it, copy {} to crates/allot/tests/help.txt",
        new.display()
    );
}

#[test]
fn every_command_answers_in_json() {
    let served = Served::start(&[]);
    let ana = signed_in(&served);
    let data = served.data.path().to_str().unwrap();
    let app = "@ana/trial";
    let logged_in = ana.says(&["login", &served.url, "--json"], served.token());
    assert!(logged_in.out.starts_with("{\"group\":\"http://"), "{logged_in:?}");
    for (args, key) in [
        (&["check", "--folder", "trial"][..], "handlers"),
        (&["push", "--folder", "trial", "-m", "first"], "release"),
        (&["run", "--folder", "trial", "on.add"], "gas"),
        (&["run", "--folder", "trial"], "text"),
        (&["apps", "--mine"], "apps"),
        (&["show", app, "--path", "/x", "--draft"], "view"),
        (&["do", app, "Add"], "printed"),
        (&["fork", app, "--name", "copy"], "address"),
        (&["new", "--from", "@ana/copy"], "files"),
        (&["export", app], "bytes"),
        (&["import", "trial.allot", "--name", "again"], "rows"),
        (&["settings", app, "feed=https://a.example/f"], "settings"),
        (&["settings", app], "declared"),
        (&["allow", app], "wants"),
        (
            &[
                "allow",
                app,
                "http.fetch",
                "https://a.example/f",
                "--setting",
                "feed",
                "--method",
                "GET",
            ],
            "id",
        ),
        (&["receipts", app], "receipts"),
        (&["usage"], "gas"),
        (&["token", "ana", "--data", data], "token"),
        (&["backup", "create", "b.allotment", "--data", data], "verified"),
        (&["backup", "restore", "b.allotment", "--data", "restored"], "parts"),
        (&["doctor", "--data", data], "checks"),
    ] {
        let json = ana.json(args);
        assert!(!json[key].is_null(), "{args:?} has no {key}: {json}");
    }
    for line in ana.well(&["logs", app, "--json"]).lines() {
        let event: Value = serde_json::from_str(line).expect(line);
        assert!(!event["ending"].is_null(), "{event}");
    }
    let added = ana.says(
        &["account", "add", "ben", "--password-stdin", "--json", "--data", data],
        "a long password",
    );
    assert_eq!(added.out, "{\"handle\":\"@ben\",\"level\":\"member\"}\n");
}

#[test]
fn results_and_talk_go_their_own_ways() {
    let served = Served::start(&[]);
    let ana = signed_in(&served);
    assert_eq!(mode(&ana.path(".config/allot/logins.json")), 0o600);
    assert_eq!(mode(&ana.path(".config/allot")), 0o700);
    ana.well(&["push", "--folder", "trial"]);
    let pressed = ana.says(&["do", "@ana/trial", "Add"], "");
    assert_eq!(pressed.out, "Done.\n");
    assert!(pressed.err.starts_with("added\n") && pressed.err.contains("gas"), "{pressed:?}");
    let shown = ana.well(&["show", "@ana/trial"]);
    assert!(shown.starts_with("Trial\n═════\n") && !shown.contains('\u{1b}'), "{shown}");
    let logged = ana.well(&["logs", "@ana/trial"]);
    assert!(
        logged.contains("on.add by @ana · done") && logged.contains("\n    added\n"),
        "{logged}"
    );
    assert!(!logged.contains('\u{1b}'), "a file wants no colour");
    let token = ana.says(&["token", "ana", "--data", served.data.path().to_str().unwrap()], "");
    assert!(token.out.starts_with("allot_") && token.out.lines().count() == 1, "{token:?}");
    // Nobody reads the list any more.
    let mut child = ana.command(&["apps"]).spawn().unwrap();
    drop(child.stdout.take());
    assert!(child.wait().unwrap().success());
}

#[test]
fn a_token_goes_to_its_own_group_only() {
    let (oak, elm) = (Served::start(&[]), Served::start(&[]));
    let ana = signed_in(&oak);
    fails(&ana, &(&["usage", "--group", &elm.url], "", 3, "needs a token", "allot login"));
    assert_eq!(ana.says(&["login", &elm.url], elm.token()).code, 0);
    for served in [&oak, &elm] {
        let shown = ana.json(&["usage", "--group", &served.url]);
        assert_eq!(shown["handle"], "@ana");
    }
    let kept: Value = serde_json::from_str(&ana.read(".config/allot/logins.json")).unwrap();
    assert_eq!(kept["current"], elm.url);
    let visitor = Person::with(elm.token());
    visitor.write(".config/allot/logins.json", "{ broken");
    visitor.well(&["usage", "--group", &elm.url]);
    fails(&visitor, &(&["usage"], "", 2, "cannot be read", "rm "));
}

#[test]
fn the_log_is_followed() {
    use std::io::{BufRead, BufReader};
    let served = Served::start(&[]);
    let ana = signed_in(&served);
    ana.well(&["push", "--folder", "trial"]);
    ana.well(&["do", "@ana/trial", "Add"]);
    let mut follower = ana.command(&["logs", "-f", "@ana/trial", "--json"]).spawn().unwrap();
    let mut lines = BufReader::new(follower.stdout.take().unwrap()).lines();
    let mut next = || -> Value { serde_json::from_str(&lines.next().unwrap().unwrap()).unwrap() };
    assert_eq!(next()["event"], "on.add");
    ana.says(&["do", "@ana/trial", "Stop"], "");
    ana.well(&["do", "@ana/trial", "Add"]);
    let (second, third) = (next(), next());
    assert_eq!((&second["event"], &second["ending"]), (&"on.stop".into(), &"stopped".into()));
    assert_eq!(third["event"], "on.add", "each once, in their order");
    follower.kill().unwrap();
    follower.wait().unwrap();
}
