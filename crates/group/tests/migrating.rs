//! New code takes over old data: rehearsed, swapped in one commit, and undone with it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use model::{Account, App, Ending, Level, Value, limit};
use std::time::Duration;
use testkit::Place;

const OLD: &str = r#"
function view(ctx)
  return ui.page{ "Votes", ui.text(tostring(store.get("votes/1"))), ui.text(tostring(store.get("kept"))) }
end
function on.fill(ctx)
  for n = 1, 3 do store.set("votes/" .. n, "yes") end
  store.set("gone", 1); store.set("kept", "same"); files.write("a.txt", "a file")
end
function on.more(ctx) store.set("votes/4", "no") end
"#;

const NEW: &str = r#"
function migrate(ctx, from)
  for _, row in ipairs(store.list("votes/")) do
    store.set(row.key, { answer = row.value, from = from })
  end
  store.delete("gone"); store.set("form", 2)
  print("took over " .. from)
end
function check(ctx)
  assert(store.get("form") == 2)
  assert(store.get("votes/1").answer == "yes")
end
function view(ctx)
  return ui.page{ "Votes", ui.text(store.get("votes/1").answer .. "!"), ui.text(store.get("kept")) }
end
function on.more(ctx) store.set("votes/5", { answer = "new" }) end
"#;

fn filled(place: &Place) -> (Account, App) {
    let ana = place.person("ana", Level::Member);
    let app = place.app(&ana, "votes", OLD);
    let ran = place.press(&app, &ana, "fill", Value::Nil);
    assert_eq!(ran.ending, Ending::Done, "{}", ran.message);
    (ana, app)
}

/// Saves another `main.lua`.
fn saved(place: &Place, ana: &Account, app: &App, main: &str) -> App {
    let files = place.group.files(&app.draft).unwrap();
    let files = files.with("main.lua", main.as_bytes().to_vec()).unwrap();
    place.group.save_draft(ana, app, &files, None).unwrap()
}

fn used(place: &Place, ana: &Account) -> u64 {
    place.group.usage(ana).unwrap().storage.used
}

#[test]
fn a_rehearsal_tells_what_would_change_and_changes_nothing() {
    let place = Place::new();
    let (ana, app) = filled(&place);
    assert_eq!(place.group.rehearse(&ana, &app).unwrap(), None, "old code takes nothing over");
    let app = saved(&place, &ana, &app, NEW);
    let before = place.page(&app, &ana);
    let told = place.group.rehearse(&ana, &app).unwrap().unwrap();
    assert_eq!((told.from, told.added, told.changed, told.deleted), (1, 1, 3, 1));
    assert_eq!(told.printed, ["took over 1"]);
    assert!(told.gas > 100_000);
    let vote = told.shown.iter().find(|it| it.key == "votes/1").unwrap();
    assert_eq!(vote.before.as_deref(), Some("\"yes\""));
    assert!(vote.after.as_ref().unwrap().contains("\"answer\":\"yes\""), "{vote:?}");
    assert_eq!(place.page(&app, &ana), before, "nothing was changed");
    assert_eq!(place.reload(&ana, &app).release_number, 1);
}

#[test]
fn the_swap_is_whole_and_is_undone_with_the_data() {
    let place = Place::new();
    let (ana, app) = filled(&place);
    let at_first = used(&place, &ana);
    let app = saved(&place, &ana, &app, NEW);
    place.group.publish(&ana, &app, "new form").unwrap();
    let app = place.reload(&ana, &app);
    assert_eq!(place.page(&app, &ana), "Votes\nyes!\nsame");
    let before = app.before.clone().unwrap();
    assert_eq!((before.number, before.keys), (1, 5));
    assert!(used(&place, &ana) > at_first, "what was before is kept, and paid for");
    place.press(&app, &ana, "more", Value::Nil);

    // Code alone: the data stays as it is, and the old page does not know it.
    place.group.go_back(&ana, &app, 1).unwrap();
    let app = place.reload(&ana, &app);
    assert!(place.page(&app, &ana).starts_with("Votes\ntable"), "{}", place.page(&app, &ana));
    // With the data.
    let release = place.group.go_back_with_data(&ana, &app).unwrap();
    let app = place.reload(&ana, &app);
    assert_eq!((release.number, place.page(&app, &ana).as_str()), (4, "Votes\nyes\nsame"));
    assert!(release.note.contains("with its data"), "{}", release.note);
    // And forth again: what was new is not lost either.
    assert_eq!(app.before.as_ref().unwrap().number, 3);
    let app = saved(&place, &ana, &app, OLD);
    let after = used(&place, &ana);
    place.world.pass(limit::BEFORE_LIFE + Duration::from_secs(1));
    place.group.sweep().unwrap();
    let app = place.reload(&ana, &app);
    assert_eq!(app.before, None, "thirty days are over");
    assert!(used(&place, &ana) < after);
    assert!(place.group.go_back_with_data(&ana, &app).unwrap_err().public.contains("30 days"));
    assert_eq!(place.page(&app, &ana), "Votes\nyes\nsame");
    place.group.delete_app(&ana, &app).unwrap();
    assert_eq!(used(&place, &ana), 0, "everything is given back");
}

