//! A view: the page an app returned, checked, and the faces it can be drawn with. Drawing never
//! fails, and asks nobody anything but the given seal.

mod alike;
mod atom;
pub mod documents;
mod gemtext;
mod html;
mod json;
pub(crate) mod plot;
mod pressable;
mod scene;
mod text;

pub(crate) use alike::{asked_for, counted, embedded, is_audio};

pub use atom::atom;
pub use gemtext::gemtext;
pub(crate) use html::encoded;
pub use html::{html, presses};
pub use json::json;
pub use pressable::{Field, Pressable, list_actions};
pub use text::text;

use crate::fault::{Fault, Place};
use crate::node::{Fields, Node, Prop};
use crate::offers::{self, Offer};
use crate::prose::Prose;
use crate::read::Reader;
use crate::{component, stamp};
use model::{Value, limit};
use std::collections::BTreeMap;

/// A page that was read without faults.
#[derive(Clone, Debug)]
pub struct View {
    /// The root: always a `page`.
    pub page: Node,
    /// What is drawn all the same, but the author should mend.
    pub warnings: Vec<Fault>,
    /// Whether something was left out because it was too much.
    pub cut: bool,
}

impl View {
    /// Reads what `view(ctx)` returned. A part that is no page stands on a page titled `title`.
    pub fn read(value: &Value, title: &str) -> Result<View, Vec<Fault>> {
        View::read_offering(value, title, offers::HERE)
    }

    /// Reads a view for a group that has what is offered.
    pub fn read_offering(
        value: &Value,
        title: &str,
        offered: &'static [Offer],
    ) -> Result<View, Vec<Fault>> {
        let mut reader = Reader::new(offered);
        let at = Place::root("view");
        if matches!(value, Value::Nil | Value::Bool(false)) {
            return Err(vec![at.bare_fault(
                "view(ctx) returned nothing; end it with   return ui.page{ \"A title\", … }",
            )]);
        }
        let is_page = value.str_at("type") == Some("page");
        let wrapped = (!is_page).then(|| {
            let parts = match value {
                Value::List(parts) => parts.clone(),
                part => vec![part.clone()],
            };
            let title = if title.is_empty() { "Untitled" } else { title };
            Value::map([
                ("type", Value::from("page")),
                ("title", Value::from(title)),
                ("body", Value::List(parts)),
            ])
        });
        let page = reader.node(wrapped.as_ref().unwrap_or(value), &at);
        match page {
            Some(page) if reader.faults.is_empty() => {
                Ok(View { page, warnings: reader.warnings, cut: reader.cut })
            }
            _ => Err(reader.faults),
        }
    }

    /// The page's title.
    #[must_use]
    pub fn title(&self) -> &str {
        self.page.text("title")
    }

    /// Whether the page follows what happens to the app's data.
    #[must_use]
    pub fn is_live(&self) -> bool {
        self.page.is("live")
    }

    /// Seconds after which the page asks to be looked at again.
    #[must_use]
    pub fn refresh(&self) -> Option<u32> {
        let seconds = u32::try_from(self.page.whole("refresh")?).ok()?;
        Some(seconds.max(limit::REFRESH_SECONDS_MIN))
    }

    /// What the page says of itself in a sentence, for its card on another page.
    #[must_use]
    pub fn summary(&self) -> Option<&str> {
        self.page.some_text("summary").filter(|text| !text.trim().is_empty())
    }

    /// A page with a title and one paragraph, for what the group itself has to say as a view.
    #[must_use]
    pub fn saying(title: &str, text: &str) -> Option<View> {
        let node = |name: &str, prop: &'static str, value: Prop, body: Vec<Node>| {
            let fields = Fields(BTreeMap::from([(prop, value), ("body", Prop::Nodes(body))]));
            component::find(name).map(|component| Node { component, line: None, fields })
        };
        let text = node("text", "text", Prop::Text(text.to_owned()), vec![])?;
        let page = node("page", "title", Prop::Text(title.to_owned()), vec![text])?;
        Some(View { page, warnings: vec![], cut: false })
    }
}

/// What surrounds a view when it is drawn: where it stands, who looks, what was just pressed.
pub struct Surroundings<'a> {
    /// The app's own path on the group's site, like `/@ana/poll`.
    pub app: &'a str,
    /// The app's address to people, like `@ana@oak.example/poll`.
    pub address: &'a str,
    /// Where the reader stands inside the app; begins with `/`.
    pub path: &'a str,
    pub query: BTreeMap<String, String>,
    /// Makes the token of a button out of its handler and arguments.
    pub seal: &'a dyn Fn(&str, &Value) -> String,
    /// A fresh value for this drawing; each button adds its place, so that a double click counts once.
    pub nonce: &'a str,
    /// The handler whose form is shown again with `typed` and `errors`; `None` means every form.
    pub pressed: Option<&'a str>,
    pub typed: BTreeMap<String, String>,
    pub errors: BTreeMap<String, String>,
    /// A short message above the page.
    pub toast: Option<&'a str>,
    pub reader: stamp::Reader,
    /// The view's Markdown and HTML, cleaned.
    pub prose: &'a Prose,
    /// The texts of the documents it shows, by name.
    pub documents: &'a BTreeMap<String, String>,
    /// The heading level of the view's title: 1 where it is the page, 2 where it is shown on one.
    pub heading: u8,
}

impl<'a> Surroundings<'a> {
    /// The surroundings of an app that somebody just opened.
    #[must_use]
    pub fn of(app: &'a str, seal: &'a dyn Fn(&str, &Value) -> String) -> Surroundings<'a> {
        Surroundings {
            app,
            address: app,
            path: "/",
            query: BTreeMap::new(),
            seal,
            nonce: "",
            pressed: None,
            typed: BTreeMap::new(),
            errors: BTreeMap::new(),
            toast: None,
            reader: stamp::Reader::default(),
            prose: Prose::NONE,
            documents: &NO_DOCUMENTS,
            heading: 1,
        }
    }

    /// Whether the form of this handler is the one that was sent and is shown again.
    pub(crate) fn again(&self, handler: &str) -> bool {
        self.pressed.is_none_or(|pressed| pressed == handler)
    }
}

static NO_DOCUMENTS: BTreeMap<String, String> = BTreeMap::new();

/// The sign and the word of a tone; the neutral one has none.
pub(crate) fn tone_sign(tone: &str) -> Option<(&'static str, &'static str)> {
    match tone {
        "info" => Some(("i", "Note")),
        "good" => Some(("✔", "Good")),
        "warn" => Some(("!", "Careful")),
        "bad" => Some(("✘", "Problem")),
        _ => None,
    }
}

/// The tab that is shown: the one in the address, else the chosen one, else the first.
pub(crate) fn selected_tab<'n>(
    node: &'n Node,
    query: &BTreeMap<String, String>,
) -> Option<&'n Fields> {
    let by_id = |id: &str| node.objects("items").find(|tab| tab.text("id") == id);
    query
        .get("tab")
        .and_then(|id| by_id(id))
        .or_else(|| by_id(node.text("selected")))
        .or_else(|| node.objects("items").next())
}
