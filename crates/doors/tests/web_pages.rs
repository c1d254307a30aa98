//! The web door for everybody: coming and going, pressing buttons, raw requests.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod browser;

use axum::http::{Method, StatusCode};
use browser::Browser;
use model::Level;
use testkit::Place;

const COUNTER: &str = r#"
function view(ctx)
  return ui.page{ "Counter",
    ui.text("Pressed " .. store.get("n", 0) .. " times by " .. (ctx.me and ctx.me.handle or "nobody")),
    ui.button{ "Press", on = "press" },
    ui.button{ "Break", on = "broken" },
    ui.form{ on = "name", submit = "Name it", body = { ui.input{ name = "name", label = "Name" } } } }
end
function on.press(ctx) store.add("n") end
function on.broken(ctx) store.set("n", 99) error("no such luck") end
function on.name(ctx, args)
  if #args.name < 3 then return ui.errors{ name = "At least three letters." } end
  store.set("named", args.name)
  return ui.toast("Named " .. args.name)
end
"#;

fn counter() -> (Place, Browser) {
    let place = Place::new();
    let ana = place.person("ana", Level::Member);
    place.app(&ana, "counter", COUNTER);
    let browser = Browser::of(&place, "ana");
    (place, browser)
}

#[test]
fn a_press_runs_once_however_often_it_comes() {
    let (_place, mut browser) = counter();
    let page = browser.get("/@ana/counter");
    page.says("Pressed 0 times by ana");
    for _ in 0..3 {
        let answer = browser.press(&page, "Press", &[]);
        assert_eq!(answer.status, StatusCode::SEE_OTHER);
        assert_eq!(answer.leads_to().as_deref(), Some("/@ana/counter"));
    }
    let page = browser.get("/@ana/counter");
    page.says("Pressed 1 times");
    browser.press(&page, "Press", &[]);
    browser.get("/@ana/counter").says("Pressed 2 times");
}

#[test]
fn a_failed_press_keeps_nothing_and_tells_its_owner_where() {
    let (place, mut browser) = counter();
    let page = browser.get("/@ana/counter");
    let answer = browser.press(&page, "Break", &[]);
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    answer.says("main.lua:10");
    answer.says("no such luck");
    browser.get("/@ana/counter").says("Pressed 0 times");

    place.person("ben", Level::Member);
    let mut ben = Browser::of(&place, "ben");
    let page = ben.get("/@ana/counter");
    let answer = ben.press(&page, "Break", &[]);
    assert!(!answer.text.contains("no such luck"), "details are for the owner: {}", answer.text);
}

#[test]
fn a_refused_form_keeps_what_was_typed() {
    let (_place, mut browser) = counter();
    let page = browser.get("/@ana/counter");
    let answer = browser.press(&page, "Name it", &[("name", "<x")]);
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    answer.says("At least three letters.");
    answer.says("value=\"&lt;x\"");
    let done = browser.press(&answer, "Name it", &[("name", "Elm")]);
    browser.follow(done).says("Named Elm");
    let again = browser.get("/@ana/counter");
    assert!(!again.text.contains("Named Elm"), "a message is shown once");
}

#[test]
fn buttons_belong_to_whom_they_were_drawn_for() {
    let (place, mut ana) = counter();
    place.person("ben", Level::Member);
    let page = ana.get("/@ana/counter");
    let mut ben = Browser::of(&place, "ben");
    assert_eq!(ben.press(&page, "Press", &[]).status, StatusCode::CONFLICT);
    let mut nobody = Browser::new(&place);
    assert_eq!(nobody.press(&page, "Press", &[]).status, StatusCode::CONFLICT);
    let forged = ana.post("/@ana/counter/act", &[("_a", "AAAA"), ("_n", "1"), ("_p", "/")]);
    assert_eq!(forged.status, StatusCode::CONFLICT);
    ana.get("/@ana/counter").says("Pressed 0 times");
}

