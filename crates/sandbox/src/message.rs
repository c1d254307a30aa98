//! The texts of runs that did not end well: the script's own file, line and stack, and no more.

use model::{Value, limit};

/// The message of an error that the script did not catch: its value and the stack.
pub(crate) fn stopped(answer: &Value) -> String {
    let (error, stack) = parts(answer);
    let text = match error {
        Value::Map(map) => map.get("message").map_or_else(
            || format!("the error was a table with {}", names(map.keys())),
            Value::shown,
        ),
        other => other.shown(),
    };
    let stack_text = stack.trim_start_matches('\n');
    if starts_with_place(&text, stack_text) {
        cut(format!("{text}{stack}"))
    } else {
        at(stack, &text)
    }
}

/// The message when memory ran out.
pub(crate) fn out_of_memory(answer: &Value) -> String {
    let (_, stack) = parts(answer);
    at(stack, "out of memory: this run used up its memory")
}

/// A text with the place where the script was, and its stack.
pub(crate) fn at(stack: &str, text: &str) -> String {
    match place(stack) {
        Some(place) => cut(format!("{place}: {text}{stack}")),
        None => cut(text.to_owned()),
    }
}

/// What the guest hands over of an error: its value and its stack.
fn parts(answer: &Value) -> (&Value, &str) {
    let items = answer.items();
    let stack = items.get(1).and_then(Value::as_str).unwrap_or("");
    (items.first().unwrap_or(&Value::Nil), stack)
}

/// `main.lua:3` of the newest line of a stack.
fn place(stack: &str) -> Option<&str> {
    let line = stack.trim_start().lines().next()?;
    let colon = line.find(':')?;
    let digits =
        line[colon + 1..].find(|c: char| !c.is_ascii_digit()).unwrap_or(line.len() - colon - 1);
    Some(&line[..=colon + digits])
}

/// Whether an error's text begins with a file and line already.
fn starts_with_place(text: &str, stack: &str) -> bool {
    let file = place(stack).and_then(|place| place.split(':').next()).unwrap_or("main.lua");
    text.starts_with(file) || text.split(':').next().is_some_and(|first| first.ends_with(".lua"))
}

fn names<'a>(names: impl Iterator<Item = &'a String>) -> String {
    let names: Vec<&str> = names.map(String::as_str).take(8).collect();
    names.join(", ")
}

/// The sign of what was cut off.
const CUT: char = '…';

/// No error text is longer than people or pages can bear.
pub(crate) fn cut(mut text: String) -> String {
    if text.len() > limit::ERROR_BYTES_MAX {
        text.truncate(text.floor_char_boundary(limit::ERROR_BYTES_MAX - CUT.len_utf8()));
        text.push(CUT);
    }
    text
}
