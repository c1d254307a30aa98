//! Who may come: every page and every form of an owner and of an admin, for everybody. A hidden app
//! looks like none, and a form that another site sent does nothing.

use crate::{Browser, Shown};
use model::{Account, App, Level};
use testkit::Place;
use ui::routes::{ROUTES, Route, Who};

const MAIN: &str = "settings{ feed = { \"Feed\", kind = \"url\" } }\nfunction view(ctx) return ui.page{ \"Hello\" } end";

struct Town {
    place: Place,
    owner: Account,
    open: App,
    hidden: App,
}

fn town() -> Town {
    let place = Place::new();
    let owner = place.person("ana", Level::Member);
    let open = place.app(&owner, "open", MAIN);
    let hidden = place.app_with(&owner, "hidden", "share = \"private\"", MAIN);
    Town { place, owner, open, hidden }
}

fn routes(who: Who) -> impl Iterator<Item = &'static Route> {
    ROUTES.iter().filter(move |route| route.who == who)
}

/// The route's address for an app; what stands for a run is the id of none.
fn address(route: &Route, app: &str) -> String {
    let run = "01900000-0000-7000-8000-000000000000";
    route.path.replace("{o}", "ana").replace("{a}", app).replace("{path}", run)
}

fn ask(browser: &mut Browser, route: &Route, app: &str) -> Shown {
    match route.method {
        "GET" => browser.get(&address(route, app)),
        _ => browser.post(&address(route, app), &[("file", "main.lua"), ("text", "x")]),
    }
}

#[test]
fn an_owners_pages_are_the_owners() {
    let town = town();
    let stranger = town.place.person("ben", Level::Member);
    let admin = town.place.person("eva", Level::Admin);
    let visitor = town.place.group.new_visitor().unwrap();
    for route in routes(Who::Owner) {
        let what = format!("{} {}", route.method, route.path);
        let out = ask(&mut Browser::new(&town.place), route, "open");
        match route.method {
            "GET" => {
                assert_eq!(out.status, 303, "{what}");
                assert!(
                    out.to().starts_with("/sign-in?next=%2F%40ana%2Fopen"),
                    "{what}: {}",
                    out.to()
                );
            }
            _ => assert_eq!(out.status, 401, "{what}"),
        }
        for other in [&stranger, &admin, &visitor] {
            let mut browser = Browser::with_session(&town.place, other);
            assert_eq!(ask(&mut browser, route, "open").status, 403, "{what} as {}", other.handle);
            assert_eq!(
                ask(&mut browser, route, "hidden").status,
                404,
                "{what} as {}",
                other.handle
            );
        }
    }
    let now = town.place.reload(&town.owner, &town.open);
    assert_eq!(now.draft_revision, town.open.draft_revision);
    assert_eq!(town.place.group.releases(&now).unwrap().len(), 1);
}

#[test]
fn an_owner_sees_each_page() {
    let town = town();
    let mut ana = Browser::with_session(&town.place, &town.owner);
    for route in routes(Who::Owner).filter(|route| route.method == "GET") {
        for app in ["open", "hidden"] {
            let page = ana.get(&address(route, app));
            let expect = if route.path.contains("{path}") { 404 } else { 200 };
            assert_eq!(page.status, expect, "{}: {}", route.path, page.words());
        }
    }
}

#[test]
fn a_hidden_app_looks_like_none() {
    let town = town();
    let stranger = town.place.person("ben", Level::Member);
    for mut browser in [Browser::new(&town.place), Browser::with_session(&town.place, &stranger)] {
        for route in routes(Who::Viewer).chain(routes(Who::Owner)) {
            let hidden = ask(&mut browser, route, "hidden");
            let none = ask(&mut browser, route, "none");
            assert_eq!(hidden.status, none.status, "{} {}", route.method, route.path);
            assert_eq!(hidden.text.replace("hidden", "none"), none.text, "{}", route.path);
        }
    }
    assert!(town.hidden.release.is_some());
}

/// Somebody with a draft and without an account is nobody to other people's apps.
#[test]
fn a_visitor_sees_what_everybody_sees() {
    let town = town();
    let apps = &town.place;
    apps.app_with(&town.owner, "ours", "share = \"group\"", MAIN);
    let visitor = apps.group.new_visitor().unwrap();
    for (account, expect) in [(Some(&visitor), 404), (None, 404), (Some(&town.owner), 200)] {
        let mut browser =
            account.map_or_else(|| Browser::new(apps), |it| Browser::with_session(apps, it));
        for page in ["", "/source", "/fork"] {
            assert_eq!(browser.get(&format!("/@ana/ours{page}")).status, expect, "{page}");
        }
    }
}

#[test]
fn an_admins_pages_are_the_admins() {
    let town = town();
    let member = town.place.person("ben", Level::Member);
    for route in routes(Who::Admin) {
        let what = format!("{} {}", route.method, route.path);
        let out = ask(&mut Browser::new(&town.place), route, "");
        assert_eq!(out.status, if route.method == "GET" { 303 } else { 401 }, "{what}");
        let page = ask(&mut Browser::with_session(&town.place, &member), route, "");
        assert_eq!(page.status, 403, "{what}");
        page.reads("for the admins of the group");
    }
    let admin = town.place.person("eva", Level::Admin);
    assert_eq!(Browser::with_session(&town.place, &admin).get("/admin").status, 200);
}

#[test]
fn a_form_of_another_site_does_nothing() {
    let town = town();
    let admin = town.place.person("eva", Level::Admin);
    let group = &town.place.group;
    for (account, who) in
        [(&town.owner, Who::Owner), (&town.owner, Who::Viewer), (&admin, Who::Admin)]
    {
        let mut browser = Browser::with_session(&town.place, account);
        browser.site = "cross-site";
        for route in routes(who).filter(|route| route.method == "POST") {
            let fields = [
                ("file", "main.lua"),
                ("text", "stolen"),
                ("revision", town.open.draft["main.lua"].as_str()),
                ("name", "stolen"),
                ("release", "1"),
                ("set.feed", "https://evil.example/"),
                ("allow.feed", "on"),
                ("host", "evil.example"),
                ("value", "x"),
                ("confirm", "open"),
                ("handle", "ana"),
                ("level", "admin"),
                ("why", "x"),
                ("app", "@ana/open"),
                ("on", "yes"),
            ];
            let page = browser.post(&address(route, "open"), &fields);
            assert_eq!(page.status, 403, "{}", route.path);
            page.reads("sent by another site, so nothing was done");
        }
    }
    assert_eq!(town.place.reload(&town.owner, &town.open), town.open);
    assert_eq!(group.releases(&town.open).unwrap().len(), 1);
    assert!(
        group.grants(&town.open).unwrap().is_empty()
            && group.secrets(&town.open).unwrap().is_empty()
    );
    assert_eq!(group.apps_of(&town.owner).unwrap().len(), 2);
    let ana = group.account_named(&town.owner.handle).unwrap();
    assert_eq!(
        (ana.level, &ana.frozen, ana.password),
        (Level::Member, &None, town.owner.password.clone())
    );
    assert!(!group.settings().unwrap().safe_mode);
    assert!(group.audit_log(&admin).unwrap().is_empty());
}
