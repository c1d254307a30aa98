//! What a canvas is drawn with: one table of operations, and how a script's list of them is read.
//! It draws nothing itself.

use crate::fault::{Place, did_you_mean};
use crate::node::Prop;
use crate::read::Reader;
use crate::{address, component};
use model::Value;

/// One operation: its name, what it needs, and what may follow.
pub struct Op {
    pub name: &'static str,
    pub needs: &'static [Arg],
    pub may: &'static [Arg],
    /// Whether pairs of numbers may follow without end.
    pub pairs: bool,
    pub doc: &'static str,
}

/// What stands in an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arg {
    Number(&'static str),
    Colour,
    Words,
    /// The name of a picture among the app's files.
    File,
}

/// Operations of one canvas.
pub const OPS_MAX: usize = 8_192;
/// States that `push` keeps at once: a drawing, not a program.
pub const PUSHED_MAX: usize = 32;
/// Clips inside each other.
pub const CLIPS_MAX: usize = 8;
/// How far a number may be from 0: far outside of every canvas.
const NUMBER_MAX: f64 = 100_000.0;
/// The largest width and height of a canvas.
pub const SIZE_MAX: i64 = 4_096;

/// The sixteen colours that have a number.
pub const PALETTE: [&str; 16] = [
    "#101418", "#24305e", "#6a2350", "#146b47", "#8f4a2e", "#555c62", "#b9c0c6", "#f7f5ee",
    "#d6273f", "#ef8a17", "#f4d447", "#2fa84f", "#2b87d1", "#7a6fb0", "#ee7fa6", "#f3c9a5",
];

const X: Arg = Arg::Number("x");
const Y: Arg = Arg::Number("y");
const W: Arg = Arg::Number("width");
const H: Arg = Arg::Number("height");

/// Every operation there is.
pub static OPS: &[Op] = &[
    op("clear", &[Arg::Colour], &[], "Fills everything."),
    op("rect", &[X, Y, W, H, Arg::Colour], &[], "A rectangle."),
    op("circle", &[X, Y, Arg::Number("radius"), Arg::Colour], &[], "A disc around x, y."),
    op(
        "line",
        &[X, Y, Arg::Number("x2"), Arg::Number("y2"), Arg::Colour],
        &[W],
        "A line, 1 wide unless it says how wide.",
    ),
    Op {
        name: "poly",
        needs: &[Arg::Colour, X, Y],
        may: &[],
        pairs: true,
        doc: "A filled shape through all points.",
    },
    op(
        "text",
        &[X, Y, Arg::Words, Arg::Colour],
        &[Arg::Number("size")],
        "Words from x, y on; y is where they stand.",
    ),
    op("image", &[Arg::File, X, Y], &[W, H], "A picture of the app's own files."),
    op("sprite", &[Arg::Number("number"), X, Y], &[], "The picture files/sprites/NUMBER.png."),
    op("push", &[], &[], "Keeps how things are drawn."),
    op("pop", &[], &[], "Draws again as it was kept."),
    op("move", &[X, Y], &[], "What follows is drawn from there."),
    op("turn", &[Arg::Number("degrees")], &[], "What follows is turned clockwise."),
    op("scale", &[Arg::Number("factor")], &[], "What follows is larger or smaller."),
    op("clip", &[X, Y, W, H], &[], "What follows is seen only in this rectangle."),
    op(
        "alpha",
        &[Arg::Number("opacity")],
        &[],
        "What follows lets shine through: 0 is unseen, 1 is whole.",
    ),
];

const fn op(
    name: &'static str,
    needs: &'static [Arg],
    may: &'static [Arg],
    doc: &'static str,
) -> Op {
    Op { name, needs, may, pairs: false, doc }
}

impl Op {
    /// How it is written, like `rect x y width height colour`.
    #[must_use]
    pub fn usage(&self) -> String {
        let mut words = vec![self.name.to_owned()];
        words.extend(self.needs.iter().map(|arg| arg.word().to_owned()));
        words.extend(self.may.iter().map(|arg| format!("[{}]", arg.word())));
        words.extend(self.pairs.then(|| "[x y …]".to_owned()));
        words.join(" ")
    }

    /// What stands at this place after the name, if anything may.
    fn arg(&self, place: usize) -> Option<Arg> {
        let known = self.needs.iter().chain(self.may).nth(place).copied();
        known.or(self.pairs.then_some(if place % 2 == 1 { X } else { Y }))
    }
}

impl Arg {
    fn word(self) -> &'static str {
        match self {
            Arg::Number(word) => word,
            Arg::Colour => "colour",
            Arg::Words => "text",
            Arg::File => "file",
        }
    }
}

/// How deep the drawing is at an operation.
#[derive(Clone, Copy, Default)]
struct Depth {
    clips: usize,
}

