//! Every component through every face, compared with committed files. `UPDATE_GOLDEN=1` rewrites
//! them; read the difference before it is committed.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::disallowed_methods)]

use model::{Moment, Value};
use std::collections::BTreeMap;
use std::path::Path;
use ui::{Form, Prose, Surroundings, View, json, offers, stamp, table, view};

/// The text of the document named `written`.
const WRITTEN: &str = "**Leo** mends the fence.\n\n- Ana buys seeds";

fn seal(handler: &str, args: &Value) -> String {
    format!("{handler}{}", json::of_value(args))
}

fn around(prose: &Prose) -> Surroundings<'_> {
    let reader = stamp::Reader { now: Moment::from_seconds(1_795_507_200), tz: "UTC".into() };
    Surroundings {
        address: "@ana@oak.example/garden",
        nonce: "n",
        reader,
        prose,
        ..Surroundings::of("/@ana/garden", &seal)
    }
}

fn read(text: &str) -> View {
    let value = json::to_value(&serde_json::from_str(text).expect("json"));
    View::read_offering(&value, "Garden", offers::ALL).expect("a view without faults")
}

fn compare(path: &Path, drawn: &str) {
    let read = || std::fs::read_to_string(path).unwrap_or_default();
    // Others read these files, too: what is as it should be is left alone.
    if std::env::var("UPDATE_GOLDEN").is_ok() && read() != drawn {
        std::fs::write(path, drawn).unwrap();
    }
    let kept = read();
    assert_eq!(kept, drawn, "{} changed; UPDATE_GOLDEN=1 rewrites it", path.display());
}

#[test]
fn every_component_looks_as_committed() {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    for component in table::ALL {
        let case = cases.join(component.name);
        let text = std::fs::read_to_string(case.join("view.json")).expect(component.name);
        assert!(text.contains(&format!("\"type\": \"{}\"", component.name)));
        let view = read(&text);
        let mut prose = Prose::here(&view);
        prose.add(Form::Markdown, WRITTEN, ui::prose::checked(&ui::markdown(WRITTEN)));
        let mut around = around(&prose);
        let documents = BTreeMap::from([("written".to_owned(), WRITTEN.to_owned())]);
        around.documents = &documents;
        // A line break before each tag keeps differences readable; it is not part of the page.
        let html =
            view::html(&view, &around).into_string().replace('<', "\n<").replace("\n</", "</");
        compare(&case.join("out.html"), html.trim_start());
        compare(&case.join("out.txt"), &view::text(&view, &around));
        compare(&case.join("out.gmi"), &view::gemtext(&view, &around, "https://oak.example"));
        if let Some(feed) = view::atom(&view, &around, "https://oak.example") {
            compare(&case.join("out.atom"), &feed.replace('<', "\n<").replace("\n</", "</"));
        }
        let out = serde_json::to_string_pretty(&view::json(&view, &around)).unwrap() + "\n";
        compare(&case.join("out.json"), &out);
    }
}
