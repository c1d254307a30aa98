//! Settings, secrets and grants: a form gives exactly what was ticked, and a new address takes the
//! permission for the old one away.

use crate::{Browser, Shown};
use model::{Account, App, Grant, Level};
use testkit::Place;
use testkit::world::ok;

const FEED: &str = "https://blog.example/feed.xml";
const REPO: &str = "https://git.example/ana/copies";
const MANIFEST: &str = "title = \"Keeper\"\n[[want]]\nverb = \"http.fetch\"\nobject = \"settings.feed\"\nwhy = \"To read the feed.\"\n[[want]]\nverb = \"git.write\"\nobject = \"settings.repo\"\nwhy = \"Copies are pushed there.\"\noptional = true";
const MAIN: &str = "settings{\n  feed = { \"Feed\", kind = \"url\" },\n  repo = { \"Push to\", kind = \"git\" },\n  days = { \"Days\", kind = \"number\", default = 3, min = 1, max = 30 },\n  loud = { \"Tell me\", kind = \"check\", default = true },\n  size = { \"Size\", kind = \"select\", options = { \"small\", \"large\" }, default = \"small\" },\n}\nfunction view(ctx)\n  return ui.page{ \"Keeper\", ui.text(tostring(settings.loud) .. \" \" .. settings.days), ui.button{ \"Save now\", on = \"save\" } }\nend\nfunction on.save(ctx)\n  store.set(\"copy\", http.fetch(settings.feed).text)\n  if settings.repo ~= \"\" then git.commit(settings.repo, { [\"feed.xml\"] = \"x\" }, \"Saved\") end\nend\n";

fn begun(level: Level) -> (Place, Account, App, Browser) {
    let place = Place::new();
    let ana = place.person("ana", level);
    let app = place.app_with(&ana, "keeper", MANIFEST, MAIN);
    let browser = Browser::with_session(&place, &ana);
    (place, ana, app, browser)
}

/// The grants of an app, fetching before pushing.
fn kept(place: &Place, app: &App) -> Vec<Grant> {
    let mut grants = place.group.grants(app).unwrap();
    grants.sort_by(|one, other| other.verb.cmp(&one.verb));
    grants
}

fn grants(place: &Place, app: &App) -> Vec<(String, String)> {
    kept(place, app).into_iter().map(|grant| (grant.verb, grant.object)).collect()
}

fn pair(verb: &str, object: &str) -> (String, String) {
    (verb.to_owned(), object.to_owned())
}

/// Sends the settings form with these fields beside the plain ones.
fn save(browser: &mut Browser, fields: &[(&str, &str)]) -> Shown {
    let mut all = vec![("set.days", "3"), ("set.loud", "on"), ("set.size", "small")];
    all.extend(fields);
    browser.post("/@ana/keeper/settings", &all)
}

#[test]
fn the_form_gives_exactly_what_was_ticked() {
    let (place, _, app, mut browser) = begun(Level::Member);
    let nothing = save(&mut browser, &[("set.feed", FEED), ("set.repo", REPO)]);
    assert_eq!(nothing.status, 303);
    browser.follow(nothing).reads("It cannot use “Feed” yet: tick the box below it to allow that.");
    assert!(grants(&place, &app).is_empty());
    let saved = save(&mut browser, &[("set.feed", FEED), ("allow.feed", "on"), ("set.repo", REPO)]);
    browser.follow(saved).reads("Saved. Keeper may read from https://blog.example/feed.xml.");
    assert_eq!(grants(&place, &app), [pair("http.fetch", FEED)]);
    let page = save(&mut browser, &[("set.feed", FEED), ("set.repo", REPO), ("allow.repo", "on")]);
    assert_eq!(page.status, 422);
    page.reads("Pushing needs a token.");
    assert_eq!((page.value("set.feed"), page.value("set.repo")), (FEED.into(), REPO.into()));
    let pushing =
        [("set.feed", FEED), ("set.repo", REPO), ("allow.repo", "on"), ("token.repo", "tok-1")];
    assert_eq!(save(&mut browser, &pushing).status, 303);
    assert_eq!(grants(&place, &app), [pair("http.fetch", FEED), pair("git.write", REPO)]);
    let kept = kept(&place, &app).remove(1);
    assert_eq!(
        (kept.setting.as_deref(), kept.purpose.as_str()),
        (Some("repo"), "Copies are pushed there.")
    );
    assert!(kept.sealed_secret.as_ref().is_some_and(|sealed| !sealed.contains("tok-1")));
    assert!(!browser.get("/@ana/keeper/settings").text.contains("tok-1"));
}

