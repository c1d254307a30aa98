//! The pages of a document: writing it, a conflict, a preview, and its history.

use super::{Page, Word, ago, chrome, page};
use model::Level;
use ui::page::app_bar::AppBar;
use ui::page::changes::Changes;
use ui::page::document::{DocumentHistory, EditDocument, Named, Opened, RevisionLine, Theirs};
use ui::{Form, Prose};

fn named(word: Word) -> Named {
    Named {
        bar: AppBar {
            owner: "ana".into(),
            name: "minutes".into(),
            title: word("Minutes"),
            release: Some(2),
            mine: false,
        },
        label: word("Minutes, November"),
        token: word("sealed-minutes"),
        back: "/@ana/minutes?day=2026-11-24".into(),
        plain: false,
        edit: true,
        history: true,
    }
}

fn cleaned(text: &str) -> Prose {
    let mut prose = Prose::default();
    prose.add(Form::Markdown, text, ui::prose::checked(&ui::markdown(text)));
    prose
}

pub fn pages(word: Word) -> Vec<Page> {
    let me = chrome(word, Some(Level::Member), "/@ana/minutes/doc/edit");
    let text = word("# Garden\n\n- Leo mends the fence\n- Ana buys seeds");
    let edit = EditDocument { of: named(word), text: text.clone(), base: 3, ..Default::default() };
    let theirs =
        Theirs { text: word("# Garden\n\n- Kim mends the fence"), by: word("kim"), at: ago(2) };
    let conflict = EditDocument { conflict: Some(theirs), begun: true, ..edit.clone() };
    let preview = EditDocument { preview: Some(cleaned(&text)), ..edit.clone() };
    let unsaved = EditDocument {
        of: Named { token: String::new(), ..named(word) },
        error: Some(word("This page is too old.")),
        ..edit.clone()
    };
    let line = |number: i64, by: &str| RevisionLine {
        number,
        at: ago(100 - number),
        by: by.to_owned(),
        bytes: 1_204,
    };
    let history = DocumentHistory {
        of: named(word),
        revisions: vec![line(3, "kim"), line(2, ""), line(1, "ana")],
        open: None,
    };
    let changed = DocumentHistory {
        open: Some(Opened::Changes(Changes {
            from: "revision 2".into(),
            to: "revision 3".into(),
            text: word(
                "@ Minutes
@@ -1,2 +1,2 @@
 # Garden
-- Leo
+- Kim
",
            ),
        })),
        ..history.clone()
    };
    let old = DocumentHistory {
        open: Some(Opened::Text { number: 1, prose: cleaned(&text), text }),
        ..history.clone()
    };
    let empty = DocumentHistory { revisions: vec![], ..history.clone() };
    vec![
        page("document", edit.draw(&me)),
        page("document-conflict", conflict.draw(&me)),
        page("document-preview", preview.draw(&me)),
        page("document-unsaved", unsaved.draw(&me)),
        page("document-history", history.draw(&me)),
        page("document-changed", changed.draw(&me)),
        page("document-old", old.draw(&me)),
        page("document-empty", empty.draw(&me)),
    ]
}
