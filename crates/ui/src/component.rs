//! What a component is: its name, its properties and their kinds. The components themselves stand
//! in `table`; how they look is the business of the faces.

use crate::table::{ALL, COMMON, LEVEL_TWO};

/// A component an app can use as `ui.NAME{…}`.
#[derive(Debug)]
pub struct Component {
    pub name: &'static str,
    /// The property that a plain positional string fills.
    pub main: Option<&'static str>,
    /// One sentence, shown in completion and help.
    pub doc: &'static str,
    pub properties: &'static [Property],
}

/// A record inside a property, like one option of a select.
#[derive(Debug)]
pub struct Object {
    pub name: &'static str,
    /// The property that a plain string in place of the record fills.
    pub main: Option<&'static str>,
    pub properties: &'static [Property],
}

/// One property of a component or record.
#[derive(Debug)]
pub struct Property {
    pub name: &'static str,
    pub kind: Kind,
    pub required: bool,
}

/// What a property holds.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// A string or number of at most `TEXT_BYTES_MAX`.
    Text,
    /// A string of at most `LONG_TEXT_BYTES_MAX`.
    LongText,
    /// A long text in Markdown, and one in HTML. Both are cleaned before they are shown.
    Markdown,
    Html,
    /// An identifier.
    Name,
    /// An address that `address::parse` takes.
    Address,
    Truth,
    Whole,
    Number,
    /// Unix seconds, or a time as RFC 3339 writes it.
    When,
    Node,
    Nodes,
    /// The name of a handler `on.NAME`.
    Handler,
    /// A table that is sealed into a button.
    Args,
    /// Texts by name.
    Texts,
    OneOf(&'static [&'static str]),
    List(&'static Kind),
    Object(&'static Object),
    /// What a drawing is made of, as `ops` reads it.
    Ops,
    /// The address of an app, like `@ana/poll` or `@ana@oak.example/poll`.
    App,
    /// A text, a number, a truth, a node, or a table of them.
    Any,
}

/// Bytes of a short text: a title or a label, not a chapter.
pub const TEXT_BYTES_MAX: usize = 4 * 1024;
/// Bytes of a long text.
pub const LONG_TEXT_BYTES_MAX: usize = 64 * 1024;
/// Rows of one table: more is what pages of a table are for.
pub const ROWS_MAX: usize = 500;
/// Items of one list.
pub const ITEMS_MAX: usize = 200;

/// The component of this name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Component> {
    ALL.iter().find(|component| component.name == name)
}

impl Component {
    /// 1 if every face draws it, 2 if one may draw its `fallback` in its place.
    #[must_use]
    pub fn level(&self) -> u8 {
        if LEVEL_TWO.contains(&self.name) { 2 } else { 1 }
    }

    /// The property of this name, its own or one that all have.
    #[must_use]
    pub fn property(&self, name: &str) -> Option<&'static Property> {
        self.properties.iter().chain(COMMON).find(|property| property.name == name)
    }
}

impl Object {
    /// The property of this name.
    #[must_use]
    pub fn property(&self, name: &str) -> Option<&'static Property> {
        self.properties.iter().find(|property| property.name == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_main_properties_exist() {
        for (place, component) in ALL.iter().enumerate() {
            assert!(ALL[place + 1..].iter().all(|other| other.name != component.name));
            assert!(component.doc.ends_with('.'), "{}", component.name);
            if let Some(main) = component.main {
                assert!(component.property(main).is_some(), "{}", component.name);
            }
        }
    }
}
