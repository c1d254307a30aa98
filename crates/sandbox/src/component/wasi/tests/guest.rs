//! What the tests of this folder stand on: guests made of text, and a run's state with a host that
//! answers from a table.

use super::super::{CALL_BYTES_MAX, Exited, Wasi, WasiState, link, link_missing};
use crate::host::{Refusal, RefusalKind};
use model::{Gas, Moment, Value};
use std::collections::BTreeMap;
use wasmtime::component::{Component, Instance, Linker};
use wasmtime::{Config, Engine, Result, Store, Trap};
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::Resolve;

/// The interfaces as this repository describes them, each after those it uses.
pub(super) const WIT: [&str; 7] = [
    include_str!("../../../../wit/deps/io/package.wit"),
    include_str!("../../../../wit/deps/clocks/package.wit"),
    include_str!("../../../../wit/deps/random/package.wit"),
    include_str!("../../../../wit/deps/cli/package.wit"),
    include_str!("../../../../wit/deps/filesystem/package.wit"),
    include_str!("../../../../wit/deps/sockets/package.wit"),
    include_str!("../../../../wit/deps/http/package.wit"),
];
/// Everything a guest may import, and the three things one of these tests may export.
pub(super) const WORLDS: &str = include_str!("guests/worlds.wit");
/// What goes around the text of every guest: its imports, its memory and its allocation.
const IMPORTS: &str = include_str!("guests/imports.wat");
const MEMORY: &str = include_str!("guests/memory.wat");
/// Gas of a test's run, if it is not about gas.
pub(super) const GAS: Gas = 50_000_000;
/// The moment of every run.
pub(super) const NOW: i64 = 1_700_000_000;

/// All interfaces, and the world of a name.
pub(super) fn resolve() -> Resolve {
    let mut resolve = Resolve::default();
    for (at, text) in WIT.iter().enumerate() {
        resolve.push_str(format!("{at}.wit"), text).expect("our own interfaces");
    }
    resolve.push_str("worlds.wit", WORLDS).expect("the worlds of these tests");
    resolve
}

/// A component of this world from the functions of a core module.
pub(super) fn component(world: &str, functions: &str) -> Vec<u8> {
    encode(world, &format!("(module {IMPORTS} {functions} {MEMORY})"))
}

/// A component of this world from the text of a core module.
pub(super) fn encode(world: &str, module: &str) -> Vec<u8> {
    encode_for(&resolve(), world, module)
}

/// The same for a world among others.
pub(super) fn encode_for(resolve: &Resolve, world: &str, module: &str) -> Vec<u8> {
    let mut module = wat::parse_str(module).unwrap_or_else(|err| panic!("{err}"));
    let (world, _) =
        resolve.worlds.iter().find(|(_, it)| it.name == world).expect("a world of this name");
    embed_component_metadata(&mut module, resolve, world, StringEncoding::UTF8).unwrap();
    let encoder = ComponentEncoder::default().module(&module).expect("a module");
    encoder.validate(true).encode().unwrap_or_else(|err| panic!("{err:?}"))
}

/// The state of a test's run.
pub(super) struct State {
    wasi: WasiState,
    pub(super) printed: Vec<String>,
    /// What `http.fetch` was asked for.
    pub(super) fetched: Vec<Value>,
    /// What it answers.
    pub(super) web: std::result::Result<Value, Refusal>,
    /// The app's files.
    pub(super) files: BTreeMap<String, Vec<u8>>,
    /// Whether they take no more.
    pub(super) full: bool,
    /// The next random byte.
    dice: u8,
    pub(super) causes: BTreeMap<&'static str, (u64, Gas)>,
    /// Gas that is left while the guest is in a call.
    left: Gas,
}

impl State {
    fn new(wasi: WasiState) -> State {
        State {
            wasi,
            printed: Vec::new(),
            fetched: Vec::new(),
            web: Err(Refusal { kind: RefusalKind::Error, text: "nobody is there".into() }),
            files: BTreeMap::new(),
            full: false,
            dice: 0,
            causes: BTreeMap::new(),
            left: 0,
        }
    }
}

impl State {
    pub(super) fn wasi_mut(&mut self) -> &mut WasiState {
        &mut self.wasi
    }
}

impl Wasi for State {
    fn wasi(&mut self) -> &mut WasiState {
        &mut self.wasi
    }

    fn charge(&mut self, cause: &'static str, count: u64, gas: Gas) -> Result<()> {
        let noted = self.causes.entry(cause).or_default();
        *noted = (noted.0 + count, noted.1 + gas);
        let paid = self.left.checked_sub(gas);
        self.left = paid.unwrap_or(0);
        paid.map(drop).ok_or_else(|| Trap::OutOfFuel.into())
    }

    fn ask(&mut self, name: &str, args: Vec<Value>) -> Result<std::result::Result<Value, Refusal>> {
        self.charge("capability", 1, 100)?;
        Ok(match name {
            "log.print" => {
                self.printed.push(args[0].shown());
                Ok(Value::Nil)
            }
            "random.bytes" => {
                let count = usize::try_from(args[0].as_int().unwrap()).unwrap();
                let bytes = (0..count).map(|_| {
                    self.dice = self.dice.wrapping_add(1);
                    self.dice
                });
                Ok(Value::Str(bytes.collect()))
            }
            "http.fetch" => {
                self.fetched.extend(args);
                self.web.clone()
            }
            "files.write" if self.full => {
                Err(Refusal { kind: RefusalKind::Error, text: "no more".into() })
            }
            name if name.starts_with("files.") => Ok(self.about_files(name, args)),
            other => panic!("WASI asks for {other}"),
        })
    }
}

