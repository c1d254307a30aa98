//! The care page for admins: people, apps, who may join, safe mode, health, and what was decided.
//!
//! `GET /admin?q=`. Forms: `POST /admin/level` with `handle`, `level` (`new`, `member`, `admin`);
//! `POST /admin/freeze` with `handle`, `why`; `POST /admin/free` with `handle`; `POST /admin/password`
//! with `handle` (answer: this page with `new_password`); `POST /admin/stop` with `app` (`@ana/poll`),
//! `why`; `POST /admin/start` with `app`; `POST /admin/group` with `name`, `sentence`, `sign_up`,
//! `accent`, `corner`, `font`;
//! `POST /admin/safe-mode` with `on` (`yes` or `no`); `POST /admin/invite` with `level` (answer: this
//! page with `invitation`).

use super::field::{Field, ask_first, press};
use super::welcome::sign_up;
use super::{account::level_words, app_line::AppLine};
use crate::frame::{Chrome, frame};
use crate::theme::{self, Theme};
use maud::{Markup, html};
use model::{Level, Moment};

/// What the page shows.
#[derive(Clone, Debug, Default)]
pub struct Admin {
    /// The words that were searched for; people and apps that do not have them are left out.
    pub search: String,
    pub people: Vec<PersonLine>,
    pub apps: Vec<CareApp>,
    /// How many more people and apps there are that fit.
    pub more: (usize, usize),
    pub group_name: String,
    pub sentence: String,
    /// `open`, `invited` or `closed`.
    pub sign_up: String,
    pub theme: Theme,
    /// A link that was just made: shown this once.
    pub invitation: Option<String>,
    /// A password that was just set for somebody: handle and password, shown this once.
    pub new_password: Option<(String, String)>,
    /// Names and values: disk, queue, caches, layers of the sandbox.
    pub health: Vec<Health>,
    /// What admins decided, newest first: when, who, what.
    pub decisions: Vec<(Moment, String, String)>,
    /// A form that could not be taken as it was.
    pub wrong: Option<Wrong>,
}

/// A form that comes back.
#[derive(Clone, Debug, Default)]
pub struct Wrong {
    /// The handle or the address of the app it is about; empty for the group's own.
    pub about: String,
    pub typed: String,
    pub error: String,
}

impl Wrong {
    /// What was typed about this, and what is wrong with it.
    fn of<'w>(wrong: Option<&'w Wrong>, about: &str) -> (&'w str, Option<&'w str>) {
        match wrong.filter(|wrong| wrong.about == about) {
            Some(wrong) => (&wrong.typed, Some(&wrong.error)),
            None => ("", None),
        }
    }
}

/// One person.
#[derive(Clone, Debug)]
pub struct PersonLine {
    pub handle: String,
    pub name: String,
    pub level: Level,
    pub joined: Moment,
    pub apps: usize,
    pub frozen: Option<String>,
}

/// One app.
#[derive(Clone, Debug, Default)]
pub struct CareApp {
    pub app: AppLine,
    pub gas_today: u64,
    pub stopped: Option<String>,
}

/// One line of the group's health.
#[derive(Clone, Debug, Default)]
pub struct Health {
    pub name: String,
    pub value: String,
    pub good: bool,
}

impl Admin {
    /// Draws the page.
    #[must_use]
    pub fn draw(&self, chrome: &Chrome) -> Markup {
        let body = html! {
            h1 { "Care for " (chrome.group_name) }
            (self.once())
            (self.health_section())
            (self.people(chrome))
            (self.apps_section())
            (self.group())
            (self.decided(chrome))
        };
        frame(chrome, "Care", body)
    }

    /// What is shown this once.
    fn once(&self) -> Markup {
        html! {
            @if let Some(link) = &self.invitation {
                div.note data-tone="good" role="status" {
                    p { strong { span.sign aria-hidden="true" { "✔" } "Send this link to one person. It works once and for 14 days." } }
                    p.address { (link) }
                }
            }
            @if let Some((handle, password)) = &self.new_password {
                div.note data-tone="good" role="status" {
                    p { strong { span.sign aria-hidden="true" { "✔" } "Give this password to @" (handle) " by a way you trust. It is shown this once." } }
                    p.address { (password) }
                }
            }
        }
    }

