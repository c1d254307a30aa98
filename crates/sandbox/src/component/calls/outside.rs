//! `http`, `secrets`, `git` and `schedule`.

use crate::component::bindings::{git, http, schedule, secrets};
use crate::component::state::{Asked, State};
use crate::component::values::{
    bytes, fields, list, map, nothing, optional, options, read, refuse, take, text,
};
use model::Value;
use std::collections::BTreeMap;

impl http::Host for State {
    fn fetch(&mut self, request: http::Request) -> Asked<http::Response> {
        self.ask("http.fetch", vec![outgoing(request)], response)
    }

    fn send(&mut self, request: http::Request) -> Asked<String> {
        self.ask("http.send", vec![outgoing(request)], text)
    }
}

/// Milliseconds in one of the seconds in which `http.fetch` counts.
const MILLISECONDS: f64 = 1_000.0;

fn outgoing(request: http::Request) -> Value {
    let body = Some(request.body).filter(|body| !body.is_empty());
    options([
        ("method", Some(Value::text(request.method))),
        ("url", Some(Value::text(request.url))),
        ("headers", Some(map(request.headers))),
        ("body", body.map(Value::Str)),
        ("timeout", request.timeout.map(|it| Value::Float(f64::from(it) / MILLISECONDS))),
    ])
}

fn response(mut value: Value) -> Option<http::Response> {
    Some(http::Response {
        status: u16::try_from(take(&mut value, "status")?.as_int()?).ok()?,
        headers: fields(take(&mut value, "headers")?)?,
        body: bytes(take(&mut value, "body")?)?,
    })
}

impl secrets::Host for State {
    fn get(&mut self, name: String) -> Asked<String> {
        self.ask("secrets.get", vec![Value::text(name)], text)
    }
}

impl git::Host for State {
    fn commit(&mut self, repo: String, files: Vec<git::Change>, message: String) -> Asked<String> {
        let files: BTreeMap<String, Value> =
            files.into_iter().map(|it| (it.path, Value::Str(it.content))).collect();
        let args = vec![Value::text(repo), Value::Map(files), Value::text(message)];
        self.ask("git.commit", args, text)
    }

    fn read(&mut self, repo: String, path: String) -> Asked<Option<Vec<u8>>> {
        self.ask("git.read", vec![Value::text(repo), Value::text(path)], optional(bytes))
    }

    fn list(&mut self, repo: String) -> Asked<Vec<String>> {
        self.ask("git.list", vec![Value::text(repo)], list(text))
    }
}

impl schedule::Host for State {
    fn after(&mut self, wait: String, name: String, args: String) -> Asked<()> {
        self.plan("schedule.after", wait, name, &args)
    }

    fn every(&mut self, wait: String, name: String, args: String) -> Asked<()> {
        self.plan("schedule.every", wait, name, &args)
    }

    fn cancel(&mut self, name: String) -> Asked<()> {
        self.ask("schedule.cancel", vec![Value::text(name)], nothing)
    }
}

impl State {
    fn plan(&mut self, call: &str, wait: String, name: String, args: &str) -> Asked<()> {
        match read(call, args) {
            Ok(args) => self.ask(call, vec![Value::text(wait), Value::text(name), args], nothing),
            Err(refusal) => refuse(refusal),
        }
    }
}
