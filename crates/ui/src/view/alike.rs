//! What several faces say alike about a part.

use crate::address;
use crate::node::{Fields, Node, Prop};
use crate::view::html::encoded;
use model::Value;

/// Endings of files that are heard and not seen.
const HEARD: &[&str] = &["mp3", "ogg", "oga", "opus", "wav", "m4a", "aac", "flac"];

/// Whether a part is only heard: it says so, or its file's name does.
pub(crate) fn is_audio(media: &Node) -> bool {
    let end = media.text("src").rsplit('.').next().unwrap_or("").to_ascii_lowercase();
    match media.some_text("kind") {
        Some(kind) => kind == "audio",
        None => HEARD.contains(&end.as_str()),
    }
}

/// The page of the app that is embedded; its arguments become the query.
pub(crate) fn embedded(embed: &Node) -> Option<String> {
    let app = address::of_app(embed.text("app"))?;
    let mut page = match embed.some_text("view") {
        Some(view) => address::page_of(&app, view),
        None => app,
    };
    if let Value::Map(args) = embed.args() {
        for (place, (name, value)) in args.iter().enumerate() {
            page.push(if place == 0 { '?' } else { '&' });
            page += &format!("{}={}", encoded(name), encoded(&value.shown()));
        }
    }
    Some(page)
}

/// “a document (read)”: what a picker asks for.
pub(crate) fn asked_for(picker: &Node) -> String {
    let thing = match picker.text("kind") {
        "person" => "a person",
        "document" => "a document",
        "feed" => "a timeline",
        "file" => "a file",
        _ => "an app",
    };
    format!("{thing} ({})", picker.some_text("rights").unwrap_or("read"))
}

/// “likes 4 · replies 1”: what a post's counts come to; empty if there are none.
pub(crate) fn counted(post: &Fields) -> String {
    let Some(Prop::Table(counts)) = post.0.get("counts") else { return String::new() };
    let words = counts.iter().map(|(name, count)| format!("{name} {}", count.shown()));
    words.collect::<Vec<_>>().join(" · ")
}