    fn health_section(&self) -> Markup {
        html! {
            section aria-labelledby="health" {
                h2 #health { "Health" }
                dl.facts {
                    @for line in &self.health {
                        div { dt { (line.name) } dd {
                            @if line.good { span.sign.ok aria-hidden="true" { "✔" } } @else { span.sign.bad aria-hidden="true" { "!" } span.unseen { "Look at this: " } }
                            (line.value)
                        } }
                    }
                }
            }
        }
    }

    fn people(&self, chrome: &Chrome) -> Markup {
        html! {
            section aria-labelledby="people" {
                h2 #people { "People" }
                @if self.is_long() { (self.search_form()) }
                ul.rows { @for person in &self.people { (person.draw(chrome, self.wrong.as_ref())) } }
                (more(self.more.0, "people"))
                h3 { "Invite somebody" }
                form.row method="post" action="/admin/invite" {
                    label for="invite-level" { "They join as" }
                    select id="invite-level" name="level" {
                        option value="member" selected { "member" }
                        option value="admin" { "admin" }
                    }
                    button.btn { "Make a link" }
                }
            }
        }
    }

    /// Whether there is more than one sees at a glance.
    fn is_long(&self) -> bool {
        !self.search.is_empty() || self.more != (0, 0)
    }

    fn search_form(&self) -> Markup {
        html! {
            form.search method="get" action="/admin" role="search" {
                label for="q" { "Search people and apps" }
                div.row {
                    input id="q" name="q" type="search" value=(self.search) autocomplete="off";
                    button.btn { "Search" }
                }
            }
        }
    }

    fn apps_section(&self) -> Markup {
        html! {
            section aria-labelledby="apps" {
                h2 #apps { "Apps" }
                @if self.apps.is_empty() { p { @if self.search.is_empty() { "There are none yet." } @else { "None has these words." } } } @else {
                    ul.rows { @for app in &self.apps { (app.draw(self.wrong.as_ref())) } }
                }
                (more(self.more.1, "apps"))
            }
        }
    }

    fn group(&self) -> Markup {
        let name = Field {
            name: "name",
            label: "Name of the group",
            value: &self.group_name,
            error: Wrong::of(self.wrong.as_ref(), "").1,
            required: true,
            autocomplete: "organization",
            max_length: Some(60),
            ..Field::default()
        };
        let sentence = Field {
            name: "sentence",
            label: "One sentence about it",
            value: &self.sentence,
            hint: "The first thing a visitor reads.",
            autocomplete: "off",
            max_length: Some(160),
            ..Field::default()
        };
        html! {
            section aria-labelledby="group" {
                h2 #group { "The group" }
                form.fields method="post" action="/admin/group" {
                    (name.draw("group-name")) (sentence.draw("group-sentence")) (sign_up(&self.sign_up))
                    (self.look())
                    button.btn { "Save" }
                }
            }
        }
    }

    fn look(&self) -> Markup {
        let theme = &self.theme;
        let choose = |id: &str, label: &str, table: &[(&str, &str, &str)], chosen: &str| {
            html! {
                div.field {
                    label for=(format!("look-{id}")) { (label) }
                    select id=(format!("look-{id}")) name=(id) {
                        @for (word, label, _) in table { option value=(word) selected[*word == chosen] { (label) } }
                    }
                }
            }
        };
        html! {
            div.field {
                label for="look-accent" { "Colour of links and buttons" }
                input id="look-accent" name="accent" type="color" value=(theme.accent()) aria-describedby="look-hint";
                p.hint id="look-hint" {
                    @if theme.adjusted() { strong { "Adjusted: " } "the colour you chose cannot be read on these pages, so a darker one of its kind is used." }
                    @else { "If it cannot be read, it is made darker or lighter until it can." }
                }
            }
            (choose("corner", "Corners", theme::CORNERS, theme.corner()))
            (choose("font", "Letters", theme::FONTS, theme.font()))
        }
    }

    fn decided(&self, chrome: &Chrome) -> Markup {
        html! {
            section aria-labelledby="safe" {
                h2 #safe { "Safe mode" }
                @if chrome.safe_mode {
                    p { "It is on: no app runs, and the group’s own pages work." }
                    (press("/admin/safe-mode", &[("on", "no")], "btn primary", "Let apps run again"))
                } @else {
                    p { "If an app does harm and you do not know which, switch all of them off. The group’s own pages keep working, and no data is touched." }
                    (ask_first("Switch all apps off for everybody?", "/admin/safe-mode", &[("on", "yes")], "Switch safe mode on"))
                }
            }
            section aria-labelledby="decisions" {
                h2 #decisions { "What was decided" }
                @if self.decisions.is_empty() { p { "Nothing yet. What admins do on this page is written down here." } } @else {
                    ol.log { @for (at, by, what) in &self.decisions { li { p { (chrome.at(*at)) " · " (by) " " (what) } } } }
                }
            }
        }
    }
}