#[test]
fn what_fails_changes_nothing() {
    let place = Place::new();
    let (ana, app) = filled(&place);
    let page = place.page(&app, &ana);
    for (name, code, expect) in [
        ("error", "function migrate(ctx) store.set(\"kept\", 1) error(\"no\") end", "main.lua:"),
        (
            "check",
            "function migrate(ctx) store.set(\"kept\", 1) end\nfunction check(ctx) return false end",
            "check answered false",
        ),
        ("why", "function check(ctx) return \"the sum is wrong\" end", "the sum is wrong"),
        ("writes", "function check(ctx) store.set(\"kept\", 1) end", "looking changes nothing"),
        (
            "effects",
            "function migrate(ctx) git.commit(\"https://git.example/r\", { a = \"b\" }, \"c\") end",
            "not granted",
        ),
        ("fetch", "function migrate(ctx) http.fetch(\"https://a.example/\") end", "not granted"),
        (
            "large",
            "function migrate(ctx) for n = 1, 70 do store.set(\"x\" .. n, (\"x\"):rep(1000000)) end end",
            "64 MiB",
        ),
    ] {
        let app = saved(&place, &ana, &app, &format!("{OLD}\n{code}\n"));
        let said = place.group.publish(&ana, &app, "").unwrap_err().public;
        assert!(said.contains(expect), "{name}: {said}");
        let now = place.reload(&ana, &app);
        assert_eq!((now.release_number, now.before.clone()), (1, None), "{name}");
        assert_eq!(place.page(&now, &ana), page, "{name}");
    }
}

#[test]
fn who_has_no_data_or_no_such_function_just_publishes() {
    let place = Place::new();
    let ana = place.person("ana", Level::Member);
    let app = place.app(&ana, "votes", OLD);
    let app = saved(
        &place,
        &ana,
        &app,
        &NEW.replace(
            "function migrate(ctx, from)",
            "function migrate(ctx, from) error(\"called\")",
        ),
    );
    place.group.publish(&ana, &app, "no data").unwrap();
    let app = place.reload(&ana, &app);
    assert_eq!((app.release_number, app.before.clone()), (2, None));
    assert!(place.group.go_back_with_data(&ana, &app).is_err());
}

/// A server that is killed leaves the old or the new, and never something in between.
#[test]
fn a_killed_server_leaves_old_or_new() {
    let place = Place::new();
    let (ana, app) = filled(&place);
    let app = saved(&place, &ana, &app, NEW);
    place.group.rehearse(&ana, &app).unwrap();
    let old = place.killed_now();
    assert_eq!(old.page(&old.reload(&ana, &app), &ana), "Votes\nyes\nsame");
    place.group.publish(&ana, &app, "").unwrap();
    let new = place.killed_now();
    let app = new.reload(&ana, &app);
    assert_eq!((app.release_number, new.page(&app, &ana).as_str()), (2, "Votes\nyes!\nsame"));
    place.group.go_back_with_data(&ana, &app).unwrap();
    let back = place.killed_now();
    assert_eq!(back.page(&back.reload(&ana, &app), &ana), "Votes\nyes\nsame");
    back.group.store().integrity().unwrap();
}
