//! Reads the plain kinds of a property: texts, names, addresses, numbers, times, handlers. What is
//! wrong is told with an example of what would be right.

use crate::address;
use crate::component::{Kind, LONG_TEXT_BYTES_MAX, TEXT_BYTES_MAX};
use crate::fault::{Place, did_you_mean};
use crate::node::Prop;
use crate::read::Reader;
use crate::{json, stamp};
use model::{Value, limit};

/// Bytes of an identifier: a field's name, a handler's name.
const NAME_BYTES_MAX: usize = 64;

/// Reads a property of a plain kind.
pub(crate) fn read(reader: &mut Reader, kind: Kind, value: &Value, at: &Place) -> Option<Prop> {
    let read = match kind {
        Kind::Text => return text(reader, value, TEXT_BYTES_MAX, at),
        Kind::LongText | Kind::Markdown | Kind::Html => {
            return text(reader, value, LONG_TEXT_BYTES_MAX, at);
        }
        Kind::Name => name(value),
        Kind::Address => href(value),
        Kind::Truth => match value {
            Value::Bool(truth) => Ok(Prop::Truth(*truth)),
            _ => Err("should be true or false".into()),
        },
        Kind::Whole => value.as_int().map(Prop::Whole).ok_or("should be a whole number".into()),
        Kind::Number => match value.as_float() {
            Some(number) if number.is_finite() => Ok(Prop::Number(number)),
            _ => Err("should be a number".into()),
        },
        Kind::When => when(value),
        Kind::Handler => handler(value, at),
        Kind::Args => args(value),
        Kind::Texts => return texts(reader, value, at),
        Kind::OneOf(words) => one_of(value, words),
        Kind::App => app(value),
        Kind::Node | Kind::Nodes | Kind::List(_) | Kind::Object(_) | Kind::Ops | Kind::Any => {
            return None;
        }
    };
    match read {
        Ok(prop) => reader.takes(size(&prop), at).then_some(prop),
        Err(text) => {
            reader.fault(at.fault(text));
            None
        }
    }
}

/// Bytes this adds to a view, roughly as JSON would.
fn size(prop: &Prop) -> usize {
    match prop {
        Prop::Text(text) => text.len() + 8,
        Prop::Args(args) => json::of_value(args).to_string().len(),
        _ => 8,
    }
}

/// A text; numbers count, a long one is cut.
fn text(reader: &mut Reader, value: &Value, most: usize, at: &Place) -> Option<Prop> {
    let mut text = match value {
        Value::Str(bytes) => String::from_utf8_lossy(bytes).into_owned(),
        Value::Int(_) | Value::Float(_) => value.shown(),
        _ => {
            reader.fault(at.fault(format!("should be a text, not a {}", value.kind())));
            return None;
        }
    };
    if text.len() > most {
        reader.warn(at.fault(format!("is longer than {} KiB; the rest is left out", most / 1024)));
        text.truncate(text.floor_char_boundary(most - '…'.len_utf8()));
        text.push('…');
    }
    reader.takes(text.len() + 8, at).then_some(Prop::Text(text))
}

fn name(value: &Value) -> Result<Prop, String> {
    let text = match value {
        Value::Int(number) => number.to_string(),
        _ => value.as_str().unwrap_or("").to_owned(),
    };
    let fine = !text.is_empty()
        && text.len() <= NAME_BYTES_MAX
        && !text.starts_with('_')
        && text.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ':' | '/'));
    fine.then_some(Prop::Text(text))
        .ok_or_else(|| "should be a name of letters, digits, - and _, not beginning with _".into())
}

fn href(value: &Value) -> Result<Prop, String> {
    let text = value.as_str().unwrap_or("");
    match address::parse(text) {
        Some(_) => Ok(Prop::Text(text.to_owned())),
        None => {
            let shown: String = text.chars().take(60).flat_map(char::escape_debug).collect();
            Err(format!(
                "“{shown}” is not an allowed address (use https:, mailto:, group: or a relative path)"
            ))
        }
    }
}

fn app(value: &Value) -> Result<Prop, String> {
    let text = value.as_str().unwrap_or("");
    address::of_app(text).map(|_| Prop::Text(text.to_owned())).ok_or_else(|| {
        "should be the address of an app, like \"@ana/poll\" or \"@ana@oak.example/poll\"".into()
    })
}

fn when(value: &Value) -> Result<Prop, String> {
    let seconds = match value {
        Value::Str(_) => value.as_str().and_then(stamp::parse),
        _ => value.as_float().and_then(stamp::seconds),
    };
    seconds.map(Prop::Whole).ok_or_else(|| {
        "should be a time: ctx.now, seconds since 1970, or text like \"2026-11-24T18:00:00Z\""
            .into()
    })
}

fn handler(value: &Value, at: &Place) -> Result<Prop, String> {
    let text = value.as_str().unwrap_or("");
    let mut chars = text.chars();
    let fine = text.len() <= NAME_BYTES_MAX
        && chars.next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
        && chars.all(|c| c.is_ascii_alphanumeric() || c == '_');
    fine.then(|| Prop::Text(text.to_owned())).ok_or_else(|| {
        let path = at.to_string();
        let property = path.rsplit('.').next().unwrap_or("on");
        format!(
            "should be the name of a handler. Write   function on.my_handler(ctx, args) … end   and   {property} = \"my_handler\""
        )
    })
}

fn args(value: &Value) -> Result<Prop, String> {
    let (Value::Map(_) | Value::List(_)) = value else {
        return Err("should be a table, like { id = 3 }".into());
    };
    if json::depth(value) > limit::VIEW_DEPTH_MAX {
        return Err(format!("is nested more than {} deep", limit::VIEW_DEPTH_MAX));
    }
    let bytes = json::of_value(value).to_string().len();
    match bytes > limit::ACTION_ARGS_BYTES_MAX {
        true => Err(format!(
            "has {bytes} bytes; a button carries at most {}. Keep the rest in `store` and pass its key",
            limit::ACTION_ARGS_BYTES_MAX
        )),
        false => Ok(Prop::Args(value.clone())),
    }
}

fn one_of(value: &Value, words: &'static [&'static str]) -> Result<Prop, String> {
    let text = value.as_str().unwrap_or("");
    match words.contains(&text) {
        true => Ok(Prop::Text(text.to_owned())),
        false => {
            let hint = did_you_mean(text, words.iter().copied());
            let shown: String = value.shown().chars().take(40).collect();
            Err(format!("“{shown}” is not one of {}{hint}", words.join(", ")))
        }
    }
}

fn texts(reader: &mut Reader, value: &Value, at: &Place) -> Option<Prop> {
    let mut read = std::collections::BTreeMap::new();
    match value {
        Value::Map(map) => {
            for (name, value) in map {
                let place = at.property(name);
                if let Some(prop) = text(reader, value, TEXT_BYTES_MAX, &place) {
                    read.insert(name.clone(), prop);
                }
            }
        }
        Value::List(items) if items.is_empty() => {}
        _ => {
            reader.fault(at.fault("should be a table of texts, like { name = \"…\" }"));
            return None;
        }
    }
    Some(Prop::Table(read))
}
