//! A whole group in a temporary folder, with a person or two in it.

use crate::world::TestWorld;
use group::{Allowing, Config, Group, Keys, Parser, Ran, World, person};
use model::problem::Result;
use model::trigger::{Invocation, Trigger};
use model::{Account, App, Chain, ChainId, Files, Gas, Grant, Level, Name, Value};
use sandbox::Sandbox;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use store::Store;
use tempfile::TempDir;

/// A group in one process.
pub struct Place {
    pub group: Arc<Group>,
    pub world: Arc<TestWorld>,
    /// Deleted with the place.
    pub folder: TempDir,
}

impl Place {
    /// A new, empty group.
    #[must_use]
    pub fn new() -> Place {
        Place::running_in(Sandbox::new(Place::sandboxing()).expect("a sandbox"))
    }

    /// A new, empty group whose runs go in this sandbox.
    #[must_use]
    pub fn running_in(sandbox: Sandbox) -> Place {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let world = TestWorld::new();
        let group = Place::group(&folder, &world, sandbox);
        Place { group, world, folder }
    }

    /// How the sandboxes of tests are set up.
    #[must_use]
    pub fn sandboxing() -> sandbox::Config {
        let cache = Some(std::env::temp_dir().join("allotment-test-code"));
        sandbox::Config { slots: 64, cache, seal: [7; 32] }
    }

    fn open(folder: &TempDir, world: &Arc<TestWorld>) -> Arc<Group> {
        let sandbox = Sandbox::new(Place::sandboxing()).expect("a sandbox");
        Place::group(folder, world, sandbox)
    }

    fn group(folder: &TempDir, world: &Arc<TestWorld>, sandbox: Sandbox) -> Arc<Group> {
        let store = Store::open(folder.path()).expect("a store");
        let config =
            Config { host: "oak.example".into(), scheme: "https".into(), slots: 40, processors: 8 };
        Arc::new(Group::new(
            config,
            store,
            sandbox,
            Parser::here(),
            world.clone(),
            Keys::new([7; 32]),
        ))
    }

    /// The same group after a restart.
    #[must_use]
    pub fn reopened(self) -> Place {
        let Place { group, world, folder } = self;
        drop(group);
        let group = Place::open(&folder, &world);
        Place { group, world, folder }
    }

    /// The group as another server finds it that was started after this one had been killed now.
    #[must_use]
    pub fn killed_now(&self) -> Place {
        let folder = tempfile::tempdir().expect("a temporary folder");
        copy(self.folder.path(), folder.path()).expect("a copy of the data");
        let group = Place::open(&folder, &self.world);
        group.take_over().expect("claimed work is taken over");
        Place { group, world: self.world.clone(), folder }
    }

    /// A new person.
    pub fn person(&self, handle: &str, level: Level) -> Account {
        self.group.add_account(handle, "a long password", level).expect("an account")
    }

    /// An app of a person with this `main.lua`, published.
    pub fn app(&self, owner: &Account, name: &str, main: &str) -> App {
        self.app_with(owner, name, "share = \"public\"", main)
    }

    /// The same with more lines in the manifest.
    pub fn app_with(&self, owner: &Account, name: &str, manifest: &str, main: &str) -> App {
        let manifest = format!("name = \"{name}\"\n{manifest}\n");
        let files = BTreeMap::from([
            ("allotment.toml".to_owned(), manifest.into_bytes()),
            ("main.lua".to_owned(), main.as_bytes().to_vec()),
        ]);
        let name = Name::parse(name).expect("a name");
        let app =
            self.group.create_app(owner, name, &Files::new(files).expect("files")).expect("an app");
        self.group.publish(owner, &app, "first").expect("a release");
        self.reload(owner, &app)
    }

    /// The app as it is now.
    pub fn reload(&self, owner: &Account, app: &App) -> App {
        let address = model::AppAddress { owner: owner.handle.clone(), app: app.name.clone() };
        self.group.app_at(&address, Some(&person(owner))).expect("the app")
    }

