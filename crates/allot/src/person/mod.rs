//! The person's side: what is not done on their own machine is asked of a group over its API.

mod carry;
mod definition;
mod folder;
mod forks;
mod grants;
pub(crate) mod language;
mod link;
mod log;
mod login;
pub(crate) mod logins;
mod look;
mod make;
mod signature;
mod start;

pub(crate) use carry::{export, import};
pub(crate) use forks::{back, diff, follow, suggest, suggestions, take};
pub(crate) use grants::{allow, settings};
pub(crate) use link::Link;
pub(crate) use log::{logs, receipts};
pub(crate) use login::login;
pub(crate) use look::{apps, press, show, usage};
pub(crate) use make::{check, fork, push, run};
pub(crate) use start::{copy, new};

use crate::failure::Failure;
use serde_json::Value;

/// The text under a key; empty if there is none.
fn text(json: &Value, key: &str) -> String {
    json[key].as_str().unwrap_or_default().to_owned()
}

/// The items under a key.
fn items<'j>(json: &'j Value, key: &str) -> impl Iterator<Item = &'j Value> {
    json[key].as_array().into_iter().flatten()
}

/// The texts under a key.
fn texts<'j>(json: &'j Value, key: &str) -> impl Iterator<Item = &'j str> {
    items(json, key).filter_map(Value::as_str)
}

/// A text as a part of an address.
fn escaped(text: &str) -> String {
    use std::fmt::Write;
    text.bytes().fold(String::new(), |mut escaped, byte| {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                escaped.push(char::from(byte));
            }
            _ => drop(write!(escaped, "%{byte:02X}")),
        }
        escaped
    })
}

/// Where the API keeps an app.
fn api(app: &str) -> Result<String, Failure> {
    let address = model::AppAddress::parse(app)?;
    Ok(format!("/api/apps/{address}"))
}
