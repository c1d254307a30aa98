//! Live pages through the whole web door: what is told to whom, how often a page is run for that, and
//! what ends it. Nothing here waits by the clock: each test waits for the event it is about.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod browser;

use axum::http::StatusCode;
use browser::{Browser, Events};
use model::{Account, App, Level};
use testkit::Place;

const COUNTER: &str = r#"
function view(ctx)
  return ui.page{ "Counter", live = true,
    ui.text("Pressed " .. store.get("n", 0) .. " times"),
    ui.button{ "Press", on = "press" }, ui.button{ "Other", on = "other" } }
end
function on.press(ctx) store.add("n") end
function on.other(ctx) store.add("other") end
"#;

const GREETING: &str = r#"
function view(ctx)
  return ui.page{ "Greeting", live = true,
    ui.text("Hello " .. (ctx.me and ctx.me.handle or "nobody") .. ", " .. store.get("n", 0)),
    ui.button{ "Press", on = "press" } }
end
function on.press(ctx) store.add("n") end
"#;

fn place(source: &str) -> (Place, Account, App) {
    let place = Place::new();
    let ana = place.person("ana", Level::Member);
    place.person("ben", Level::Member);
    let app = place.app(&ana, "counter", source);
    (place, ana, app)
}

/// Opens the page and follows it.
fn follow(browser: &mut Browser) -> (browser::Shown, Events) {
    let page = browser.get("/@ana/counter");
    let events = browser.follow_live(&page);
    (page, events)
}

fn runs(place: &Place, app: &App) -> u64 {
    place.group.total(app.id, place.group.now().day()).unwrap().runs
}

#[test]
fn a_press_of_one_is_seen_by_the_others_with_buttons_of_their_own() {
    let (place, ..) = place(COUNTER);
    let mut ana = Browser::of(&place, "ana");
    let mut ben = ana.beside();
    ben.sign_in("ben");
    let (page, mut anas) = follow(&mut ana);
    let (_, mut bens) = follow(&mut ben);
    assert!(ana.press(&page, "Press", &[]).status.is_redirection());
    for events in [&mut anas, &mut bens] {
        let (kind, data) = events.next();
        assert_eq!(kind, "view");
        assert!(data.contains("Pressed 1 times"), "{data}");
        assert!(data.contains("data-live=\"/@ana/counter\" data-rev=\"1.1\""), "{data}");
    }
    let (_, told) = {
        let page = ana.get("/@ana/counter");
        ana.press(&page, "Press", &[]);
        bens.next()
    };
    let told = browser::Shown::of(&told);
    let pressed = ben.press(&told, "Press", &[]);
    assert!(pressed.status.is_redirection(), "ben's own button: {}", pressed.text);
    assert_eq!(ana.press(&told, "Press", &[]).status, StatusCode::CONFLICT, "and nobody else's");
    ben.get("/@ana/counter").says("Pressed 3 times");
}

#[test]
fn a_page_that_asks_for_nobody_is_run_once_for_all() {
    let (place, ana, app) = place(COUNTER);
    let mut first = Browser::of(&place, "ana");
    let mut all: Vec<Events> = Vec::new();
    for handle in ["", "", "ben", "ana"] {
        let mut browser = first.beside();
        if !handle.is_empty() {
            browser.sign_in(handle);
        }
        all.push(follow(&mut browser).1);
    }
    let before = runs(&place, &app);
    place.press(&app, &ana, "press", model::Value::Nil);
    let views: Vec<String> = all.iter_mut().map(|events| events.next().1).collect();
    assert!(views.iter().all(|view| view.contains("Pressed 1 times")));
    assert_eq!(runs(&place, &app) - before, 2, "the press, and one look for four");
    let nonces = views.iter().map(|view| browser::Shown::of(view).hidden("Press", "_n"));
    let mut nonces: Vec<String> = nonces.collect();
    nonces.sort();
    nonces.dedup();
    assert_eq!(nonces.len(), 4, "each press counts: {nonces:?}");
    first.get("/");
}