#[test]
fn a_press_on_an_old_page_is_asked_again() {
    let (place, mut browser) = counter();
    let ana = place.group.account_named(&model::Name::parse("ana").unwrap()).unwrap();
    let page = browser.get("/@ana/counter");
    let address = model::AppAddress::parse("@ana/counter").unwrap();
    let app = place.group.app_at(&address, None).unwrap();
    let mut files = place.group.files(&app.draft).unwrap();
    files = model::Files::new(
        files
            .iter()
            .map(|(path, bytes)| {
                let text = String::from_utf8(bytes.to_vec()).unwrap().replace("Counter", "Clicks");
                (path.to_owned(), text.into_bytes())
            })
            .collect(),
    )
    .unwrap();
    let app = place.group.save_draft(&ana, &app, &files, None).unwrap();
    place.group.publish(&ana, &app, "renamed").unwrap();

    let answer = browser.press(&page, "Name it", &[("name", "Willow")]);
    assert_eq!(answer.status, StatusCode::CONFLICT);
    answer.says("value=\"Willow\"");
    answer.says("changed while you looked");
    let done = browser.press(&answer, "Name it", &[("name", "Willow")]);
    browser.follow(done).says("Named Willow");
}

#[test]
fn forms_of_other_sites_do_nothing() {
    let (_place, mut browser) = counter();
    let form =
        [("content-type", "application/x-www-form-urlencoded"), ("sec-fetch-site", "cross-site")];
    let answer = browser.ask(Method::POST, "/sign-out", &form, Vec::new());
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    browser.get("/").says("Hello");
}

#[test]
fn people_come_and_go() {
    let place = Place::new();
    let mut browser = Browser::new(&place);
    for (fields, error) in [
        (vec![("handle", "a!"), ("password", browser::PASSWORD)], "letters a to z"),
        (vec![("handle", "cleo"), ("password", "short")], "A password has"),
        (vec![("handle", "admin"), ("password", browser::PASSWORD)], "kept for the group"),
    ] {
        let answer = browser.post("/join", &fields);
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{fields:?}");
        answer.says(error);
    }
    let joined = browser.post("/join", &[("handle", "cleo"), ("password", browser::PASSWORD)]);
    assert!(joined.header("set-cookie").contains("HttpOnly; SameSite=Lax; Secure"));
    browser.follow(joined).says("Welcome, @cleo.");
    let out = browser.post("/sign-out", &[]);
    browser.follow(out).says("Sign in");
    let asked = browser.get("/me");
    assert_eq!(asked.leads_to().as_deref(), Some("/sign-in?next=%2Fme"));
    let wrong = browser.post("/sign-in", &[("handle", "cleo"), ("password", "wrong password")]);
    wrong.says("The name or the password is not right");
    for (next, to) in [
        ("/me", "/me"),
        ("//elm.example", "/"),
        ("https://elm.example", "/"),
        ("/\\elm.example", "/"),
    ] {
        let fields = [("handle", "cleo"), ("password", browser::PASSWORD), ("next", next)];
        assert_eq!(browser.post("/sign-in", &fields).leads_to().as_deref(), Some(to), "{next}");
    }
    browser.get("/me").says("@cleo@oak.example");
}

#[test]
fn signing_out_everywhere_ends_every_session() {
    let place = Place::new();
    place.person("ana", Level::Member);
    let (mut here, mut there) = (Browser::of(&place, "ana"), Browser::of(&place, "ana"));
    place.world.pass(std::time::Duration::from_secs(1));
    here.post("/me/sign-out-everywhere", &[]);
    assert!(there.get("/me").leads_to().is_some_and(|to| to.starts_with("/sign-in")));
}

const HOOK: &str = r#"
function serve(ctx, request)
  if request.path == "/who" then return ctx.me and ctx.me.handle or "nobody" end
  if request.path == "/page" then
    return { status = 200, body = "<script>alert(1)</script>", headers = { ["Content-Type"] = "text/html",
      ["Set-Cookie"] = "a=b", ["Location"] = "https://elm.example", ["ETag"] = "\"x\"" } }
  end
  if request.path == "/cookie" then return request.headers.cookie or request.headers.authorization or "none" end
  if request.path == "/odd" then return { status = 99 } end
  if request.path == "/broken" then error("inside") end
  if request.method == "POST" then store.set("got", request.body) return { status = 201, body = "kept" } end
  return store.get("got", "nothing yet")