/// Reads the operations of a canvas.
pub(crate) fn read(reader: &mut Reader, value: &Value, at: &Place) -> Option<Prop> {
    let Value::List(items) = value else {
        reader.fault(at.fault("should be a list, like { { \"clear\", \"#ffffff\" }, … }"));
        return None;
    };
    if items.len() > OPS_MAX {
        reader.warn(
            at.fault(format!("has {} operations; the first {OPS_MAX} are drawn", items.len())),
        );
    }
    let mut kept = vec![Depth::default()];
    let mut ops = Vec::with_capacity(items.len().min(OPS_MAX));
    for (index, item) in items.iter().take(OPS_MAX).enumerate() {
        let at = at.item(index);
        match one(item).and_then(|(name, prop)| nest(&mut kept, name).map(|()| prop)) {
            Ok((prop, bytes)) => {
                if !reader.takes(bytes, &at) {
                    break;
                }
                ops.push(prop);
            }
            Err(text) => reader.fault(at.fault(text)),
        }
    }
    Some(Prop::List(ops))
}

/// Follows what `push`, `pop` and `clip` open and close.
fn nest(kept: &mut Vec<Depth>, name: &str) -> Result<(), String> {
    let now = kept.last().copied().unwrap_or_default();
    match name {
        "push" if kept.len() > PUSHED_MAX => Err(format!("more than {PUSHED_MAX} are open here")),
        "push" => {
            kept.push(now);
            Ok(())
        }
        "pop" if kept.len() < 2 => Err("there is no push before this pop".into()),
        "pop" => {
            kept.pop();
            Ok(())
        }
        "clip" if now.clips >= CLIPS_MAX => {
            Err(format!("more than {CLIPS_MAX} clips lie inside each other; pop them first"))
        }
        "clip" => {
            if let Some(now) = kept.last_mut() {
                now.clips += 1;
            }
            Ok(())
        }
        _ => Ok(()),
    }
}

type Read = (&'static str, (Prop, usize));

fn one(item: &Value) -> Result<Read, String> {
    let Value::List(parts) = item else {
        return Err("should be an operation, like { \"circle\", 80, 50, 22, \"#ff9d3b\" }".into());
    };
    let name = parts.first().and_then(Value::as_str).unwrap_or("");
    let Some(op) = OPS.iter().find(|op| op.name == name) else {
        let hint = did_you_mean(name, OPS.iter().map(|op| op.name));
        let name: String = name.chars().take(40).flat_map(char::escape_debug).collect();
        return Err(format!("there is no operation “{name}”{hint}"));
    };
    let given = &parts[1..];
    let odd = op.pairs && given.len() % 2 == 0;
    if given.len() < op.needs.len() || odd {
        return Err(format!("needs more: {}", op.usage()));
    }
    let mut read = vec![Prop::Text(op.name.to_owned())];
    let mut bytes = op.name.len() + 4;
    for (place, value) in given.iter().enumerate() {
        let Some(arg) = op.arg(place) else {
            return Err(format!("has too much: {}", op.usage()));
        };
        let prop = argument(arg, value).map_err(|text| format!("{}: {text}", arg.word()))?;
        bytes += if let Prop::Text(text) = &prop { text.len() + 3 } else { 6 };
        read.push(prop);
    }
    Ok((op.name, (Prop::List(read), bytes)))
}

fn argument(arg: Arg, value: &Value) -> Result<Prop, String> {
    match arg {
        Arg::Number(_) => match (value, value.as_float()) {
            (Value::Int(number), Some(far)) if far.abs() <= NUMBER_MAX => Ok(Prop::Whole(*number)),
            (_, Some(number)) if number.abs() <= NUMBER_MAX => Ok(Prop::Number(number)),
            _ => Err(format!("should be a number from -{NUMBER_MAX} to {NUMBER_MAX}")),
        },
        Arg::Colour => match (value.as_int(), value.as_str()) {
            (Some(number @ 0..16), _) => Ok(Prop::Whole(number)),
            (_, Some(text)) if is_colour(text) => Ok(Prop::Text(text.to_ascii_lowercase())),
            _ => Err("should be a colour, like \"#ff9d3b\", or a number from 0 to 15".into()),
        },
        Arg::Words => match value {
            Value::Str(_) | Value::Int(_) | Value::Float(_)
                if value.shown().len() <= component::TEXT_BYTES_MAX =>
            {
                Ok(Prop::Text(value.shown()))
            }
            _ => Err("should be a short text".into()),
        },
        Arg::File => match value.as_str().and_then(address::parse) {
            Some(file @ address::Address::Inside(text)) if file.of_file("").is_some() => {
                Ok(Prop::Text(text.to_owned()))
            }
            _ => Err("should be a file of the app, like \"files/tree.png\"".into()),
        },
    }
}

fn is_colour(text: &str) -> bool {
    text.len() == 7
        && text.starts_with('#')
        && text[1..].bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// A colour of an operation as `#rrggbb`.
pub(crate) fn colour(prop: &Prop) -> &str {
    match prop {
        Prop::Text(text) => text,
        Prop::Whole(number) => usize::try_from(*number)
            .ok()
            .and_then(|n| PALETTE.get(n))
            .copied()
            .unwrap_or(PALETTE[0]),
        _ => PALETTE[0],
    }
}