#[test]
fn a_page_that_asks_who_looks_is_run_for_each() {
    let (place, ana, app) = place(GREETING);
    let mut browser = Browser::of(&place, "ana");
    let mut ben = browser.beside();
    ben.sign_in("ben");
    let (_, mut anas) = follow(&mut browser);
    let (_, mut bens) = follow(&mut ben);
    let (_, mut nobodys) = follow(&mut browser.beside());
    let before = runs(&place, &app);
    place.press(&app, &ana, "press", model::Value::Nil);
    for (events, name) in [(&mut anas, "ana"), (&mut bens, "ben"), (&mut nobodys, "nobody")] {
        let (_, data) = events.next();
        assert!(data.contains(&format!("Hello {name}, 1")), "{data}");
    }
    assert_eq!(runs(&place, &app) - before, 4);
}

#[test]
fn what_was_not_read_changes_nothing() {
    let (place, ana, app) = place(COUNTER);
    let mut browser = Browser::of(&place, "ana");
    let (_, mut events) = follow(&mut browser);
    let before = runs(&place, &app);
    place.press(&app, &ana, "other", model::Value::Nil);
    place.press(&app, &ana, "press", model::Value::Nil);
    assert!(events.next().1.contains("Pressed 1 times"));
    assert_eq!(runs(&place, &app) - before, 3, "two presses and one look");
}

#[test]
fn many_changes_at_once_are_one_look() {
    let (place, ana, app) = place(COUNTER);
    let mut browser = Browser::of(&place, "ana");
    let (_, mut events) = follow(&mut browser);
    for _ in 0..5 {
        place.press(&app, &ana, "press", model::Value::Nil);
    }
    let mut looks = 0;
    loop {
        looks += 1;
        if events.next().1.contains("Pressed 5 times") {
            break;
        }
    }
    assert!(looks <= 2, "{looks} looks");
}

#[test]
fn another_release_is_told_and_another_persons_app_is_not() {
    let (place, ana, app) = place(COUNTER);
    let mut browser = Browser::of(&place, "ana");
    let (_, mut events) = follow(&mut browser);
    let files = place.group.files(&app.draft).unwrap();
    let changed = files.iter().map(|(path, bytes)| {
        let text = String::from_utf8(bytes.to_vec()).unwrap().replace("Pressed", "Clicked");
        (path.to_owned(), text.into_bytes())
    });
    let files = model::Files::new(changed.collect()).unwrap();
    let app = place.group.save_draft(&ana, &app, &files, None).unwrap();
    place.group.publish(&ana, &app, "other words").unwrap();
    let told = std::iter::from_fn(|| Some(events.next())).find(|(kind, _)| kind == "gone");
    assert_eq!(told.unwrap().1, "/@ana/counter");

    for page in ["/@ben/none&r=1.0", "/admin&r=1.0", "//elm.example/x&r=1.0", "/@ana/counter&r=1.0"]
    {
        let mut events = browser.events(&format!("/live?p={page}"));
        assert_eq!(events.next().0, "gone", "{page}");
    }
}

#[test]
fn one_person_has_a_bound_of_connections() {
    let (place, ..) = place(COUNTER);
    let mut browser = Browser::of(&place, "ana");
    let held: Vec<Events> =
        (0..model::limit::LIVE_PER_PERSON).map(|_| follow(&mut browser).1).collect();
    let headers = [("accept", "text/event-stream")];
    let one_more =
        browser.ask(axum::http::Method::GET, "/live?p=/@ana/counter&r=1.0", &headers, vec![]);
    assert_eq!(one_more.status, StatusCode::TOO_MANY_REQUESTS);
    drop(held);
}

