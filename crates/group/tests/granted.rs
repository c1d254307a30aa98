//! Three tests for each capability that reaches outside: it works, it is not granted, it is over
//! budget. What is refused or cannot be paid asks nobody and leaves nothing behind.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use model::{Account, App, Ending, Level, Value};
use testkit::{Place, world::ok};

/// A handler for each, and one that does nothing, to know what any run costs.
const MAIN: &str = r#"
local repo, api = "https://git.example/ana/r", "https://api.example/x"
function view(ctx) return ui.page{ "Granted" } end
on["nothing"] = function(ctx) return {} end
on["http.fetch"] = function(ctx)
  local page = http.fetch(api)
  return { said = page.status .. " " .. page.body .. " " .. page.headers["x-id"] }
end
on["http.send"] = function(ctx) return { said = http.send{ url = api, body = "hello" } } end
on["git.commit"] = function(ctx) return { said = git.commit(repo, { ["a.txt"] = "hello" }, "Saved") } end
on["git.read"] = function(ctx) return { said = git.read(repo, "README.md") } end
on["git.list"] = function(ctx) return { said = table.concat(git.list(repo), " ") } end
on["secrets.get"] = function(ctx)
  return { said = http.fetch{ url = api, headers = { authorization = "Bearer " .. secrets.get("api-key") } }.body }
end
on["secret.elsewhere"] = function(ctx)
  return http.fetch{ url = "https://other.example/", headers = { authorization = secrets.get("api-key") } }
end
"#;

struct Story {
    place: Place,
    ana: Account,
    app: App,
}

impl Story {
    fn begin() -> Story {
        let place = Place::new();
        let ana = place.person("ana", Level::Member);
        let app = place.app(&ana, "granted", MAIN);
        place.world.answers(|_| {
            let mut answer = ok("hello");
            answer.headers.push(("x-id".into(), "7".into()));
            Ok(answer)
        });
        Story { place, ana, app }
    }

    /// Gives everything a handler may need.
    fn grant_all(&self) {
        for (verb, object) in [
            ("http.fetch", "https://api.example/"),
            ("http.fetch", "https://other.example/"),
            ("git.write", "https://git.example/ana/r"),
        ] {
            self.place.allow(&self.ana, &self.app, verb, object);
        }
        self.place
            .group
            .set_secret(&self.ana, &self.app, "api-key", "api.example", "s3cr3t")
            .unwrap();
    }

    fn press(&self, handler: &str) -> group::Ran {
        self.place.press(&self.app, &self.ana, handler, Value::Nil)
    }

    /// Presses with this much more gas than a run that does nothing needs.
    fn press_with(&self, handler: &str, gas: u64) -> group::Ran {
        let nothing = self.press("nothing").receipt.gas;
        self.place.press_with_gas(&self.app, &self.ana, handler, nothing + gas)
    }

    fn nothing_happened(&self, name: &str) {
        assert_eq!(self.place.world.requests(), 0, "{name} asked somebody");
        assert!(self.place.group.effects(self.app.id).unwrap().is_empty(), "{name} left an effect");
    }
}

/// The capabilities, the price of one call, and what a refusal names.
const CASES: &[(&str, &str, &str)] = &[
    ("http.fetch", "http.fetch is not granted for https://api.example/x", "http.fetch"),
    ("http.send", "http.fetch POST is not granted", "http.send"),
    ("git.commit", "git.write is not granted for https://git.example/ana/r", "git.commit"),
    ("git.read", "git.read is not granted for https://git.example/ana/r", "git.read"),
    ("git.list", "git.read is not granted for https://git.example/ana/r", "git.list"),
];

#[test]
fn they_work() {
    for (name, said) in [
        ("http.fetch", "200 hello 7"),
        ("http.send", ""),
        ("git.commit", ""),
        ("git.read", "hello"),
        ("git.list", "README.md"),
        ("secrets.get", "hello"),
    ] {
        let story = Story::begin();
        story.grant_all();
        let ran = story.press(name);
        assert_eq!(ran.ending, Ending::Done, "{name}: {}", ran.message);
        let answered = ran.answer.get("said").unwrap().as_str().unwrap().to_owned();
        let effects = story.place.group.effects(story.app.id).unwrap();
        if said.is_empty() {
            assert_eq!(story.place.world.requests(), 0, "{name} is an effect");
            assert_eq!(effects[0].id.to_string(), answered, "{name} answers its id");
        } else {
            assert_eq!((answered.as_str(), story.place.world.requests()), (said, 1), "{name}");
            assert!(effects.is_empty());
        }
        assert!(ran.receipt.causes.contains_key(name));
        assert_eq!(ran.receipt.grants.len(), 1, "{name}: the receipt names the grant");
    }
}

