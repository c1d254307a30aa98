//! Looks at HTML before the sanitiser does, and refuses what would cost it too much. The sanitiser
//! is quadratic in nesting, in misplaced parts of tables and in attributes of one tag, and HTML's
//! repair rules can turn few bytes into many elements.

use html5ever::interface::tree_builder::{ElementFlags, NodeOrText, QuirksMode, TreeSink};
use html5ever::tendril::{StrTendril, TendrilSink};
use html5ever::{Attribute, ExpandedName, ParseOpts, QualName, local_name, ns, parse_fragment};
use model::sabotage;
use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

/// Bytes of HTML that are cleaned at once.
pub(crate) const HTML_BYTES_MAX: usize = 256 * 1024;
/// How deep elements may be nested; people nest ten or twenty.
pub(crate) const DEPTH_MAX: usize = 128;
/// Elements, also those that repairs add: a long article has a few thousand.
const ELEMENTS_MAX: u32 = 20_000;
/// Parts that stand in a table where none may stand; each costs a look at all before it.
const MISPLACED_MAX: u32 = 500;
/// Attributes of one tag; each is compared with all before it.
const ATTRIBUTES_MAX: usize = 100;
/// Bytes looked at for tags, over the bytes there are: more means tags within tags within tags.
const LOOKS_MAX: usize = 64;
/// Bytes that are parsed before the counts are looked at again.
const CHUNK_BYTES: usize = 1024;

/// Whether HTML may be given to the sanitiser; else a sentence that says why not.
pub(crate) fn check(html: &str) -> Result<(), String> {
    if html.len() > HTML_BYTES_MAX && !sabotage::off("html-size") {
        return Err(format!(
            "This text is longer than {} KiB, so it is not shown.",
            HTML_BYTES_MAX / 1024
        ));
    }
    if !tags_are_fine(html.as_bytes()) {
        return Err("This text has a tag with far too many attributes, so it is not shown.".into());
    }
    tree_is_fine(html)
}

/// Counts the attributes from every place where a tag could begin. Quotes and comments can hide
/// where one really does, so none is passed over.
fn tags_are_fine(html: &[u8]) -> bool {
    let mut looks = html.len().saturating_mul(LOOKS_MAX);
    for start in 0..html.len() {
        let name = match &html[start..] {
            [b'<', b'/', name, ..] | [b'<', name, ..] => name,
            _ => continue,
        };
        if !name.is_ascii_alphabetic() {
            continue;
        }
        let (attributes, looked) = attributes_of(&html[start + 1..]);
        looks = looks.saturating_sub(looked);
        if attributes > ATTRIBUTES_MAX || looks == 0 {
            return false;
        }
    }
    true
}

/// Attributes of the tag that begins here, and the bytes looked at (HTML §13.2.5.8 to §13.2.5.40).
fn attributes_of(tag: &[u8]) -> (usize, usize) {
    let skip = |at: usize, wanted: fn(u8) -> bool| {
        at + tag[at.min(tag.len())..].iter().take_while(|byte| wanted(**byte)).count()
    };
    let space = |byte: u8| byte.is_ascii_whitespace();
    let mut at = skip(0, |byte| !byte.is_ascii_whitespace() && byte != b'/' && byte != b'>');
    let mut count = 0;
    while count <= ATTRIBUTES_MAX {
        at = skip(at, |byte| byte.is_ascii_whitespace() || byte == b'/');
        if matches!(tag.get(at), None | Some(b'>')) {
            break;
        }
        count += 1;
        at =
            skip(at + 1, |byte| !byte.is_ascii_whitespace() && !matches!(byte, b'/' | b'>' | b'='));
        at = skip(at, space);
        if tag.get(at) != Some(&b'=') {
            continue;
        }
        at = skip(at + 1, space);
        at = match tag.get(at) {
            Some(b'"') => skip(at + 1, |byte| byte != b'"') + 1,
            Some(b'\'') => skip(at + 1, |byte| byte != b'\'') + 1,
            _ => skip(at, |byte| !byte.is_ascii_whitespace() && byte != b'>'),
        };
    }
    (count, at)
}

