//! News: what happened to one's apps without one's doing.
//!
//! `GET /me/news`.

use crate::frame::{Chrome, framed};
use maud::{Markup, html};
use model::Moment;

/// What the page shows.
#[derive(Clone, Debug, Default)]
pub struct News {
    /// Newest first.
    pub news: Vec<NewsLine>,
}

/// One piece of news.
#[derive(Clone, Debug, Default)]
pub struct NewsLine {
    pub at: Moment,
    /// The app's address, like `@ana/poll`.
    pub app: String,
    /// A whole sentence.
    pub text: String,
}

impl News {
    /// Draws the page.
    #[must_use]
    pub fn draw(&self, chrome: &Chrome) -> Markup {
        let body = html! {
            h1 { "News of your apps" }
            @if self.news.is_empty() {
                div.empty {
                    p { strong { "Nothing happened by itself." } }
                    p { "When a fork of yours follows its original, it is told here what was taken and what was left to you." }
                }
            } @else {
                ul.rows {
                    @for news in &self.news {
                        li {
                            div {
                                a.title href=(format!("/{}/source", news.app)) { (news.app) }
                                p dir="auto" { (news.text) }
                                p.quiet-text { (chrome.ago(news.at)) }
                            }
                        }
                    }
                }
            }
        };
        framed(chrome, "News", html! {}, body)
    }
}