impl State {
    /// The capability `files`, over a map.
    fn about_files(&mut self, name: &str, args: Vec<Value>) -> Value {
        let mut args = args.into_iter();
        let file = args.next().unwrap().as_str().unwrap().to_owned();
        match name {
            "files.read" => self.files.get(&file).cloned().map_or(Value::Nil, Value::Str),
            "files.write" => {
                let Some(Value::Str(content)) = args.next() else { panic!("no content") };
                self.files.insert(file, content);
                Value::Nil
            }
            "files.delete" => {
                self.files.remove(&file);
                Value::Nil
            }
            "files.list" => {
                let options = args.next().unwrap();
                let limit = usize::try_from(options.get("limit").unwrap().as_int().unwrap());
                let after = options.str_at("after").unwrap_or_default();
                let names = self.files.iter().filter(|(name, _)| {
                    name.starts_with(&file) && (after.is_empty() || name.as_str() > after)
                });
                let row = |(name, bytes): (&String, &Vec<u8>)| {
                    let size = Value::Int(i64::try_from(bytes.len()).unwrap());
                    Value::map([("name", Value::text(name)), ("size", size)])
                };
                Value::List(names.take(limit.unwrap()).map(row).collect())
            }
            other => panic!("WASI asks for {other}"),
        }
    }
}

/// A guest that can be run.
pub(super) struct Guest {
    engine: Engine,
    component: Component,
    linker: Linker<State>,
}

impl Guest {
    /// A guest from the functions of a core module.
    pub(super) fn new(world: &str, functions: &str) -> Guest {
        Guest::load(&component(world, functions)).unwrap_or_else(|err| panic!("{err:?}"))
    }

    /// A guest that does one thing: the body of `go`, which takes `$n` and leaves an answer.
    pub(super) fn one(body: &str) -> Guest {
        let locals = "(local $a i32) (local $b i32) (local $i i64)";
        let head = "(func (export \"go\") (param $n i64) (result i64)";
        Guest::new("one", &format!("{head} {locals} {body})"))
    }

    /// A guest from a component's bytes.
    pub(super) fn load(bytes: &[u8]) -> Result<Guest> {
        let mut config = Config::new();
        config.consume_fuel(true);
        let engine = Engine::new(&config)?;
        let component = Component::new(&engine, bytes)?;
        let mut linker = Linker::new(&engine);
        link(&mut linker)?;
        link_missing(&mut linker, &component)?;
        Ok(Guest { engine, component, linker })
    }

    pub(super) fn component(&self) -> &Component {
        &self.component
    }

    /// A store and an instance in it.
    pub(super) fn start(&self, wasi: WasiState, gas: Gas) -> Result<(Store<State>, Instance)> {
        let mut store = Store::new(&self.engine, State::new(wasi));
        store.set_fuel(gas)?;
        store.data_mut().left = gas;
        // As the engine does it: the count of gas is the state's while the guest is in a call.
        store.call_hook(|mut store, hook| {
            if hook.entering_host() {
                store.data_mut().left = store.get_fuel()?;
                return Ok(());
            }
            let left = store.data().left;
            store.set_fuel(left)
        });
        store.set_hostcall_fuel(CALL_BYTES_MAX);
        let instance = self.linker.instantiate(&mut store, &self.component)?;
        Ok((store, instance))
    }

    /// What `go` answers, and the store as it was left.
    pub(super) fn go_with(&self, arg: u64, gas: Gas) -> (Result<u64>, Store<State>) {
        let wasi = WasiState::new(Moment::from_seconds(NOW));
        let (store, instance) = self.start(wasi, gas).expect("an instance");
        finished(store, &instance, arg)
    }

    /// The same where the web answers this.
    pub(super) fn go_to(
        &self,
        arg: u64,
        web: std::result::Result<Value, Refusal>,
    ) -> (Result<u64>, Store<State>) {
        let wasi = WasiState::new(Moment::from_seconds(NOW));
        let (mut store, instance) = self.start(wasi, GAS).expect("an instance");
        store.data_mut().web = web;
        finished(store, &instance, arg)
    }

    /// The same with enough gas.
    pub(super) fn go(&self, arg: u64) -> (Result<u64>, Store<State>) {
        self.go_with(arg, GAS)
    }
}

fn finished(mut store: Store<State>, instance: &Instance, arg: u64) -> (Result<u64>, Store<State>) {
    let go = instance.get_typed_func::<(u64,), (u64,)>(&mut store, "go").expect("go");
    let answer = go.call(&mut store, (arg,)).map(|(answer,)| answer);
    (answer, store)
}

/// Why a run ended badly, in the words its owner reads.
pub(super) fn why<R: std::fmt::Debug>(result: Result<R>) -> String {
    let err = result.expect_err("this run ends badly");
    match (err.downcast_ref::<Trap>(), err.downcast_ref::<Exited>()) {
        (Some(trap), _) => trap.to_string(),
        (_, Some(exited)) => exited.to_string(),
        _ => err.root_cause().to_string(),
    }
}