/// Parses the HTML into a tree that only counts, and stops as soon as it is too much.
fn tree_is_fine(html: &str) -> Result<(), String> {
    let context = QualName::new(None, ns!(html), local_name!("div"));
    let mut parser =
        parse_fragment(Counter::default(), ParseOpts::default(), context, vec![], false);
    let mut rest = html;
    while !rest.is_empty() {
        let (chunk, after) = rest.split_at(rest.ceil_char_boundary(CHUNK_BYTES.min(rest.len())));
        rest = after;
        parser.process(StrTendril::from_slice(chunk));
        parser.tokenizer.sink.sink.verdict()?;
    }
    let counter = parser.finish();
    counter.measure_depth();
    counter.verdict()
}

/// An element of the counting tree.
struct Place {
    name: QualName,
    above: RefCell<Weak<Place>>,
    below: RefCell<Vec<Rc<Place>>>,
}

/// A tree builder's sink that keeps no text and counts what a real one would do.
struct Counter {
    root: Rc<Place>,
    elements: Cell<u32>,
    misplaced: Cell<u32>,
    depth: Cell<usize>,
}

impl Default for Counter {
    fn default() -> Counter {
        let root = place(QualName::new(None, ns!(), local_name!("")));
        Counter { root, elements: Cell::new(0), misplaced: Cell::new(0), depth: Cell::new(0) }
    }
}

fn place(name: QualName) -> Rc<Place> {
    Rc::new(Place { name, above: RefCell::default(), below: RefCell::default() })
}

impl Counter {
    fn verdict(&self) -> Result<(), String> {
        let why = if self.depth.get() > DEPTH_MAX && !sabotage::off("html-depth") {
            format!("nested more than {DEPTH_MAX} deep")
        } else if self.elements.get() > ELEMENTS_MAX {
            format!("made of more than {ELEMENTS_MAX} parts")
        } else if self.misplaced.get() > MISPLACED_MAX {
            "a table with far too much in the wrong place".into()
        } else {
            return Ok(());
        };
        Err(format!("This text is {why}, so it is not shown."))
    }

    /// Puts an element under another and notes how deep that is.
    fn put(&self, parent: &Rc<Place>, child: NodeOrText<Rc<Place>>) {
        let NodeOrText::AppendNode(child) = child else { return };
        self.remove_from_parent(&child);
        *child.above.borrow_mut() = Rc::downgrade(parent);
        parent.below.borrow_mut().push(child.clone());
        let mut depth = 1;
        let mut step = parent.above.borrow().upgrade();
        while let Some(place) = step.filter(|_| depth <= DEPTH_MAX) {
            depth += 1;
            step = place.above.borrow().upgrade();
        }
        self.depth.set(self.depth.get().max(depth));
    }

    /// Elements that were moved with all that is below them are only seen here.
    fn measure_depth(&self) {
        let mut waiting = vec![(self.root.clone(), 0)];
        while let Some((place, depth)) = waiting.pop() {
            self.depth.set(self.depth.get().max(depth));
            waiting.extend(place.below.borrow().iter().map(|below| (below.clone(), depth + 1)));
        }
    }
}

impl TreeSink for Counter {
    type Handle = Rc<Place>;
    type Output = Counter;
    type ElemName<'a> = ExpandedName<'a>;

    fn finish(self) -> Counter {
        self
    }

