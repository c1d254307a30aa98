//! What a button holds is sealed: it works for the app and the person it was drawn for, unchanged.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use model::{Level, Value};
use testkit::Place;

#[test]
fn a_button_is_for_whom_it_was_drawn() {
    let place = Place::new();
    let ana = place.person("ana", Level::Member);
    let main = "function view() end function on.go(ctx, args) end";
    let (app, other) = (place.app(&ana, "buttons", main), place.app(&ana, "other", main));
    let args = Value::map([("n", Value::Int(7))]);
    let token = place.group.seal_action(&app, false, "ana", "go", &args).unwrap();
    let pressed = place.group.open_action(&app, "ana", &token).unwrap();
    assert_eq!((pressed.handler.as_str(), pressed.args), ("go", args));

    assert!(place.group.open_action(&app, "bob", &token).is_err(), "somebody else's button");
    assert!(place.group.open_action(&app, "", &token).is_err(), "a button of somebody signed in");
    assert!(place.group.open_action(&other, "ana", &token).is_err(), "another app's button");
    for at in [0, token.len() / 2, token.len() - 1] {
        let mut changed = token.clone().into_bytes();
        changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
        let changed = String::from_utf8(changed).unwrap();
        assert!(place.group.open_action(&app, "ana", &changed).is_err(), "a changed sign");
    }
}
