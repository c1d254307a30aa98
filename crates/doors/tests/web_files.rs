//! Files that come with a form: kept by the run, refused from strangers, and forgotten with a run
//! that failed.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod browser;

use axum::http::{Method, StatusCode};
use browser::{Browser, Shown};
use model::{Level, limit};
use testkit::Place;

const WALL: &str = r#"
function view(ctx)
  local parts = {}
  for _, file in ipairs(files.list("uploads/")) do
    parts[#parts + 1] = ui.image{ files.url(file.name), alt = file.size .. " bytes" }
  end
  return ui.page{ "Wall", ui.text(store.get("told", "nothing told")), parts,
    ui.form{ on = "keep", submit = "Hang it up", ui.input{ "Title", name = "title" },
      ui.file{ "Photo", name = "photo", many = true } } }
end
function on.keep(ctx, args)
  if args.title == "fail" then error("no") end
  local photo = ctx.files and ctx.files.photo[1] or {}
  store.set("told", args.title .. ": " .. tostring(photo.name) .. ", " .. tostring(photo.size) .. ", "
    .. tostring(photo.type) .. ", " .. tostring(args.photo and files.read(photo.file)))
end
"#;

fn wall() -> (Place, Browser) {
    let place = Place::new();
    let ana = place.person("ana", Level::Member);
    place.app(&ana, "wall", WALL);
    let browser = Browser::of(&place, "ana");
    (place, browser)
}

/// Sends the form as a browser does that has these files chosen.
fn send(browser: &mut Browser, page: &Shown, title: &str, files: &[(&str, &[u8])]) -> Shown {
    let mut body = Vec::new();
    for (name, value) in
        [("_a", page.value("_a")), ("_n", page.value("_n")), ("title", title.into())]
    {
        body.extend(
            format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
                .bytes(),
        );
    }
    for (name, bytes) in files {
        body.extend(format!("--x\r\nContent-Disposition: form-data; name=\"photo\"; filename=\"{name}\"\r\nContent-Type: image/png\r\n\r\n").bytes());
        body.extend(*bytes);
        body.extend(b"\r\n");
    }
    body.extend(b"--x--\r\n");
    let kind =
        [("content-type", "multipart/form-data; boundary=x"), ("sec-fetch-site", "same-origin")];
    let sent = browser.ask(Method::POST, "/@ana/wall/act", &kind, body);
    browser.follow(sent)
}

#[test]
fn a_file_is_kept_and_the_handler_is_told() {
    let (_place, mut browser) = wall();
    let page = browser.get("/@ana/wall");
    page.says("enctype=\"multipart/form-data\"");
    let page = send(&mut browser, &page, "Cat", &[("../my cat.png", b"PNG\r\n-bytes")]);
    page.reads("Cat: my-cat.png, 11, image/png, PNG -bytes".replace("PNG -", "PNG\r\n-").as_str());
    page.says("alt=\"11 bytes\"");
    let src = page
        .text
        .split("<img ")
        .nth(1)
        .unwrap()
        .split("src=\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap()
        .to_owned();
    assert!(src.starts_with("/@ana/wall/f/uploads/"), "{src}");
    assert_eq!(browser.get(&src).bytes, b"PNG\r\n-bytes");
    // Without a file the form is what it was.
    let page = send(&mut browser, &page, "None", &[("", b"")]);
    page.reads("None: nil, nil, nil, nil");
}

#[test]
fn a_run_that_failed_has_kept_no_file() {
    let (_place, mut browser) = wall();
    let page = browser.get("/@ana/wall");
    let shown = send(&mut browser, &page, "fail", &[("a.png", b"x")]);
    assert_eq!(shown.status, StatusCode::UNPROCESSABLE_ENTITY);
    let page = browser.get("/@ana/wall");
    page.reads("nothing told");
    assert!(!page.text.contains("<img"));
}

#[test]
fn strangers_and_too_much_are_refused() {
    let (place, mut browser) = wall();
    let mut stranger = Browser::new(&place);
    let page = stranger.get("/@ana/wall");
    let shown = send(&mut stranger, &page, "x", &[("a.png", b"x")]);
    shown.says("Sign in to send a file");
    let page = browser.get("/@ana/wall");
    let many: Vec<(&str, &[u8])> = vec![("a.png", b"x"); limit::UPLOADS_MAX + 1];
    send(&mut browser, &page, "x", &many).says("A form takes 20 files of 16 MiB together");
    let large = vec![0; limit::UPLOAD_BYTES_MAX + 1];
    send(&mut browser, &page, "x", &[("a.png", &large)]).says("A form takes 20 files of 16 MiB");
    let kind =
        [("content-type", "multipart/form-data; boundary=x"), ("sec-fetch-site", "same-origin")];
    let shown = browser.ask(Method::POST, "/@ana/wall/act", &kind, b"--x\r\nbent".to_vec());
    assert_eq!(shown.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(shown.text.contains("did not come whole"), "{}", shown.text);
}
