//! The pages of an app: running, source, fork, editor, settings, grants, receipts, log.

use super::{NOW, Page, Word, ago, chrome, flashed, page, poll};
use model::receipt::Cause;
use model::setting::Setting;
use model::{
    AccountId, AppId, Chain, ChainId, EffectState, Ending, Grant, GrantId, Level, Receipt, RunId,
    Want,
};
use std::collections::BTreeMap;
use ui::Flash;
use ui::page::app_bar::AppBar;
use ui::page::app_page::{About, AppPage, Area, EffectLine, Failed, Live};
use ui::page::delete::Delete;
use ui::page::editor::{Checked, Editor, Preview};
use ui::page::fork::Fork;
use ui::page::grants::{Grants, Wanted};
use ui::page::job::{Job, State};
use ui::page::log::{Log, LogLine};
use ui::page::receipts::{OneReceipt, Receipts};
use ui::page::settings::{SecretForm, SettingField, SettingWant, Settings};
use ui::page::source::{FileLine, OpenFile, ReleaseLine, Source, UseLine};

const RANDOM: [u8; 10] = [7; 10];
const ERROR: &str =
    "main.lua:41: attempt to index a nil value (field 'owner')\nstack:\n  main.lua:41 in on.borrow";
const SOURCE: &str = "settings{ question = { \"Question\", default = \"Picnic on Sunday?\" } }\n\nfunction view(ctx)\n  return ui.page{ settings.question,\n    ui.text(\"Yes: \" .. store.get(\"yes\", 0)) }\nend\n";

pub(super) fn bar(word: Word, mine: bool) -> AppBar {
    AppBar {
        owner: "ana".into(),
        name: "feed-to-git".into(),
        title: word("Feed to git"),
        release: Some(3),
        mine,
    }
}

fn want(word: Word, verb: &str, why: &str) -> Want {
    Want { verb: verb.into(), object: "settings.repo".into(), why: word(why), optional: false }
}

fn effect(word: Word, state: EffectState, note: &str) -> EffectLine {
    let words = word("commit “Saved 2026-11-24” to https://git.example/ana/copies");
    EffectLine {
        at: ago(25),
        words,
        state,
        note: word(note),
        needs_token: state == EffectState::Failed,
    }
}

fn about(word: Word, mine: bool) -> About {
    About {
        summary: word("Keeps a copy of a feed in a repository, every hour."),
        licence: "MIT".into(),
        fork_of: Some(("/@kim/feed-keeper".into(), word("@kim/feed-keeper"))),
        forks: 4,
        reach: vec![
            ("http.fetch".into(), word("https://blog.example/feed.xml")),
            ("git.write".into(), word("https://git.example/ana/copies")),
        ],
        missing: if mine { vec![word("read https://news.example/")] } else { vec![] },
        effects: if mine {
            vec![effect(word, EffectState::Failed, "The last push failed: the token was refused.")]
        } else {
            vec![]
        },
        schedules: vec![word("hourly: every hour, next in 20 minutes")],
    }
}

fn running(word: Word) -> Vec<Page> {
    let shown = |mine, area| AppPage {
        bar: bar(word, mine),
        title: word("What shall we cook on Friday?"),
        area,
        live: mine.then(|| Live {
            place: word("/@ana/feed-to-git"),
            rev: "3.118".into(),
            viewer: word("ana"),
            told: true,
            refresh: 30,
        }),
        about: about(word, mine),
    };
    let failed = |details: Option<&str>| {
        Area::Failed(Failed {
            pressed: Some(word("Borrow")),
            ending: "stopped".into(),
            details: details.map(word),
            again: "/@ana/feed-to-git".into(),
            ..Failed::default()
        })
    };
    let out = chrome(word, None, "/@ana/feed-to-git");
    let me = chrome(word, Some(Level::Member), "/@ana/feed-to-git");
    let admin = ui::Chrome {
        signed_in: Some(ui::Me { handle: "eva".into(), name: word("Eva"), level: Level::Admin }),
        ..out.clone()
    };
    vec![
        page(
            "app",
            shown(true, Area::View(poll(word, 1))).draw(&flashed(&me, Flash::good(word("Saved.")))),
        ),
        page("app-visitor", shown(false, Area::View(poll(word, 1))).draw(&out)),
        page("app-admin", shown(false, Area::View(poll(word, 1))).draw(&admin)),
        page("app-failed", shown(true, failed(Some(ERROR))).draw(&me)),
        page("app-failed-visitor", shown(false, failed(None)).draw(&out)),
        page(
            "app-resting",
            shown(true, Area::Resting { what: "outside requests".into(), wakes: NOW.next_day() })
                .draw(&me),
        ),
        page(
            "app-stopped",
            shown(true, Area::Stopped { why: word("it hammers a small server.") }).draw(&me),
        ),
        page("app-job", job(word, State::Going).draw(&me)),
        page("app-job-unknown", job(word, State::Unknown).draw(&out)),
        page("app-no-release", shown(true, Area::NoRelease).draw(&me)),
        page(
            "app-safe-mode",
            shown(false, Area::SafeMode).draw(&ui::Chrome { safe_mode: true, ..out.clone() }),
        ),
    ]
}

