//! Code of other apps: pinned, pure, and kept as long as somebody uses it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use model::{Account, App, Files, Level, Name, ReleaseId};
use std::io::{Cursor, Read};
use testkit::Place;

const PAGE: &str = "function view(ctx) return ui.page{ \"Tools\" } end\n";
const LIBRARY: &str = "local words = require \"tools.words\"\nreturn { greet = function(who) return words.hello .. who end }\n";
const USER: &str = "local tools = require \"tools\"\nfunction view(ctx) return ui.page{ tools.greet(\"Ben\") } end\n";

fn files(manifest: &str, more: &[(&str, &str)]) -> Files {
    let all = more.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec()));
    let manifest = [("allotment.toml".to_owned(), manifest.as_bytes().to_vec())];
    Files::new(all.chain(manifest).collect()).unwrap()
}

/// An app with this manifest and these files, published if it can be.
fn published(
    place: &Place,
    owner: &Account,
    name: &str,
    manifest: &str,
    more: &[(&str, &str)],
) -> Result<App, String> {
    let files = files(&format!("name = \"{name}\"\n{manifest}"), more);
    let app = place.group.create_app(owner, Name::parse(name).unwrap(), &files);
    let app = app.map_err(|problem| problem.public)?;
    place.group.publish(owner, &app, "").map_err(|problem| problem.public)?;
    Ok(place.reload(owner, &app))
}

fn tools(place: &Place, ana: &Account) -> App {
    let more = [
        ("main.lua", PAGE),
        ("tools.lua", LIBRARY),
        ("tools/words.lua", "return { hello = \"Hello \" }\n"),
        ("secret.lua", "return 1\n"),
    ];
    published(place, ana, "tools", "share = \"group\"\n", &more).unwrap()
}

fn using(app: &str, release: &ReleaseId) -> String {
    format!("[[use]]\napp = \"{app}\"\nrelease = \"{release}\"\n")
}

#[test]
fn an_app_requires_code_of_another_one_and_keeps_it() {
    let place = Place::new();
    let (ana, ben) = (place.person("ana", Level::Member), place.person("ben", Level::Member));
    let library = tools(&place, &ana);
    let release = library.release.clone().unwrap();
    for address in ["@ana/tools", "@ana@oak.example/tools"] {
        let name = if address.contains("oak") { "far" } else { "near" };
        let app = published(&place, &ben, name, &using(address, &release), &[("main.lua", USER)])
            .unwrap();
        assert_eq!(place.page(&app, &ben), "Hello Ben");
    }
    // The library goes on, hides, and is gone: what is used is pinned.
    let changed = place.group.files(&library.draft).unwrap();
    let changed =
        changed.with("tools/words.lua", b"return { hello = \"Bye \" }\n".to_vec()).unwrap();
    let library = place.group.save_draft(&ana, &library, &changed, None).unwrap();
    place.group.publish(&ana, &library, "").unwrap();
    let app = place.group.apps_of(&ben).unwrap().remove(0);
    assert_eq!(place.page(&app, &ben), "Hello Ben");
    place.group.delete_app(&ana, &place.reload(&ana, &library)).unwrap();
    let place = place.reopened();
    place.world.pass(std::time::Duration::from_secs(48 * 3600));
    place.group.sweep_blobs().unwrap();
    place.world.pass(std::time::Duration::from_secs(48 * 3600));
    place.group.sweep_blobs().unwrap();
    assert_eq!(place.page(&app, &ben), "Hello Ben", "it is kept as long as somebody uses it");

    let mut out = Cursor::new(Vec::new());
    place.group.export_app(Some(&group::person(&ben)), &app, &mut out).unwrap();
    let mut zip = zip::ZipArchive::new(out).unwrap();
    let mut text = String::new();
    zip.by_name("used/tools/words.lua").unwrap().read_to_string(&mut text).unwrap();
    assert!(text.contains("Hello"), "{text}");
}

#[test]
fn what_cannot_be_used_is_told() {
    let place = Place::new();
    let (ana, ben) = (place.person("ana", Level::Member), place.person("ben", Level::Member));
    let library = tools(&place, &ana);
    let release = library.release.clone().unwrap();
    let none = ReleaseId::parse(&"0".repeat(64)).unwrap();
    let hidden = published(
        &place,
        &ana,
        "hidden",
        "share = \"private\"\n",
        &[("main.lua", PAGE), ("hidden.lua", "return 1\n")],
    )
    .unwrap();
    let bare = published(&place, &ana, "bare", "", &[("main.lua", PAGE)]).unwrap();
    let id = |app: &App| app.release.clone().unwrap();
    let large = format!("return [[{}]]\n", "x".repeat(3 << 20));
    let big = [("main.lua", PAGE), ("big.lua", large.as_str())];
    let big = published(&place, &ana, "big", "", &big).unwrap();
    let own: &[(&str, &str)] = &[("main.lua", USER), ("tools.lua", "return {}\n")];
    let plain: &[(&str, &str)] = &[("main.lua", USER)];
    for (number, (uses, more, expect)) in [
        (using("@ana/tools", &none), plain, "has no release 0000"),
        (using("@ana/none", &release), plain, "there is no such app, or it is not shared"),
        (using("@ana/hidden", &id(&hidden)), plain, "there is no such app, or it is not shared"),
        (using("@ana/bare", &id(&bare)), plain, "has no bare.lua"),
        (using("@ana/big", &id(&big)), plain, "at most 2 MiB"),
        (using("@ana@elm.example/tools", &release), plain, "no app of this group"),
        (using("tools", &release), plain, "no app of this group"),
        (using("@ana/tools", &release), own, "has a tools.lua of its own"),
        ("[[use]]\napp = \"@ana/tools\"\nrelease = \"12\"\n".to_owned(), plain, "64 digits"),
    ]
    .into_iter()
    .enumerate()
    {
        let said = published(&place, &ben, &format!("user-{number}"), &uses, more).unwrap_err();
        assert!(said.contains(expect), "{uses}: {said}");
    }
}

#[test]
fn an_app_does_not_use_itself() {
    let place = Place::new();
    let ana = place.person("ana", Level::Member);
    let more = |name: &str| {
        [("main.lua".to_owned(), PAGE.to_owned()), (format!("{name}.lua"), "return 1\n".to_owned())]
    };
    let publish = |name: &str, uses: &str| {
        let more = more(name);
        let more: Vec<(&str, &str)> =
            more.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
        published(&place, &ana, name, uses, &more)
    };
    let one = publish("one", "").unwrap();
    let two = publish("two", &using("@ana/one", one.release.as_ref().unwrap())).unwrap();
    let files = place.group.files(&one.draft).unwrap();
    let uses = using("@ana/two", two.release.as_ref().unwrap());
    let files =
        files.with("allotment.toml", format!("name = \"one\"\n{uses}").into_bytes()).unwrap();
    let one = place.group.save_draft(&ana, &one, &files, None).unwrap();
    let said = place.group.publish(&ana, &one, "").unwrap_err().public;
    assert!(said.contains("@ana/one uses itself, through @ana/one, @ana/two"), "{said}");
}
