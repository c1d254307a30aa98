//! What the group itself keeps or does for apps, beside running them. A part that needs more than
//! this group has is refused with a word to its author, and never drawn as if it worked.

use crate::component;
use crate::node::{Node, Prop};

/// Something a group may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Offer {
    /// Texts that people write together.
    Documents,
    /// Conversations that the group keeps.
    Threads,
    /// Timelines that the group keeps.
    Feeds,
    /// The sheet on which people choose what an app may have.
    Picking,
    /// The composer in which people send what an app has drafted.
    Composing,
    /// Posts that leave as ActivityPub.
    ActivityPub,
}

/// What this group has.
pub const HERE: &[Offer] = &[Offer::Documents];
/// What a group can have.
pub const ALL: &[Offer] = &[
    Offer::Documents,
    Offer::Threads,
    Offer::Feeds,
    Offer::Picking,
    Offer::Composing,
    Offer::ActivityPub,
];

/// What a property needs, and what its author can do without it.
struct Need {
    component: &'static str,
    property: &'static str,
    /// The value that needs it; `None` is every value.
    word: Option<&'static str>,
    offer: Offer,
    text: &'static str,
}

const fn need(
    component: &'static str,
    property: &'static str,
    word: Option<&'static str>,
    offer: Offer,
    text: &'static str,
) -> Need {
    Need { component, property, word, offer, text }
}

static NEEDS: &[Need] = &[
    need(
        "messages",
        "thread",
        None,
        Offer::Threads,
        "this group keeps no conversations yet. Keep the messages with store.set and give them as items = { … }",
    ),
    need(
        "timeline",
        "feed",
        None,
        Offer::Feeds,
        "this group keeps no timelines yet. Keep the posts with store.set and give them as items = { … }",
    ),
    need(
        "timeline",
        "publish",
        Some("activitypub"),
        Offer::ActivityPub,
        "this group sends no ActivityPub yet. Write publish = \"atom\", which every feed reader can follow",
    ),
    need(
        "picker",
        "kind",
        None,
        Offer::Picking,
        "in this group people cannot hand single things over yet. Ask with settings{ … } or ui.form",
    ),
    need(
        "compose",
        "label",
        None,
        Offer::Composing,
        "in this group people cannot send posts or messages from apps yet. Show the text with ui.code, to be copied",
    ),
];

/// The property of a part that needs what is not offered, with a word to the author.
pub(crate) fn missing(node: &Node, offered: &[Offer]) -> Option<(&'static str, &'static str)> {
    let needs = NEEDS.iter().filter(|need| need.component == node.name());
    let mut unmet = needs.filter(|need| !offered.contains(&need.offer));
    unmet
        .find(|need| match need.word {
            None => node.0.contains_key(need.property),
            Some(word) => node.text(need.property) == word,
        })
        .map(|need| (need.property, need.text))
}

/// The first feature that a part requires and no part of ours is.
pub(crate) fn unknown(node: &Node) -> Option<String> {
    let required = node.list("requires").iter().map(Prop::shown);
    required.into_iter().find(|feature| component::find(feature).is_none())
}