    /// Presses a button.
    pub fn press(&self, app: &App, by: &Account, handler: &str, args: Value) -> Ran {
        self.invoke(app, Some(by), action(handler, args))
    }

    /// Presses a button; the problem if the run is not admitted.
    pub fn try_press(&self, app: &App, by: &Account, handler: &str) -> Result<Ran> {
        self.group.invoke(invocation(app, Some(by), action(handler, Value::Nil)))
    }

    /// Presses a button of the draft.
    pub fn press_draft(&self, app: &App, by: &Account, handler: &str) -> Ran {
        let pressed = invocation(app, Some(by), action(handler, Value::Nil));
        self.group.invoke(Invocation { draft: true, ..pressed }).expect("an admitted run")
    }

    /// Presses a button in a chain that has this much gas left.
    pub fn press_with_gas(&self, app: &App, by: &Account, handler: &str, gas_left: Gas) -> Ran {
        let id = ChainId::new(self.world.now(), [9; model::id::RANDOM_BYTES]);
        let chain = Some(Chain { id, depth: 0, gas_left });
        let invocation =
            Invocation { chain, ..invocation(app, Some(by), action(handler, Value::Nil)) };
        self.group.invoke(invocation).expect("an admitted run")
    }

    /// Looks at the page.
    pub fn look(&self, app: &App, by: Option<&Account>) -> Ran {
        self.invoke(app, by, Trigger::View { path: "/".into(), query: BTreeMap::new() })
    }

    /// The texts of the page, one after the other.
    pub fn page(&self, app: &App, by: &Account) -> String {
        let ran = self.look(app, Some(by));
        assert_eq!(ran.ending, model::Ending::Done, "{}", ran.message);
        let mut texts = Vec::new();
        collect(&ran.answer, &mut texts);
        texts.join("\n")
    }

    /// Lets an app reach an address that its owner typed into a setting, and what lies below it.
    pub fn allow(&self, owner: &Account, app: &App, verb: &str, object: &str) -> Grant {
        let methods: &[&str] = match verb {
            "http.fetch" => &["GET", "HEAD", "POST", "PUT"],
            _ => &[],
        };
        let allowing = Allowing {
            methods: methods.iter().map(|method| (*method).to_owned()).collect(),
            verb: verb.into(),
            object: object.into(),
            setting: Some("typed".into()),
            ..Allowing::default()
        };
        self.group.allow(owner, app, allowing).expect("a grant")
    }

    /// Lets time pass and runs every tick that comes due meanwhile, minute by minute.
    pub fn minutes(&self, minutes: u32) -> usize {
        let minute = |_| {
            self.world.pass(Duration::from_secs(60));
            std::iter::from_fn(|| Some(self.group.tick(100).expect("ticks")).filter(|n| *n > 0))
                .sum::<usize>()
        };
        (0..minutes).map(minute).sum()
    }

    pub fn invoke(&self, app: &App, by: Option<&Account>, trigger: Trigger) -> Ran {
        self.group.invoke(invocation(app, by, trigger)).expect("an admitted run")
    }
}

fn invocation(app: &App, by: Option<&Account>, trigger: Trigger) -> Invocation {
    Invocation { app: app.id, trigger, by: by.map(person), chain: None, draft: false }
}

fn action(handler: &str, args: Value) -> Trigger {
    Trigger::Action {
        handler: handler.to_owned(),
        args,
        form: BTreeMap::new(),
        files: vec![],
        path: "/".into(),
        query: BTreeMap::new(),
        nonce: None,
    }
}

/// Copies a folder as it lies on the disk.
fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            std::fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

/// The texts in a view, in its order.
fn collect(value: &Value, texts: &mut Vec<String>) {
    match value {
        Value::Str(bytes) => texts.push(String::from_utf8_lossy(bytes).into_owned()),
        Value::List(items) => items.iter().for_each(|item| collect(item, texts)),
        Value::Map(map) => {
            for part in ["title", "parts"] {
                if let Some(part) = map.get(part) {
                    collect(part, texts);
                }
            }
        }
        _ => {}
    }
}

impl Default for Place {
    fn default() -> Place {
        Place::new()
    }
}
