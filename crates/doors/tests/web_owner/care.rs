//! The care page: every decision is taken, written down with who took it, and undone.

use crate::Browser;
use group::{Allowing, SignUp};
use model::{Account, App, AppAddress, Ending, Level, Name, Value};
use std::time::Duration;
use testkit::Place;

const MAIN: &str = "function view(ctx) return ui.page{ \"It runs\" } end";

struct Town {
    place: Place,
    eva: Account,
    kim: Account,
    browser: Browser,
}

fn town() -> Town {
    let place = Place::new();
    let eva = place.person("eva", Level::Admin);
    let kim = place.person("kim", Level::New);
    place.app(&kim, "open", MAIN);
    place.app_with(&kim, "hidden", "share = \"private\"", MAIN);
    let browser = Browser::with_session(&place, &eva);
    Town { place, eva, kim, browser }
}

impl Town {
    fn kim(&self) -> Account {
        self.place.group.account_named(&self.kim.handle).unwrap()
    }

    fn app(&self, name: &str) -> App {
        let address = AppAddress::parse(&format!("@kim/{name}")).unwrap();
        self.place.group.app_at(&address, Some(&group::person(&self.kim))).unwrap()
    }

    fn decisions(&self) -> Vec<String> {
        let log = self.place.group.audit_log(&self.eva).unwrap();
        log.into_iter().map(|entry| format!("{} {}", entry.by, entry.what)).collect()
    }
}

#[test]
fn one_click_vouches() {
    let mut town = town();
    town.browser.get("/admin").reads("Vouch: make a member");
    for (level, expect) in [("member", Level::Member), ("admin", Level::Admin), ("new", Level::New)]
    {
        let fields = [("handle", "kim"), ("level", level)];
        town.browser.done("/admin/level", &fields).reads("@kim is ");
        assert_eq!(town.kim().level, expect);
        assert_eq!(town.decisions()[0], format!("@eva made @kim {level}"));
    }
    for (handle, level, status) in [
        ("kim", "visitor", 422),
        ("kim", "", 422),
        ("nobody-here", "member", 404),
        ("", "member", 404),
        ("eva", "new", 422),
    ] {
        let page = town.browser.post("/admin/level", &[("handle", handle), ("level", level)]);
        assert_eq!(page.status, status, "{handle} {level}");
    }
    assert_eq!(town.decisions().len(), 3);
}

#[test]
fn a_frozen_account_rests_until_it_is_freed() {
    let mut town = town();
    let page = town.browser.post("/admin/freeze", &[("handle", "kim"), ("why", "  ")]);
    assert_eq!(page.status, 422);
    page.reads("Say why in a few words");
    town.browser
        .done("/admin/freeze", &[("handle", "kim"), ("why", "spam")])
        .reads("@kim is frozen");
    assert_eq!(town.kim().frozen.as_deref(), Some("spam."));
    assert!(Browser::new(&town.place).get("/@kim/open").status != 200);
    town.browser.done("/admin/free", &[("handle", "kim")]).reads("@kim is free again.");
    assert_eq!(Browser::new(&town.place).get("/@kim/open").status, 200);
    assert_eq!(town.decisions(), ["@eva freed @kim", "@eva froze @kim: spam."]);
    let own = town.browser.post("/admin/freeze", &[("handle", "eva"), ("why", "tired")]);
    assert_eq!(own.status, 422);
}

#[test]
fn an_app_is_stopped_and_started() {
    let mut town = town();
    for name in ["open", "hidden"] {
        let app = format!("@kim/{name}");
        let page = town.browser.post("/admin/stop", &[("app", &app), ("why", "")]);
        assert_eq!(page.status, 422);
        page.reads("Say why in a few words");
        let fields = [("app", app.as_str()), ("why", "it hammers a small server")];
        town.browser.done("/admin/stop", &fields).reads("is stopped for everybody");
        assert_eq!(town.app(name).stopped.as_deref(), Some("it hammers a small server."));
        town.browser.done("/admin/start", &[("app", &app)]).reads("may run again");
        assert_eq!(town.app(name).stopped, None);
    }
    let page = town.browser.post("/admin/stop", &[("app", "@kim/none"), ("why", "x")]);
    assert_eq!(page.status, 404);
    assert_eq!(town.decisions().len(), 4);
    town.browser.done("/admin/stop", &[("app", "@kim/open"), ("why", "a look")]);
    Browser::new(&town.place).get("/@kim/open").reads("a look.");
}

#[test]
fn safe_mode_switches_all_apps_off() {
    let mut town = town();
    town.browser.done("/admin/safe-mode", &[("on", "yes")]).reads("Safe mode is on");
    let page = Browser::new(&town.place).get("/@kim/open");
    assert_eq!(page.status, 503);
    page.reads_not("It runs");
    town.browser.get("/admin").reads("switched off: safe mode is on");
    town.browser.done("/admin/safe-mode", &[("on", "no")]).reads("Safe mode is off");
    Browser::new(&town.place).get("/@kim/open").reads("It runs");
    assert_eq!(town.browser.post("/admin/safe-mode", &[("on", "perhaps")]).status, 422);
}

