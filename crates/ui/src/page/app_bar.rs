//! The bar above every page of an app: group, title, owner, release, and the ways on. The group
//! draws it; no app can.

use crate::frame::{Chrome, framed_again};
use maud::{Markup, html};

/// An app as its bar names it.
#[derive(Clone, Debug, Default)]
pub struct AppBar {
    /// The owner's handle, without `@`.
    pub owner: String,
    pub name: String,
    pub title: String,
    /// The number of the release that runs; `None` before the first.
    pub release: Option<u64>,
    /// Whether the person who looks owns it.
    pub mine: bool,
}

/// The pages of an app that the bar leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tab {
    Running,
    Source,
    Fork,
    Edit,
    Settings,
    Grants,
    Receipts,
    Log,
}

impl AppBar {
    /// The path of the app's page.
    #[must_use]
    pub fn path(&self) -> String {
        format!("/@{}/{}", self.owner, self.name)
    }

    /// The address to people, like `@ana/poll`.
    #[must_use]
    pub fn address(&self) -> String {
        format!("@{}/{}", self.owner, self.name)
    }

    /// What the app is called; its name if it has no title.
    #[must_use]
    pub fn called(&self) -> &str {
        if self.title.is_empty() { &self.name } else { &self.title }
    }

    /// A page of this app.
    pub(crate) fn page(&self, chrome: &Chrome, tab: Tab, title: &str, body: Markup) -> Markup {
        self.page_with(html! {}, chrome, tab, title, body)
    }

    /// A page of this app with more in its head.
    pub(crate) fn page_with(
        &self,
        head: Markup,
        chrome: &Chrome,
        tab: Tab,
        title: &str,
        body: Markup,
    ) -> Markup {
        let window = match title == self.called() {
            true => title.to_owned(),
            false => format!("{title} · {}", self.called()),
        };
        framed_again(chrome, &window, head, self.draw(chrome, tab), body)
    }

    fn draw(&self, chrome: &Chrome, here: Tab) -> Markup {
        let path = self.path();
        let link = |tab: Tab, to: &str, label: &str| {
            html! { a href=(format!("{path}{to}")) aria-current=[(tab == here).then_some("page")] { (label) } }
        };
        html! {
            div.appbar role="region" aria-label="About this app" {
                p {
                    span.unseen { (chrome.group_name) ": " }
                    strong dir="auto" { (self.called()) }
                    span.quiet-text {
                        " by @" (self.owner)
                        @match self.release {
                            Some(number) => { " · release " (number) }
                            None => " · draft",
                        }
                    }
                }
                nav aria-label="This app" {
                    (link(Tab::Running, "", "Open"))
                    (link(Tab::Source, "/source", "See how it works"))
                    (link(Tab::Fork, "/fork", "Fork"))
                    @if self.mine {
                        (link(Tab::Edit, "/edit", "Edit"))
                        (link(Tab::Settings, "/settings", "Settings"))
                        (link(Tab::Grants, "/grants", "Grants"))
                        (link(Tab::Receipts, "/receipts", "Receipts"))
                        (link(Tab::Log, "/log", "Log"))
                    }
                }
            }
        }
    }
}