fn source(word: Word) -> Source {
    let file = |path: &str, bytes| FileLine { path: word(path), bytes };
    let release = |number, note: &str, runs| ReleaseLine {
        number,
        note: word(note),
        at: ago(1000 * (4 - number as i64)),
        by: "ana".into(),
        id: "0f3a9c1d22b7".into(),
        whole_id: if runs { "0f".repeat(32) } else { String::new() },
        runs,
    };
    Source {
        bar: bar(word, true),
        release: Some(3),
        files: vec![
            file("README.md", 412),
            file("allotment.toml", 338),
            file("main.lua", 4_196),
            file("files/logo.png", 20_211),
        ],
        open: Some(OpenFile { path: word("main.lua"), text: Some(word(SOURCE)), cut: true }),
        releases: vec![
            release(3, "Say when it was last saved", true),
            release(2, "", false),
            release(1, "First one", false),
        ],
        fork_of: Some(("/@kim/feed-keeper".into(), word("@kim/feed-keeper"), 7)),
        difference: None,
        newer: 2,
        suggestions: 1,
        before: Some((2, ago(-1000))),
        uses: vec![UseLine { app: word("@kim/tools"), release: word("0f3a") }],
    }
}

fn reading(word: Word) -> Vec<Page> {
    let me = chrome(word, Some(Level::Member), "/@ana/feed-to-git/source");
    let text = word(
        "@ main.lua\n@@ -1,3 +1,3 @@\n function view(ctx)\n-  return ui.page{ \"Feed\" }\n+  return ui.page{ \"Feed to git\" }\n end",
    );
    let difference = Source {
        difference: Some(super::forks::changes(word, &text)),
        newer: 1,
        suggestions: 2,
        ..source(word)
    };
    let binary = Source {
        bar: bar(word, false),
        open: Some(OpenFile { path: word("files/logo.png"), text: None, cut: false }),
        ..source(word)
    };
    let fork = Fork {
        bar: bar(word, false),
        name: word("feed-to-git"),
        error: Some(word("You have an app of this name already.")),
        files: 4,
        wants: vec![
            want(word, "http.fetch", "To read the feed you choose."),
            want(word, "git.write", "The saved copies are pushed there."),
        ],
        licence: "MIT".into(),
    };
    vec![
        page("source", source(word).draw(&me)),
        page("source-difference", difference.draw(&me)),
        page("source-binary", binary.draw(&chrome(word, None, "/@ana/feed-to-git/source"))),
        page("fork", fork.draw(&chrome(word, None, "/@ana/feed-to-git/fork"))),
        page(
            "delete",
            Delete { bar: bar(word, true), forks: 2, error: Some(word("That is not its name.")) }
                .draw(&me),
        ),
    ]
}

fn log_line(word: Word, ending: Ending) -> LogLine {
    let failed = ending != Ending::Done;
    LogLine {
        at: ago(3),
        event: word("on.save"),
        by: Some(word("@ana")),
        draft: failed,
        ending,
        message: if failed { word(ERROR) } else { String::new() },
        gas: 1_240_000,
        writes: 2,
        printed: vec![word("fetched 14 entries"), word("nothing new")],
        receipt: Some("0190-made-up".into()),
    }
}

