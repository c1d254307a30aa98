//! The same app in every language: `examples/words-…` give the same pages and answers as the one in
//! Lua, from the same data, and each costs the same gas again. `examples/build.sh` makes those whose
//! `main.wasm` is not in the repository.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use model::gas::Price;
use model::{Ending, Gas, Moment, Value};
use sandbox::{Class, Component, Host, Program, Refusal, RefusalKind, Run, Sandbox, Script};
use serde_json::Value as Json;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use testkit::Place;
use ui::{Answer, Surroundings, View};

/// Texts that are sent, one after the other, and what is answered.
const STORY: [(&str, &str); 5] = [
    ("", "Errors({\"text\": \"Write some words first.\"})"),
    ("The cat sat on the mat; the dog did not.", "Toast(\"Counted 10 words.\")"),
    ("12 + 30 = 42 …", "Errors({\"text\": \"Write some words first.\"})"),
    ("CAT, cat & \"Cat\"\n\tÜber-Hund \\o/ naïve", "Toast(\"Counted 8 words.\")"),
    ("a b c d e f g h i j k l m n", "Toast(\"Counted 14 words.\")"),
];

/// A store of numbers, as far as the app asks it.
#[derive(Default)]
struct Numbers(BTreeMap<String, i64>);

impl Host for Numbers {
    fn price(&mut self, _: &str) -> Result<Price, Refusal> {
        Ok(Price { call: 100, byte_in: 1, byte_out: 1 })
    }

    fn call(&mut self, name: &str, args: Vec<Value>) -> Result<Value, Refusal> {
        let key = args[0].as_str().unwrap_or_default().to_owned();
        match name {
            // Python's runtime draws its seed.
            "random.bytes" => Ok(Value::Str(vec![7; args[0].as_int().unwrap_or(0) as usize])),
            "store.get" => Ok(self.0.get(&key).map_or(Value::Nil, |n| Value::Int(*n))),
            "store.add" => {
                let sum = self.0.entry(key).or_default();
                *sum += args[1].as_int().expect("a whole number");
                Ok(Value::Int(*sum))
            }
            "store.list" => {
                let range = self.0.range(key.clone()..).take_while(|(it, _)| it.starts_with(&key));
                let entry = |(key, n): (&String, &i64)| {
                    Value::map([("key", Value::text(key)), ("value", Value::Int(*n))])
                };
                Ok(Value::List(range.map(entry).collect()))
            }
            other => {
                let text = format!("{other} is not here");
                Err(Refusal { kind: RefusalKind::Error, text })
            }
        }
    }
}

fn folder(language: &str) -> PathBuf {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples"))
        .join(format!("words-{language}"))
}

fn program(language: &str) -> Program {
    if language == "lua" {
        let main = std::fs::read_to_string(folder("lua").join("main.lua")).unwrap();
        let files = [("main.lua".to_owned(), main)].into();
        return Program::Lua(Script { files, main: "main.lua".into() });
    }
    let wasm = std::fs::read(folder(language).join("main.wasm")).unwrap();
    let hash = Sha256::digest(&wasm).into();
    Program::Component(Component { hash, read: Arc::new(move || Ok(wasm.clone())) })
}

/// One life of an app: its data, and what it told and cost.
struct Life<'s> {
    sandbox: &'s Sandbox,
    program: Program,
    data: Numbers,
    told: Vec<Json>,
    gas: Vec<Gas>,
}

impl Life<'_> {
    fn run(&mut self, trigger: &str, handler: &str, args: Vec<Value>) -> Value {
        let run = Run {
            program: &self.program,
            trigger,
            handler,
            ctx: Value::map([("now", Value::Int(1_700_000_000))]),
            args,
            settings: BTreeMap::new(),
            seed: [7; 32],
            now: Moment::from_seconds(1_700_000_000),
            tz: "UTC",
            gas: model::limit::VIEW.gas,
            memory_bytes: model::limit::VIEW.memory_bytes,
            computing: Duration::from_secs(20),
            class: Class::Members,
        };
        let outcome = self.sandbox.run(&run, &mut self.data);
        let why = format!("{:?} {} {:?}", self.program, outcome.message, outcome.internal);
        assert_eq!(outcome.ending, Ending::Done, "{why}");
        self.gas.push(outcome.gas);
        outcome.answer
    }

    fn look(&mut self) {
        let view = View::read(&self.run("view", "", vec![]), "").expect("a view without faults");
        assert!(view.warnings.is_empty(), "{:?}", view.warnings);
        let around = Surroundings::of("/@ana/words", &|_, _| String::new());
        self.told.push(ui::view::json(&view, &around));
    }
}

/// Lives through the story.
fn lived<'s>(sandbox: &'s Sandbox, language: &str) -> Life<'s> {
    let program = program(language);
    let data = Numbers::default();
    let mut life = Life { sandbox, program, data, told: Vec::new(), gas: Vec::new() };
    life.look();
    for (text, expect) in STORY {
        let args = Value::map([("text", Value::text(text))]);
        let answer = Answer::read(&life.run("action", "add", vec![args]), "").expect("an answer");
        assert_eq!(format!("{answer:?}"), expect, "{language}: {text}");
        life.look();
    }
    life
}

/// The languages that are built; the one in the repository always is.
fn built() -> Vec<&'static str> {
    let built: Vec<&str> = ["rust", "js", "python", "c"]
        .into_iter()
        .filter(|language| folder(language).join("main.wasm").is_file())
        .collect();
    assert!(built.contains(&"c"), "examples/words-c/main.wasm is in the repository");
    built
}

#[test]
fn every_language_answers_as_lua_does_and_costs_the_same_again() {
    let sandbox = Sandbox::new(Place::sandboxing()).unwrap();
    let lua = lived(&sandbox, "lua");
    let last = lua.told.last().unwrap();
    assert!(last.to_string().contains("\"32\""), "all words are counted: {last}");
    println!("lua: {:?}", lua.gas);
    for language in built() {
        let life = lived(&sandbox, language);
        println!("{language}: {:?}", life.gas);
        for (page, of_lua) in life.told.iter().zip(&lua.told) {
            assert_eq!(page, of_lua, "{language}");
        }
        assert_eq!((&life.data.0, life.told.len()), (&lua.data.0, lua.told.len()), "{language}");
        assert_eq!(lived(&sandbox, language).gas, life.gas, "{language}: gas of a second life");
    }
}
