//! A whole group in a temporary folder, with a person or two in it.

use crate::world::TestWorld;
use group::{Config, Group, Keys, Ran, person};
use model::trigger::{Invocation, Trigger};
use model::{Account, App, Files, Level, Name, Value};
use sandbox::Sandbox;
use std::collections::BTreeMap;
use std::sync::Arc;
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
        let folder = tempfile::tempdir().expect("a temporary folder");
        let world = TestWorld::new();
        let group = Place::open(&folder, &world);
        Place { group, world, folder }
    }

    fn open(folder: &TempDir, world: &Arc<TestWorld>) -> Arc<Group> {
        let store = Store::open(folder.path()).expect("a store");
        let cache = Some(std::env::temp_dir().join("allotment-test-code"));
        let sandbox = Sandbox::new(sandbox::Config { slots: 64, cache }).expect("a sandbox");
        let config = Config { host: "oak.example".into(), scheme: "https".into(), slots: 40 };
        Arc::new(Group::new(config, store, sandbox, world.clone(), Keys::new([7; 32])))
    }

    /// The same group after a restart.
    #[must_use]
    pub fn reopened(self) -> Place {
        let Place { group, world, folder } = self;
        drop(group);
        let group = Place::open(&folder, &world);
        Place { group, world, folder }
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
        let trigger = Trigger::Action {
            handler: handler.to_owned(),
            args,
            form: BTreeMap::new(),
            path: "/".into(),
            query: BTreeMap::new(),
            nonce: None,
        };
        self.invoke(app, Some(by), trigger)
    }

    /// Looks at the page.
    pub fn look(&self, app: &App, by: Option<&Account>) -> Ran {
        self.invoke(app, by, Trigger::View { path: "/".into(), query: BTreeMap::new() })
    }

    fn invoke(&self, app: &App, by: Option<&Account>, trigger: Trigger) -> Ran {
        let invocation =
            Invocation { app: app.id, trigger, by: by.map(person), chain: None, draft: false };
        self.group.invoke(invocation).expect("an admitted run")
    }
}

impl Default for Place {
    fn default() -> Place {
        Place::new()
    }
}