fn writing(word: Word) -> Vec<Page> {
    let me = chrome(word, Some(Level::Member), "/@ana/feed-to-git/edit");
    let editor = Editor {
        bar: bar(word, true),
        files: ["README.md", "allotment.toml", "main.lua", "tests.lua"].map(word).into(),
        file: word("main.lua"),
        text: Some(word(SOURCE)),
        revision: "0f3a9c".into(),
        note: word("Say when it was last saved"),
        log: vec![log_line(word, Ending::Done), log_line(word, Ending::Stopped)],
        may_publish: true,
        ..Editor::default()
    };
    let checked = Checked {
        errors: vec![word("main.lua:12: ui.buton: there is no ui.buton — did you mean “button”?")],
        warnings: vec![word("main.lua:20: image: say what the picture shows")],
    };
    let wrong = Editor {
        checked: Some(checked),
        conflict: Some(word(SOURCE)),
        new_wants: vec![word("read from https://news.example/")],
        ..editor.clone()
    };
    let ran = Editor {
        checked: Some(Checked::default()),
        ran: Some(Preview::View { view: poll(word, 3), gas: 1_240_000 }),
        ..editor.clone()
    };
    let first = Editor {
        bar: AppBar { release: None, ..bar(word, true) },
        has_settings: true,
        new_file: Some((word("../x"), word("That is not a path inside an app."))),
        ..editor.clone()
    };
    let fell = Editor {
        ran: Some(Preview::Failed { ending: "stopped".into(), message: word(ERROR) }),
        may_publish: false,
        file: word("files/logo.png"),
        text: None,
        ..editor.clone()
    };
    vec![
        page("editor", editor.draw(&me)),
        page("editor-first", first.draw(&me)),
        page("editor-wrong", wrong.draw(&me)),
        page("editor-ran", ran.draw(&me)),
        page(
            "editor-failed",
            fell.draw(&chrome(word, Some(Level::Visitor), "/@ana/feed-to-git/edit")),
        ),
        page(
            "log",
            Log {
                bar: bar(word, true),
                lines: vec![log_line(word, Ending::Done), log_line(word, Ending::OutOfGas)],
            }
            .draw(&me),
        ),
        page("log-empty", Log { bar: bar(word, true), lines: vec![] }.draw(&me)),
    ]
}

fn setting(word: Word, name: &str, label: &str, kind: &str) -> Setting {
    Setting {
        name: name.into(),
        label: word(label),
        kind: kind.into(),
        default: String::new(),
        options: vec![word("small"), word("large")],
        why: word("So that it fits."),
        hint: String::new(),
        min: None,
        max: None,
    }
}

fn owning(word: Word) -> Vec<Page> {
    let me = chrome(word, Some(Level::New), "/@ana/feed-to-git/settings");
    let field = |setting: Setting, value: &str| SettingField {
        setting,
        value: word(value),
        error: None,
        wants: None,
    };
    let wants = |verb: &str, granted, not_yet: Option<&str>| {
        Some(SettingWant {
            verb: verb.into(),
            why: word("The saved copies are pushed there."),
            granted,
            ticked: None,
            token_error: granted.then(|| word("Pushing needs a token.")),
            not_yet: not_yet.map(word),
        })
    };
    let days = Setting {
        min: Some(1.0),
        max: Some(30.0),
        ..setting(word, "days", "Keep for (days)", "number")
    };
    let settings = Settings {
        bar: bar(word, true),
        settings: vec![
            SettingField {
                wants: wants("http.fetch", true, None),
                ..field(
                    setting(word, "feed", "Feed to keep", "url"),
                    "https://blog.example/feed.xml",
                )
            },
            SettingField {
                wants: wants("git.write", false, None),
                error: Some(word("That is not an address of a repository.")),
                ..field(setting(word, "repo", "Push to", "git"), "git.example/ana")
            },
            SettingField {
                wants: wants(
                    "git.write",
                    false,
                    Some(
                        "This needs a member's account. Ask an admin of the group to vouch for you.",
                    ),
                ),
                ..field(setting(word, "second", "And to", "git"), "")
            },
            field(days, "3"),
            field(setting(word, "size", "Size", "select"), "large"),
            field(setting(word, "loud", "Tell me about each save", "check"), "true"),
            field(setting(word, "note", "Note below", "multiline"), "Thanks for reading."),
        ],
        secrets: vec![(word("weather"), word("api.weather.example"))],
        secret: SecretForm {
            name: word("weather"),
            host_error: Some(word("Write a host like api.example.org.")),
            ..SecretForm::default()
        },
    };
    vec![
        page("settings", settings.draw(&me)),
        page("settings-empty", Settings { bar: bar(word, true), ..Settings::default() }.draw(&me)),
    ]
}

