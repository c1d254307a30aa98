//! The Markdown and HTML of a page, cleaned by the workers of a real server.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use support::Served;

const MAIN: &str = r##"
function view(ctx)
  return ui.page{ "Words",
    ui.markdown(ctx.query.md or "*hello*"),
    ui.html"<p onclick=x()>wor<script>x()</script>ld</p><svg onload=x()></svg>",
    ui.html(("<i>"):rep(200)) }
end
"##;

#[test]
fn pages_are_drawn_with_what_the_workers_clean_and_without_what_they_lose() {
    let served = Served::start(&[]);
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write("main.lua", MAIN);
    write("allotment.toml", "name = \"words\"\nshare = \"public\"\n");
    served.allot(&["push", "--folder", folder.path().to_str().unwrap()], "");
    let page = |query: &str| {
        let url = format!("{}/@ana/words{query}", served.url);
        // As a browser asks: others get text.
        let asked = ureq::get(&url).header("accept", "text/html");
        asked.call().unwrap().body_mut().read_to_string().unwrap()
    };
    let first = page("");
    assert!(first.contains("<p><em>hello</em></p>") && first.contains("<p>world</p>"), "{first}");
    assert!(!first.contains("onclick") && !first.contains("<svg"), "{first}");
    assert!(first.contains("nested more than 128 deep, so it is not shown"), "{first}");
    // A worker that waits may die: nobody notices.
    assert!(served.kill_workers("parse"));
    let second = page("?md=*again*");
    assert!(second.contains("<p><em>again</em></p>") && second.contains("<p>world</p>"));
}