#[test]
fn a_new_address_takes_the_grant_of_the_old_one() {
    let (place, _, app, mut browser) = begun(Level::Member);
    let all = [
        ("set.feed", FEED),
        ("allow.feed", "on"),
        ("set.repo", REPO),
        ("allow.repo", "on"),
        ("token.repo", "tok-1"),
    ];
    save(&mut browser, &all);
    let before = kept(&place, &app);
    assert_eq!(before.len(), 2);
    // The same again keeps the grants as they are, with the token.
    save(&mut browser, &[("set.feed", FEED), ("set.repo", REPO), ("allow.repo", "on")]);
    assert_eq!(kept(&place, &app), before);
    // A new token for the same repository takes the place of the old one.
    save(&mut browser, &[("set.feed", FEED), ("set.repo", REPO), ("token.repo", "tok-2")]);
    let after = kept(&place, &app);
    assert_eq!(after.len(), 2);
    assert_ne!(after[1].sealed_secret, before[1].sealed_secret);
    let other = "https://news.example/feed.xml";
    let page = save(&mut browser, &[("set.feed", other), ("set.repo", REPO)]);
    browser.follow(page).reads("It cannot use “Feed” yet");
    assert_eq!(grants(&place, &app), [pair("git.write", REPO)]);
}

#[test]
fn a_wrong_form_keeps_what_was_typed() {
    let (place, ana, app, mut browser) = begun(Level::Member);
    for (field, typed, says) in [
        ("set.feed", "blog.example/feed", "is not an address"),
        ("set.feed", "ftp://blog.example/feed", "only https:// and http://"),
        ("set.repo", "https://me:pw@git.example/x", "leave them out, and give a token"),
        ("set.days", "soon", "Write a number"),
        ("set.days", "31", "Write a number up to 30."),
    ] {
        let page = browser.post(
            "/@ana/keeper/settings",
            &[("set.size", "large"), (field, typed), ("allow.feed", "on")],
        );
        assert_eq!(page.status, 422, "{typed}");
        page.reads("Please check:");
        page.reads(says);
        assert_eq!(page.value(field), typed);
        assert!(page.text.contains("<option value=\"large\" selected>"), "{typed}");
    }
    assert_eq!(place.reload(&ana, &app).settings, app.settings);
    assert!(grants(&place, &app).is_empty());
    let page = browser.post("/@ana/keeper/settings", &[("set.repo", ""), ("allow.repo", "on")]);
    page.reads("Type the address of the repository, or do not tick the box.");
}

#[test]
fn a_box_that_is_not_ticked_is_off() {
    let (_place, _, _, mut browser) = begun(Level::Member);
    browser.get("/@ana/keeper").reads("true 3");
    browser.done("/@ana/keeper/settings", &[("set.days", "7"), ("set.size", "large")]);
    browser.get("/@ana/keeper").reads("false 7");
}

#[test]
fn a_new_account_hears_how_it_may_push() {
    let (place, ana, app, mut browser) = begun(Level::New);
    let page = browser.get("/@ana/keeper/settings");
    page.reads("Pushing needs a member's account, and yours is new. Ask an admin of the group to vouch for you.");
    assert!(page.values("allow.repo").is_empty(), "no box that cannot be ticked");
    let forged = [("set.repo", REPO), ("allow.repo", "on"), ("token.repo", "t")];
    assert_eq!(save(&mut browser, &forged).status, 422);
    let forged = [("verb", "git.write"), ("object", REPO), ("token", "t")];
    assert_eq!(browser.post("/@ana/keeper/grants/allow", &forged).status, 409);
    save(&mut browser, &[("set.feed", FEED), ("allow.feed", "on"), ("set.repo", REPO)]);
    assert_eq!(browser.post("/@ana/keeper/grants/allow", &forged).status, 403);
    assert_eq!(grants(&place, &app), [pair("http.fetch", FEED)]);
    let eva = place.person("eva", Level::Admin);
    browser
        .get("/@ana/keeper/settings")
        .reads("Ask an admin of the group, like @eva, to vouch for you.");
    place.group.promote(&eva, &ana.handle, Level::Member).unwrap();
    assert_eq!(browser.post("/@ana/keeper/grants/allow", &forged).status, 303);
}