fn granting(word: Word) -> Vec<Page> {
    let me = chrome(word, Some(Level::New), "/@ana/feed-to-git/grants");
    let grant = |verb: &str, object: &str, used: bool, secret: bool| Grant {
        id: GrantId::new(NOW, RANDOM),
        app: AppId::new(NOW, RANDOM),
        verb: verb.into(),
        object: word(object),
        setting: Some("feed".into()),
        purpose: word("To read the feed you choose."),
        giver: AccountId::new(NOW, RANDOM),
        given: ago(9_000),
        limits: model::grant::Limits::default(),
        expires: secret.then(|| NOW.next_day()),
        last_use: used.then(|| ago(20)),
        sealed_secret: secret.then(String::new),
    };
    let wanted = |verb: &str, object: &str, not_yet: Option<&str>| Wanted {
        want: want(word, verb, "The saved copies are pushed there."),
        object: word(object),
        setting: Some("repo".into()),
        not_yet: not_yet.map(word),
        without: false,
        error: None,
    };
    let grants = Grants {
        bar: bar(word, true),
        grants: vec![
            grant("http.fetch", "https://blog.example/feed.xml", true, false),
            grant("git.write", "https://git.example/ana/copies", false, true),
        ],
        wants: vec![
            Wanted {
                error: Some(word("Pushing needs a token.")),
                ..wanted("git.write", "https://git.example/ana/other", None)
            },
            Wanted { object: String::new(), ..wanted("http.fetch", "", None) },
            Wanted { without: true, ..wanted("git.read", "https://git.example/r", None) },
            wanted(
                "git.write",
                "https://git.example/x",
                Some("This needs a member's account. Ask an admin of the group to vouch for you."),
            ),
        ],
        may_send: true,
        wrong: Some((word("https://git.example/ana/copies"), word("Pushing needs a token."))),
    };
    vec![
        page("grants", grants.draw(&me)),
        page("grants-empty", Grants { bar: bar(word, true), ..Grants::default() }.draw(&me)),
    ]
}

fn receipt(word: Word, ending: Ending) -> Receipt {
    let causes = [
        ("store.get", Cause { count: 412, gas: 870_000 }),
        ("http.fetch", Cause { count: 1, gas: 90_000 }),
    ];
    Receipt {
        run: RunId::new(NOW, RANDOM),
        app: AppId::new(NOW, RANDOM),
        at: ago(7),
        trigger: word("on.save"),
        by: Some(word("@ana")),
        release: word("0f3a9c1d22b7"),
        guest: word("lua 5.4 0c11"),
        engine: word("wasmtime 48"),
        price_table: 1,
        ending,
        message: if ending == Ending::Done { String::new() } else { word(ERROR) },
        gas: 1_000_000,
        causes: causes
            .map(|(name, cause)| (word(name), cause))
            .into_iter()
            .collect::<BTreeMap<_, _>>(),
        attempts: 2,
        bytes_written: 2_048,
        effects: vec![word("commit “Saved” to https://git.example/ana/copies")],
        grants: vec![word("http.fetch https://blog.example/feed.xml")],
        seed: String::new(),
        chain: Chain { id: ChainId::new(NOW, RANDOM), depth: 1, gas_left: 40_000_000 },
    }
}

pub fn pages(word: Word) -> Vec<Page> {
    let me = chrome(word, Some(Level::Member), "/@ana/feed-to-git/receipts");
    let list = Receipts {
        bar: bar(word, true),
        receipts: vec![receipt(word, Ending::Done), receipt(word, Ending::Stopped)],
    };
    let mut all = running(word);
    all.extend(reading(word));
    all.extend(writing(word));
    all.extend(owning(word));
    all.extend(granting(word));
    all.push(page("receipts", list.draw(&me)));
    all.push(page("receipts-empty", Receipts { bar: bar(word, true), receipts: vec![] }.draw(&me)));
    all.push(page(
        "receipt",
        OneReceipt { bar: bar(word, true), receipt: receipt(word, Ending::Stopped) }.draw(&me),
    ));
    all
}

fn job(word: Word, state: State) -> Job {
    Job { bar: bar(word, true), here: "/@ana/feed-to-git/job/00ff".into(), state }
}