end
"#;

#[test]
fn raw_requests_are_answered_by_the_app_and_nothing_of_it_runs() {
    let place = Place::new();
    let ana = place.person("ana", Level::Member);
    place.app(&ana, "hook", HOOK);
    let token = place.group.new_token(&ana, "test", group::Scope::Write).unwrap();
    let mut browser = Browser::of(&place, "ana");
    let bearer = format!("Bearer {token}");
    let signed: &[(&str, &str)] = &[("authorization", &bearer)];
    for (method, path, headers, status, body) in [
        (Method::GET, "/@ana/hook/-/", &[][..], 200, "nothing yet"),
        (Method::POST, "/@ana/hook/-/", &[], 201, "kept"),
        (Method::GET, "/@ana/hook/-/", &[], 200, "hello"),
        (Method::GET, "/@ana/hook/-/who", &[], 200, "nobody"),
        (Method::GET, "/@ana/hook/-/who", signed, 200, "ana"),
        (Method::GET, "/@ana/hook/-/cookie", signed, 200, "none"),
        (Method::GET, "/@ana/hook/-/page", &[], 200, "<script>alert(1)</script>"),
        (
            Method::GET,
            "/@ana/hook/-/odd",
            &[],
            500,
            "The app answered with a status that HTTP does not have.\n",
        ),
        (
            Method::GET,
            "/@ana/hook/-/broken",
            &[],
            500,
            "The app could not answer. Its owner can see why in its log.\n",
        ),
        (Method::PUT, "/@ana/hook/-/who", &[], 200, "nobody"),
    ] {
        let shown = browser.ask(method, path, headers, b"hello".to_vec());
        assert_eq!((shown.status.as_u16(), shown.text.as_str()), (status, body), "{path}");
        assert!(shown.header("content-security-policy").starts_with("sandbox; default-src 'none'"));
        assert_eq!(shown.header("content-type"), "text/plain; charset=utf-8");
        assert_eq!((shown.header("set-cookie"), shown.header("location")), ("", ""), "{path}");
    }
    let page = browser.get("/@ana/hook/-/page");
    assert_eq!(page.header("etag"), "\"x\"");
}

#[test]
fn a_hidden_app_is_no_different_from_a_missing_one() {
    let place = Place::new();
    let ana = place.person("ana", Level::Member);
    place.app_with(&ana, "diary", "share = \"private\"", COUNTER);
    place.person("ben", Level::Member);
    let mut ben = Browser::of(&place, "ben");
    for rest in ["", "/source", "/fork", "/-/x", "/f/x", "/edit", "/grants", "/receipts"] {
        let hidden = ben.get(&format!("/@ana/diary{rest}"));
        let missing = ben.get(&format!("/@ana/diarx{rest}"));
        assert_eq!(hidden.status, missing.status, "{rest}");
        assert_eq!(hidden.status, StatusCode::NOT_FOUND, "{rest}");
        assert_eq!(hidden.text.replace("diary", "diarx"), missing.text, "{rest}");
    }
}

#[test]
fn strange_requests_get_a_page() {
    let (_place, mut browser) = counter();
    for (method, path, status) in [
        (Method::GET, "/no-such-page", 404),
        (Method::GET, "/@ana", 404),
        (Method::GET, "/@ana/counter/nothing", 404),
        (Method::PUT, "/@ana/counter", 405),
        (Method::DELETE, "/", 405),
        (Method::GET, "/sign-out", 405),
        (Method::GET, "/@ana/counter/receipts/none", 404),
        (Method::GET, "/@%61na/counter", 404),
    ] {
        let shown = browser.ask(method, path, &[], Vec::new());
        assert_eq!(shown.status.as_u16(), status, "{path}");
        shown.says("<h1>");
    }
    let large = vec![b'a'; 4 * 1024 * 1024 + 1];
    assert_eq!(browser.ask(Method::POST, "/sign-in", &[], large).status.as_u16(), 413);
    let head = browser.ask(Method::HEAD, "/", &[], Vec::new());
    assert_eq!((head.status.as_u16(), head.text.as_str()), (200, ""));
}