/// CAP-001: what is not granted is refused in words, and nobody is asked.
#[test]
fn nothing_goes_without_a_grant() {
    for (name, refusal, _) in CASES {
        let story = Story::begin();
        let ran = story.press(name);
        assert_eq!(ran.ending, Ending::Refused, "{name}: {}", ran.message);
        let expected = refusal.replace(" POST", "");
        assert!(
            ran.message.contains(refusal) || ran.message.contains(&expected),
            "{name}: {}",
            ran.message
        );
        assert!(ran.message.contains("The owner can allow it on the app's grants page"));
        story.nothing_happened(name);
    }
    let story = Story::begin();
    let ran = story.press("secrets.get");
    assert_eq!(ran.ending, Ending::Stopped);
    assert!(
        ran.message.contains("there is no secret “api-key”; the owner sets it"),
        "{}",
        ran.message
    );
    story.nothing_happened("secrets.get");
}

/// COMP-005: a call is paid before it is made.
#[test]
fn nothing_goes_beyond_its_budget() {
    for (name, _, paid) in CASES.iter().chain([&("secrets.get", "", "secrets.get")]) {
        let story = Story::begin();
        story.grant_all();
        let price = group::capability::all().find(|it| it.name == *paid).unwrap().price.call;
        let ran = story.press_with(name, price - 1);
        assert_eq!(ran.ending, Ending::OutOfGas, "{name}: {}", ran.message);
        assert!(ran.message.contains("out of gas"), "{name}: {}", ran.message);
        assert!(ran.receipt.gas <= ran.receipt.chain.gas_left, "{name} cost more than it had");
        story.nothing_happened(name);
        let enough = story.press_with(name, price * 3 + 2_000_000);
        assert_eq!(enough.ending, Ending::Done, "{name}: {}", enough.message);
    }
}

#[test]
fn a_grant_covers_its_own_address_and_method_only() {
    let story = Story::begin();
    story.place.allow(&story.ana, &story.app, "http.fetch", "https://api.example/xyz");
    assert_eq!(story.press("http.fetch").ending, Ending::Refused);
    story.place.allow(&story.ana, &story.app, "git.read", "https://git.example/ana/r");
    assert_eq!(story.press("git.list").ending, Ending::Done, "reading is granted");
    assert_eq!(story.press("git.commit").ending, Ending::Refused, "writing is not");
}

/// CAP-021: a secret that is used for another host.
#[test]
fn a_secret_goes_to_its_own_host_and_never_into_the_guest() {
    let story = Story::begin();
    story.grant_all();
    story.press("secrets.get");
    let asked = story.place.world.asked.lock().unwrap()[0].clone();
    assert_eq!(asked.headers, [("authorization".to_owned(), "Bearer s3cr3t".to_owned())]);
    let ran = story.press("secret.elsewhere");
    assert_eq!(ran.ending, Ending::Stopped);
    assert!(ran.message.contains("goes only to api.example"), "{}", ran.message);
    assert_eq!(story.place.world.requests(), 1, "nobody else was asked");
    let receipts = story.place.group.receipts(&story.app, 10).unwrap();
    assert!(!format!("{receipts:?}").contains("s3cr3t"));
}

// CAP-027
#[test]
fn a_host_that_repeats_a_secret_does_not_tell_it_to_the_guest() {
    let story = Story::begin();
    story.grant_all();
    story.place.world.answers(|asked| {
        let mut answer = ok(&format!("you sent {:?}", asked.headers));
        answer.headers.extend(asked.headers.clone());
        Ok(answer)
    });
    let ran = story.press("secrets.get");
    assert_eq!(ran.ending, Ending::Done, "{}", ran.message);
    let told = format!("{} {:?}", ran.answer.str_at("said").unwrap_or_default(), ran.printed);
    assert!(!told.contains("s3cr3t"), "{told}");
    assert!(told.contains("Bearer {{secret:api-key}}"), "{told}");
    assert!(ran.printed.iter().any(|line| line.contains("set another one")), "{told}");
}

#[test]
fn a_run_waits_for_outside_only_so_long() {
    let story = Story::begin();
    story.grant_all();
    story.press("http.fetch");
    story.press("git.read");
    let asked = story.place.world.asked.lock().unwrap();
    let waits: Vec<u64> = asked.iter().map(|request| request.timeout.as_secs()).collect();
    assert_eq!(waits, [10, 10], "somebody waits for an action");
}
