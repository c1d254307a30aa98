//! PUC Lua 5.4 in this process and as a program: what the guest is compared with.

use crate::Failure;
use crate::clock::timed;
use mlua::{Lua, Value};
use std::path::Path;
use std::process::Command;

/// The names that a page expects, for a state that has no group around it.
const FAMILIES: &str = include_str!("../lua/native/families.lua");

/// A fresh state with the libraries that are loaded when nothing else is asked for.
pub(crate) fn fresh() -> Lua {
    Lua::new()
}

/// Draws a page once in a fresh state; counts the values of its answer, as a host must read them.
pub(crate) fn page(main: &str) -> Result<usize, Failure> {
    let lua = fresh();
    lua.globals().set("host_count", lua.create_function(|_, _name: String| Ok(12))?)?;
    lua.load(FAMILIES).set_name("=families").exec()?;
    lua.load(main).set_name("=main.lua").exec()?;
    let view: mlua::Function = lua.globals().get("view")?;
    let ctx = lua.create_table()?;
    ctx.set("now", 1_700_000_000)?;
    ctx.set("path", "/")?;
    count(&view.call(ctx)?)
}

/// Values in a tree of tables.
fn count(value: &Value) -> Result<usize, Failure> {
    let Value::Table(table) = value else { return Ok(1) };
    let mut values = 1;
    for pair in table.pairs::<Value, Value>() {
        values += count(&pair?.1)?;
    }
    Ok(values)
}

/// Who runs the programs of `benches/lua` natively.
pub(crate) enum Native {
    /// The program `lua5.4`, as the system has it.
    Program,
    /// The library in this process, with all that it takes from its own allocator.
    Library,
}

impl Native {
    /// The program if there is one.
    pub(crate) fn find() -> Native {
        let found = Command::new("lua5.4").arg("-v").output().is_ok_and(|it| it.status.success());
        if found { Native::Program } else { Native::Library }
    }

    pub(crate) fn name(&self) -> &'static str {
        match self {
            Native::Program => "lua5.4",
            Native::Library => "mlua",
        }
    }

    /// Runs a program: its answer and CPU seconds.
    pub(crate) fn run(&self, path: &Path, size: i64) -> Result<(String, f64), Failure> {
        match self {
            Native::Program => run_program(path, size),
            Native::Library => run_library(path, size),
        }
    }
}

fn run_program(path: &Path, size: i64) -> Result<(String, f64), Failure> {
    let begin = format!(
        "SIZE = {size} local run, clock = assert(loadfile(arg[1])), os.clock() \
         local answer = run() print(os.clock() - clock) print(answer)"
    );
    let out = Command::new("lua5.4").arg("-e").arg(begin).arg("/dev/null").arg(path).output()?;
    let text = String::from_utf8(out.stdout)?;
    let (seconds, answer) =
        text.split_once('\n').ok_or_else(|| String::from_utf8_lossy(&out.stderr).into_owned())?;
    Ok((answer.trim_end().to_owned(), seconds.parse()?))
}

fn run_library(path: &Path, size: i64) -> Result<(String, f64), Failure> {
    let lua = fresh();
    lua.globals().set("SIZE", size)?;
    let source = std::fs::read_to_string(path)?;
    let chunk = lua.load(source).set_name("=bench").into_function()?;
    let (seconds, answer) = timed(|| chunk.call::<String>(()));
    Ok((answer?, seconds))
}
