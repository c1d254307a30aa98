//! A command-line program that knows nothing of a group, `examples/tally`, works in its app's files. It
//! is made by `examples/build.sh`; without Rust's target for wasm there is nothing to run here.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use group::Ran;
use model::{Account, App, Ending, Files, Level, Name, Value};
use std::path::Path;
use testkit::Place;

/// The example as it lies there, with a schedule; `None` if it is not built.
fn files() -> Option<Files> {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/tally"));
    let wasm = std::fs::read(folder.join("main.wasm")).ok()?;
    let manifest = std::fs::read(folder.join("allotment.toml")).unwrap();
    let schedule = b"[[schedule]]\nname = \"run\"\nevery = \"1h\"\n";
    let files = [
        ("allotment.toml".to_owned(), [manifest.as_slice(), schedule].concat()),
        ("main.wasm".to_owned(), wasm),
    ];
    Some(Files::new(files.into()).unwrap())
}

struct Story {
    place: Place,
    ana: Account,
    app: App,
}

impl Story {
    fn begin() -> Option<Story> {
        let files = files()?;
        let place = Place::new();
        let ana = place.person("ana", Level::Member);
        let app = place.group.create_app(&ana, Name::parse("tally").unwrap(), &files).unwrap();
        place.group.publish(&ana, &app, "as it lies there").unwrap();
        let app = place.reload(&ana, &app);
        Some(Story { place, ana, app })
    }

    fn ran(&self, args: &str, input: &str) -> Ran {
        let args = Value::map([("args", Value::text(args)), ("input", Value::text(input))]);
        self.place.press(&self.app, &self.ana, "run", args)
    }

    /// What it printed, as its page shows it.
    fn printed(&self, args: &str, input: &str) -> String {
        let ran = self.ran(args, input);
        assert_eq!(ran.ending, Ending::Done, "{args}: {} {:?}", ran.message, ran.printed);
        let Some(Value::List(body)) = ran.answer.get("body") else { panic!("{:?}", ran.answer) };
        body.last().and_then(|output| output.str_at("text")).unwrap_or_default().to_owned()
    }

    fn kept(&self, name: &str) -> String {
        String::from_utf8(self.place.group.kept_file(&self.app, name).unwrap()).unwrap()
    }
}

#[test]
fn a_program_works_in_its_apps_files_and_they_are_kept() {
    let Some(story) = Story::begin() else { return };
    let table = "     2 cat\n     1 dog\n";
    assert_eq!(story.printed("-o out/counts.txt -a log.txt -", "cat\ndog\ncat\n"), table);
    assert_eq!(story.kept("out/counts.txt"), table);
    assert_eq!(story.kept("log.txt"), "3 lines, 2 different\n");
    // The next run reads what that one kept, and adds to it.
    assert_eq!(story.printed("log.txt -a log.txt", ""), "     1 3 lines, 2 different\n");
    assert_eq!(story.kept("log.txt"), "3 lines, 2 different\n1 lines, 1 different\n");
    // A folder is what is in it, and nothing is left beside it.
    assert_eq!(story.printed("out", ""), "     1      1 dog\n     1      2 cat\n");
    let names = story.ran("-a all.txt .", "");
    assert_eq!(names.ending, Ending::Done, "{}", names.message);
    assert_eq!(story.kept("all.txt"), "4 lines, 4 different\n");
    assert!(names.receipt.causes["files.read"].count >= 2, "{:?}", names.receipt.causes);
    assert!(story.place.group.kept_file(&story.app, "out/counts.part").is_err());
}

#[test]
fn a_program_that_fails_keeps_nothing() {
    let Some(story) = Story::begin() else { return };
    for args in ["-a new.txt none.txt", "-o ../../new.txt -", "-o /.new/x -", "-o con -"] {
        let ran = story.ran(args, "text");
        assert_eq!(ran.ending, Ending::Stopped, "{args}: {:?}", ran.printed);
    }
    // One file is written before another turns out to be refused.
    let ran = story.ran("-o new.txt -a con -", "text");
    assert_eq!(ran.ending, Ending::Stopped);
    assert!(story.place.group.kept_file(&story.app, "new.txt").is_err(), "like any run");
}

#[test]
fn the_same_again_costs_the_same() {
    let gas = || {
        let story = Story::begin()?;
        Some([story.ran("-o a.txt -", "x\ny").receipt.gas, story.ran("a.txt", "").receipt.gas])
    };
    assert_eq!(gas(), gas());
}

#[test]
fn a_schedule_starts_it_too() {
    let Some(story) = Story::begin() else { return };
    assert!(story.place.minutes(61) > 0);
    let story = Story { app: story.place.reload(&story.ana, &story.app), ..story };
    assert_eq!(story.printed("-o a.txt -", "x"), "     1 x\n");
}
