//! The grants of an app: what it may reach, why, since when, and the button that takes each back;
//! and what it asks for that was not given yet.
//!
//! `GET /@o/a/grants`. Forms: `POST /@o/a/grants/allow` with `verb`, `object`, `token` (for git),
//! `methods` (several, for http.fetch) and `next`; `POST /@o/a/grants/take-back` with `grant`;
//! `POST /@o/a/grants/without` and `…/ask-again` with `verb` and `object` as the manifest has it.

use super::app_bar::{AppBar, Tab};
use super::field::{Field, ask_first, press};
use crate::frame::Chrome;
use maud::{Markup, html};
use model::{Grant, Want};

/// What the page shows.
#[derive(Clone, Debug, Default)]
pub struct Grants {
    pub bar: AppBar,
    pub grants: Vec<Grant>,
    /// What is asked for and not granted.
    pub wants: Vec<Wanted>,
    /// Whether its owner may let it send, and not only read.
    pub may_send: bool,
    /// The repository of the grant whose form comes back, and what is wrong with its new token.
    pub wrong: Option<(String, String)>,
}

/// What an app may do with an address beyond reading from it (RFC 9110 §9.3).
const SENDING: [&str; 4] = ["POST", "PUT", "PATCH", "DELETE"];

/// Something an app asks for.
#[derive(Clone, Debug)]
pub struct Wanted {
    pub want: Want,
    /// The address it stands for now; empty while its setting is empty.
    pub object: String,
    /// The setting that names the address.
    pub setting: Option<String>,
    /// Why it cannot be given yet, as a whole sentence with the way to get it.
    pub not_yet: Option<String>,
    /// What is wrong with the token, when the form comes back.
    pub error: Option<String>,
    /// Whether the owner chose that the app runs without it.
    pub without: bool,
}

/// A verb in plain words.
#[must_use]
pub fn verb_words(verb: &str) -> String {
    match verb {
        "http.fetch" => "Read from an address".into(),
        "git.read" => "Read a git repository".into(),
        "git.write" => "Push commits to a git repository".into(),
        other => format!("Use {other}"),
    }
}

/// What an app reaches by a grant, in one phrase.
#[must_use]
pub fn reach_words(verb: &str, object: &str) -> String {
    match verb {
        "http.fetch" => format!("may read from {object}"),
        "git.read" => format!("may read the repository {object}"),
        "git.write" => format!("may push to the repository {object}"),
        other => format!("may use {other} on {object}"),
    }
}

/// The question a person answers when they allow something.
#[must_use]
pub fn question(app: &str, verb: &str, object: &str) -> String {
    match verb {
        "http.fetch" => format!("Allow {app} to read from {object}?"),
        "git.read" => format!("Allow {app} to read the repository {object}?"),
        "git.write" => format!("Allow {app} to push commits to {object}?"),
        other => format!("Allow {app} to use {other} on {object}?"),
    }
}

/// What a person allows for the address that stands in a field.
#[must_use]
pub fn permission(app: &str, verb: &str) -> String {
    match verb {
        "http.fetch" => format!("Allow {app} to read from this address"),
        "git.read" => format!("Allow {app} to read this repository"),
        "git.write" => format!("Allow {app} to push commits to this repository"),
        other => format!("Allow {app} to use {other} here"),
    }
}

impl Grants {
    /// Draws the page.
    #[must_use]
    pub fn draw(&self, chrome: &Chrome) -> Markup {
        let body = html! {
            h1 { "What " (self.bar.called()) " can reach" }
            p.lead { "An app reaches nothing outside its page unless you grant it, one thing at a time. You can take each grant back." }
            @if !self.wants.is_empty() {
                section aria-labelledby="wants" {
                    h2 #wants { "It asks for" }
                    @for (place, wanted) in self.wants.iter().enumerate() {
                        (ask(&self.bar, place, wanted, &format!("{}/grants", self.bar.path())))
                    }
                }
            }
            section aria-labelledby="granted" {
                h2 #granted { "You granted" }
                @if self.grants.is_empty() {
                    p { "Nothing. " @if self.wants.is_empty() { "This app needs nothing outside its page." } }
                }
                @for grant in &self.grants { (self.granted(chrome, grant)) }
            }
        };
        self.bar.page(chrome, Tab::Grants, "Grants", body)
    }

    fn granted(&self, chrome: &Chrome, grant: &Grant) -> Markup {
        let id = grant.id.to_string();
        let question = format!(
            "Take this back? {} will stop at the next call that needs it, and say so on its page.",
            self.bar.called()
        );
        let action = format!("{}/grants/take-back", self.bar.path());
        html! {
            div.card {
                h3 { (verb_words(&grant.verb)) }
                p.address { (grant.object) }
                dl.facts {
                    @if !grant.purpose.is_empty() { div { dt { "Purpose" } dd dir="auto" { (grant.purpose) } } }
                    div { dt { "Given" } dd { (chrome.at(grant.given)) } }
                    div { dt { "Last used" } dd { @match grant.last_use { Some(at) => (chrome.ago(at)), None => "never" } } }
                    @if grant.verb == "http.fetch" { div { dt { "Methods" } dd { (methods(grant)) } } }
                    @if let Some(end) = grant.expires { div { dt { "Ends" } dd { (chrome.at(end)) } } }
                    @if grant.sealed_secret.is_some() { div { dt { "Token" } dd { "kept sealed; only the push sees it" } } }
                }
                @if grant.verb == "http.fetch" && self.may_send { (self.sending(grant)) }
                @if grant.verb.starts_with("git.") { (self.new_token(grant)) }
                (ask_first(&question, &action, &[("grant", &id)], "Take back"))
            }
        }
    }

