//! Documents: what scripts do with them, what the group writes for people, what a page that shows
//! them costs, and what goes along when an app moves.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use group::documents::Written;
use group::person;
use model::trigger::Change;
use model::{Account, App, Ending, Level, Value, limit};
use testkit::Place;

const MAIN: &str = r#"
function view(ctx)
  if store.get("try") then docs.write("plan", "From a view") end
  local newest = docs.read("plan")
  return ui.page{ "Plan", ui.text(newest and newest.text or "none"),
    ui.document{ doc = "plan", label = "Plan", edit = true, history = true } }
end
function on.write(ctx, args) return docs.write(args.name, args.text, { revision = args.revision }) end
function on.read(ctx, args) return docs.read(args.name, { revision = args.revision }) end
function on.list(ctx, args) return docs.list(args.prefix) end
function on.history(ctx, args) return docs.history(args.name) end
function on.diff(ctx, args) return docs.diff(args.name, args.from, args.to) end
function on.try(ctx) store.set("try", true) end
function on.many(ctx) while true do docs.write("plan", ("x\n"):rep(1000)) end end
function on.fill(ctx, args) for i = args.from, args.to do docs.write("d" .. i, "x") end end
function on.broken(ctx) docs.write("plan", "lost") error("no such luck") end
"#;

fn start() -> (Place, Account, App) {
    let place = Place::new();
    let ana = place.person("ana", Level::Member);
    let app = place.app(&ana, "plan", MAIN);
    (place, ana, app)
}