#[test]
fn the_group_is_named_and_its_door_opened_or_closed() {
    let mut town = town();
    let fields = [("name", "Oak Lane"), ("sentence", "Small apps."), ("sign_up", "invited")];
    let page = town.browser.done("/admin/group", &fields);
    assert_eq!(
        (page.value("name"), page.value("sentence")),
        ("Oak Lane".into(), "Small apps.".into())
    );
    let settings = town.place.group.settings().unwrap();
    assert_eq!((settings.name.as_str(), settings.sign_up), ("Oak Lane", SignUp::Invited));
    let nameless = [("name", " "), ("sentence", "Other words."), ("sign_up", "closed")];
    let page = town.browser.post("/admin/group", &nameless);
    assert_eq!(page.status, 422);
    page.reads("The group needs a name");
    assert_eq!(page.value("sentence"), "Other words.");
    assert_eq!(town.place.group.settings().unwrap(), settings);
}

#[test]
fn an_invitation_works_once() {
    let mut town = town();
    let page = town.browser.post("/admin/invite", &[("level", "member")]);
    assert_eq!(page.status, 200);
    let words = page.words();
    let link = words
        .split_whitespace()
        .find(|it| it.contains("/join?invitation="))
        .or_else(|| words.split("https://oak.example").nth(1));
    let link = link.expect("a link");
    let secret = link.split("invitation=").nth(1).unwrap()[..43].to_owned();
    page.reads(&format!("https://oak.example/join?invitation={secret}"));
    assert_eq!(town.decisions(), ["@eva invited somebody as member"]);
    for (handle, status) in [("ben", 303), ("leo", 422)] {
        let fields = [("handle", handle), ("password", "a long password"), ("invitation", &secret)];
        assert_eq!(Browser::new(&town.place).post("/join", &fields).status, status, "{handle}");
    }
    let ben = town.place.group.account_named(&Name::parse("ben").unwrap()).unwrap();
    assert_eq!(ben.level, Level::Member);
    assert_eq!(town.browser.post("/admin/invite", &[("level", "visitor")]).status, 422);
}

#[test]
fn a_new_password_is_shown_once_and_ends_sessions() {
    let mut town = town();
    let mut kims = Browser::with_session(&town.place, &town.kim);
    assert_eq!(kims.get("/me").status, 200);
    let page = town.browser.post("/admin/password", &[("handle", "kim")]);
    assert_eq!(page.status, 200);
    let words = page.words();
    let after = words.split("It is shown this once.").nth(1).expect("a password");
    let password: String = after.chars().take(19).collect();
    assert!(password.split('-').all(|part| part.len() == 4), "{password}");
    assert!(town.place.group.sign_in("kim", "a long password").is_err());
    assert!(town.place.group.sign_in("kim", &password).is_ok());
    assert_eq!(kims.get("/me").status, 303, "the old session is over");
    town.browser.get("/admin").reads_not(&password);
    assert_eq!(town.decisions(), ["@eva set a new password for @kim"]);
    assert_eq!(town.browser.post("/admin/password", &[("handle", "nobody-here")]).status, 404);
}

#[test]
fn what_is_long_can_be_searched() {
    let mut town = town();
    town.browser.get("/admin").reads_not("Search people and apps");
    for number in 0..52 {
        town.place.person(&format!("guest{number:02}"), Level::New);
        town.place.world.pass(Duration::from_millis(1));
    }
    let page = town.browser.get("/admin");
    page.reads("4 more people. Search above");
    page.reads("@guest51");
    page.reads_not("@guest01 ");
    let page = town.browser.get("/admin?q=Guest01");
    page.reads("@guest01");
    page.reads_not("@guest51");
    page.reads("None has these words.");
    town.browser.get("/admin?q=kim/hid").reads("@kim/hidden");
}

#[test]
fn what_waits_too_long_is_said() {
    let mut town = town();
    let ben = town.place.person("ben", Level::Member);
    let repo = "https://git.example/ben/copies";
    let main = format!(
        "function view(ctx) return ui.page{{ \"x\" }} end\nfunction on.push(ctx) git.commit(\"{repo}\", {{ a = \"1\" }}, \"One\") end"
    );
    let app = town.place.app(&ben, "pusher", &main);
    let (verb, object) = ("git.write".to_owned(), repo.to_owned());
    let allowing = Allowing { verb, object, ..Allowing::default() };
    town.place.group.allow(&ben, &app, allowing).unwrap();
    assert_eq!(town.place.press(&app, &ben, "push", Value::Nil).ending, Ending::Done);
    let page = town.browser.get("/admin");
    page.reads("1 on their way");
    page.reads_not("should have begun");
    town.place.world.pass(Duration::from_secs(600));
    town.browser.get("/admin").reads("the oldest should have begun 10 minutes ago");
}

#[test]
fn the_page_tells_how_the_group_is_doing() {
    let mut town = town();
    let page = town.browser.get("/admin");
    let sandbox = town.place.group.sandbox();
    for text in [
        "0 of 16 places to compute taken",
        "0 on their way, 0 to be tried again, 0 failed",
        "on time",
        sandbox.engine_version(),
        &sandbox.guest_hash()[..12],
        "@kim/hidden",
        "2 apps",
    ] {
        page.reads(text);
    }
}
