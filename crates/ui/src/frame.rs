//! The frame around every page: head, header bar, skip link, main landmark, footer. It is drawn by
//! the group alone; no app can reach or imitate it.

use crate::assets;
use crate::lang::Lang;
use crate::reading::Reading;
use crate::stamp::{self, Show};
use maud::{DOCTYPE, Markup, html};
use model::{Level, Moment};

/// Who is signed in.
#[derive(Clone, Debug)]
pub struct Me {
    pub handle: String,
    pub name: String,
    pub level: Level,
}

/// A message above the page about what was just done.
#[derive(Clone, Debug)]
pub struct Flash {
    /// Whether it went well.
    pub good: bool,
    pub text: String,
}

impl Flash {
    /// Something went well.
    pub fn good(text: impl Into<String>) -> Flash {
        Flash { good: true, text: text.into() }
    }

    /// Something did not.
    pub fn bad(text: impl Into<String>) -> Flash {
        Flash { good: false, text: text.into() }
    }
}

/// What the frame of a page shows.
#[derive(Clone, Debug)]
pub struct Chrome {
    pub group_name: String,
    /// `None` when signed out; a visitor with a draft is an account of the level `Visitor`.
    pub signed_in: Option<Me>,
    pub flash: Option<Flash>,
    /// The path and query of this page, to come back to after signing in.
    pub path: String,
    /// The path of a visitor's draft.
    pub draft: Option<String>,
    /// Whether anybody may join, with or without an invitation.
    pub may_join: bool,
    /// All people's code is off.
    pub safe_mode: bool,
    pub reader: stamp::Reader,
    /// The language of the group's own words.
    pub lang: Lang,
    /// How the group looks, as one word; empty for the look of all groups.
    pub theme: String,
    /// How the reader wants pages to look.
    pub reading: Reading,
}

impl Chrome {
    /// Whether somebody with an account of their own is here.
    #[must_use]
    pub fn at_home(&self) -> bool {
        self.signed_in.as_ref().is_some_and(|me| me.level > Level::Visitor)
    }

    /// Whether the person who looks is an admin.
    #[must_use]
    pub fn is_admin(&self) -> bool {
        self.signed_in.as_ref().is_some_and(|me| me.level == Level::Admin)
    }

    /// The handle of the person who looks; empty when signed out.
    #[must_use]
    pub fn handle(&self) -> &str {
        self.signed_in.as_ref().map_or("", |me| me.handle.as_str())
    }

    /// The group's words for a key, in the language of the reader.
    pub(crate) fn say(&self, key: &str) -> String {
        self.lang.say(key)
    }

    /// The words for a key that names the group.
    pub(crate) fn say_group(&self, key: &str) -> String {
        self.lang.say_with(key, &[("group", self.group_name.as_str().into())])
    }

    /// A point in time: exact for machines, “2 hours ago” for people.
    pub(crate) fn ago(&self, at: Moment) -> Markup {
        html! {
            time data-ago datetime=(stamp::exact(at)) title=(stamp::shown(at, Show::Both, &self.reader)) {
                (stamp::shown(at, Show::Relative, &self.reader))
            }
        }
    }

    /// A point in time to the minute, in the reader's zone.
    pub(crate) fn at(&self, at: Moment) -> Markup {
        html! { time datetime=(stamp::exact(at)) { (stamp::shown(at, Show::Both, &self.reader)) } }
    }
}

/// Draws a page: `body` stands inside `main` and has the page's only `h1`.
#[must_use]
pub fn frame(chrome: &Chrome, title: &str, body: Markup) -> Markup {
    framed(chrome, title, html! {}, body)
}

/// A page with a bar of its own between header and content, like an app's.
#[must_use]
pub(crate) fn framed(chrome: &Chrome, title: &str, bar: Markup, body: Markup) -> Markup {
    framed_again(chrome, title, html! {}, bar, body)
}

/// The head of a page that browsers without a script load again after so many seconds.
pub(crate) fn again_without_script(seconds: u32) -> Markup {
    html! { noscript { (again(seconds)) } }
}

