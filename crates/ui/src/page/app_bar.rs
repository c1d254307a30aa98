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
            html! { a href=(format!("{path}{to}")) aria-current=[(tab == here).then_some("page")] { (chrome.say(label)) } }
        };
        html! {
            div.appbar role="region" aria-label=(chrome.say("bar-about-app")) {
                p {
                    span.unseen { (chrome.group_name) ": " }
                    strong dir="auto" { (self.called()) }
                    span.quiet-text {
                        " " (chrome.lang.say_with("app-by", &[("owner", self.owner.as_str().into())])) " · "
                        @match self.release {
                            Some(number) => (chrome.lang.say_with("app-release", &[("number", number.into())])),
                            None => (chrome.say("app-draft")),
                        }
                    }
                }
                nav aria-label=(chrome.say("bar-app")) {
                    (link(Tab::Running, "", "tab-open"))
                    (link(Tab::Source, "/source", "tab-source"))
                    (link(Tab::Fork, "/fork", "tab-fork"))
                    @if self.mine {
                        (link(Tab::Edit, "/edit", "tab-edit"))
                        (link(Tab::Settings, "/settings", "tab-settings"))
                        (link(Tab::Grants, "/grants", "tab-grants"))
                        (link(Tab::Receipts, "/receipts", "tab-receipts"))
                        (link(Tab::Log, "/log", "tab-log"))
                    }
                }
            }
        }
    }
}
