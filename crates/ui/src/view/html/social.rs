//! The parts in which people write to each other: messages, a timeline, a document, and what they
//! are asked to choose or to send.

use super::{Pen, encoded, sign};
use crate::address;
use crate::node::{Fields, Node, Prop};
use crate::prose::Form;
use crate::view::documents::{Rights, SEALED, Shown, shown};
use crate::view::{asked_for, counted};
use maud::{Markup, html};
use model::{Moment, Value};

impl Pen<'_> {
    pub(super) fn messages(&self, node: &Node) -> Markup {
        let id = format!("u-s{}", self.next());
        let label = node.text("label");
        html! {
            section.messages aria-labelledby=(id) {
                (self.heading(Some(&id), label))
                (self.older(node, "Older messages"))
                div role="log" aria-label=(label) tabindex="0" {
                    ol { @for message in node.objects("items") { (self.message(&id, message)) } }
                }
                (self.composer(node, "Your message"))
            }
        }
    }

    fn message(&self, list: &str, message: &Fields) -> Markup {
        let mine = message.is("mine").then_some("mine");
        html! {
            li id=(format!("{list}-{}", message.text("id"))) class=[mine] {
                p.by { (self.by(message, "from")) }
                (self.prose(Form::Markdown, message.text("text"), None))
                (self.nodes(message.nodes("attachments")))
                (self.actions(message))
            }
        }
    }

    pub(super) fn timeline(&self, node: &Node) -> Markup {
        let id = format!("u-s{}", self.next());
        let label = node.text("label");
        let below = self.below();
        html! {
            section.timeline aria-labelledby=(id) {
                (self.heading(Some(&id), label))
                (self.composer(node, "Your post"))
                div role="feed" aria-label=(label) {
                    @for (place, post) in node.objects("items").enumerate() { (below.post(&id, place + 1, post)) }
                }
                (self.older(node, "Older posts"))
                @if node.text("publish") == "atom" {
                    p { a.link href=[self.href("?_as=atom")] { "Follow this in a feed reader" } }
                }
            }
        }
    }

    fn post(&self, list: &str, place: usize, post: &Fields) -> Markup {
        let id = format!("{list}-{}", post.text("id"));
        let text = html! {
            (self.prose(Form::Markdown, post.text("text"), None))
            (self.nodes(post.nodes("media")))
        };
        html! {
            article tabindex="0" aria-posinset=(place) aria-setsize="-1" aria-labelledby=(id) {
                @if let Some(person) = post.object("boosted_by") {
                    p.small { "Boosted by " span dir="auto" { (person.text("name")) } }
                }
                p.by id=(id) { (self.by(post, "author")) }
                @if let Some(other) = post.some_text("reply_to") { p.small { "In reply to " span dir="auto" { (other) } } }
                @match post.some_text("cw") {
                    Some(warning) => details { summary { "Hidden: " (warning) } div { (text) } },
                    None => (text),
                }
                @let counts = counted(post);
                @if !counts.is_empty() { p.small { (counts) } }
                (self.actions(post))
            }
        }
    }

    /// Who wrote something, and when; the time leads to where it stands alone.
    fn by(&self, entry: &Fields, who: &str) -> Markup {
        let at = Moment::from_seconds(entry.whole("at").unwrap_or(0));
        let time = self.moment(at, "datetime");
        html! {
            @if let Some(person) = entry.object(who) {
                (self.avatar(person))
                strong dir="auto" { (self.named(person)) }
                @if let Some(handle) = person.some_text("handle") { " " small { (handle) } }
            }
            " "
            @match entry.some_text("href").and_then(|href| self.href(href)) {
                Some(href) => a href=(href) { (time) },
                None => (time),
            }
        }
    }

    /// A person's name, which may lead to them.
    pub(super) fn named(&self, person: &Fields) -> Markup {
        let name = person.text("name");
        match person.some_text("href").and_then(|href| self.href(href)) {
            Some(href) => html! { a href=(href) dir="auto" { (name) } },
            None => html! { span dir="auto" { (name) } },
        }
    }

    /// A person's picture, if it is one of the app's own files. Their name stands beside it.
    pub(super) fn avatar(&self, person: &Fields) -> Markup {
        let src = person.some_text("avatar").and_then(address::parse);
        match src.and_then(|address| address.of_file(self.around.app)) {
            Some(src) => {
                html! { img.avatar src=(src) alt="" width="28" height="28" loading="lazy"; }
            }
            None => html! {},
        }
    }

    fn older(&self, node: &Node, words: &str) -> Markup {
        let href = node.some_text("older").and_then(|href| self.href(href));
        html! { @if let Some(href) = href { p { a.link href=(href) { (words) } } } }
    }

    /// The field to say something in, as a form of its own.
    fn composer(&self, node: &Node, label: &str) -> Markup {
        let Some(composer) = node.object("composer") else { return html! {} };
        let handler = composer.text("on");
        let id = format!("u-w{}", self.number(handler, &composer.args()));
        let attach = composer.is("attach");
        let again = self.around.again(handler);
        let typed = self.around.typed.get("text").filter(|_| again).map(String::as_str);
        let error = self.around.errors.get("text").filter(|_| again);
        let wrong = format!("{id}-error");
        html! {
            form.fields.composer method="post" action=(self.act()) enctype=[attach.then_some("multipart/form-data")] {
                (self.tokens(handler, &composer.args()))
                div.field {
                    label for=(id) { (composer.some_text("label").unwrap_or(label)) }
                    textarea id=(id) name="text" rows="2" required dir="auto"
                        maxlength=[composer.whole("max").filter(|max| *max > 0)] placeholder=[composer.some_text("placeholder")]
                        aria-invalid=[error.map(|_| "true")] aria-describedby=[error.map(|_| wrong.as_str())] {
                        "\n" (typed.unwrap_or(composer.text("value")))
                    }
                    @if let Some(error) = error { p.error id=(wrong) { (error) } }
                }
                @if attach {
                    div.field {
                        label for=(format!("{id}-file")) { "Add a file" }
                        input id=(format!("{id}-file")) type="file" name="file";
                    }
                }
                button.btn.primary { (composer.some_text("submit").unwrap_or("Send")) }
            }
        }
    }

    pub(super) fn document(&self, node: &Node) -> Markup {
        let id = format!("u-s{}", self.next());
        let rights = Rights::of(node, self.place());
        let handler = format!("{SEALED}{}", node.text("on_save"));
        let token = encoded(&(self.around.seal)(&handler, &rights.value()));
        let page = |name: &str| format!("{}/doc/{name}?_a={token}", self.around.app);
        let label = node.text("label");
        let of_it = || html! { span.unseen { ": " (label) } };
        html! {
            section.document aria-labelledby=(id) {
                (self.heading(Some(&id), label))
                @match shown(node, self.around.documents) {
                    Shown::Text(text) if rights.plain => p.text dir="auto" { (text) },
                    Shown::Text(text) => (self.below().prose(Form::Markdown, text, None)),
                    Shown::Instead(words) => p.empty dir="auto" { (words) },
                }
                div.actions {
                    @if rights.edit { a.btn href=(page("edit")) { "Edit" (of_it()) } }
                    @if rights.history { a.link href=(page("history")) { "History" (of_it()) } }
                }
            }
        }
    }

    /// What an app asks a person to choose: a page of the group's own does the rest.
    pub(super) fn picker(&self, node: &Node) -> Markup {
        let named =
            ["name", "kind", "rights", "why"].map(|name| (name, Value::from(node.text(name))));
        html! {
            form.card.asks method="post" action=(format!("{}/pick", self.around.app)) {
                (self.tokens(node.text("on"), &Value::map(named)))
                p { strong { "This app asks for " (asked_for(node)) } }
                p dir="auto" { (node.text("why")) }
                button.btn.primary { (node.text("label")) }
            }
        }
    }

    /// A draft that a person may send: the group's own composer does the rest.
    pub(super) fn compose(&self, node: &Node) -> Markup {
        let mut named: Vec<(&str, Value)> = ["kind", "text", "cw", "visibility"]
            .into_iter()
            .filter_map(|name| Some((name, Value::from(node.some_text(name)?))))
            .collect();
        let to = node.list("to").iter().map(|to| Value::from(Prop::shown(to)));
        named.push(("to", Value::List(to.collect())));
        html! {
            form.card method="post" action=(format!("{}/compose", self.around.app)) {
                (self.tokens(node.text("on_sent"), &Value::map(named)))
                @if let Some(text) = node.some_text("text") {
                    p.text dir="auto" { span.unseen { "Draft: " } (text) }
                }
                @if let Some(warning) = node.some_text("cw") { p { (sign("warn")) (warning) } }
                button.btn { (node.text("label")) "…" }
            }
        }
    }
}