#[test]
fn a_script_gets_the_page_as_it_is_after_the_press() {
    let (place, ..) = place(COUNTER);
    let mut browser = Browser::of(&place, "ana");
    let page = browser.get("/@ana/counter");
    let answer = browser.press_by_script(&page, "Press", &[]);
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.header("x-rev"), "1.1");
    answer.says("Pressed 1 times");
    let again = browser.press_by_script(&page, "Press", &[]);
    assert_eq!(again.status, StatusCode::SEE_OTHER, "it ran already");
    browser.get("/@ana/counter").says("Pressed 1 times");
}

#[test]
fn a_press_counts_once_after_a_restart_too() {
    let (place, ..) = place(COUNTER);
    let mut browser = Browser::of(&place, "ana");
    let page = browser.get("/@ana/counter");
    browser.press(&page, "Press", &[]);
    let killed = place.killed_now();
    let mut browser = Browser::of(&killed, "ana");
    assert_eq!(browser.press(&page, "Press", &[]).status, StatusCode::SEE_OTHER);
    browser.get("/@ana/counter").says("Pressed 1 times");
}

const SLOW: &str = r#"
function view(ctx)
  return ui.page{ "Slow", ui.text("Done " .. store.get("n", 0) .. " times"), ui.button{ "Press", on = "press" } }
end
function on.press(ctx) http.fetch("https://far.example/x") store.add("n") return ui.toast "At last." end
"#;

#[test]
fn a_press_that_takes_its_time_does_not_leave_a_browser_waiting() {
    let (place, ana, app) = place(SLOW);
    place.allow(&ana, &app, "http.fetch", "https://far.example/");
    // Dropped after the channel, so that a failed test does not wait for an answer that never comes.
    let mut browser = Browser::of(&place, "ana");
    let (release, held) = std::sync::mpsc::channel::<()>();
    let held = std::sync::Mutex::new(held);
    place.world.answers(move |_| {
        held.lock().unwrap().recv().unwrap();
        Ok(testkit::world::ok("far"))
    });
    let page = browser.get("/@ana/counter");
    let pressed = browser.press(&page, "Press", &[]);
    let job = pressed.to();
    assert!(job.starts_with("/@ana/counter/job/"), "{} {job}", pressed.status);
    let waiting = browser.get(&job);
    waiting.reads("Working…");
    waiting.says("http-equiv=\"refresh\"");
    let mut ben = browser.beside();
    ben.sign_in("ben");
    assert_eq!(ben.get(&job).status, StatusCode::NOT_FOUND, "it is for whoever pressed");
    release.send(()).unwrap();
    let over = std::iter::from_fn(|| Some(browser.get(&job)))
        .find(|shown| !shown.text.contains("Working…"))
        .unwrap();
    assert_eq!(over.to(), "/@ana/counter");
    let shown = browser.follow(over);
    shown.reads("At last.");
    shown.reads("Done 1 times");
    assert_eq!(browser.get(&job).to(), "/@ana/counter", "the answer is given again");
}

#[test]
fn the_server_ends_though_pages_are_followed() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let (place, ..) = place(COUNTER);
    let web = doors::web::Web::new(place.group.clone(), [].into());
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async move {
        let listener = doors::listen::on("127.0.0.1:0").await.unwrap();
        let address = listener.address().unwrap();
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let server = tokio::spawn(listener.serve(web, async move {
            let _ = stopped.await;
        }));
        let mut socket = tokio::net::TcpStream::connect(address).await.unwrap();
        let asked = "GET /live?p=/@ana/counter&r=1.0 HTTP/1.1\r\nhost: oak.example\r\naccept: text/event-stream\r\n\r\n";
        socket.write_all(asked.as_bytes()).await.unwrap();
        let mut said = String::new();
        while !said.contains("retry:") {
            let mut part = [0; 1024];
            let length = socket.read(&mut part).await.unwrap();
            assert!(length > 0, "it was not followed: {said}");
            said += std::str::from_utf8(&part[..length]).unwrap();
        }
        stop.send(()).unwrap();
        let ended = tokio::time::timeout(browser::PATIENCE, server).await;
        ended.expect("the server ends").unwrap().unwrap();
    });
}