    /// The form that widens or narrows what an app may do with an address.
    fn sending(&self, grant: &Grant) -> Markup {
        let sends = |method: &str| grant.limits.methods.iter().any(|it| it == method);
        let id = format!("send-{}", grant.id);
        html! {
            details {
                summary { "Let it send, too" }
                form.fields method="post" action=(format!("{}/grants/allow", self.bar.path())) {
                    input type="hidden" name="verb" value=(grant.verb);
                    input type="hidden" name="object" value=(grant.object);
                    fieldset {
                        legend { "It may always GET. What else?" }
                        @for method in SENDING {
                            label.option {
                                input id=(format!("{id}-{method}")) type="checkbox" name="methods" value=(method) checked[sends(method)];
                                span { (method) }
                            }
                        }
                    }
                    button.btn { "Allow these" }
                }
            }
        }
    }

    /// The form for a token that takes the place of the one that was given.
    fn new_token(&self, grant: &Grant) -> Markup {
        let error = self.wrong.as_ref().filter(|(object, _)| *object == grant.object);
        html! {
            details open[error.is_some()] {
                summary { "Give a new token" }
                form.fields method="post" action=(format!("{}/grants/allow", self.bar.path())) {
                    input type="hidden" name="verb" value=(grant.verb);
                    input type="hidden" name="object" value=(grant.object);
                    (Token { verb: &grant.verb, required: true, error: error.map(|(_, text)| text.as_str()), ..Token::default() }.draw(&format!("token-{}", grant.id), "token"))
                    (token_steps())
                    button.btn { "Use this token" }
                }
            }
        }
    }
}

/// Asks the owner of an app for one grant; the answer leads to `next`.
pub(crate) fn ask(bar: &AppBar, place: usize, wanted: &Wanted, next: &str) -> Markup {
    let want = &wanted.want;
    let settings = format!("{}/settings", bar.path());
    html! {
        div.card {
            h3 { (verb_words(&want.verb)) @if want.optional { span.needed { " (optional)" } } }
            @if !want.why.is_empty() { p dir="auto" { (want.why) } }
            @if wanted.without {
                p { "It runs without this, as you chose: it gets an empty answer instead." }
                (press(&format!("{}/grants/ask-again", bar.path()), &[("verb", &want.verb), ("object", &want.object)], "btn", "Let it ask again"))
            } @else if let Some(not_yet) = &wanted.not_yet {
                p.needs { span.sign aria-hidden="true" { "!" } (not_yet) }
            } @else if wanted.object.is_empty() {
                p { "Say first which address: " a href=(settings) { "fill in the settings" } "." }
            } @else {
                (allow(bar, place, wanted, next))
            }
            @if want.optional && !wanted.without {
                (press(&format!("{}/grants/without", bar.path()), &[("verb", &want.verb), ("object", &want.object)], "btn quiet", "Run without it"))
            }
        }
    }
}

fn allow(bar: &AppBar, place: usize, wanted: &Wanted, next: &str) -> Markup {
    let want = &wanted.want;
    let git = want.verb.starts_with("git.");
    html! {
        form.fields method="post" action=(format!("{}/grants/allow", bar.path())) {
            input type="hidden" name="verb" value=(want.verb);
            input type="hidden" name="object" value=(wanted.object);
            input type="hidden" name="next" value=(next);
            p { strong { (question(bar.called(), &want.verb, &wanted.object)) } }
            @if git {
                (Token { verb: &want.verb, required: want.verb == "git.write", error: wanted.error.as_deref(), ..Token::default() }.draw(&format!("token-{place}"), "token"))
                (token_steps())
            }
            div.row { button.btn.primary { "Allow" } }
        }
    }
}

fn methods(grant: &Grant) -> String {
    match grant.limits.methods.is_empty() {
        true => "GET and HEAD: it can read, not send".into(),
        false => grant.limits.methods.join(", "),
    }
}

/// The field for a deploy token.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Token<'a> {
    pub(crate) verb: &'a str,
    pub(crate) required: bool,
    /// Whether one was given already.
    pub(crate) kept: bool,
    pub(crate) error: Option<&'a str>,
}

impl Token<'_> {
    pub(crate) fn draw(&self, id: &str, name: &str) -> Markup {
        let hint = match (self.verb, self.kept) {
            (_, true) => "Leave it empty to keep the one you gave.",
            ("git.write", _) => {
                "Pushing needs one. It is kept sealed and only used for this repository."
            }
            _ => "Only needed if the repository is not public.",
        };
        Field {
            name,
            label: "Token for the repository",
            kind: "password",
            hint,
            error: self.error,
            required: self.required,
            plain: true,
            autocomplete: "off",
            ..Field::default()
        }
        .draw(id)
    }
}

/// How to make a token that can do nothing but push to one repository.
pub(crate) fn token_steps() -> Markup {
    html! {
        details {
            summary { "How do I get a token?" }
            div {
                p { "Make one that can do as little as possible: one repository, and nothing but its files." }
                dl.steps {
                    dt { "GitHub" }
                    dd { "Settings → Developer settings → Personal access tokens → Fine-grained tokens → Generate. Choose “Only select repositories”, pick the one, and set Contents to “Read and write”." }
                    dt { "GitLab" }
                    dd { "In the project: Settings → Access tokens. Role Developer (Maintainer if the branch is protected), scope write_repository." }
                    dt { "Codeberg, Forgejo and Gitea" }
                    dd { "Settings → Applications → Generate new token. Give “repository” the permission “Read and write” and leave the rest at “No access”. Such a token may hold for all your repositories, so an account just for the app is safest." }
                }
                p { "Set an end date you can live with. When the token ends, this app’s page says so and asks for a new one." }
            }
        }
    }
}
