//! Whether an app's page may depend on who looks. A script that cannot ask is run once for everybody,
//! and then with nobody's identity in it: what follows from a wrong guess here is a page that is too
//! plain, never one that shows a person to another.

use crate::admit::Wake;
use crate::group::Group;
use crate::invoke::Ran;
use crate::ticket::Ack;
use model::App;
use model::problem::Result;
use model::trigger::Invocation;
use sandbox::Program;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// Releases whose answer is remembered; above it all are asked anew.
const REMEMBERED_MAX: usize = 1_000;
/// The words that lead to the person who looks: `ctx.me` and `me.get`, and the language they read.
const PERSONAL: [&str; 2] = ["me", "lang"];

/// Which releases may ask who looks.
#[derive(Default)]
pub(crate) struct Onlookers(Mutex<HashMap<String, bool>>);

impl Group {
    /// Whether the page of an app's release may depend on who looks.
    pub fn asks_who_looks(&self, app: &App) -> Result<bool> {
        let Some(release) = app.release.as_ref().map(ToString::to_string) else { return Ok(true) };
        let known = self.onlookers.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(asks) = known.get(&release) {
            return Ok(*asks);
        }
        drop(known);
        let asks = match &*self.program(app, false)? {
            Program::Lua(script) => script.files.values().any(|source| asks(source)),
            // A component is told who looks with every call.
            Program::Component(_) => true,
        };
        let mut known = self.onlookers.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= REMEMBERED_MAX {
            known.clear();
        }
        known.insert(release, asks);
        Ok(asks)
    }

    /// Looks at an app for everybody who may: the run is told of nobody. Whether the person of the
    /// invocation may look is still asked.
    pub fn look_for_all(&self, invocation: Invocation) -> Result<Ran> {
        self.wake(Wake { invocation, ack: Ack::default(), run: None, for_all: true })
    }
}

/// Whether a script may ask who looks. It may if it names such a thing, or does anything with the
/// `ctx` of its view but to take a named part of it.
fn asks(source: &str) -> bool {
    let words = words(source);
    let names_it = |word: &Word| match word {
        Word::Name(name) => PERSONAL.contains(name),
        Word::Text(text) => PERSONAL.contains(text),
        Word::Sign(_) => false,
    };
    if words.iter().any(names_it) {
        return true;
    }
    words.windows(2).enumerate().any(|(at, pair)| match pair[0] {
        Word::Name("ctx") => pair[1] != Word::Sign('.') && !is_parameter(&words[..at]),
        // Every function that is woken gets a ctx, under whatever name.
        Word::Name("view") => takes_otherwise(&words[at + 1..]),
        _ => false,
    }) || words.contains(&Word::Name("debug"))
}

/// Whether what stands before a name makes it a parameter of a function.
fn is_parameter(before: &[Word]) -> bool {
    let list =
        before.iter().rev().take_while(|word| matches!(word, Word::Name(_) | Word::Sign(',')));
    let length = list.count();
    let rest = &before[..before.len() - length];
    let Some((Word::Sign('('), head)) = rest.split_last() else { return false };
    let named = head.iter().rev().take_while(|word| {
        matches!(word, Word::Name(name) if *name != "function")
            || matches!(word, Word::Sign('.' | ':'))
    });
    let skipped = named.count();
    head[..head.len() - skipped].last() == Some(&Word::Name("function"))
}

/// Whether `view` is anything but `view(ctx` or `view()`.
fn takes_otherwise(after: &[Word]) -> bool {
    !matches!(after, [Word::Sign('('), Word::Name("ctx") | Word::Sign(')'), ..])
}

/// A part of a script.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Word<'s> {
    Name(&'s str),
    /// A text, as it is written between its quotes.
    Text(&'s str),
    Sign(char),
}

/// The words of a script; comments are none. What is not Lua gives words all the same.
fn words(source: &str) -> Vec<Word<'_>> {
    let mut words = Vec::new();
    let mut rest = source;
    while let Some(first) = rest.chars().next() {
        let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let length = if let Some(comment) = rest.strip_prefix("--") {
            2 + long(comment).map_or_else(|| line(comment), |(_, end)| end)
        } else if let Some((text, end)) = long(rest) {
            words.push(Word::Text(text));
            end
        } else if matches!(first, '"' | '\'') {
            let end = short(rest, first);
            words.push(Word::Text(rest[1..end].trim_end_matches(first)));
            end
        } else if is_name(first) {
            let end = rest.find(|c| !is_name(c)).unwrap_or(rest.len());
            words.push(Word::Name(&rest[..end]));
            end
        } else {
            if !first.is_whitespace() {
                words.push(Word::Sign(first));
            }
            first.len_utf8()
        };
        rest = &rest[length..];
    }
    words
}

/// Where a line ends.
fn line(text: &str) -> usize {
    text.find('\n').unwrap_or(text.len())
}

/// Where a quoted text ends, behind its quote.
fn short(text: &str, quote: char) -> usize {
    let mut escaped = true;
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == quote => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// A text in long brackets, and where it ends.
fn long(text: &str) -> Option<(&str, usize)> {
    let inner = text.strip_prefix('[')?;
    let level = inner.len() - inner.trim_start_matches('=').len();
    let body = inner[level..].strip_prefix('[')?;
    let close = format!("]{}]", "=".repeat(level));
    let begin = level + 2;
    Some(match body.find(&close) {
        Some(at) => (&body[..at], begin + at + close.len()),
        None => (body, text.len()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_that_may_ask_who_looks_are_known() {
        for (source, expect) in [
            ("function view(ctx) return ui.page{ \"Hi\", ui.text(ctx.path) } end", false),
            ("function view() return 1 end", false),
            ("-- me and ctx, in words\nfunction view(ctx) return ctx.query.tab end", false),
            ("--[[ ctx.me ]] function view(ctx) return ctx.now end", false),
            ("function view(ctx) return \"remind me\" end", false),
            ("function on.save(ctx, args) store.set(args.a, 1) end function view(ctx) end", false),
            ("local f = function(a, ctx) return ctx.path end function view(ctx) end", false),
            ("function view(ctx) return ctx.me and 1 end", true),
            ("function view(ctx) return ctx[\"me\"] end", true),
            ("function view(ctx) return ctx['me'] end", true),
            ("function view(ctx) return ctx[ [[me]] ] end", true),
            ("function view(ctx) return ctx[\"m\" .. \"e\"] end", true),
            ("function view(ctx) for k, v in pairs(ctx) do end end", true),
            ("function view(ctx) return json.encode(ctx) end", true),
            ("function view(ctx) local c = ctx return c.path end", true),
            ("function view(c) return c end", true),
            ("function view(...) return ... end", true),
            ("view = show", true),
            ("function view(ctx) return me.get(\"a\") end", true),
            ("function view(ctx) return ctx.lang end", true),
            ("function view(ctx) return debug end", true),
            ("function view(ctx) return \"a\\\"\" .. ctx.me end", true),
        ] {
            assert_eq!(asks(source), expect, "{source}");
        }
    }
}