/// The head of a page that browsers load again after so many seconds.
pub(crate) fn again(seconds: u32) -> Markup {
    html! { meta http-equiv="refresh" content=(seconds); }
}

/// The same with more in its head.
#[must_use]
pub(crate) fn framed_again(
    chrome: &Chrome,
    title: &str,
    head: Markup,
    bar: Markup,
    body: Markup,
) -> Markup {
    let lang = chrome.lang.tag();
    let chosen = |name: &str| chrome.reading.chosen(name);
    html! {
        (DOCTYPE)
        html lang=(lang) data-theme=[chosen("theme")] data-contrast=[chosen("contrast")]
            data-text=[chosen("text")] data-motion=[chosen("motion")] data-font=[chosen("font")] {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) " · " (chrome.group_name) }
                link rel="stylesheet" href=(style_of(chrome));
                script src=(assets::SCRIPT.address()) defer {}
                (head)
            }
            body {
                a.skip href="#main" { (chrome.say("skip")) }
                (header(chrome))
                (bar)
                @if chrome.safe_mode {
                    p.banner role="status" { (chrome.say("safe-mode")) }
                }
                main id="main" tabindex="-1" {
                    @if let Some(flash) = &chrome.flash { (message(chrome, flash)) }
                    (body)
                }
                // What the script has to say; screen readers listen to a place that was there before.
                div #said.said role="status" {}
                (footer(chrome))
            }
        }
    }
}

/// The style sheet; another look has another address, so that browsers keep none that is over.
fn style_of(chrome: &Chrome) -> String {
    match chrome.theme.as_str() {
        "" => assets::STYLE.address(),
        theme => format!("{}&look={}", assets::STYLE.address(), crate::view::encoded(theme)),
    }
}

fn message(chrome: &Chrome, flash: &Flash) -> Markup {
    let (tone, sign, word, role) = match flash.good {
        true => ("good", "✔", "done", "status"),
        false => ("bad", "✘", "problem", "alert"),
    };
    html! {
        p.toast data-tone=(tone) role=(role) {
            span.sign aria-hidden="true" { (sign) } span.unseen { (chrome.say(word)) " " } (flash.text)
        }
    }
}

fn header(chrome: &Chrome) -> Markup {
    let path = chrome.path.split('?').next().unwrap_or("");
    let here = |to: &str| (path == to).then_some("page");
    html! {
        header.top {
            a.group href="/" { (chrome.group_name) }
            nav aria-label=(chrome.say("bar-group")) {
                @if chrome.signed_in.is_some() { a href="/" aria-current=[here("/")] { (chrome.say("home")) } }
                a href="/apps" aria-current=[here("/apps")] { (chrome.say("apps")) }
                @if let Some(draft) = &chrome.draft { a href=(format!("{draft}/edit")) { (chrome.say("my-copy")) } }
                @if chrome.is_admin() { a href="/admin" aria-current=[here("/admin")] { (chrome.say("care")) } }
                @if chrome.at_home() {
                    a href="/me" aria-current=[here("/me")] { "@" (chrome.handle()) }
                } @else {
                    a href=(sign_in(chrome)) aria-current=[here("/sign-in")] { (chrome.say("sign-in")) }
                    @if chrome.may_join { a.btn.small href="/join" aria-current=[here("/join")] { (chrome.say("join")) } }
                }
            }
        }
    }
}

/// The sign-in page, with the way back.
pub(crate) fn sign_in(chrome: &Chrome) -> String {
    match chrome.path.split('?').next().unwrap_or("") {
        "" | "/" | "/sign-in" | "/join" => "/sign-in".into(),
        _ => format!("/sign-in?next={}", crate::view::encoded(&chrome.path)),
    }
}

fn footer(chrome: &Chrome) -> Markup {
    html! {
        footer.bottom {
            p {
                (chrome.say_group("footer")) " "
                a href="/reading" { (chrome.say("reading")) }
            }
        }
    }
}
