//! `store`, `me` and `files`.

use crate::component::bindings::{files, me, store};
use crate::component::state::{Asked, State};
use crate::component::values::{
    bytes, json, list, nothing, optional, options, read, refuse, take, text,
};
use model::Value;

/// The functions that `store` and `me` share; `family` is which of the two.
impl State {
    fn get(&mut self, family: &str, key: String) -> Asked<Option<String>> {
        self.ask(&format!("{family}.get"), vec![Value::text(key)], optional(json))
    }

    fn set(&mut self, family: &str, key: String, value: &str) -> Asked<()> {
        let name = format!("{family}.set");
        match read(&name, value) {
            Ok(value) => self.ask(&name, vec![Value::text(key), value], nothing),
            Err(refusal) => refuse(refusal),
        }
    }

    fn add(&mut self, family: &str, key: String, amount: f64) -> Asked<f64> {
        let args = vec![Value::text(key), number(amount)];
        self.ask(&format!("{family}.add"), args, |sum| sum.as_float())
    }

    fn forget(&mut self, family: &str, key: String) -> Asked<()> {
        self.ask(&format!("{family}.delete"), vec![Value::text(key)], nothing)
    }

    fn entries(&mut self, family: &str, range: store::Range) -> Asked<Vec<store::Entry>> {
        let limits = options([
            ("after", range.after.map(Value::text)),
            ("limit", range.limit.map(|limit| Value::Int(limit.into()))),
            ("reverse", Some(range.reverse.into())),
        ]);
        let args = vec![Value::text(range.prefix), limits];
        self.ask(&format!("{family}.list"), args, list(entry))
    }

    fn count_of(&mut self, family: &str, prefix: String) -> Asked<u32> {
        self.ask(&format!("{family}.count"), vec![Value::text(prefix)], |count| {
            count.as_int().and_then(|count| u32::try_from(count).ok())
        })
    }

    fn changed_at(&mut self, family: &str, key: String) -> Asked<Option<String>> {
        self.ask(&format!("{family}.changed"), vec![Value::text(key)], optional(text))
    }
}

/// A whole number stays whole where it can: what Lua adds to is the same number.
#[allow(clippy::cast_possible_truncation)] // checked: it has no fraction and fits
fn number(x: f64) -> Value {
    const WHOLE_MAX: f64 = 9_007_199_254_740_992.0;
    if x.fract() == 0.0 && x.abs() <= WHOLE_MAX { Value::Int(x as i64) } else { Value::Float(x) }
}

fn entry(mut value: Value) -> Option<store::Entry> {
    let key = text(take(&mut value, "key")?)?;
    Some(store::Entry { key, value: json(take(&mut value, "value").unwrap_or_default())? })
}

impl store::Host for State {
    fn get(&mut self, key: String) -> Asked<Option<String>> {
        self.get("store", key)
    }

    fn set(&mut self, key: String, value: String) -> Asked<()> {
        self.set("store", key, &value)
    }

    fn add(&mut self, key: String, amount: f64) -> Asked<f64> {
        self.add("store", key, amount)
    }

    fn delete(&mut self, key: String) -> Asked<()> {
        self.forget("store", key)
    }

    fn list(&mut self, range: store::Range) -> Asked<Vec<store::Entry>> {
        self.entries("store", range)
    }

    fn count(&mut self, prefix: String) -> Asked<u32> {
        self.count_of("store", prefix)
    }

    fn changed(&mut self, key: String) -> Asked<Option<String>> {
        self.changed_at("store", key)
    }
}

impl me::Host for State {
    fn get(&mut self, key: String) -> Asked<Option<String>> {
        self.get("me", key)
    }

    fn set(&mut self, key: String, value: String) -> Asked<()> {
        self.set("me", key, &value)
    }

    fn add(&mut self, key: String, amount: f64) -> Asked<f64> {
        self.add("me", key, amount)
    }

    fn delete(&mut self, key: String) -> Asked<()> {
        self.forget("me", key)
    }

    fn list(&mut self, range: store::Range) -> Asked<Vec<store::Entry>> {
        self.entries("me", range)
    }

    fn count(&mut self, prefix: String) -> Asked<u32> {
        self.count_of("me", prefix)
    }

    fn changed(&mut self, key: String) -> Asked<Option<String>> {
        self.changed_at("me", key)
    }
}

impl files::Host for State {
    fn read(&mut self, name: String) -> Asked<Option<Vec<u8>>> {
        self.ask("files.read", vec![Value::text(name)], optional(bytes))
    }

    fn write(&mut self, name: String, content: Vec<u8>) -> Asked<()> {
        self.ask("files.write", vec![Value::text(name), Value::Str(content)], nothing)
    }

    fn delete(&mut self, name: String) -> Asked<()> {
        self.ask("files.delete", vec![Value::text(name)], nothing)
    }

    fn list(&mut self, prefix: String) -> Asked<Vec<files::File>> {
        self.ask("files.list", vec![Value::text(prefix)], list(file))
    }

    fn url(&mut self, name: String) -> Asked<String> {
        self.ask("files.url", vec![Value::text(name)], text)
    }
}

fn file(mut value: Value) -> Option<files::File> {
    let size = u64::try_from(take(&mut value, "size")?.as_int()?).ok()?;
    Some(files::File { name: text(take(&mut value, "name")?)?, size })
}
