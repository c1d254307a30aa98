//! One address, many faces: what an app's page answers to what is asked for.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod browser;

use axum::http::{Method, StatusCode};
use browser::{Browser, Shown};
use model::Level;
use testkit::Place;

const NEWS: &str = r#"
function view(ctx)
  if ctx.path == "/plain" then return ui.page{ "Plain", ui.text("<b> is not bold") } end
  if ctx.path == "/broken" then error("a secret of the author") end
  return ui.page{ "News", ui.button{ "Like", on = "like" },
    ui.timeline{ label = "Garden news", publish = "atom", items = {
      { id = "p1", author = "Ana", at = 1795500000, text = "First **frost**!" } } } }
end
function on.like(ctx) store.add("likes") end
"#;

fn news() -> (Place, Browser) {
    let place = Place::new();
    let ana = place.person("ana", Level::Member);
    place.app(&ana, "garden", NEWS);
    let browser = Browser::new(&place);
    (place, browser)
}

fn ask(browser: &mut Browser, path: &str, accept: &str) -> Shown {
    let shown = browser.ask(Method::GET, path, &[("accept", accept)], vec![]);
    assert_eq!(shown.header("vary"), "Accept", "{path} {accept}");
    assert_eq!(shown.header("cache-control"), "no-store");
    shown
}

#[test]
fn the_same_address_answers_by_what_is_asked_for() {
    let (_place, mut browser) = news();
    for (accept, kind, says) in [
        ("text/html,application/xhtml+xml,*/*;q=0.8", "text/html; charset=utf-8", "<h1"),
        ("*/*", "text/plain; charset=utf-8", "News\n════"),
        ("text/plain", "text/plain; charset=utf-8", "[1 Like]"),
        (
            "application/vnd.allotment.view+json",
            "application/vnd.allotment.view+json; v=1",
            "\"act\":\"",
        ),
        ("application/atom+xml", "application/atom+xml; charset=utf-8", "&lt;strong&gt;frost"),
        ("text/gemini", "text/gemini; charset=utf-8", "# News"),
        ("image/png", "text/html; charset=utf-8", "<h1"),
    ] {
        let shown = ask(&mut browser, "/@ana/garden", accept);
        assert_eq!(
            (shown.status, shown.header("content-type")),
            (StatusCode::OK, kind),
            "{accept}"
        );
        shown.says(says);
    }
    for (word, kind) in
        [("atom", "application/atom+xml"), ("text", "text/plain"), ("html", "text/html")]
    {
        let shown = ask(&mut browser, &format!("/@ana/garden?_as={word}"), "text/html");
        assert!(shown.header("content-type").starts_with(kind), "{word}");
    }
    // A script of a browser that asks for anything gets the page that the browser shows.
    let headers = [("accept", "*/*"), ("sec-fetch-mode", "cors")];
    let shown = browser.ask(Method::GET, "/@ana/garden", &headers, vec![]);
    assert_eq!(shown.header("content-type"), "text/html; charset=utf-8");
}

#[test]
fn a_page_without_a_feed_says_so_or_shows_what_else_is_wanted() {
    let (_place, mut browser) = news();
    let shown = ask(&mut browser, "/@ana/garden/p/plain", "application/atom+xml");
    assert_eq!(shown.status, StatusCode::NOT_ACCEPTABLE);
    shown.says("publishes no timeline");
    let shown = ask(&mut browser, "/@ana/garden/p/plain", "application/atom+xml, text/plain;q=0.5");
    assert_eq!(shown.status, StatusCode::OK);
    shown.says("<b> is not bold");
    let shown = ask(&mut browser, "/@ana/garden/p/plain", "application/atom+xml, text/html;q=0.5");
    shown.says("&lt;b&gt; is not bold");
}

#[test]
fn troubles_have_a_plain_face_too_and_keep_what_is_the_authors() {
    let (place, mut browser) = news();
    let shown = ask(&mut browser, "/@ana/garden/p/broken", "*/*");
    assert_eq!(shown.status, StatusCode::INTERNAL_SERVER_ERROR);
    shown.says("could not show its page");
    assert!(!shown.text.contains("secret"), "{}", shown.text);
    let mut owner = Browser::of(&place, "ana");
    ask(&mut owner, "/@ana/garden/p/broken", "*/*").says("main.lua:4");
}
