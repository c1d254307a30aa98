//! Writes every page with made-up data into a folder, to be looked at in a browser:
//! `cargo run -p ui --example gallery -- /tmp/gallery`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::disallowed_methods)]

#[path = "../tests/sample/mod.rs"]
mod sample;

use std::path::PathBuf;

fn main() {
    let folder = PathBuf::from(std::env::args().nth(1).unwrap_or_else(|| "gallery".into()));
    std::fs::create_dir_all(&folder).expect("the folder");
    for asset in ui::assets::ASSETS {
        let name = asset.path.trim_start_matches("/assets/");
        std::fs::write(folder.join(name), asset.bytes).expect("an asset");
    }
    std::fs::write(folder.join("style.css"), ui::style::PACKED.as_bytes()).expect("the style");
    let mut index = String::new();
    for page in sample::pages(&str::to_owned).into_iter().chain(sample::views()) {
        let html = page.html.replace("\"/assets/", "\"");
        std::fs::write(folder.join(format!("{}.html", page.name)), html).expect("a page");
        index += &format!("<li><a href=\"{0}.html\">{0}</a>\n", page.name);
    }
    std::fs::write(folder.join("index.html"), format!("<ul>{index}</ul>")).expect("the index");
    println!("Open {} in a browser.", folder.join("index.html").display());
}
