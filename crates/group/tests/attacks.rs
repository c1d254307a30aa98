//! The attacks of `docs/threat-model.md` on what an app may reach, by their ids: grants of others,
//! redirects that lead elsewhere, secrets that should go astray. Each must ask nobody it may not.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use group::world::Incoming;
use model::{Account, App, Ending, Files, Level, Value};
use std::collections::BTreeMap;
use testkit::Place;
use testkit::world::ok;

/// Fetches an address, with the headers and the body of the arguments, and tells what came back.
const MAIN: &str = "function on.go(ctx, args)
  local answer = http.fetch{ url = args.url, method = args.method, headers = args.headers, body = args.body }
  return { said = answer.status .. ' ' .. answer.body }
end
function on.secret(ctx, args)
  return http.fetch{ url = args.url, headers = { authorization = 'Bearer ' .. secrets.get('api-key') } }
end
function view() return ui.page{ 'Reach' } end";

struct Story {
    place: Place,
    ana: Account,
    app: App,
}

impl Story {
    fn begin() -> Story {
        let place = Place::new();
        let ana = place.person("ana", Level::Member);
        let app = place.app(&ana, "reach", MAIN);
        place.world.answers(|_| Ok(ok("hello")));
        Story { place, ana, app }
    }

    /// Lets the app fetch from an address, and answers every request there with a redirect.
    fn redirects(status: u16, to: &'static str) -> Story {
        let story = Story::begin();
        story.allow("https://api.example/");
        story.place.world.answers(move |request| match request.url.as_str() {
            "https://api.example/from" => {
                Ok(Incoming { status, headers: vec![("location".into(), to.into())], body: vec![] })
            }
            _ => Ok(ok("arrived")),
        });
        story
    }

    fn allow(&self, object: &str) {
        self.place.allow(&self.ana, &self.app, "http.fetch", object);
    }

    fn go(&self, app: &App, args: &[(&str, Value)]) -> group::Ran {
        let args = args.iter().map(|(key, value)| ((*key).to_owned(), value.clone()));
        self.place.press(app, &self.ana, "go", Value::Map(args.collect()))
    }

    fn fetch(&self, url: &str) -> group::Ran {
        self.go(&self.app, &[("url", Value::text(url))])
    }

    fn asked(&self) -> Vec<String> {
        let asked = self.place.world.asked.lock().unwrap();
        asked.iter().map(|request| format!("{} {}", request.method, request.url)).collect()
    }
}

/// CAP-002: what one app may is no other's, not even of the same person, and not a fork's.
#[test]
fn a_grant_is_of_one_app() {
    let story = Story::begin();
    story.allow("https://api.example/");
    assert_eq!(story.fetch("https://api.example/x").ending, Ending::Done);
    let other = story.place.app(&story.ana, "other", MAIN);
    let ran = story.go(&other, &[("url", Value::text("https://api.example/x"))]);
    assert_eq!(ran.ending, Ending::Refused, "{}", ran.message);
    assert!(ran.message.contains("http.fetch is not granted for https://api.example/x"));
    assert_eq!(story.asked().len(), 1, "nobody was asked for the other app");
}

/// CAP-003: a new release that asks for more runs without it until its owner gives it, and what was
/// given before still holds.
#[test]
fn a_new_release_gets_nothing_new_by_itself() {
    let story = Story::begin();
    story.allow("https://api.example/");
    let manifest = "name = \"reach\"\nshare = \"public\"\n[[want]]\nverb = \"http.fetch\"\nobject = \"https://more.example/\"\nwhy = \"More.\"\n";
    let files = BTreeMap::from([
        ("allotment.toml".to_owned(), manifest.as_bytes().to_vec()),
        ("main.lua".to_owned(), MAIN.as_bytes().to_vec()),
    ]);
    let (group, ana) = (&story.place.group, &story.ana);
    let saved = group.save_draft(ana, &story.app, &Files::new(files).unwrap(), None).unwrap();
    group.publish(ana, &saved, "second").unwrap();
    let app = story.place.reload(ana, &story.app);
    let go = |url: &str| story.go(&app, &[("url", Value::text(url))]).ending;
    assert_eq!(go("https://more.example/"), Ending::Refused);
    assert_eq!(go("https://api.example/"), Ending::Done);
    let wants = group.wants(&app).unwrap();
    assert!(wants.len() == 1 && wants[0].granted.is_none());
    story.place.allow(ana, &app, "http.fetch", "https://more.example/");
    assert_eq!(go("https://more.example/"), Ending::Done);
}