/// What was left out of a list.
fn more(count: usize, what: &str) -> Markup {
    html! { @if count > 0 { p.quiet-text { (count) " more " (what) ". Search above for a name or an address." } } }
}

impl PersonLine {
    fn draw(&self, chrome: &Chrome, wrong: Option<&Wrong>) -> Markup {
        let (handle, me) = (self.handle.as_str(), self.handle == chrome.handle());
        html! {
            li {
                div {
                    strong dir="auto" { (self.name) } " @" (handle) " "
                    span.badge { (level_words(self.level)) }
                    @if let Some(why) = &self.frozen { " " span.badge data-tone="bad" { span.sign aria-hidden="true" { "✘" } "frozen" } " " (why) }
                    p.quiet-text { "joined " (chrome.ago(self.joined)) " · " @if self.apps == 1 { "1 app" } @else { (self.apps) " apps" } }
                }
                div.ways {
                    @if self.level == Level::New && self.frozen.is_none() {
                        (press("/admin/level", &[("handle", handle), ("level", "member")], "btn", "Vouch: make a member"))
                    }
                    @if !me { (self.more(wrong)) }
                }
            }
        }
    }

    fn more(&self, wrong: Option<&Wrong>) -> Markup {
        let handle = self.handle.as_str();
        let (typed, error) = Wrong::of(wrong, handle);
        let why = Field {
            name: "why",
            label: "Why? They will read it.",
            value: typed,
            error,
            required: true,
            autocomplete: "off",
            max_length: Some(200),
            ..Field::default()
        };
        let level = |level: &str, label: &str| {
            press("/admin/level", &[("handle", handle), ("level", level)], "btn", label)
        };
        html! {
            details.menu open[error.is_some()] {
                summary { "More" span.unseen { " about @" (handle) } }
                div {
                    @if self.level == Level::Member { (level("admin", "Make an admin")) (level("new", "Set back to new")) }
                    @if self.level == Level::Admin { (level("member", "Set back to member")) }
                    (press("/admin/password", &[("handle", handle)], "btn", "Set a new password"))
                    @if self.frozen.is_some() {
                        (press("/admin/free", &[("handle", handle)], "btn", "Free the account"))
                    } @else {
                        form.fields method="post" action="/admin/freeze" {
                            input type="hidden" name="handle" value=(handle);
                            (why.draw(&format!("why-{handle}")))
                            button.btn.danger { "Freeze the account" }
                        }
                    }
                }
            }
        }
    }
}

impl CareApp {
    fn draw(&self, wrong: Option<&Wrong>) -> Markup {
        let address = format!("@{}/{}", self.app.owner, self.app.name);
        let (typed, error) = Wrong::of(wrong, &address);
        let why = Field {
            name: "why",
            label: "Why? Everybody who opens it reads this.",
            value: typed,
            error,
            required: true,
            autocomplete: "off",
            max_length: Some(200),
            ..Field::default()
        };
        html! {
            li {
                div {
                    a.title href=(self.app.path()) dir="auto" { (self.app.title) } " " (address)
                    @if let Some(stopped) = &self.stopped { " " span.badge data-tone="bad" { span.sign aria-hidden="true" { "✘" } "stopped" } " " (stopped) }
                    p.quiet-text { (super::bars::short_gas(self.gas_today)) " gas today" }
                }
                div.ways {
                    @if self.stopped.is_some() {
                        (press("/admin/start", &[("app", &address)], "btn", "Let it run again"))
                    } @else {
                        details.menu open[error.is_some()] {
                            summary { "Stop" span.unseen { " " (self.app.title) } }
                            div { form.fields method="post" action="/admin/stop" {
                                input type="hidden" name="app" value=(address);
                                (why.draw(&format!("stop-{}-{}", self.app.owner, self.app.name)))
                                button.btn.danger { "Stop it for everybody" }
                            } }
                        }
                    }
                }
            }
        }
    }
}