fn args(pairs: &[(&'static str, Value)]) -> Value {
    Value::map(pairs.to_vec())
}

/// Presses a button that must work.
#[track_caller]
fn done(
    place: &Place,
    app: &App,
    by: &Account,
    handler: &str,
    pairs: &[(&'static str, Value)],
) -> Value {
    let ran = place.press(app, by, handler, args(pairs));
    assert_eq!(ran.ending, Ending::Done, "{}", ran.message);
    ran.answer
}

fn write(place: &Place, app: &App, by: &Account, text: &str, base: Option<i64>) -> Value {
    let base = base.map_or(Value::Nil, Value::Int);
    done(
        place,
        app,
        by,
        "write",
        &[("name", "plan".into()), ("text", text.into()), ("revision", base)],
    )
}

fn kept(place: &Place, app: &App) -> String {
    place
        .group
        .library(app, false)
        .newest("plan")
        .unwrap()
        .map(|(_, text)| text)
        .unwrap_or_default()
}

#[test]
fn a_script_writes_reads_lists_and_compares() {
    let (place, ana, app) = start();
    let ben = place.person("ben", Level::Member);
    assert_eq!(done(&place, &app, &ana, "read", &[("name", "plan".into())]), Value::Nil);
    assert_eq!(write(&place, &app, &ana, "one\ntwo\nthree", None), Value::Int(1));
    assert_eq!(write(&place, &app, &ben, "one\n2\nthree", Some(1)), Value::Int(2));
    assert_eq!(write(&place, &app, &ben, "one\n2\nthree", Some(2)), Value::Int(2), "the same text");

    let read = done(&place, &app, &ana, "read", &[("name", "plan".into())]);
    assert_eq!(read.str_at("text"), Some("one\n2\nthree"));
    assert_eq!((read.get("revision"), read.str_at("by")), (Some(&Value::Int(2)), Some("ben")));
    let old = [("name", "plan".into()), ("revision", Value::Int(1))];
    let old = done(&place, &app, &ana, "read", &old);
    assert_eq!((old.str_at("text"), old.str_at("by")), (Some("one\ntwo\nthree"), Some("ana")));

    let listed = done(&place, &app, &ana, "list", &[("prefix", "pl".into())]);
    assert_eq!(listed.items().len(), 1);
    assert_eq!(listed.items()[0].str_at("name"), Some("plan"));
    assert!(done(&place, &app, &ana, "list", &[("prefix", "x".into())]).items().is_empty());
    let history = done(&place, &app, &ana, "history", &[("name", "plan".into())]);
    let by: Vec<_> = history.items().iter().filter_map(|it| it.str_at("by")).collect();
    assert_eq!(by, ["ben", "ana"]);
    let asked = [("name", "plan".into()), ("from", Value::Int(1)), ("to", Value::Int(2))];
    let diff = done(&place, &app, &ana, "diff", &asked);
    assert_eq!(diff.as_str(), Some("@@ -1,3 +1,3 @@\n one\n-two\n+2\n three\n"));
}

#[test]
fn changes_of_two_are_merged_or_refused_and_never_lost() {
    let (place, ana, app) = start();
    write(&place, &app, &ana, "a\nb\nc\nd", None);
    write(&place, &app, &ana, "A\nb\nc\nd", Some(1));
    assert_eq!(write(&place, &app, &ana, "a\nb\nc\nD", Some(1)), Value::Int(3));
    assert_eq!(kept(&place, &app), "A\nb\nc\nD");
    let same = args(&[
        ("name", "plan".into()),
        ("text", "Z\nb\nc\nd".into()),
        ("revision", Value::Int(1)),
    ]);
    let ran = place.press(&app, &ana, "write", same);
    assert_eq!(ran.ending, Ending::Stopped);
    assert!(ran.message.contains("the same lines of “plan”"), "{}", ran.message);
    assert!(ran.message.contains("read revision 3"), "{}", ran.message);
    assert_eq!(kept(&place, &app), "A\nb\nc\nD");
    let ran = place.press(&app, &ana, "broken", Value::Nil);
    assert_eq!(ran.ending, Ending::Stopped);
    assert_eq!(kept(&place, &app), "A\nb\nc\nD", "a run that fails keeps nothing");
}

#[test]
fn what_does_not_fit_is_refused_with_a_way_on() {
    let (place, ana, app) = start();
    write(&place, &app, &ana, "a", None);
    for (handler, given, says) in [
        (
            "write",
            args(&[("name", "a b".into()), ("text", "x".into())]),
            "a document's name has 1 to 64 bytes",
        ),
        (
            "write",
            args(&[
                ("name", "plan".into()),
                ("text", "x".repeat(limit::DOCUMENT_BYTES_MAX + 1).into()),
            ]),
            "at most 64 KiB",
        ),
        (
            "write",
            args(&[("name", "plan".into()), ("text", "x".into()), ("revision", Value::Int(9))]),
            "no revision 9 yet",
        ),
        (
            "write",
            args(&[("name", "plan".into()), ("text", "x".into()), ("revision", "one".into())]),
            "the whole number that docs.read answered",
        ),
        (
            "write",
            args(&[("name", "plan".into()), ("text", Value::Bool(true))]),
            "docs.write: argument 2 (text)",
        ),
        (
            "diff",
            args(&[("name", "plan".into()), ("from", Value::Int(1)), ("to", Value::Int(7))]),
            "no revision 7 that is still kept",
        ),
    ] {
        let ran = place.press(&app, &ana, handler, given);
        assert_eq!(ran.ending, Ending::Stopped, "{says}");
        assert!(ran.message.contains(says), "{says}: {}", ran.message);
    }
    assert_eq!(kept(&place, &app), "a");
}

#[test]
fn looking_writes_no_document() {
    let (place, ana, app) = start();
    done(&place, &app, &ana, "try", &[]);
    let ran = place.look(&app, Some(&ana));
    assert_eq!(ran.ending, Ending::Stopped);
    assert!(ran.message.contains("docs.write: looking changes nothing"), "{}", ran.message);
    assert_eq!(kept(&place, &app), "");
}

#[test]
fn what_is_written_is_paid() {
    let (place, ana, app) = start();
    let ran = place.press(&app, &ana, "many", Value::Nil);
    assert_ne!(ran.ending, Ending::Done, "a run writes a bounded number of documents");
    assert_eq!(kept(&place, &app), "");
    write(&place, &app, &ana, &"x".repeat(1000), None);
    let causes = place.look(&app, Some(&ana)).receipt.causes;
    assert_eq!(causes["ui.markdown"].gas, 40_000 + 1_100 * 1000, "the document of the page");
    assert_eq!(causes["docs.read"].count, 1);
}

#[test]
fn the_newest_revisions_are_kept_and_older_ones_make_room() {
    let (place, ana, app) = start();
    let max = limit::DOCUMENT_REVISIONS_MAX as i64;
    for number in 1..=max + 2 {
        assert_eq!(write(&place, &app, &ana, &format!("text {number}"), None), Value::Int(number));
    }
    let library = place.group.library(&app, false);
    let numbers: Vec<i64> = library.revisions("plan").unwrap().iter().map(|it| it.number).collect();
    assert_eq!(numbers, (3..=max + 2).rev().collect::<Vec<_>>());
    assert_eq!(library.text("plan", 2).unwrap(), None);
    assert_eq!(library.text("plan", 3).unwrap().as_deref(), Some("text 3"));
    // What was made from a revision that is gone cannot be merged, and is not lost.
    let old = Change::Save { text: "mine".into(), base: Some(1) };
    let by = Some(person(&ana));
    assert_eq!(
        place.group.write_document(&app, by, false, "plan", old).unwrap(),
        Written::Conflict
    );
}

#[test]
fn an_app_keeps_a_bounded_number_of_documents() {
    let (place, ana, app) = start();
    let max = limit::DOCUMENTS_PER_APP_MAX as i64;
    for from in (1..=max).step_by(100) {
        done(
            &place,
            &app,
            &ana,
            "fill",
            &[("from", Value::Int(from)), ("to", Value::Int(from + 99))],
        );
    }
    let ran = place.press(
        &app,
        &ana,
        "write",
        args(&[("name", "one-more".into()), ("text", "x".into())]),
    );
    assert!(ran.message.contains("at most 1000 documents"), "{}", ran.message);
    done(&place, &app, &ana, "write", &[("name", "d1".into()), ("text", "y".into())]);
}

#[test]
fn people_write_in_runs_of_their_own() {
    let (place, ana, app) = start();
    let ben = place.person("ben", Level::Member);
    let change = |by: &Account, change: Change| {
        place.group.write_document(&app, Some(person(by)), false, "plan", change).unwrap()
    };
    let save = |by, text: &str, base| change(by, Change::Save { text: text.into(), base });
    assert_eq!(save(&ana, "a\nb\nc", Some(0)), Written::Kept { revision: 1, merged: false });
    assert_eq!(save(&ana, "A\nb\nc", Some(1)), Written::Kept { revision: 2, merged: false });
    assert_eq!(save(&ben, "a\nb\nC", Some(1)), Written::Kept { revision: 3, merged: true });
    assert_eq!(kept(&place, &app), "A\nb\nC");
    assert_eq!(save(&ben, "x\nb\nc", Some(1)), Written::Conflict);

    let library = place.group.library(&app, false);
    let draft = |of: &Account| library.draft(&of.id.to_string(), "plan").unwrap();
    change(&ben, Change::Draft { text: "begun".into(), base: 3 });
    assert_eq!(draft(&ben).map(|it| (it.text, it.base)), Some(("begun".into(), 3)));
    assert_eq!(draft(&ana), None, "what one person has begun is theirs");
    change(&ben, Change::Discard);
    assert_eq!(draft(&ben), None);
    change(&ben, Change::Draft { text: "begun".into(), base: 3 });
    save(&ben, "done", Some(3));
    assert_eq!(draft(&ben), None, "what is saved is no draft");

    let receipts = place.group.receipts(&app, 50).unwrap();
    let written: Vec<_> = receipts.iter().filter(|it| it.trigger == "document plan").collect();
    assert!(written.len() >= 7, "{}", written.len());
    assert!(written.iter().all(|it| it.gas >= 1_000_000 && it.causes.contains_key("docs.write")));
    assert!(written.iter().any(|it| it.by.as_deref() == Some("@ben")));
}

#[test]
fn people_are_held_to_what_holds_for_runs() {
    let (place, ana, app) = start();
    let save = |text: String| {
        let change = Change::Save { text, base: None };
        place.group.write_document(&app, Some(person(&ana)), false, "plan", change)
    };
    let problem = save("x".repeat(limit::DOCUMENT_BYTES_MAX + 1)).unwrap_err();
    assert!(problem.public.contains("at most 64 KiB"), "{problem}");
    place.group.stop_app(&place.person("eva", Level::Admin), &app, Some("It is loud.")).unwrap();
    let problem = save("x".into()).unwrap_err();
    assert!(problem.public.contains("An admin stopped this app"), "{problem}");
    assert_eq!(kept(&place, &app), "");
}

#[test]
fn documents_go_along_with_an_app_and_drafts_stay() {
    let (place, ana, app) = start();
    write(&place, &app, &ana, "one", None);
    write(&place, &app, &ana, "two", None);
    let begun = Change::Draft { text: "begun".into(), base: 2 };
    place.group.write_document(&app, Some(person(&ana)), false, "plan", begun).unwrap();
    let mut file = std::io::Cursor::new(Vec::new());
    place.group.export_app(Some(&person(&ana)), &app, &mut file).unwrap();

    let other = Place::new();
    let kim = other.person("kim", Level::Member);
    file.set_position(0);
    let app = other.group.import_app(&kim, None, file).unwrap().app;
    let library = other.group.library(&app, false);
    assert_eq!(library.newest("plan").unwrap().unwrap().1, "two");
    assert_eq!(library.text("plan", 1).unwrap().as_deref(), Some("one"));
    assert_eq!(library.draft(&kim.id.to_string(), "plan").unwrap(), None);
}