    fn parse_error(&self, _: Cow<'static, str>) {}

    fn get_document(&self) -> Rc<Place> {
        self.root.clone()
    }

    fn elem_name<'a>(&'a self, target: &'a Rc<Place>) -> ExpandedName<'a> {
        target.name.expanded()
    }

    fn create_element(&self, name: QualName, _: Vec<Attribute>, _: ElementFlags) -> Rc<Place> {
        self.elements.set(self.elements.get() + 1);
        place(name)
    }

    fn create_comment(&self, _: StrTendril) -> Rc<Place> {
        self.elements.set(self.elements.get() + 1);
        place(QualName::new(None, ns!(), local_name!("")))
    }

    fn create_pi(&self, _: StrTendril, data: StrTendril) -> Rc<Place> {
        self.create_comment(data)
    }

    fn append(&self, parent: &Rc<Place>, child: NodeOrText<Rc<Place>>) {
        self.put(parent, child);
    }

    fn append_based_on_parent_node(
        &self,
        element: &Rc<Place>,
        previous: &Rc<Place>,
        child: NodeOrText<Rc<Place>>,
    ) {
        let has_parent = element.above.borrow().upgrade().is_some();
        match has_parent {
            true => self.append_before_sibling(element, child),
            false => self.put(previous, child),
        }
    }

    fn append_before_sibling(&self, sibling: &Rc<Place>, child: NodeOrText<Rc<Place>>) {
        self.misplaced.set(self.misplaced.get() + 1);
        let parent = sibling.above.borrow().upgrade();
        if let Some(parent) = parent {
            self.put(&parent, child);
        }
    }

    fn append_doctype_to_document(&self, _: StrTendril, _: StrTendril, _: StrTendril) {}

    fn get_template_contents(&self, target: &Rc<Place>) -> Rc<Place> {
        target.clone()
    }

    fn same_node(&self, x: &Rc<Place>, y: &Rc<Place>) -> bool {
        Rc::ptr_eq(x, y)
    }

    fn set_quirks_mode(&self, _: QuirksMode) {}

    fn add_attrs_if_missing(&self, _: &Rc<Place>, _: Vec<Attribute>) {}

    fn remove_from_parent(&self, target: &Rc<Place>) {
        if let Some(parent) = target.above.take().upgrade() {
            let mut below = parent.below.borrow_mut();
            // What was put last is taken out first, nearly always.
            if let Some(at) = below.iter().rposition(|place| Rc::ptr_eq(place, target)) {
                let far = below.len() - at > DEPTH_MAX;
                self.misplaced.set(self.misplaced.get() + u32::from(far));
                below.remove(at);
            }
        }
    }

    fn reparent_children(&self, node: &Rc<Place>, new_parent: &Rc<Place>) {
        for child in node.below.take() {
            *child.above.borrow_mut() = Rc::downgrade(new_parent);
            new_parent.below.borrow_mut().push(child);
        }
    }
}

#[cfg(test)]
#[allow(clippy::expect_used)]
mod tests {
    use super::*;

    /// Each would cost the sanitiser seconds or gigabytes.
    fn hostile() -> Vec<(&'static str, String)> {
        let fill = |text: &str| text.repeat(250_000 / text.len());
        let many_bold: String = (0..100).map(|n| format!("<b id={n}>")).collect();
        let attributes: String = (0..40_000).map(|n| format!(" a{n}")).collect();
        vec![
            ("deep", fill("<div>")),
            ("a little too deep", "<div>".repeat(DEPTH_MAX + 8)),
            ("deep and hidden from a count of tags", fill("<div></p>")),
            ("reopened", format!("{many_bold}{}", "<p>".repeat(60_000))),
            ("misplaced", format!("<table>{}", "<br>".repeat(10_000))),
            ("misplaced after a cell", format!("<table><tr><td></tr>{}", "<br>".repeat(10_000))),
            ("attributes", format!("<p{attributes}>")),
            ("attributes of an end", format!("</p{attributes}>")),
            ("attributes behind a quote", format!("<!--<a b=\"--><a{attributes}>")),
            ("attributes after a lone quote", format!("<a b = \">\"{attributes}>")),
            ("attributes in a title", format!("<title><a b='</title><a{attributes}>")),
            ("tags in tags", fill("<a")),
            ("quoted tags in tags", fill("<a b='")),
            ("long", "x".repeat(HTML_BYTES_MAX + 1)),
            ("parts", fill("<br>")),
        ]
    }

    #[test]
    fn what_would_cost_too_much_is_refused() {
        for (name, html) in hostile() {
            let why = check(&html).expect_err(name);
            assert!(why.starts_with("This text") && why.ends_with("so it is not shown."), "{why}");
        }
    }

    #[test]
    fn what_people_write_passes() {
        let article = "<h2>A</h2><p>Some <b>bold</b> <a href='x' title=\"a > b\">text</a></p><ul><li>a<li>b</ul>";
        for html in [
            String::new(),
            article.repeat(1_000),
            "<p>unclosed".repeat(5_000),
            "<table><tr><td>1<td>2<tr><td>3</table>".repeat(500),
            "<div>".repeat(DEPTH_MAX - 8),
            format!("<img src=\"data:image/png;base64,{}\">", "A".repeat(100_000)),
            "a < b < ".repeat(1_000),
        ] {
            assert_eq!(check(&html), Ok(()), "{}", &html[..html.len().min(60)]);
        }
    }
}
