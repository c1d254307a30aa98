//! What needs nothing but its arguments and what the run was given: `log`, `feed`, `html`, `time`
//! and `random`.

use crate::component::bindings::{feed, html, log, random, time, types};
use crate::component::state::{Asked, State};
use crate::component::values::{bytes, json, nothing, optional, or_nil, read, refuse, text};
use model::Value;

/// The words alone ask nothing.
impl types::Host for State {}

impl log::Host for State {
    fn print(&mut self, line: String) -> Asked<()> {
        self.ask("log.print", vec![Value::text(line)], nothing)
    }
}

impl feed::Host for State {
    fn parse(&mut self, bytes: Vec<u8>) -> Asked<String> {
        self.ask("feed.parse", vec![Value::Str(bytes)], json)
    }

    fn print(&mut self, feed: String) -> Asked<String> {
        match read("feed.print", &feed) {
            Ok(feed) => self.ask("feed.print", vec![feed], text),
            Err(refusal) => refuse(refusal),
        }
    }
}

impl html::Host for State {
    fn clean(&mut self, html: String) -> Asked<String> {
        self.ask("html.clean", vec![Value::text(html)], text)
    }

    fn text(&mut self, html: String) -> Asked<String> {
        self.ask("html.text", vec![Value::text(html)], text)
    }

    fn markdown(&mut self, markdown: String) -> Asked<String> {
        self.ask("md.html", vec![Value::text(markdown)], text)
    }
}

impl time::Host for State {
    fn format(&mut self, at: i64, pattern: String, tz: Option<String>) -> Asked<String> {
        self.ask("time.format", vec![Value::Int(at), Value::text(pattern), or_nil(tz)], text)
    }

    fn parse(&mut self, text: String, tz: Option<String>) -> Asked<Option<i64>> {
        let read = optional(|at: Value| at.as_int());
        self.ask("time.parse", vec![Value::text(text), or_nil(tz)], read)
    }

    fn add(&mut self, at: i64, span: String, tz: Option<String>) -> Asked<i64> {
        let args = vec![Value::Int(at), Value::text(span), or_nil(tz)];
        self.ask("time.add", args, |at| at.as_int())
    }

    fn ago(&mut self, at: i64) -> Asked<String> {
        self.ask("time.ago", vec![Value::Int(at)], text)
    }
}

impl random::Host for State {
    fn int(&mut self, low: i64, high: i64) -> Asked<i64> {
        self.ask("random.int", vec![Value::Int(low), Value::Int(high)], |it| it.as_int())
    }

    fn float(&mut self) -> Asked<f64> {
        self.ask("random.float", vec![], |it| it.as_float())
    }

    fn bytes(&mut self, count: u32) -> Asked<Vec<u8>> {
        self.ask("random.bytes", vec![Value::Int(count.into())], bytes)
    }

    fn id(&mut self) -> Asked<String> {
        self.ask("random.id", vec![], text)
    }
}
