//! What `allot doctor` sees of a store: a blob that is gone, a key that does not fit.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use group::Keys;
use group::inspect::{blobs, key_fits, newest};
use model::{Ending, Level, Value};
use std::time::Duration;
use testkit::Place;

#[test]
fn a_blob_that_is_gone_is_named_with_what_needs_it() {
    let place = Place::new();
    let ana = place.person("ana", Level::Member);
    let main = "function view() return ui.page{ 'x' } end
        function on.keep() files.write('a.txt', 'kept') end";
    let app = place.app(&ana, "poll", main);
    let store = place.group.store();
    let before = blobs(store).unwrap();
    assert_eq!((before.named, before.missing.len()), (2, 0), "two files of a release");
    assert_eq!(place.press(&app, &ana, "keep", Value::Nil).ending, Ending::Done);
    assert_eq!(blobs(store).unwrap().named, 3);
    let remove = |hash: &str| {
        let blob = place.folder.path().join("blobs").join(&hash[..2]).join(&hash[2..]);
        std::fs::remove_file(blob).unwrap();
    };
    remove(&app.draft["main.lua"]);
    remove(&store.put_blob(b"kept").unwrap());
    let missing = blobs(store).unwrap().missing;
    assert_eq!(missing.len(), 2, "{missing:?}");
    for needs in ["main.lua of @ana/poll", "a.txt of @ana/poll"] {
        assert!(missing.iter().any(|it| it.contains(needs)), "{needs}: {missing:?}");
    }
}

#[test]
fn a_key_fits_or_does_not() {
    let place = Place::new();
    let fits = |key| key_fits(place.group.store(), &Keys::new(key)).unwrap();
    assert_eq!(fits([7; 32]), None, "nobody is here yet");
    place.person("ana", Level::Member);
    assert_eq!((fits([7; 32]), fits([8; 32])), (Some(true), Some(false)));
}

#[test]
fn the_newest_is_what_happened_last() {
    let place = Place::new();
    assert_eq!(newest(place.group.store()).unwrap(), None);
    let ana = place.person("ana", Level::Member);
    let main = "function view() return ui.page{ 'x' } end function on.add() store.add('n') end";
    let app = place.app(&ana, "poll", main);
    let joined = newest(place.group.store()).unwrap().unwrap();
    place.world.pass(Duration::from_secs(3_600));
    place.press(&app, &ana, "add", Value::Nil);
    let pressed = newest(place.group.store()).unwrap().unwrap();
    assert_eq!(pressed.since(joined), Duration::from_secs(3_600));
}