/// CAP-006: every hop is asked for a grant like a request of its own.
#[test]
fn a_redirect_is_followed_only_to_what_is_granted() {
    for status in [301, 302, 303, 307, 308] {
        let story = Story::redirects(status, "https://evil.example/take");
        let ran = story.fetch("https://api.example/from");
        assert_eq!(ran.ending, Ending::Refused, "{status}: {}", ran.message);
        assert!(ran.message.contains("not granted for https://evil.example/take"), "{status}");
        assert_eq!(story.asked(), ["GET https://api.example/from"], "{status}");

        let story = Story::redirects(status, "/to");
        let post = [
            ("url", Value::text("https://api.example/from")),
            ("method", Value::text("POST")),
            ("body", Value::text("sent")),
        ];
        let ran = story.go(&story.app, &post);
        assert_eq!(ran.ending, Ending::Done, "{status}: {}", ran.message);
        let (method, body) = if status < 304 { ("GET", "") } else { ("POST", "sent") };
        assert_eq!(story.asked()[1], format!("{method} https://api.example/to"));
        assert_eq!(story.place.world.asked.lock().unwrap()[1].body, body.as_bytes(), "{status}");
    }
    let story = Story::redirects(302, "https://api.example/from");
    let ran = story.fetch("https://api.example/from");
    assert!(ran.message.contains("more than 5 redirects"), "{}", ran.message);
    assert_eq!(story.asked().len(), 6);
}

/// CAP-008: a redirect cannot leave TLS, nor the web.
#[test]
fn a_redirect_does_not_change_the_scheme() {
    for to in [
        "http://api.example/to",
        "file:///etc/passwd",
        "gopher://api.example/_x",
        "data:text/plain,x",
        "ftp://api.example/to",
        "https://user:pass@api.example/to",
    ] {
        let story = Story::redirects(302, to);
        let ran = story.fetch("https://api.example/from");
        assert_eq!(ran.ending, Ending::Refused, "{to}: {}", ran.message);
        assert_eq!(story.asked().len(), 1, "{to}");
    }
}

/// CAP-021: a secret that is for one host is not sent to where that host redirects.
#[test]
fn a_secret_does_not_follow_a_redirect() {
    let story = Story::redirects(307, "https://other.example/take");
    story.allow("https://other.example/");
    let (group, ana) = (&story.place.group, &story.ana);
    group.set_secret(ana, &story.app, "api-key", "api.example", "s3cr3t").unwrap();
    let args = Value::map([("url", Value::text("https://api.example/from"))]);
    let ran = story.place.press(&story.app, ana, "secret", args);
    assert_eq!(ran.ending, Ending::Stopped, "{}", ran.message);
    assert!(ran.message.contains("goes only to api.example"), "{}", ran.message);
    assert_eq!(story.asked(), ["GET https://api.example/from"]);
}

/// CAP-021: nor is what a script wrote into its headers itself, unless it stays with the same server.
#[test]
fn who_asks_is_not_told_to_another_server() {
    for (to, told) in [("https://other.example/take", false), ("https://api.example/take", true)] {
        let story = Story::redirects(302, to);
        story.allow("https://other.example/");
        let headers = [("Authorization", Value::text("Basic eA==")), ("x-id", Value::text("7"))];
        let args =
            [("url", Value::text("https://api.example/from")), ("headers", Value::map(headers))];
        let ran = story.go(&story.app, &args);
        assert_eq!(ran.ending, Ending::Done, "{}", ran.message);
        let asked = story.place.world.asked.lock().unwrap();
        let names: Vec<&str> = asked[1].headers.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names.contains(&"Authorization"), told, "{names:?}");
        assert!(names.contains(&"x-id"), "{names:?}");
    }
}

/// CAP-026: a secret's mark in an address stays a mark: addresses end up in logs.
#[test]
fn a_secret_is_not_put_into_an_address() {
    let story = Story::begin();
    story.allow("https://api.example/");
    let (group, ana) = (&story.place.group, &story.ana);
    group.set_secret(ana, &story.app, "api-key", "api.example", "s3cr3t").unwrap();
    for url in
        ["https://api.example/{{secret:api-key}}", "https://api.example/?k={{secret:api-key}}"]
    {
        story.fetch(url);
    }
    let asked = story.place.world.asked.lock().unwrap();
    assert!(!asked.is_empty() && !format!("{asked:?}").contains("s3cr3t"));
}

/// CAP-028: the mark of another app's secret, guessed, stands for nothing.
#[test]
fn the_mark_of_anothers_secret_is_only_text() {
    let story = Story::begin();
    let (group, ana) = (&story.place.group, &story.ana);
    group.set_secret(ana, &story.app, "api-key", "api.example", "s3cr3t").unwrap();
    let thief = story.place.app(ana, "thief", MAIN);
    story.place.allow(ana, &thief, "http.fetch", "https://api.example/");
    let header = Value::map([("authorization", Value::text("{{secret:api-key}}"))]);
    let args = [
        ("url", Value::text("https://api.example/")),
        ("method", Value::text("POST")),
        ("headers", header),
        ("body", Value::text("{{secret:api-key}}")),
    ];
    assert_eq!(story.go(&thief, &args).ending, Ending::Done);
    let asked = story.place.world.asked.lock().unwrap();
    assert_eq!(asked[0].headers[0].1, "{{secret:api-key}}");
    assert_eq!(asked[0].body, b"{{secret:api-key}}");
}