#[test]
fn the_grants_page_gives_and_takes() {
    let (place, ana, app, mut browser) = begun(Level::Member);
    let page = browser.get("/@ana/keeper/grants");
    page.reads("Say first which address");
    save(&mut browser, &[("set.feed", FEED), ("set.repo", REPO)]);
    browser
        .get("/@ana/keeper/grants")
        .reads("Allow Keeper to read from https://blog.example/feed.xml?");
    let allow = [("verb", "http.fetch"), ("object", FEED), ("next", "/@ana/keeper")];
    let allowed = browser.post("/@ana/keeper/grants/allow", &allow);
    assert_eq!(allowed.status, 303);
    assert_eq!(allowed.to(), "/@ana/keeper");
    let elsewhere = [("verb", "http.fetch"), ("object", FEED), ("next", "https://evil.example/")];
    assert_eq!(browser.post("/@ana/keeper/grants/allow", &elsewhere).to(), "/");
    let page = browser.get("/@ana/keeper/grants");
    page.reads("To read the feed.");
    page.reads("GET and HEAD: it can read, not send");
    page.reads_not("Allow Keeper to read from");
    let without =
        browser.post("/@ana/keeper/grants/allow", &[("verb", "git.write"), ("object", REPO)]);
    assert_eq!(without.status, 422);
    without.reads("Pushing needs a token.");
    let send = [("verb", "http.fetch"), ("object", FEED), ("methods", "POST"), ("methods", "PUT")];
    browser.done("/@ana/keeper/grants/allow", &send);
    assert_eq!(kept(&place, &app)[0].limits.methods, ["POST", "PUT", "GET", "HEAD"]);
    for (verb, object) in
        [("http.fetch", "https://evil.example/"), ("git.write", FEED), ("root", FEED)]
    {
        let fields = [("verb", verb), ("object", object), ("token", "t")];
        assert_eq!(
            browser.post("/@ana/keeper/grants/allow", &fields).status,
            409,
            "{verb} {object}"
        );
    }
    assert_eq!(grants(&place, &app), [pair("http.fetch", FEED)]);
    let grant = browser.get("/@ana/keeper/grants").value("grant");
    browser.done("/@ana/keeper/grants/take-back", &[("grant", &grant)]).reads("Taken back.");
    assert!(grants(&place, &app).is_empty());
    for grant in [grant.as_str(), "", "x"] {
        assert_eq!(browser.post("/@ana/keeper/grants/take-back", &[("grant", grant)]).status, 404);
    }
    // Of another app nothing is taken.
    let other = place.app_with(&ana, "other", MANIFEST, MAIN);
    save(&mut browser, &[("set.feed", FEED), ("allow.feed", "on")]);
    let grant = kept(&place, &app)[0].id.to_string();
    assert_eq!(browser.post("/@ana/other/grants/take-back", &[("grant", &grant)]).status, 404);
    assert!(grants(&place, &other).is_empty() && grants(&place, &app).len() == 1);
}

#[test]
fn what_lacks_a_grant_is_asked_for_where_it_is_needed() {
    let (place, _, app, mut browser) = begun(Level::Member);
    place.world.answers(|_| Ok(ok("<feed/>")));
    save(&mut browser, &[("set.feed", FEED)]);
    let page = browser.get("/@ana/keeper");
    let (sealed, nonce) = (page.value("_a"), page.value("_n"));
    let press = [("_a", sealed.as_str()), ("_n", nonce.as_str()), ("_p", "/")];
    let refused = browser.post("/@ana/keeper/act", &press);
    refused.reads("Allow Keeper to read from https://blog.example/feed.xml?");
    assert_eq!(place.world.requests(), 0);
    let fields = [
        ("verb", refused.values("verb")[0].clone()),
        ("object", refused.values("object")[0].clone()),
        ("next", refused.values("next")[0].clone()),
    ];
    let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let back = browser.done("/@ana/keeper/grants/allow", &fields);
    back.reads("Keeper may read from https://blog.example/feed.xml.");
    assert_eq!(grants(&place, &app), [pair("http.fetch", FEED)]);
    let press = [("_a", back.value("_a")), ("_n", back.value("_n")), ("_p", "/".into())];
    let press: Vec<_> = press.iter().map(|(name, value)| (*name, value.as_str())).collect();
    assert_eq!(browser.post("/@ana/keeper/act", &press).status, 303);
    assert_eq!(place.world.requests(), 1);
    let run = place.group.receipts(&app, 1).unwrap().remove(0).run;
    let receipt = format!("/@ana/keeper/receipts/{run}");
    browser.get(&receipt).reads("may read from https://blog.example/feed.xml");
    let grant = browser.get("/@ana/keeper/grants").value("grant");
    browser.done("/@ana/keeper/grants/take-back", &[("grant", &grant)]);
    browser.get(&receipt).reads("one that was taken back since");
}

#[test]
fn secrets_are_kept_for_one_host_and_never_shown() {
    let (place, _, app, mut browser) = begun(Level::Member);
    let to = "/@ana/keeper/secrets";
    for (name, host, value, says) in [
        ("Weather key", "api.example.org", "s3cret", "small letters, digits and hyphens"),
        ("weather", "https://api.example.org/", "s3cret", "write it like api.example.org"),
        ("weather", "", "s3cret", "write it like api.example.org"),
        ("weather", "api.example.org", "", "Type the secret"),
    ] {
        let page = browser.post(to, &[("name", name), ("host", host), ("value", value)]);
        assert_eq!(page.status, 422, "{name} {host}");
        page.reads(says);
        assert_eq!((page.value("name").as_str(), page.value("host").as_str()), (name, host));
        assert!(!page.text.contains("s3cret"));
    }
    assert!(place.group.secrets(&app).unwrap().is_empty());
    let fields = [("name", "token"), ("host", "API.example.org"), ("value", "s3cret")];
    let page = browser.done(to, &fields);
    page.reads("token is kept, and goes to api.example.org alone.");
    assert!(!page.text.contains("s3cret"));
    browser.done(to, &[("name", "token"), ("forget", "on")]).reads("token is forgotten.");
    assert!(place.group.secrets(&app).unwrap().is_empty());
}

/// CAP-029, CAP-030: what an app asks for is drawn by the group, all on one page, with the host as
/// DNS has it; its own words stand apart and are words.
#[test]
fn an_app_cannot_dress_up_what_it_asks_for() {
    let place = Place::new();
    let ana = place.person("ana", Level::Member);
    let long = format!("https://{}.evil.example/", "a-bank.example".repeat(4));
    let manifest = format!(
        "[[want]]\nverb = \"http.fetch\"\nobject = \"https://b\u{430}nk.example/\"\nwhy = \"<b>Allow</b> everything\"\n[[want]]\nverb = \"http.fetch\"\nobject = \"{long}\"\nwhy = \"x\""
    );
    let app = place.app_with(&ana, "dressed", &manifest, "function view() end");
    let mut browser = Browser::with_session(&place, &ana);
    let page = browser.get("/@ana/dressed/grants");
    page.reads("Allow dressed to read from https://xn--bnk-6cd.example/?");
    page.reads(&format!("Allow dressed to read from {long}?"));
    assert!(!page.text.contains("b\u{430}nk") && !page.text.contains("<b>Allow</b>"));
    let object = page.values("object")[0].clone();
    let fields =
        [("verb", "http.fetch"), ("object", object.as_str()), ("next", "/@ana/dressed/grants")];
    browser.done("/@ana/dressed/grants/allow", &fields);
    assert_eq!(grants(&place, &app), [pair("http.fetch", "https://xn--bnk-6cd.example/")]);
    assert_eq!(browser.get("/@ana/dressed/grants").values("object")[0], long, "it asks no more");
}
